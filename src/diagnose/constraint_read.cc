#include "diagnose/constraint_read.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/decimal.h"
#include "metrics/left_out.h"

namespace weir::diagnose {
namespace {

using store::Rows;
using store::Value;

constexpr std::int64_t kLeastAnswered = 5;  // of leads, for one that was answered: below, calls are not linked to leads

// The unit of a team: what it belongs to at a level of the hierarchy, by the id of the team.
using Units = std::map<std::string, std::string, std::less<>>;

// Where rows come from: scoped.*, without what exclusion rules leave out.
struct From {
  PartsBy by;
  std::string day;
  std::string deals;
  std::string leads;
  std::string is_account_left_out;  // of p.account_id
  analysis::Context& context;
  Units units = {};  // of teams

  std::string PartOf(const std::string& read) const {
    const auto found = units.find(read);
    return found == units.end() ? read : found->second;
  }
};

double NumberOf(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return 0;
}

int BandOf(const Value& value) {
  const auto* band = std::get_if<std::int64_t>(&value);
  return band == nullptr ? -1 : static_cast<int>(*band);
}

// The part of a record: `alias` is one of scoped.deal, scoped.lead or scoped.account, `day` what it began on.
std::string PartSql(PartsBy by, std::string_view alias, std::string_view day) {
  switch (by) {
    case PartsBy::kTeam:
      return fmt::format("coalesce({}.team_id, '-')", alias);
    case PartsBy::kOwner:
      return fmt::format("coalesce({}.owner, '-')", alias);
    case PartsBy::kHalf:
      break;
  }
  return fmt::format("CAST(year({0}) AS VARCHAR) || CASE WHEN month({0}) <= 6 THEN ' H1' ELSE ' H2' END", day);
}

// Quarters or fifths of a column: the band of each row, from 0. Bounds are values that occur, so that equal ones share
// a band.
std::string BandSql(std::string_view column, std::string_view bounds, int bands) {
  std::string sql = fmt::format("CASE WHEN {} IS NULL THEN NULL", column);
  for (int i = 0; i + 1 < bands; ++i) sql += fmt::format(" WHEN {0} <= {1}[{2}] THEN {3}", column, bounds, i + 1, i);
  return sql + fmt::format(" ELSE {} END", bands - 1);
}

constexpr std::string_view kFifths = "[0.2, 0.4, 0.6, 0.8]";
constexpr std::string_view kEighths = "[0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]";
constexpr std::string_view kQuarters = "[0.25, 0.5, 0.75]";

// By team or half-year: whoever goes keeps the leads that were closed and hands on those that nobody had touched, so
// that owners cannot be compared by their leads.
Result<Step> ReadLeads(const From& from) {
  Step step{.id = "lead", .has_waits = true, .has_loads = true};
  const std::string sql = fmt::format(
      "WITH asked AS MATERIALIZED ("
      "SELECT l.lead_id, l.team_id, {part} AS part, coalesce(l.segment, '-') || '|' || coalesce(l.channel, '-') AS "
      "stratum, "
      "l.created_at, l.created_date, l.deal_id, l.person_id, l.first_response_at, "
      "epoch_us(l.answered_at_work) - epoch_us(l.created_at) AS waited "
      "FROM {leads} AS l WHERE l.created_date > {day} - {window} AND l.is_deal_unknown IS NULL), "
      "answered AS (SELECT lead_id, min(member_id) AS member_id FROM ("
      "SELECT l.lead_id, a.member_id FROM scoped.activity AS a JOIN asked AS l ON l.lead_id = a.lead_id "
      "AND l.first_response_at = a.\"at\" UNION ALL "
      "SELECT l.lead_id, a.member_id FROM scoped.activity AS a JOIN asked AS l ON l.person_id = a.person_id "
      "AND l.first_response_at = a.\"at\") GROUP BY lead_id), "
      "worked AS (SELECT l.*, a.member_id, min(l.created_at) OVER (PARTITION BY a.member_id) AS first_at, "
      "count(*) OVER (PARTITION BY a.member_id ORDER BY l.created_at "
      "RANGE BETWEEN to_days({load_days}) PRECEDING AND CURRENT ROW) AS held "
      "FROM asked AS l LEFT JOIN answered AS a ON a.lead_id = l.lead_id), "
      "loaded AS (SELECT w.* EXCLUDE (held), CASE WHEN w.member_id IS NOT NULL AND "
      "w.created_at >= w.first_at + to_days({ripe}) THEN w.held * {load_days} // least({load_days}, "
      "epoch_us(w.created_at - w.first_at) // 86400000000) END AS own FROM worked AS w), "
      "leads AS MATERIALIZED (SELECT o.*, sum(o.own) OVER w // nullif(count(o.own) OVER w, 0) AS held FROM loaded AS o "
      "WINDOW w AS (PARTITION BY coalesce(o.team_id, o.member_id) ORDER BY o.created_at "
      "RANGE BETWEEN to_days({load_days}) PRECEDING AND CURRENT ROW)), "
      "bounds AS (SELECT quantile_disc(waited, {fifths}) AS waits, quantile_disc(held, {eighths}) AS loads, "
      "count(waited) * {least} >= count(*) AS is_answered FROM leads), "
      "told AS (SELECT l.part, l.stratum, "
      "CASE WHEN NOT b.is_answered THEN NULL WHEN l.waited IS NOT NULL THEN {wait} "
      "WHEN l.deal_id IS NULL THEN 5 END AS wait, {load} AS held, "
      "l.created_date > {day} - 365 AS is_of_year, l.deal_id IS NOT NULL AS has_passed, "
      "l.deal_id IS NOT NULL OR l.created_date <= {day} - {ripe} AS is_ended, d.status "
      "FROM leads AS l CROSS JOIN bounds AS b LEFT JOIN {deals} AS d ON d.deal_id = l.deal_id) "
      "SELECT part, stratum, wait, held, count(*) FILTER (WHERE is_of_year), count(*) FILTER (WHERE is_ended), "
      "count(*) FILTER (WHERE is_ended AND has_passed), "
      "count(*) FILTER (WHERE is_ended AND status IN ('won', 'lost')), "
      "count(*) FILTER (WHERE is_ended AND status = 'won') FROM told GROUP BY ALL ORDER BY ALL",
      fmt::arg("leads", from.leads), fmt::arg("deals", from.deals),
      fmt::arg("part", PartSql(from.by == PartsBy::kOwner ? PartsBy::kHalf : from.by, "l", "l.created_date")),
      fmt::arg("load_days", kLoadDays), fmt::arg("day", from.day), fmt::arg("window", kWindowDays),
      fmt::arg("ripe", kRipeDays), fmt::arg("fifths", kFifths), fmt::arg("eighths", kEighths),
      fmt::arg("least", kLeastAnswered), fmt::arg("wait", BandSql("l.waited", "b.waits", 5)),
      fmt::arg("load", BandSql("l.held", "b.loads", 8)));
  WEIR_TRY(const Rows rows, from.context.session().Query(sql));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    step.cells.push_back({.part = from.PartOf(rows.TextAt(i, 0)),
                          .stratum = rows.TextAt(i, 1),
                          .wait = BandOf(rows.rows[i][2]),
                          .load = BandOf(rows.rows[i][3]),
                          .begun = rows.IntegerAt(i, 4),
                          .ended = rows.IntegerAt(i, 5),
                          .passed = rows.IntegerAt(i, 6),
                          .closed = rows.IntegerAt(i, 7),
                          .won = rows.IntegerAt(i, 8)});
  }
  return step;
}

// Deals as selling counts them, of the window.
std::string DealsSql(const From& from) {
  return fmt::format(
      "deals AS MATERIALIZED (SELECT d.deal_id, coalesce(nullif(d.pipeline, ''), '-') AS pipeline, d.status, "
      "d.owner_id, "
      "d.created_at, d.closed_at, d.created_date, {} AS part, "
      "coalesce(d.segment, '-') || '|' || coalesce(lower(d.type), '-') AS stratum, "
      "CASE WHEN d.status = 'won' AND d.closed_at >= d.created_at THEN CAST(ln(1 + (epoch_us(d.closed_at) - "
      "epoch_us(d.created_at)) / 86400000000.0) AS DECIMAL(18,6)) END AS x "
      "FROM {} AS d WHERE {} AND d.created_date > {} - {})",
      PartSql(from.by, "d", "d.created_date"), from.deals, kIsSelling, from.day, kWindowDays);
}

StepCell DealCell(const Rows& rows, std::size_t i, std::size_t from, const From& source) {
  return {.part = source.PartOf(rows.TextAt(i, from)),
          .stratum = rows.TextAt(i, from + 1),
          .begun = rows.IntegerAt(i, from + 2),
          .ended = rows.IntegerAt(i, from + 3),
          .passed = rows.IntegerAt(i, from + 4),
          .closed = rows.IntegerAt(i, from + 5),
          .won = rows.IntegerAt(i, from + 6),
          .days = {.cases = rows.IntegerAt(i, from + 7),
                   .sum = NumberOf(rows.rows[i][from + 8]),
                   .squares = NumberOf(rows.rows[i][from + 9]),
                   .won = rows.IntegerAt(i, from + 10),
                   .sum_of_won = NumberOf(rows.rows[i][from + 11])}};
}

// Each first entry into an open stage, as its history tells; what was only seen in an export says nothing of times.
Status ReadStages(const From& from, std::vector<Step>& steps) {
  const std::string sql = fmt::format(
      "WITH {deals}, {entries}, "
      "cases AS (SELECT d.pipeline, e.stage, d.part, d.stratum, d.status, "
      "d.created_date > {day} - 365 AS is_of_year, coalesce(e.next_status, d.status) AS next_status, "
      "CASE WHEN e.next_status IN ('open', 'won') AND d.status <> 'open' AND e.left_at >= e.entered_at "
      "THEN CAST(ln(1 + (epoch_us(e.left_at) - epoch_us(e.entered_at)) / 86400000000.0) AS DECIMAL(18,6)) END AS x, "
      "e.left_at IS NOT NULL OR d.status <> 'open' AS is_ended "
      "FROM entries AS e JOIN deals AS d ON d.deal_id = e.deal_id "
      "WHERE e.nth = 1 AND e.status = 'open' AND e.origin <> 'first_sight') "
      "SELECT pipeline, stage, part, stratum, count(*) FILTER (WHERE is_of_year), count(*) FILTER (WHERE is_ended), "
      "count(*) FILTER (WHERE is_ended AND next_status IN ('open', 'won')), "
      "count(*) FILTER (WHERE is_ended AND next_status IN ('open', 'won') AND status <> 'open'), "
      "count(*) FILTER (WHERE is_ended AND status = 'won'), count(x), sum(x), "
      "sum(CAST(x * x AS DECIMAL(18,6))), count(x) FILTER (WHERE status = 'won'), "
      "sum(x) FILTER (WHERE status = 'won') FROM cases GROUP BY ALL ORDER BY ALL",
      fmt::arg("deals", DealsSql(from)), fmt::arg("entries", kStageEntries), fmt::arg("day", from.day));
  WEIR_TRY(const Rows rows, from.context.session().Query(sql));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string id = "stage:" + rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1);
    if (steps.empty() || steps.back().id != id) steps.push_back({.id = id, .has_days = true});
    steps.back().cells.push_back(DealCell(rows, i, 2, from));
  }
  return {};
}

