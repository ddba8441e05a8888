#include <algorithm>
#include <filesystem>
#include <tuple>

#include <toml++/toml.h>

#include "hygiene/quality_rule.h"
#include "metrics/rule_reader.h"
#include "metrics/table_reader.h"

namespace weir::hygiene {
namespace {

using metrics::TableReader;

// A name that FillIn does not know is found when the rule is read, not when it is first asked.
Status CheckNames(const TableReader& reader, const QualityRule& rule) {
  const auto check = [&](const std::string& sql, std::string_view field) -> Status {
    if (auto filled = metrics::FillIn(sql, rule.parameters, {}, {}); !filled) {
      return Fail(reader.At(std::move(filled).error(), field));
    }
    return {};
  };
  WEIR_TRY(check(rule.sql, "sql"));
  for (const metrics::Requirement& requirement : rule.requirements) WEIR_TRY(check(requirement.sql, "requires"));
  return {};
}

Result<QualityRule> ReadRule(const DefinitionFile& file) {
  static const std::vector<std::string> kNames(kDimensions.begin(), kDimensions.end());
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  QualityRule rule{
      .id = std::filesystem::path(file.path).stem().string(), .source_file = file.path, .is_own = file.is_own};
  WEIR_TRY(rule.version, reader.Integer("version"));
  WEIR_TRY(rule.position, reader.Integer("position"));
  WEIR_TRY(const std::size_t dimension, reader.OneOf("dimension", kNames));
  rule.dimension = kNames[dimension];
  WEIR_TRY(rule.entity, reader.Text("entity"));
  WEIR_TRY(rule.field, reader.TextOr("field", ""));
  if (reader.Find("repair") != nullptr) {
    WEIR_TRY(const std::size_t repair, reader.OneOf("repair", {"column", "phone", "encoding"}));
    rule.repair = static_cast<Repair>(repair + 1);
  }
  WEIR_TRY(rule.title, reader.BothLanguages("title"));
  WEIR_TRY(rule.meaning, reader.BothLanguages("meaning"));
  WEIR_TRY(rule.fix, reader.BothLanguages("fix"));
  WEIR_TRY(rule.detail, reader.BothLanguages("detail"));
  WEIR_TRY(rule.sql, metrics::ReadSelect(reader));
  WEIR_TRY(rule.parameters, metrics::ReadParameters(reader));
  WEIR_TRY(rule.requirements, metrics::ReadRequirements(reader));
  WEIR_TRY(reader.Finish());
  WEIR_TRY(CheckNames(reader, rule));
  return rule;
}

}  // namespace

analysis::Text NameOfDimension(std::string_view dimension) {
  if (dimension == "completeness") return {"Completeness", "Полнота"};
  if (dimension == "validity") return {"Validity", "Правильность"};
  if (dimension == "freshness") return {"Freshness", "Свежесть"};
  if (dimension == "uniqueness") return {"Uniqueness", "Уникальность"};
  if (dimension == "consistency") return {"Consistency", "Согласованность"};
  return {"All rules", "Все правила"};
}

Result<std::vector<QualityRule>> LoadQualityRules(std::span<const DefinitionFile> files) {
  std::vector<QualityRule> rules;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(QualityRule rule, ReadRule(file));
    const auto known = std::ranges::find(rules, rule.id, &QualityRule::id);
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
  std::ranges::sort(rules, [](const QualityRule& a, const QualityRule& b) {
    return std::tie(a.position, a.id) < std::tie(b.position, b.id);
  });
  return rules;
}

std::span<const std::string_view> QualityColumns() {
  static constexpr std::array<std::string_view, 13> kColumns{
      "record_id", "name",    "account_id", "account", "owner_id", "owner", "team_id",
      "team",      "segment", "source",     "exposed", "is_bad",   "value"};
  return kColumns;
}

std::vector<std::string> ViewsOf(std::span<const QualityRule> rules) {
  std::vector<std::string_view> selects;
  for (const QualityRule& rule : rules) {
    selects.emplace_back(rule.sql);
    for (const metrics::Requirement& requirement : rule.requirements) selects.emplace_back(requirement.sql);
  }
  return metrics::ViewsReadBy(selects);
}

}  // namespace weir::hygiene
