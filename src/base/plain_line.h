// Foreign text where a terminal or a log shows it.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// One line: blanks for line breaks and tabs, U+FFFD for bytes that are no UTF-8 and for characters that a terminal
// obeys (controls, changes of direction). All other text stays as it is. Cost: O(bytes).
std::string PlainLine(std::string_view text);

}  // namespace weir