// All deals from their creation to their end: the load of who works them, and where no stage is known, all of it.
Result<Step> ReadDeals(const From& from, bool is_all) {
  Step step{.id = "deal",
            .has_conversion = is_all,
            .has_days = is_all,
            .has_waits = true,
            .has_loads = true,
            .waits_are_loads = true};
  const std::string sql = fmt::format(
      "WITH {deals}, moves AS (SELECT d.owner_id, d.created_at AS moment, 1 AS change, d.deal_id FROM {all} AS d "
      "WHERE d.owner_id IS NOT NULL AND {selling} UNION ALL SELECT d.owner_id, d.closed_at, -1, d.deal_id "
      "FROM {all} AS d WHERE d.owner_id IS NOT NULL AND d.closed_at IS NOT NULL AND {selling}), "
      "held AS (SELECT deal_id, change, sum(change) OVER (PARTITION BY owner_id ORDER BY moment, change, deal_id "
      "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS held FROM moves), "
      "told AS (SELECT d.*, h.held FROM deals AS d LEFT JOIN held AS h ON h.deal_id = d.deal_id AND h.change = 1), "
      "bounds AS (SELECT quantile_disc(held, {quarters}) AS loads FROM told) "
      "SELECT CAST({load} AS BIGINT) AS band, t.part, t.stratum, "
      "count(*) FILTER (WHERE t.created_date > {day} - 365), count(*) FILTER (WHERE t.status <> 'open'), "
      "count(*) FILTER (WHERE t.status = 'won'), count(*) FILTER (WHERE t.status = 'won'), "
      "count(*) FILTER (WHERE t.status = 'won'), count(t.x), sum(t.x), sum(CAST(t.x * t.x AS DECIMAL(18,6))), "
      "count(t.x), sum(t.x) FROM told AS t CROSS JOIN bounds AS b GROUP BY ALL ORDER BY ALL",
      fmt::arg("deals", DealsSql(from)), fmt::arg("all", from.deals), fmt::arg("selling", kIsSelling),
      fmt::arg("quarters", kQuarters), fmt::arg("day", from.day), fmt::arg("load", BandSql("t.held", "b.loads", 4)));
  WEIR_TRY(const Rows rows, from.context.session().Query(sql));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    StepCell cell = DealCell(rows, i, 1, from);
    cell.wait = cell.load = BandOf(rows.rows[i][0]);
    step.cells.push_back(std::move(cell));
  }
  return step;
}

