#include "diagnose/baseline.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/tables.h"

namespace weir::diagnose {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Maybe;
using analysis::NoParams;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr double kReach = 1.2815515655446004;  // 80 % of a normal distribution
constexpr std::int64_t kLeast = 10;

struct Figure {
  std::string_view id;
  Text title;
  Text needs;
  std::string_view unit;
  bool is_less_better = false;
  double claimed = 0;  // published change, observational; of what is lost, the share itself
  // One row: cases, value and its variance (DOUBLE).
  std::string_view sql;
};

// Of the last 365 days. Sums are decimal; what follows of them is told by the row that is read.
constexpr std::string_view kProductivity = R"(
WITH won AS (
  SELECT CAST(d.amount_reporting AS DECIMAL(18,4)) AS amount
  FROM scoped.deal AS d
  WHERE d.status = 'won' AND d.seller_id IS NOT NULL AND d.amount_reporting IS NOT NULL AND d.is_not_sales IS NULL
    AND d.close_date > :as_of_date - 365 AND d.close_date <= :as_of_date
),
years AS (
  SELECT sum(greatest(0, least(coalesce(local_date(s.valid_to), :as_of_date), :as_of_date) - greatest(local_date(s.valid_from), :as_of_date - 365))) AS days
  FROM scoped.seller AS s
)
SELECT count(*) AS cases, CAST(sum(amount) AS DECIMAL(38,4)) AS part, CAST(sum(CAST(amount AS DECIMAL(18,2)) * CAST(amount AS DECIMAL(18,2))) AS DECIMAL(38,4)) AS squares,
  CAST((SELECT days FROM years) AS DECIMAL(38,4)) / 365 AS whole
FROM won)";

constexpr std::string_view kDigital = R"(
WITH paid AS (
  SELECT s.channel, s.campaign_id, s.cost_reporting
  FROM scoped.spend AS s
  WHERE s.day > :as_of_date - 365 AND s.cost_reporting IS NOT NULL
    AND NOT regexp_matches(lower(coalesce(s.channel, '')), 'event|fair|print|outdoor|radio|\btv\b|выстав|меропр|печат|наруж|радио')
),
won AS (
  SELECT CAST(d.amount_reporting AS DECIMAL(18,4)) AS amount
  FROM scoped.deal AS d
  WHERE d.status = 'won' AND d.amount_reporting IS NOT NULL AND d.is_not_sales IS NULL
    AND d.close_date > :as_of_date - 365 AND d.close_date <= :as_of_date
    AND (d.campaign_id IN (SELECT campaign_id FROM paid WHERE campaign_id IS NOT NULL) OR d.channel IN (SELECT channel FROM paid WHERE channel IS NOT NULL))
)
SELECT count(*) AS cases, CAST(sum(amount) AS DECIMAL(38,4)) AS part, CAST(sum(CAST(amount AS DECIMAL(18,2)) * CAST(amount AS DECIMAL(18,2))) AS DECIMAL(38,4)) AS squares,
  CAST((SELECT sum(cost_reporting) FROM paid) AS DECIMAL(38,4)) AS whole
FROM won)";

// The cost of one customer: what is spent, by deals won.
constexpr std::string_view kCost = R"(
WITH paid AS (
  SELECT CAST(sum(s.cost_reporting) AS DECIMAL(38,4)) AS cost FROM scoped.spend AS s WHERE s.day > :as_of_date - 365
)
SELECT count(*) AS cases, (SELECT cost FROM paid) AS part, CAST(NULL AS DECIMAL(38,4)) AS squares, CAST(count(*) AS DECIMAL(38,4)) AS whole
FROM scoped.deal AS d
WHERE d.status = 'won' AND d.is_not_sales IS NULL AND d.close_date > :as_of_date - 365 AND d.close_date <= :as_of_date
  AND coalesce(lower(d.type), 'new') NOT IN ('expansion', 'renewal'))";

