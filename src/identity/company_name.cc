#include "identity/company_name.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "identity/company_words.h"
#include "identity/legal_forms.h"
#include "identity/person_words.h"

namespace weir::identity {
namespace {

struct Parts {
  std::vector<std::string> core;
  std::vector<std::uint16_t> forms;
  std::uint8_t kinds = 0;
  std::vector<std::string> names;  // of the forms, in the order of the name
};

// Where countries share a form any of them may be meant; the first names it.
void AddForm(const FoundForm& found, bool is_leading, Parts& parts) {
  for (const std::uint16_t number : found.forms) {
    parts.forms.push_back(number);
    parts.kinds |= LegalForms()[number].kind;
  }
  std::string name(LegalForms()[found.forms.front()].name);
  parts.names.insert(is_leading ? parts.names.end() : parts.names.begin(), std::move(name));
}

Parts Read(std::string_view name) {
  constexpr std::size_t kLongestRead = 1024;  // bytes, as CompanyWords reads
  constexpr int kMostForms = 3;
  Parts parts;
  std::vector<std::string> words = CompanyWords(name);
  std::span<const std::string> rest(words);
  for (int i = 0; i < kMostForms; ++i) {
    const std::optional<FoundForm> form = FormAtEnd(rest);
    if (!form) break;
    rest = rest.first(rest.size() - form->words);
    AddForm(*form, false, parts);
  }
  std::vector<std::string> trailing = std::move(parts.names);
  parts.names.clear();
  for (int i = 0; i < kMostForms; ++i) {
    const std::optional<FoundForm> form = FormAtBegin(rest);
    if (!form) break;
    rest = rest.subspan(form->words);
    AddForm(*form, true, parts);
  }
  parts.names.insert(parts.names.end(), trailing.begin(), trailing.end());
  parts.core.assign(rest.begin(), rest.end());
  WriteOut(name.substr(0, kLongestRead), parts.core);
  std::ranges::sort(parts.forms);
  const auto same = std::ranges::unique(parts.forms);
  parts.forms.erase(same.begin(), same.end());
  return parts;
}

std::string JoinWords(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(' ');
    text += word;
  }
  return text;
}

// What one name has that the other lacks.
struct Rest {
  int strong = 0;
  int weak = 0;
  int numbers = 0;
  int matched = 0;  // strong words that are one in both
  std::size_t letters = 0;
  std::size_t matched_letters = 0;
  WordMatch weakest = WordMatch::kExact;
};

Rest Count(std::span<const NameWord> words, std::span<const MatchedWord> matches) {
  Rest rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const NameWord& word = words[i];
    const bool is_matched = matches[i].match != WordMatch::kNone;
    if (word.is_weak) {
      rest.weak += is_matched ? 0 : 1;
      continue;
    }
    rest.letters += word.text.size();
    if (is_matched) {
      rest.matched_letters += word.text.size();
      rest.weakest = std::min(rest.weakest, matches[i].match);
      rest.matched += word.is_number ? 0 : 1;
    } else {
      ++(word.is_number ? rest.numbers : rest.strong);
    }
  }
  return rest;
}

bool IsInOrder(std::span<const MatchedWord> matches) {
  int last = -1;
  for (const MatchedWord& match : matches) {
    if (match.match == WordMatch::kNone) continue;
    if (match.other < last) return false;
    last = match.other;
  }
  return true;
}

// "IBM" of "International Business Machines".
bool IsAcronymOf(const PreparedCompanyName& acronym, const PreparedCompanyName& full) {
  constexpr std::size_t kShortest = 3;
  if (acronym.words.empty() || acronym.words.size() > 2 || full.words.size() < kShortest) return false;
  const std::string& letters = acronym.words.front().text;
  if (letters.size() < kShortest) return false;
  if (acronym.words.size() == 2 && !acronym.words.back().is_weak) return false;
  return letters == full.initials || letters == full.all_initials;
}

CompanyNameLevel LevelOf(WordMatch weakest) {
  switch (weakest) {
    case WordMatch::kNone:
      return CompanyNameLevel::kDifferent;
    case WordMatch::kMisspelt:
    case WordMatch::kInitial:
    case WordMatch::kGender:
      return CompanyNameLevel::kMisspelt;
    case WordMatch::kNickname:
    case WordMatch::kSpelling:
    case WordMatch::kJoined:
      return CompanyNameLevel::kSpelling;
    case WordMatch::kExact:
      break;
  }
  return CompanyNameLevel::kForm;
}

bool ShareOne(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b) {
  return std::ranges::any_of(a, [&](std::uint16_t form) { return std::ranges::find(b, form) != b.end(); });
}

}  // namespace

CompanyName ParseCompanyName(std::string_view name) {
  Parts parts = Read(name);
  return {.core = JoinWords(parts.core), .legal_forms = std::move(parts.names)};
}