Result<std::vector<Worth>> ReadWorths(const From& from) {
  const std::string sql = fmt::format(
      "WITH won AS (SELECT coalesce(d.segment, '-') AS stratum, d.amount_reporting AS amount, "
      "CAST(ln(CAST(d.amount_reporting AS DOUBLE)) AS DECIMAL(18,6)) AS x FROM {} AS d "
      "WHERE {} AND d.status = 'won' AND d.amount_reporting > 0 AND d.close_date > {} - {}) "
      "SELECT stratum, count(*), sum(amount), sum(x), sum(CAST(x * x AS DECIMAL(18,6))) FROM won GROUP BY stratum "
      "ORDER BY stratum",
      from.deals, kIsSelling, from.day, kWindowDays);
  WEIR_TRY(const Rows rows, from.context.session().Query(sql));
  std::vector<Worth> worths;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t deals = rows.IntegerAt(i, 1);
    const auto count = static_cast<double>(deals);
    const double sum = NumberOf(rows.rows[i][3]);
    const double variance = deals > 1 ? (NumberOf(rows.rows[i][4]) - sum * sum / count) / (count - 1) : 0;
    worths.push_back({.stratum = rows.TextAt(i, 0),
                      .deals = deals,
                      .mean = NumberOf(rows.rows[i][2]) / count,
                      .log_sd = std::sqrt(std::max(0.0, variance))});
  }
  return worths;
}

