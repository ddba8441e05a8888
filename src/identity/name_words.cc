#include "identity/name_words.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "identity/damerau_levenshtein.h"
#include "identity/nicknames.h"
#include "identity/spelling.h"

namespace weir::identity {
namespace {

int EditsBetween(std::string_view a, std::string_view b, int limit) {
  return static_cast<int>(OptimalStringAlignment(a, b, static_cast<std::uint32_t>(limit)));
}

// Typing errors that a word of so many letters may have and still be meant.
int MostEdits(std::size_t letters) {
  if (letters <= 2) return 0;
  if (letters <= 5) return 1;
  return letters <= 11 ? 2 : 3;
}

// The masculine and the feminine form of a Slavic family name, by their keys.
bool IsFeminineOf(std::string_view masculine, std::string_view feminine) {
  for (const std::string_view ending : {"ov", "ev", "in"}) {
    if (!masculine.ends_with(ending)) continue;
    return feminine.size() == masculine.size() + 1 && feminine.ends_with('a') && feminine.starts_with(masculine);
  }
  const std::string_view stem = masculine.substr(0, masculine.size() - (masculine.ends_with("i") ? 1 : 0));
  if (!stem.ends_with("sk") && !stem.ends_with("ck")) return false;
  return feminine.starts_with(stem) && (feminine.substr(stem.size()) == "aia" || feminine.substr(stem.size()) == "a");
}

bool HaveOneSpelling(const NameWord& a, const NameWord& b, const AlignRules& rules) {
  constexpr std::size_t kShortestKey = 2;
  if (a.key == b.key && a.key.size() >= kShortestKey) return true;
  return rules.by_consonants && a.consonants.size() >= kShortestKey && a.consonants == b.consonants;
}

// Edits between two words, or -1 if they are too many to mean one word.
int EditsOf(const NameWord& a, const NameWord& b, const AlignRules& rules) {
  if (a.is_number || b.is_number || a.is_weak != b.is_weak) return -1;
  const int limit = MostEdits(std::max(a.text.size(), b.text.size()));
  int edits = EditsBetween(a.text, b.text, limit);
  const int key_limit = std::min(limit, MostEdits(std::max(a.key.size(), b.key.size())));
  if (key_limit > 0) {
    const int key_edits = EditsBetween(a.key, b.key, key_limit);
    if (key_edits <= key_limit) edits = std::min(edits, std::max(key_edits, 1));
  }
  constexpr std::size_t kShortestConsonants = 3;
  if (rules.by_consonants && edits > limit &&
      std::min(a.consonants.size(), b.consonants.size()) >= kShortestConsonants &&
      EditsBetween(a.consonants, b.consonants, 1) <= 1) {
    edits = 1;
  }
  // Who mistypes more than a letter still begins the word right.
  if (edits > 1 && a.text.front() != b.text.front() && a.key.front() != b.key.front()) return -1;
  return edits <= limit ? edits : -1;
}

class Aligner {
 public:
  Aligner(std::span<const NameWord> a, std::span<const NameWord> b, const AlignRules& rules)
      : a_(a), b_(b), rules_(rules) {
    found_.a.resize(a.size());
    found_.b.resize(b.size());
  }

  Alignment Run() && {
    Each(WordMatch::kExact, [](const NameWord& x, const NameWord& y) { return x.text == y.text; });
    Each(WordMatch::kSpelling, [&](const NameWord& x, const NameWord& y) { return HaveOneSpelling(x, y, rules_); });
    Each(WordMatch::kNickname, [](const NameWord& x, const NameWord& y) { return ShareName(x.names, y.names); });
    Joined(a_, b_, found_.a, found_.b);
    Joined(b_, a_, found_.b, found_.a);
    if (rules_.with_gender) {
      Each(WordMatch::kGender, [](const NameWord& x, const NameWord& y) {
        return IsFeminineOf(x.key, y.key) || IsFeminineOf(y.key, x.key);
      });
    }
    Misspelt();
    if (rules_.with_initials) {
      Each(WordMatch::kInitial, [](const NameWord& x, const NameWord& y) {
        return (x.IsInitial() || y.IsInitial()) && !x.is_weak && !y.is_weak && x.text.front() == y.text.front();
      });
      Initials(a_, b_, found_.a, found_.b);
      Initials(b_, a_, found_.b, found_.a);
    }
    return std::move(found_);
  }

 private:
  using Matches = std::vector<MatchedWord>;

  void Pair(std::size_t i, std::size_t j, WordMatch match, int edits) {
    found_.a[i] = {match, static_cast<std::uint8_t>(j), static_cast<std::uint8_t>(edits)};
    found_.b[j] = {match, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(edits)};
    found_.edits += edits;
  }

  template <typename Are>
  void Each(WordMatch match, Are are_one) {
    for (std::size_t i = 0; i < a_.size(); ++i) {
      if (found_.a[i].match != WordMatch::kNone) continue;
      for (std::size_t j = 0; j < b_.size(); ++j) {
        if (found_.b[j].match != WordMatch::kNone || !are_one(a_[i], b_[j])) continue;
        Pair(i, j, match, 0);
        break;
      }
    }
  }

