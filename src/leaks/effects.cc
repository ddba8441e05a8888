// leaks.effects: after leaks of a rule were mended, did another step get worse? See effect.h for the statistics.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/random.h"
#include "leaks/counted.h"
#include "leaks/effect.h"
#include "leaks/ledger.h"
#include "leaks/life.h"
#include "leaks/said.h"
#include "leaks/step.h"

namespace weir::leaks {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr int kLeastDays = 14;  // of a span: in less nothing has had its time
constexpr int kMostDays = 182;
constexpr int kMonthDays = 30;
constexpr std::string_view kOfRule = "rule:";  // begins the id of a step that is a rule

struct EffectsParams {
  std::string rule = {};
  std::string team = {};
  std::string segment = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "rule",
                 .help = {"Only after fixes of this rule", "Только после исправлений по этому правилу"},
                 .positional = true},
                rule);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  }
};

TableSpec EffectsTable() {
  return {.name = "effects",
          .title = {"What else changed after fixes", "Что ещё изменилось после исправлений"},
          .key = {"rule", "step"},
          .columns = {TextOf("rule", "Rule", "Правило"),
                      TextOf("title_en", "What was mended", "Что устранили"),
                      TextOf("title_ru", "What was mended (Russian)", "Что устранили (по-русски)"),
                      TextOf("department", "Department", "Отдел"),
                      CountOf("fixed", "Mended", "Устранено"),
                      Of("since", ColumnType::kDate, "First mended", "Первое исправление"),
                      CountOf("days", "Days on each side", "Дней до и после"),
                      TextOf("step", "Step", "Шаг"),
                      TextOf("step_en", "What else", "Что ещё"),
                      TextOf("step_ru", "What else (Russian)", "Что ещё (по-русски)"),
                      Of("is_own", ColumnType::kBoolean, "The rule itself", "Само правило"),
                      TextOf("unit", "Unit", "Единица"),
                      Of("before", ColumnType::kDecimal, "Before", "До"),
                      Of("after", ColumnType::kDecimal, "After", "После"),
                      Of("change_low", ColumnType::kDecimal, "Change, at least (80 %)", "Изменение, не меньше (80 %)"),
                      Of("change_high", ColumnType::kDecimal, "Change, at most (80 %)", "Изменение, не больше (80 %)"),
                      CountOf("cases_before", "Cases before", "Случаев до"),
                      CountOf("cases_after", "Cases after", "Случаев после"),
                      TextOf("better", "Better", "Лучше"),
                      TextOf("verdict", "Verdict", "Вывод"),
                      TextOf("note_en", "Why it cannot be told", "Почему нельзя сказать"),
                      TextOf("note_ru", "Why it cannot be told (Russian)", "Почему нельзя сказать (по-русски)")}};
}

struct Ledger {
  std::shared_ptr<const std::vector<Rule>> rules;
  std::shared_ptr<const metrics::MetricCatalog> catalog;
};

// What was mended by a rule, and since when.
struct Mended {
  std::int64_t count = 0;
  Date since = {};
};

// Leaks that are said to be fixed, and those that somebody worked on and that are found no more.
constexpr std::string_view kWords = R"(
SELECT leak, max(state) FILTER (WHERE place = 1) AS state, min(coalesce(as_of, changed_at)) FILTER (WHERE state = 'fixed') AS fixed_at,
  max(coalesce(as_of, changed_at)) AS said_at
FROM (SELECT *, row_number() OVER (PARTITION BY leak ORDER BY decision_id DESC NULLS LAST) AS place FROM scoped.leak_state) AS said
GROUP BY leak
ORDER BY leak NULLS LAST)";

Result<std::map<std::string, Mended>> ReadMended(const std::string& only, Context& context) {
  WEIR_TRY(const Output list, context.Run("leaks.list", {{"state", {"recovered"}}}));
  const Table& leaks = *list.Find("leaks");
  std::set<std::string> recovered;
  for (const auto& row : leaks.rows) recovered.insert(store::ToText(row[leaks.IndexOf("leak")]));
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(const store::Rows rows, context.session().Query(kWords));
  std::map<std::string, Mended> mended;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string leak = rows.TextAt(i, 0);
    const std::string rule = leak.substr(0, leak.find(':'));
    if (!only.empty() && rule != only) continue;
    if (rows.TextAt(i, 1) != "fixed" && !recovered.contains(leak)) continue;
    const auto* fixed_at = std::get_if<Instant>(&rows.rows[i][2]);
    const auto* said_at = std::get_if<Instant>(&rows.rows[i][3]);
    const Instant* at = fixed_at != nullptr ? fixed_at : said_at;
    if (at == nullptr || *at > context.as_of()) continue;
    const Date day = zone.LocalDateOf(*at);
    Mended& of = mended[rule];
    if (of.count == 0 || day.days < of.since.days) of.since = day;
    ++of.count;
  }
  return mended;
}

