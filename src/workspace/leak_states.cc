#include "workspace/leak_states.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::Decision;
using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;

constexpr std::string_view kSet = "leaks.set";
constexpr std::size_t kLongestNote = 4000;  // bytes
constexpr std::size_t kMostLeaks = 1000;
constexpr std::array<std::string_view, 6> kStates{"open", "assigned", "in_work", "fixed", "tolerated", "false_alarm"};

// Of the team that the record was of when that was said: is_visible of models/scoped/macros.sql, which is not there yet
// when a store is made.
constexpr std::string_view kView = R"(CREATE OR REPLACE VIEW scoped.leak_state AS
SELECT leak, state, assignee, due, note, amount, name, counted_by, as_of, changed_by, changed_at, decision_id FROM meta.leak_state
WHERE coalesce(getvariable('sees_all_rows'), FALSE) OR coalesce(list_contains(getvariable('team_ids'), team_id), FALSE))";

constexpr std::array<std::string_view, 2> kMigrations{
    // Each change is a row more, the newest of a leak counts. What the leak was then is kept with it.
    R"(CREATE TABLE meta.leak_state (
      leak VARCHAR NOT NULL, state VARCHAR NOT NULL, assignee VARCHAR NOT NULL, due DATE, note VARCHAR NOT NULL,
      amount DECIMAL(18,4), name VARCHAR NOT NULL, team_id VARCHAR, counted_by VARCHAR, as_of TIMESTAMP, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    kView,  // for a model that an earlier program built
};

struct SetParams {
  std::vector<std::string> leak;
  std::string state;
  std::string assignee;
  std::optional<Date> due;
  std::string note;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "leak",
                 .help = {"One or several leaks or openings, as the ledger names them: stuck_deal:crm:17",
                          "Одна или несколько утечек или возможностей, как в книге: stuck_deal:crm:17"},
                 .required = true,
                 .positional = true,
                 .is_whole = true},
                leak);
    visitor.Add({.name = "state",
                 .help = {"What becomes of it", "Что с ней"},
                 .allowed = {kStates.begin(), kStates.end()},
                 .required = true},
                state);
    visitor.Add({.name = "assignee",
                 .help = {"Who works on it: an account, or a name",
                          "Кто занимается: учётная запись "
                          "или имя"}},
                assignee);
    visitor.Add({.name = "due", .help = {"Until when, YYYY-MM-DD", "До какого дня, ГГГГ-ММ-ДД"}}, due);
    visitor.Add({.name = "note", .help = {"Why, or what was done", "Почему или что сделано"}}, note);
  }
};

struct LeakState {
  std::string state;
  std::string assignee;
  std::string due;  // ISO; empty: none
  std::string note;
  std::string amount;  // empty: not known
  std::string name;
  std::string team_id;     // empty: of none
  std::string counted_by;  // empty: it counted itself
  std::string as_of;       // of the ledger in which it stood, in microseconds

  json Fields() const {
    return {{"state", state},     {"assignee", assignee},     {"due", due},
            {"note", note},       {"amount", amount},         {"name", name},
            {"team_id", team_id}, {"counted_by", counted_by}, {"as_of", as_of}};
  }
};

using States = std::map<std::string, LeakState>;  // by leak; without a state: as it was when nobody had said anything

json FieldsOf(const States& states) {
  json all = json::object();
  for (const auto& [leak, state] : states) all[leak] = state.state.empty() ? json(nullptr) : state.Fields();
  return all;
}

States FromFields(const std::string& text) {
  States states;
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object()) return states;
  for (const auto& [leak, fields] : all.items()) {
    LeakState& state = states[leak];
    if (!fields.is_object()) continue;
    state = {.state = fields.value("state", ""),
             .assignee = fields.value("assignee", ""),
             .due = fields.value("due", ""),
             .note = fields.value("note", ""),
             .amount = fields.value("amount", ""),
             .name = fields.value("name", ""),
             .team_id = fields.value("team_id", ""),
             .counted_by = fields.value("counted_by", ""),
             .as_of = fields.value("as_of", "")};
  }
  return states;
}

