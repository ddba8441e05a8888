#include "store/list_functions.h"

#include <bit>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

#include "store/scalar_function.h"

namespace weir::store {
namespace {

// Open addressing, at most a quarter full: nearly each look ends at the first place.
class NumberSet {
 public:
  explicit NumberSet(const std::vector<std::int64_t>& numbers)
      : places_(std::bit_ceil(4 * numbers.size() + 1), kNone), shift_(64 - std::countr_zero(places_.size())) {
    for (const std::int64_t number : numbers) {
      if (number == kNone) {
        has_none_ = true;
        continue;
      }
      places_[PlaceOf(number)] = number;
    }
  }

  bool Contains(std::int64_t number) const { return number == kNone ? has_none_ : places_[PlaceOf(number)] == number; }

 private:
  static constexpr std::int64_t kNone = INT64_MIN;

  // Where it is, or would be.
  std::size_t PlaceOf(std::int64_t number) const {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // Fibonacci hashing
    std::size_t place = shift_ == 64 ? 0 : (static_cast<std::uint64_t>(number) * kGolden) >> shift_;
    while (places_[place] != kNone && places_[place] != number) place = (place + 1) & (places_.size() - 1);
    return place;
  }

  std::vector<std::int64_t> places_;
  int shift_;
  bool has_none_ = false;
};

using Shared = std::shared_ptr<const NumberSet>;

Result<std::vector<std::int64_t>> Numbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (next != end && *next != ' ')) {
      return Fail(BadUsage("is_among: what begins with '{}' is not a list of numbers",
                           std::string_view(at, std::min<std::size_t>(20, static_cast<std::size_t>(end - at)))));
    }
    numbers.push_back(number);
    at = next;
  }
  return numbers;
}

// The constant of the second place.
Result<std::string> ListOf(duckdb_bind_info info) {
  const auto not_constant = [] { return Fail(BadUsage("is_among: the list of numbers must be a constant text")); };
  duckdb_expression expression = duckdb_scalar_function_bind_get_argument(info, 1);
  duckdb_value value = nullptr;
  if (duckdb_expression_is_foldable(expression)) {
    duckdb_client_context context = nullptr;
    duckdb_scalar_function_get_client_context(info, &context);
    duckdb_error_data error = duckdb_expression_fold(context, expression, &value);
    duckdb_destroy_error_data(&error);
    duckdb_destroy_client_context(&context);
  }
  duckdb_destroy_expression(&expression);
  if (value == nullptr) return not_constant();
  char* text = duckdb_is_null_value(value) ? nullptr : duckdb_get_varchar(value);
  duckdb_destroy_value(&value);
  if (text == nullptr) return not_constant();
  std::string list = text;
  duckdb_free(text);
  return list;
}

Result<NumberSet> SetOf(duckdb_bind_info info) {
  WEIR_TRY(const std::string list, ListOf(info));
  WEIR_TRY(const std::vector<std::int64_t> numbers, Numbers(list));
  return NumberSet(numbers);
}

void Free(void* data) { delete static_cast<Shared*>(data); }
void* Copy(void* data) { return new Shared(*static_cast<Shared*>(data)); }

void Bind(duckdb_bind_info info) {
  auto set = SetOf(info);
  if (!set) return duckdb_scalar_function_bind_set_error(info, set.error().message().c_str());
  duckdb_scalar_function_set_bind_data(info, new Shared(std::make_shared<const NumberSet>(*std::move(set))), &Free);
  duckdb_scalar_function_set_bind_data_copy(info, &Copy);
}

void Run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const NumberSet& set = **static_cast<const Shared*>(duckdb_scalar_function_get_bind_data(info));
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<std::int64_t> numbers(input, 0);
  if (!numbers.HasNulls()) {
    auto* answers = static_cast<bool*>(duckdb_vector_get_data(output));
    for (idx_t row = 0; row < rows; ++row) answers[row] = set.Contains(numbers[row]);
    return;
  }
  Answers<bool> answers(output, rows);
  for (idx_t row = 0; row < rows; ++row) {
    if (!numbers.IsNull(row)) answers.Set(row, set.Contains(numbers[row]));
  }
}

}  // namespace

void RegisterListFunctions(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_BIGINT));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "is_among", parameters, LogicalType::Of(DUCKDB_TYPE_BOOLEAN), &Run, &Bind);
}

}  // namespace weir::store
