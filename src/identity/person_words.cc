#include "identity/person_words.h"

#include <algorithm>
#include <array>
#include <span>

#include <unicode/uscript.h>

#include "base/text.h"
#include "identity/catalog_rows.h"
#include "identity/fold.h"
#include "identity/fold_table.h"
#include "identity/name_words.h"

namespace weir::identity {
namespace {

template <std::size_t kSize>
bool IsIn(const std::array<std::string_view, kSize>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool EndsWithOneOf(std::string_view word, std::span<const std::string_view> endings, std::size_t shortest_stem) {
  return std::ranges::any_of(endings, [&](std::string_view ending) {
    return word.size() >= ending.size() + shortest_stem && word.ends_with(ending);
  });
}

bool IsArticle(std::string_view word) { return word == "al" || word == "el" || word == "ul" || word == "ol"; }

}  // namespace

bool IsTitle(std::string_view word) {
  static constexpr auto kTitles = std::to_array<std::string_view>(
      {"mr",        "mrs",       "ms",      "miss",     "mister",   "dr",       "prof",      "professor", "doctor",
       "sir",       "dame",      "lord",    "lady",     "rev",      "reverend", "fr",        "hon",       "capt",
       "captain",   "col",       "colonel", "gen",      "general",  "lt",       "maj",       "major",     "sgt",
       "president", "prasident", "senator", "minister", "herr",     "frau",     "ing",       "dipl",      "monsieur",
       "madame",    "mme",       "mlle",    "sr",       "senor",    "senora",   "sra",       "srta",      "signor",
       "signora",   "dott",      "pan",     "pani",     "sheikh",   "shaikh",   "shaykh",    "sheik",     "haji",
       "hajji",     "mullah",    "mulla",   "maulavi",  "mawlawi",  "qari",     "ayatollah", "imam",      "gospodin",
       "gospozha",  "gn",        "gzha",    "doktor",   "akademik", "shri",     "smt"});
  return IsIn(kTitles, word);
}

bool IsSuffix(std::string_view word) {
  static constexpr auto kSuffixes = std::to_array<std::string_view>(
      {"jr",  "jnr", "junior", "sr",  "snr", "ii", "iii", "iv", "phd",      "md",       "dds", "esq", "mba", "cpa",
       "msc", "bsc", "obe",    "mbe", "cbe", "kc", "qc",  "ml", "mladshiy", "starshiy", "ktn", "dtn", "ken", "den"});
  return IsIn(kSuffixes, word);
}

bool IsGeneration(std::string_view word) {
  static constexpr auto kGenerations = std::to_array<std::string_view>(
      {"jr", "jnr", "junior", "sr", "snr", "ii", "iii", "iv", "ml", "mladshiy", "starshiy"});
  return IsIn(kGenerations, word);
}

bool IsParticle(std::string_view word) {
  static constexpr auto kParticles = std::to_array<std::string_view>(
      {"van", "von", "der", "den", "de",  "del", "della", "di", "da",  "das", "do",  "dos",  "du",  "des", "la",
       "le",  "las", "los", "lo",  "ter", "ten", "te",    "af", "av",  "zu",  "zum", "zur",  "vom", "y",   "e",
       "al",  "el",  "ul",  "ut",  "ud",  "ur",  "ad",    "as", "bin", "ibn", "ben", "bint", "bt",  "abu", "ould"});
  return IsIn(kParticles, word);
}

bool IsSonOf(std::string_view word) { return word == "bin" || word == "ibn" || word == "ben" || word == "bint"; }

bool IsPatronymic(std::string_view word) {
  static constexpr auto kEndings =
      std::to_array<std::string_view>({"ovich", "evich", "ovych", "evych", "ovitch", "evitch", "avich", "yevich",
                                       "ovna", "evna", "ivna", "ichna", "inichna", "ovic", "lich", "mich", "kich"});
  // Ilyich, Kuzmich, Lukich are few; names in -ovic are of other peoples.
  if (word == "ilich" || word == "ilyich" || word == "kuzmich" || word == "lukich" || word == "nikitich") return true;
  return EndsWithOneOf(word, std::span(kEndings).first(13), 2);
}

bool IsPatronymicParticle(std::string_view word) {
  return word == "ogly" || word == "oglu" || word == "kyzy" || word == "qizi" || word == "uly" || word == "kizi";
}

bool IsSlavicFamilyName(std::string_view word) {
  static constexpr auto kEndings = std::to_array<std::string_view>(
      {"ov",   "ova", "ev",     "eva", "in",  "ina", "skiy", "skaya", "skii", "tskiy", "tskaya", "enko",
       "chuk", "yuk", "shvili", "dze", "yan", "oy",  "aya",  "ykh",   "ikh",  "uk",    "ets",    "ko"});
  return EndsWithOneOf(word, kEndings, 2);
}

bool HasCyrillic(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xD0 && byte <= 0xD3;  // first bytes of U+0400 to U+04FF
  });
}

Scripts ScriptsOf(std::string_view text) {
  Scripts scripts;
  if (IsAscii(text)) return scripts;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = NextCharacter(text, at);
    if (character < 0x590) continue;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(character), &status);
    scripts.has_characters = scripts.has_characters || script == USCRIPT_HAN || script == USCRIPT_HANGUL;
    scripts.is_vowelless = scripts.is_vowelless || script == USCRIPT_ARABIC || script == USCRIPT_HEBREW;
  }
  return scripts;
}

std::string FoldPersonName(std::string_view text) {
  constexpr std::size_t kLongestName = 512;  // bytes
  text = text.substr(0, kLongestName);
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\'' || text[at] == '`') {
      ++at;
      continue;
    }
    static constexpr auto kApostrophes = std::to_array<std::string_view>({"’", "‘", "ʼ", "ʻ", "´", "′", "‛"});
    const auto found = std::ranges::find_if(
        kApostrophes, [&](std::string_view apostrophe) { return text.substr(at).starts_with(apostrophe); });
    if (found != kApostrophes.end()) {
      at += found->size();
    } else {
      plain.push_back(text[at++]);
    }
  }
  std::string folded = FoldText(plain);
  constexpr std::string_view kDigits = "0134579";
  constexpr std::string_view kLetters = "oieastg";
  const auto is_letter = [&](std::size_t at) { return at < folded.size() && folded[at] >= 'a' && folded[at] <= 'z'; };
  for (std::size_t at = 0; at < folded.size(); ++at) {
    const std::size_t digit = kDigits.find(folded[at]);
    if (digit == std::string_view::npos) continue;
    if (is_letter(at + 1) || (at > 0 && is_letter(at - 1))) folded[at] = kLetters[digit];
  }
  return folded;
}

std::vector<std::string> PersonWords(std::string_view folded) {
  std::vector<std::string> words;
  for (const std::string_view word : Pieces(folded, ' ')) {
    if (words.size() == kMostWords) break;
    if (!words.empty() && words.back() == "abd" && IsArticle(word)) {
      words.back() = "abdul";
    } else if (word == "abdel" || word == "abdal" || word == "abdoul" || word == "abdool") {
      words.emplace_back("abdul");
    } else {
      words.emplace_back(word.substr(0, kLongestWord));
    }
  }
  return words;
}

}  // namespace weir::identity
