#include "identity/nicknames.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "identity/catalog_rows.h"
#include "identity/fold.h"
#include "identity/spelling.h"

namespace weir::identity {
namespace {

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using NamesByKey = std::unordered_map<std::string, std::vector<std::uint16_t>, Hash, std::equal_to<>>;

NamesByKey ReadNicknames() {
  NamesByKey names;
  std::uint16_t name = 0;
  for (const std::vector<std::string_view>& row : CatalogRows("identity/nicknames.csv")) {
    const auto add = [&](std::string_view form) {
      std::vector<std::uint16_t>& of = names[TransliterationKey(FoldText(form))];
      if (of.empty() || of.back() != name) of.push_back(name);
    };
    add(row[0]);
    for (const std::string_view form : Pieces(row[2], ' ')) add(form);
    ++name;
  }
  return names;
}

}  // namespace

std::span<const std::uint16_t> NamesOfNickname(std::string_view transliteration_key) {
  static const NamesByKey kNames = ReadNicknames();
  const auto found = kNames.find(transliteration_key);
  if (found == kNames.end()) return {};
  return found->second;
}

bool ShareName(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) return true;
    (a[i] < b[j] ? i : j) += 1;
  }
  return false;
}

}  // namespace weir::identity
