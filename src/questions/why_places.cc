#include "questions/why_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/columns.h"

namespace weir::questions {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Rows;
using store::Value;

namespace {

constexpr std::array<std::string_view, 9> kDimensions{"owner",   "team", "segment",  "source", "channel",
                                                      "product", "type", "pipeline", "country"};

// How far the values are from having all changed alike, by how far chance would put them: a sum of so many amounts of
// these sizes varies by the root of the sum of their squares.
void MeasureUnevenness(Places& found) {
  double before = 0;
  double now = 0;
  double unnamed = 0;
  for (const Place& place : found.places) {
    before += ToDouble(place.before);
    now += ToDouble(place.now);
    if (!place.is_named) unnamed += ToDouble(place.before) + ToDouble(place.now);
  }
  if (before + now <= 0) return;
  found.unnamed_share = unnamed / (before + now);
  if (found.unnamed_share > kMostUnnamed || found.places.size() < 2 || before <= 0) return;
  const double growth = now / before;
  double distance = 0;
  int values = 0;
  for (const Place& place : found.places) {
    const double spread = place.squares_now + growth * growth * place.squares_before;
    if (spread <= 0) continue;
    const double off = ToDouble(place.now) - growth * ToDouble(place.before);
    distance += off * off / spread;
    ++values;
  }
  if (values < 2) return;
  const double freedom = values - 1;
  found.unevenness = distance / freedom;
  // Wilson and Hilferty: the cube root of such a sum is nearly normal.
  const double deviation = 2.0 / (9.0 * freedom);
  found.is_beyond_chance = (std::cbrt(distance / freedom) - (1 - deviation)) / std::sqrt(deviation) > 1.645;
}

std::string PlacesSql(const Scope& scope) {
  std::string sql = fmt::format(
      "WITH won AS MATERIALIZED (SELECT *, {} AS in_now, {} AS in_before, CAST(amount_reporting AS DOUBLE) AS size "
      "FROM "
      "({}) WHERE status = 'won' AND ({} OR {}))",
      InDaysSql("close_date", scope.now), InDaysSql("close_date", scope.before), CountedSql(scope, "deal"),
      InDaysSql("close_date", scope.now), InDaysSql("close_date", scope.before));
  std::string_view joint = " ";
  for (const std::string_view dimension : kDimensions) {
    const auto column = ColumnOf(*scope.catalog, dimension);
    if (!column) continue;
    sql += fmt::format(
        "{0}SELECT '{1}' AS dimension, {2} AS named, count(*) FILTER (WHERE in_before), count(*) FILTER (WHERE "
        "in_now), "
        "sum(amount_reporting) FILTER (WHERE in_before), sum(amount_reporting) FILTER (WHERE in_now), "
        "sum(size * size) FILTER (WHERE in_before), sum(size * size) FILTER (WHERE in_now) FROM won GROUP BY {2}",
        joint, dimension, *column);
    joint = " UNION ALL ";
  }
  return sql + " ORDER BY dimension NULLS LAST, named NULLS LAST";
}

double RealAt(const Rows& rows, std::size_t row, std::size_t column) {
  const auto* value = std::get_if<double>(&rows.rows[row][column]);
  return value == nullptr ? 0 : *value;
}

Text NameOf(const Place& place) { return place.is_named ? Same(place.value) : Text{"not said", "не указано"}; }

}  // namespace

std::optional<std::string> ColumnOf(const metrics::MetricCatalog& catalog, std::string_view dimension) {
  for (const metrics::Dimension& one : catalog.FindView("deal")->dimensions) {
    if (one.id == dimension) return one.column.column;
  }
  return std::nullopt;
}

// In the order of kDimensions; each with its values, those that pull the sum where it went first.
Result<std::vector<Places>> ReadPlaces(const Scope& scope, Context& context) {
  WEIR_TRY(const Rows rows, context.session().Query(PlacesSql(scope)));
  std::vector<Places> all;
  for (const std::string_view dimension : kDimensions) {
    Places found{.dimension = std::string(dimension), .title = scope.catalog->DimensionTitle(dimension)};
    Int128 change = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.TextAt(row, 0) != dimension) continue;
      Place place{.value = rows.TextAt(row, 1),
                  .is_named = !store::IsNull(rows.rows[row][1]),
                  .deals_before = rows.IntegerAt(row, 2),
                  .deals_now = rows.IntegerAt(row, 3),
                  .before = AmountOf(rows.rows[row][4]),
                  .now = AmountOf(rows.rows[row][5]),
                  .squares_before = RealAt(rows, row, 6),
                  .squares_now = RealAt(rows, row, 7)};
      change += place.change();
      found.places.push_back(std::move(place));
    }
    if (found.places.empty()) continue;
    MeasureUnevenness(found);
    const Int128 sign = change < 0 ? 1 : -1;
    std::ranges::stable_sort(found.places, {}, [&](const Place& place) { return sign * place.change(); });
    all.push_back(std::move(found));
  }
  return all;
}

