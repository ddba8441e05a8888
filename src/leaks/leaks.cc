#include "leaks/leaks.h"

#include <algorithm>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/russian.h"
#include "leaks/headline.h"
#include "leaks/kind.h"
#include "leaks/ledger.h"
#include "leaks/life.h"
#include "leaks/money.h"
#include "leaks/unowned.h"
#include "metrics/analyses.h"

namespace weir::leaks {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using store::Value;

struct LeaksParams {
  std::string rule = {};
  std::string team = {};
  std::string segment = {};

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "rule", .help = {"Only this rule", "Только это правило"}, .positional = true}, rule);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  }
};

TableSpec LinesTable(const Kind& kind, const std::string& name, const analysis::Text& title) {
  return {.name = name,
          .title = title,
          .key = {kind.record},
          .columns = {kind.Record(),
                      Of("rule", ColumnType::kText, "Rule", "Правило"),
                      Of("title_en", ColumnType::kText, kind.what.en, kind.what.ru),
                      Of("title_ru", ColumnType::kText, kind.what.en + " (Russian)", kind.what.ru + " (по-русски)"),
                      Of("name", ColumnType::kText, "What", "Что"),
                      Of("account", ColumnType::kText, "Account", "Компания"),
                      Of("since", ColumnType::kDate, "Since", "С какого дня"),
                      kind.Amount(),
                      kind.Exposed(),
                      kind.WonBack(),
                      Of("certainty", ColumnType::kText, "Certainty", "Достоверность"),
                      Of("department", ColumnType::kText, "Department", "Отдел"),
                      Of("owner", ColumnType::kText, "Who acts", "Кто действует"),
                      Of("detail_en", ColumnType::kText, "Why", "Почему"),
                      Of("detail_ru", ColumnType::kText, "Why (Russian)", "Почему (по-русски)"),
                      Of("counted_by", ColumnType::kText, "Counted by", "Учтено правилом"),
                      Of("account_id", ColumnType::kText, "Account id", "Код компании"),
                      Of("owner_id", ColumnType::kText, "Owner id", "Код ответственного"),
                      Of("team_id", ColumnType::kText, "Team id", "Код команды"),
                      Of("entity", ColumnType::kText, "Table", "Таблица"),
                      Of("record_id", ColumnType::kText, "Record", "Запись")}};
}

TableSpec LedgerTable(const Kind& kind) { return LinesTable(kind, kind.id, kind.ledger); }
// What is tolerated or a false alarm stands apart, so that whoever reads the ledger counts none of it.
TableSpec AsideTable(const Kind& kind) {
  return LinesTable(kind, "aside", {"Set aside: tolerated or a false alarm", "Не учтено: терпимо или ложная тревога"});
}

TableSpec RulesTable(const Kind& kind) {
  return {
      .name = "rules",
      .title = {"By rule", "По правилам"},
      .key = {"rule"},
      .columns = {Of("rule", ColumnType::kText, "Rule", "Правило"),
                  Of("title_en", ColumnType::kText, "Title", "Название"),
                  Of("title_ru", ColumnType::kText, "Title (Russian)", "Название по-русски"),
                  Of("department", ColumnType::kText, "Department", "Отдел"),
                  Of("certainty", ColumnType::kText, "Certainty", "Достоверность"),
                  Of("state", ColumnType::kText, "State", "Состояние"),
                  kind.Count(),
                  kind.Amount(),
                  Of("amount_low", ColumnType::kMoney, "At least (80 %)", "Не меньше (80 %)"),
                  Of("amount_high", ColumnType::kMoney, "At most (80 %)", "Не больше (80 %)"),
                  kind.WonBack(),
                  kind.Exposed(),
                  Of("oldest", ColumnType::kDate, "Oldest since", "Самая старая с"),
                  Of("aside", ColumnType::kInteger, "Set aside", "Не учтено", "count"),
                  Of("aside_amount", ColumnType::kMoney, "Money set aside", "Деньги неучтённых"),
                  Of("note_en", ColumnType::kText, "What is missing or left out", "Чего не хватает или что не учтено"),
                  Of("note_ru", ColumnType::kText, "What is missing or left out (Russian)",
                     "Чего не хватает или что не учтено (по-русски)"),
                  Of("meaning_en", ColumnType::kText, "Meaning", "Смысл"),
                  Of("meaning_ru", ColumnType::kText, "Meaning (Russian)", "Смысл по-русски"),
                  Of("formula_en", ColumnType::kText, "Money", "Деньги"),
                  Of("formula_ru", ColumnType::kText, "Money (Russian)", "Деньги (по-русски)"),
                  Of("fix_en", ColumnType::kText, "What to do", "Что делать"),
                  Of("fix_ru", ColumnType::kText, "What to do (Russian)", "Что делать (по-русски)"),
                  Of("agreement", ColumnType::kText, "Breaks the agreement", "Нарушает договорённость"),
                  Of("definition_version", ColumnType::kInteger, "Definition", "Версия правила")}};
}

