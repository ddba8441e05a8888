#include <algorithm>
#include <tuple>

#include <toml++/toml.h>

#include "leaks/rule.h"
#include "leaks/step.h"
#include "metrics/table_reader.h"

namespace weir::leaks {
namespace {

using metrics::TableReader;

const std::vector<std::string>& Departments() {
  static const std::vector<std::string> kAll{"marketing", "sales", "success", "finance", "operations"};
  return kAll;
}

Result<std::string> ReadSelect(TableReader& reader) {
  WEIR_TRY(std::string sql, reader.Text("sql"));
  if (auto status = metrics::CheckReads(sql); !status) return Fail(reader.At(std::move(status).error(), "sql"));
  return sql;
}

Status ReadParameters(TableReader& reader, Rule& rule) {
  WEIR_TRY(const toml::table* table, reader.TableOr("parameters"));
  if (table == nullptr) return {};
  for (const auto& [name, node] : *table) {
    if (!node.is_integer()) {
      return Fail(reader.At(BadInput("parameter '{}' is not a whole number", name.str()), node)
                      .Mend("Write: {} = 30", name.str()));
    }
    rule.parameters[std::string(name.str())] = **node.as_integer();
  }
  return {};
}

Status ReadRequirements(TableReader& reader, Rule& rule) {
  const toml::node* node = reader.Find("requires");
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  const Phrase form = MakePhrase("Write [[requires]] with sql = \"SELECT ... AS is_met\" and missing = {{ en, ru }}");
  if (array == nullptr) return Fail(reader.At(BadInput("'requires' is not a list of tables"), "requires").Mend(form));
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("a requirement is not a table"), item).Mend(form));
    TableReader one(*item.as_table(), reader.path());
    Requirement requirement;
    WEIR_TRY(requirement.sql, ReadSelect(one));
    WEIR_TRY(requirement.missing, one.BothLanguages("missing"));
    WEIR_TRY(one.Finish());
    rule.requirements.push_back(std::move(requirement));
  }
  return {};
}

Status ReadCases(TableReader& reader, Rule& rule) {
  WEIR_TRY(const toml::table* table, reader.TableOr("cases"));
  if (table == nullptr) return {};
  TableReader cases(*table, reader.path());
  WEIR_TRY(rule.cases_sql, ReadSelect(cases));
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
  WEIR_TRY(rule.sql, ReadSelect(reader));
  WEIR_TRY(rule.agreement, reader.TextOr("agreement", ""));
  WEIR_TRY(ReadWatch(reader, rule));
  WEIR_TRY(ReadRecovery(reader, rule));
  WEIR_TRY(ReadCases(reader, rule));
  WEIR_TRY(ReadParameters(reader, rule));
  WEIR_TRY(ReadRequirements(reader, rule));
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
