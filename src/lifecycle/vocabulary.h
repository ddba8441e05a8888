// The one vocabulary for stages: the steps from lead to renewal, and the kinds of rows that have stages. Codes stand in
// catalog/lifecycle.toml, in decisions and in tables; people read the titles.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::lifecycle {

struct Word {
  std::string_view code;
  std::string_view en;
  std::string_view ru;
};

inline constexpr std::string_view kOutside = "outside";  // known, and no step of the way

std::span<const Word> Steps();  // in their order; `outside` is the last
std::span<const Word> Kinds();  // deal, lead, person, subscription, contract
std::vector<std::string> CodesOf(std::span<const Word> words);

}  // namespace weir::lifecycle
