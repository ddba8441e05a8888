#include "identity/entity_evidence.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/country.h"
#include "base/random.h"
#include "base/text.h"
#include "identity/fold.h"

namespace weir::identity {
namespace {

constexpr std::array<std::string_view, 11> kAccountColumns{
    "name", "legal_name", "domain", "tax_id", "email", "phone", "country", "city", "parent", "employees", "industry"};
constexpr std::array<std::string_view, 8> kPersonColumns{"name",    "email", "phone",   "mobile",
                                                         "account", "title", "country", "city"};

enum AccountColumn : std::uint8_t {
  kName,
  kLegalName,
  kDomain,
  kTaxId,
  kEmail,
  kPhone,
  kCountry,
  kCity,
  kParent,
  kEmployees,
  kIndustry
};
enum PersonColumn : std::uint8_t { kFullName, kMail, kDesk, kMobile, kAccount, kTitle, kLand, kTown };

// By level, kDifferent first.
constexpr auto kCompanyNameWeights = std::to_array({-10.0, -4.0, 0.0, -4.0, 2.0, 8.0, 4.0, 8.0, 12.5, 13.0, 13.0});
static_assert(kCompanyNameWeights.size() == static_cast<std::size_t>(CompanyNameLevel::kExact) + 1);
constexpr auto kPersonNameWeights = std::to_array({-9.0, -3.0, 5.0, 8.5, 6.0, 5.0, 8.0, 10.0, 10.5, 11.0});
static_assert(kPersonNameWeights.size() == static_cast<std::size_t>(PersonNameLevel::kExact) + 1);
// Different, of one business domain, the same local part elsewhere, misspelt, the same mailbox, the same. Two addresses
// of one business domain are two people; a local part is mostly made of the name, which is counted already.
constexpr auto kPersonEmailWeights = std::to_array({-1.5, -9.0, 4.0, 6.0, 13.0, 13.0});
static_assert(kPersonEmailWeights.size() == static_cast<std::size_t>(EmailLevel::kExact) + 1);
constexpr double kSameLocalAtTwoCompanies = -1;
// Different, one digit differs, the same end, the same.
constexpr std::array<double, 4> kPersonPhoneWeights{-1.5, 4.0, 9.0, 11.0};
constexpr std::array<double, 4> kCompanyPhoneWeights{-1.0, 3.0, 9.0, 11.0};
static_assert(kPersonPhoneWeights.size() == static_cast<std::size_t>(PhoneLevel::kExact) + 1);

// "Acme (Basel)" may be a branch of Acme, or Acme.
constexpr double kSameButForBrackets = 5;
// A count that was guessed is round, and many companies have it.
constexpr double kSameHeadcount = 5;
constexpr double kSameRoundHeadcount = 1.5;
constexpr double kOtherHeadcount = -1.5;
constexpr double kSameIndustry = 2;
constexpr double kOtherIndustry = -1;  // tools sort companies differently

double Log2Odds(double entities) { return -std::log2(std::max(entities, kFewestEntities)); }

std::uint64_t KeyOf(char tag, std::string_view text) { return HashText(std::string(1, tag) + std::string(text)); }

void AddDistinct(std::vector<std::string>& values, const std::string& value) {
  if (value.empty() || values.size() == kMostValues || std::ranges::find(values, value) != values.end()) return;
  values.push_back(value);
}

Phone PhoneOf(const std::string& text) {
  const bool is_e164 = text.size() > 7 && text[0] == '+' &&
                       std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
  if (is_e164) return {.e164 = text, .digits = text.substr(1)};
  return ReadPhone(text, {}).value_or(Phone{});
}

// The words in the order of the alphabet, by their sound, those that say little left out.
std::string SortedKey(std::span<const NameWord> words) {
  std::vector<std::string_view> keys;
  for (const NameWord& word : words) {
    if (!word.is_weak && !word.IsInitial()) keys.push_back(word.key);
  }
  std::ranges::sort(keys);
  return fmt::format("{}", fmt::join(keys, " "));
}

void AddNameKeys(const EntityProfile& profile, std::vector<std::uint64_t>& keys) {
  constexpr std::size_t kLetters = 6;
  for (const PreparedCompanyName& name : profile.companies) {
    if (const std::string whole = SortedKey(name.words); !whole.empty()) keys.push_back(KeyOf('c', whole));
    std::string together;
    for (const NameWord& word : name.words) together += word.key;
    if (together.size() < kLetters) continue;
    keys.push_back(KeyOf('b', together.substr(0, kLetters)));
    keys.push_back(KeyOf('e', together.substr(together.size() - kLetters)));
  }
  for (const PreparedPersonName& name : profile.people) {
    if (const std::string whole = SortedKey(name.words); !whole.empty()) keys.push_back(KeyOf('p', whole));
    for (const std::string& account : profile.values[kAccount]) {
      for (const NameWord& word : name.words) {
        if (word.text.size() > 2) keys.push_back(KeyOf('w', account + "|" + word.key));
      }
    }
  }
}

// The best of two lists of values, by a level each.
struct Best {
  int level = -1;
  std::size_t a = 0;
  std::size_t b = 0;
};

template <typename Value, typename LevelOf>
Best BestOf(const std::vector<Value>& a, const std::vector<Value>& b, const LevelOf& level_of) {
  Best best;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto level = static_cast<int>(level_of(a[i], b[j]));
      if (level > best.level) best = {level, i, j};
    }
  }
  return best;
}

