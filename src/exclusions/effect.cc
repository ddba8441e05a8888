#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "analysis/columns.h"
#include "base/decimal.h"
#include "exclusions/analyses.h"
#include "exclusions/rule.h"
#include "metrics/query.h"

namespace weir::exclusions {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using metrics::Metric;
using store::Value;

struct EffectParams {
  std::vector<std::string> metrics = {};
  std::optional<Date> from = {};
  std::optional<Date> to = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "metrics",
                 .help = {"Which metrics; none: all of the catalogue", "Какие показатели; без них — весь каталог"},
                 .positional = true},
                metrics);
    visitor.Add({.name = "from", .help = {"First day", "Первый день"}}, from);
    visitor.Add({.name = "to", .help = {"Last day", "Последний день"}}, to);
  }
};

std::vector<TableSpec> Specs() {
  return {{.name = "effect",
           .title = {"Effect on each number", "Влияние на каждое число"},
           .key = {"metric"},
           .columns = {TextOf("metric", "Metric", "Показатель"), TextOf("title_en", "Title", "Название"),
                       TextOf("title_ru", "Title (Russian)", "Название по-русски"), TextOf("unit", "Unit", "Единица"),
                       TextOf("currency", "Currency", "Валюта"),
                       Of("value", ColumnType::kDecimal, "With the rules", "С правилами"),
                       Of("without_rules", ColumnType::kDecimal, "Without rules", "Без правил"),
                       Of("effect", ColumnType::kDecimal, "Taken away", "Убрано")}},
          {.name = "by_rule",
           .title = {"Effect of each rule", "Влияние каждого правила"},
           .key = {"metric", "rule"},
           .columns = {TextOf("metric", "Metric", "Показатель"), TextOf("rule", "Rule", "Правило"),
                       TextOf("name", "Name", "Название"),
                       Of("alone", ColumnType::kDecimal, "Taken away by it alone", "Убирает само по себе"),
                       Of("only", ColumnType::kDecimal, "Would come back without it", "Вернётся без него")}},
          {.name = "left_out",
           .title = {"Rows left out", "Не учтено строк"},
           .key = {"entity"},
           .columns = {TextOf("entity", "Kind", "Вид"), CountOf("rows", "Rows", "Строк"),
                       CountOf("rules", "Rules", "Правил")}}};
}

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
}

// Nothing where one of the two is not known: a median over no rows.
Value Difference(const Value& left, const Value& right) {
  const auto a = AsDecimal(left);
  const auto b = AsDecimal(right);
  if (!a || !b) return {};
  const std::uint8_t scale = std::max(a->scale, b->scale);
  const auto from = Rescale(*a, scale);
  const auto taken = Rescale(*b, scale);
  if (!from || !taken) return {};
  if (scale == 0) return static_cast<std::int64_t>(from->units - taken->units);
  return Decimal{from->units - taken->units, scale};
}

// All that is listed and may be asked for this last day: a stock without history is known only as it is now.
std::vector<std::string> Listed(const metrics::MetricCatalog& catalog, const metrics::Query& query) {
  const bool is_past = query.to && *query.to < query.AsOfDay();
  std::vector<std::string> ids;
  for (const Metric& metric : catalog.metrics()) {
    if (metric.is_part) continue;
    const auto bases = catalog.BasesOf(metric);
    const bool is_unknown = is_past && std::ranges::any_of(bases, [&](const Metric* base) {
                              return base->IsStock() && !catalog.FindView(base->view)->history;
                            });
    if (!is_unknown) ids.push_back(metric.id);
  }
  return ids;
}

// The value of each metric with so much left out.
Result<std::vector<Value>> ValuesWith(const metrics::MetricCatalog& catalog, metrics::Query query,
                                      metrics::LeaveOut leave_out, Context& context) {
  query.leave_out = std::move(leave_out);
  WEIR_TRY(const metrics::Compiled compiled, metrics::Compile(catalog, query, store::DuckDbDialect()));
  if (compiled.is_empty) return std::vector<Value>(query.metrics.size());
  WEIR_TRY(store::Rows rows, context.session().Query(compiled.sql, compiled.parameters));
  WEIR_CHECK(rows.size() == 1);
  const auto first = rows.rows.front().begin() + 1;  // after the period
  return std::vector<Value>(first, first + static_cast<std::ptrdiff_t>(query.metrics.size()));
}

// By these rules alone; by no rule at all where there are none of them.
metrics::LeaveOut By(const metrics::LeaveOut& all, std::vector<std::string> rules) {
  if (rules.empty()) return {};
  return {.entities = all.entities, .rules = std::move(rules)};
}

struct RuleEffect {
  std::vector<Value> alone;
  std::vector<Value> without;
};

class Effects {
 public:
  Effects(const metrics::MetricCatalog& catalog, metrics::Query query, Context& context)
      : catalog_(catalog), query_(std::move(query)), context_(context) {}

