#include "workspace/correction_actions.h"

#include <algorithm>
#include <array>
#include <span>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/build.h"
#include "model/field_rules.h"
#include "model/records.h"
#include "sources/corrections.h"
#include "workspace/actions.h"
#include "workspace/people_actions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;
using store::Value;

constexpr std::size_t kLongestValue = 1000;  // bytes

struct CorrectableField {
  std::string_view entity;
  std::string_view field;   // as the page of the record names it
  std::string_view column;  // of the record table
  bool is_needed = false;   // no record is without it, so that it is not emptied
};

constexpr std::array<CorrectableField, 49> kFields{{
    {"account", "name", "name", true},
    {"account", "legal_name", "legal_name"},
    {"account", "domain", "domain"},
    {"account", "website", "website"},
    {"account", "email", "email"},
    {"account", "phone", "phone"},
    {"account", "tax_id", "tax_id"},
    {"account", "country", "country"},
    {"account", "region", "region"},
    {"account", "city", "city"},
    {"account", "industry", "industry"},
    {"account", "employees", "employees"},
    {"account", "annual_revenue", "annual_revenue"},
    {"account", "segment", "segment"},
    {"account", "type", "type"},
    {"account", "owner", "owner_key", true},
    {"person", "full_name", "full_name", true},
    {"person", "first_name", "first_name", true},
    {"person", "last_name", "last_name", true},
    {"person", "title", "title"},
    {"person", "email", "email"},
    {"person", "phone", "phone"},
    {"person", "mobile", "mobile"},
    {"person", "country", "country"},
    {"person", "city", "city"},
    {"person", "owner", "owner_key", true},
    {"deal", "name", "name", true},
    {"deal", "stage", "stage", true},
    {"deal", "amount", "amount"},
    {"deal", "close_date", "close_date"},
    {"deal", "type", "type"},
    {"deal", "lead_source", "lead_source"},
    {"deal", "next_step", "next_step"},
    {"deal", "loss_reason", "loss_reason"},
    {"deal", "owner", "owner_key", true},
    {"lead", "full_name", "full_name", true},
    {"lead", "first_name", "first_name", true},
    {"lead", "last_name", "last_name", true},
    {"lead", "email", "email"},
    {"lead", "phone", "phone"},
    {"lead", "company", "company"},
    {"lead", "title", "title"},
    {"lead", "country", "country"},
    {"lead", "industry", "industry"},
    {"lead", "employees", "employees"},
    {"lead", "lead_source", "source"},
    {"lead", "medium", "medium"},
    {"lead", "status", "status", true},
    {"lead", "owner", "owner_key", true},
}};

