#include <algorithm>
#include <map>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "leaks/ledger.h"
#include "leaks/life.h"
#include "leaks/money.h"

namespace weir::leaks {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::EmptyTable;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostMonths = 36;

struct TrendParams {
  std::int64_t months = 12;
  std::string team = {};
  std::string segment = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "months", .help = {"How many months back", "На сколько месяцев назад"}}, months);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  }
};

struct TryParams {
  std::string rule = {};
  std::string text = {};
  std::int64_t months = 12;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "rule", .help = {"A rule that is live", "Действующее правило"}, .positional = true}, rule);
    visitor.Add({.name = "text",
                 .help = {"Or the text of one that is not: what its file holds (docs/add-a-leak-rule.md)",
                          "Или текст ещё не действующего: содержимое его файла (docs/add-a-leak-rule.md)"}},
                text);
    visitor.Add({.name = "months", .help = {"How many months back", "На сколько месяцев назад"}}, months);
  }
};

TableSpec MonthsTable() {
  return {
      .name = "months",
      .title = {"At the end of each month", "На конец каждого месяца"},
      .key = {"period", "rule"},
      .columns = {Of("period", ColumnType::kDate, "End of", "На конец"), TextOf("rule", "Rule", "Правило"),
                  TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title (Russian)", "Название по-русски"),
                  TextOf("state", "State", "Состояние"), Of("count", ColumnType::kInteger, "Leaks", "Утечек", "count"),
                  Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                  Of("appeared", ColumnType::kInteger, "New", "Новых", "count"),
                  Of("appeared_amount", ColumnType::kMoney, "Money of new ones", "Деньги новых"),
                  Of("gone", ColumnType::kInteger, "Gone since the month before", "Ушло с прошлого месяца", "count"),
                  Of("gone_amount", ColumnType::kMoney, "Money of those", "Деньги ушедших")},
      .chart = analysis::Chart{.kind = "bar", .x = "period", .y = "amount", .series = "title_en"}};
}

