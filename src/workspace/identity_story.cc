#include "workspace/identity_story.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/domain.h"
#include "identity/entity_evidence.h"
#include "identity/fellegi_sunter.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

TableSpec LinkTable() {
  return {
      .name = "link",
      .title = {"Are they one", "Одна ли это запись"},
      .key = {"id", "other"},
      .columns = {TextOf("id", "One of the two", "Одна из двух"), TextOf("other", "The other", "Другая"),
                  Of("is_one", ColumnType::kBoolean, "They are one", "Это одно"),
                  Of("probability", ColumnType::kShare, "By what they say, they are one with this probability",
                     "Вероятность того, что это одно, по их данным"),
                  TextOf("verdict", "What people said: same, apart", "Решение людей: same, apart"),
                  TextOf("who", "Who said so", "Кто решил"), Of("decided_at", ColumnType::kInstant, "When", "Когда")}};
}

TableSpec WeightsTable() {
  return {
      .name = "weights",
      .title = {"What speaks for it and against", "Что говорит за и против"},
      .key = {"step"},
      .columns = {Of("step", ColumnType::kInteger, "Step", "Шаг"),
                  TextOf("field", "Field; prior: before anything is compared; total: all together",
                         "Поле; prior — до сравнения; total — всё вместе"),
                  TextOf("level", "How far it agrees", "Насколько совпадает"),
                  TextOf("a", "Value of one", "Значение одной"), TextOf("b", "Value of the other", "Значение другой"),
                  Of("weight", ColumnType::kNumber, "Weight, log2 of the odds", "Вес, log2 шансов", "bits"),
                  Of("total", ColumnType::kNumber, "Up to here", "Накоплено", "bits"),
                  Of("probability", ColumnType::kShare, "Probability up to here", "Вероятность на этом шаге")}};
}

TableSpec RecordsTable() {
  return {.name = "records",
          .title = {"Records", "Записи"},
          .key = {"side", "source", "source_key"},
          .columns = {TextOf("side", "Whose: a, b", "Чья: a, b"), TextOf("source", "Source", "Источник"),
                      TextOf("source_key", "Id in the source", "Id в источнике"),
                      TextOf("entity_id", "Belongs to", "Принадлежит"),
                      TextOf("decided_by", "Decided by: rule, model or who", "Кем решено: rule, model или кто"),
                      Of("probability", ColumnType::kShare, "Probability", "Вероятность"),
                      TextOf("reason", "Why it belongs there", "Почему принадлежит")}};
}

TableSpec TrailTable() {
  return {.name = "trail",
          .title = {"What became of it", "Что с ней стало"},
          .key = {"step"},
          .columns = {Of("step", ColumnType::kInteger, "Step", "Шаг"),
                      Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                      Of("at", ColumnType::kInstant, "When", "Когда"),
                      TextOf("kind", "added: new records; taken_in: from another; left: went to another",
                             "added — новые записи; taken_in — от другой; left — ушли к другой"),
                      TextOf("other", "The other one", "Другая"),
                      Of("records", ColumnType::kJson, "Which records", "Какие записи"),
                      TextOf("decided_by", "Decided by: rule, model or who", "Кем решено: rule, model или кто"),
                      TextOf("reason", "Why", "Почему"), TextOf("cause", "Came with", "Вместе с чем")}};
}

TableSpec IdsTable() {
  return {.name = "ids",
          .title = {"Ids that mean it", "Идентификаторы, которые её означают"},
          .key = {"id"},
          .columns = {TextOf("id", "Id", "Идентификатор"),
                      Of("is_present", ColumnType::kBoolean, "It is its id now", "Её идентификатор сейчас")}};
}

struct Side {
  std::string entity_id;
  std::vector<identity::EntityWords> words;
  std::vector<std::string> own_keys;
  std::vector<std::vector<Value>> rows;  // of RecordsTable, from `source` on
};

