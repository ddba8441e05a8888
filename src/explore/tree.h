// Reading the tree of a parsed statement, as the store gives it. Nothing here trusts its form: what is not there is
// empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace weir::explore {

inline std::string TextOf(const nlohmann::json& node, std::string_view name) {
  if (!node.is_object()) return {};
  const auto found = node.find(name);
  return found != node.end() && found->is_string() ? found->get<std::string>() : std::string();
}

inline const nlohmann::json& Member(const nlohmann::json& node, std::string_view name) {
  static const nlohmann::json kNothing;
  if (!node.is_object()) return kNothing;
  const auto found = node.find(name);
  return found == node.end() ? kNothing : *found;
}

inline bool Has(const nlohmann::json& node, std::string_view name) { return !Member(node, name).is_null(); }

// Where the node begins in the text, in bytes; the store marks "nowhere" by the greatest number.
inline std::optional<std::size_t> OffsetOf(const nlohmann::json& node) {
  const nlohmann::json& at = Member(node, "query_location");
  if (!at.is_number_unsigned()) return std::nullopt;
  const auto offset = at.get<std::uint64_t>();
  return offset < UINT32_MAX ? std::optional<std::size_t>(offset) : std::nullopt;
}

// After `scoped .` in front of a name, whatever spaces and comments stand in between; nothing if other text stands
// there.
std::optional<std::size_t> EndOfSchema(std::string_view text, std::size_t begin);

}  // namespace weir::explore