TableSpec ExamplesTable() {
  return {
      .name = "now",
      .title = {"What it finds now", "Что оно находит сейчас"},
      .key = {"record_id"},
      .columns = {TextOf("record_id", "Record", "Запись"), TextOf("name", "What", "Что"),
                  TextOf("account", "Account", "Компания"), TextOf("owner", "Who acts", "Кто действует"),
                  Of("since", ColumnType::kDate, "Since", "С какого дня"),
                  Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                  TextOf("detail_en", "Why", "Почему"), TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)")}};
}

// Ends of months before as-of, the earliest first, and as-of itself at the end.
struct Moment {
  Date day;
  Instant at;
};
Result<std::vector<Moment>> MomentsOf(std::int64_t months, const Context& context) {
  if (months < 1 || months > kMostMonths) {
    return Fail(BadUsage("'{}' is not a number of months from 1 to {}", months, kMostMonths).Field("months"));
  }
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  const Date today = context.LocalAsOfDate();
  const Date first{today.days - ToCivil(today).day + 1};
  std::vector<Moment> moments;
  for (std::int64_t back = months - 1; back >= 0; --back) {
    const Date next = AddMonths(first, -static_cast<int>(back));
    moments.push_back({{next.days - 1}, {zone.StartOfDay(next).micros - 1}});
  }
  moments.push_back({today, context.as_of()});
  return moments;
}

// What a rule counts at one moment, by record.
struct Reading {
  std::string state;
  std::map<std::string, std::optional<Decimal>> leaks;
};

Reading ReadingOf(const Findings& findings) {
  Reading reading{.state = findings.failure ? "failed" : findings.missing ? "not_measured" : "found"};
  for (const Leak& leak : findings.leaks) {
    if (leak.Counts()) reading.leaks.emplace(leak.record_id, leak.amount);
  }
  return reading;
}

// Those of one reading that the other has not.
void AddDifference(const Reading& of, const Reading& without, std::vector<Value>& row) {
  std::int64_t count = 0;
  std::optional<Decimal> amount;
  for (const auto& [record, money] : of.leaks) {
    if (without.leaks.contains(record)) continue;
    ++count;
    AddTo(amount, money);
  }
  row.emplace_back(count);
  row.push_back(amount ? Value(*amount) : Value());
}

void AddMonth(const Rule& rule, Date day, const Reading& now, const Reading* before, Table& table) {
  std::optional<Decimal> amount;
  for (const auto& [record, money] : now.leaks) AddTo(amount, money);
  const bool is_measured = now.state == "found";
  std::vector<Value> row{day,
                         rule.id,
                         rule.title.en,
                         rule.title.ru,
                         now.state,
                         is_measured ? Value(static_cast<std::int64_t>(now.leaks.size())) : Value(),
                         amount ? Value(*amount) : Value()};
  if (before != nullptr && is_measured && before->state == "found") {
    AddDifference(now, *before, row);
    AddDifference(*before, now, row);
  } else {
    row.resize(table.columns.size());
  }
  table.rows.push_back(std::move(row));
}

struct Ledger {
  std::shared_ptr<const std::vector<Rule>> rules;
  std::shared_ptr<const metrics::MetricCatalog> catalog;
};

struct Asked {
  std::string team;
  std::string segment;
  std::int64_t months = 0;
};

// Runs rules at the end of each month. Cost: as many ledgers as months. `last` gets what was found at as-of.
Result<Table> ReadMonths(const std::vector<Rule>& rules, const metrics::MetricCatalog& catalog, const Asked& asked,
                         Context& context, std::vector<Findings>& last) {
  WEIR_TRY(const std::vector<Moment> moments, MomentsOf(asked.months, context));
  Table table = EmptyTable(MonthsTable(), context.settings().currency);
  std::map<std::string, Reading> before;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const Moment& moment = moments[i];
    context.Report(MakePhrase("leaks at {}", FormatDate(moment.day)),
                   static_cast<double>(i) / static_cast<double>(moments.size()));
    if (context.stop().stop_requested()) return Fail(Cancelled("looking at leaks was stopped"));
    WEIR_TRY(const std::unique_ptr<Context> then, context.Elsewhere(moment.at, std::nullopt));
    WEIR_TRY(const LedgerScope scope, ScopeOf(asked.team, asked.segment, catalog, *then));
    WEIR_TRY(last, RunRules(rules, scope, *then));
    for (const Findings& findings : last) {
      Reading now = ReadingOf(findings);
      const auto earlier = before.find(findings.rule->id);
      AddMonth(*findings.rule, moment.day, now, earlier == before.end() ? nullptr : &earlier->second, table);
      before[findings.rule->id] = std::move(now);
    }
  }
  return table;
}

Result<Output> RunTrend(const Ledger& ledger, const TrendParams& params, Context& context) {
  std::vector<Findings> last;
  const Asked asked{.team = params.team, .segment = params.segment, .months = params.months};
  WEIR_TRY(Table months, ReadMonths(*ledger.rules, *ledger.catalog, asked, context, last));
  return Output{.tables = {std::move(months)}};
}

Result<std::vector<Rule>> RuleToTry(const Ledger& ledger, const TryParams& params) {
  if (params.text.empty()) {
    WEIR_TRY(CheckRule(*ledger.rules, params.rule));
    if (params.rule.empty()) {
      return Fail(BadInput("no rule is named").Field("rule").Mend("Name one, or give the text of a new one"));
    }
    return std::vector<Rule>{*std::ranges::find(*ledger.rules, params.rule, &Rule::id)};
  }
  constexpr std::size_t kLongest = 100'000;
  if (params.text.size() > kLongest) return Fail(TooLarge("a rule has at most {} bytes", kLongest).Field("text"));
  const std::vector<DefinitionFile> files{{.path = "tried.toml", .text = params.text, .is_own = true}};
  return LoadRules(files);
}