// Days after `begins` up to `ends`.
struct Span {
  Date begins;
  Date ends;
};
struct Spans {
  Span before;
  Span after;
  int days = 0;
};

Spans SpansOf(Date since, Date today) {
  const int days = std::min(kMostDays, today.days - since.days);
  return {.before = {{since.days - days}, since}, .after = {since, {since.days + days}}, .days = days};
}

std::string InSpan(const std::string& sql, const Span& span, int ripe_days, const LedgerScope& scope,
                   std::vector<Value>& values) {
  return fmt::format("FROM (\n{}\n) AS cases WHERE day > DATE '{}' AND day <= DATE '{}'", sql, FormatDate(span.begins),
                     FormatDate({span.ends.days - ripe_days})) +
         AndInScope(scope, values);
}

Result<std::string> SqlOf(const Step& step, const LedgerScope& scope, const Context& context) {
  const Rule rule{.parameters = {{"ripe_days", step.ripe_days}}, .source_file = step.source_file};
  WEIR_TRY(const std::string filled, FillIn(step.sql, rule, context.as_of(), context.LocalAsOfDate()));
  return OverCounted(filled, *scope.catalog, scope.leave_out);
}

Measure MeasureOf(const Step& step) { return step.unit == "share" ? Measure::kShare : Measure::kMiddle; }

