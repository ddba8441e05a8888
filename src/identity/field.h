// A column made ready to be compared: its values are normalised and numbered, so that equal ones have one code, and
// what a comparison needs of a value (its words with their weights, its number) stands ready by its code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identity/dictionary.h"
#include "identity/sketch.h"
#include "identity/table.h"

namespace weir::identity {

enum class FieldKind : std::uint8_t {
  kName,     // a few words: names of people, of cities, of streets
  kText,     // many words, or words that come in any order
  kCode,     // post codes, telephone numbers, ids: letters and digits, each of which counts
  kDate,     // of birth, of an order
  kNumber,   // amounts, coordinates, years
  kEmail,    // an address of mail
  kNumbers,  // the words of another column that hold digits: models, editions, years in a title
};
std::string_view NameOf(FieldKind kind);
const FieldKind* FindFieldKind(std::string_view name);

// The words of values. A word is rare or common in the field: its weight is log2(records / records with it).
struct Words {
  Texts texts;                        // by word
  std::vector<std::uint32_t> counts;  // records that have the word
  std::vector<float> weights;
  std::vector<std::uint32_t> begins;     // of a value, into `of_values`; one more than there are values
  std::vector<std::uint32_t> of_values;  // of each value its words once each, the rarest first
  std::vector<float> norms;              // of a value: the root of the sum of its words' squared weights

  std::span<const std::uint32_t> Of(std::size_t code) const {
    return std::span(of_values).subspan(begins[code], begins[code + 1] - begins[code]);
  }
};

// Runs of three letters of values, blanks at both ends among them.
struct Grams {
  std::vector<std::uint32_t> keys;       // by number: the three letters
  std::vector<std::uint32_t> begins;     // of a value, into `of_values`
  std::vector<std::uint32_t> of_values;  // of each value its runs once each, by number
  std::vector<float> weights;            // by number
  std::vector<float> norms;              // of a value

  std::span<const std::uint32_t> Of(std::size_t code) const {
    return std::span(of_values).subspan(begins[code], begins[code + 1] - begins[code]);
  }
};

// A number of so many letters is looked for within others that are written together: ps-lx350h, pslx350h.
inline constexpr std::size_t kLeastWithin = 4;

inline constexpr std::uint32_t kNone = 0;  // the code of an empty cell

struct Field {
  std::string column;
  FieldKind kind = FieldKind::kName;
  std::vector<std::uint32_t> codes;   // by record
  Texts values;                       // normalised, by code; that of kNone is empty
  std::vector<std::uint32_t> counts;  // records of each code
  // By code: of the text (kName, kCode), of the name before the @ (kEmail); of a date its eight digits in `all`,
  // four bits each; of kNumbers which words there may be in `letters`, their letters together in `length`, in `last`
  // the letters of the shortest that has kLeastWithin, in `has_blank` whether there are several.
  std::vector<Sketch> sketches;
  std::vector<double> numbers;   // kNumber: by code, NaN where it is none
  Words words;                   // kText, kNumbers
  Grams grams;                   // kText
  std::array<double, 4> near{};  // kNumber: differences that so many random pairs stay below (kNearShares)
  std::size_t filled = 0;        // records that have a value
  // Of given names the field of family names, with which they change places at times (FindSwaps).
  std::size_t swaps = SIZE_MAX;
};

// The records' values in one column, as `kind`. Of a value more than kMostBytes are not looked at. O(bytes).
inline constexpr std::size_t kMostBytes = 4096;
Field PrepareField(const TextColumn& column, FieldKind kind);

}  // namespace weir::identity
