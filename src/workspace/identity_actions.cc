#include "workspace/identity_actions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;
using store::Value;

constexpr std::string_view kMerge = "identity.merge";
constexpr std::string_view kApart = "identity.apart";
constexpr std::string_view kUndo = "identity.undo";

constexpr std::size_t kMostPairs = 500;  // at once

struct PairParams {
  std::string entity;
  std::string id;
  std::string other;
  std::vector<std::string> ids;
  std::vector<std::string> others;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"What kind of record", "Какая это запись"},
                 .allowed = {"account", "person", "member"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "id",
                 .help = {"One of the two: a record as source:id, or our id",
                          "Одна из двух: запись как источник:id "
                          "или наш идентификатор"},
                 .positional = true},
                id);
    visitor.Add({.name = "other", .help = {"The other", "Другая"}, .positional = true}, other);
    visitor.Add({.name = "ids",
                 .help = {"Of many pairs at once the ones, 500 at most: one decision, undone as one",
                          "Для многих пар сразу — первые записи, не больше 500: одно решение, отменяется целиком"},
                 .is_whole = true},
                ids);
    visitor.Add({.name = "others",
                 .help = {"And the others, in the same order", "И вторые, в том же порядке"},
                 .is_whole = true},
                others);
  }
};

struct UndoParams {
  std::int64_t decision_id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add(
        {.name = "decision_id", .help = {"Which decision", "Какое решение"}, .required = true, .positional = true},
        decision_id);
  }
};

template <typename P>
analysis::Action Declared(std::string_view id, analysis::Text title, analysis::Text help) {
  analysis::Info info;
  info.id = std::string(id);
  info.title = std::move(title);
  info.help = std::move(help);
  info.right = "decide";
  info.tables = {DecisionTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<P>(), .inverse = {}};
}

// A record of a source, and whom it belongs to.
struct Named {
  std::string source;
  std::string key;
  std::string entity_id;
};

// Whether the caller may see an account, a person or a colleague, by our id.
Result<bool> IsSeen(const IdentitySetup& setup, const std::string& entity, const std::string& id) {
  if (setup.principal.sees_all_rows) return true;
  WEIR_TRY(const std::unique_ptr<engine::Snapshot> snapshot, setup.host.Take(std::nullopt, {}));
  WEIR_TRY(snapshot->Scope(setup.principal, snapshot->newest()));
  const std::array<Value, 1> wanted{id};
  WEIR_TRY(const store::Rows rows,
           snapshot->session().Query(fmt::format("SELECT count(*) FROM scoped.{0} WHERE {0}_id = ?", entity), wanted));
  return rows.IntegerAt(0, 0) > 0;
}

// A record by its own name before an entity by its id, whose first record speaks for it then.
Result<Named> FindRecord(store::Connection& connection, const std::string& entity, const std::string& id,
                         std::string_view field, const IdentitySetup& setup) {
  const std::array<Value, 4> values{entity, id, id, id};
  WEIR_TRY(
      const store::Rows rows,
      connection.Query("SELECT source, source_key, entity_id FROM model.identity_link WHERE entity = ? AND (source "
                       "|| ':' || source_key = ? OR entity_id = ?) ORDER BY source || ':' || source_key = ? DESC, "
                       "source NULLS LAST, source_key NULLS LAST LIMIT 1",
                       values));
  const Error missing = NotFound("there is no record '{}'", id).Field(std::string(field));
  if (rows.size() == 0) return Fail(missing);
  Named named{rows.TextAt(0, 0), rows.TextAt(0, 1), rows.TextAt(0, 2)};
  WEIR_TRY(const bool is_seen, IsSeen(setup, entity, named.entity_id));
  if (!is_seen) return Fail(missing);
  return named;
}

// As the caller names them.
using NamedPair = std::pair<std::string, std::string>;

