#pragma once

#include <string>
#include <string_view>

namespace weir {

// A name in Latin letters without accents, as people write it in addresses: "Ромашка" -> "romaska", "Müller" ->
// "muller". Letters and digits of a-z and 0-9 alone remain, words parted by one blank. Safe from any thread.
std::string LatinKey(std::string_view name);

// Letters of any script as ICU writes them in Latin, without accents and in lower case ("Any-Latin; Latin-ASCII;
// Lower"); what it cannot write stays. Cost: microseconds a word, and the square of the length: for words, not texts.
std::string LatinByIcu(std::string_view text);

}  // namespace weir
