#include "identity/address.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "identity/address_words.h"
#include "identity/catalog_rows.h"
#include "identity/fold.h"
#include "identity/spelling.h"

namespace weir::identity {
namespace {

using Words = std::vector<std::string>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool HasDigit(std::string_view word) { return std::ranges::any_of(word, IsDigit); }
bool IsNumber(std::string_view word) { return !word.empty() && std::ranges::all_of(word, IsDigit); }
// "5", "12b", not "3rd"
bool IsHouseNumber(std::string_view word) {
  constexpr std::size_t kLongest = 6;
  return !word.empty() && IsDigit(word.front()) && word.size() <= kLongest && !(StreetWord(word) && !IsNumber(word));
}

void Append(std::string_view word, std::string& text) {
  if (!text.empty()) text.push_back(' ');
  text += word;
}

// "kv12" is "kv 12"; "пр-т" and "б-р" became two words that are one.
Words WordsOf(std::string_view segment) {
  std::string plain;
  for (const char c : segment) {
    if (c == '#') {
      plain += " unit ";
    } else if (c != '\'') {
      plain.push_back(c);
    }
  }
  Words words;
  const std::string folded = FoldText(plain);
  for (const std::string_view word : Pieces(folded, ' ')) {
    const std::size_t letters = word.find_first_of("0123456789");
    const std::string_view head = word.substr(0, letters);
    if (letters != std::string_view::npos && letters > 0 && IsNumber(word.substr(letters)) && head != "m" &&
        (IsUnitWord(head) || IsHouseWord(head) || BuildingPart(head))) {
      words.emplace_back(head);
      words.emplace_back(word.substr(letters));
      continue;
    }
    if (!words.empty() && ((words.back() == "pr" && (word == "t" || word == "kt" || word == "d")) ||
                           (words.back() == "b" && word == "r") || (words.back() == "r" && word == "n"))) {
      words.back() += word;
      continue;
    }
    words.emplace_back(word.substr(0, kLongestWord));
  }
  return words;
}

std::vector<Words> SegmentsOf(std::string_view line) {
  constexpr std::size_t kLongestAddress = 512;  // bytes
  line = line.substr(0, kLongestAddress);
  std::vector<Words> segments;
  while (true) {
    const std::size_t end = line.find_first_of(",;\n\r");
    Words words = WordsOf(line.substr(0, end));
    if (!words.empty()) segments.push_back(std::move(words));
    if (end == std::string_view::npos) return segments;
    line.remove_prefix(end + 1);
  }
}

// "sw1a 1aa", "k1a 0b1": letters and digits as the post of Great Britain and Canada write them.
bool IsOutward(std::string_view word) {
  if (word.size() < 2 || word.size() > 4 || !(word[0] >= 'a' && word[0] <= 'z')) return false;
  return HasDigit(word) && !IsNumber(word.substr(0, 1));
}
bool IsInward(std::string_view word) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (word.size() != 3 || !IsDigit(word[0])) return false;
  return (is_letter(word[1]) && is_letter(word[2])) || (is_letter(word[1]) && IsDigit(word[2]));
}

struct Place {
  std::size_t segment = 0;
  std::size_t word = 0;
  std::size_t words = 1;
};

// Five or six digits, the last in the address; of four only where a city follows or nothing does. A number that a
// street follows is of a house.
std::optional<Place> FindPostCode(const std::vector<Words>& segments) {
  std::optional<Place> found;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const Words& words = segments[s];
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const bool is_last = i + 1 == words.size();
      if (!is_last && IsOutward(word) && IsInward(words[i + 1])) {
        found = Place{s, i, 2};
        ++i;
        continue;
      }
      if (!IsNumber(word)) continue;
      if (i > 0 && (IsUnitWord(words[i - 1]) || IsHouseWord(words[i - 1]) || BuildingPart(words[i - 1]))) continue;
      const bool leads_street = s == 0 && i == 0 && !is_last;
      const bool leads_words = !is_last && !HasDigit(words[i + 1]);
      if (word.size() == 5 || word.size() == 6) {
        // ZIP+4 and the like belong to the code but say no more.
        const bool has_more = !is_last && IsNumber(words[i + 1]) && words[i + 1].size() == 4;
        if (leads_street) continue;
        found = Place{s, i, has_more ? 2U : 1U};
        i += has_more ? 1 : 0;
      } else if (word.size() == 4 && s > 0 && ((i == 0 && leads_words) || (is_last && i > 0))) {
        found = Place{s, i, 1};
      } else if (word.size() == 2 && !is_last && words[i + 1].size() == 3 && IsNumber(words[i + 1]) && s > 0) {
        found = Place{s, i, 2};  // Polish 00-950
      }
    }
  }
  return found;
}

