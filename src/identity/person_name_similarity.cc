#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "identity/catalog_rows.h"
#include "identity/nicknames.h"
#include "identity/person_name.h"
#include "identity/person_words.h"

namespace weir::identity {
namespace {

PreparedPersonName Ready(PersonName name, std::string_view whole) {
  PreparedPersonName prepared;
  prepared.folded = FoldPersonName(whole);
  const Scripts scripts = ScriptsOf(whole);
  prepared.is_vowelless = scripts.is_vowelless;
  if (scripts.has_characters) {
    prepared.letters = Nfkc(whole.substr(0, kLongestWord));
    std::erase(prepared.letters, ' ');
  }
  const auto add = [&](std::string_view part) {
    for (std::string& text : PersonWords(part)) {
      if (prepared.words.size() == kMostWords) return;
      const bool is_particle = IsParticle(text);
      NameWord word = MakeWord(std::move(text));
      word.is_weak = is_particle;
      word.names = NamesOfNickname(word.key);
      prepared.words.push_back(std::move(word));
    }
  };
  add(name.given);
  add(name.middle);
  prepared.family_begin = static_cast<std::uint8_t>(prepared.words.size());
  add(name.family);
  prepared.name = std::move(name);
  return prepared;
}

// The strong words of one name.
struct Counts {
  int full = 0;      // with more than an initial, and in the other name too
  int initials = 0;  // in the other name too, in one of them by a letter
  int left = 0;      // not in the other name
  int again = 0;     // not in the other name, but a repetition of a word that is
};

// What an alignment of two names says.
struct Tally {
  Counts a;
  Counts b;
  WordMatch weakest = WordMatch::kExact;
  std::size_t letters = 0;
  std::size_t matched = 0;
};

PersonNameLevel LevelOf(WordMatch weakest) {
  switch (weakest) {
    case WordMatch::kNone:
      return PersonNameLevel::kDifferent;
    case WordMatch::kMisspelt:
      return PersonNameLevel::kMisspelt;
    case WordMatch::kGender:
      return PersonNameLevel::kGender;
    case WordMatch::kInitial:
      return PersonNameLevel::kInitials;
    case WordMatch::kNickname:
      return PersonNameLevel::kNickname;
    case WordMatch::kSpelling:
    case WordMatch::kJoined:
      return PersonNameLevel::kSpelling;
    case WordMatch::kExact:
      break;
  }
  return PersonNameLevel::kOrder;
}

// A word that stands twice in one name is covered by the one in the other.
bool IsCovered(const NameWord& word, std::span<const NameWord> words, std::span<const MatchedWord> matches) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (matches[i].match != WordMatch::kNone && words[i].key == word.key) return true;
  }
  return false;
}

void CountSide(std::span<const NameWord> words, std::span<const MatchedWord> matches, std::span<const NameWord> others,
               std::span<const MatchedWord> of_others, Tally& tally, Counts& counts) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const NameWord& word = words[i];
    if (!word.is_weak) tally.letters += word.text.size();
    if (matches[i].match == WordMatch::kNone) {
      if (!word.is_weak) ++(IsCovered(word, others, of_others) ? counts.again : counts.left);
      continue;
    }
    if (word.is_weak) continue;
    ++(matches[i].match == WordMatch::kInitial || word.IsInitial() ? counts.initials : counts.full);
    tally.matched += word.text.size();
    tally.weakest = std::min(tally.weakest, matches[i].match);
  }
}

// A bin B against B bin A: father and son.
bool SwapsFatherAndSon(const PreparedPersonName& a, const PreparedPersonName& b, const Alignment& found) {
  for (std::size_t i = 1; i + 1 < a.words.size(); ++i) {
    if (!IsSonOf(a.words[i].text) || found.a[i - 1].match == WordMatch::kNone) continue;
    const std::size_t at = found.a[i - 1].other;  // whose son in a, and in b
    if (at == 0 || !IsSonOf(b.words[at - 1].text)) continue;
    for (std::size_t j = i + 1; j < a.words.size(); ++j) {
      if (found.a[j].match != WordMatch::kNone && !a.words[j].is_weak && found.a[j].other + 1U < at) return true;
    }
  }
  return false;
}

bool ContradictGenerations(const PersonName& a, const PersonName& b) {
  const auto of = [](const PersonName& name) -> std::string {
    for (const std::string_view word : Pieces(name.suffix, ' ')) {
      if (!IsGeneration(word)) continue;
      return std::string(word.starts_with('j') || word.starts_with('m') ? "jr" : word.starts_with('s') ? "sr" : word);
    }
    return {};
  };
  const std::string first = of(a);
  const std::string second = of(b);
  return !first.empty() && !second.empty() && first != second;
}

