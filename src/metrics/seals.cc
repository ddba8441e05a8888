#include "metrics/seals.h"

#include <algorithm>
#include <array>
#include <map>

namespace weir::metrics {
namespace {

constexpr std::size_t kMostSaid = 12;

// By first day of the month, over the months from the first to the last of these seals, which are of one metric.
Result<std::map<Date, store::Value>> MonthsNow(std::span<const SealedMonth> seals, const MetricCatalog& catalog,
                                               const Query& base, analysis::Context& context, std::string& unit) {
  Query query = base;
  query.metrics = {seals.front().metric};
  query.by.clear();
  query.grain = Grain::kMonth;
  query.from = seals.front().days.first;
  query.to = seals.back().days.last;
  query.first_month = 1;
  WEIR_TRY(const Compiled compiled, Compile(catalog, query, store::DuckDbDialect()));
  std::map<Date, store::Value> months;
  if (compiled.is_empty) return months;
  unit = compiled.columns.at(1).unit;
  WEIR_TRY(const store::Rows rows, context.session().Query(compiled.sql, compiled.parameters));
  for (const auto& row : rows.rows) months[std::get<Date>(row[0])] = row[1];
  return months;
}

std::optional<Decimal> Minus(const store::Value& now, Decimal sealed) {
  const std::optional<Decimal> value = ParsePlainDecimal(store::ToText(now));
  if (!value) return std::nullopt;
  const std::uint8_t scale = std::max(value->scale, sealed.scale);
  const auto a = Rescale(*value, scale);
  const auto b = Rescale(sealed, scale);
  if (!a || !b) return std::nullopt;
  return Decimal{a->units - b->units, scale};
}

bool IsMonth(const Query& query) {
  return query.from && query.to && PeriodAround(*query.from, Grain::kMonth, 1) == DayRange{*query.from, *query.to};
}

analysis::Warning Said(const Adjusted& month, const MetricCatalog& catalog) {
  const SealedMonth& seal = month.seal;
  const Metric& metric = *catalog.FindMetric(seal.metric);
  const Phrase title{.text = metric.title.en, .russian = metric.title.ru};
  const std::string name = FormatDate(seal.days.first).substr(0, 7);
  const std::string sealed = FormatDecimal(seal.value);
  const std::string now = store::ToText(month.now);
  const std::string adjustment = month.adjustment ? FormatDecimal(*month.adjustment) : "";
  Phrase message =
      !month.HasMoved() ? MakePhrase("{}, {}: sealed at {}, and so it is", title, name, sealed)
      : month.adjustment
          ? MakePhrase("{}, {}: sealed at {}; it is {} now, an adjustment of {}", title, name, sealed, now, adjustment)
          : MakePhrase("{}, {}: sealed at {}; it has no comparable value now", title, name, sealed);
  return {.code = month.HasMoved() ? "sealed_adjusted" : "sealed",
          .message = std::move(message),
          .params = {{"metric", seal.metric},
                     {"month", FormatDate(seal.days.first)},
                     {"sealed", sealed},
                     {"now", now},
                     {"adjustment", adjustment},
                     {"unit", seal.unit},
                     {"definition_version", fmt::format("{}", seal.definition_version)},
                     {"known_at", fmt::format("{}", seal.known_at)},
                     {"sealed_by", seal.sealed_by},
                     {"sealed_at", FormatInstant(seal.sealed_at)}}};
}

}  // namespace

Result<std::vector<SealedMonth>> SealsOf(const std::vector<std::string>& metrics, analysis::Context& context) {
  const std::array<store::Value, 1> parameters{context.known_at()};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          "SELECT metric, month, value, unit, definition_version, known_at, as_of, note, changed_by, changed_at FROM "
          "(SELECT *, row_number() OVER (PARTITION BY metric, month ORDER BY data_version DESC NULLS LAST) AS place "
          "FROM scoped.metric_seal WHERE data_version <= ?) AS s WHERE place = 1 AND is_sealed ORDER BY metric NULLS "
          "LAST, month NULLS LAST",
          parameters));
  std::vector<SealedMonth> seals;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SealedMonth seal{.metric = rows.TextAt(i, 0),
                     .days = PeriodAround(std::get<Date>(rows.rows[i][1]), Grain::kMonth, 1),
                     .value = ParsePlainDecimal(rows.TextAt(i, 2)).value_or(Decimal{}),
                     .unit = rows.TextAt(i, 3),
                     .definition_version = rows.IntegerAt(i, 4),
                     .known_at = rows.IntegerAt(i, 5),
                     .as_of = std::get<Instant>(rows.rows[i][6]),
                     .note = rows.TextAt(i, 7),
                     .sealed_by = rows.TextAt(i, 8),
                     .sealed_at = std::get<Instant>(rows.rows[i][9])};
    if (metrics.empty() || std::ranges::find(metrics, seal.metric) != metrics.end()) seals.push_back(std::move(seal));
  }
  return seals;
}

