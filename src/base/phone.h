#pragma once

#include <optional>
#include <string>
#include <string_view>

// Phone numbers as exports write them.
namespace weir {

// E.164 ("+4930123456") of a number that is possible in its country. `region` (ISO 3166: "DE") says how numbers
// without a country code are read; without it only numbers with '+' are understood. An extension is dropped.
std::optional<std::string> ParsePhone(std::string_view text, std::string_view region);

// ISO 3166 region codes that phone numbers can have a default of.
bool IsPhoneRegion(std::string_view region);

}  // namespace weir