// Where the brackets begin in which a name ends; nothing where it ends in none, or is nothing else.
std::size_t BracketsAt(std::string_view name) {
  const std::size_t open = name.rfind('(');
  return open == 0 || !name.ends_with(')') ? std::string_view::npos : open;
}

// "Acme (Basel)" of a company in Basel is "Acme": people part those of one name so.
std::string_view WithoutCity(std::string_view name, const std::vector<std::string>& cities) {
  const std::size_t open = BracketsAt(name);
  if (open == std::string_view::npos) return name;
  const std::string within = FoldText(name.substr(open + 1, name.size() - open - 2));
  const bool is_city = std::ranges::any_of(cities, [&](const std::string& city) { return FoldText(city) == within; });
  return is_city ? TrimBlanks(name.substr(0, open)) : name;
}

bool IsSame(const std::string& a, const std::string& b) { return FoldText(a) == FoldText(b); }

// "DE" and "Germany" are one.
bool IsSameCountry(const std::string& a, const std::string& b) {
  const std::optional<std::string> code_a = CountryCode(a);
  const std::optional<std::string> code_b = CountryCode(b);
  return code_a && code_b ? *code_a == *code_b : IsSame(a, b);
}

class Weighing {
 public:
  Weighing(const EntityProfile& a, const EntityProfile& b, double entities) : a_(a), b_(b) {
    evidence_.weight = evidence_.prior = Log2Odds(entities);
  }

  void Account() {
    CompanyNames();
    Domains();
    Same("tax_id", kTaxId, 13, -10);
    Phones(kCompanyPhoneWeights);
    Same("country", kCountry, 1, -5, IsSameCountry);
    Same("city", kCity, 6.5, -1);
    Headcounts();
    Same("industry", kIndustry, kSameIndustry, kOtherIndustry);
    // A parent and its subsidiary share much and are two.
    const auto is_parent = [](const EntityProfile& child, const EntityProfile& parent) {
      return std::ranges::any_of(child.values[kParent], [&](const std::string& key) {
        return std::ranges::binary_search(parent.own_keys, key);
      });
    };
    if (is_parent(a_, b_) || is_parent(b_, a_)) Add("parent", "one is the parent of the other", {}, {}, -20);
  }

  void Person() {
    const Best name = BestOf(a_.people, b_.people, [](const auto& x, const auto& y) { return Compare(x, y).level; });
    if (name.level >= 0) {
      Add("name", ReasonOf(static_cast<PersonNameLevel>(name.level)), a_.values[kFullName][name.a],
          b_.values[kFullName][name.b], kPersonNameWeights[static_cast<std::size_t>(name.level)]);
    }
    // The address of a desk is nobody's.
    const Best email = BestOf(a_.emails, b_.emails, [](const Email& x, const Email& y) {
      return x.is_role || y.is_role ? -1 : static_cast<int>(Compare(x, y));
    });
    if (email.level >= 0) {
      const Email& x = a_.emails[email.a];
      const Email& y = b_.emails[email.b];
      const auto level = static_cast<EmailLevel>(email.level);
      const bool is_of_two = level == EmailLevel::kSameLocal && !x.is_free && !y.is_free;
      Add("email", ReasonOf(level), x.address, y.address,
          is_of_two ? kSameLocalAtTwoCompanies : kPersonEmailWeights[static_cast<std::size_t>(email.level)]);
    }
    Phones(kPersonPhoneWeights);
    const bool is_one_company = Same("company", kAccount, 11, -3);
    Same("title", kTitle, 2, -0.5);
    // Colleagues live where their company is.
    if (is_one_company) return;
    Same("country", kLand, 0.5, -2, IsSameCountry);
    Same("city", kTown, 2, -1);
  }

