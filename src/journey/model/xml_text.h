// Text for XML: what stands between tags or in quotes.
#pragma once

#include <string>
#include <string_view>

namespace weir::journey {

// With the five marks escaped, line ends kept as references, and what XML 1.0 cannot hold (control characters, broken
// UTF-8) as U+FFFD.
std::string XmlText(std::string_view text);

}  // namespace weir::journey