// Each month of a customer that paid at its beginning, and what of that revenue was gone at its end by leaving or
// taking less.
Result<std::vector<KeptCell>> ReadKept(const From& from) {
  const std::string sql = fmt::format(
      "WITH months AS (SELECT CAST(date_trunc('month', {day}) AS DATE) - to_months(CAST(i AS INTEGER)) AS first_day "
      "FROM range(1, 25) AS r(i)), "
      "days AS (SELECT CAST(first_day AS DATE) AS first_day, CAST(first_day + to_months(1) AS DATE) AS next_day "
      "FROM months), "
      "paid AS (SELECT m.first_day, m.next_day, v.customer_id, min(v.account_id) AS account_id, sum(v.mrr) AS mrr "
      "FROM days AS m JOIN scoped.subscription_mrr_version AS v ON v.valid_from <= m.first_day "
      "AND (v.valid_to IS NULL OR v.valid_to > m.first_day) AND v.mrr > 0 GROUP BY ALL), "
      "gone AS (SELECT customer_id, CAST(date_trunc('month', day) AS DATE) AS first_day, sum(size) AS lost "
      "FROM scoped.mrr_movement WHERE kind IN ('churn', 'contraction') GROUP BY ALL), "
      "told AS (SELECT {part} AS part, coalesce(a.segment, '-') AS stratum, "
      "CAST(least(1, coalesce(g.lost, 0) / p.mrr) AS DECIMAL(18,6)) AS lost FROM paid AS p "
      "LEFT JOIN gone AS g ON g.customer_id = p.customer_id AND g.first_day = p.first_day "
      "LEFT JOIN scoped.account AS a ON a.account_id = p.account_id WHERE NOT {out}) "
      "SELECT part, stratum, count(*), sum(lost) FROM told GROUP BY ALL ORDER BY ALL",
      fmt::arg("day", from.day), fmt::arg("part", PartSql(from.by, "a", "p.first_day")),
      fmt::arg("out", from.is_account_left_out));
  WEIR_TRY(const Rows rows, from.context.session().Query(sql));
  std::vector<KeptCell> kept;
  kept.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    kept.push_back({.part = from.PartOf(rows.TextAt(i, 0)),
                    .stratum = rows.TextAt(i, 1),
                    .months = static_cast<double>(rows.IntegerAt(i, 2)),
                    .lost = NumberOf(rows.rows[i][3])});
  }
  // A half-year holds no revenue of its own: all of it stands in the newest.
  WEIR_TRY(const Rows now,
           from.context.session().Query(fmt::format(
               "SELECT {} AS part, coalesce(p.segment, '-') AS stratum, 12 * sum(p.mrr) FROM scoped.subscription_mrr "
               "AS p WHERE p.is_active AND p.mrr > 0 AND NOT {} GROUP BY ALL ORDER BY ALL",
               PartSql(from.by, "p", fmt::format("CAST(date_trunc('month', {}) - to_months(1) AS DATE)", from.day)),
               from.is_account_left_out)));
  for (std::size_t i = 0; i < now.size(); ++i) {
    kept.push_back(
        {.part = from.PartOf(now.TextAt(i, 0)), .stratum = now.TextAt(i, 1), .revenue = NumberOf(now.rows[i][2])});
  }
  return kept;
}

