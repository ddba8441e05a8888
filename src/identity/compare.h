// How much alike two values of a field are, as one of a few levels: 0 where one of them is missing, else from 1 (they
// differ) up. Symmetric.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "identity/field.h"

namespace weir::identity {

inline constexpr std::size_t kMostLevels = 12;  // of a field, that of missing values among them
inline constexpr std::size_t kMostFields = 16;  // a pattern of levels is a number of 64 bits

// The levels of a kind by name, the first that of missing values.
std::span<const std::string_view> LevelsOf(FieldKind kind);
inline std::uint8_t TopLevel(FieldKind kind) { return static_cast<std::uint8_t>(LevelsOf(kind).size() - 1); }

std::uint8_t LevelOf(const Field& field, std::uint32_t a, std::uint32_t b);

// The same without reading the values, or kOpenLevel where they have to be read.
inline constexpr std::uint8_t kOpenLevel = UINT8_MAX;
std::uint8_t LevelBySketch(const Field& field, std::uint32_t a, std::uint32_t b);

// From these on names, and the names before the @ of addresses, are alike by Jaro and Winkler.
inline constexpr double kNamesAlike = 0.8;
inline constexpr double kAddressesAlike = 0.88;

// Edits that two names, two codes may be apart, by the letters of the shorter one.
inline std::uint32_t EditsOfNames(std::uint32_t less) { return less >= 9 ? 2 : less >= 3 ? 1 : 0; }
inline std::uint32_t EditsOfCodes(std::uint32_t less) { return less >= 5 ? 2 : less >= 3 ? 1 : 0; }
// The length of the part by which codes have the same beginning or end, by that of the longer one: three fifths.
inline std::uint32_t PartOfCodes(std::uint32_t most) { return ((most < 2 ? 2 : most) * 3 + 4) / 5; }

// Of two dates of eight digits, four bits each, the first digit highest.
std::uint8_t LevelOfDates(std::uint32_t a, std::uint32_t b);

// From 0 to 1: how much of what two texts say they share, by their words, by their runs of letters, and by how much of
// the shorter one is in the longer one.
double TextSimilarity(const Field& field, std::uint32_t a, std::uint32_t b);

// Tells by their headers which fields hold given and family names of one person, if there are such.
void FindSwaps(std::span<Field> fields);
// Whether the names of two records stand in each other's columns: codes of the given names, and of the family names.
bool AreSwapped(const Field& given, const Field& family, std::uint32_t given_a, std::uint32_t given_b,
                std::uint32_t family_a, std::uint32_t family_b);
inline constexpr std::uint8_t kSwappedNames = 6;  // the level of both: the same words

// The levels of all fields of two records, four bits each, the first field lowest.
using Pattern = std::uint64_t;
inline std::uint8_t LevelIn(Pattern pattern, std::size_t field) { return (pattern >> (4 * field)) & 15; }
Pattern PatternOf(std::span<const Field> fields, std::size_t a, std::size_t b);

}  // namespace weir::identity