void TakePostCode(std::vector<Words>& segments, Address& address) {
  const std::optional<Place> place = FindPostCode(segments);
  if (!place) return;
  Words& words = segments[place->segment];
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(place->word);
  const auto end = begin + static_cast<std::ptrdiff_t>(place->words);
  address.post_code = *begin;
  const bool is_zip4 = place->words == 2 && begin->size() == 5 && IsNumber(*begin);
  if (place->words == 2 && !is_zip4) address.post_code += *(begin + 1);
  words.erase(begin, end);
  if (words.empty()) segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(place->segment));
}

// "apt 7", "3 floor"
void TakeUnits(std::vector<Words>& segments, Address& address) {
  for (std::size_t s = 0; s < segments.size(); ++s) {
    Words& words = segments[s];
    for (std::size_t i = 0; i < words.size();) {
      const bool is_unit =
          IsUnitWord(words[i]) && words.size() > i + 1 && (HasDigit(words[i + 1]) || words[i + 1].size() == 1);
      if (!is_unit) {
        ++i;
        continue;
      }
      Append(words[i + 1], address.unit);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    }
  }
  std::erase_if(segments, [](const Words& words) { return words.empty(); });
}

bool HasKind(const Words& words) {
  return std::ranges::any_of(words, [](const std::string& word) { return StreetKind(word) || JoinedStreetKind(word); });
}

// The segment with the street: the first with a kind of street, else the first with a number, else the first that is
// not said to be a place.
std::size_t FindStreet(const std::vector<Words>& segments) {
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (!IsPlaceWord(segments[s].front()) && HasKind(segments[s])) return s;
  }
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (std::ranges::any_of(segments[s], [](const std::string& word) { return IsHouseNumber(word); })) {
      // The number alone follows the street: "Ленина, 5".
      return s > 0 && IsHouseNumber(segments[s].front()) && segments[s].size() == 1 ? s - 1 : s;
    }
  }
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (!IsPlaceWord(segments[s].front())) return s;
  }
  return 0;
}

// Reads the words of a street and of what follows it.
class StreetReader {
 public:
  explicit StreetReader(Address& address) : address_(address) {}