// Squares are of what a customer's loss differs from the average loss, so that a share of few large customers is wide.
constexpr std::string_view kLost = R"(
WITH paying AS (
  SELECT CAST(r.mrr_a_year_ago AS DECIMAL(18,4)) AS opening, CAST(r.mrr_a_year_ago - coalesce(r.mrr_kept, 0) AS DECIMAL(18,4)) AS lost
  FROM scoped.customer_retention AS r
  WHERE r.mrr_a_year_ago > 0
),
sums AS (
  SELECT CAST(sum(lost) AS DECIMAL(38,4)) AS lost, CAST(sum(opening) AS DECIMAL(38,4)) AS opening FROM paying
),
share AS (
  SELECT CAST(lost / nullif(opening, 0) AS DECIMAL(9,6)) AS lost FROM sums
)
SELECT count(*) AS cases, CAST(sum(p.lost) AS DECIMAL(38,4)) AS part,
  CAST(sum(CAST(p.lost - p.opening * s.lost AS DECIMAL(18,2)) * CAST(p.lost - p.opening * s.lost AS DECIMAL(18,2))) AS DECIMAL(38,4)) AS squares,
  CAST(sum(p.opening) AS DECIMAL(38,4)) AS whole
FROM paying AS p
CROSS JOIN share AS s)";

const std::array<Figure, 4>& Figures() {
  static const std::array<Figure, 4> kAll{
      {{.id = "productivity",
        .title = {"Won by a seller in a year", "Выиграно одним продавцом за год"},
        .needs = {"needs won deals with amounts and their sellers", "нужны выигранные сделки с суммами и продавцами"},
        .unit = "money",
        .claimed = 0.2,
        .sql = kProductivity},
       {.id = "digital_return",
        .title = {"Won from digital channels, by what was spent on them",
                  "Выиграно из цифровых каналов на единицу затрат"},
        .needs = {"needs the cost of advertising by day, and deals whose channel or campaign is known",
                  "нужны расходы на рекламу по дням и сделки с известным каналом или кампанией"},
        .unit = "number",
        .claimed = 2.0,
        .sql = kDigital},
       {.id = "marketing_cost",
        .title = {"Spent on marketing for each new deal won", "Расходы на маркетинг на выигранную новую сделку"},
        .needs = {"needs the cost of advertising by day and won deals",
                  "нужны расходы на рекламу по дням и выигранные сделки"},
        .unit = "money",
        .is_less_better = true,
        .claimed = -0.3,
        .sql = kCost},
       {.id = "recurring_lost",
        .title = {"Recurring revenue of a year ago that is lost",
                  "Потеряно регулярной выручки от той, что была год назад"},
        .needs = {"needs subscriptions with a year of history", "нужны подписки с историей за год"},
        .unit = "share",
        .is_less_better = true,
        .claimed = 0.3,
        .sql = kLost}}};
  return kAll;
}

struct Measured {
  std::int64_t cases = 0;
  double value = 0;
  double deviation = 0;
};

TableSpec FiguresTable() {
  return {
      .name = "figures",
      .title = {"Baseline", "Точка отсчёта"},
      .key = {"figure"},
      .columns = {TextOf("figure", "Figure", "Показатель"),
                  TextOf("title_en", "Title", "Название"),
                  TextOf("title_ru", "Title (Russian)", "Название (по-русски)"),
                  TextOf("state", "State", "Состояние"),
                  Of("value", ColumnType::kDecimal, "Now", "Сейчас"),
                  Of("value_low", ColumnType::kDecimal, "At least (80 %)", "Не меньше (80 %)"),
                  Of("value_high", ColumnType::kDecimal, "At most (80 %)", "Не больше (80 %)"),
                  TextOf("value_unit", "Unit", "Единица"),
                  CountOf("cases", "Cases", "Случаев"),
                  Of("sealed", ColumnType::kDecimal, "Sealed", "Зафиксировано"),
                  Of("sealed_low", ColumnType::kDecimal, "At least (80 %)", "Не меньше (80 %)"),
                  Of("sealed_high", ColumnType::kDecimal, "At most (80 %)", "Не больше (80 %)"),
                  Of("sealed_on", ColumnType::kDate, "As of", "На день"),
                  Of("change", ColumnType::kShare, "Change", "Изменение", "share"),
                  Of("change_low", ColumnType::kShare, "At least (80 %)", "Не меньше (80 %)", "share"),
                  Of("change_high", ColumnType::kShare, "At most (80 %)", "Не больше (80 %)", "share"),
                  TextOf("turn", "Better or worse", "Лучше или хуже"),
                  Of("claimed", ColumnType::kShare, "Published (observational)", "Опубликовано (наблюдение)", "share"),
                  TextOf("note_en", "What it needs", "Чего не хватает"),
                  TextOf("note_ru", "What it needs (Russian)", "Чего не хватает (по-русски)")}};
}

