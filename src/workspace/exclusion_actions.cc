#include "workspace/exclusion_actions.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "exclusions/rule.h"
#include "metrics/left_out.h"
#include "workspace/actions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using exclusions::Rule;
using nlohmann::json;

constexpr std::string_view kOn = "on";
constexpr std::string_view kOff = "off";

struct SetParams {
  std::string name, entity, condition, rule, state;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "name", .help = {"How the rule is called", "Название правила"}, .positional = true}, name);
    visitor.Add({.name = "entity",
                 .help = {"Which records", "Какие записи"},
                 .allowed = {metrics::kExcludable.begin(), metrics::kExcludable.end()},
                 .positional = true},
                entity);
    visitor.Add({.name = "condition",
                 .help = {"Those that meet this, such as: name like '%Test%'",
                          "Те, что отвечают условию, например: name like '%Тест%'"},
                 .positional = true},
                condition);
    visitor.Add({.name = "rule",
                 .help = {"Which rule to change; what is not given stays as it is. None: a new one",
                          "Какое правило изменить; не указанное останется прежним. Без него — новое"}},
                rule);
    visitor.Add({.name = "state",
                 .help = {"Whether it is in force; a new one is", "Действует ли оно; новое — действует"},
                 .allowed = {std::string(kOn), std::string(kOff)}},
                state);
  }
};

struct RemoveParams {
  std::string rule;
  void Describe(ParamVisitor& visitor) {
    visitor.Add(
        {.name = "rule", .help = {"Which rule", "Какое правило"}, .allowed = {}, .required = true, .positional = true},
        rule);
  }
};

std::string SettingOf(std::string_view rule) { return fmt::format("{}{}", exclusions::kSettingPrefix, rule); }

Result<Rule> FindRule(store::Session& session, const std::string& id, std::int64_t version) {
  const std::string setting = SettingOf(id);
  WEIR_TRY(const std::optional<std::string> value, SetValueAt(session, setting, version));
  auto rule = value ? exclusions::ReadWritten(setting, *value) : std::nullopt;
  if (rule) return std::move(*rule);
  return Fail(NotFound("there is no exclusion rule {}", id).Field("rule").Mend("weir exclusions lists them"));
}

// The number after all that were ever given: a rule that was removed may come back by undo.
Result<std::string> NextId(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format("SELECT DISTINCT name FROM meta.setting WHERE starts_with(name, '{}')",
                                     exclusions::kSettingPrefix)));
  std::int64_t last = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string id = rows.TextAt(i, 0).substr(exclusions::kSettingPrefix.size());
    std::int64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    last = std::max(last, number);
  }
  return fmt::format("{}", last + 1);
}

Error Missing(std::string_view field, const Phrase& what) {
  return BadUsage("a new rule needs {}", what)
      .Field(std::string(field))
      .Mend("weir exclusions set \"Test accounts\" account \"name like '%Test%'\"");
}

// The rule as it was, with what is given in place.
Result<Rule> Changed(Rule rule, const SetParams& params) {
  const std::string_view name = TrimBlanks(params.name);
  if (!name.empty()) rule.name = name;
  if (!params.entity.empty()) rule.entity = params.entity;
  if (!params.condition.empty()) rule.condition = params.condition;
  if (!params.state.empty()) rule.is_on = params.state == kOn;
  if (rule.name.empty()) return Fail(Missing("name", MakePhrase("a name")));
  if (rule.entity.empty()) return Fail(Missing("entity", MakePhrase("the kind of its records")));
  if (TrimBlanks(rule.condition).empty()) return Fail(Missing("condition", MakePhrase("a condition")));
  return rule;
}

Effect EffectOf(const std::string& setting, const std::optional<std::string>& before,
                const std::optional<std::string>& after) {
  const auto told = [&](const std::optional<std::string>& value) {
    return json{{setting, value ? json::parse(*value) : json(nullptr)}};
  };
  return {.kind = "settings", .subject = setting, .before = told(before), .after = told(after)};
}