Result<std::vector<Adjusted>> AdjustmentsOf(std::vector<SealedMonth> seals, const MetricCatalog& catalog,
                                            const Query& query, analysis::Context& context) {
  std::vector<Adjusted> adjusted;
  for (std::size_t begin = 0; begin < seals.size();) {
    std::size_t end = begin;
    while (end < seals.size() && seals[end].metric == seals[begin].metric) ++end;
    std::map<Date, store::Value> months;
    std::string unit;
    if (catalog.FindMetric(seals[begin].metric) != nullptr) {
      WEIR_TRY(months, MonthsNow(std::span(seals).subspan(begin, end - begin), catalog, query, context, unit));
    }
    for (; begin < end; ++begin) {
      Adjusted month{.seal = std::move(seals[begin])};
      const auto found = months.find(month.seal.days.first);
      if (found != months.end() && unit == month.seal.unit) {
        month.now = found->second;
        month.adjustment = Minus(month.now, month.seal.value);
      }
      adjusted.push_back(std::move(month));
    }
  }
  return adjusted;
}

Result<std::vector<analysis::Warning>> WarnOfSeals(const MetricCatalog& catalog, const Query& query,
                                                   analysis::Context& context) {
  std::vector<analysis::Warning> warnings;
  const bool is_of_all_rows = query.where.empty() && query.team_ids.empty() && query.segment.empty();
  if (!is_of_all_rows || query.is_running) return warnings;
  WEIR_TRY(std::vector<SealedMonth> seals, SealsOf(query.metrics, context));
  // Who asks for an earlier moment than that of the seal does not see a change of it.
  std::erase_if(seals, [&](const SealedMonth& seal) {
    return context.as_of() < seal.as_of || (query.from && seal.days.first < *query.from) ||
           (query.to && seal.days.last > *query.to);
  });
  if (seals.empty()) return warnings;
  WEIR_TRY(std::vector<Adjusted> adjusted, AdjustmentsOf(std::move(seals), catalog, query, context));
  const bool asks_for_months = query.grain == Grain::kMonth || (query.grain == Grain::kNone && IsMonth(query));
  if (!asks_for_months) std::erase_if(adjusted, [](const Adjusted& month) { return !month.HasMoved(); });
  // The newest are said; all stand in metrics.seals.
  std::ranges::stable_sort(adjusted, std::greater<>(), [](const Adjusted& month) { return month.seal.days.first; });
  for (std::size_t i = 0; i < std::min(adjusted.size(), kMostSaid); ++i) {
    warnings.push_back(Said(adjusted[i], catalog));
  }
  if (adjusted.size() > kMostSaid) {
    const std::size_t more = adjusted.size() - kMostSaid;
    warnings.push_back({.code = "sealed_more",
                        .message = MakePhrase("{} earlier sealed months: see metrics seals", more),
                        .params = {{"count", fmt::format("{}", more)}}});
  }
  return warnings;
}

}  // namespace weir::metrics
