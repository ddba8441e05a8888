#include "sources/stage_plan.h"

#include <algorithm>
#include <array>
#include <set>

#include "sources/recognise.h"
#include "sources/typing.h"

namespace weir::sources {
namespace {

// Stamps that connectors write at each copy: they move although nothing else does. That a record is gone is news.
bool IsConnectorStamp(const std::string& header) { return header.starts_with("_") && header != kGoneHeader; }

std::vector<std::size_t> ColumnsOf(const Mapping& mapping, const std::vector<std::string>& names) {
  std::vector<std::size_t> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.push_back(*mapping.Find(name));
  return columns;
}

bool AreBound(const Mapping& mapping, const StagePlan& plan, const std::vector<std::size_t>& columns) {
  return !columns.empty() && std::ranges::all_of(columns, [&](std::size_t column) {
    return !plan.bindings[column].empty() || mapping.IsOptionalKey(mapping.columns[column].name);
  });
}

void AddMapped(const Mapping& mapping, const std::vector<SourceColumn>& columns, StagePlan& plan) {
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    StageColumn column;
    column.name = mapping.columns[i].name;
    column.sql_type = SqlTypeOf(mapping.columns[i].type);
    column.index = i;
    column.binding = plan.bindings[i];
    if (!column.binding.empty()) column.header = columns[column.binding.back()].header;
    const bool is_modified = std::ranges::find(mapping.modified, column.name) != mapping.modified.end();
    column.is_hashed = !(is_modified && IsConnectorStamp(column.header));
    plan.columns.push_back(std::move(column));
  }
}

void AddKept(const Mapping& mapping, const std::vector<SourceColumn>& columns, StagePlan& plan,
             std::set<std::string>& names) {
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    if (!IsContact(mapping.columns[i].type) || plan.bindings[i].empty()) continue;
    const SourceColumn& from = columns[plan.bindings[i].back()];
    StageColumn column;
    column.name = "x_" + from.name;
    if (!names.insert(column.name).second) continue;
    column.sql_type = "VARCHAR";
    column.source = StageSource::kKept;
    column.index = i;
    column.binding = plan.bindings[i];
    column.header = from.header;
    plan.columns.push_back(std::move(column));
  }
}

void AddUnmapped(const std::vector<SourceColumn>& columns, StagePlan& plan, std::set<std::string>& names) {
  std::set<std::size_t> mapped;
  for (const auto& binding : plan.bindings) mapped.insert(binding.begin(), binding.end());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (mapped.contains(i)) continue;
    StageColumn column;
    column.name = "x_" + columns[i].name;
    const auto same = std::ranges::find_if(plan.columns, [&](const StageColumn& other) {
      return other.source == StageSource::kUnmapped && other.name == column.name;
    });
    if (same != plan.columns.end()) {
      same->binding.push_back(i);
      continue;
    }
    // The rest of a contact cell has this name already.
    while (!names.insert(column.name).second) column.name += "_";
    column.sql_type = "VARCHAR";
    column.source = StageSource::kUnmapped;
    column.binding = {i};
    column.header = columns[i].header;
    column.is_hashed = !IsConnectorStamp(column.header);
    plan.columns.push_back(std::move(column));
  }
}

}  // namespace

std::string_view NameOf(KeyKind kind) {
  static constexpr std::array<std::string_view, 3> kNames{"key", "natural", "content"};
  return kNames.at(static_cast<std::size_t>(kind));
}

StagePlan PlanStage(const Mapping& mapping, const std::vector<SourceColumn>& columns) {
  StagePlan plan;
  plan.bindings = BindColumns(mapping, columns);
  std::set<std::string> names;
  AddMapped(mapping, columns, plan);
  AddKept(mapping, columns, plan, names);
  AddUnmapped(columns, plan, names);
  const std::vector<std::size_t> key = ColumnsOf(mapping, mapping.key);
  const std::vector<std::size_t> natural = ColumnsOf(mapping, mapping.natural_key);
  if (AreBound(mapping, plan, key)) {
    plan.key_kind = KeyKind::kKey;
    plan.key = key;
  } else if (AreBound(mapping, plan, natural)) {
    plan.key_kind = KeyKind::kNatural;
    plan.key = natural;
  }
  for (const std::size_t column : ColumnsOf(mapping, mapping.modified)) {
    if (!plan.bindings[column].empty()) plan.modified.push_back(column);
  }
  return plan;
}

}  // namespace weir::sources
