// Words of the protocols of the internet.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace weir {

// A part of an address (RFC 3986): every byte but letters, digits and - _ . ~ as %XX.
std::string PercentEncoded(std::string_view text);

// "Sat, 31 Oct 2026 09:05:07 " and the zone as the protocol writes UTC: GMT in HTTP, +0000 in mail.
std::string InternetDate(Instant at, std::string_view zone);

}  // namespace weir
