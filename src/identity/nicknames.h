// Which given names may be one person's: Bob and Robert, Саша and Александр (catalog/identity/nicknames.csv).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::identity {

// Numbers of the names that a word may stand for, rising; empty for most words. The word is known by its
// TransliterationKey (spelling.h), so that Sasha and Саша are one. Safe from any thread; the table is read at first
// use.
std::span<const std::uint16_t> NamesOfNickname(std::string_view transliteration_key);

// Whether two words may stand for one name.
bool ShareName(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b);

}  // namespace weir::identity
