// The common form of a text for comparing: what different people and systems write for the same thing falls together.
//
// NFKC, full case folding, accents off, letters in Latin; everything but letters and digits becomes one blank, and
// there is none at the ends. Letters of Latin lose their marks (ü is u, ł is l, ß is ss, æ is ae, ø is o). Others by
// one scheme:
//  * Cyrillic as people write their own names, without signs (the simplified system of BGN/PCGN, ё as е):
//      а a  б b  в v  г g  д d  е ё э e  ж zh  з z  и i  й y  к k  л l  м m  н n  о o  п p  р r  с s  т t  у u  ф f
//      х kh  ц ts  ч ch  ш sh  щ shch  ы y  ю yu  я ya, ь is nothing; ъ is nothing before a vowel and at the end of a
//      word (Russian), else a (Bulgarian: Петър, petar);
//      Ukrainian є ye, і i, ї yi, ґ g; Belarusian ў u; Serbian and Macedonian ђ dj, ј j, љ lj, њ nj, ћ c, џ dz, ѓ gj,
//      ќ kj, ѕ dz; letters of Turkic languages and Mongolian as the nearest Latin one (қ k, ғ g, ң n, ө o, ү u, ә a).
//  * Greek by its sound (near to ELOT 743): η ι i, υ y, ου ou, αυ av or af, ευ ev or ef, γγ ng, β v, φ f, χ ch, μπ and
//      ντ at the beginning of a word b and d.
//  * Other scripts by ICU's Any-Latin, word by word; characters that it cannot write stay as they are.
// It is not the last word on spellings (Юрий, Yuri, Jurij): person_name.h has a key for them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::identity {

// No result is longer than this many times its text.
inline constexpr std::size_t kFoldGrowth = 24;

// Cost: for a name of 20 letters some 0.1 us in Latin, Greek and Cyrillic, microseconds a word in other scripts (20 us
// a character in Chinese); always linear in the length. FoldText(FoldText(x)) == FoldText(x). Ill-formed UTF-8 counts
// as blank. Safe from any thread.
std::string FoldText(std::string_view text);

// The same always by the slow way, which the quick one is held against (fold_test.cc, fuzz/identity_normalise_fuzz.cc).
std::string FoldTextByIcu(std::string_view text);

}  // namespace weir::identity