  void Read(std::span<const std::string> words) {
    bool is_over = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const bool number_follows = i + 1 < words.size() && HasDigit(words[i + 1]);
      if (number_follows && IsHouseWord(word)) {
        address_.house = words[++i];
      } else if (const auto part = BuildingPart(word); part && number_follows && !address_.house.empty()) {
        Append(std::string(1, *part) + words[++i], address_.house);
      } else if (IsHouseNumber(word) && TakesHouse(words, i)) {
        TakeHouse(word);
      } else if (word.size() == 1 && i > 0 && words[i - 1] == address_.house && IsNumber(address_.house) &&
                 !StreetWord(word)) {
        address_.house += word;
      } else if (is_over || (!leads_ && !address_.house.empty() && !address_.street.empty())) {
        Append(word, address_.place);
      } else {
        is_over = TakeStreetWord(words, i);
      }
    }
  }

 private:
  // A number that a kind of street follows is of the street (42 Street).
  bool TakesHouse(std::span<const std::string> words, std::size_t at) const {
    const bool kind_follows = at + 1 < words.size() && StreetKind(words[at + 1]) && words[at + 1] != "st";
    if (at > 0 && kind_follows && address_.street.empty()) return false;
    return address_.house.empty() || (at > 0 && words[at - 1] == address_.house) || IsNumber(words[at]);
  }

  void TakeHouse(std::string_view word) {
    if (address_.house.empty() && address_.street.empty() && address_.street_kind.empty()) leads_ = true;
    Append(word, address_.house);
  }

  // Says whether the street ends with this word.
  bool TakeStreetWord(std::span<const std::string> words, std::size_t at) {
    const std::string& word = words[at];
    const auto kind = StreetKind(word);
    // "St James" is a saint, "Dr King" a man.
    const bool is_first =
        address_.street.empty() && (word == "st" || word == "dr" || word == "ct") && at + 1 < words.size();
    if (is_first) {
      Append(word == "st" ? "saint" : word, address_.street);
      return false;
    }
    if (kind && address_.street_kind.empty()) {
      address_.street_kind = *kind;
      return leads_ && !address_.street.empty();
    }
    if (const auto joined = JoinedStreetKind(word); joined && address_.street_kind.empty()) {
      address_.street_kind = joined->kind;
      Append(std::string_view(word).substr(0, word.size() - joined->letters), address_.street);
      return false;
    }
    const auto written = StreetWord(word);
    Append(written ? *written : std::string_view(word), address_.street);
    return false;
  }

  Address& address_;
  bool leads_ = false;  // the number stands before the street
};

void ReadPlace(const Words& words, Address& address) {
  for (const std::string& word : words) {
    if (!IsPlaceWord(word)) Append(word, address.place);
  }
}

Address Read(std::vector<Words> segments) {
  Address address;
  TakePostCode(segments, address);
  TakeUnits(segments, address);
  if (segments.empty()) return address;
  const std::size_t street = FindStreet(segments);
  StreetReader reader(address);
  reader.Read(segments[street]);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    if (s == street) continue;
    const Words& words = segments[s];
    const bool is_of_house =
        s > street && (IsHouseNumber(words.front()) || (words.size() > 1 && HasDigit(words[1]) &&
                                                        (IsHouseWord(words.front()) || BuildingPart(words.front()))));
    if (is_of_house) {
      reader.Read(words);
    } else {
      ReadPlace(words, address);
    }
  }
  // A lone word without a number is a place, not a street.
  if (address.house.empty() && address.street_kind.empty() && segments.size() == 1) {
    address.place = std::exchange(address.street, {}) + (address.place.empty() ? "" : " ") + address.place;
  }
  return address;
}

std::vector<NameWord> Ready(std::string_view text) {
  std::vector<NameWord> words;
  for (const std::string_view word : Pieces(text, ' ')) {
    if (words.size() == kMostWords) break;
    words.push_back(MakeWord(std::string(word)));
  }
  return words;
}

// How two lists of words are one; nothing where some are in one only.
std::optional<WordMatch> MatchOf(std::span<const NameWord> a, std::span<const NameWord> b) {
  const Alignment found = Align(a, b, {.with_initials = false, .with_gender = false});
  WordMatch weakest = WordMatch::kExact;
  for (const std::vector<MatchedWord>* side : {&found.a, &found.b}) {
    for (const MatchedWord& match : *side) weakest = std::min(weakest, match.match);
  }
  return weakest == WordMatch::kNone ? std::nullopt : std::optional(weakest);
}

bool ShareWord(std::span<const NameWord> a, std::span<const NameWord> b) {
  const Alignment found = Align(a, b, {.with_initials = false, .with_gender = false});
  return std::ranges::any_of(found.a, [](const MatchedWord& match) { return match.match != WordMatch::kNone; });
}

