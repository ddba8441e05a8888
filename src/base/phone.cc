#include "base/phone.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace weir {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kMostDigits = 15;  // of E.164

// Countries in which a number with its country code stands as it is, unless it begins with the digit by which calls
// within the country do: no digits of operators, none that are put in. `trunk` is that digit; no number of the quick
// way begins with 0.
struct Country {
  std::string_view code;
  char trunk;
};
constexpr std::array<Country, 27> kPlain{
    {{"1", '1'},   {"7", '8'},   {"30", '0'},  {"31", '0'},  {"32", '0'},  {"33", '0'},  {"34", '0'},
     {"39", '0'},  {"40", '0'},  {"41", '0'},  {"43", '0'},  {"44", '0'},  {"45", '0'},  {"46", '0'},
     {"47", '0'},  {"48", '0'},  {"49", '0'},  {"351", '0'}, {"353", '0'}, {"358", '0'}, {"359", '0'},
     {"371", '0'}, {"372", '0'}, {"380", '0'}, {"385", '0'}, {"386", '0'}, {"420", '0'}}};

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
      asked.set_country_code(std::stoi(std::string(kPlain[i].code)));
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
  const auto* const country =
      std::ranges::find_if(kPlain, [&](const Country& known) { return digits.starts_with(known.code); });
  if (country == kPlain.end() || digits.size() <= country->code.size()) return std::nullopt;
  const char first = digits[country->code.size()];
  const std::size_t behind = digits.size() - country->code.size();
  const bool is_possible = kPossible.at(static_cast<std::size_t>(country - kPlain.begin())).at(behind);
  if (first == '0' || first == country->trunk || !is_possible) return std::nullopt;
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
