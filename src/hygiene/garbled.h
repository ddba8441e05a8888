// Text whose bytes were UTF-8 and were read as another encoding. Internal to hygiene/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::hygiene {

// "MÃ¼ller" (read as Windows-1252) and "РџРµС‚СЂ" (read as Windows-1251) as they were written: "Müller", "Петр".
// Nothing where no such reading gives text, or it is plain ASCII. Cost O(bytes).
std::optional<std::string> Ungarbled(std::string_view text);

}  // namespace weir::hygiene
