#include "leaks/step.h"

#include <algorithm>
#include <filesystem>

#include <toml++/toml.h>

#include "metrics/table_reader.h"

namespace weir::leaks {
namespace {

const std::vector<std::string>& Units() {
  static const std::vector<std::string> kAll{"share", "days", "money"};
  return kAll;
}

Result<Step> ReadStep(const DefinitionFile& file) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  metrics::TableReader reader(root, file.path);
  Step step{.id = std::filesystem::path(file.path).stem().string(), .source_file = file.path};
  WEIR_TRY(step.title, reader.BothLanguages("title"));
  WEIR_TRY(step.departments, reader.TextsOr("departments"));
  WEIR_TRY(const std::size_t unit, reader.OneOf("unit", Units()));
  step.unit = Units()[unit];
  WEIR_TRY(const std::size_t better, reader.OneOf("better", {"up", "down"}));
  step.is_up_better = better == 0;
  WEIR_TRY(step.entity, reader.Text("entity"));
  if (reader.Find("ripe_days") != nullptr) {
    WEIR_TRY(step.ripe_days, reader.Integer("ripe_days"));
  }
  WEIR_TRY(step.sql, reader.Text("sql"));
  if (auto status = metrics::CheckReads(step.sql); !status) return Fail(reader.At(std::move(status).error(), "sql"));
  WEIR_TRY(reader.Finish());
  return step;
}

}  // namespace

bool Step::IsOf(const Rule& rule) const {
  if (!rule.watch.empty()) return std::ranges::find(rule.watch, id) != rule.watch.end();
  return std::ranges::find(departments, rule.department) != departments.end();
}

Result<std::vector<Step>> LoadSteps(std::span<const DefinitionFile> files) {
  std::vector<Step> steps;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(Step step, ReadStep(file));
    steps.push_back(std::move(step));
  }
  std::ranges::sort(steps, {}, &Step::id);
  return steps;
}

const std::vector<Step>& BuiltInSteps() {
  static const std::vector<Step> kSteps = [] {
    auto steps = LoadSteps(BuiltInDefinitions("steps"));
    if (!steps) throw Bug(steps.error().ToString());
    return std::move(*steps);
  }();
  return kSteps;
}

}  // namespace weir::leaks
