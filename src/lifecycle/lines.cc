#include "lifecycle/lines.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "lifecycle/vocabulary.h"
#include "metrics/table_reader.h"
#include "store/database.h"

namespace weir::lifecycle {
namespace {

using metrics::TableReader;

Phrase Form() {
  return MakePhrase("Write: [[stage]] with of = \"deal\", names = [\"...\"] and step = \"opportunity\"");
}

// One of a list of words, or nothing where the field is left out.
Result<std::string> WordOr(TableReader& reader, std::string_view field, const std::vector<std::string>& allowed) {
  if (reader.Find(field) == nullptr) return std::string();
  WEIR_TRY(const std::size_t chosen, reader.OneOf(field, allowed));
  return allowed[chosen];
}

// Every piece between stars is folded by itself.
std::string FoldedPattern(std::string_view pattern) {
  if (pattern.find('*') == std::string_view::npos) return Folded(pattern);
  std::string folded;
  for (std::size_t begin = 0; begin <= pattern.size();) {
    const std::size_t star = std::min(pattern.find('*', begin), pattern.size());
    folded += NameKey(pattern.substr(begin, star - begin));
    if (star < pattern.size()) folded += '*';
    begin = star + 1;
  }
  return folded;
}

Result<std::vector<std::string>> ReadPatterns(TableReader& reader, std::string_view field) {
  WEIR_TRY(std::vector<std::string> patterns, reader.TextsOr(field));
  for (std::string& pattern : patterns) {
    std::string folded = FoldedPattern(pattern);
    if (folded.empty()) {
      return Fail(
          reader.At(BadInput("an empty name in '{}'", field), field).Mend("Write the name as the source has it"));
    }
    pattern = std::move(folded);
  }
  if (patterns.empty() && reader.table().get(field) != nullptr) {
    return Fail(reader.At(BadInput("'{}' is empty", field), field).Mend("Name at least one, or leave the field out"));
  }
  return patterns;
}

Status CheckLine(const TableReader& reader, const Line& line) {
  const bool is_of_deals = !line.pipelines.empty() || !line.type.empty() || !line.status.empty();
  if (is_of_deals && line.kind != "deal") {
    const std::string_view field = !line.pipelines.empty() ? "pipeline" : !line.type.empty() ? "type" : "status";
    return Fail(reader.At(BadInput("only deals have a {}", field), field).Mend("Leave it out, or write of = \"deal\""));
  }
  if (line.names.empty() && !is_of_deals) {
    return Fail(reader.At(BadInput("the line would fit every {}", line.kind), "names")
                    .Mend("Name the stages: names = [\"...\"]"));
  }
  return {};
}

Result<Line> ReadLine(const toml::table& table, const DefinitionFile& file) {
  TableReader reader(table, file.path);
  Line line{.file = file.path, .line = table.source().begin.line};
  WEIR_TRY(const std::size_t kind, reader.OneOf("of", CodesOf(Kinds())));
  line.kind = Kinds()[kind].code;
  WEIR_TRY(line.source, reader.TextOr("source", ""));
  WEIR_TRY(line.pipelines, ReadPatterns(reader, "pipeline"));
  WEIR_TRY(line.type, WordOr(reader, "type", {"new", "expansion", "renewal"}));
  WEIR_TRY(line.status, WordOr(reader, "status", {"open", "won", "lost"}));
  WEIR_TRY(line.names, ReadPatterns(reader, "names"));
  WEIR_TRY(const std::size_t step, reader.OneOf("step", CodesOf(Steps())));
  line.step = Steps()[step].code;
  WEIR_TRY(line.why, reader.TextOr("why", ""));
  WEIR_TRY(reader.Finish());
  WEIR_TRY(CheckLine(reader, line));
  return line;
}

using Selector = std::tuple<std::string, std::string, std::vector<std::string>, std::string, std::string, std::string>;

// A name that an earlier line of the file decides already would never count here.
Status CheckNew(const Line& line, const toml::table& table, std::map<Selector, std::uint64_t>& known) {
  const std::vector<std::string> all{"*"};
  for (const std::string& name : line.names.empty() ? all : line.names) {
    const auto [first, is_new] =
        known.try_emplace({line.kind, line.source, line.pipelines, line.type, line.status, name}, line.line);
    if (is_new) continue;
    const toml::node* names = table.get("names");
    const toml::source_position at = (names == nullptr ? table.source() : names->source()).begin;
    return Fail((first->second == line.line ? BadInput("'{}' stands twice here", name)
                                            : BadInput("'{}' stands in line {} already", name, first->second))
                    .At(line.file, at.line, at.column)
                    .Field("names")
                    .Mend("Keep one of the two"));
  }
  return {};
}

Result<std::vector<Line>> ReadFile(const DefinitionFile& file) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  const toml::node* node = reader.Find("stage");
  WEIR_TRY(reader.Finish());
  std::vector<Line> lines;
  if (node == nullptr) return lines;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    return Fail(reader.At(BadInput("'stage' is not a list of tables"), *node).Mend(Form()));
  }
  std::map<Selector, std::uint64_t> known;
  for (const toml::node& item : *array) {
    if (!item.is_table()) {
      return Fail(reader.At(BadInput("a stage is not a table"), item).Mend(Form()));
    }
    WEIR_TRY(Line line, ReadLine(*item.as_table(), file));
    WEIR_TRY(CheckNew(line, *item.as_table(), known));
    lines.push_back(std::move(line));
  }
  return lines;
}

bool Matches(const std::string& pattern, const std::string& folded) {
  return pattern.find('*') == std::string::npos ? pattern == folded : MatchesGlob(pattern, folded);
}

bool IsAny(const std::vector<std::string>& patterns, const std::string& folded) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const auto& one) { return Matches(one, folded); });
}

}  // namespace

std::string Folded(std::string_view name) {
  std::string key = NameKey(name);
  return key.empty() ? FoldCase(FoldBlanks(name)) : key;
}

std::string DecisionName(const SourceStage& stage) {
  std::string name = fmt::format("stage:{}:{}:{}:{}", stage.kind, stage.source, store::QuoteText(stage.pipeline),
                                 store::QuoteText(stage.name));
  if (!stage.status.empty()) name += ":" + stage.status;
  if (!stage.type.empty()) name += ":" + stage.type;
  return name;
}

Result<LifecycleMap> LifecycleMap::Load(std::span<const DefinitionFile> files) {
  LifecycleMap map;
  for (const bool is_own : {true, false}) {
    for (const DefinitionFile& file : files) {
      if (file.is_own != is_own) continue;
      WEIR_TRY(std::vector<Line> lines, ReadFile(file));
      std::ranges::move(lines, std::back_inserter(map.lines_));
    }
  }
  return map;
}

const Line* LifecycleMap::Find(const SourceStage& stage) const {
  const std::string name = Folded(stage.name);
  const std::string pipeline = Folded(stage.pipeline);
  const auto line = std::ranges::find_if(lines_, [&](const Line& one) {
    return one.kind == stage.kind && (one.source.empty() || one.source == stage.source) &&
           (one.type.empty() || one.type == stage.type) && (one.status.empty() || one.status == stage.status) &&
           IsAny(one.pipelines, pipeline) && IsAny(one.names, name);
  });
  return line == lines_.end() ? nullptr : &*line;
}

}  // namespace weir::lifecycle