Result<EffectSide> ReadSide(const Step& step, const std::string& sql, const Span& span, const LedgerScope& scope,
                            Context& context) {
  std::vector<Value> values;
  const std::string cases = InSpan(sql, span, static_cast<int>(step.ripe_days), scope, values);
  EffectSide side;
  if (MeasureOf(step) == Measure::kShare) {
    WEIR_TRY(const store::Rows rows,
             context.session().Query("SELECT count(*), count(*) FILTER (WHERE is_hit) " + cases, values));
    side.cases = rows.IntegerAt(0, 0);
    side.hits = rows.IntegerAt(0, 1);
    return side;
  }
  // A grid of quantiles holds what is needed of any number of values.
  constexpr int kGrid = 200;
  std::string grid;
  for (int i = 0; i <= kGrid; ++i) grid += fmt::format("{}{}", i == 0 ? "" : ", ", static_cast<double>(i) / kGrid);
  WEIR_TRY(const store::Rows rows,
           context.session().Query(fmt::format("SELECT cases, unnest(quantiles) AS value FROM (SELECT count(value) AS "
                                               "cases, quantile_cont(value, [{}]) AS quantiles {}) AS found",
                                               grid, cases),
                                   values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    side.cases = rows.IntegerAt(i, 0);
    if (const auto* value = std::get_if<double>(&rows.rows[i][1])) side.quantiles.push_back(*value);
  }
  return side;
}

// Of records of one kind how many there were in a span: what leaks of them are counted against. Nothing where no day
// says when such a record began.
Result<std::optional<std::int64_t>> RecordsIn(const std::string& entity, const Span& span, const LedgerScope& scope,
                                              Context& context) {
  static const std::map<std::string, std::string, std::less<>> kDays{
      {"deal", "SELECT r.created_date AS day, r.team_id, r.segment FROM scoped.deal AS r"},
      {"lead", "SELECT r.created_date AS day, r.team_id, r.segment FROM scoped.lead AS r"},
      {"invoice", "SELECT r.issued_date AS day, r.team_id, r.segment FROM scoped.invoice AS r"},
      {"ticket", "SELECT r.created_date AS day, r.team_id, r.segment FROM scoped.ticket AS r"}};
  const auto known = kDays.find(entity);
  if (known == kDays.end()) return std::optional<std::int64_t>();
  std::vector<Value> values;
  const std::string sql = OverCounted(known->second, *scope.catalog, scope.leave_out);
  WEIR_TRY(const std::int64_t count,
           context.session().QueryInteger("SELECT count(*) " + InSpan(sql, span, 0, scope, values), values));
  return std::optional(count);
}

std::int64_t BegunIn(const Findings& findings, const Span& span) {
  return std::ranges::count_if(findings.leaks, [&](const Leak& leak) {
    return leak.aside.empty() && leak.since && leak.since->days > span.begins.days &&
           leak.since->days <= span.ends.days;
  });
}

// One line: what was looked at, and either what is told or why nothing is.
struct Line {
  const Rule* rule = nullptr;
  Mended mended = {};
  int days = 0;
  std::string step = {};
  Text title = {};
  bool is_own = false;
  std::string unit = {};
  double scale = 1;  // of what is shown
  bool is_up_better = true;
  std::int64_t cases_before = 0;
  std::int64_t cases_after = 0;
  std::optional<Effect> effect = {};
  Text note = {};

  std::string_view Verdict() const { return effect ? VerdictOf(effect->change, is_up_better) : "unknown"; }
};

Text TooEarly(int days, int needed) {
  return {fmt::format("{} days since the first was mended; {} are needed", days, needed),
          fmt::format("дней с первого исправления: {}; нужно {}", days, needed)};
}

Text TooFew(const Line& line) {
  return {fmt::format("too few cases: {} before, {} after; {} of each are needed", line.cases_before, line.cases_after,
                      kLeastEffectCases),
          fmt::format("мало случаев: {} до, {} после; нужно по {}", line.cases_before, line.cases_after,
                      kLeastEffectCases)};
}

void Compare(Measure measure, const EffectSide& before, const EffectSide& after, const Context& context, Line& line) {
  line.cases_before = before.cases;
  line.cases_after = after.cases;
  line.effect = EffectOf(measure, before, after, HashText(line.rule->id + " " + line.step) ^ context.seed());
  if (!line.effect) {
    line.note = TooFew(line);
  } else if (line.Verdict() == "unknown") {
    line.note = {"the range holds no change", "в диапазоне есть и отсутствие изменений"};
  }
}

Result<std::optional<Line>> LineOfStep(const Step& step, Line line, const Spans& spans, const LedgerScope& scope,
                                       Context& context) {
  line.step = step.id;
  line.title = step.title;
  line.unit = step.unit;
  line.is_up_better = step.is_up_better;
  const int needed = kLeastDays + static_cast<int>(step.ripe_days);
  if (spans.days < needed) {
    line.note = TooEarly(spans.days, needed);
    return std::optional(line);
  }
  WEIR_TRY(const std::string sql, SqlOf(step, scope, context));
  WEIR_TRY(const EffectSide before, ReadSide(step, sql, spans.before, scope, context));
  WEIR_TRY(const EffectSide after, ReadSide(step, sql, spans.after, scope, context));
  // A step of which this company records nothing is no neighbour.
  if (before.cases == 0 && after.cases == 0) return std::optional<Line>();
  Compare(MeasureOf(step), before, after, context, line);
  return std::optional(line);
}

// Leaks that began in each span and stood at its end, of new records of their kind, else in thirty days. Both spans are
// looked at from their end: a leak has had the same time to go.
Result<std::optional<Line>> LineOfRule(const Findings& then, const Findings& now, Line line, const Spans& spans,
                                       const LedgerScope& scope, Context& context) {
  const auto is_measured = [](const Findings& one) { return !one.missing && !one.failure; };
  if (!is_measured(then) || !is_measured(now)) return std::optional<Line>();
  line.step = std::string(kOfRule) + now.rule->id;
  line.title = {"Leaks: " + now.rule->title.en, "Утечки: " + now.rule->title.ru};
  line.is_own = now.rule->id == line.rule->id;
  line.is_up_better = false;
  WEIR_TRY(const auto records_before, RecordsIn(now.rule->entity, spans.before, scope, context));
  WEIR_TRY(const auto records_after, RecordsIn(now.rule->entity, spans.after, scope, context));
  const bool has_records = records_before && records_after;
  line.unit = has_records ? "share" : "count";
  line.scale = has_records ? 1 : kMonthDays;
  const EffectSide before{.cases = has_records ? *records_before : spans.days, .hits = BegunIn(then, spans.before)};
  const EffectSide after{.cases = has_records ? *records_after : spans.days, .hits = BegunIn(now, spans.after)};
  if (before.hits + after.hits == 0) return std::optional<Line>();
  Compare(Measure::kRate, before, after, context, line);
  return std::optional(line);
}

Value Shown(double value) {
  constexpr double kMost = 1e15;
  constexpr double kScale = 1e6;
  constexpr int kDigits = 6;
  if (!(std::abs(value) < kMost)) return {};
  return Decimal{static_cast<Int128>(std::llround(value * kScale)), kDigits};
}

void AddLine(const Line& line, Table& table) {
  const auto shown = [&](double value) { return line.effect ? Shown(value * line.scale) : Value(); };
  const Effect effect = line.effect.value_or(Effect{});
  table.rows.push_back({line.rule->id,
                        line.rule->title.en,
                        line.rule->title.ru,
                        line.rule->department,
                        line.mended.count,
                        line.mended.since,
                        static_cast<std::int64_t>(line.days),
                        line.step,
                        line.title.en,
                        line.title.ru,
                        line.is_own,
                        line.unit,
                        shown(effect.before),
                        shown(effect.after),
                        shown(effect.change.low),
                        shown(effect.change.high),
                        line.cases_before,
                        line.cases_after,
                        std::string(line.is_up_better ? "up" : "down"),
                        std::string(line.Verdict()),
                        analysis::OrNull(line.note.en),
                        analysis::OrNull(line.note.ru)});
}

std::vector<Rule> OfDepartment(const std::vector<Rule>& rules, const std::string& department) {
  std::vector<Rule> some;
  std::ranges::copy_if(rules, std::back_inserter(some),
                       [&](const Rule& rule) { return rule.department == department; });
  return some;
}

Result<std::vector<Findings>> RunAt(Date day, const std::vector<Rule>& rules, const Ledger& ledger,
                                    const EffectsParams& params, Context& context) {
  if (day.days >= context.LocalAsOfDate().days) {
    WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, context));
    return RunRules(rules, scope, context);
  }
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(const std::unique_ptr<Context> then,
           context.Elsewhere(Instant{zone.EndOfDay(day).micros - 1}, std::nullopt));
  WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, *then));
  return RunRules(rules, scope, *then);
}

