#include "setup/evidence.h"

#include <algorithm>
#include <map>

namespace weir::setup {
namespace {

constexpr std::string_view kCurrencies = R"(
SELECT currency, CAST(sum(n) AS BIGINT) AS uses
FROM (SELECT currency, count(*) AS n FROM scoped.deal WHERE amount IS NOT NULL GROUP BY currency
      UNION ALL SELECT currency, count(*) FROM scoped.invoice GROUP BY currency) AS amounts
WHERE currency IS NOT NULL AND currency <> 'XXX'
GROUP BY currency
ORDER BY uses DESC NULLS LAST, currency NULLS LAST)";

constexpr std::string_view kAccounts =
    "SELECT country, count(*) FROM scoped.account WHERE country IS NOT NULL GROUP BY country ORDER BY country NULLS "
    "LAST";

// Enough digits for the code of the country.
constexpr std::string_view kPhones = R"(
SELECT substr(phone, 1, 5) AS code, count(*) FROM scoped.person WHERE phone LIKE '+%' GROUP BY code ORDER BY code NULLS LAST)";

// Of the last year, without what has a day but no hour.
constexpr std::string_view kMoments = R"(
SELECT kind, source, half_hour, count(*) AS moments
FROM (SELECT 'activity' AS kind, source, "at", epoch_us("at") // 1800000000 AS half_hour
      FROM scoped.activity
      WHERE kind IN ('call', 'email', 'meeting', 'chat') AND coalesce(direction, 'out') = 'out' AND member_id IS NOT NULL
      UNION ALL
      SELECT 'call', source, "at", epoch_us("at") // 1800000000 FROM scoped.call WHERE direction = 'out'
      UNION ALL
      SELECT 'tool_usage', source, "at", epoch_us("at") // 1800000000 FROM scoped.tool_usage) AS moment
WHERE "at" > getvariable('as_of') - INTERVAL 365 DAY AND epoch_us("at") % 86400000000 <> 0
  AND "at" <> local_midnight(local_date("at"))
GROUP BY kind, source, half_hour
ORDER BY kind NULLS LAST, source NULLS LAST, half_hour NULLS LAST)";

constexpr std::string_view kPeriods = R"(
SELECT period_start, period_end, count(*)
FROM (SELECT period_start, period_end FROM scoped.goal UNION ALL SELECT period_start, period_end FROM scoped.forecast_submission) AS named
WHERE period_start IS NOT NULL AND period_end > period_start
GROUP BY period_start, period_end
ORDER BY period_start NULLS LAST, period_end NULLS LAST)";

// Goals of the whole company, or of one department: of several the one that asks for most.
constexpr std::string_view kGoals = R"(
WITH goals AS (
  SELECT coalesce(department, '') AS department, period_start, period_end, CAST(sum(target) AS DECIMAL(18,4)) AS target,
    max(currency) AS currency
  FROM scoped.goal
  WHERE metric = 'won_amount' AND team_id IS NULL AND parent_goal_id IS NULL AND target > 0 AND period_end > period_start
  GROUP BY coalesce(department, ''), period_start, period_end
),
asked AS (SELECT department, sum(target) AS target FROM goals GROUP BY department)
SELECT period_start, period_end, target, currency
FROM goals
WHERE department = (SELECT department FROM asked ORDER BY target DESC NULLS LAST, department NULLS LAST LIMIT 1)
ORDER BY period_start NULLS LAST, period_end NULLS LAST)";

constexpr std::string_view kPipelines = R"(
SELECT pipeline, count(*) AS deals, count(*) FILTER (WHERE status = 'won') AS won, count(*) FILTER (WHERE amount > 0) AS with_amount
FROM scoped.deal
WHERE pipeline IS NOT NULL AND pipeline <> ''
GROUP BY pipeline
ORDER BY deals DESC NULLS LAST, pipeline NULLS LAST)";

constexpr std::string_view kSources = R"(
WITH told AS (
  SELECT 'account' AS kind, account_id AS id, source FROM scoped.account_record GROUP BY ALL
  UNION ALL
  SELECT 'person', person_id, source FROM scoped.person_record GROUP BY ALL
)
SELECT t.source, count(*) AS records
FROM told AS t
LEFT JOIN scoped.source_rank AS r ON r.source = t.source
GROUP BY t.source
ORDER BY coalesce(min(r.rank), 9) NULLS LAST, records DESC NULLS LAST, t.source NULLS LAST)";

constexpr std::string_view kMerged = R"(
SELECT count(*), count(*) FILTER (WHERE sources > 1)
FROM (SELECT account_id, count(DISTINCT source) AS sources FROM scoped.account_record GROUP BY account_id
      UNION ALL
      SELECT person_id, count(DISTINCT source) FROM scoped.person_record GROUP BY person_id) AS told)";