struct CorrectParams {
  std::string entity;
  std::string id;
  std::string field;
  std::string value;
  bool empty = false;
  std::string source;
  void Describe(ParamVisitor& visitor) {
    std::vector<std::string> names;
    for (const CorrectableField& one : kFields) {
      if (std::ranges::find(names, one.field) == names.end()) names.emplace_back(one.field);
    }
    visitor.Add({.name = "entity",
                 .help = {"What kind of record", "Какая это запись"},
                 .allowed = {"account", "person", "deal", "lead"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "id",
                 .help = {"Id of the record: ours, or of a source", "Идентификатор записи: наш или из источника"},
                 .required = true,
                 .positional = true},
                id);
    visitor.Add({.name = "field",
                 .help = {"Which field", "Какое поле"},
                 .allowed = names,
                 .required = true,
                 .positional = true},
                field);
    visitor.Add({.name = "value",
                 .help = {"What it should say: a stage by its name, an owner by id, e-mail or name",
                          "Что в нём должно быть: этап — по названию, ответственный — по id, почте или имени"}},
                value);
    visitor.Add({.name = "empty",
                 .help = {"Take the value away, in place of a new one: the field is to be empty",
                          "Убрать значение, а не заменить: поле должно быть пустым"}},
                empty);
    visitor.Add({.name = "source",
                 .help = {"Whose record is corrected; without it the one whose word counts most",
                          "В чьей записи исправить; без указания — в той, чьё слово важнее"}},
                source);
  }
};

// A record of one source, as it stands in its newest observation.
struct SourceRecord {
  std::string source;
  std::string object;
  std::string row_key;
  std::int64_t emit = 0;
  std::string record_key;
  std::int64_t observation = 0;
};

// Those of the entity, first whose word counts most. What knows a company or a person by name alone is the mention of
// it in another record, and a state of a history is past.
Result<std::vector<SourceRecord>> RecordsOf(store::Connection& connection, const CorrectParams& params,
                                            const model::FieldRules& rules, std::string_view column) {
  const bool is_own_record = params.entity == "deal" || params.entity == "lead";
  const std::string_view name = params.entity == "account" ? "r.name" : "r.full_name";
  const model::FieldRule* rule = is_own_record ? nullptr : rules.Find(*model::FindRecordTable(params.entity), column);
  const std::string sql = fmt::format(
      R"(SELECT source, object, row_key, emit, record_key, observation FROM (
  SELECT r._source AS source, r._object AS object, r._key AS row_key, r._emit AS emit, r.key AS record_key,
    r._obs AS observation, {4} AS rank, r._observed_at AS observed_at, coalesce(r._deleted, FALSE) AS is_gone,
    row_number() OVER (PARTITION BY r._source, r._object, r._key, r._emit ORDER BY r._observed_at DESC, r._obs DESC) AS place
  FROM rec.{0} AS r {1} LEFT JOIN model.source_rank AS k ON k.source = r._source
  WHERE {2} AND NOT is_correction(r._obs) AND r._since IS NULL {3}) AS newest
WHERE place = 1 AND NOT is_gone AND (? = '' OR source = ?)
ORDER BY rank, observed_at DESC, source, object, row_key, emit)",
      params.entity,
      is_own_record
          ? ""
          : fmt::format("JOIN model.identity_link AS l ON l.entity = '{}' AND l.source = r._source AND l.source_key "
                        "= r.key",
                        params.entity),
      is_own_record ? "r._source || ':' || r.key = ?" : "l.entity_id = ?",
      is_own_record ? "" : fmt::format("AND r.key IS DISTINCT FROM name_key({})", name),
      model::RankBy(rule, "r._source", "coalesce(k.rank, 9)"));
  const std::array<Value, 3> values{params.id, params.source, params.source};
  WEIR_TRY(const store::Rows rows, connection.Query(sql, values));
  std::vector<SourceRecord> records;
  records.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    records.push_back({.source = rows.TextAt(i, 0),
                       .object = rows.TextAt(i, 1),
                       .row_key = rows.TextAt(i, 2),
                       .emit = rows.IntegerAt(i, 3),
                       .record_key = rows.TextAt(i, 4),
                       .observation = rows.IntegerAt(i, 5)});
  }
  return records;
}

// The words for what is meant, and what people call it.
struct Meant {
  std::vector<std::string> words;
  std::vector<std::string> wanted;
  std::string shown;
};

Result<Meant> MeantOwner(store::Connection& connection, const std::string& written, const std::string& source) {
  WEIR_TRY(const people::Directory directory, ReadDirectory(connection));
  WEIR_TRY(const people::Member* member, directory.Find(written));
  const std::array<Value, 2> values{member->id, source};
  WEIR_TRY(
      const store::Rows rows,
      connection.Query("SELECT DISTINCT source_key FROM model.identity_link WHERE entity = 'member' AND entity_id = "
                       "? AND source = ? ORDER BY 1",
                       values));
  Meant meant{.words = {}, .wanted = {}, .shown = member->name};
  for (std::size_t i = 0; i < rows.size(); ++i) meant.wanted.push_back(rows.TextAt(i, 0));
  if (meant.wanted.empty()) {
    return Fail(Conflict("{} does not know {}", source, member->name)
                    .Field("value")
                    .Mend("Name somebody who works in that system"));
  }
  // Where a column holds names, the name as people write it rather than the key made of it.
  meant.words = {member->name};
  meant.words.insert(meant.words.end(), meant.wanted.begin(), meant.wanted.end());
  return meant;
}

