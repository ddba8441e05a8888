#include "workspace/match_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "analysis/columns.h"
#include "base/country.h"
#include "base/domain.h"
#include "base/phone.h"
#include "base/text.h"
#include "identity/contact.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Of;
using analysis::ParamVisitor;
using analysis::TableSpec;
using identity::EntityBar;
using identity::EntityMatch;
using identity::EntityWords;
using identity::MatchAnswer;
using identity::MatchIndex;
using identity::MatchQuery;
using store::Value;

// In the order of identity::ColumnsOf.
enum AccountColumn : std::uint8_t { kCompany, kLegalName, kDomain, kTaxId, kDeskMail, kDesk, kLand, kTown };
enum PersonColumn : std::uint8_t { kName, kEmail, kPhone, kMobile, kEmployer, kTitle, kCountry, kCity };

constexpr std::int64_t kMostTold = 50;

struct MatchParams {
  std::string name, email, phone, mobile, title, company, legal_name, domain, tax_id, country, city;
  std::int64_t limit = 10;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"Full name of the person", "Полное имя человека"}}, name);
    visitor.Add({.name = "email", .help = {"E-mail of the person", "Почта человека"}}, email);
    visitor.Add({.name = "phone",
                 .help = {"Phone, with the country code or of the workspace's country",
                          "Телефон с кодом страны или страны рабочей области"}},
                phone);
    visitor.Add({.name = "mobile", .help = {"Mobile phone of the person", "Мобильный телефон человека"}}, mobile);
    visitor.Add({.name = "title", .help = {"Job title of the person", "Должность человека"}}, title);
    visitor.Add({.name = "company", .help = {"Name of the company", "Название компании"}}, company);
    visitor.Add({.name = "legal_name", .help = {"Legal name of the company", "Юридическое название компании"}},
                legal_name);
    visitor.Add({.name = "domain", .help = {"Site of the company", "Сайт компании"}}, domain);
    visitor.Add({.name = "tax_id", .help = {"Tax number of the company", "ИНН компании"}}, tax_id);
    visitor.Add({.name = "country", .help = {"Country", "Страна"}}, country);
    visitor.Add({.name = "city", .help = {"City", "Город"}}, city);
    visitor.Add({.name = "limit",
                 .help = {fmt::format("So many matches of each kind at most, up to {}", kMostTold),
                          fmt::format("Не более стольких совпадений каждого вида, до {}", kMostTold)}},
                limit);
  }
};

const TableSpec& AnswerTable() {
  static const TableSpec table{
      .name = "answer",
      .title = {"Whether it is known", "Известна ли запись"},
      .key = {"kind"},
      .columns = {Of("kind", ColumnType::kText, "Person or account", "Человек или компания"),
                  Of("known", ColumnType::kText, "Known: yes, perhaps, elsewhere, no",
                     "Известна: yes — да, perhaps — возможно, elsewhere — у другой команды, no — нет"),
                  Of("id", ColumnType::kText, "Id", "Id"),
                  Of("probability", ColumnType::kShare, "Probability", "Вероятность", "share"),
                  Of("matches", ColumnType::kInteger, "Matches", "Совпадений", "count"),
                  Of("is_cut", ColumnType::kBoolean, "Too many share a word to look at all of them",
                     "Слово есть у слишком многих, чтобы смотреть всех"),
                  Of("reason", ColumnType::kText, "Why nothing could be compared", "Почему сравнить не удалось"),
                  Of("data_version", ColumnType::kInteger, "Data version that was asked", "Версия данных ответа")},
      .chart = {}};
  return table;
}

const TableSpec& MatchesTable() {
  static const TableSpec table{
      .name = "matches",
      .title = {"Who it may be", "Кто это может быть"},
      .key = {"kind", "id"},
      .columns = {Of("kind", ColumnType::kText, "Person or account", "Человек или компания"),
                  Of("id", ColumnType::kText, "Id", "Id"), Of("name", ColumnType::kText, "Name", "Имя"),
                  Of("probability", ColumnType::kShare, "Probability", "Вероятность", "share"),
                  Of("decided_by", ColumnType::kText, "By a rule or by the model", "По правилу или по модели"),
                  Of("reason", ColumnType::kText, "Why", "Почему"),
                  Of("agrees", ColumnType::kText, "What agrees", "Что совпадает")},
      .chart = {}};
  return table;
}