  Status Measure(const std::vector<Rule>& rules) {
    std::vector<std::string> all;
    for (const Rule& rule : rules) {
      if (rule.is_on) all.push_back(rule.id);
    }
    WEIR_TRY(with_, ValuesBy(all));
    WEIR_TRY(without_, ValuesBy({}));
    for (const Rule& rule : rules) {
      if (!rule.is_on) continue;
      std::vector<std::string> others = all;
      std::erase(others, rule.id);
      RuleEffect effect;
      WEIR_TRY(effect.alone, ValuesBy({rule.id}));
      WEIR_TRY(effect.without, ValuesBy(others));
      rules_.emplace_back(&rule, std::move(effect));
      context_.Report(AsIs(rule.name), static_cast<double>(rules_.size()) / static_cast<double>(rules.size()));
    }
    return {};
  }

  void AddTo(analysis::Table& effect, analysis::Table& by_rule) const {
    for (std::size_t i = 0; i < query_.metrics.size(); ++i) {
      const Metric& metric = *catalog_.FindMetric(query_.metrics[i]);
      effect.rows.push_back({metric.id, metric.title.en, metric.title.ru, std::string(metrics::NameOf(metric.unit)),
                             metric.unit == metrics::Unit::kMoney ? Value(query_.currency) : Value(), with_[i],
                             without_[i], Difference(without_[i], with_[i])});
      for (const auto& [rule, measured] : rules_) {
        by_rule.rows.push_back({metric.id, rule->id, rule->name, Difference(without_[i], measured.alone[i]),
                                Difference(measured.without[i], with_[i])});
      }
    }
  }

 private:
  // Of one or two rules some sets are the same: each is asked for once.
  Result<std::vector<Value>> ValuesBy(const std::vector<std::string>& rules) {
    if (const auto known = values_.find(rules); known != values_.end()) return known->second;
    WEIR_TRY(std::vector<Value> values, ValuesWith(catalog_, query_, By(query_.leave_out, rules), context_));
    return values_.emplace(rules, std::move(values)).first->second;
  }

  const metrics::MetricCatalog& catalog_;
  metrics::Query query_;
  Context& context_;
  std::map<std::vector<std::string>, std::vector<Value>> values_;  // by the rules in force
  std::vector<Value> with_;
  std::vector<Value> without_;
  std::vector<std::pair<const Rule*, RuleEffect>> rules_;
};

Result<Output> Run(const metrics::MetricCatalog& catalog, const EffectParams& params, Context& context) {
  metrics::Query query{.metrics = params.metrics,
                       .from = params.from,
                       .to = params.to,
                       .as_of = context.as_of(),
                       .currency = context.settings().currency};
  WEIR_TRY(query.zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(query.leave_out, metrics::ReadLeaveOut(context.session()));
  if (query.metrics.empty()) query.metrics = Listed(catalog, query);
  for (const std::string& id : query.metrics) WEIR_TRY(catalog.Require(id));
  WEIR_TRY(const std::vector<Rule> rules, ReadRules(context.session()));
  WEIR_TRY(const std::vector<metrics::LeftOut> left_out, metrics::CountLeftOut(catalog, query, context.session()));
  Effects effects(catalog, std::move(query), context);
  WEIR_TRY(effects.Measure(rules));
  Output output;
  for (const TableSpec& spec : Specs()) {
    output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  }
  effects.AddTo(output.tables[0], output.tables[1]);
  for (const metrics::LeftOut& one : left_out) output.tables[2].rows.push_back({one.entity, one.rows, one.rules});
  return output;
}

}  // namespace

analysis::Analysis EffectAnalysis(const Catalog& catalog) {
  analysis::Analysis declared{
      .info = {.id = "exclusions.effect",
               .title = {"What exclusion rules take from each number", "Сколько правила исключения убирают из чисел"},
               .help = {"Each metric with the rules, without them, and the difference; then each rule: what it would "
                        "take away if it were the only one, and what would come back if it alone were switched off. "
                        "A record that several rules leave out counts in the first figure of each of them and in the "
                        "second of none.",
                        "Каждый показатель с правилами, без них и разница; затем каждое правило: сколько оно убрало "
                        "бы, будь оно единственным, и сколько вернётся, если выключить только его. Запись, которую "
                        "убирают несколько правил, входит в первое число каждого из них и ни в одно второе."},
               .needs = {"deal", "deal_version", "lead", "activity", "spend", "invoice", "payment", "account",
                         "setting", "excluded"},
               .tables = Specs()},
      .params = analysis::SpecsOf<EffectParams>()};
  for (analysis::ParamSpec& spec : declared.params) {
    if (spec.info.name != "metrics") continue;
    for (const Metric& metric : catalog->metrics()) {
      if (!metric.is_part) spec.info.allowed.push_back(metric.id);
    }
  }
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const EffectParams params, analysis::Bind<EffectParams>(raw));
    return Run(*catalog, params, context);
  };
  return declared;
}

}  // namespace weir::exclusions
