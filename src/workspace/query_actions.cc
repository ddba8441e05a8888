#include "workspace/query_actions.h"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "base/text.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ColumnType;
using analysis::Decision;
using analysis::Of;
using analysis::ParamVisitor;
using analysis::Principal;
using analysis::RawParams;
using analysis::TextOf;
using nlohmann::json;

constexpr std::string_view kSave = "sql.save";
constexpr std::string_view kRemove = "sql.remove";
constexpr std::size_t kLongestName = 200;     // bytes
constexpr std::size_t kLongestText = 20'000;  // bytes, of the query and of its chart

struct SaveParams {
  std::int64_t id = 0;
  std::string name;
  std::string query;
  std::string chart;
  bool shared = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"What it is called", "Название"}, .required = true}, name);
    visitor.Add({.name = "query", .help = {"The query", "Запрос"}, .required = true}, query);
    visitor.Add({.name = "id",
                 .help = {"Number of the saved query that this changes; without it a new one is saved",
                          "Номер сохранённого запроса, который меняется; без него сохраняется новый"}},
                id);
    visitor.Add(
        {.name = "chart", .help = {"How the page draws it: a JSON object", "Как страница его рисует: объект JSON"}},
        chart);
    visitor.Add({.name = "shared",
                 .help = {"Whether others may run it, as they may see the data",
                          "Могут ли его выполнять другие — в пределах своих прав"}},
                shared);
  }
};

struct RemoveParams {
  std::int64_t id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "id",
                 .help = {"Number of the saved query", "Номер сохранённого запроса"},
                 .required = true,
                 .positional = true},
                id);
  }
};

struct SavedQuery {
  std::int64_t id = 0;
  std::string name;
  std::string query;
  std::string chart;
  std::string owner;
  bool is_shared = false;

  json Fields() const {
    return {{"name", name}, {"query", query}, {"chart", chart}, {"owner", owner}, {"shared", is_shared}};
  }
};

// Of each query the newest word.
constexpr std::string_view kNewest = R"(
SELECT query_id, name, query, chart, owner, is_shared, changed_by, changed_at
FROM (SELECT *, row_number() OVER (PARTITION BY query_id ORDER BY decision_id DESC NULLS LAST) AS place
      FROM meta.saved_query) AS q
WHERE place = 1 AND NOT is_removed)";

Result<std::optional<SavedQuery>> Find(store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> number{id};
  WEIR_TRY(const store::Rows rows, session.Query(fmt::format("{} AND query_id = ?", kNewest), number));
  if (rows.rows.empty()) return std::optional<SavedQuery>();
  return std::optional(SavedQuery{.id = id,
                                  .name = rows.TextAt(0, 1),
                                  .query = rows.TextAt(0, 2),
                                  .chart = rows.TextAt(0, 3),
                                  .owner = rows.TextAt(0, 4),
                                  .is_shared = std::get<bool>(rows.rows[0][5])});
}

// One that the caller may not see is not there.
Result<SavedQuery> Require(store::Session& session, std::int64_t id, const Principal& principal) {
  WEIR_TRY(const std::optional<SavedQuery> found, Find(session, id));
  const bool is_own = found && found->owner == principal.user;
  if (!found || (!is_own && !found->is_shared)) return Fail(NotFound("there is no saved query {}", id).Field("id"));
  if (!is_own && !principal.Has("settings")) {
    return Fail(Forbidden("the query '{}' belongs to {}", found->name, found->owner)
                    .Field("id")
                    .Mend("Save it under a name of your own"));
  }
  return *found;
}

Status CheckFields(const SaveParams& params) {
  if (TrimBlanks(params.name).empty()) return Fail(BadUsage("the query has no name").Field("name"));
  if (params.name.size() > kLongestName) {
    return Fail(TooLarge("a name has at most {} bytes", kLongestName).Field("name"));
  }
  if (TrimBlanks(params.query).empty())
    return Fail(BadUsage("the query is empty").Field("query").Mend("Write a SELECT"));
  if (params.query.size() > kLongestText) {
    return Fail(
        TooLarge("a query has at most {} bytes, this one has {}", kLongestText, params.query.size()).Field("query"));
  }
  const bool is_object = params.chart.empty() || json::parse(params.chart, nullptr, false).is_object();
  if (!is_object || params.chart.size() > kLongestText) {
    return Fail(BadUsage("'chart' is not a JSON object").Field("chart"));
  }
  return {};
}

struct Change {
  std::int64_t id = 0;  // 0: a new one, numbered by its decision
  std::optional<SavedQuery> before;
  std::optional<SavedQuery> after;
};

json FieldsOf(const std::optional<SavedQuery>& query) { return query ? query->Fields() : json(nullptr); }