Result<Meant> MeantStage(store::Connection& connection, const std::string& written, const CorrectParams& params,
                         const std::string& source) {
  const std::array<Value, 2> values{source, params.id};
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT stage_key, coalesce(stage, stage_key) FROM model.stage WHERE "
                            "source = ? AND pipeline_key = (SELECT max(pipeline_key) FROM "
                            "model.deal WHERE deal_id = ?) ORDER BY position, stage_key",
                            values));
  if (rows.rows.empty()) return Meant{.words = {written}, .wanted = {}, .shown = written};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string key = rows.TextAt(i, 0);
    const std::string name = rows.TextAt(i, 1);
    if (FoldCase(key) == FoldCase(written) || FoldCase(name) == FoldCase(written)) {
      return Meant{.words = {key, name}, .wanted = {key}, .shown = name};
    }
    names.push_back(name);
  }
  return Fail(BadUsage("this pipeline has no stage '{}'", written)
                  .Field("value")
                  .Mend("Use one of {}", fmt::to_string(fmt::join(names, ", "))));
}

Result<Meant> MeaningOf(store::Connection& connection, const CorrectParams& params, const std::string& source) {
  const std::string written(TrimBlanks(params.value));
  if (params.field == "owner") return MeantOwner(connection, written, source);
  if (params.field == "stage") return MeantStage(connection, written, params, source);
  return Meant{.words = {written}, .wanted = {}, .shown = written};
}

Result<Instant> MomentOf(store::Connection& connection, Instant now) {
  WEIR_TRY(const Value newest, connection.QueryValue("SELECT newest FROM meta.built"));
  const auto* moment = std::get_if<Instant>(&newest);
  return moment == nullptr ? now : Instant{std::min(moment->micros, now.micros)};
}

Status CheckText(const CorrectParams& params, const CorrectionSetup& setup) {
  const std::string value(TrimBlanks(params.value));
  const bool has_control = std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (value.empty() != params.empty) {
    return Fail(BadUsage("a correction says either a new value or that the field is to be empty")
                    .Field("value")
                    .Mend("Give one of the two: value, or empty"));
  }
  if (value.size() > kLongestValue || has_control || !IsValidUtf8(value)) {
    return Fail(BadUsage("a value is one line of at most {} bytes", kLongestValue).Field("value"));
  }
  if (TrimBlanks(setup.reason).empty()) {
    return Fail(BadUsage("a correction needs a reason").Field("reason").Mend("Say how you know it"));
  }
  return {};
}

constexpr std::array<std::string_view, 2> kNameParts{"first_name", "last_name"};

Value OrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

}  // namespace

analysis::Action CorrectAction() {
  analysis::Info info;
  info.id = std::string(kCorrect);
  info.title = {"Correct a record", "Исправить запись"};
  info.help = {"One field of one record, until its source says the same or something newer; a reason is needed",
               "Одно поле одной записи — пока источник не скажет то же или что-то новое; нужна причина"};
  info.right = "decide";
  info.tables = {DecisionTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<CorrectParams>(), .inverse = {}};
}

Result<RawParams> WithRecord(engine::Engine& engine, const RawParams& params, const analysis::Principal& principal,
                             std::stop_token stop) {
  WEIR_TRY(const CorrectParams given, analysis::Bind<CorrectParams>(params));
  engine::Question question;
  question.id = "customers." + given.entity;
  question.is_own = true;
  question.params["id"] = {given.id};
  WEIR_TRY(const engine::Answer answer, engine.Ask(question, principal, {}, stop));
  RawParams with = params;
  with["id"] = {store::ToText(answer.output.tables.front().rows.at(0).at(0))};
  return with;
}