Result<std::vector<NamedPair>> PairsOf(const PairParams& params) {
  std::vector<NamedPair> pairs;
  if (!params.id.empty() || !params.other.empty()) pairs.emplace_back(params.id, params.other);
  if (params.ids.size() != params.others.size()) {
    return Fail(BadUsage("{} records and {} others make no pairs", params.ids.size(), params.others.size())
                    .Field("others")
                    .Mend("Give as many others as ids"));
  }
  for (std::size_t i = 0; i < params.ids.size(); ++i) pairs.emplace_back(params.ids[i], params.others[i]);
  if (pairs.empty()) return Fail(BadUsage("name two records").Field("id").Mend("Name two records as source:id"));
  if (pairs.size() > kMostPairs) {
    return Fail(BadUsage("{} pairs are too many: {} at once", pairs.size(), kMostPairs).Field("ids"));
  }
  return pairs;
}

struct Said {
  Effect effect;
  std::string overruled;  // who had said otherwise
};

// kConflict where that was said already, and holds.
Result<Said> SayOfPair(store::Connection& connection, const std::string& entity, const NamedPair& names,
                       std::string_view verdict, const IdentitySetup& setup) {
  WEIR_TRY(Named a, FindRecord(connection, entity, names.first, "id", setup));
  WEIR_TRY(Named b, FindRecord(connection, entity, names.second, "other", setup));
  if (std::tie(b.source, b.key) < std::tie(a.source, a.key)) std::swap(a, b);
  if (a.source == b.source && a.key == b.key) {
    return Fail(BadUsage("both name one record").Field("other").Mend("Name two records as source:id"));
  }
  const std::array<Value, 5> pair{entity, a.source, a.key, b.source, b.key};
  WEIR_TRY(
      const store::Rows before,
      connection.Query("SELECT verdict, who FROM meta.identity_decision AS d WHERE entity = ? AND source_a = ? AND "
                       "key_a = ? AND source_b = ? AND key_b = ? AND data_version NOT IN (SELECT undone FROM "
                       "meta.identity_decision_undo) AND NOT EXISTS (SELECT 1 FROM model.identity_fallen AS f WHERE "
                       "f.entity = d.entity AND f.source_a = d.source_a AND f.key_a = d.key_a AND f.source_b = "
                       "d.source_b AND f.key_b = d.key_b AND f.data_version = d.data_version) ORDER BY data_version "
                       "DESC NULLS LAST LIMIT 1",
                       pair));
  const std::string was = before.size() == 0 ? "" : before.TextAt(0, 0);
  if (was == verdict) return Fail(Conflict("{} said so already", before.TextAt(0, 1)).Field("other"));
  const std::array<Value, 9> row{
      entity, a.source, a.key, b.source, b.key, std::string(verdict), setup.principal.user, setup.now, setup.version};
  WEIR_TRY(connection.Execute("INSERT INTO meta.identity_decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row));
  Said said;
  said.effect = {
      .kind = "identity",
      .subject = fmt::format("{}:{}:{}", entity, a.source, a.key),
      .before = {{"entities", json::array({a.entity_id, b.entity_id})}},
      .after = {{"verdict", verdict}, {"records", json::array({a.source + ":" + a.key, b.source + ":" + b.key})}}};
  if (!was.empty()) {
    said.overruled = before.TextAt(0, 1);
    said.effect.before["verdict"] = was;
    said.effect.output.warnings.push_back(
        {.code = "overrules", .message = MakePhrase("{} had said otherwise: this decision holds", said.overruled)});
  }
  return said;
}

}  // namespace

std::vector<analysis::Action> IdentityActions() {
  std::vector<analysis::Action> all;
  all.push_back(Declared<PairParams>(
      kMerge, {"Say that two records are one", "Считать две записи одной"},
      {"They are one company or person from now on, whatever rules and the model say; can be taken back",
       "Отныне это одна компания или один человек, что бы ни говорили правила и модель; можно отменить"}));
  all.push_back(Declared<PairParams>(
      kApart, {"Say that two records are not one", "Считать две записи разными"},
      {"They are never put together again, and what put them together is undone; can be taken back",
       "Их больше не объединят, а уже объединённые разделят; можно отменить"}));
  all.push_back(Declared<UndoParams>(
      kUndo, {"Take back what was said of two records", "Отменить решение о двух записях"},
      {"Rules, the model and earlier decisions speak again", "Снова действуют правила, модель и прежние решения"}));
  return all;
}

bool IsIdentityAction(std::string_view action) { return action == kMerge || action == kApart || action == kUndo; }

Result<Effect> DecideIdentity(store::Connection& connection, std::string_view action, const RawParams& raw,
                              const IdentitySetup& setup) {
  if (action == kUndo) {
    WEIR_TRY(const DecisionRow decision, FindUndone(connection, raw));
    if (decision.action != kMerge && decision.action != kApart) {
      return Fail(Conflict("a decision of {} is not undone this way", decision.action)
                      .Field("decision_id")
                      .Mend("Take it back with decisions.undo"));
    }
    return UndoIdentity(connection, decision, setup);
  }
  WEIR_TRY(const PairParams params, analysis::Bind<PairParams>(raw));
  WEIR_TRY(const std::vector<NamedPair> pairs, PairsOf(params));
  const std::string_view verdict = action == kMerge ? "same" : "apart";
  if (pairs.size() == 1) {
    WEIR_TRY(Said said, SayOfPair(connection, params.entity, pairs.front(), verdict, setup));
    return std::move(said.effect);
  }
  // Of many those that somebody said so of already change nothing.
  Effect effect{.kind = "identity", .subject = fmt::format("{}:{} pairs", params.entity, pairs.size())};
  effect.before = {{"entities", json::array()}};
  effect.after = {{"verdict", verdict}, {"records", json::array()}};
  std::optional<Error> first;
  for (const NamedPair& pair : pairs) {
    auto said = SayOfPair(connection, params.entity, pair, verdict, setup);
    if (!said) {
      if (said.error().code() != Code::kConflict) return Fail(said.error());
      if (!first) first = said.error();
      continue;
    }
    effect.before["entities"].push_back(said->effect.before["entities"]);
    effect.after["records"].push_back(said->effect.after["records"]);
    if (said->overruled.empty()) continue;
    effect.output.warnings.push_back(
        {.code = "overrules", .message = MakePhrase("{} had said otherwise: this decision holds", said->overruled)});
  }
  if (effect.after["records"].empty()) return Fail(*first);
  return effect;
}

Result<Effect> UndoIdentity(store::Connection& connection, const DecisionRow& decision, const IdentitySetup& setup) {
  // Records that are no longer there are nobody's secret.
  const std::array<Value, 1> of{decision.data_version};
  WEIR_TRY(const store::Rows records,
           connection.Query(
               "SELECT DISTINCT l.entity, l.entity_id FROM meta.identity_decision AS d JOIN model.identity_link AS l "
               "ON l.entity = d.entity AND (l.source = d.source_a AND l.source_key = d.key_a OR l.source = d.source_b "
               "AND l.source_key = d.key_b) WHERE d.data_version = ? ORDER BY 1 NULLS LAST, 2 NULLS LAST",
               of));
  for (std::size_t i = 0; i < records.size(); ++i) {
    WEIR_TRY(const bool is_seen, IsSeen(setup, records.TextAt(i, 0), records.TextAt(i, 1)));
    if (!is_seen) return Fail(NotFound("there is no decision {}", decision.id).Field("decision_id"));
  }
  const std::array<Value, 2> row{decision.data_version, setup.version};
  WEIR_TRY(connection.Execute("INSERT INTO meta.identity_decision_undo VALUES (?, ?)", row));
  return Effect{.kind = "identity",
                .subject = decision.subject,
                .before = json::parse(decision.after),
                .after = json::parse(decision.before),
                .undoes = decision.id};
}

}  // namespace weir::workspace