double NumberAt(const store::Rows& rows, std::string_view column) {
  const Value& value = rows.rows[0][rows.IndexOf(column)];
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return 0;
}

// A sum of so many amounts errs by the root of their squares; a number of cases by its own root.
std::optional<Measured> MeasuredOf(const Figure& figure, const store::Rows& rows) {
  Measured measured{.cases = rows.IntegerAt(0, rows.IndexOf("cases"))};
  const double part = NumberAt(rows, "part");
  const double whole = NumberAt(rows, "whole");
  if (measured.cases == 0 || whole <= 0 || store::IsNull(rows.rows[0][rows.IndexOf("part")])) return std::nullopt;
  measured.value = part / whole;
  measured.deviation = figure.id == "marketing_cost" ? measured.value / std::sqrt(static_cast<double>(measured.cases))
                                                     : std::sqrt(std::max(0.0, NumberAt(rows, "squares"))) / whole;
  return measured;
}

struct Sealed {
  double value = 0;
  double low = 0;
  double high = 0;
  std::optional<Date> on = {};
};

// Nothing where it was never sealed; empty where that was undone.
Result<std::optional<std::map<std::string, Sealed>>> ReadSeal(Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(R"(
    SELECT figure, value, low, high, sealed_on FROM scoped.diagnosis_seal
    WHERE decision_id = (SELECT max(decision_id) FROM scoped.diagnosis_seal)
    ORDER BY figure NULLS LAST)"));
  if (rows.rows.empty()) return std::optional<std::map<std::string, Sealed>>();
  std::map<std::string, Sealed> sealed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto number = [&](std::size_t column) {
      const auto* decimal = std::get_if<Decimal>(&rows.rows[i][column]);
      return decimal == nullptr ? 0.0 : ToDouble(*decimal);
    };
    if (rows.TextAt(i, 0).empty()) continue;
    Sealed& one = sealed[rows.TextAt(i, 0)];
    one = {.value = number(1), .low = number(2), .high = number(3)};
    if (const auto* day = std::get_if<Date>(&rows.rows[i][4])) one.on = *day;
  }
  return std::optional(std::move(sealed));
}

// Of two estimates that err by themselves, on a logarithmic scale. The years that they are of may overlap, so that they
// err together and the interval is too wide rather than too narrow.
std::optional<Interval> ChangeRange(const Measured& now, const Sealed& then) {
  if (now.value <= 0 || then.value <= 0) return std::nullopt;
  const double before = (then.high - then.low) / (2 * kReach) / then.value;
  const double after = now.deviation / now.value;
  const double middle = std::log(now.value / then.value);
  const double reach = kReach * std::sqrt((before * before) + (after * after));
  return Interval{std::exp(middle - reach) - 1, std::exp(middle + reach) - 1};
}

std::string_view TurnOf(const Figure& figure, const std::optional<Interval>& change) {
  if (!change) return "";
  if (change->low <= 0 && change->high >= 0) return "unclear";
  return (change->high < 0) == figure.is_less_better ? "better" : "worse";
}

Value NumberOf(double value) { return Maybe(DecimalOf(value)); }