constexpr int kMostLevels = 6;

// Level 0: what stands right below a top, or a top without anything above and below; a team nearer to the top than the
// level asks is its own unit.
Units UnitsAt(int level, const Rows& teams) {
  std::map<std::string, std::size_t, std::less<>> places;
  for (std::size_t i = 0; i < teams.size(); ++i) places[teams.TextAt(i, 0)] = i;
  Units units;
  for (std::size_t i = 0; i < teams.size(); ++i) {
    std::vector<std::size_t> way{i};  // from the team up
    while (static_cast<int>(way.size()) <= static_cast<int>(teams.size())) {
      const auto above = places.find(teams.TextAt(way.back(), 2));
      if (above == places.end() || std::ranges::find(way, above->second) != way.end()) break;
      way.push_back(above->second);
    }
    const auto from_top = static_cast<std::size_t>(level) + 1;
    units[teams.TextAt(i, 0)] = teams.TextAt(way.size() > from_top ? way[way.size() - 1 - from_top] : way.front(), 1);
  }
  return units;
}

// How many parts have deals enough to be compared.
std::int64_t PartsOf(const Rows& ended, const From& from) {
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < ended.size(); ++i) counts[from.PartOf(ended.TextAt(i, 0))] += ended.IntegerAt(i, 1);
  return std::ranges::count_if(counts, [](const auto& one) { return one.second >= 2 * kLeastOfPart; });
}

