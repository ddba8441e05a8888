#include "identity/spelling.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::identity {
namespace {

struct Spelling {
  std::string_view letters;
  std::string_view sound;
};

// The first that fits stands, so longer ones come first. In the sounds S is sh, C ch, Z zh.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"schtsch", "S"}, {"shtsh", "S"}, {"shch", "S"}, {"chtch", "S"}, {"szcz", "S"}, {"tsch", "C"}, {"sch", "S"},
    {"tch", "C"},     {"dzh", "Z"},   {"sh", "S"},   {"ch", "C"},    {"cz", "C"},   {"kh", "h"},   {"zh", "Z"},
    {"ts", "s"},      {"tz", "s"},    {"dz", "s"},   {"ph", "f"},    {"th", "t"},   {"dh", "d"},   {"gh", "g"},
    {"ck", "k"},      {"cv", "sv"},   {"qu", "k"},   {"ae", "a"},    {"oe", "o"},   {"iou", "u"},  {"you", "u"},
    {"jou", "u"},     {"ue", "u"},    {"oo", "u"},   {"ou", "u"},    {"ee", "i"},   {"yu", "u"},   {"ju", "u"},
    {"iu", "u"},      {"yo", "e"},    {"jo", "e"},   {"ye", "e"},    {"je", "e"},   {"ie", "e"},   {"x", "ks"},
    {"q", "k"},       {"w", "v"},     {"y", "i"},    {"j", "i"},     {"z", "s"},
});

// Numbers of the spellings that begin with a letter, in their order.
struct ByLetter {
  std::array<std::uint8_t, kSpellings.size()> numbers{};
  std::array<std::uint8_t, 27> begins{};

  constexpr ByLetter() {
    std::size_t count = 0;
    for (std::size_t letter = 0; letter < 26; ++letter) {
      begins.at(letter) = static_cast<std::uint8_t>(count);
      for (std::size_t i = 0; i < kSpellings.size(); ++i) {
        if (kSpellings.at(i).letters.front() == static_cast<char>('a' + letter))
          numbers.at(count++) = static_cast<std::uint8_t>(i);
      }
    }
    begins.back() = static_cast<std::uint8_t>(count);
  }

  std::span<const std::uint8_t> Of(char letter) const {
    if (letter < 'a' || letter > 'z') return {};
    const auto at = static_cast<std::size_t>(letter - 'a');
    return std::span(numbers).subspan(begins.at(at), begins.at(at + 1) - begins.at(at));
  }
};
constexpr ByLetter kByLetter;

bool IsFrontVowel(char letter) { return letter == 'e' || letter == 'i' || letter == 'y'; }
bool IsVowel(char letter) { return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u'; }

// Endings of Slavic family names: -off, -ow are -ov; -ic is -ich.
std::string_view WithoutEnding(std::string_view word, std::string_view& ending) {
  constexpr std::size_t kShortest = 5;
  if (word.size() < kShortest) return word;
  for (const std::string_view last : {"ff", "w", "f"}) {
    if (!word.ends_with(last)) continue;
    const char before = word[word.size() - last.size() - 1];
    if (before != 'o' && before != 'e') return word;
    ending = "v";
    return word.substr(0, word.size() - last.size());
  }
  if (word.ends_with("ic")) {
    ending = "C";
    return word.substr(0, word.size() - 1);
  }
  return word;
}

void Append(std::string& key, char sound) {
  if (!key.empty() && key.back() == sound) return;
  key.push_back(sound);
}

}  // namespace

std::string TransliterationKey(std::string_view word) {
  std::string_view ending;
  std::string_view rest = WithoutEnding(word, ending);
  std::string key;
  key.reserve(rest.size() + 2);
  while (!rest.empty()) {
    const Spelling* found = nullptr;
    for (const std::uint8_t number : kByLetter.Of(rest.front())) {
      if (!rest.starts_with(kSpellings.at(number).letters)) continue;
      found = &kSpellings.at(number);
      break;
    }
    if (found != nullptr) {
      for (const char sound : found->sound) Append(key, sound);
      rest.remove_prefix(found->letters.size());
      continue;
    }
    const char letter = rest.front();
    rest.remove_prefix(1);
    if (letter != 'c') {
      Append(key, letter);
    } else {
      Append(key, !rest.empty() && IsFrontVowel(rest.front()) ? 's' : 'k');
    }
  }
  for (const char sound : ending) Append(key, sound);
  return key;
}

std::string ConsonantKey(std::string_view transliteration_key) {
  std::string consonants;
  for (const char sound : transliteration_key) {
    // w and y are written for vowels, and the key has made v of w.
    if (IsVowel(sound) || sound == 'v') continue;
    Append(consonants, sound == 'p' ? 'b' : sound);
  }
  return consonants;
}

}  // namespace weir::identity