std::string_view ReasonOf(CompanyNameLevel level) {
  switch (level) {
    case CompanyNameLevel::kDifferent:
      return "different names";
    case CompanyNameLevel::kPartial:
      return "only part of the name is the same";
    case CompanyNameLevel::kMoreWords:
      return "one name says more than the other";
    case CompanyNameLevel::kNumber:
      return "the same but for a number";
    case CompanyNameLevel::kOtherForm:
      return "the same with another legal form";
    case CompanyNameLevel::kMisspelt:
      return "the same but for a typing error";
    case CompanyNameLevel::kAcronym:
      return "one is the initials of the other";
    case CompanyNameLevel::kWeakWords:
      return "the same but for words that say little";
    case CompanyNameLevel::kSpelling:
      return "the same in another spelling";
    case CompanyNameLevel::kForm:
      return "the same, the legal form left out or written otherwise";
    case CompanyNameLevel::kExact:
      break;
  }
  return "the same name";
}

PreparedCompanyName PrepareCompanyName(std::string_view name) {
  Parts parts = Read(name);
  PreparedCompanyName prepared;
  prepared.is_vowelless = ScriptsOf(name.substr(0, kLongestWord)).is_vowelless;
  prepared.name = {.core = JoinWords(parts.core), .legal_forms = std::move(parts.names)};
  prepared.forms = std::move(parts.forms);
  prepared.kinds = parts.kinds;
  const bool has_strong =
      std::ranges::any_of(parts.core, [](const std::string& word) { return !IsWeakOfCompany(word); });
  for (std::string& text : parts.core) {
    // Where all words say little they are the name.
    const bool is_weak = has_strong && IsWeakOfCompany(text);
    NameWord word = MakeWord(std::move(text));
    word.is_weak = is_weak;
    prepared.all_initials.push_back(word.text.front());
    if (!is_weak) prepared.initials.push_back(word.text.front());
    prepared.words.push_back(std::move(word));
  }
  return prepared;
}

CompanyNameSimilarity Compare(const PreparedCompanyName& a, const PreparedCompanyName& b) {
  if (a.words.empty() || b.words.empty()) return {};
  CompanyNameSimilarity similarity;
  const auto at_most = [&](CompanyNameLevel level) { similarity.level = std::min(similarity.level, level); };
  const bool share_form = a.forms == b.forms || ShareOne(a.forms, b.forms);
  const bool forms_contradict = !share_form && a.kinds != 0 && b.kinds != 0 && (a.kinds & b.kinds) == 0;
  if (a.name.core == b.name.core) {
    similarity = {a.forms == b.forms ? CompanyNameLevel::kExact : CompanyNameLevel::kForm, 1};
  } else if (IsAcronymOf(a, b) || IsAcronymOf(b, a)) {
    similarity = {CompanyNameLevel::kAcronym, 1};
  } else {
    const Alignment found =
        Align(a.words, b.words,
              {.with_initials = false, .with_gender = false, .by_consonants = a.is_vowelless != b.is_vowelless});
    const Rest of_a = Count(a.words, found.a);
    const Rest of_b = Count(b.words, found.b);
    const std::size_t letters = of_a.letters + of_b.letters;
    const auto matched = static_cast<double>(of_a.matched_letters + of_b.matched_letters);
    similarity.share = letters == 0 ? 0 : std::max(0.0, matched - 2.0 * found.edits) / static_cast<double>(letters);
    if (std::min(of_a.matched, of_b.matched) == 0) return similarity;
    similarity.level = LevelOf(std::min(of_a.weakest, of_b.weakest));
    if (!IsInOrder(found.a)) at_most(CompanyNameLevel::kSpelling);
    if (of_a.weak + of_b.weak > 0) at_most(CompanyNameLevel::kWeakWords);
    if (of_a.numbers + of_b.numbers > 0) at_most(CompanyNameLevel::kNumber);
    if (of_a.strong + of_b.strong > 0) at_most(CompanyNameLevel::kMoreWords);
    if (of_a.strong > 0 && of_b.strong > 0) at_most(CompanyNameLevel::kPartial);
    // So many typing errors are another name: of the letters of both together.
    constexpr std::size_t kLettersForAnError = 9;
    if (static_cast<std::size_t>(found.edits) > std::max<std::size_t>(1, letters / kLettersForAnError)) {
      at_most(CompanyNameLevel::kPartial);
    }
  }
  if (forms_contradict) at_most(CompanyNameLevel::kOtherForm);
  return similarity;
}

CompanyNameSimilarity CompareCompanyNames(std::string_view a, std::string_view b) {
  return Compare(PrepareCompanyName(a), PrepareCompanyName(b));
}

}  // namespace weir::identity