const TableSpec& EvidenceTable() {
  static const TableSpec table{
      .name = "evidence",
      .title = {"What speaks for and against it", "Что говорит за и против"},
      .key = {"kind", "id", "field"},
      .columns = {Of("kind", ColumnType::kText, "Person or account", "Человек или компания"),
                  Of("id", ColumnType::kText, "Id", "Id"), Of("field", ColumnType::kText, "Field", "Поле"),
                  Of("level", ColumnType::kText, "How it agrees", "Как совпадает"),
                  Of("given", ColumnType::kText, "Asked for", "Спрошено"),
                  Of("ours", ColumnType::kText, "Known", "Известно"),
                  Of("weight", ColumnType::kNumber, "Weight, in powers of two", "Вес, в степенях двойки")},
      .chart = {}};
  return table;
}

analysis::Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

Value TextOr(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

double Hundredths(double probability) { return std::round(probability * 100) / 100; }

// What is told of those of one kind.
class Telling {
 public:
  Telling(std::string_view kind, const MatchIndex& index, const std::vector<bool>& there, const std::vector<bool>& seen)
      : kind_(kind), index_(index), there_(there), seen_(seen) {}

  std::string_view kind() const { return kind_; }
  bool Sees(std::uint32_t entity) const { return there_[entity] && seen_[entity]; }
  bool IsHidden(std::uint32_t entity) const { return there_[entity] && !seen_[entity]; }
  const MatchIndex& index() const { return index_; }
  std::string NameOf(std::uint32_t entity) const {
    const auto values = index_.ValuesOf(entity);
    return values[0].empty() ? std::string() : values[0][0];
  }

 private:
  std::string_view kind_;
  const MatchIndex& index_;
  const std::vector<bool>& there_;
  const std::vector<bool>& seen_;
};

struct Tables {
  analysis::Table answer = Empty(AnswerTable());
  analysis::Table matches = Empty(MatchesTable());
  analysis::Table evidence = Empty(EvidenceTable());
};

class Teller {
 public:
  Teller(const MatchForm& form, const Telling& companies, const MatchScope& scope, std::int64_t data_version)
      : form_(form), companies_(companies), scope_(scope), data_version_(data_version) {}

  void Tell(const MatchAnswer& answer, const Telling& telling) {
    std::vector<const EntityMatch*> seen;
    bool is_elsewhere = false;
    for (const EntityMatch& match : answer.matches) {
      if (telling.Sees(match.entity)) seen.push_back(&match);
      if (telling.IsHidden(match.entity) && match.probability >= identity::kLeastLinked) is_elsewhere = true;
    }
    const bool is_known = !seen.empty() && seen.front()->probability >= identity::kLeastLinked;
    const std::string_view known = is_known ? "yes" : is_elsewhere ? "elsewhere" : seen.empty() ? "no" : "perhaps";
    const EntityMatch* best = known == "yes" || known == "perhaps" ? seen.front() : nullptr;
    tables_.answer.rows.push_back({std::string(telling.kind()), std::string(known),
                                   best == nullptr ? Value() : std::string(telling.index().IdOf(best->entity)),
                                   best == nullptr ? Value() : Told(best->probability),
                                   static_cast<std::int64_t>(seen.size()), answer.is_cut, Value(), data_version_});
    const std::size_t told = std::min(seen.size(), static_cast<std::size_t>(form_.limit));
    for (std::size_t i = 0; i < told; ++i) TellOf(*seen[i], telling);
  }

  // Of somebody who was asked for by what tells of nobody.
  void TellOfNobody(std::string_view kind, std::string_view reason) {
    tables_.answer.rows.push_back({std::string(kind), std::string("no"), Value(), Value(), std::int64_t{0}, false,
                                   std::string(reason), data_version_});
  }

  Tables Take() { return std::move(tables_); }

 private:
  Value Told(double probability) const { return scope_.sees_personal_data ? probability : Hundredths(probability); }

  void TellOf(const EntityMatch& match, const Telling& telling) {
    const std::string id(telling.index().IdOf(match.entity));
    const bool shows = scope_.sees_personal_data;
    std::string agrees;
    for (const EntityBar& bar : match.evidence.bars) {
      if (bar.weight > 0) fmt::format_to(std::back_inserter(agrees), "{}{}", agrees.empty() ? "" : ", ", bar.field);
    }
    // Companies are no personal data.
    const bool is_named = shows || telling.kind() == "account";
    tables_.matches.rows.push_back({std::string(telling.kind()), id,
                                    is_named ? TextOr(telling.NameOf(match.entity)) : Value(), Told(match.probability),
                                    match.is_certain ? "rule" : "model", TextOr(match.reason), TextOr(agrees)});
    if (!shows) return;
    for (const EntityBar& bar : match.evidence.bars) {
      const bool is_employer = telling.kind() == "person" && bar.field == "company";
      tables_.evidence.rows.push_back({std::string(telling.kind()), id, std::string(bar.field), std::string(bar.level),
                                       is_employer ? Employer(bar.a) : TextOr(bar.a),
                                       is_employer ? Employer(bar.b) : TextOr(bar.b), bar.weight});
    }
  }

  // Companies of people are known by their ids; who may not see one is not told its name.
  Value Employer(const std::string& id) const {
    const auto company = companies_.index().NumberOf(id);
    return company && companies_.Sees(*company) ? TextOr(companies_.NameOf(*company)) : Value();
  }

  const MatchForm& form_;
  const Telling& companies_;
  const MatchScope& scope_;
  std::int64_t data_version_;
  Tables tables_;
};

Result<std::string> EmailOf(const std::string& written) {
  if (TrimBlanks(written).empty()) return std::string();
  auto email = ParseEmail(written);
  if (!email) return Fail(BadUsage("this is no e-mail address").Field("email"));
  return std::move(*email);
}

Result<std::string> DomainOf(const std::string& written) {
  if (TrimBlanks(written).empty()) return std::string();
  auto domain = WebDomain(written);
  if (!domain) return Fail(BadUsage("this is no web address").Field("domain"));
  return std::move(*domain);
}

std::string PhoneOf(const std::string& written, std::string_view region) {
  const std::string_view text = TrimBlanks(written);
  return ParsePhone(text, region).value_or(std::string(text));
}

bool HasWords(const EntityWords& words) {
  return std::ranges::any_of(words, [](const std::string& word) { return !word.empty(); });
}

// The id of the company that is meant: where one is as good as certain, or is the only one of its name. Who knows what
// the employer is called seldom knows more of it.
std::string EmployerAmong(const MatchAnswer& answer, const MatchIndex& companies, const std::vector<bool>& there) {
  constexpr double kSameName = 0.2;
  constexpr double kFarBehind = 0.1;  // of the first one's odds
  std::vector<const EntityMatch*> found;
  for (const EntityMatch& match : answer.matches) {
    if (there[match.entity]) found.push_back(&match);
  }
  if (found.empty()) return {};
  const auto odds = [](const EntityMatch& match) {
    return match.probability / (1 - std::min(match.probability, 1 - 1e-12));
  };
  const bool is_only_one = found.front()->probability >= kSameName &&
                           (found.size() == 1 || odds(*found[1]) < kFarBehind * odds(*found.front()));
  if (found.front()->probability < identity::kLeastLinked && !is_only_one) return {};
  return std::string(companies.IdOf(found.front()->entity));
}

// What was given of a person, and can be no one's alone: nothing where that is not so.
std::string_view WhyNobody(const EntityWords& person) {
  if (identity::IsRoleAddress(person[kEmail])) return "a shared mailbox, which several people read";
  if (!person[kPhone].empty() || !person[kMobile].empty()) return "a number that nobody can dial";
  return {};
}

Error NothingToCompare() {
  return BadUsage("nothing that was given can be compared")
      .Mend("Give a name, an e-mail, a phone, or the name, domain or tax number of a company");
}

}  // namespace

