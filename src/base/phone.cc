#include "base/phone.h"

#include <phonenumbers/phonenumberutil.h>

namespace weir {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

std::optional<std::string> ParsePhone(std::string_view text, std::string_view region) {
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