// What the rule counts itself, to the last digit.
struct Sum {
  std::int64_t count = 0;
  std::optional<Decimal> amount = {};
  std::optional<Decimal> exposed = {};
  std::optional<Decimal> won_back = {};
  std::optional<Date> oldest = {};
  std::int64_t aside = 0;
  std::optional<Decimal> aside_amount = {};
};

bool IsLess(const Decimal& a, const Decimal& b) {
  const auto left = Rescale(a, kAmountScale);
  const auto right = Rescale(b, kAmountScale);
  return left && right && left->units < right->units;
}

Sum SumOf(const Findings& findings) {
  Sum sum;
  for (const Leak& leak : findings.leaks) {
    if (!leak.counted_by.empty()) continue;
    if (!leak.aside.empty()) {
      ++sum.aside;
      AddTo(sum.aside_amount, leak.amount);
      continue;
    }
    ++sum.count;
    AddTo(sum.amount, leak.amount);
    AddTo(sum.exposed, leak.exposed);
    AddTo(sum.won_back, leak.won_back);
    if (leak.since && (!sum.oldest || leak.since->days < sum.oldest->days)) sum.oldest = leak.since;
  }
  return sum;
}

std::string_view NameOfCertainty(bool is_certain) { return is_certain ? "certain" : "probable"; }

// A sum is as certain as the least certain of what it counts.
std::string_view CertaintyOf(const Findings& findings) {
  const bool has_probable =
      std::ranges::any_of(findings.leaks, [](const Leak& leak) { return leak.Counts() && !leak.is_certain; });
  return NameOfCertainty(findings.rule->is_certain && !has_probable);
}

std::string_view StateOf(const Findings& findings, const Sum& sum) {
  if (findings.failure) return "failed";
  if (findings.missing) return "not_measured";
  return sum.count == 0 ? "none_found" : "found";
}

void AddLeaks(const Findings& findings, Table& ledger, Table& aside) {
  const Rule& rule = *findings.rule;
  for (const Leak& leak : findings.leaks) {
    Table& table = leak.aside.empty() ? ledger : aside;
    table.rows.push_back({rule.id + ":" + leak.record_id,
                          rule.id,
                          rule.title.en,
                          rule.title.ru,
                          OrNull(leak.name),
                          OrNull(leak.account),
                          Maybe(leak.since),
                          Maybe(leak.amount),
                          Maybe(leak.exposed),
                          Maybe(leak.won_back),
                          std::string(NameOfCertainty(leak.is_certain)),
                          rule.department,
                          OrNull(leak.owner),
                          leak.detail.en,
                          leak.detail.ru,
                          OrNull(leak.counted_by),
                          OrNull(leak.account_id),
                          OrNull(leak.owner_id),
                          OrNull(leak.team_id),
                          rule.entity,
                          leak.record_id});
  }
}