// Who is meant by a record as source:id, by an id of ours, or by one that it had before. Its words are those of the
// record, or of all records of the entity.
Result<Side> FindSide(const std::string& entity, const std::string& given, std::string_view field, Context& context) {
  const bool is_account = entity == "account";
  std::string columns;
  for (const std::string_view column : identity::ColumnsOf(is_account)) {
    columns += fmt::format(", max_by({}, observation)", column);
  }
  const std::string select = fmt::format(
      "SELECT source, source_key, entity_id, decided_by, probability, {}reason{}{} FROM scoped.identity_word WHERE "
      "entity = ? AND {{}} GROUP BY ALL ORDER BY source NULLS LAST, source_key NULLS LAST",
      is_account ? "" : "personal(", is_account ? "" : ")", columns);
  const std::array<Value, 2> values{entity, given};
  store::Rows rows;
  for (const std::string_view where :
       {"source || ':' || source_key = ?", "entity_id = ?",
        "entity_id IN (SELECT a.entity_id FROM scoped.record_alias AS a WHERE a.rank = 1 AND a.alias_id = ?)"}) {
    WEIR_TRY(rows, context.session().Query(fmt::format(fmt::runtime(select), where), values));
    if (rows.size() > 0) break;
  }
  if (rows.size() == 0) return Fail(NotFound("there is no record '{}'", given).Field(std::string(field)));
  constexpr std::size_t kFirstWord = 6;
  Side side{.entity_id = rows.TextAt(0, 2)};
  for (std::vector<Value>& row : rows.rows) {
    identity::EntityWords words;
    for (std::size_t i = 0; i < identity::ColumnsOf(is_account).size(); ++i) {
      const Value& cell = row[kFirstWord + i];
      if (!store::IsNull(cell)) words[i] = store::ToText(cell);
    }
    side.words.push_back(std::move(words));
    side.own_keys.push_back(store::ToText(row[0]) + "|" + store::ToText(row[1]));
    row.resize(kFirstWord);
    side.rows.push_back(std::move(row));
  }
  return side;
}

Result<identity::EntityProfile> ProfileOf(const Side& side, bool is_account, Context& context) {
  std::vector<std::string> domains;
  if (is_account) {
    // Of its own records alone: what else belongs to the entity may be the other side.
    const std::array<Value, 1> values{nlohmann::json(side.own_keys).dump()};
    WEIR_TRY(const store::Rows rows,
             context.session().Query("SELECT DISTINCT host FROM scoped.identity_contact_host WHERE list_contains("
                                     "CAST(CAST(? AS JSON) AS VARCHAR[]), source || '|' || source_key) ORDER BY host "
                                     "NULLS LAST",
                                     values));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (auto domain = RegistrableDomain(rows.TextAt(i, 0))) domains.push_back(std::move(*domain));
    }
  }
  return identity::ProfileOf(is_account, side.words, side.own_keys, domains);
}

struct ExplainParams {
  std::string entity;
  std::string id;
  std::string other;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"What kind of record", "Какая это запись"},
                 .allowed = {"account", "person"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "id",
                 .help = {"One of the two: a record as source:id, or our id",
                          "Одна из двух: запись как источник:id или наш идентификатор"},
                 .required = true,
                 .positional = true},
                id);
    visitor.Add({.name = "other", .help = {"The other", "Другая"}, .required = true, .positional = true}, other);
  }
};

// What people said of any record of the one and any of the other, the newest word.
Result<std::vector<Value>> VerdictOn(const ExplainParams& params, const Side& a, const Side& b, Context& context) {
  const auto keys_of = [](const Side& side) {
    nlohmann::json keys = nlohmann::json::array();
    for (const std::string& key : side.own_keys) keys.push_back(key);
    return keys.dump();
  };
  const std::array<Value, 3> values{keys_of(a), keys_of(b), params.entity};
  WEIR_TRY(
      store::Rows rows,
      context.session().Query(
          "WITH given AS (SELECT CAST(CAST(? AS JSON) AS VARCHAR[]) AS a, CAST(CAST(? AS JSON) AS VARCHAR[]) AS b) "
          "SELECT d.verdict, d.who, d.decided_at FROM meta.identity_decision AS d, given AS g WHERE d.entity = ? AND "
          "d.data_version NOT IN (SELECT undone FROM meta.identity_decision_undo) AND "
          "(list_contains(g.a, d.source_a || '|' || d.key_a) AND list_contains(g.b, d.source_b || '|' || d.key_b) OR "
          "list_contains(g.b, d.source_a || '|' || d.key_a) AND list_contains(g.a, d.source_b || '|' || d.key_b)) "
          "ORDER BY d.data_version DESC NULLS LAST, d.source_a NULLS LAST, d.key_a NULLS LAST LIMIT 1",
          values));
  if (rows.size() == 0) return std::vector<Value>(3);
  return std::move(rows.rows.front());
}

// Of a person's company the words are our id.
Result<Value> NameOfCompany(const std::string& id, Context& context) {
  const std::array<Value, 1> values{id};
  WEIR_TRY(store::Rows rows, context.session().Query("SELECT name FROM scoped.account WHERE account_id = ?", values));
  return rows.size() == 0 ? Value() : std::move(rows.rows[0][0]);
}

