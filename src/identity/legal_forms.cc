#include "identity/legal_forms.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "identity/catalog_rows.h"
#include "identity/company_words.h"
#include "identity/damerau_levenshtein.h"

namespace weir::identity {
namespace {

constexpr std::size_t kMostFormWords = 8;
constexpr std::size_t kMostLetters = 5;  // of a short form that is written with blanks, too
constexpr std::size_t kLongForm = 12;    // letters from which on a typing error does not make another form

std::uint8_t KindNamed(std::string_view name) {
  static constexpr auto kKinds = std::to_array<std::string_view>(
      {"limited", "stock", "partnership", "sole", "cooperative", "foundation", "state"});
  const auto found = std::ranges::find(kKinds, name);
  if (found == kKinds.end()) {
    WEIR_CHECK(name == "other");
    return 0;
  }
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(found - kKinds.begin()));
}

// Countries whose companies write the form before the name.
bool MayLead(std::string_view country) {
  static constexpr auto kCountries = std::to_array<std::string_view>(
      {"ru", "ua", "by", "kz", "uz", "kg", "ro", "id", "vn", "lv", "lt", "ee", "kr", "jp", "cn", "fr", "am", "ge"});
  return std::ranges::find(kCountries, country) != kCountries.end();
}

std::string JoinWords(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(' ');
    text += word;
  }
  return text;
}

// "S. p. A." of "spa".
std::string Spaced(std::string_view letters) {
  std::string text;
  for (const char letter : letters) {
    if (!text.empty()) text.push_back(' ');
    text.push_back(letter);
  }
  return text;
}

class Table {
 public:
  static const Table& Get() {
    static const Table kTable;
    return kTable;
  }

  std::span<const LegalForm> forms() const { return forms_; }

  const std::vector<std::uint16_t>* Find(std::string_view text) const {
    for (const Numbers* numbers : {&by_text_, &by_letters_}) {
      const auto found = numbers->find(std::string(text));
      if (found != numbers->end()) return &found->second;
    }
    return nullptr;
  }

  const std::vector<std::uint16_t>* FindMisspelt(std::string_view text) const {
    if (text.size() < kLongForm) return nullptr;
    for (const std::string& known : long_forms_) {
      if (known.front() != text.front() || OptimalStringAlignment(known, text, 1) > 1) continue;
      return Find(known);
    }
    return nullptr;
  }

 private:
  Table() {
    for (const std::vector<std::string_view>& row : CatalogRows("identity/legal_forms.csv")) {
      const auto number = static_cast<std::uint16_t>(forms_.size());
      forms_.push_back({row[0], row[1], KindNamed(row[2]), MayLead(row[0])});
      std::vector<std::string_view> aliases = Pieces(row[3], '|');
      aliases.push_back(row[1]);
      for (const std::string_view alias : aliases) {
        const std::vector<std::string> words = CompanyWords(alias);
        std::string text = JoinWords(words);
        WEIR_CHECK(!text.empty());
        Add(text, number, by_text_);
        if (words.size() == 1 && text.size() <= kMostLetters) Add(Spaced(text), number, by_letters_);
        if (text.size() >= kLongForm) long_forms_.push_back(std::move(text));
      }
    }
    // Of several that are one error away the first in order is taken.
    std::ranges::sort(long_forms_);
  }

  using Numbers = std::unordered_map<std::string, std::vector<std::uint16_t>>;

  static void Add(const std::string& text, std::uint16_t number, Numbers& numbers) {
    std::vector<std::uint16_t>& of = numbers[text];
    if (of.empty() || of.back() != number) of.push_back(number);
  }

  std::vector<LegalForm> forms_;
  Numbers by_text_;
  Numbers by_letters_;  // short forms written with blanks
  std::vector<std::string> long_forms_;
};

bool HaveName(std::span<const std::string> words) {
  return std::ranges::any_of(words, [](const std::string& word) { return !IsWeakOfCompany(word); });
}

}  // namespace

std::span<const LegalForm> LegalForms() { return Table::Get().forms(); }

std::optional<FoundForm> FormAtEnd(std::span<const std::string> words) {
  const Table& table = Table::Get();
  const std::size_t most = words.empty() ? 0 : std::min(words.size() - 1, kMostFormWords);
  for (const bool exactly : {true, false}) {
    for (std::size_t count = most; count > 0; --count) {
      if (!HaveName(words.first(words.size() - count))) continue;
      const std::string text = JoinWords(words.last(count));
      const std::vector<std::uint16_t>* found = exactly ? table.Find(text) : table.FindMisspelt(text);
      if (found != nullptr) return FoundForm{*found, count};
    }
  }
  return std::nullopt;
}

std::optional<FoundForm> FormAtBegin(std::span<const std::string> words) {
  const Table& table = Table::Get();
  const std::size_t most = words.empty() ? 0 : std::min(words.size() - 1, kMostFormWords);
  for (std::size_t count = most; count > 0; --count) {
    // "AT and T" is no form.
    if (words[count] == "and" || !HaveName(words.subspan(count))) continue;
    const std::string text = JoinWords(words.first(count));
    const std::vector<std::uint16_t>* found = table.Find(text);
    if (found == nullptr) continue;
    FoundForm form{{}, count};
    for (const std::uint16_t number : *found) {
      if (text.size() >= kLongForm || table.forms()[number].may_lead) form.forms.push_back(number);
    }
    if (!form.forms.empty()) return form;
  }
  return std::nullopt;
}

}  // namespace weir::identity
