// Splits the text of a condition or a measure into tokens; whatever is not one becomes an error with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::metrics {

struct Token {
  enum class Kind : std::uint8_t { kWord, kNumber, kText, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string text = {};   // of a kText: without quotes
  std::string lower = {};  // of a kWord: in small letters
  std::size_t column = 1;  // in bytes, from 1
};

// The last token is of kind kEnd. Texts stand in single or double quotes, doubled inside to mean themselves.
Result<std::vector<Token>> Tokenize(std::string_view text, std::size_t max_length);

}  // namespace weir::metrics
