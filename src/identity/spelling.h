// Keys by which the spellings of one name in different languages and systems fall together.
#pragma once

#include <string>
#include <string_view>

namespace weir::identity {

// Of a word in folded form (fold.h): Юрий, Yuriy, Yuri, Jurij, Iouri are one; so are Щ as shch, sch and schtsch, х as
// kh and h, ц as ts, tz and c, в as v and w, Smirnov and Smirnoff, Müller and Mueller, Alexei and Aleksey, Mahmood and
// Mahmoud. A rough phonetic key: letters that stand for one sound in one of the languages become one letter, doubled
// letters one. Never longer than the word but for x, which is ks. It is no proof that two names are one.
std::string TransliterationKey(std::string_view word);

// What Arabic and Hebrew write of a word, by its transliteration key: the consonants, p as b.
std::string ConsonantKey(std::string_view transliteration_key);

}  // namespace weir::identity
