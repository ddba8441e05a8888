#include <algorithm>
#include <array>
#include <set>

#include <fmt/ranges.h>

#include "analysis/columns.h"
#include "base/domain.h"
#include "exclusions/analyses.h"
#include "exclusions/preview.h"
#include "store/database.h"

namespace weir::exclusions {
namespace {

using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Output;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;

TableSpec Spec() {
  return {.name = "proposals",
          .title = {"Rules that the data suggests", "Правила, которые подсказывают данные"},
          .key = {"entity", "condition"},
          .columns = {TextOf("entity", "Which records", "Какие записи"), TextOf("condition", "Condition", "Условие"),
                      TextOf("name_en", "Name", "Название"), TextOf("name_ru", "Name (Russian)", "Название по-русски"),
                      CountOf("named", "Meet it", "Отвечают условию"),
                      CountOf("with_them", "Go with them", "Связаны с ними"), CountOf("all", "Of", "Всего")}};
}

// One alternative of a condition; those that nothing meets are left out of it.
struct Candidate {
  std::string entity;
  Text name;
  std::vector<std::string> terms;
};

std::string Quoted(std::string_view text) { return store::QuoteText(text); }

// The word alone, first, last or within, as it is written in some name.
void AddWord(std::string_view column, const std::string& word, std::vector<std::string>& terms) {
  terms.push_back(fmt::format("{} = {}", column, Quoted(word)));
  for (const char* form : {"{} %", "% {}", "% {} %"}) {
    terms.push_back(fmt::format("{} like {}", column, Quoted(fmt::format(fmt::runtime(form), word))));
  }
}

// How the words stand in the names of these records: "Test", "TEST".
Result<std::vector<std::string>> FormsOf(std::string_view entity, std::string_view column, std::string_view words,
                                         store::Session& session) {
  constexpr int kForms = 6;
  const std::array<store::Value, 1> pattern{fmt::format("(?i)(?:^|[ ])({})(?:$|[ ])", words)};
  WEIR_TRY(
      const store::Rows rows,
      session.Query(fmt::format("SELECT word FROM (SELECT regexp_extract({0}, ?, 1) AS word, count(*) AS uses FROM "
                                "scoped.{1} WHERE {0} IS NOT NULL GROUP BY word) AS found WHERE word <> '' ORDER "
                                "BY uses DESC NULLS LAST, word NULLS LAST LIMIT {2}",
                                column, entity, kForms),
                    pattern));
  std::vector<std::string> forms;
  forms.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) forms.push_back(rows.TextAt(i, 0));
  return forms;
}

// Names that say so. A deal may well be called a demo, so its name has to say test.
Result<std::vector<Candidate>> TestNames(store::Session& session) {
  constexpr std::string_view kTest = "test|testing|dummy|тест|тестовый|тестовая|тестовое";
  constexpr std::string_view kAny = "test|testing|dummy|demo|sample|тест|тестовый|тестовая|тестовое|демо|пример";
  struct Named {
    std::string_view entity;
    std::vector<std::string_view> columns;
    std::string_view words;
    Text name;
  };
  const std::array<Named, 4> all{{{"account", {"name"}, kAny, {"Test accounts", "Тестовые компании"}},
                                  {"deal", {"name"}, kTest, {"Test deals", "Тестовые сделки"}},
                                  {"lead", {"full_name", "company"}, kAny, {"Test leads", "Тестовые лиды"}},
                                  {"person", {"full_name"}, kAny, {"Test people", "Тестовые контакты"}}}};
  std::vector<Candidate> candidates;
  for (const Named& one : all) {
    Candidate candidate{.entity = std::string(one.entity), .name = one.name, .terms = {}};
    for (const std::string_view column : one.columns) {
      WEIR_TRY(const std::vector<std::string> forms, FormsOf(one.entity, column, one.words, session));
      for (const std::string& form : forms) AddWord(column, form, candidate.terms);
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// Addresses that nobody reads.
std::vector<Candidate> TestAddresses() {
  const std::vector<std::string> terms{"email like 'test@%'",        "email like 'test.%@%'",
                                       "email like '%+test@%'",      "email like 'demo@%'",
                                       "email like '%@test.%'",      "email like '%@example.com'",
                                       "email like '%@example.org'", "email like '%@mailinator.com'"};
  return {{"person", {"People with test addresses", "Контакты с тестовыми адресами"}, terms},
          {"lead", {"Leads with test addresses", "Лиды с тестовыми адресами"}, terms}};
}

// The company itself: the domains of its members' addresses.
Result<std::vector<Candidate>> OwnDomains(store::Session& session) {
  constexpr int kDomains = 3;
  constexpr int kMembers = 2;
  WEIR_TRY(
      const store::Rows rows,
      session.Query(fmt::format("SELECT domain FROM (SELECT lower(split_part(email, '@', 2)) AS domain, count(*) AS "
                                "members FROM scoped.member WHERE email LIKE '%@%' GROUP BY domain) AS used WHERE "
                                "members >= {} ORDER BY members DESC NULLS LAST, domain NULLS LAST LIMIT {}",
                                kMembers, kDomains)));
  std::vector<std::string> people;
  std::vector<std::string> accounts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string domain = rows.TextAt(i, 0);
    if (std::ranges::find(FreeMailDomains(), domain) != FreeMailDomains().end()) continue;
    people.push_back("email like " + Quoted("%@" + domain));
    accounts.push_back("domain = " + Quoted(domain));
  }
  return std::vector<Candidate>{{"account", {"Our own company", "Наша компания"}, std::move(accounts)},
                                {"person", {"Our own people", "Наши сотрудники среди контактов"}, people},
                                {"lead", {"Leads of our own people", "Лиды от наших сотрудников"}, std::move(people)}};
}

// Values of columns that sort records into kinds, and say partner.
Result<std::vector<Candidate>> Partners(store::Session& session) {
  constexpr std::string_view kWords = "partner|reseller|distributor|партн[её]р|дилер|дистрибь?ютор";
  constexpr int kValues = 20;
  struct Sorted {
    std::string_view entity;
    std::string_view column;
    Text name;
  };
  const std::array<Sorted, 4> all{{{"account", "type", {"Partners", "Партнёры"}},
                                   {"deal", "type", {"Partner deals", "Партнёрские сделки"}},
                                   {"deal", "pipeline", {"Partner pipelines", "Партнёрские воронки"}},
                                   {"deal", "lead_source", {"Deals that partners brought", "Сделки от партнёров"}}}};
  std::vector<Candidate> candidates;
  for (const Sorted& one : all) {
    const std::array<store::Value, 1> pattern{fmt::format("(?i){}", kWords)};
    WEIR_TRY(
        const store::Rows rows,
        session.Query(fmt::format("SELECT DISTINCT {0} AS word FROM scoped.{1} WHERE regexp_matches({0}, ?) ORDER BY "
                                  "word NULLS LAST LIMIT {2}",
                                  one.column, one.entity, kValues),
                      pattern));
    Candidate candidate{.entity = std::string(one.entity), .name = one.name, .terms = {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      candidate.terms.push_back(fmt::format("{} = {}", one.column, Quoted(rows.TextAt(i, 0))));
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// The condition of those terms that something meets; nothing where there are none.
Result<std::string> ConditionOf(const Candidate& candidate, store::Session& session) {
  if (candidate.terms.empty()) return std::string();
  // A term is SQL as it stands: plain columns of the view, = and LIKE.
  std::vector<std::string> counts;
  counts.reserve(candidate.terms.size());
  for (const std::string& term : candidate.terms) counts.push_back(fmt::format("count(*) FILTER (WHERE {})", term));
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format("SELECT {} FROM scoped.{}", fmt::join(counts, ", "), candidate.entity)));
  std::vector<std::string> met;
  for (std::size_t i = 0; i < candidate.terms.size(); ++i) {
    if (rows.IntegerAt(0, i) > 0) met.push_back(candidate.terms[i]);
  }
  return fmt::format("{}", fmt::join(met, " or "));
}

Result<std::vector<Candidate>> Candidates(store::Session& session) {
  WEIR_TRY(std::vector<Candidate> all, TestNames(session));
  WEIR_TRY(const std::vector<Candidate> own, OwnDomains(session));
  WEIR_TRY(const std::vector<Candidate> partners, Partners(session));
  for (const std::vector<Candidate>& some : {TestAddresses(), own, partners}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// What meets it now, unless a rule says so already, or it would leave out more than a proposal may.
Result<Output> Run(const metrics::MetricCatalog& catalog, Context& context) {
  WEIR_TRY(const std::vector<Rule> rules, ReadRules(context.session()));
  WEIR_TRY(const std::vector<Candidate> candidates, Candidates(context.session()));
  const TableSpec spec = Spec();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Candidate& candidate : candidates) {
    WEIR_TRY(const std::string condition, ConditionOf(candidate, context.session()));
    const bool is_known = std::ranges::any_of(
        rules, [&](const Rule& rule) { return rule.entity == candidate.entity && rule.condition == condition; });
    if (condition.empty() || is_known) continue;
    WEIR_TRY(const std::vector<Share> shares,
             SharesOf({.id = "0", .entity = candidate.entity, .condition = condition}, catalog, context));
    const Share& own = shares.front();
    if (own.named == 0 || own.named * 2 > own.all) continue;
    std::int64_t with_them = 0;
    for (const Share& share : shares) with_them += share.with_them;
    table.rows.push_back(
        {candidate.entity, condition, candidate.name.en, candidate.name.ru, own.named, with_them, own.all});
  }
  return Output{.tables = {std::move(table)}};
}

}  // namespace

analysis::Analysis ProposalsAnalysis(const Catalog& catalog) {
  analysis::Analysis declared{
      .info =
          {.id = "exclusions.proposals",
           .title = {"Rules that the data suggests", "Правила, которые подсказывают данные"},
           .help = {"Records that look like tests, the company's own people, or partners, with how many there are. "
                    "Nothing is left out until somebody makes a rule of it.",
                    "Записи, похожие на тестовые, на своих сотрудников или партнёров, и сколько их. Пока правило не "
                    "создано, всё учитывается."},
           .needs = {"account", "person", "lead", "deal", "member", "setting"},
           .tables = {Spec()}},
      .params = analysis::SpecsOf<NoParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return Run(*catalog, context);
  };
  return declared;
}

}  // namespace weir::exclusions
