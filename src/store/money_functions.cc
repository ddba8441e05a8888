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

}  // namespace

void RegisterMoneyFunctions(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::OfDecimal(18, kAmountScale));
  parameters.push_back(LogicalType::OfDecimal(18, kRateScale));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_INTEGER));
  RegisterScalarFunction(connection, "converted", parameters, LogicalType::OfDecimal(18, kAmountScale), &Run);
}

}  // namespace weir::store