void AddRule(const Findings& findings, Table& table) {
  const Rule& rule = *findings.rule;
  const Sum sum = SumOf(findings);
  Value note_en;
  Value note_ru;
  if (findings.failure) {
    note_en = findings.failure->text;
    note_ru = InRussian(*findings.failure);
  } else if (findings.missing) {
    note_en = findings.missing->en;
    note_ru = findings.missing->ru;
  } else if (findings.too_few) {
    note_en = findings.too_few->text;
    note_ru = InRussian(*findings.too_few);
  } else if (findings.left_out) {
    note_en = findings.left_out->text;
    note_ru = InRussian(*findings.left_out);
  }
  // The draws are about the sum, which is that of the amounts: they hold it, but for the rounding to cents.
  const auto bound = [&](double value, bool is_low) -> Value {
    const auto amount = MoneyOf(value);
    if (!amount || !sum.amount) return {};
    return is_low ? std::min(*amount, *sum.amount, IsLess) : std::max(*amount, *sum.amount, IsLess);
  };
  const Value low = findings.interval ? bound(findings.interval->low, true) : Value();
  const Value high = findings.interval ? bound(findings.interval->high, false) : Value();
  table.rows.push_back({rule.id,
                        rule.title.en,
                        rule.title.ru,
                        rule.department,
                        std::string(CertaintyOf(findings)),
                        std::string(StateOf(findings, sum)),
                        findings.missing || findings.failure ? Value() : sum.count,
                        Maybe(sum.amount),
                        low,
                        high,
                        Maybe(sum.won_back),
                        Maybe(sum.exposed),
                        Maybe(sum.oldest),
                        sum.aside,
                        Maybe(sum.aside_amount),
                        note_en,
                        note_ru,
                        rule.meaning.en,
                        rule.meaning.ru,
                        rule.formula.en,
                        rule.formula.ru,
                        rule.fix.en,
                        rule.fix.ru,
                        OrNull(rule.agreement),
                        rule.version});
}

// What brings most back first, whichever rule found it; what is not known after it, by what hangs on it.
void SortLeaks(const Kind& kind, Table& table) {
  const std::size_t won_back = table.IndexOf("won_back");
  const std::size_t exposed = table.IndexOf("exposed");
  const std::size_t leak = table.IndexOf(kind.record);
  const auto units = [](const Value& value) {
    const auto* amount = std::get_if<Decimal>(&value);
    const auto scaled = amount == nullptr ? std::nullopt : Rescale(*amount, kAmountScale);
    return scaled ? std::pair(false, -scaled->units) : std::pair(true, Int128{0});
  };
  // Made once for each row: a ledger may have 100,000 of them.
  using Key = std::tuple<std::pair<bool, Int128>, std::pair<bool, Int128>, std::string>;
  std::vector<std::pair<Key, std::size_t>> order;
  order.reserve(table.rows.size());
  for (std::size_t at = 0; at < table.rows.size(); ++at) {
    const std::vector<Value>& row = table.rows[at];
    order.emplace_back(Key(units(row[won_back]), units(row[exposed]), store::ToText(row[leak])), at);
  }
  std::ranges::sort(order);
  std::vector<std::vector<Value>> sorted;
  sorted.reserve(order.size());
  for (const auto& [key, at] : order) sorted.push_back(std::move(table.rows[at]));
  table.rows = std::move(sorted);
}

// The largest amounts first; rules without an amount after them, those that could not be measured last.
void SortRules(Table& table) {
  const std::size_t state = table.IndexOf("state");
  const std::size_t amount = table.IndexOf("amount");
  const std::size_t count = table.IndexOf("count");
  const auto rank = [&](const std::vector<Value>& row) {
    const auto* decimal = std::get_if<Decimal>(&row[amount]);
    const auto* found = std::get_if<std::int64_t>(&row[count]);
    const std::string name = store::ToText(row[state]);
    return std::tuple(name == "found"        ? 0
                      : name == "none_found" ? 1
                                             : 2,
                      decimal == nullptr ? Int128{1} : -decimal->units, found == nullptr ? 0 : -*found);
  };
  std::ranges::stable_sort(table.rows, {}, rank);
}