Result<Effect> CorrectRecord(store::Connection& connection, const RawParams& raw, const CorrectionSetup& setup) {
  WEIR_TRY(const CorrectParams params, analysis::Bind<CorrectParams>(raw));
  WEIR_TRY(CheckText(params, setup));
  const auto field = std::ranges::find_if(
      kFields, [&](const CorrectableField& one) { return one.entity == params.entity && one.field == params.field; });
  if (field == kFields.end()) {
    return Fail(BadUsage("'{}' of this kind of record is not corrected", params.field).Field("field"));
  }
  if (params.empty && field->is_needed) {
    return Fail(BadUsage("'{}' is not emptied: no record is without it", params.field).Field("field"));
  }
  WEIR_TRY(const analysis::Settings settings, ReadSettings(connection, setup.version));
  WEIR_TRY(model::SetVariables(connection, settings));
  WEIR_TRY(const SettingValues values, ValuesAt(connection, setup.version));
  WEIR_TRY(const std::vector<SourceRecord> records, RecordsOf(connection, params, FieldRulesOf(values), field->column));
  std::optional<Error> refused;
  for (const SourceRecord& record : records) {
    const sources::Mapping* mapping = setup.mappings.Find(record.source, record.object);
    const auto emit = static_cast<std::size_t>(record.emit);
    if (mapping == nullptr || emit >= mapping->emits.size()) continue;
    const auto& set = mapping->emits[emit].set;
    if (std::ranges::find(set, field->column, &std::pair<std::string, std::string>::first) == set.end()) continue;
    if (params.field == "full_name") {
      WEIR_TRY(const bool has_parts, sources::HasOwnColumn(connection, *mapping, emit, kNameParts));
      if (has_parts) {
        if (!refused) {
          refused = Conflict("{} keeps the name in parts", record.source)
                        .Field("field")
                        .Mend("Correct first_name and last_name");
        }
        if (record.source != records.front().source) break;
        continue;
      }
    }
    WEIR_TRY(const Meant meant, MeaningOf(connection, params, record.source));
    auto cell = sources::FindCell(connection, *mapping,
                                  {.emit = emit,
                                   .record_column = std::string(field->column),
                                   .observation = record.observation,
                                   .words = meant.words,
                                   .wanted = meant.wanted,
                                   .region = settings.default_region,
                                   .is_emptied = params.empty});
    if (!cell) {
      // Another object of the same source may hold the field; a source that counts for less would change nothing.
      if (!refused) refused = cell.error();
      if (record.source != records.front().source) break;
      continue;
    }
    if (cell->told.value_or("") == cell->value) {
      return Fail(BadUsage("{} says so already", record.source).Field("value"));
    }
    WEIR_TRY(const Instant moment, MomentOf(connection, setup.now));
    const std::array<Value, 16> row{params.entity,
                                    params.field,
                                    record.source,
                                    record.object,
                                    record.row_key,
                                    record.record_key,
                                    cell->column,
                                    cell->told ? Value(*cell->told) : Value(),
                                    cell->value,
                                    meant.shown,
                                    OrNull(cell->header),
                                    OrNull(cell->key_header),
                                    OrNull(cell->cell),
                                    OrNull(cell->obstacle),
                                    moment,
                                    setup.version};
    WEIR_TRY(
        connection.Execute("INSERT INTO meta.correction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row));
    return Effect{.kind = "correction",
                  .subject = params.entity + ":" + params.id,
                  .before = {{params.field, cell->told ? json(*cell->told) : json(nullptr)}},
                  .after = {{params.field, params.empty ? json(nullptr) : json(meant.shown)},
                            {"source", record.source},
                            {"record", record.row_key}}};
  }
  if (refused) return Fail(*refused);
  return Fail(NotFound("no record of this source tells the field '{}'", params.field).Field("field"));
}

Result<Effect> UndoCorrection(store::Connection& connection, const DecisionRow& decision, std::int64_t version) {
  const std::array<Value, 2> row{decision.data_version, version};
  WEIR_TRY(connection.Execute("INSERT INTO meta.correction_undo VALUES (?, ?)", row));
  return Effect{.kind = "correction",
                .subject = decision.subject,
                .before = json::parse(decision.after),
                .after = json::parse(decision.before),
                .undoes = decision.id};
}

}  // namespace weir::workspace