std::vector<Value> RowOf(const Figure& figure, const std::optional<Measured>& found, const Sealed* sealed, Date today) {
  const bool is_few = found && found->cases < kLeast;
  const bool is_measured = found && !is_few;
  const Text note = is_measured ? Text{} : is_few ? TooFewNote(found->cases, kLeast) : figure.needs;
  // On the day of the seal there is nothing to compare yet.
  const bool is_later = sealed != nullptr && (!sealed->on || sealed->on->days < today.days);
  const auto range = is_measured && is_later ? ChangeRange(*found, *sealed) : std::nullopt;
  const auto of = [&](double value) { return is_measured ? NumberOf(value) : Value(); };
  const auto of_seal = [&](double Sealed::* member) { return sealed != nullptr ? NumberOf(sealed->*member) : Value(); };
  const double reach = found ? kReach * found->deviation : 0;
  return {std::string(figure.id),
          figure.title.en,
          figure.title.ru,
          std::string(NameOf(is_measured ? State::kMeasured
                             : is_few    ? State::kTooFew
                                         : State::kNoData)),
          of(found ? found->value : 0),
          of(found ? std::max(0.0, found->value - reach) : 0),
          of(found ? found->value + reach : 0),
          std::string(figure.unit),
          found ? Value(found->cases) : Value(),
          of_seal(&Sealed::value),
          of_seal(&Sealed::low),
          of_seal(&Sealed::high),
          sealed != nullptr && sealed->on ? Value(*sealed->on) : Value(),
          range ? NumberOf((found->value / sealed->value) - 1) : Value(),
          range ? NumberOf(range->low) : Value(),
          range ? NumberOf(range->high) : Value(),
          OrNull(std::string(TurnOf(figure, range))),
          NumberOf(figure.claimed),
          OrNull(note.en),
          OrNull(note.ru)};
}

Result<Output> RunBaseline(const Made& made, const NoParams&, Context& context) {
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(context.session()));
  WEIR_TRY(const auto kept, ReadSeal(context));
  const std::map<std::string, Sealed> sealed = kept.value_or(std::map<std::string, Sealed>());
  Output output;
  output.tables = {EmptyTable(FiguresTable(), context.settings().currency)};
  bool is_any = false;
  for (const Figure& figure : Figures()) {
    const std::string sql = FilledIn(figure.sql, *made.catalog, leave_out, context);
    WEIR_TRY(const store::Rows rows, context.session().Query(sql, {}, 2));
    const auto found = MeasuredOf(figure, rows);
    is_any = is_any || (found && found->cases >= kLeast);
    const auto seal = sealed.find(std::string(figure.id));
    output.tables[0].rows.push_back(
        RowOf(figure, found, seal == sealed.end() ? nullptr : &seal->second, context.LocalAsOfDate()));
  }
  if (sealed.empty() && is_any) {
    output.warnings.push_back(
        {.code = kept ? "seal_undone" : "not_sealed",
         .message =
             MakePhrase("the baseline is not sealed yet: 'weir diagnose seal' keeps the figures as they are now")});
  }
  return output;
}

}  // namespace

analysis::Analysis BaselineAnalysis(const Made& made) {
  analysis::Info info{
      .id = "diagnose.baseline",
      .title = {"Baseline", "Точка отсчёта"},
      .help = {"Sales productivity, return on digital marketing, marketing cost and recurring revenue lost, over "
               "twelve months: now, and as they were sealed, with the change and its interval.",
               "Производительность продаж, отдача цифрового маркетинга, его стоимость и потерянная регулярная "
               "выручка за двенадцать месяцев: сейчас и на момент фиксации, с изменением и интервалом."},
      .needs = {"deal", "seller", "spend", "customer_retention", "diagnosis_seal", "excluded"},
      .tables = {FiguresTable()},
      .is_cacheable = false};
  return analysis::DeclareOver<NoParams, Made>(std::make_shared<const Made>(made), std::move(info), &RunBaseline);
}

}  // namespace weir::diagnose
