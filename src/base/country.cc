#include "base/country.h"

#include <algorithm>
#include <array>
#include <map>

#include <unicode/locid.h>

#include "base/text.h"

namespace weir {
namespace {

constexpr std::array<Country, 73> kCountries{{
    {"US", "USD", "1", "America/New_York America/Chicago America/Denver America/Los_Angeles America/Phoenix"},
    {"DE", "EUR", "49", "Europe/Berlin"},
    {"RU", "RUB", "7",
     "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Europe/Samara Asia/Krasnoyarsk Asia/Irkutsk Asia/Omsk "
     "Asia/Vladivostok Asia/Yakutsk Europe/Kaliningrad"},
    {"GB", "GBP", "44", "Europe/London"},
    {"CN", "CNY", "86", "Asia/Shanghai"},
    {"JP", "JPY", "81", "Asia/Tokyo"},
    {"IN", "INR", "91", "Asia/Kolkata"},
    {"FR", "EUR", "33", "Europe/Paris"},
    {"IT", "EUR", "39", "Europe/Rome"},
    {"BR", "BRL", "55", "America/Sao_Paulo America/Manaus"},
    {"CA", "CAD", "1", "America/Toronto America/Vancouver America/Edmonton America/Winnipeg America/Halifax"},
    {"AU", "AUD", "61", "Australia/Sydney Australia/Brisbane Australia/Perth Australia/Adelaide"},
    {"KR", "KRW", "82", "Asia/Seoul"},
    {"ES", "EUR", "34", "Europe/Madrid"},
    {"MX", "MXN", "52", "America/Mexico_City America/Tijuana"},
    {"NL", "EUR", "31", "Europe/Amsterdam"},
    {"CH", "CHF", "41", "Europe/Zurich"},
    {"PL", "PLN", "48", "Europe/Warsaw"},
    {"TR", "TRY", "90", "Europe/Istanbul"},
    {"SE", "SEK", "46", "Europe/Stockholm"},
    {"BE", "EUR", "32", "Europe/Brussels"},
    {"AT", "EUR", "43", "Europe/Vienna"},
    {"IE", "EUR", "353", "Europe/Dublin"},
    {"IL", "ILS", "972", "Asia/Jerusalem"},
    {"AE", "AED", "971", "Asia/Dubai"},
    {"SG", "SGD", "65", "Asia/Singapore"},
    {"NO", "NOK", "47", "Europe/Oslo"},
    {"DK", "DKK", "45", "Europe/Copenhagen"},
    {"FI", "EUR", "358", "Europe/Helsinki"},
    {"CZ", "CZK", "420", "Europe/Prague"},
    {"PT", "EUR", "351", "Europe/Lisbon"},
    {"RO", "RON", "40", "Europe/Bucharest"},
    {"HU", "HUF", "36", "Europe/Budapest"},
    {"GR", "EUR", "30", "Europe/Athens"},
    {"UA", "UAH", "380", "Europe/Kiev"},
    {"KZ", "KZT", "77", "Asia/Almaty"},
    {"BY", "BYN", "375", "Europe/Minsk"},
    {"UZ", "UZS", "998", "Asia/Tashkent"},
    {"GE", "GEL", "995", "Asia/Tbilisi"},
    {"AM", "AMD", "374", "Asia/Yerevan"},
    {"AZ", "AZN", "994", "Asia/Baku"},
    {"KG", "KGS", "996", "Asia/Bishkek"},
    {"MD", "MDL", "373", "Europe/Chisinau"},
    {"RS", "RSD", "381", "Europe/Belgrade"},
    {"BG", "BGN", "359", "Europe/Sofia"},
    {"HR", "EUR", "385", "Europe/Zagreb"},
    {"SK", "EUR", "421", "Europe/Bratislava"},
    {"SI", "EUR", "386", "Europe/Ljubljana"},
    {"LT", "EUR", "370", "Europe/Vilnius"},
    {"LV", "EUR", "371", "Europe/Riga"},
    {"EE", "EUR", "372", "Europe/Tallinn"},
    {"CY", "EUR", "357", "Asia/Nicosia"},
    {"LU", "EUR", "352", "Europe/Luxembourg"},
    {"SA", "SAR", "966", "Asia/Riyadh"},
    {"QA", "QAR", "974", "Asia/Qatar"},
    {"EG", "EGP", "20", "Africa/Cairo"},
    {"ZA", "ZAR", "27", "Africa/Johannesburg"},
    {"NG", "NGN", "234", "Africa/Lagos"},
    {"KE", "KES", "254", "Africa/Nairobi"},
    {"MA", "MAD", "212", "Africa/Casablanca"},
    {"ID", "IDR", "62", "Asia/Jakarta Asia/Makassar"},
    {"MY", "MYR", "60", "Asia/Kuala_Lumpur"},
    {"TH", "THB", "66", "Asia/Bangkok"},
    {"VN", "VND", "84", "Asia/Ho_Chi_Minh"},
    {"PH", "PHP", "63", "Asia/Manila"},
    {"HK", "HKD", "852", "Asia/Hong_Kong"},
    {"TW", "TWD", "886", "Asia/Taipei"},
    {"PK", "PKR", "92", "Asia/Karachi"},
    {"NZ", "NZD", "64", "Pacific/Auckland"},
    {"AR", "ARS", "54", "America/Argentina/Buenos_Aires"},
    {"CL", "CLP", "56", "America/Santiago"},
    {"CO", "COP", "57", "America/Bogota"},
    {"PE", "PEN", "51", "America/Lima"},
}};

std::string NameIn(const char* language, std::string_view code) {
  icu::UnicodeString shown;
  std::string name;
  icu::Locale("", std::string(code).c_str()).getDisplayCountry(icu::Locale(language), shown).toUTF8String(name);
  return name;
}

// Of all countries, not only of those whose money and telephones are known here.
std::map<std::string, std::string, std::less<>> MakeCodes() {
  std::map<std::string, std::string, std::less<>> codes;
  for (const char* const* code = icu::Locale::getISOCountries(); *code != nullptr; ++code) {
    codes.try_emplace(NameKey(*code), *code);
    codes.try_emplace(NameKey(icu::Locale("", *code).getISO3Country()), *code);
    for (const char* language : {"en", "ru", "de"}) codes.try_emplace(NameKey(NameIn(language, *code)), *code);
  }
  return codes;
}

using ByName = std::map<std::string, const Country*, std::less<>>;

ByName MakeNames() {
  ByName names;
  for (const Country& country : kCountries) {
    names.try_emplace(NameKey(country.code), &country);
    for (const char* language : {"en", "ru", "de"}) {
      names.try_emplace(NameKey(NameIn(language, country.code)), &country);
    }
  }
  for (const auto& [name, code] : {std::pair{"usa", "us"},
                                   {"uk", "gb"},
                                   {"great britain", "gb"},
                                   {"england", "gb"},
                                   {"сша", "us"},
                                   {"рф", "ru"},
                                   {"россииская федерация", "ru"},
                                   {"czech republic", "cz"},
                                   {"the netherlands", "nl"},
                                   {"uae", "ae"}}) {
    names.try_emplace(name, names.at(code));
  }
  return names;
}

}  // namespace

std::span<const Country> Countries() { return kCountries; }

std::string NameOf(const Country& country, Language language) {
  return NameIn(language == Language::kRussian ? "ru" : "en", country.code);
}

const Country* FindCountry(std::string_view text) {
  static const ByName kNames = MakeNames();
  const auto found = kNames.find(NameKey(text));
  return found == kNames.end() ? nullptr : found->second;
}

std::optional<std::string> CountryCode(std::string_view text) {
  if (const Country* known = FindCountry(text); known != nullptr) return std::string(known->code);
  static const auto kCodes = MakeCodes();
  const auto found = kCodes.find(NameKey(text));
  return found == kCodes.end() ? std::nullopt : std::optional(found->second);
}

const Country* CountryOfPhone(std::string_view e164) {
  if (!e164.starts_with('+')) return nullptr;
  e164.remove_prefix(1);
  const Country* longest = nullptr;
  for (const Country& country : kCountries) {
    if (!e164.starts_with(country.calling)) continue;
    if (longest == nullptr || country.calling.size() > longest->calling.size()) longest = &country;
  }
  return longest;
}

}  // namespace weir
