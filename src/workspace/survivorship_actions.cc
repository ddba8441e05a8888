#include "workspace/survivorship_actions.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "model/field_rules.h"
#include "workspace/actions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using nlohmann::json;

struct SetParams {
  std::string entity;
  std::string field;
  std::string rule;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Of companies or of people", "О компаниях или о людях"},
                 .allowed = {"account", "person"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "field",
                 .help = {"Which field, as the page of the record names it", "Какое поле, как оно названо на странице"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                field);
    visitor.Add(
        {.name = "rule",
         .help = {"Whose word counts: sources (salesforce > hubspot), newest, longest or frequent; none: as for "
                  "all other fields",
                  "Чьё слово важнее: источники (salesforce > hubspot), newest (последнее), longest (полное) или "
                  "frequent (частое); без правила — как у остальных полей"},
         .positional = true},
        rule);
  }
};

json JsonOf(const std::optional<std::string>& value) { return value ? json(*value) : json(nullptr); }

}  // namespace

analysis::Action SurvivorshipAction() {
  return {.info = {.id = std::string(kSetSurvivorship),
                   .title = {"Settle whose word counts", "Решить, чьё слово важнее"},
                   .help = {"For one field of companies or people: which sources, the newest, the longest or the most "
                            "frequent word. The records themselves stay as they are.",
                            "Для одного поля компаний или людей: какие источники, последнее, самое полное или самое "
                            "частое значение. Сами записи остаются прежними."},
                   .right = "settings",
                   .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<SetParams>()};
}

Result<Effect> SetSurvivorship(store::Connection& connection, const analysis::RawParams& raw, std::int64_t version) {
  WEIR_TRY(const SetParams params, analysis::Bind<SetParams>(raw));
  const model::RecordTable* table = model::FindRecordTable(params.entity);
  WEIR_CHECK(table != nullptr);
  const std::string column = model::RuledColumn(*table, params.field);
  if (column.empty()) {
    return Fail(
        NotFound("{} has no field '{}' of which it could be settled whose word counts", params.entity, params.field)
            .Field("field")
            .Mend("weir hygiene survivorship lists the fields"));
  }
  std::optional<std::string> after;
  if (!TrimBlanks(params.rule).empty()) {
    WEIR_TRY(const model::FieldRule rule, model::ParseFieldRule(params.rule));
    after = model::TextOf(rule);
  }
  const std::string setting = fmt::format("{}{}.{}", model::kRuleSetting, params.entity, column);
  WEIR_TRY(const std::optional<std::string> before, SetValueAt(connection, setting, version));
  if (before == after) return Fail(Conflict("that is settled so already").Field("rule"));
  WEIR_TRY(WriteValue(connection, setting, after, version));
  return Effect{.kind = "settings",
                .subject = setting,
                .before = {{setting, JsonOf(before)}},
                .after = {{setting, JsonOf(after)}}};
}

}  // namespace weir::workspace