enum class Agreement : std::uint8_t { kUnknown, kYes, kNo };
Agreement AgreementOf(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Agreement::kUnknown;
  return a == b ? Agreement::kYes : Agreement::kNo;
}

}  // namespace

Address ParseAddress(std::string_view line) { return Read(SegmentsOf(line)); }

Address ParseAddress(std::string_view street, std::string_view post_code, std::string_view place) {
  Address address = Read(SegmentsOf(street));
  for (const Words& words : SegmentsOf(place)) ReadPlace(words, address);
  if (!post_code.empty()) {
    address.post_code = FoldText(post_code.substr(0, kLongestWord));
    std::erase(address.post_code, ' ');
  }
  return address;
}

std::string AddressKey(const Address& address) {
  if (address.street.empty()) return {};
  std::vector<std::string> keys;
  for (const std::string_view word : Pieces(address.street, ' ')) keys.push_back(TransliterationKey(word));
  std::ranges::sort(keys);
  std::string key = address.house;
  for (const std::string& word : keys) Append(word, key);
  return key;
}

std::string_view ReasonOf(AddressLevel level) {
  switch (level) {
    case AddressLevel::kDifferent:
      return "different addresses";
    case AddressLevel::kPlace:
      return "the same place, another street";
    case AddressLevel::kStreet:
      return "the same street, another house";
    case AddressLevel::kBuilding:
      return "the same house, another flat";
    case AddressLevel::kMisspelt:
      return "the same but for a typing error";
    case AddressLevel::kLeftOut:
      return "the same, but one leaves parts out";
    case AddressLevel::kSpelling:
      return "the same in another spelling";
    case AddressLevel::kExact:
      break;
  }
  return "the same address";
}

PreparedAddress PrepareAddress(Address address) {
  PreparedAddress prepared;
  prepared.street = Ready(address.street);
  prepared.place = Ready(address.place);
  prepared.address = std::move(address);
  return prepared;
}

AddressLevel Compare(const PreparedAddress& a, const PreparedAddress& b) {
  const Address& x = a.address;
  const Address& y = b.address;
  const Agreement code = AgreementOf(x.post_code, y.post_code);
  Agreement place = Agreement::kUnknown;
  if (!a.place.empty() && !b.place.empty()) place = ShareWord(a.place, b.place) ? Agreement::kYes : Agreement::kNo;
  const bool is_elsewhere =
      place == Agreement::kNo ? code != Agreement::kYes : code == Agreement::kNo && place == Agreement::kUnknown;
  const bool is_there = !is_elsewhere && (code == Agreement::kYes || place == Agreement::kYes);
  const AddressLevel without_street = is_there ? AddressLevel::kPlace : AddressLevel::kDifferent;
  if (a.street.empty() || b.street.empty() || is_elsewhere) return without_street;
  const std::optional<WordMatch> street = MatchOf(a.street, b.street);
  if (!street || AgreementOf(x.street_kind, y.street_kind) == Agreement::kNo) return without_street;
  if (AgreementOf(x.house, y.house) != Agreement::kYes) return AddressLevel::kStreet;
  const Agreement unit = AgreementOf(x.unit, y.unit);
  if (unit == Agreement::kNo) return AddressLevel::kBuilding;
  if (*street <= WordMatch::kMisspelt || code == Agreement::kNo) return AddressLevel::kMisspelt;
  const bool leaves_out = x.unit != y.unit || x.post_code != y.post_code || a.place.empty() != b.place.empty();
  if (leaves_out) return AddressLevel::kLeftOut;
  return x == y ? AddressLevel::kExact : AddressLevel::kSpelling;
}

AddressLevel CompareAddresses(std::string_view a, std::string_view b) {
  return Compare(PrepareAddress(ParseAddress(a)), PrepareAddress(ParseAddress(b)));
}

}  // namespace weir::identity