  EntityEvidence Take() { return std::move(evidence_); }

 private:
  static std::string NameAt(const EntityProfile& profile, std::size_t at) {
    const std::vector<std::string>& names = profile.values[kName];
    return at < names.size() ? names[at] : profile.values[kLegalName][at - names.size()];
  }

  void Add(std::string_view field, std::string_view level, std::string a, std::string b, double weight) {
    evidence_.weight += weight;
    evidence_.bars.push_back({field, level, std::move(a), std::move(b), weight});
  }

  // Whether they are.
  bool Same(std::string_view field, std::size_t column, double same, double different,
            bool (*is_same)(const std::string&, const std::string&) = IsSame) {
    const Best best = BestOf(a_.values[column], b_.values[column], is_same);
    if (best.level < 0) return false;
    Add(field, best.level == 1 ? "the same" : "different", a_.values[column][best.a], b_.values[column][best.b],
        best.level == 1 ? same : different);
    return best.level == 1;
  }

  void CompanyNames() {
    const auto level_of = [](const PreparedCompanyName& x, const PreparedCompanyName& y) {
      return Compare(x, y).level;
    };
    const Best name = BestOf(a_.companies, b_.companies, level_of);
    if (name.level < 0) return;
    const double weight = kCompanyNameWeights[static_cast<std::size_t>(name.level)];
    const int bare = std::max(BestOf(a_.bare_companies, b_.companies, level_of).level,
                              BestOf(a_.companies, b_.bare_companies, level_of).level);
    const bool is_bare = weight < kSameButForBrackets && bare >= static_cast<int>(CompanyNameLevel::kForm);
    Add("name",
        is_bare ? "the same but for what stands in brackets" : ReasonOf(static_cast<CompanyNameLevel>(name.level)),
        NameAt(a_, name.a), NameAt(b_, name.b), is_bare ? kSameButForBrackets : weight);
  }

  void Headcounts() {
    const Best same = BestOf(a_.values[kEmployees], b_.values[kEmployees], std::equal_to<>());
    if (same.level < 0) return;
    const std::string& count = a_.values[kEmployees][same.a];
    const bool is_round = count.size() < 2 || count.ends_with('0');
    const double weight = same.level == 0 ? kOtherHeadcount : is_round ? kSameRoundHeadcount : kSameHeadcount;
    Add("employees", same.level == 1 ? "the same" : "different", count, b_.values[kEmployees][same.b], weight);
  }

  // A company's own domain, or that of its contacts where it names none.
  void Domains() {
    const std::vector<std::string>& own_a = a_.values[kDomain];
    const std::vector<std::string>& own_b = b_.values[kDomain];
    if (!own_a.empty() && !own_b.empty()) {
      const bool is_same = BestOf(own_a, own_b, std::equal_to<>()).level == 1;
      Add("domain", is_same ? "the same" : "different", own_a[0], own_b[0], is_same ? 13 : -7);
      return;
    }
    const std::vector<std::string>& of_a = own_a.empty() ? a_.contact_domains : own_a;
    const std::vector<std::string>& of_b = own_b.empty() ? b_.contact_domains : own_b;
    const Best best = BestOf(of_a, of_b, std::equal_to<>());
    if (best.level < 0) return;
    Add("domain", best.level == 1 ? "addresses of contacts at the same" : "addresses of contacts elsewhere",
        of_a[best.a], of_b[best.b], best.level == 1 ? 9 : -2);
  }

