#include "store/money_functions.h"

#include <algorithm>
#include <optional>

#include "base/decimal.h"
#include "store/scalar_function.h"

namespace weir::store {
namespace {

constexpr std::uint8_t kRateScale = 9;
constexpr std::int64_t kOne = 1'000'000'000;          // a rate of 1
constexpr Int128 kLargest = 999'999'999'999'999'999;  // of DECIMAL(18,4)
constexpr std::int32_t kUsualDecimals = 2;
constexpr std::uint8_t kUnitScale = 12;  // of quantities and unit prices

std::optional<std::int64_t> Converted(std::int64_t amount, std::int64_t rate, std::int32_t decimals) {
  if (rate == kOne) return amount;
  const Decimal exact{Int128{amount} * rate, kAmountScale + kRateScale};
  const auto kept = static_cast<std::uint8_t>(std::clamp<std::int32_t>(decimals, 0, kAmountScale));
  const auto rounded = Rescale(*Rescale(exact, kept), kAmountScale);
  if (!rounded || rounded->units > kLargest || rounded->units < -kLargest) return std::nullopt;
  return static_cast<std::int64_t>(rounded->units);
}

void Run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<std::int64_t> amounts(input, 0);
  const Argument<std::int64_t> rates(input, 1);
  const Argument<std::int32_t> decimals(input, 2);
  Answers<std::int64_t> answers(output, rows);
  for (idx_t row = 0; row < rows; ++row) {
    if (amounts.IsNull(row) || rates.IsNull(row)) continue;
    const auto value = Converted(amounts[row], rates[row], decimals.IsNull(row) ? kUsualDecimals : decimals[row]);
    if (!value) {
      return duckdb_scalar_function_set_error(
          info, fmt::format("{} at a rate of {} is too large an amount", FormatDecimal({amounts[row], kAmountScale}),
                            FormatDecimal({rates[row], kRateScale}))
                    .c_str());
    }
    answers.Set(row, *value);
  }
}

// A number without the noughts at the end of its digits: products of two such fit where those of the cells would not.
struct Digits {
  Int128 units = 0;
  int scale = 0;
};

Digits DigitsOf(const duckdb_hugeint& cell) {
  Digits digits{.units = Int128{cell.upper} * (Int128{1} << 64) + cell.lower, .scale = kUnitScale};
  for (; digits.scale > 0 && digits.units % 10 == 0; --digits.scale) digits.units /= 10;
  return digits;
}

bool Multiply(Int128& product, Int128 factor) { return !__builtin_mul_overflow(product, factor, &product); }

std::optional<std::int64_t> MonthlyValue(const duckdb_hugeint& quantity, const duckdb_hugeint& price,
                                         std::int32_t periods, std::int32_t months) {
  if (periods <= 0 || months <= 0) return std::nullopt;
  const Digits count = DigitsOf(quantity);
  const Digits each = DigitsOf(price);
  Int128 dividend = count.units;
  Int128 divisor = months;
  if (!Multiply(dividend, each.units) || !Multiply(dividend, periods)) return std::nullopt;
  for (int scale = count.scale + each.scale; scale > kAmountScale; --scale) {
    if (!Multiply(divisor, 10)) return std::nullopt;
  }
  for (int scale = count.scale + each.scale; scale < kAmountScale; ++scale) {
    if (!Multiply(dividend, 10)) return std::nullopt;
  }
  const Int128 below = dividend / divisor;  // towards nought
  const Int128 rest = dividend % divisor < 0 ? -(dividend % divisor) : dividend % divisor;
  const bool is_up = rest > divisor - rest || (rest == divisor - rest && below % 2 != 0);
  const Int128 rounded = is_up ? below + (dividend < 0 ? -1 : 1) : below;
  if (rounded > kLargest || rounded < -kLargest) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

void RunMonthlyValue(duckdb_function_info /*info*/, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<duckdb_hugeint> quantities(input, 0);
  const Argument<duckdb_hugeint> prices(input, 1);
  const Argument<std::int32_t> periods(input, 2);
  const Argument<std::int32_t> months(input, 3);
  Answers<std::int64_t> answers(output, rows);
  for (idx_t row = 0; row < rows; ++row) {
    if (quantities.IsNull(row) || prices.IsNull(row) || periods.IsNull(row) || months.IsNull(row)) continue;
    const auto value = MonthlyValue(quantities[row], prices[row], periods[row], months[row]);
    if (value) answers.Set(row, *value);
  }
}

void RegisterMonthlyValue(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::OfDecimal(38, kUnitScale));
  parameters.push_back(LogicalType::OfDecimal(38, kUnitScale));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_INTEGER));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_INTEGER));
  RegisterScalarFunction(connection, "monthly_value", parameters, LogicalType::OfDecimal(18, kAmountScale),
                         &RunMonthlyValue);
}

void RunInOwnDecimals(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<std::int64_t> amounts(input, 0);
  const Argument<duckdb_string_t> currencies(input, 1);
  Answers<std::int64_t> answers(output, rows);
  for (idx_t row = 0; row < rows; ++row) {
    if (amounts.IsNull(row) || currencies.IsNull(row)) continue;
    const std::uint8_t decimals = std::min(CurrencyDecimals(TextOf(currencies[row])), kAmountScale);
    const auto rounded = Rescale(*Rescale({amounts[row], kAmountScale}, decimals), kAmountScale);
    if (!rounded || rounded->units > kLargest || rounded->units < -kLargest) {
      return duckdb_scalar_function_set_error(
          info, fmt::format("{} is too large an amount", FormatDecimal({amounts[row], kAmountScale})).c_str());
    }
    answers.Set(row, static_cast<std::int64_t>(rounded->units));
  }
}

void RegisterInOwnDecimals(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::OfDecimal(18, kAmountScale));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "in_own_decimals", parameters, LogicalType::OfDecimal(18, kAmountScale),
                         &RunInOwnDecimals);
}

}  // namespace

void RegisterMoneyFunctions(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::OfDecimal(18, kAmountScale));
  parameters.push_back(LogicalType::OfDecimal(18, kRateScale));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_INTEGER));
  RegisterScalarFunction(connection, "converted", parameters, LogicalType::OfDecimal(18, kAmountScale), &Run);
  RegisterMonthlyValue(connection);
  RegisterInOwnDecimals(connection);
}

}  // namespace weir::store