const Rule* RuleNamed(const std::vector<Rule>& rules, const std::string& id) {
  const auto found = std::ranges::find(rules, id, &Rule::id);
  return found == rules.end() ? nullptr : &*found;
}

Result<std::vector<Line>> LinesOf(const Rule& rule, const Mended& mended, const Ledger& ledger,
                                  const EffectsParams& params, Context& context) {
  const Spans spans = SpansOf(mended.since, context.LocalAsOfDate());
  const Line head{.rule = &rule, .mended = mended, .days = spans.days};
  WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, context));
  std::vector<Line> lines;
  for (const Step& step : BuiltInSteps()) {
    if (!step.IsOf(rule)) continue;
    if (context.stop().stop_requested()) return Fail(Cancelled("looking at leaks was stopped"));
    WEIR_TRY(auto line, LineOfStep(step, head, spans, scope, context));
    if (line) lines.push_back(std::move(*line));
  }
  if (spans.days < kLeastDays) return lines;
  const std::vector<Rule> beside = OfDepartment(*ledger.rules, rule.department);
  WEIR_TRY(const std::vector<Findings> then, RunAt(spans.before.ends, beside, ledger, params, context));
  WEIR_TRY(const std::vector<Findings> now, RunAt(spans.after.ends, beside, ledger, params, context));
  for (std::size_t i = 0; i < beside.size(); ++i) {
    WEIR_TRY(auto line, LineOfRule(then[i], now[i], head, spans, scope, context));
    if (line) lines.push_back(std::move(*line));
  }
  return lines;
}

Result<Output> RunEffects(const Ledger& ledger, const EffectsParams& params, Context& context) {
  WEIR_TRY(CheckRule(*ledger.rules, params.rule));
  WEIR_TRY(const auto mended, ReadMended(params.rule, context));
  std::vector<Line> lines;
  std::size_t done = 0;
  for (const auto& [id, of] : mended) {
    const Rule* rule = RuleNamed(*ledger.rules, id);
    if (rule == nullptr) continue;
    context.Report(InBoth(rule->title.en, rule->title.ru),
                   static_cast<double>(done++) / static_cast<double>(mended.size()));
    WEIR_TRY(std::vector<Line> some, LinesOf(*rule, of, ledger, params, context));
    std::ranges::move(some, std::back_inserter(lines));
  }
  const auto rank = [](const Line& line) { return line.Verdict() == "worse" ? 0 : line.Verdict() == "better" ? 1 : 2; };
  std::ranges::stable_sort(lines, {}, rank);
  Output output;
  output.tables = {EmptyTable(EffectsTable(), context.settings().currency)};
  for (const Line& line : lines) AddLine(line, output.tables[0]);
  const auto compared = std::ranges::count_if(lines, [](const Line& line) { return line.effect && !line.is_own; });
  constexpr std::ptrdiff_t kTenth = 10;
  if (compared >= kTenth) {
    output.warnings.push_back(
        {.code = "by_chance",
         .message = MakePhrase("{} comparisons: about {} of them would say 'worse' by chance alone", compared,
                               compared / kTenth)});
  }
  return output;
}

