#include <algorithm>
#include <map>
#include <set>

#include "analysis/params.h"
#include "metrics/custom_columns.h"
#include "metrics/metrics_analysis.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::TableSpec;

struct FiltersParams {
  void Describe(analysis::ParamVisitor&) {}
};

std::vector<TableSpec> Specs() {
  return {{.name = "teams",
           .title = {"Teams", "Команды"},
           .key = {"id"},
           .columns = {{.name = "id", .title = {"Team", "Команда"}}, {.name = "name", .title = {"Name", "Название"}}}},
          {.name = "segments",
           .title = {"Segments", "Сегменты"},
           .key = {"segment"},
           .columns = {{.name = "segment", .title = {"Segment", "Сегмент"}}}},
          {.name = "range",
           .title = {"Range of the data", "Границы данных"},
           .key = {"first_at"},
           .columns = {{.name = "first_at", .type = ColumnType::kInstant, .title = {"First", "Начало"}},
                       {.name = "last_at", .type = ColumnType::kInstant, .title = {"Last", "Конец"}}}}};
}

constexpr std::string_view kTeams =
    "SELECT team_id AS id, name FROM scoped.team ORDER BY name NULLS LAST, team_id NULLS LAST";

constexpr std::string_view kSegments =
    "SELECT segment FROM (SELECT segment FROM scoped.deal UNION SELECT segment FROM scoped.lead "
    "UNION SELECT segment FROM scoped.account) AS known WHERE segment IS NOT NULL "
    // Bands of size by what they begin with: "50-249" before "250-999".
    "ORDER BY TRY_CAST(regexp_extract(segment, '^[0-9]+') AS INTEGER) NULLS LAST, segment NULLS LAST";

constexpr std::string_view kFirst =
    "SELECT min(moment) FROM (SELECT min(created_at) AS moment FROM scoped.deal UNION ALL "
    "SELECT min(created_at) AS moment FROM scoped.lead UNION ALL "
    "SELECT min(activity.\"at\") AS moment FROM scoped.activity AS activity UNION ALL "
    "SELECT min(issued_at) AS moment FROM scoped.invoice) AS firsts";

Result<analysis::Output> RunFilters(const FiltersParams&, analysis::Context& context) {
  const std::vector<TableSpec> specs = Specs();
  analysis::Output output;
  WEIR_TRY(analysis::Table teams, analysis::ReadTable(specs[0], context.session(), kTeams));
  WEIR_TRY(analysis::Table segments, analysis::ReadTable(specs[1], context.session(), kSegments));
  WEIR_TRY(store::Value first, context.session().QueryValue(kFirst));
  output.tables = {
      std::move(teams), std::move(segments), {.name = specs[2].name, .key = specs[2].key, .columns = specs[2].columns}};
  if (!store::IsNull(first)) output.tables[2].rows.push_back({std::move(first), context.as_of()});
  return output;
}

}  // namespace

analysis::Analysis FiltersAnalysis() {
  return analysis::Declare<FiltersParams>(
      {.id = "filters",
       .title = {"Filters", "Фильтры"},
       .help = {"What the filter bar offers: teams, segments and the range of the data.",
                "Что предлагает строка фильтров: команды, сегменты и границы данных."},
       .needs = {"team", "deal", "lead", "account", "activity", "invoice"},
       .tables = Specs()},
      RunFilters);
}

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const MetricCatalog> catalog) {
  return {MetricsAnalysis(catalog), CatalogAnalysis(catalog),  ColumnsAnalysis(catalog), ExplainAnalysis(catalog),
          TieOutAnalysis(catalog),  ConflictAnalysis(catalog), HistoryAnalysis(catalog), ProposalsAnalysis(*catalog),
          SealsAnalysis(catalog),   FiltersAnalysis()};
}

namespace {

Result<store::Rows> ReadTeams(store::Session& session) {
  return session.Query("SELECT team_id, name, parent_team_id FROM scoped.team ORDER BY team_id NULLS LAST");
}

// Ids of the teams that are meant: the one of this id, else all of this name.
Result<std::vector<std::string>> TeamsMeant(std::string_view team, const store::Rows& rows) {
  std::vector<std::string> names;
  std::vector<std::string> found;
  std::vector<std::string> by_name;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string id = rows.TextAt(row, 0);
    names.push_back(rows.TextAt(row, 1));
    if (id == team) found.push_back(id);
    if (names.back() == team) by_name.push_back(id);
  }
  if (found.empty()) found = std::move(by_name);
  if (!found.empty()) return found;
  const auto near = analysis::NearestName(team, names);
  return Fail(NotFound("there is no team '{}'", team)
                  .Field("team")
                  .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("'weir filters' lists the teams")));
}

}  // namespace

Result<std::vector<std::string>> TeamsUnder(std::string_view team, store::Session& session) {
  if (team.empty()) return std::vector<std::string>{};
  WEIR_TRY(const store::Rows rows, ReadTeams(session));
  WEIR_TRY(std::vector<std::string> found, TeamsMeant(team, rows));
  std::multimap<std::string, std::string> below;
  for (std::size_t row = 0; row < rows.size(); ++row) below.emplace(rows.TextAt(row, 2), rows.TextAt(row, 0));
  std::set<std::string> seen(found.begin(), found.end());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = below.equal_range(found[i]);
    for (auto child = first; child != last; ++child) {
      if (seen.insert(child->second).second) found.push_back(child->second);
    }
  }
  std::ranges::sort(found);
  return found;
}

Result<std::string> TeamMeant(std::string_view team, store::Session& session) {
  WEIR_TRY(const store::Rows rows, ReadTeams(session));
  WEIR_TRY(const std::vector<std::string> found, TeamsMeant(team, rows));
  return found.front();
}

int FirstMonthOf(std::string_view calendar, const analysis::Settings& settings) {
  return calendar == "fiscal" ? settings.fiscal_year_start_month : 1;
}

}  // namespace weir::metrics