// Personal: what analyses show of a company or a person to who may see it alone.
bool IsPersonal(bool is_account, std::string_view field) {
  return field == "email" || field == "phone" || (!is_account && field == "name");
}

Result<Output> RunExplain(const ExplainParams& params, Context& context) {
  const bool is_account = params.entity == "account";
  WEIR_TRY(const Side a, FindSide(params.entity, params.id, "id", context));
  WEIR_TRY(const Side b, FindSide(params.entity, params.other, "other", context));
  if (a.own_keys == b.own_keys) {
    return Fail(BadUsage("both name one record").Field("other").Mend("Name two records as source:id"));
  }
  WEIR_TRY(const identity::EntityProfile of_a, ProfileOf(a, is_account, context));
  WEIR_TRY(const identity::EntityProfile of_b, ProfileOf(b, is_account, context));
  const std::array<Value, 1> values{params.entity};
  WEIR_TRY(const store::Rows sizes,
           context.session().Query("SELECT max(entities) FROM scoped.identity_size WHERE entity = ?", values));
  const double entities = store::IsNull(sizes.rows[0][0]) ? 0 : static_cast<double>(sizes.IntegerAt(0, 0));
  const identity::EntityEvidence evidence = identity::Weigh(of_a, of_b, entities);

  Table weights = analysis::EmptyTable(WeightsTable());
  std::int64_t step = 0;
  double total = 0;
  const auto add = [&](std::string_view field, std::string_view level, Value one, Value other, double weight) {
    total += weight;
    weights.rows.push_back({++step, std::string(field), level.empty() ? Value() : Value(std::string(level)),
                            std::move(one), std::move(other), weight, total, identity::Probability(total)});
  };
  add("prior", "", Value(), Value(), evidence.prior);
  for (const identity::EntityBar& bar : evidence.bars) {
    const bool is_shown = context.principal().sees_personal_data || !IsPersonal(is_account, bar.field);
    const auto shown = [&](const std::string& text) { return is_shown && !text.empty() ? Value(text) : Value(); };
    Value one = shown(bar.a);
    Value other = shown(bar.b);
    if (bar.field == "company") {
      WEIR_TRY(one, NameOfCompany(bar.a, context));
      WEIR_TRY(other, NameOfCompany(bar.b, context));
    }
    add(bar.field, bar.level, std::move(one), std::move(other), bar.weight);
  }
  weights.rows.push_back(
      {++step, std::string("total"), Value(), Value(), Value(), Value(), total, identity::Probability(total)});

  WEIR_TRY(const std::vector<Value> verdict, VerdictOn(params, a, b, context));
  Table link = analysis::EmptyTable(LinkTable());
  link.rows.push_back({a.entity_id, b.entity_id, a.entity_id == b.entity_id, identity::Probability(total), verdict[0],
                       verdict[1], verdict[2]});
  Table records = analysis::EmptyTable(RecordsTable());
  for (const auto& [name, side] : {std::pair("a", &a), std::pair("b", &b)}) {
    for (const std::vector<Value>& row : side->rows) {
      std::vector<Value> cells{std::string(name)};
      cells.insert(cells.end(), row.begin(), row.end());
      records.rows.push_back(std::move(cells));
    }
  }
  Output output;
  output.tables.push_back(std::move(link));
  output.tables.push_back(std::move(weights));
  output.tables.push_back(std::move(records));
  return output;
}

struct TrailParams {
  std::string entity;
  std::string id;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"What kind of record", "Какая это запись"},
                 .allowed = {"account", "person", "member"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "id",
                 .help = {"Our id, one that it had before, or a record as source:id",
                          "Наш идентификатор, в том числе прежний, или запись как источник:id"},
                 .required = true,
                 .positional = true},
                id);
  }
};

// Our id that is meant, of what may be seen.
Result<std::string> MeantBy(const TrailParams& params, Context& context) {
  const std::array<Value, 5> values{params.id, params.id, params.entity, params.entity, params.id};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          fmt::format("SELECT id FROM (SELECT {0}_id AS id, 0 AS place FROM scoped.{0} WHERE {0}_id = ? UNION ALL "
                      "SELECT e.{0}_id, a.rank FROM scoped.record_alias AS a JOIN scoped.{0} AS e ON e.{0}_id = "
                      "a.entity_id WHERE a.alias_id = ? AND a.entity = ? AND a.rank < 3) WHERE ? <> '' AND ? <> '' "
                      "ORDER BY place NULLS LAST, id NULLS LAST LIMIT 1",
                      params.entity),
          values));
  if (rows.size() == 0) return Fail(NotFound("there is no record '{}'", params.id).Field("id"));
  return rows.TextAt(0, 0);
}