// The one that chance explains least; none where no dimension has two values.
const Places* Chosen(const std::vector<Places>& all) {
  const Places* best = nullptr;
  for (const Places& one : all) {
    if (!one.unevenness) continue;
    const auto rank = [](const Places& places) { return std::pair(places.is_beyond_chance, *places.unevenness); };
    if (best == nullptr || rank(one) > rank(*best)) best = &one;
  }
  return best;
}

TableSpec PlacesSpec() {
  return {.name = "places",
          .title = {"Where the change comes from", "Откуда изменение"},
          .key = {"dimension", "value"},
          .columns = {TextOf("dimension", "By", "Разрез"), TextOf("value", "Value", "Значение"),
                      Of("before", ColumnType::kMoney, "Before", "Было"), Of("now", ColumnType::kMoney, "Now", "Стало"),
                      Of("change", ColumnType::kMoney, "Change", "Изменение"),
                      CountOf("deals_before", "Deals before", "Сделок было"),
                      CountOf("deals_now", "Deals now", "Сделок стало")},
          .chart = analysis::Chart{.kind = "bar", .x = "value", .y = "change"}};
}

TableSpec DimensionsSpec() {
  return {.name = "dimensions",
          .title = {"What was tried", "Какие разрезы проверены"},
          .key = {"dimension"},
          .columns = {
              TextOf("dimension", "By", "Разрез"), TextOf("title_en", "By", "Разрез"),
              TextOf("title_ru", "By (Russian)", "Разрез по-русски"), CountOf("values", "Values", "Значений"),
              Of("unnamed_share", ColumnType::kShare, "Amount without a value", "Сумма без значения", "share"),
              Of("unevenness", ColumnType::kDecimal, "Unevenness, 1 is chance", "Неравномерность, 1 — как при случае"),
              Of("is_beyond_chance", ColumnType::kBoolean, "More than chance", "Больше случайного")}};
}

Table PlacesTable(const Places* chosen, const Scope& scope) {
  Table table = Empty(PlacesSpec(), scope.currency);
  if (chosen == nullptr) return table;
  for (const Place& place : chosen->places) {
    table.rows.push_back({chosen->dimension, place.is_named ? Value(place.value) : Value(), place.before, place.now,
                          LedgerAmount(place.change()), place.deals_before, place.deals_now});
  }
  return table;
}

Table DimensionsTable(const std::vector<Places>& all, const Scope& scope) {
  Table table = Empty(DimensionsSpec(), scope.currency);
  for (const Places& one : all) {
    table.rows.push_back({one.dimension, one.title.en, one.title.ru, static_cast<std::int64_t>(one.places.size()),
                          Rounded(one.unnamed_share, 6), one.unevenness ? Value(Rounded(*one.unevenness, 2)) : Value(),
                          one.unevenness ? Value(one.is_beyond_chance) : Value()});
  }
  const std::size_t unevenness = table.IndexOf("unevenness");
  std::ranges::stable_sort(table.rows, std::greater<>(), [&](const std::vector<Value>& row) {
    const auto* decimal = std::get_if<Decimal>(&row[unevenness]);
    return decimal == nullptr ? Int128{-1} : decimal->units;
  });
  return table;
}

std::optional<Step> PlacesStep(const Places* chosen, const Scope& scope) {
  if (chosen == nullptr) return std::nullopt;
  const Place& first = chosen->places.front();
  Text list = Say("{0} {1}", "{0} {1}", {NameOf(first), Signed(LedgerAmount(first.change()), scope.currency)});
  if (chosen->places.size() > 2) {
    const Place& second = chosen->places[1];
    list = Say("{0}, {1} {2}", "{0}, {1} {2}",
               {list, NameOf(second), Signed(LedgerAmount(second.change()), scope.currency)});
  }
  const Place& last = chosen->places.back();
  if ((last.change() < 0) != (first.change() < 0) && last.change() != 0) {
    list = Say("{0}, against it {1} {2}", "{0}, напротив — {1} {2}",
               {list, NameOf(last), Signed(LedgerAmount(last.change()), scope.currency)});
  }
  const Text title = chosen->title;
  return Step{"places",
              chosen->is_beyond_chance
                  ? Say("Of all splits the change is least even by “{0}”: {1}.",
                        "Из всех разрезов изменение неравномернее всего в разрезе «{0}»: {1}.", {title, list})
                  : Say("No split explains the change better than chance would; the most uneven is “{0}”: {1}.",
                        "Ни один разрез не объясняет изменение лучше, чем случай; неравномернее всего — «{0}»: {1}.",
                        {title, list}),
              "places"};
}

}  // namespace weir::questions