// What the analysis is made of.
struct Ledger {
  const Kind& kind;
  std::shared_ptr<const std::vector<Rule>> rules;
  std::shared_ptr<const metrics::MetricCatalog> catalog;
};

// Who sees fewer rows learns from fewer: the same record then has other days and amounts than for its owner.
void WarnOfLearning(const std::vector<Findings>& all, const LeaksParams& params, const Context& context,
                    std::vector<analysis::Warning>& warnings) {
  if (context.principal().sees_all_rows) return;
  std::vector<std::string> english;
  std::vector<std::string> russian;
  for (const Findings& findings : all) {
    if (!findings.rule->learns || findings.leaks.empty()) continue;
    if (!params.rule.empty() && findings.rule->id != params.rule) continue;
    english.push_back(findings.rule->title.en);
    russian.push_back(findings.rule->title.ru);
  }
  if (english.empty()) return;
  const Phrase titles =
      InBoth(fmt::format("{}", fmt::join(english, ", ")), fmt::format("{}", fmt::join(russian, ", ")));
  warnings.push_back(
      {.code = "learned_from_visible",
       .message = MakePhrase("{}: what is usual is learned from the rows that you may see; who sees more gets other "
                             "days and amounts",
                             titles)});
}

Result<Output> RunLeaks(const Ledger& ledger, const LeaksParams& params, Context& context) {
  const std::vector<Rule>& rules = *ledger.rules;
  WEIR_TRY(CheckRule(rules, params.rule));
  WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, context));
  // All rules run even where one is asked for: whether it counts a record depends on those before it.
  WEIR_TRY(const std::vector<Findings> all, RunRules(rules, scope, context));
  Output output;
  const std::string& currency = context.settings().currency;
  output.tables = {EmptyTable(LedgerTable(ledger.kind), currency), EmptyTable(RulesTable(ledger.kind), currency),
                   EmptyTable(HeadlineTable(ledger.kind), currency), EmptyTable(AsideTable(ledger.kind), currency)};
  for (const Findings& findings : all) {
    if (!params.rule.empty() && findings.rule->id != params.rule) continue;
    AddLeaks(findings, output.tables[0], output.tables[3]);
    AddRule(findings, output.tables[1]);
    if (findings.left_out) {
      output.warnings.push_back({.code = ledger.kind.id + "_left_out",
                                 .message = *findings.left_out,
                                 .params = {{"rule", findings.rule->id}}});
    }
    if (findings.failure) {
      output.warnings.push_back(
          {.code = "rule_failed", .message = *findings.failure, .params = {{"rule", findings.rule->id}}});
    }
  }
  SortLeaks(ledger.kind, output.tables[0]);
  SortLeaks(ledger.kind, output.tables[3]);
  SortRules(output.tables[1]);
  if (params.rule.empty()) WEIR_TRY(AddHeadline(all, scope, context, output.tables[2]));
  WarnOfLearning(all, params, context, output.warnings);
  return output;
}

Result<Evidence> ExplainLeaks(const Ledger& ledger, const LeaksParams& params, const std::string& table,
                              const std::vector<std::string>& key, Context& context) {
  const std::vector<Rule>& rules = *ledger.rules;
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  const std::string id = key.front().substr(0, key.front().find(':'));
  WEIR_TRY(CheckRule(rules, id));
  const auto rule = std::ranges::find(rules, id, &Rule::id);
  if (table == ledger.kind.id || table == "aside") {
    return Evidence{.table = rule->entity, .ids = {key.front().substr(std::min(key.front().size(), id.size() + 1))}};
  }
  WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, context));
  WEIR_TRY(const std::vector<Findings> all, RunRules(rules, scope, context));
  constexpr std::size_t kMaxEvidence = 1000;
  Evidence evidence{.table = rule->entity};
  std::int64_t total = 0;
  for (const Findings& findings : all) {
    if (findings.rule->id != id) continue;
    for (const Leak& leak : findings.leaks) {
      if (!leak.Counts()) continue;
      ++total;
      if (evidence.ids.size() < kMaxEvidence) evidence.ids.push_back(leak.record_id);
    }
  }
  evidence.total = total;
  return evidence;
}

