#include "workspace/mend_actions.h"

#include <algorithm>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/russian.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::TextOf;
using nlohmann::json;

struct MendParams {
  std::string rule;
  std::string entity;
  std::string field;
  std::string value;
  std::string proposed;
  std::vector<std::string> records;
  std::string source;
  std::string team;
  std::int64_t limit = kMostMended;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "rule",
                 .help = {"The rule of data quality whose proposals are taken over",
                          "Правило качества данных, предложения которого принимаются"},
                 .positional = true},
                rule);
    visitor.Add({.name = "entity",
                 .help = {"In place of a rule: the kind of records whose value is another spelling",
                          "Вместо правила: вид записей, где значение написано иначе"},
                 .allowed = {"account", "person", "deal", "lead"}},
                entity);
    visitor.Add({.name = "field", .help = {"The field with that value", "Поле с этим значением"}}, field);
    visitor.Add({.name = "value", .help = {"The spelling that goes", "Написание, которое уходит"}}, value);
    visitor.Add({.name = "proposed", .help = {"The spelling that stays", "Написание, которое остаётся"}}, proposed);
    visitor.Add({.name = "records",
                 .help = {"Only these records; without it all of them", "Только эти записи; без указания — все"}},
                records);
    visitor.Add({.name = "source", .help = {"Only records of this source", "Только записи этого источника"}}, source);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "limit", .help = {"At most so many, 500 at once", "Не больше стольких, 500 за раз"}}, limit);
  }
};

analysis::TableSpec LeftTable() {
  return {
      .name = "left",
      .title = {"What was left as it is", "Что осталось как было"},
      .key = {"record_id", "field"},
      .columns = {TextOf("record_id", "Record", "Запись"), TextOf("field", "Field", "Поле"),
                  TextOf("reason_en", "Why", "Почему"), TextOf("reason_ru", "Why (Russian)", "Почему (по-русски)")}};
}

Status Check(const MendParams& params) {
  const bool is_by_value =
      !params.entity.empty() && !params.field.empty() && !params.value.empty() && !params.proposed.empty();
  if (params.rule.empty() != is_by_value) {
    return Fail(BadUsage("say a rule, or which value of which field is another spelling")
                    .Field("rule")
                    .Mend("Give the rule, or all of entity, field, value and proposed"));
  }
  if (params.limit < 1 || params.limit > kMostMended) {
    return Fail(BadUsage("a number from 1 to {} is needed", kMostMended).Field("limit"));
  }
  return {};
}

Result<std::vector<RawParams>> ProposedBy(engine::Engine& engine, const RawParams& raw,
                                          const analysis::Principal& principal, std::stop_token stop) {
  WEIR_TRY(const MendParams params, analysis::Bind<MendParams>(raw));
  WEIR_TRY(Check(params));
  engine::Question question;
  question.is_own = true;
  const bool is_by_rule = !params.rule.empty();
  question.id = is_by_rule ? "hygiene.rows" : "hygiene.holders";
  if (is_by_rule) {
    question.params = {{"rule", {params.rule}}, {"repairable", {"true"}}};
  } else {
    question.params = {{"entity", {params.entity}}, {"field", {params.field}}, {"value", {params.value}}};
  }
  if (!params.source.empty()) question.params["source"] = {params.source};
  if (!params.team.empty()) question.params["team"] = {params.team};
  WEIR_TRY(const engine::Answer answer, engine.Ask(question, principal, {}, stop));
  const analysis::Table& table = answer.output.tables.front();
  std::vector<RawParams> corrections;
  for (const auto& row : table.rows) {
    const auto text = [&](std::string_view name) { return store::ToText(row[table.IndexOf(name)]); };
    const std::string id = text("record_id");
    if (!params.records.empty() && std::ranges::find(params.records, id) == params.records.end()) continue;
    if (static_cast<std::int64_t>(corrections.size()) == params.limit) break;
    RawParams one{{"entity", {text("entity")}}, {"id", {id}}, {"field", {text("field")}}};
    const std::string proposed = is_by_rule ? text("proposed") : params.proposed;
    if (proposed.empty()) {
      one["empty"] = {"true"};
    } else {
      one["value"] = {proposed};
    }
    if (!params.source.empty()) one["source"] = {params.source};
    corrections.push_back(std::move(one));
  }
  if (corrections.empty()) {
    return Fail(NotFound("no record is known whose right value could be taken over")
                    .Field("rule")
                    .Mend("'weir hygiene rows RULE --repairable' lists them"));
  }
  return corrections;
}

}  // namespace

analysis::Action MendAction() {
  analysis::Info info;
  info.id = std::string(kMend);
  info.title = {"Take over what data quality proposes", "Принять предложения по качеству данных"};
  info.help = {
      "Corrects every record whose right value a rule knows, or that holds another spelling of a value: one "
      "decision, which can be undone; 'weir patch export' then writes it for the source",
      "Исправляет все записи, верное значение которых правило знает, или с другим написанием значения: одно "
      "решение, которое можно отменить; «weir patch export» запишет его для источника"};
  info.right = "decide";
  info.tables = {DecisionTable(), LeftTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<MendParams>(), .inverse = {}};
}

Result<std::vector<RawParams>> CorrectionsFor(engine::Engine& engine, std::string_view action, const RawParams& params,
                                              const analysis::Principal& principal, std::stop_token stop) {
  if (action == kMend) return ProposedBy(engine, params, principal, stop);
  std::vector<RawParams> corrections;
  if (action == kCorrect) {
    WEIR_TRY(RawParams one, WithRecord(engine, params, principal, stop));
    corrections.push_back(std::move(one));
  }
  return corrections;
}

Result<Effect> MendRecords(store::Connection& connection, const RawParams& raw, std::span<const RawParams> corrections,
                           const CorrectionSetup& setup) {
  WEIR_TRY(const MendParams params, analysis::Bind<MendParams>(raw));
  std::int64_t mended = 0;
  std::optional<Error> first;
  analysis::Table left = analysis::EmptyTable(LeftTable());
  json examples = json::array();
  for (const RawParams& correction : corrections) {
    auto effect = CorrectRecord(connection, correction, setup);
    if (effect) {
      constexpr std::size_t kExamples = 20;
      if (examples.size() < kExamples)
        examples.push_back({{"record", effect->subject}, {"before", effect->before}, {"after", effect->after}});
      ++mended;
      continue;
    }
    const Error& error = effect.error();
    const bool is_of_record = error.code() == Code::kBadUsage || error.code() == Code::kBadInput ||
                              error.code() == Code::kConflict || error.code() == Code::kNotFound;
    if (!is_of_record) return Fail(error);
    if (!first) first = error;
    left.rows.push_back(
        {correction.at("id").front(), correction.at("field").front(), error.Whole().text, InRussian(error.Whole())});
  }
  if (mended == 0) return Fail(*first);
  Effect effect{.kind = "correction",
                .subject = params.rule.empty() ? fmt::format("values:{}.{}", params.entity, params.field)
                                               : "quality:" + params.rule,
                .before = {{"records", mended}},
                .after = {{"records", mended}, {"left", left.rows.size()}, {"examples", std::move(examples)}}};
  effect.output.tables.push_back(std::move(left));
  return effect;
}

}  // namespace weir::workspace
