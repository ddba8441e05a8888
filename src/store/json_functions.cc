#include "store/json_functions.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "store/scalar_function.h"

namespace weir::store {
namespace {

constexpr int kDepthLimit = 64;

// The text of a value; of an object, that of its first member that is not null.
std::optional<std::string> Said(const JsonValue& value) {
  if (value.kind == JsonKind::kNull) return std::nullopt;
  if (value.kind != JsonKind::kObject) return std::string(value.text);
  std::optional<std::string> said;
  JsonWalker members(value.text, kDepthLimit);
  const auto fault = members.WalkObject([&](std::string_view, const JsonValue& member) {
    if (member.kind == JsonKind::kNull) return;
    said = member.text;
    members.Stop();
  });
  return fault ? std::nullopt : said;
}

std::optional<std::string> PairValue(std::string_view pairs, std::string_view key) {
  std::optional<std::string> found;
  JsonWalker list(pairs, kDepthLimit);
  const auto fault = list.WalkList([&](const JsonValue& pair) {
    if (pair.kind != JsonKind::kObject) return list.Stop();
    bool is_it = false;
    std::optional<JsonValue> value;
    JsonWalker members(pair.text, kDepthLimit);
    const auto broken = members.WalkObject([&](std::string_view name, const JsonValue& member) {
      if (name == "value") value = member;
      if (name == "key") is_it = member.kind == JsonKind::kText && member.text == key;
      if (is_it && value) members.Stop();
    });
    if (is_it && value && !broken) found = Said(*value);
    if (is_it || broken) list.Stop();
  });
  return fault ? std::nullopt : found;
}

void Run(duckdb_function_info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const Argument<duckdb_string_t> pairs(input, 0);
  const Argument<duckdb_string_t> keys(input, 1);
  duckdb_vector_ensure_validity_writable(output);
  std::uint64_t* const validity = duckdb_vector_get_validity(output);
  for (idx_t row = 0; row < rows; ++row) {
    const bool is_asked = !pairs.IsNull(row) && !keys.IsNull(row);
    const auto value = is_asked ? PairValue(TextOf(pairs[row]), TextOf(keys[row])) : std::nullopt;
    if (value) {
      duckdb_vector_assign_string_element_len(output, row, value->data(), value->size());
    } else {
      duckdb_validity_set_row_invalid(validity, row);
    }
  }
}

}  // namespace

void RegisterJsonFunctions(duckdb_connection connection) {
  std::vector<LogicalType> parameters;
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  parameters.push_back(LogicalType::Of(DUCKDB_TYPE_VARCHAR));
  RegisterScalarFunction(connection, "pair_value", parameters, LogicalType::Of(DUCKDB_TYPE_VARCHAR), &Run);
}

}  // namespace weir::store
