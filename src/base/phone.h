#pragma once

#include <optional>
#include <string>
#include <string_view>

// Phone numbers as exports write them.
namespace weir {

// E.164 ("+4930123456") of a number that is possible in its country. `region` (ISO 3166: "DE") says how numbers
// without a country code are read; without it only numbers with '+' are understood. An extension is dropped.
// Cost: some 0.1 us for "+49 911 2121352" and its like, some 20 us for what only the library understands.
std::optional<std::string> ParsePhone(std::string_view text, std::string_view region);

// The same by the library alone, which the quick way is held against (phone_test.cc, fuzz/base_phone_fuzz.cc).
std::optional<std::string> ParsePhoneByLibrary(std::string_view text, std::string_view region);

// ISO 3166 region codes that phone numbers can have a default of.
bool IsPhoneRegion(std::string_view region);

}  // namespace weir