Result<Effect> Set(store::Connection& connection, const SetParams& params, std::int64_t version) {
  Rule known;
  std::optional<std::string> before;
  if (params.rule.empty()) {
    WEIR_TRY(known.id, NextId(connection));
  } else {
    WEIR_TRY(known, FindRule(connection, params.rule, version));
    before = exclusions::Written(known);
  }
  WEIR_TRY(const Rule rule, Changed(known, params));
  const std::string after = exclusions::Written(rule);
  if (before == after) return Fail(Conflict("rule {} says so already", rule.id).Field("rule"));
  WEIR_TRY(WriteValue(connection, SettingOf(rule.id), after, version));
  return EffectOf(SettingOf(rule.id), before, after);
}

Result<Effect> Remove(store::Connection& connection, const RemoveParams& params, std::int64_t version) {
  WEIR_TRY(const Rule rule, FindRule(connection, params.rule, version));
  WEIR_TRY(WriteValue(connection, SettingOf(rule.id), std::nullopt, version));
  return EffectOf(SettingOf(rule.id), exclusions::Written(rule), std::nullopt);
}

}  // namespace

std::vector<analysis::Action> ExclusionActions() {
  std::vector<analysis::Action> all;
  all.push_back({.info = {.id = std::string(kSetExclusion),
                          .title = {"Leave records out of every number", "Не учитывать записи в числах"},
                          .help = {"Makes an exclusion rule or changes one: records that meet the condition, and what "
                                   "goes with them, count in no number, for everybody. They stay visible.",
                                   "Создаёт или меняет правило исключения: записи, отвечающие условию, и всё, что с "
                                   "ними связано, не входят ни в одно число — для всех. Сами записи остаются видны."},
                          .right = "settings",
                          .tables = {DecisionTable()}},
                 .params = analysis::SpecsOf<SetParams>()});
  all.push_back({.info = {.id = std::string(kRemoveExclusion),
                          .title = {"Remove an exclusion rule", "Удалить правило исключения"},
                          .help = {"What it left out counts again", "То, что оно убирало, снова учитывается"},
                          .right = "settings",
                          .tables = {DecisionTable()}},
                 .params = analysis::SpecsOf<RemoveParams>()});
  return all;
}

bool IsExclusionAction(std::string_view action) { return action == kSetExclusion || action == kRemoveExclusion; }

Result<std::vector<analysis::Warning>> JudgeExclusion(engine::Engine& engine, const analysis::RawParams& raw,
                                                      const analysis::Principal& principal, std::stop_token stop) {
  WEIR_TRY(const SetParams params, analysis::Bind<SetParams>(raw));
  Rule known;
  analysis::Principal everybody = principal;
  everybody.sees_all_rows = true;
  everybody.sees_personal_data = true;
  if (!params.rule.empty()) {
    engine::Question question;
    question.id = "exclusions";
    question.is_own = true;
    WEIR_TRY(const engine::Answer answer, engine.Ask(question, everybody, {}, stop));
    const analysis::Table& rules = *answer.output.Find("rules");
    for (const auto& row : rules.rows) {
      const auto cell = [&](std::string_view column) { return store::ToText(row[rules.IndexOf(column)]); };
      if (cell("rule") != params.rule) continue;
      known = {.id = params.rule, .name = cell("name"), .entity = cell("entity"), .condition = cell("condition")};
    }
    if (known.id.empty()) return std::vector<analysis::Warning>{};  // said by the action itself
  }
  WEIR_TRY(const Rule rule, Changed(known, params));
  if (!rule.is_on && params.condition.empty()) return std::vector<analysis::Warning>{};
  engine::Question question;
  question.id = "exclusions.preview";
  question.is_own = true;
  question.params = {{"entity", {rule.entity}}, {"condition", {rule.condition}}};
  WEIR_TRY(engine::Answer answer, engine.Ask(question, everybody, {}, std::move(stop)));
  for (const analysis::Warning& warning : answer.output.warnings) {
    if (warning.code != "leaves_out_all") continue;
    return Fail(Error(Code::kConflict, warning.message).Field("condition").Mend("Narrow the condition"));
  }
  return std::move(answer.output.warnings);
}

Result<Effect> ApplyExclusion(store::Connection& connection, std::string_view action, const analysis::RawParams& raw,
                              std::int64_t version) {
  if (action == kRemoveExclusion) {
    WEIR_TRY(const RemoveParams params, analysis::Bind<RemoveParams>(raw));
    return Remove(connection, params, version);
  }
  WEIR_TRY(const SetParams params, analysis::Bind<SetParams>(raw));
  return Set(connection, params, version);
}

}  // namespace weir::workspace
