#include "store/value.h"

#include <array>

#include "base/result.h"

namespace weir::store {

std::string_view NameOf(Type type) {
  static constexpr std::array<std::string_view, 8> kNames{"null",   "boolean", "integer", "decimal",
                                                          "double", "text",    "date",    "instant"};
  return kNames.at(static_cast<std::size_t>(type));
}

Type TypeOf(const Value& value) { return static_cast<Type>(value.index()); }

std::string ToText(const Value& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(const Decimal& number) const { return FormatDecimal(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(Date date) const { return FormatDate(date); }
    std::string operator()(Instant instant) const { return FormatInstant(instant); }
  };
  return std::visit(Visitor{}, value);
}

std::size_t Rows::IndexOf(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  throw Bug(fmt::format("no column '{}' in the result", name));
}

std::int64_t Rows::IntegerAt(std::size_t row, std::size_t column) const {
  const Value& value = rows.at(row).at(column);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    const auto whole = Rescale(*decimal, 0);
    WEIR_CHECK(whole.has_value());
    return static_cast<std::int64_t>(whole->units);
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  WEIR_CHECK(IsNull(value));
  return 0;
}

std::string Rows::TextAt(std::size_t row, std::size_t column) const { return ToText(rows.at(row).at(column)); }

}  // namespace weir::store