// A rule that comes from whoever asks is a query of his: it may read what Explore lets him read, and nothing else.
// Rules in files are written by who has the whole workspace in his hands.
Status CheckTried(const Rule& rule, Context& context) {
  if (!context.principal().Has("sql")) {
    return Fail(Forbidden("trying a rule of one's own needs the right '{}'", "sql").Field("text"));
  }
  std::vector<std::string> statements{rule.sql};
  if (!rule.cases_sql.empty()) statements.push_back(rule.cases_sql);
  for (const Requirement& requirement : rule.requirements) statements.push_back(requirement.sql);
  for (const std::string& sql : statements) {
    WEIR_TRY(std::string filled, FillIn(sql, rule, context.as_of(), context.LocalAsOfDate()));
    auto allowed = context.Run("sql", {{"query", {std::move(filled)}}});
    if (!allowed) return Fail(Error(allowed.error()).Field("text"));
  }
  return {};
}

Result<Output> RunTry(const Ledger& ledger, const TryParams& params, Context& context) {
  WEIR_TRY(const std::vector<Rule> rules, RuleToTry(ledger, params));
  if (!params.text.empty()) WEIR_TRY(CheckTried(rules.front(), context));
  std::vector<Findings> last;
  WEIR_TRY(Table months, ReadMonths(rules, *ledger.catalog, {.months = params.months}, context, last));
  Output output;
  Table now = EmptyTable(ExamplesTable(), context.settings().currency);
  for (const Findings& findings : last) {
    // A rule that is tried is the question itself: why it fails is the answer.
    if (findings.failure) return Fail(BadInput("{}", *findings.failure).Field(params.text.empty() ? "rule" : "text"));
    if (findings.missing) {
      output.warnings.push_back(
          {.code = "not_measured", .message = InBoth(findings.missing->en, findings.missing->ru)});
    }
    if (findings.too_few) output.warnings.push_back({.code = "too_few_cases", .message = *findings.too_few});
    const auto maybe = [](const auto& value) { return value ? Value(*value) : Value(); };
    for (const Leak& leak : findings.leaks) {
      now.rows.push_back({leak.record_id, leak.name, leak.account, leak.owner, maybe(leak.since), maybe(leak.amount),
                          leak.detail.en, leak.detail.ru});
    }
  }
  output.tables = {std::move(months), std::move(now)};
  return output;
}

template <typename P>
analysis::Analysis Declared(const analysis::Info& info, const Ledger& ledger,
                            Result<Output> (*run)(const Ledger&, const P&, Context&)) {
  analysis::Analysis declared{.info = info, .params = analysis::SpecsOf<P>()};
  declared.run = [ledger, run](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const P params, analysis::Bind<P>(raw));
    return run(ledger, params, context);
  };
  return declared;
}

}  // namespace

std::vector<analysis::Analysis> TrendAnalyses(std::shared_ptr<const std::vector<Rule>> rules,
                                              std::shared_ptr<const metrics::MetricCatalog> catalog,
                                              const std::vector<std::string>& needs) {
  const Ledger ledger{std::move(rules), std::move(catalog)};
  std::vector<analysis::Analysis> all;
  all.push_back(Declared<TrendParams>(
      {.id = "leaks.trend",
       .title = {"Leaks over time", "Утечки по месяцам"},
       .help =
           {"What leaked at the end of each month, what was new and what had gone since the month before, by rule: the "
            "same rules over what was true then.",
            "Что утекало на конец каждого месяца, что появилось и что ушло с прошлого, по правилам: те же правила по "
            "тому, что тогда было верно."},
       .needs = needs,
       .tables = {MonthsTable()}},
      ledger, &RunTrend));
  all.push_back(Declared<TryParams>(
      {.id = "leaks.try",
       .title = {"Try a leak rule on history", "Проверить правило на прошлом"},
       .help = {"What a rule would have found at the end of each month, before it goes live; of one that is live too.",
                "Что правило нашло бы на конец каждого месяца, прежде чем действовать; и о действующем тоже."},
       .asks = {"sql"},
       .needs = needs,
       .tables = {MonthsTable(), ExamplesTable()},
       .is_cacheable = false},  // whoever lacks the right to query must not be told what another asked
      ledger, &RunTry));
  return all;
}

}  // namespace weir::leaks
