// The vocabulary that addresses are read with; all of it takes folded words. For address.h.
#pragma once

#include <optional>
#include <string_view>

namespace weir::identity {

// Kind of street in English: "ul" -> "street", "pr" -> "avenue"; nothing for other words.
std::optional<std::string_view> StreetKind(std::string_view word);
// Kinds that stand at the end of a word in Germanic languages: "hauptstr" ends with one of 3 letters that means street.
struct JoinedKind {
  std::string_view kind;
  std::size_t letters = 0;
};
std::optional<JoinedKind> JoinedStreetKind(std::string_view word);

bool IsUnitWord(std::string_view word);   // "apt", "kv"
bool IsHouseWord(std::string_view word);  // "dom", "no"
// "korp" -> "k", "str" -> "s": what parts the houses of one number.
std::optional<char> BuildingPart(std::string_view word);
bool IsPlaceWord(std::string_view word);  // "g", "obl": stands before or after the name of a place, is none

// Directions and ordinal numbers in one form: "n" -> "north", "2nd" -> "2"; nothing for other words.
std::optional<std::string_view> StreetWord(std::string_view word);

}  // namespace weir::identity