// Sets what is compared, and the units of teams: of the highest level of the hierarchy at which there are two.
Status ChooseParts(std::string_view by, From& from) {
  const auto ended_by = [&](PartsBy one) {
    return from.context.session().Query(
        fmt::format("SELECT {0} AS part, count(*) FROM {1} AS d WHERE {2} AND d.status <> 'open' AND {0} <> '-' "
                    "AND d.created_date > {3} - {4} GROUP BY part ORDER BY part",
                    PartSql(one, "d", "d.created_date"), from.deals, kIsSelling, from.day, kWindowDays));
  };
  WEIR_TRY(const Rows teams,
           from.context.session().Query("SELECT team_id, name, parent_team_id FROM scoped.team ORDER BY team_id"));
  WEIR_TRY(const Rows ended, ended_by(PartsBy::kTeam));
  bool has_teams = false;
  for (int level = 0; level < kMostLevels && !has_teams; ++level) {
    from.units = UnitsAt(level, teams);
    has_teams = PartsOf(ended, from) >= 2;
  }
  from.by = PartsBy::kTeam;
  if (by == NameOf(PartsBy::kTeam) || (by.empty() && has_teams)) return {};
  from.units.clear();
  from.by = PartsBy::kOwner;
  if (by == NameOf(PartsBy::kOwner)) return {};
  if (by.empty()) {
    WEIR_TRY(const Rows owners, ended_by(PartsBy::kOwner));
    if (PartsOf(owners, from) >= 2) return {};
  }
  from.by = PartsBy::kHalf;
  return {};
}

}  // namespace

std::string_view NameOf(PartsBy by) {
  switch (by) {
    case PartsBy::kTeam:
      return "team";
    case PartsBy::kOwner:
      return "owner";
    case PartsBy::kHalf:
      break;
  }
  return "half";
}

std::string CountedView(std::string_view name, const metrics::MetricCatalog& catalog,
                        const metrics::LeaveOut& leave_out) {
  const metrics::View* view = catalog.FindView(name);
  const bool is_whole = view == nullptr || metrics::TakenWith(*view, leave_out).empty();
  return is_whole ? fmt::format("scoped.{}", name)
                  : fmt::format("({})", metrics::CountedRowsSql(catalog, *view, leave_out));
}

Result<ConstraintSource> ReadConstraints(std::string_view by, const metrics::MetricCatalog& catalog,
                                         analysis::Context& context) {
  ConstraintSource source;
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(context.session()));
  From from{.by = PartsBy::kTeam,
            .day = fmt::format("DATE '{}'", FormatDate(context.LocalAsOfDate())),
            .deals = CountedView("deal", catalog, leave_out),
            .leads = CountedView("lead", catalog, leave_out),
            .is_account_left_out = metrics::IsLeftOut(leave_out, "account", "p.account_id"),
            .context = context};
  WEIR_TRY(ChooseParts(by, from));
  source.by = from.by;
  WEIR_TRY(Step leads, ReadLeads(from));
  source.has_leads = !leads.cells.empty();
  if (source.has_leads) source.input.steps.push_back(std::move(leads));
  std::vector<Step> stages;
  WEIR_TRY(ReadStages(from, stages));
  for (Step& stage : stages) {
    std::int64_t ended = 0;
    for (const StepCell& cell : stage.cells) ended += cell.ended;
    source.has_stages = source.has_stages || ended >= kLeastCases;
    source.input.steps.push_back(std::move(stage));
  }
  WEIR_TRY(Step deals, ReadDeals(from, !source.has_stages));
  source.input.steps.push_back(std::move(deals));
  WEIR_TRY(source.input.worths, ReadWorths(from));
  WEIR_TRY(source.input.kept, ReadKept(from));
  return source;
}

}  // namespace weir::diagnose