std::vector<std::string> NeedsOf(const std::vector<Rule>& rules, const metrics::MetricCatalog& catalog) {
  std::set<std::string> needs{"team", "excluded", "leak_state"};
  const auto add = [&](const std::vector<std::string>& views) { needs.insert(views.begin(), views.end()); };
  for (const Rule& rule : rules) add(ReadsOf(rule));
  add(HeadlineNeeds(catalog));
  return {needs.begin(), needs.end()};
}

analysis::Text HelpOf(const Kind& kind) {
  if (&kind == &Opening()) {
    return {
        "Where money could be won now: customers who outgrow their plan, companies like the best customers, lost deals "
        "whose reason is gone, hours that automation would free; each with its money, range and reason.",
        "Где сейчас можно заработать: клиенты, которым мал их план, компании, похожие на лучших клиентов, проигранные "
        "сделки, причина которых ушла, часы, которые освободит автоматизация; у каждой деньги, интервал и причина."};
  }
  return {
      "Where money leaks now: every record with what is lost or at stake, since when, and who must act; a record that "
      "several rules find is counted once.",
      "Где сейчас утекают деньги: каждая запись, сколько потеряно или под угрозой, с какого дня и кому действовать; "
      "запись, найденная несколькими правилами, учитывается один раз."};
}

analysis::Analysis Declared(const Ledger& ledger) {
  const Kind& kind = ledger.kind;
  const analysis::Text title =
      &kind == &Opening() ? analysis::Text{"Openings", "Возможности"} : analysis::Text{"Leaks", "Утечки"};
  analysis::Analysis declared{
      .info = {.id = kind.id,
               .title = title,
               .help = HelpOf(kind),
               .needs = NeedsOf(*ledger.rules, *ledger.catalog),
               .tables = {LedgerTable(kind), RulesTable(kind), HeadlineTable(kind), AsideTable(kind)}},
      .params = analysis::SpecsOf<LeaksParams>()};
  declared.run = [ledger](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const LeaksParams params, analysis::Bind<LeaksParams>(raw));
    return RunLeaks(ledger, params, context);
  };
  declared.explain = [ledger](const analysis::RawParams& raw, const std::string& table,
                              const std::vector<std::string>& key, Context& context) -> Result<Evidence> {
    WEIR_TRY(const LeaksParams params, analysis::Bind<LeaksParams>(raw));
    return ExplainLeaks(ledger, params, table, key, context);
  };
  return declared;
}

}  // namespace

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const std::vector<Rule>> rules,
                                         std::shared_ptr<const metrics::MetricCatalog> catalog) {
  std::vector<analysis::Analysis> all{Declared({Leaking(), rules, catalog})};
  for (analysis::Analysis& life : LifeAnalyses(Leaking(), rules)) all.push_back(std::move(life));
  for (analysis::Analysis& trend : TrendAnalyses(rules, catalog, all.front().info.needs))
    all.push_back(std::move(trend));
  all.push_back(UnownedAnalysis());
  all.push_back(EffectsAnalysis(rules, catalog, all.front().info.needs));
  return all;
}

std::vector<analysis::Analysis> OpeningAnalyses(std::shared_ptr<const std::vector<Rule>> rules,
                                                std::shared_ptr<const metrics::MetricCatalog> catalog) {
  std::vector<analysis::Analysis> all{Declared({Opening(), rules, std::move(catalog)})};
  for (analysis::Analysis& life : LifeAnalyses(Opening(), rules)) all.push_back(std::move(life));
  return all;
}

}  // namespace weir::leaks