// The cases after the fixes; of a rule, its leaks that began then.
Result<Evidence> ExplainEffects(const Ledger& ledger, const EffectsParams& params, const std::string& table,
                                const std::vector<std::string>& key, Context& context) {
  constexpr std::size_t kKeys = 2;
  if (table != "effects" || key.size() != kKeys) return Fail(BadUsage("the key is a rule and a step").Field("explain"));
  WEIR_TRY(CheckRule(*ledger.rules, key[0]));
  WEIR_TRY(const auto mended, ReadMended(key[0], context));
  const auto of = mended.find(key[0]);
  if (of == mended.end()) return Fail(NotFound("no leak of '{}' was mended", key[0]).Field("rule"));
  const Spans spans = SpansOf(of->second.since, context.LocalAsOfDate());
  constexpr std::size_t kMaxEvidence = 1000;
  Evidence evidence;
  std::int64_t total = 0;
  const auto add = [&](std::string id) {
    if (++total <= static_cast<std::int64_t>(kMaxEvidence)) evidence.ids.push_back(std::move(id));
  };
  if (key[1].starts_with(kOfRule)) {
    const std::string id = key[1].substr(kOfRule.size());
    WEIR_TRY(CheckRule(*ledger.rules, id));
    const std::vector<Rule> only{*RuleNamed(*ledger.rules, id)};
    evidence.table = only.front().entity;
    WEIR_TRY(const std::vector<Findings> found, RunAt(spans.after.ends, only, ledger, params, context));
    for (const Leak& leak : found.front().leaks) {
      const bool began =
          leak.since && leak.since->days > spans.after.begins.days && leak.since->days <= spans.after.ends.days;
      if (began && leak.aside.empty()) add(leak.record_id);
    }
  } else {
    const auto step = std::ranges::find(BuiltInSteps(), key[1], &Step::id);
    if (step == BuiltInSteps().end()) return Fail(NotFound("there is no step '{}'", key[1]).Field("explain"));
    evidence.table = step->entity;
    WEIR_TRY(const LedgerScope scope, ScopeOf(params.team, params.segment, *ledger.catalog, context));
    WEIR_TRY(const std::string sql, SqlOf(*step, scope, context));
    std::vector<Value> values;
    const std::string cases = InSpan(sql, spans.after, static_cast<int>(step->ripe_days), scope, values);
    WEIR_TRY(const store::Rows rows,
             context.session().Query(
                 "SELECT record_id, max(day) " + cases + " GROUP BY record_id ORDER BY 2 DESC NULLS LAST, 1 NULLS LAST",
                 values));
    for (std::size_t i = 0; i < rows.size(); ++i) add(rows.TextAt(i, 0));
  }
  evidence.total = total;
  return evidence;
}

}  // namespace

analysis::Analysis EffectsAnalysis(std::shared_ptr<const std::vector<Rule>> rules,
                                   std::shared_ptr<const metrics::MetricCatalog> catalog,
                                   std::vector<std::string> needs) {
  for (const Step& step : BuiltInSteps()) {
    for (std::string& view : ReadsOf({.sql = step.sql})) {
      if (std::ranges::find(needs, view) == needs.end()) needs.push_back(std::move(view));
    }
  }
  analysis::Info info{
      .id = "leaks.effects",
      .title = {"Side effects of fixes", "Побочные эффекты исправлений"},
      .help = {"Since leaks of a rule were first mended: what its neighbouring steps and the other rules of the "
               "department do, against as many days before, with an 80 % range: worse, better, or it cannot be told. "
               "Two spans differ in more than the fix, so this is where to look and no proof.",
               "С первого исправления по правилу: что стало с соседними шагами и с другими правилами отдела по "
               "сравнению с таким же сроком до него, с диапазоном 80 %: хуже, лучше или сказать нельзя. Периоды "
               "различаются не только исправлением, поэтому это повод посмотреть, а не доказательство."},
      .asks = {"leaks.list"},
      .needs = std::move(needs),
      .tables = {EffectsTable()},
      .is_cacheable = false};  // what is said of leaks changes without new data
  const Ledger ledger{std::move(rules), std::move(catalog)};
  analysis::Analysis declared{.info = std::move(info), .params = analysis::SpecsOf<EffectsParams>()};
  declared.run = [ledger](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const EffectsParams params, analysis::Bind<EffectsParams>(raw));
    return RunEffects(ledger, params, context);
  };
  declared.explain = [ledger](const analysis::RawParams& raw, const std::string& table,
                              const std::vector<std::string>& key, Context& context) -> Result<Evidence> {
    WEIR_TRY(const EffectsParams params, analysis::Bind<EffectsParams>(raw));
    return ExplainEffects(ledger, params, table, key, context);
  };
  return declared;
}

}  // namespace weir::leaks