// Writes the new state and the decision that made it.
Result<Decision> Write(store::Connection& connection, std::string_view action, const Change& change,
                       const QueryActionSetup& setup, std::optional<std::int64_t> undoes) {
  DecisionRow row{.action = std::string(action),
                  .before = FieldsOf(change.before).dump(),
                  .after = FieldsOf(change.after).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(std::int64_t number, connection.QueryInteger("SELECT nextval('meta.saved_query_number')"));
  if (change.id != 0) number = change.id;
  row.subject = fmt::format("query:{}", number);
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  const SavedQuery& kept = change.after ? *change.after : *change.before;
  const std::array<store::Value, 10> cells{number,         kept.name,     kept.query,           kept.chart, kept.owner,
                                           kept.is_shared, !change.after, setup.principal.user, setup.now,  row.id};
  WEIR_TRY(connection.Execute("INSERT INTO meta.saved_query VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  const analysis::TableSpec spec = DecisionTable();
  Decision decision{.subject = row.subject, .before = row.before, .after = row.after, .output = {}};
  decision.output.tables.push_back(
      {.name = spec.name,
       .key = spec.key,
       .columns = spec.columns,
       .rows = {{row.id, row.data_version, row.action, row.subject, row.before, row.after}},
       .next_cursor = {},
       .total_rows = {}});
  return decision;
}

Result<Change> Save(store::Connection& connection, const SaveParams& params, const Principal& principal) {
  WEIR_TRY(CheckFields(params));
  Change change{.id = params.id};
  if (params.id != 0) {
    WEIR_TRY(SavedQuery known, Require(connection, params.id, principal));
    change.before = std::move(known);
  }
  change.after = SavedQuery{.id = params.id,
                            .name = std::string(TrimBlanks(params.name)),
                            .query = params.query,
                            .chart = params.chart,
                            .owner = change.before ? change.before->owner : principal.user,
                            .is_shared = params.shared};
  return change;
}

std::optional<SavedQuery> FromFields(const std::string& text) {
  const json fields = json::parse(text, nullptr, false);
  if (!fields.is_object()) return std::nullopt;
  return SavedQuery{.name = fields.value("name", ""),
                    .query = fields.value("query", ""),
                    .chart = fields.value("chart", ""),
                    .owner = fields.value("owner", ""),
                    .is_shared = fields.value("shared", false)};
}

analysis::TableSpec QueriesTable() {
  return {.name = "queries",
          .title = {"Saved queries", "Сохранённые запросы"},
          .key = {"id"},
          .columns = {Of("id", ColumnType::kInteger, "Number", "Номер"), TextOf("name", "Name", "Название"),
                      TextOf("query", "Query", "Запрос"), Of("chart", ColumnType::kJson, "Chart", "График"),
                      TextOf("owner", "Owner", "Владелец"), Of("is_shared", ColumnType::kBoolean, "Shared", "Общий"),
                      Of("is_changeable", ColumnType::kBoolean, "You may change it", "Вы можете его изменить"),
                      TextOf("changed_by", "Last changed by", "Кем изменён"),
                      Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменён")}};
}

Result<analysis::Output> RunQueries(const analysis::NoParams& /*params*/, analysis::Context& context) {
  const Principal& principal = context.principal();
  const std::array<store::Value, 3> values{principal.user, principal.Has("settings"), principal.user};
  WEIR_TRY(
      analysis::Table table,
      ReadTable(QueriesTable(), context.session(),
                fmt::format("SELECT query_id AS id, name, query, nullif(chart, '') AS chart, owner, is_shared, owner "
                            "= ? OR ? AS is_changeable, changed_by, changed_at FROM ({}) AS saved WHERE owner = ? OR "
                            "is_shared ORDER BY lower(name) NULLS LAST, id NULLS LAST",
                            kNewest),
                values));
  return analysis::Output{.tables = {std::move(table)}};
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "sql", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

}  // namespace

std::vector<Action> QueryActions() {
  std::vector<Action> all;
  all.push_back(Declared<SaveParams>(kSave, {"Save a query", "Сохранить запрос"},
                                     {"Under a name, for oneself or for all who may ask queries",
                                      "Под названием — для себя или для всех, кому доступны запросы"}));
  all.push_back(Declared<RemoveParams>(kRemove, {"Remove a saved query", "Удалить сохранённый запрос"},
                                       {"Its decision can be undone", "Решение можно отменить"}));
  return all;
}

bool IsQueryAction(std::string_view action) { return action == kSave || action == kRemove; }

Result<Decision> PerformQueryAction(store::Connection& connection, std::string_view action, const RawParams& params,
                                    const QueryActionSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change;
  if (action == kSave) {
    WEIR_TRY(const SaveParams save, analysis::Bind<SaveParams>(params));
    WEIR_TRY(change, Save(connection, save, setup.principal));
  } else {
    WEIR_TRY(const RemoveParams remove, analysis::Bind<RemoveParams>(params));
    WEIR_TRY(SavedQuery known, Require(connection, remove.id, setup.principal));
    change = {.id = remove.id, .before = std::move(known), .after = {}};
  }
  WEIR_TRY(Decision decision, Write(connection, action, change, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoQueryDecision(store::Connection& connection, const DecisionRow& decision,
                                   const QueryActionSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change{.id = std::stoll(decision.subject.substr(decision.subject.find(':') + 1))};
  WEIR_TRY(change.before, Find(connection, change.id));
  const std::optional<SavedQuery> left = FromFields(decision.after);
  if (FieldsOf(change.before) != FieldsOf(left)) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  if (change.before) {
    WEIR_TRY(change.before, Require(connection, change.id, setup.principal));
  }
  change.after = FromFields(decision.before);
  const SavedQuery* whose = change.after ? &*change.after : &*change.before;
  if (whose->owner != setup.principal.user && !setup.principal.Has("settings")) {
    return Fail(Forbidden("the query '{}' belongs to {}", whose->name, whose->owner).Field("decision_id"));
  }
  WEIR_TRY(Decision undone, Write(connection, kUndoDecision, change, setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

analysis::Analysis QueriesAnalysis() {
  analysis::Analysis declared = analysis::Declare<analysis::NoParams>(
      {.id = "sql.queries",
       .title = {"Saved queries", "Сохранённые запросы"},
       .help = {"Your own, and those that others share", "Ваши и те, которыми поделились другие"},
       .right = "sql",
       .tables = {QueriesTable()},
       .is_cacheable = false},
      &RunQueries);
  return declared;
}

}  // namespace weir::workspace
