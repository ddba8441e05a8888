#include "explore/output_units.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "explore/tree.h"

namespace weir::explore {
namespace {

using analysis::ColumnType;
using nlohmann::json;

// Nothing stands for a name that two columns share with different units.
using Measures = std::map<std::string, std::optional<Measure>, std::less<>>;

constexpr std::array<std::string_view, 14> kKeepsUnit{"sum",       "min",           "max",  "avg",   "median",
                                                      "mode",      "first",         "last", "round", "floor",
                                                      "any_value", "quantile_cont", "lag",  "lead"};
constexpr std::array<std::string_view, 5> kCounts{"count", "count_star", "row_number", "rank", "dense_rank"};

void Put(Measures& measures, const std::string& name, const std::optional<Measure>& measure) {
  const auto [at, is_new] = measures.try_emplace(name, measure);
  if (!is_new && at->second != measure) at->second.reset();
}

Measures MeasuresOf(const std::vector<const View*>& reads) {
  Measures measures;
  for (const View* view : reads) {
    for (const analysis::Column& column : view->columns) {
      Put(measures, Lowered(column.name), Measure{column.type, column.unit});
    }
  }
  return measures;
}

std::optional<Measure> MeasureOf(const json& node, const Measures& known, int depth = 0) {
  constexpr int kDeepest = 20;
  const std::string kind = TextOf(node, "class");
  if (depth > kDeepest) return std::nullopt;
  if (kind == "COLUMN_REF") {
    const json& names = Member(node, "column_names");
    if (!names.is_array() || names.empty() || !names.back().is_string()) return std::nullopt;
    const auto found = known.find(Lowered(names.back().get<std::string>()));
    return found == known.end() ? std::nullopt : found->second;
  }
  if (kind == "CAST") return MeasureOf(Member(node, "child"), known, depth + 1);
  if (kind != "FUNCTION" && kind != "WINDOW") return std::nullopt;
  const std::string name = TextOf(node, "function_name");
  if (std::ranges::find(kCounts, name) != kCounts.end()) return Measure{ColumnType::kInteger, "count"};
  const json& children = Member(node, "children");
  if (!children.is_array() || children.empty()) return std::nullopt;
  if (std::ranges::find(kKeepsUnit, name) == kKeepsUnit.end()) return std::nullopt;
  return MeasureOf(children[0], known, depth + 1);
}

// Names that the parts of the query give, so that the outer ones may use them.
void Collect(const json& node, Measures& known, int depth = 0) {
  constexpr int kDeepest = 2000;
  if (depth > kDeepest) return;
  for (const json& child : node) {
    if (child.is_structured()) Collect(child, known, depth + 1);
  }
  if (!node.is_object() || !node.contains("select_list")) return;
  for (const json& item : node["select_list"]) {
    const std::string alias = Lowered(TextOf(item, "alias"));
    if (alias.empty()) continue;
    const auto measure = MeasureOf(item, known);
    if (measure || known.contains(alias)) Put(known, alias, measure);
  }
}

}  // namespace

Outputs OutputsOf(const json& root, const std::vector<const View*>& reads) {
  Measures known = MeasuresOf(reads);
  Collect(root, known);
  Outputs outputs;
  for (const auto& [name, measure] : known) {
    if (measure && !measure->unit.empty()) outputs.by_name.emplace(name, *measure);
  }
  const json& items = Member(root, "select_list");
  const auto is_star = [](const json& item) { return TextOf(item, "class") == "STAR"; };
  if (!items.is_array() || std::ranges::any_of(items, is_star)) return outputs;
  for (const json& item : items) outputs.by_position.push_back(MeasureOf(item, known));
  return outputs;
}

}  // namespace weir::explore