analysis::Action MatchAction() {
  analysis::Info info;
  info.id = std::string(kMatch);
  info.title = {"Do we know this person or company?", "Знаем ли мы этого человека или компанию?"};
  info.help = {
      "Looks one record up among all that is known, before a duplicate is made; changes nothing, and what is "
      "asked is kept nowhere",
      "Ищет одну запись среди всех известных, пока дубликат не создан; ничего не меняет, и вопрос нигде не "
      "сохраняется"};
  info.right = "view";
  info.tables = {AnswerTable(), MatchesTable(), EvidenceTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<MatchParams>(), .inverse = {}, .changes_model = false};
}

Result<MatchForm> ReadMatchForm(const analysis::RawParams& raw, std::string_view region) {
  WEIR_TRY(MatchParams params, analysis::Bind<MatchParams>(raw));
  if (params.limit < 1 || params.limit > kMostTold) {
    return Fail(BadUsage("'limit' is between 1 and {}", kMostTold).Field("limit"));
  }
  EntityWords person;
  EntityWords company;
  person[kName] = FoldBlanks(params.name);
  WEIR_TRY(person[kEmail], EmailOf(params.email));
  // Numbers without a country code are of the country that is given with them.
  const std::string given = CountryCode(params.country).value_or("");
  if (IsPhoneRegion(given)) region = given;
  person[kMobile] = PhoneOf(params.mobile, region);
  person[kTitle] = FoldBlanks(params.title);
  company[kCompany] = FoldBlanks(params.company);
  company[kLegalName] = FoldBlanks(params.legal_name);
  WEIR_TRY(company[kDomain], DomainOf(params.domain));
  company[kTaxId] = TrimBlanks(params.tax_id);
  const bool is_person = HasWords(person) || !HasWords(company);
  const bool is_company = HasWords(company);
  MatchForm form{.limit = params.limit};
  const std::string phone = PhoneOf(params.phone, region);
  if (is_company) {
    if (const auto domain = EmailDomain(person[kEmail])) {
      form.company.emplace().contact_domains.push_back(*domain);
    } else {
      form.company.emplace();
    }
  }
  if (is_person) {
    // As sources say it: who has a mobile alone is reached by it.
    person[kPhone] = phone.empty() ? person[kMobile] : phone;
    person[kCountry] = FoldBlanks(params.country);
    person[kCity] = FoldBlanks(params.city);
    form.person = MatchQuery{std::move(person)};
  } else {
    company[kDesk] = phone;
    company[kLand] = FoldBlanks(params.country);
    company[kTown] = FoldBlanks(params.city);
  }
  if (is_company) form.company->words = std::move(company);
  return form;
}

