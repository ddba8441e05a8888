#include <algorithm>
#include <tuple>

#include <toml++/toml.h>

#include "leaks/rule.h"
#include "leaks/step.h"
#include "metrics/rule_reader.h"
#include "metrics/table_reader.h"

namespace weir::leaks {
namespace {

using metrics::TableReader;

const std::vector<std::string>& Departments() {
  static const std::vector<std::string> kAll{"marketing", "sales", "success", "finance", "operations"};
  return kAll;
}

Status ReadCases(TableReader& reader, Rule& rule) {
  WEIR_TRY(const toml::table* table, reader.TableOr("cases"));
  if (table == nullptr) return {};
  TableReader cases(*table, reader.path());
  WEIR_TRY(rule.cases_sql, metrics::ReadSelect(cases));
  WEIR_TRY(rule.are_strata_overlapping, cases.BooleanOr("overlapping", false));
  if (rule.is_certain) {
    return Fail(cases.At(BadInput("a rule whose money is certain learns nothing from cases"), "sql")
                    .Mend("Remove [cases], or write certainty = \"probable\""));
  }
  return cases.Finish();
}

Status ReadRecovery(TableReader& reader, Rule& rule) {
  if (reader.Find("recovery") == nullptr) return {};
  WEIR_TRY(rule.recovery, reader.Integer("recovery"));
  constexpr std::int64_t kAll = 100;
  if (rule.recovery >= 0 && rule.recovery <= kAll) return {};
  return Fail(reader.At(BadInput("'recovery' is not a percentage"), "recovery").Mend("Write a number from 0 to 100"));
}

Status ReadWatch(TableReader& reader, Rule& rule) {
  WEIR_TRY(rule.watch, reader.TextsOr("watch"));
  std::vector<std::string> known;
  for (const Step& step : BuiltInSteps()) known.push_back(step.id);
  for (const std::string& name : rule.watch) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return Fail(
        reader.At(BadInput("there is no step '{}'", name), "watch").Mend("Known are {}", fmt::join(known, ", ")));
  }
  return {};
}

// A name that FillIn does not know is found when the rule is read, not when it is first asked.
Status CheckNames(const TableReader& reader, const Rule& rule) {
  const auto check = [&](const std::string& sql, std::string_view field) -> Status {
    if (auto filled = FillIn(sql, rule, {}, {}); !filled) return Fail(reader.At(std::move(filled).error(), field));
    return {};
  };
  WEIR_TRY(check(rule.sql, "sql"));
  WEIR_TRY(check(rule.cases_sql, "cases"));
  for (const Requirement& requirement : rule.requirements) WEIR_TRY(check(requirement.sql, "requires"));
  return {};
}

Result<Rule> ReadRule(const DefinitionFile& file) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  Rule rule{.id = std::filesystem::path(file.path).stem().string(), .source_file = file.path, .is_own = file.is_own};
  WEIR_TRY(rule.version, reader.Integer("version"));
  WEIR_TRY(rule.position, reader.Integer("position"));
  WEIR_TRY(rule.title, reader.BothLanguages("title"));
  WEIR_TRY(rule.meaning, reader.BothLanguages("meaning"));
  WEIR_TRY(rule.fix, reader.BothLanguages("fix"));
  WEIR_TRY(rule.formula, reader.BothLanguages("formula"));
  WEIR_TRY(const std::size_t department, reader.OneOf("department", Departments()));
  rule.department = Departments()[department];
  WEIR_TRY(const std::size_t certainty, reader.OneOf("certainty", {"certain", "probable"}));
  rule.is_certain = certainty == 0;
  WEIR_TRY(rule.learns, reader.BooleanOr("learns", false));
  WEIR_TRY(rule.entity, reader.Text("entity"));
  WEIR_TRY(rule.detail, reader.BothLanguages("detail"));
  WEIR_TRY(rule.left_out, reader.BothLanguagesOr("left_out"));
  WEIR_TRY(rule.sql, metrics::ReadSelect(reader));
  WEIR_TRY(rule.agreement, reader.TextOr("agreement", ""));
  WEIR_TRY(ReadWatch(reader, rule));
  WEIR_TRY(ReadRecovery(reader, rule));
  WEIR_TRY(ReadCases(reader, rule));
  WEIR_TRY(rule.parameters, metrics::ReadParameters(reader));
  WEIR_TRY(rule.requirements, metrics::ReadRequirements(reader));
  WEIR_TRY(reader.Finish());
  WEIR_TRY(CheckNames(reader, rule));
  return rule;
}

}  // namespace

Result<std::vector<Rule>> LoadRules(std::span<const DefinitionFile> files) {
  std::vector<Rule> rules;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(Rule rule, ReadRule(file));
    const auto known = std::ranges::find(rules, rule.id, &Rule::id);
    if (known == rules.end()) {
      rules.push_back(std::move(rule));
    } else if (file.is_own && rule.version > known->version) {
      *known = std::move(rule);
    } else {
      return Fail(BadInput("rule '{}' stands in {} already, as version {}", rule.id, known->source_file, known->version)
                      .At(file.path)
                      .Mend("Give it a higher version to replace that one, or another name"));
    }
  }
  std::ranges::sort(
      rules, [](const Rule& a, const Rule& b) { return std::tie(a.position, a.id) < std::tie(b.position, b.id); });
  return rules;
}

}  // namespace weir::leaks