Result<LeakState> Find(store::Session& session, const std::string& leak) {
  const std::array<store::Value, 1> values{leak};
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT state, assignee, due, note, amount, name, team_id, counted_by, epoch_us(as_of) FROM "
                         "meta.leak_state WHERE leak = ? ORDER BY decision_id DESC NULLS LAST LIMIT 1",
                         values));
  if (rows.rows.empty()) return LeakState{};
  return LeakState{.state = rows.TextAt(0, 0),
                   .assignee = rows.TextAt(0, 1),
                   .due = rows.TextAt(0, 2),
                   .note = rows.TextAt(0, 3),
                   .amount = rows.TextAt(0, 4),
                   .name = rows.TextAt(0, 5),
                   .team_id = rows.TextAt(0, 6),
                   .counted_by = rows.TextAt(0, 7),
                   .as_of = rows.TextAt(0, 8)};
}

Status CheckTexts(const SetParams& params) {
  if (params.leak.size() > kMostLeaks) {
    return Fail(TooLarge("{} leaks at once; at most {}", params.leak.size(), kMostLeaks).Field("leak"));
  }
  if (params.note.size() > kLongestNote || params.assignee.size() > kLongestNote) {
    return Fail(TooLarge("a note has at most {} bytes", kLongestNote).Field("note"));
  }
  for (const std::string* text : {&params.note, &params.assignee}) {
    const bool is_plain = std::ranges::all_of(
        *text, [](char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t' || c == '\r'; });
    if (!is_plain) return Fail(BadUsage("the note holds a control character").Field("note"));
  }
  if (params.state == "assigned" && TrimBlanks(params.assignee).empty()) {
    return Fail(
        BadUsage("nobody is named to whom it is assigned").Field("assignee").Mend("Name an account or a member"));
  }
  const bool needs_reason = params.state == "tolerated" || params.state == "false_alarm";
  if (needs_reason && TrimBlanks(params.note).empty()) {
    return Fail(BadUsage("'{}' needs a note that says why", params.state).Field("note"));
  }
  return {};
}

Result<Decision> Write(store::Connection& connection, std::string_view action, const States& before,
                       const States& after, const KeptSetup& setup, std::optional<std::int64_t> undoes) {
  DecisionRow row{.action = std::string(action),
                  .subject = after.size() == 1 ? "leak:" + after.begin()->first : fmt::format("leaks:{}", after.size()),
                  .before = FieldsOf(before).dump(),
                  .after = FieldsOf(after).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  for (const auto& [leak, state] : after) {
    const auto or_null = [](const std::string& text) { return text.empty() ? store::Value() : store::Value(text); };
    const std::array<store::Value, 13> cells{leak,
                                             state.state.empty() ? std::string("open") : state.state,
                                             state.assignee,
                                             or_null(state.due),
                                             state.note,
                                             or_null(state.amount),
                                             state.name,
                                             or_null(state.team_id),
                                             or_null(state.counted_by),
                                             or_null(state.as_of),
                                             setup.principal.user,
                                             setup.now,
                                             row.id};
    WEIR_TRY(
        connection.Execute("INSERT INTO meta.leak_state VALUES (?, ?, ?, CAST(? AS DATE), ?, CAST(? AS "
                           "DECIMAL(18,4)), ?, ?, ?, make_timestamp(CAST(? AS BIGINT)), ?, ?, ?)",
                           cells));
  }
  return DecisionOf(row);
}

}  // namespace

std::span<const std::string_view> LeakStateMigrations() { return kMigrations; }
std::string_view LeakStateView() { return kView; }

std::vector<Action> LeakActions() {
  return {{.info = {.id = std::string(kSet),
                    .title = {"Say what becomes of a leak or an opening", "Сказать, что с утечкой или возможностью"},
                    .help = {"Assigned, in work, fixed, tolerated or a false alarm; whether the money came back is "
                             "measured from later data",
                             "Поручена, в работе, устранена, терпима или ложная тревога; вернулись ли деньги, видно по "
                             "дальнейшим данным"},
                    .right = "view",
                    .tables = {DecisionTable()}},
           .params = analysis::SpecsOf<SetParams>(),
           .inverse = {},
           .changes_model = false}};
}

bool IsLeakAction(std::string_view action) { return action == kSet; }

Result<Decision> PerformLeakAction(store::Connection& connection, std::string_view action, const RawParams& raw,
                                   const KeptSetup& setup) {
  WEIR_TRY(const SetParams params, analysis::Bind<SetParams>(raw));
  WEIR_TRY(CheckTexts(params));
  WEIR_TRY(const auto seen, setup.leaks());
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  States before;
  States after;
  for (const std::string& leak : params.leak) {
    const auto found = seen.find(leak);
    WEIR_TRY(LeakState known, Find(connection, leak));
    // One that is gone may still be spoken of, by who sees everything.
    const bool is_remembered = !known.state.empty() && setup.principal.sees_all_rows;
    if (found == seen.end() && !is_remembered) {
      return Fail(
          NotFound("there is no leak '{}'", leak).Field("leak").Mend("'weir leaks' and 'weir openings' list them"));
    }
    LeakState& state = after[leak];
    state = known;
    state.state = params.state;
    state.assignee = TrimBlanks(params.assignee);
    state.due = params.due ? FormatDate(*params.due) : std::string();
    state.note = TrimBlanks(params.note);
    if (found != seen.end()) {
      state.amount = found->second.amount ? FormatDecimal(*found->second.amount) : std::string();
      state.name = found->second.name;
      state.team_id = found->second.team_id;
      state.counted_by = found->second.counted_by;
      state.as_of = std::to_string(found->second.as_of.micros);
    }
    before[leak] = std::move(known);
  }
  WEIR_TRY(Decision decision, Write(connection, action, before, after, setup, std::nullopt));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoLeakDecision(store::Connection& connection, const DecisionRow& decision, const KeptSetup& setup) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  const States left = FromFields(decision.after);
  States now;
  for (const auto& [leak, state] : left) {
    WEIR_TRY(now[leak], Find(connection, leak));
  }
  if (FieldsOf(now) != FieldsOf(left)) {
    return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
  }
  WEIR_TRY(Decision undone, Write(connection, kUndoDecision, now, FromFields(decision.before), setup, decision.id));
  WEIR_TRY(transaction.Commit());
  return undone;
}

Result<std::map<std::string, SeenLeak, std::less<>>> LeaksSeenBy(engine::Engine& engine,
                                                                 const analysis::Principal& principal) {
  std::map<std::string, SeenLeak, std::less<>> seen;
  // Each ledger names its lines by rule and record, and no rule of one is called as one of the other.
  for (const auto& [ledger, column] : {std::pair("leaks", "leak"), std::pair("openings", "opening")}) {
    engine::Question question;
    question.id = ledger;
    question.is_own = true;
    WEIR_TRY(const engine::Answer answer, engine.Ask(question, principal));
    for (const char* part : {ledger, "aside"}) {
      const analysis::Table& table = *answer.output.Find(part);
      for (const auto& row : table.rows) {
        SeenLeak leak{.name = store::ToText(row[table.IndexOf("name")]),
                      .team_id = store::ToText(row[table.IndexOf("team_id")]),
                      .counted_by = store::ToText(row[table.IndexOf("counted_by")]),
                      .as_of = answer.as_of};
        if (const auto* amount = std::get_if<Decimal>(&row[table.IndexOf("amount")])) leak.amount = *amount;
        seen.emplace(store::ToText(row[table.IndexOf(column)]), std::move(leak));
      }
    }
  }
  return seen;
}

}  // namespace weir::workspace