Result<analysis::Output> AnswerMatch(const MatchForm& form, const identity::KnownEntities& known,
                                     const MatchScope& scope, std::int64_t data_version) {
  const Telling companies("account", known.companies, scope.there.companies, scope.seen.companies);
  const Telling people("person", known.people, scope.there.people, scope.seen.people);
  Teller teller(form, companies, scope, data_version);
  bool is_answered = false;
  std::optional<MatchAnswer> company;
  if (form.company) company = known.companies.Find(*form.company);
  if (form.person) {
    MatchQuery query = *form.person;
    if (company) query.words[kEmployer] = EmployerAmong(*company, known.companies, scope.there.companies);
    const MatchAnswer person = known.people.Find(query);
    if (person.is_comparable) {
      is_answered = true;
      teller.Tell(person, people);
    } else if (const std::string_view reason = WhyNobody(query.words); !reason.empty()) {
      is_answered = true;
      teller.TellOfNobody("person", reason);
    }
  }
  if (company && company->is_comparable) {
    is_answered = true;
    teller.Tell(*company, companies);
  }
  if (!is_answered) return Fail(NothingToCompare());
  Tables tables = teller.Take();
  analysis::Output output;
  output.tables.push_back(std::move(tables.answer));
  output.tables.push_back(std::move(tables.matches));
  output.tables.push_back(std::move(tables.evidence));
  return output;
}

}  // namespace weir::workspace