// Александр Иванов and Александра Иванова: both words differ by gender, so the people do.
bool AreManAndWoman(const PreparedPersonName& a, const PreparedPersonName& b, const Alignment& found) {
  bool has_family = false;
  bool has_given = false;
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    const MatchedWord& match = found.a[i];
    if (match.match == WordMatch::kGender) has_family = true;
    if (match.match != WordMatch::kMisspelt && match.match != WordMatch::kNickname) continue;
    const std::string& x = a.words[i].text;
    const std::string& y = b.words[match.other].text;
    has_given = has_given || x + "a" == y || y + "a" == x;
  }
  return has_family && has_given;
}

}  // namespace

std::string_view ReasonOf(PersonNameLevel level) {
  switch (level) {
    case PersonNameLevel::kDifferent:
      return "different names";
    case PersonNameLevel::kPartial:
      return "only part of the name is the same";
    case PersonNameLevel::kMisspelt:
      return "the same but for a typing error";
    case PersonNameLevel::kLeftOut:
      return "the same, but one leaves names out";
    case PersonNameLevel::kGender:
      return "the same family name in the other gender";
    case PersonNameLevel::kInitials:
      return "the same, one with initials";
    case PersonNameLevel::kNickname:
      return "the same, one with a short form";
    case PersonNameLevel::kSpelling:
      return "the same in another spelling";
    case PersonNameLevel::kOrder:
      return "the same words in another order";
    case PersonNameLevel::kExact:
      break;
  }
  return "the same name";
}

PreparedPersonName Prepare(std::string_view full) { return Ready(ParsePersonName(full), full); }

PreparedPersonName Prepare(std::string_view given, std::string_view middle, std::string_view family) {
  std::string whole;
  for (const std::string_view part : {given, middle, family}) {
    if (part.empty()) continue;
    if (!whole.empty()) whole.push_back(' ');
    whole += part;
  }
  return Ready(ParsePersonName(given, middle, family), whole);
}

PersonNameSimilarity Compare(const PreparedPersonName& a, const PreparedPersonName& b) {
  if (a.words.empty() || b.words.empty()) return {};
  if (!a.letters.empty() && !b.letters.empty()) {
    if (a.letters == b.letters) return {PersonNameLevel::kExact, 1};
    return {a.folded == b.folded ? PersonNameLevel::kPartial : PersonNameLevel::kDifferent, 0};
  }
  if (a.folded == b.folded) return {PersonNameLevel::kExact, 1};
  const Alignment found = Align(a.words, b.words, {.by_consonants = a.is_vowelless != b.is_vowelless});
  Tally tally;
  CountSide(a.words, found.a, b.words, found.b, tally, tally.a);
  CountSide(b.words, found.b, a.words, found.a, tally, tally.b);
  const int full = std::min(tally.a.full, tally.b.full);
  const int initials = std::min(tally.a.initials, tally.b.initials);
  PersonNameSimilarity similarity;
  const double wrong = 2.0 * found.edits;
  similarity.share = tally.letters == 0 ? 0
                                        : std::max(0.0, static_cast<double>(tally.matched) - wrong) /
                                              static_cast<double>(tally.letters);
  similarity.level = LevelOf(tally.weakest);
  const auto at_most = [&](PersonNameLevel level) { similarity.level = std::min(similarity.level, level); };
  if (full + initials == 0) {
    at_most(PersonNameLevel::kDifferent);
    return similarity;
  }
  // Initials alone say nothing, nor does the half of two names.
  if (full == 0) at_most(PersonNameLevel::kPartial);
  const bool contradict =
      (tally.a.left > 0 && tally.b.left + tally.b.again > 0) || (tally.b.left > 0 && tally.a.left + tally.a.again > 0);
  if (contradict) at_most(PersonNameLevel::kPartial);
  const int left = std::max(tally.a.left, tally.b.left);
  if (left > 0) {
    const bool says_enough = full >= 2 || (full == 1 && initials > 0);
    at_most(says_enough && left <= 2 * full ? PersonNameLevel::kLeftOut : PersonNameLevel::kPartial);
  }
  // So many typing errors are another name: of the letters of both together.
  constexpr std::size_t kLettersForAnError = 9;
  if (static_cast<std::size_t>(found.edits) > std::max<std::size_t>(1, tally.letters / kLettersForAnError)) {
    at_most(PersonNameLevel::kPartial);
  }
  if (ContradictGenerations(a.name, b.name) || SwapsFatherAndSon(a, b, found) || AreManAndWoman(a, b, found)) {
    at_most(PersonNameLevel::kPartial);
  }
  return similarity;
}

PersonNameSimilarity ComparePersonNames(std::string_view a, std::string_view b) {
  return Compare(Prepare(a), Prepare(b));
}

}  // namespace weir::identity
