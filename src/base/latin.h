#pragma once

#include <string>
#include <string_view>

namespace weir {

// A name in Latin letters without accents, as people write it in addresses: "Ромашка" -> "romaska", "Müller" ->
// "muller". Letters and digits of a-z and 0-9 alone remain, words parted by one blank. Safe from any thread.
std::string LatinKey(std::string_view name);

}  // namespace weir
