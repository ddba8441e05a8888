#include "workspace/kept_items.h"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Decision;
using analysis::Principal;
using analysis::RawParams;
using nlohmann::json;

std::array<const KeptKind*, 3> Kinds() { return {&SavedQueries(), &SavedViews(), &Subscriptions()}; }

const KeptKind* KindOf(std::string_view action) {
  for (const KeptKind* kind : Kinds()) {
    if (action == kind->save || action == kind->remove) return kind;
  }
  return nullptr;
}

std::string BodyColumns(const KeptKind& kind) {
  std::string columns;
  for (const std::string_view name : kind.body) columns += fmt::format("{}, ", name);
  return columns;
}

json FieldsOf(const KeptKind& kind, const std::optional<KeptItem>& item) {
  if (!item) return nullptr;
  json fields{{"name", item->name}, {"owner", item->owner}, {"shared", item->is_shared}};
  for (std::size_t i = 0; i < kind.body.size(); ++i) fields[std::string(kind.body[i])] = item->body[i];
  return fields;
}

std::optional<KeptItem> FromFields(const KeptKind& kind, const std::string& text) {
  const json fields = json::parse(text, nullptr, false);
  if (!fields.is_object()) return std::nullopt;
  KeptItem item{.name = fields.value("name", ""),
                .body = {},
                .owner = fields.value("owner", ""),
                .is_shared = fields.value("shared", false)};
  for (const std::string_view name : kind.body) item.body.push_back(fields.value(std::string(name), ""));
  return item;
}

Result<std::optional<KeptItem>> Find(const KeptKind& kind, store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> number{id};
  WEIR_TRY(
      const store::Rows rows,
      session.Query(fmt::format("SELECT * FROM ({}) AS kept WHERE {} = ?", NewestKept(kind), kind.number), number));
  if (rows.rows.empty()) return std::optional<KeptItem>();
  KeptItem item{.id = id, .name = rows.TextAt(0, 1), .body = {}, .owner = {}, .is_shared = false};
  for (std::size_t i = 0; i < kind.body.size(); ++i) item.body.push_back(rows.TextAt(0, 2 + i));
  item.owner = rows.TextAt(0, 2 + kind.body.size());
  item.is_shared = std::get<bool>(rows.rows[0][3 + kind.body.size()]);
  return std::optional(std::move(item));
}

// One that the caller may not see is not there.
Result<KeptItem> Require(const KeptKind& kind, store::Session& session, std::int64_t id, const Principal& principal) {
  WEIR_TRY(const std::optional<KeptItem> found, Find(kind, session, id));
  const bool is_own = found && found->owner == principal.user;
  if (!found || (!is_own && !found->is_shared)) return Fail(kind.missing(id));
  if (!is_own && !principal.Has("settings")) return Fail(kind.of_another(*found));
  return *found;
}

struct Change {
  std::int64_t id = 0;  // 0: a new one
  std::optional<KeptItem> before;
  std::optional<KeptItem> after;
};

// Writes the new state and the decision that made it.
Result<Decision> Write(const KeptKind& kind, store::Connection& connection, std::string_view action,
                       const Change& change, const KeptSetup& setup, std::optional<std::int64_t> undoes) {
  DecisionRow row{.action = std::string(action),
                  .before = FieldsOf(kind, change.before).dump(),
                  .after = FieldsOf(kind, change.after).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(std::int64_t number, connection.QueryInteger(fmt::format("SELECT nextval('{}_number')", kind.table)));
  if (change.id != 0) number = change.id;
  row.subject = fmt::format("{}:{}", kind.noun, number);
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  const KeptItem& kept = change.after ? *change.after : *change.before;
  std::vector<store::Value> cells{number, kept.name};
  cells.insert(cells.end(), kept.body.begin(), kept.body.end());
  for (store::Value& cell :
       std::vector<store::Value>{kept.owner, kept.is_shared, !change.after, setup.principal.user, setup.now, row.id}) {
    cells.push_back(std::move(cell));
  }
  std::string marks = "?";
  for (std::size_t i = 1; i < cells.size(); ++i) marks += ", ?";
  WEIR_TRY(connection.Execute(fmt::format("INSERT INTO {} VALUES ({})", kind.table, marks), cells));
  return DecisionOf(row);
}

Result<Change> Save(const KeptKind& kind, store::Connection& connection, const RawParams& params,
                    const Principal& principal) {
  WEIR_TRY(KeptItem item, kind.read(params));
  Change change{.id = item.id, .before = {}, .after = {}};
  if (item.id != 0) {
    WEIR_TRY(change.before, Require(kind, connection, item.id, principal));
  }
  item.owner = change.before ? change.before->owner : principal.user;
  change.after = std::move(item);
  return change;
}

}  // namespace

void RemoveKeptParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add(
      {.name = "id", .help = {"Its number in the list", "Номер в списке"}, .required = true, .positional = true}, id);
}

std::string NewestKept(const KeptKind& kind) {
  return fmt::format(
      R"(SELECT {0}, name, {1}owner, is_shared, changed_by, changed_at
FROM (SELECT *, row_number() OVER (PARTITION BY {0} ORDER BY decision_id DESC NULLS LAST) AS from_the_last FROM {2}) AS all_words
WHERE from_the_last = 1 AND NOT is_removed)",
      kind.number, BodyColumns(kind), kind.table);
}

Result<analysis::Output> ListKept(const KeptKind& kind, const analysis::TableSpec& table, analysis::Context& context) {
  const Principal& principal = context.principal();
  std::string body;
  for (const std::string_view name : kind.body) body += fmt::format("nullif({0}, '') AS {0}, ", name);
  const std::array<store::Value, 3> values{principal.user, principal.Has("settings"), principal.user};
  WEIR_TRY(analysis::Table listed,
           ReadTable(table, context.session(),
                     fmt::format("SELECT {} AS id, name, {}owner, is_shared, owner = ? OR ? AS is_changeable, "
                                 "changed_by, changed_at FROM ({}) AS kept WHERE owner = ? OR is_shared ORDER BY "
                                 "lower(name) NULLS LAST, id NULLS LAST",
                                 kind.number, body, NewestKept(kind)),
                     values));
  return analysis::Output{.tables = {std::move(listed)}};
}

std::vector<analysis::Action> KeptActions() {
  std::vector<analysis::Action> all;
  for (const KeptKind* kind : Kinds()) {
    for (analysis::Action& action : kind->actions()) all.push_back(std::move(action));
  }
  return all;
}

std::vector<analysis::Analysis> KeptAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(QueriesAnalysis());
  all.push_back(ViewsAnalysis());
  return all;
}

bool IsKeptAction(std::string_view action) { return KindOf(action) != nullptr; }

Result<Decision> PerformKeptAction(store::Connection& connection, std::string_view action, const RawParams& params,
                                   const KeptSetup& setup) {
  const KeptKind* kind = KindOf(action);
  WEIR_CHECK(kind != nullptr);
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change;
  if (action == kind->save) {
    WEIR_TRY(change, Save(*kind, connection, params, setup.principal));
  } else {
    WEIR_TRY(const RemoveKeptParams remove, analysis::Bind<RemoveKeptParams>(params));
    WEIR_TRY(KeptItem known, Require(*kind, connection, remove.id, setup.principal));
    change = {.id = remove.id, .before = std::move(known), .after = {}};
  }
  WEIR_TRY(Decision decision, Write(*kind, connection, action, change, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoKeptDecision(store::Connection& connection, const DecisionRow& decision, const KeptSetup& setup) {
  const KeptKind* kind = KindOf(decision.action);
  WEIR_CHECK(kind != nullptr);
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  Change change{.id = std::stoll(decision.subject.substr(decision.subject.find(':') + 1)), .before = {}, .after = {}};
  WEIR_TRY(change.before, Find(*kind, connection, change.id));
  const std::optional<KeptItem> left = FromFields(*kind, decision.after);
  if (FieldsOf(*kind, change.before) != FieldsOf(*kind, left)) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  if (change.before) {
    WEIR_TRY(change.before, Require(*kind, connection, change.id, setup.principal));
  }
  change.after = FromFields(*kind, decision.before);
  const KeptItem& whose = change.after ? *change.after : *change.before;
  if (whose.owner != setup.principal.user && !setup.principal.Has("settings")) {
    return Fail(kind->of_another(whose).Field("decision_id"));
  }
  WEIR_TRY(Decision undone, Write(*kind, connection, kUndoDecision, change, setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

}  // namespace weir::workspace