  // A word of `whole` that is written as several in `parts`.
  void Joined(std::span<const NameWord> whole, std::span<const NameWord> parts, Matches& of_whole, Matches& of_parts) {
    constexpr std::size_t kMostParts = 8;
    constexpr std::size_t kShortest = 2;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      if (of_whole[i].match != WordMatch::kNone || whole[i].text.size() < kShortest) continue;
      for (std::size_t first = 0; first < parts.size() && of_whole[i].match == WordMatch::kNone; ++first) {
        std::string joined;
        for (std::size_t last = first; last < parts.size() && last - first < kMostParts; ++last) {
          if (of_parts[last].match != WordMatch::kNone || joined.size() > whole[i].text.size() + 2) break;
          joined += parts[last].text;
          if (last == first) continue;
          const int edits = EditsOfJoined(whole[i], joined);
          if (edits < 0) continue;
          of_whole[i] = {edits == 0 ? WordMatch::kJoined : WordMatch::kMisspelt, static_cast<std::uint8_t>(first),
                         static_cast<std::uint8_t>(edits)};
          for (std::size_t j = first; j <= last; ++j) {
            of_parts[j] = {of_whole[i].match, static_cast<std::uint8_t>(i), 0};
          }
          found_.edits += edits;
          break;
        }
      }
    }
  }

  int EditsOfJoined(const NameWord& whole, const std::string& joined) const {
    constexpr std::size_t kLongEnough = 6;  // for a typing error beside the lost blank
    if (whole.text == joined) return 0;
    if (joined.size() + 2 < whole.text.size() || whole.text.size() < kLongEnough || whole.is_number) return -1;
    if (EditsBetween(whole.text, joined, 1) <= 1) return 1;
    const std::string key = TransliterationKey(joined);
    if (key == whole.key) return 0;
    return rules_.by_consonants && ConsonantKey(key) == whole.consonants ? 0 : -1;
  }

  void Misspelt() {
    struct Candidate {
      int edits;
      std::size_t letters;
      std::size_t distance;  // between the places
      std::size_t i;
      std::size_t j;
    };
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < a_.size(); ++i) {
      if (found_.a[i].match != WordMatch::kNone) continue;
      for (std::size_t j = 0; j < b_.size(); ++j) {
        if (found_.b[j].match != WordMatch::kNone) continue;
        const int edits = EditsOf(a_[i], b_[j], rules_);
        if (edits < 0) continue;
        candidates.push_back({edits, a_[i].text.size() + b_[j].text.size(), i > j ? i - j : j - i, i, j});
      }
    }
    std::ranges::sort(candidates, [](const Candidate& x, const Candidate& y) {
      return std::tuple(x.edits, y.letters, x.distance, x.i, x.j) <
             std::tuple(y.edits, x.letters, y.distance, y.i, y.j);
    });
    for (const Candidate& candidate : candidates) {
      if (found_.a[candidate.i].match != WordMatch::kNone || found_.b[candidate.j].match != WordMatch::kNone) continue;
      Pair(candidate.i, candidate.j, WordMatch::kMisspelt, candidate.edits);
    }
  }

  // "JC" is "Jean Claude".
  void Initials(std::span<const NameWord> letters, std::span<const NameWord> words, Matches& of_letters,
                Matches& of_words) {
    constexpr std::size_t kMostLetters = 3;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const std::string& text = letters[i].text;
      if (of_letters[i].match != WordMatch::kNone || text.size() < 2 || text.size() > kMostLetters) continue;
      for (std::size_t first = 0; first + text.size() <= words.size(); ++first) {
        bool fits = true;
        for (std::size_t k = 0; k < text.size(); ++k) {
          const NameWord& word = words[first + k];
          fits = fits && of_words[first + k].match == WordMatch::kNone && word.text.front() == text[k] &&
                 word.text.size() > 1;
        }
        if (!fits) continue;
        of_letters[i] = {WordMatch::kInitial, static_cast<std::uint8_t>(first), 0};
        for (std::size_t k = 0; k < text.size(); ++k) {
          of_words[first + k] = {WordMatch::kInitial, static_cast<std::uint8_t>(i), 0};
        }
        break;
      }
    }
  }

  std::span<const NameWord> a_;
  std::span<const NameWord> b_;
  AlignRules rules_;
  Alignment found_;
};

bool ComesFirst(std::span<const NameWord> a, std::span<const NameWord> b) {
  return std::ranges::lexicographical_compare(a, b, {}, &NameWord::text, &NameWord::text);
}

}  // namespace

NameWord MakeWord(std::string text) {
  NameWord word;
  text.resize(std::min(text.size(), kLongestWord));
  word.text = std::move(text);
  word.key = TransliterationKey(word.text);
  word.consonants = ConsonantKey(word.key);
  word.is_number = std::ranges::any_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
  return word;
}

Alignment Align(std::span<const NameWord> a, std::span<const NameWord> b, const AlignRules& rules) {
  a = a.first(std::min(a.size(), kMostWords));
  b = b.first(std::min(b.size(), kMostWords));
  // Where several matches are as good as each other the order decides: it must not be that of the arguments.
  if (!ComesFirst(b, a)) return Aligner(a, b, rules).Run();
  Alignment found = Aligner(b, a, rules).Run();
  std::swap(found.a, found.b);
  return found;
}

}  // namespace weir::identity