Result<Output> RunTrail(const TrailParams& params, Context& context) {
  WEIR_TRY(const std::string id, MeantBy(params, context));
  const std::array<Value, 3> values{params.entity, id, id};
  WEIR_TRY(
      const store::Rows moves,
      context.session().Query(
          "SELECT m.data_version, v.committed_at, m.from_id, m.to_id, m.source, m.source_key, m.decided_by, m.reason, "
          "v.kind FROM scoped.identity_move AS m LEFT JOIN scoped.data_moment AS v ON v.data_version = "
          "m.data_version WHERE m.entity = ? AND (m.from_id = ? OR m.to_id = ?) ORDER BY m.data_version NULLS "
          "LAST, m.from_id NULLS FIRST, m.to_id NULLS LAST, m.decided_by <> 'rule' DESC, m.source NULLS LAST, "
          "m.source_key NULLS LAST",
          values));
  Table trail = analysis::EmptyTable(TrailTable());
  for (std::size_t begin = 0; begin < moves.size();) {
    const auto same = [&](std::size_t row) {
      return std::ranges::all_of(std::array<std::size_t, 3>{0, 2, 3}, [&](std::size_t column) {
        return moves.rows[row][column] == moves.rows[begin][column];
      });
    };
    nlohmann::json records = nlohmann::json::array();
    std::size_t end = begin;
    for (; end < moves.size() && same(end); ++end) records.push_back(moves.TextAt(end, 4) + ":" + moves.TextAt(end, 5));
    const std::vector<Value>& first = moves.rows[begin];
    const bool is_new = store::IsNull(first[2]);
    const bool has_left = !is_new && moves.TextAt(begin, 2) == id;
    trail.rows.push_back({static_cast<std::int64_t>(trail.rows.size() + 1), first[0], first[1],
                          std::string(is_new     ? "added"
                                      : has_left ? "left"
                                                 : "taken_in"),
                          has_left ? first[3] : first[2], records.dump(), first[6], first[7], first[8]});
    begin = end;
  }
  Table ids = analysis::EmptyTable(IdsTable());
  ids.rows.push_back({id, true});
  const std::array<Value, 3> of{params.entity, id, id};
  WEIR_TRY(
      const store::Rows aliases,
      context.session().Query("SELECT DISTINCT alias_id FROM scoped.record_alias WHERE entity = ? AND entity_id = ? "
                              "AND rank = 1 AND alias_id <> ? ORDER BY 1 NULLS LAST",
                              of));
  for (std::size_t i = 0; i < aliases.size(); ++i) ids.rows.push_back({aliases.TextAt(i, 0), false});
  Output output;
  output.tables.push_back(std::move(trail));
  output.tables.push_back(std::move(ids));
  return output;
}

}  // namespace

std::vector<analysis::Analysis> IdentityAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<ExplainParams>(
      {.id = "identity.explain",
       .title = {"Why two records are one, or are not", "Почему две записи — одна или разные"},
       .help =
           {"Two records or entities field by field: what each says, how far it agrees and what that weighs, from the "
            "odds of any two to the probability; what people said of them; why each record belongs where it does",
            "Две записи или карточки поле за полем: что в каждой, насколько совпадает и сколько это весит — от шансов "
            "любых двух до вероятности; что о них решили люди; почему каждая запись отнесена туда, где она есть"},
       .tables = {LinkTable(), WeightsTable(), RecordsTable()},
       .is_cacheable = false},
      &RunExplain));
  all.push_back(analysis::Declare<TrailParams>(
      {.id = "identity.trail",
       .title = {"What was put together and parted", "Что объединяли и разделяли"},
       .help =
           {"Of a company, a person or a colleague: which records came, from where and when, by whom or what, and "
            "which "
            "left; the ids that mean it",
            "О компании, человеке или коллеге: какие записи пришли, откуда и когда, по чьему решению, и какие ушли; "
            "идентификаторы, которые их означают"},
       .tables = {TrailTable(), IdsTable()},
       .is_cacheable = false},
      &RunTrail));
  return all;
}

}  // namespace weir::workspace
