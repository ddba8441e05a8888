// Countries where companies do business: their money, the code of their telephones, their time zones.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/russian.h"

namespace weir {

struct Country {
  std::string_view code;      // ISO 3166, two letters
  std::string_view currency;  // ISO 4217
  std::string_view calling;   // "49"; of countries that share one the largest comes first
  std::string_view zones;     // IANA names with blanks between, where most people live first
};

// By what they weigh in the world's trade, the heaviest first.
std::span<const Country> Countries();

// By code or by name in English, Russian or German, in any case: "de", "Germany", "Германия", "Deutschland".
const Country* FindCountry(std::string_view text);

// ISO 3166 of any country of the world, by its code of two or three letters or by name as above: "us", "USA",
// "Lettland".
std::optional<std::string> CountryCode(std::string_view text);

// As people call it: "Germany", "Германия".
std::string NameOf(const Country& country, Language language);

// Of a number in E.164 ("+4930123456").
const Country* CountryOfPhone(std::string_view e164);

}  // namespace weir
