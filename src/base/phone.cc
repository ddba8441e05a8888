#include "base/phone.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace weir {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kMostDigits = 15;  // of E.164

// Codes of countries in which a number behind its code stands as it is: no digits of operators, none that are put in,
// and what calls within the country begin with is one digit: 0, or nothing, but for the two below.
constexpr std::array<std::string_view, 27> kPlain{"1",   "7",   "30",  "31",  "32",  "33",  "34",  "39",  "40",
                                                  "41",  "43",  "44",  "45",  "46",  "47",  "48",  "49",  "351",
                                                  "353", "358", "359", "371", "372", "380", "385", "386", "420"};

// Whether a number of the country may begin with a digit that the library takes away, or gives a meaning of its own.
bool IsForTheLibrary(std::string_view code, char first) {
  return first == '0' || (code == "1" && first == '1') || (code == "7" && first == '8');
}

// By country and number of digits behind its code: whether the library takes such a number for a possible one, which it
// tells by the number of digits alone.
using Lengths = std::array<std::array<bool, kMostDigits + 1>, kPlain.size()>;

Lengths AskLengths() {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  Lengths lengths{};
  for (std::size_t i = 0; i < kPlain.size(); ++i) {
    std::uint64_t number = 0;
    for (std::size_t digits = 1; digits <= kMostDigits; ++digits) {
      number = number * 10 + 2;
      PhoneNumber asked;
      asked.set_country_code(std::stoi(std::string(kPlain[i])));
      asked.set_national_number(number);
      lengths[i][digits] = util.IsPossibleNumber(asked);
    }
  }
  return lengths;
}

// "+49 911 2121352": a country code with its '+', then digits with blanks and hyphens between them. Nothing where that
// is not all there is to it.
std::optional<std::string> ParsePlain(std::string_view text) {
  if (text.empty() || text.front() != '+') return std::nullopt;
  std::string digits;
  bool was_digit = false;
  for (const char c : text.substr(1)) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (!was_digit || (c != ' ' && c != '-'))) return std::nullopt;
    if (is_digit) digits += c;
    was_digit = is_digit;
  }
  if (!was_digit || digits.size() > kMostDigits) return std::nullopt;
  static const Lengths kPossible = AskLengths();
  const auto* const code =
      std::ranges::find_if(kPlain, [&](std::string_view known) { return digits.starts_with(known); });
  if (code == kPlain.end() || digits.size() <= code->size()) return std::nullopt;
  const std::size_t behind = digits.size() - code->size();
  const bool is_possible = kPossible.at(static_cast<std::size_t>(code - kPlain.begin())).at(behind);
  if (!is_possible || IsForTheLibrary(*code, digits[code->size()])) return std::nullopt;
  return "+" + digits;
}

}  // namespace

std::optional<std::string> ParsePhone(std::string_view text, std::string_view region) {
  if (auto plain = ParsePlain(text)) return plain;
  return ParsePhoneByLibrary(text, region);
}

std::optional<std::string> ParsePhoneByLibrary(std::string_view text, std::string_view region) {
  constexpr std::size_t kLongest = 100;  // of what people write; the library refuses more than 250
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const std::string default_region(region.empty() ? "ZZ" : region);
  if (util.Parse(std::string(text), default_region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return std::nullopt;
  if (!util.IsPossibleNumber(number)) return std::nullopt;
  std::string formatted;
  util.Format(number, PhoneNumberUtil::E164, &formatted);
  return formatted;
}

bool IsPhoneRegion(std::string_view region) {
  return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(std::string(region)) != 0;
}

}  // namespace weir