  void Phones(const std::array<double, 4>& weights) {
    const Best best = BestOf(a_.phones, b_.phones, [](const Phone& x, const Phone& y) { return Compare(x, y); });
    if (best.level < 0) return;
    Add("phone", ReasonOf(static_cast<PhoneLevel>(best.level)), a_.phones[best.a].digits, b_.phones[best.b].digits,
        weights[static_cast<std::size_t>(best.level)]);
  }

  const EntityProfile& a_;
  const EntityProfile& b_;
  EntityEvidence evidence_;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::span<const std::string_view> ColumnsOf(bool is_account) {
  return is_account ? std::span<const std::string_view>(kAccountColumns)
                    : std::span<const std::string_view>(kPersonColumns);
}

EntityProfile ProfileOf(bool is_account, std::span<const EntityWords> records, std::vector<std::string> own_keys,
                        std::span<const std::string> contact_domains) {
  EntityProfile profile;
  profile.own_keys = std::move(own_keys);
  std::ranges::sort(profile.own_keys);
  profile.is_account = is_account;
  for (const EntityWords& words : records) {
    for (std::size_t column = 0; column < words.size(); ++column) AddDistinct(profile.values[column], words[column]);
  }
  for (const std::string& domain : contact_domains) AddDistinct(profile.contact_domains, domain);
  const auto add_phones = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      Phone phone = PhoneOf(text);
      if (!phone.digits.empty()) profile.phones.push_back(std::move(phone));
    }
  };
  if (is_account) {
    for (const std::size_t column : {kName, kLegalName}) {
      for (const std::string& name : profile.values[column]) {
        const std::string_view told = WithoutCity(name, profile.values[kCity]);
        profile.companies.push_back(PrepareCompanyName(told));
        const std::size_t open = BracketsAt(told);
        if (open != std::string_view::npos) {
          profile.bare_companies.push_back(PrepareCompanyName(TrimBlanks(told.substr(0, open))));
        }
      }
    }
    add_phones(profile.values[kPhone]);
    return profile;
  }
  for (const std::string& name : profile.values[kFullName]) profile.people.push_back(Prepare(name));
  for (const std::string& text : profile.values[kMail]) {
    if (auto email = ReadEmail(text)) profile.emails.push_back(std::move(*email));
  }
  add_phones(profile.values[kDesk]);
  add_phones(profile.values[kMobile]);
  return profile;
}

std::vector<std::uint64_t> BlockingKeysOf(const EntityProfile& profile) {
  std::vector<std::uint64_t> keys;
  AddNameKeys(profile, keys);
  for (const Phone& phone : profile.phones) {
    if (const std::string end = PhoneEnd(phone); !end.empty()) keys.push_back(KeyOf('n', end));
  }
  if (profile.is_account) {
    for (const std::string& domain : profile.values[kDomain]) keys.push_back(KeyOf('d', domain));
    for (const std::string& domain : profile.contact_domains) keys.push_back(KeyOf('d', domain));
  }
  constexpr std::size_t kShortestLocal = 5;
  for (const Email& email : profile.emails) {
    if (email.is_role) continue;
    const std::string local = email.mailbox.substr(0, email.mailbox.find('@'));
    if (local.size() >= kShortestLocal) keys.push_back(KeyOf('l', local));
  }
  std::ranges::sort(keys);
  const auto again = std::ranges::unique(keys);
  keys.erase(again.begin(), again.end());
  return keys;
}

double RoundedEntities(double entities) {
  return std::exp2(std::ceil(4 * std::log2(std::max(entities, kFewestEntities))) / 4);
}

EntityEvidence Weigh(const EntityProfile& a, const EntityProfile& b, double entities) {
  Weighing weighing(a, b, entities);
  if (a.is_account) {
    weighing.Account();
  } else {
    weighing.Person();
  }
  return weighing.Take();
}

std::string ToJson(const EntityEvidence& evidence) {
  std::string text = fmt::format(R"([{{"field":"prior","level":"","a":"","b":"","weight":{:.2f}}})", evidence.prior);
  for (const EntityBar& bar : evidence.bars) {
    text += fmt::format(R"(,{{"field":{},"level":{},"a":{},"b":{},"weight":{:.2f}}})", Quoted(bar.field),
                        Quoted(bar.level), Quoted(bar.a), Quoted(bar.b), bar.weight);
  }
  return text + "]";
}

}  // namespace weir::identity