Status ReadSources(store::Session& session, Evidence& evidence) {
  WEIR_TRY(const store::Rows sources, session.Query(kSources));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    evidence.sources.push_back({sources.TextAt(i, 0), sources.IntegerAt(i, 1)});
  }
  WEIR_TRY(const store::Rows merged, session.Query(kMerged));
  evidence.known = merged.IntegerAt(0, 0);
  evidence.merged = merged.IntegerAt(0, 1);
  return {};
}

Status ReadCountries(store::Session& session, Evidence& evidence) {
  std::map<const Country*, CountryUse> found;
  WEIR_TRY(const store::Rows accounts, session.Query(kAccounts));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (const Country* country = FindCountry(accounts.TextAt(i, 0)))
      found[country].accounts += accounts.IntegerAt(i, 1);
  }
  WEIR_TRY(const store::Rows phones, session.Query(kPhones));
  for (std::size_t i = 0; i < phones.size(); ++i) {
    if (const Country* country = CountryOfPhone(phones.TextAt(i, 0))) found[country].phones += phones.IntegerAt(i, 1);
  }
  for (const Country& country : Countries()) {
    const auto use = found.find(&country);
    if (use == found.end()) continue;
    use->second.country = &country;
    evidence.countries.push_back(use->second);
  }
  return {};
}

Status ReadStreams(const SetupCatalog& catalog, store::Session& session, Evidence& evidence) {
  WEIR_TRY(const store::Rows rows, session.Query(kMoments));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string kind = rows.TextAt(i, 0);
    const std::string source = rows.TextAt(i, 1);
    if (evidence.streams.empty() || evidence.streams.back().kind != kind || evidence.streams.back().source != source) {
      evidence.streams.push_back({.kind = kind, .source = source, .title = catalog.TitleOf(source)});
    }
    Stream& stream = evidence.streams.back();
    stream.moments.emplace_back(rows.IntegerAt(i, 2), rows.IntegerAt(i, 3));
    stream.total += rows.IntegerAt(i, 3);
  }
  // What is written to customers says more than when somebody signs on.
  std::ranges::stable_sort(evidence.streams, [](const Stream& a, const Stream& b) {
    const bool is_a = a.kind != "tool_usage";
    const bool is_b = b.kind != "tool_usage";
    return is_a != is_b ? is_a : a.total > b.total;
  });
  return {};
}

Status ReadPeriods(store::Session& session, Evidence& evidence) {
  WEIR_TRY(const store::Rows periods, session.Query(kPeriods));
  for (const auto& row : periods.rows) {
    evidence.periods.push_back({std::get<Date>(row[0]), std::get<Date>(row[1]), std::get<std::int64_t>(row[2])});
  }
  WEIR_TRY(const store::Rows goals, session.Query(kGoals));
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const auto& row = goals.rows[i];
    evidence.goals.push_back(
        {std::get<Date>(row[0]), std::get<Date>(row[1]), std::get<Decimal>(row[2]), goals.TextAt(i, 3)});
  }
  return {};
}

Status ReadMembers(analysis::Context& context, Evidence& evidence) {
  WEIR_TRY(const analysis::Output answer, context.Run("people", {{"state", {"active"}}}));
  const analysis::Table& people = *answer.Find("people");
  const std::size_t department = people.IndexOf("department");
  const std::size_t origin = people.IndexOf("department_origin");
  for (const auto& row : people.rows) {
    ++evidence.members;
    if (store::IsNull(row[department])) continue;
    ++evidence.members_with_department;
    if (store::ToText(row[origin]) == "guess") ++evidence.members_guessed;
  }
  return {};
}

}  // namespace

Result<Evidence> Evidence::Read(const SetupCatalog& catalog, analysis::Context& context) {
  store::Session& session = context.session();
  Evidence evidence;
  WEIR_TRY(const store::Rows currencies, session.Query(kCurrencies));
  for (std::size_t i = 0; i < currencies.size(); ++i) {
    evidence.currencies.push_back({currencies.TextAt(i, 0), currencies.IntegerAt(i, 1)});
  }
  WEIR_TRY(ReadCountries(session, evidence));
  WEIR_TRY(ReadStreams(catalog, session, evidence));
  WEIR_TRY(ReadPeriods(session, evidence));
  WEIR_TRY(const store::Rows pipelines, session.Query(kPipelines));
  for (std::size_t i = 0; i < pipelines.size(); ++i) {
    evidence.pipelines.push_back(
        {pipelines.TextAt(i, 0), pipelines.IntegerAt(i, 1), pipelines.IntegerAt(i, 2), pipelines.IntegerAt(i, 3)});
  }
  WEIR_TRY(ReadSources(session, evidence));
  WEIR_TRY(ReadMembers(context, evidence));
  return evidence;
}

}  // namespace weir::setup
