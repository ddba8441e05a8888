#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include <toml++/toml.h>

#include "diagnose/load_line.h"
#include "diagnose/sign.h"

namespace weir::diagnose {
namespace {

using metrics::TableReader;

constexpr std::string_view kPolicy = "verdict";
constexpr std::string_view kBoards = "boards";

std::string StemOf(const DefinitionFile& file) { return std::filesystem::path(file.path).stem().string(); }

// The tables of [[name]].
Result<std::vector<const toml::table*>> TablesOf(TableReader& reader, std::string_view name) {
  std::vector<const toml::table*> tables;
  const toml::node* node = reader.Find(name);
  if (node == nullptr) return tables;
  const auto wrong = [&] {
    return Fail(reader.At(BadInput("'{}' is not a list of tables", name), name).Mend("Write [[{}]] before each", name));
  };
  const toml::array* array = node->as_array();
  if (array == nullptr) return wrong();
  for (const toml::node& item : *array) {
    if (!item.is_table()) return wrong();
    tables.push_back(item.as_table());
  }
  return tables;
}

Status ReadLines(TableReader& reader, LineOf of, bool is_own, std::vector<Line>& lines) {
  WEIR_TRY(const std::vector<const toml::table*> tables, TablesOf(reader, "lines"));
  for (const toml::table* table : tables) {
    TableReader one(*table, reader.path());
    WEIR_TRY(Line line, ReadLine(one, of, is_own));
    if (std::ranges::find(lines, line.id, &Line::id) != lines.end()) {
      return Fail(one.At(BadInput("there are two lines '{}'", line.id), "id").Mend("Give one of them another id"));
    }
    lines.push_back(std::move(line));
  }
  if (!lines.empty()) return {};
  return Fail(reader.At(BadInput("there is no line"), "lines").Mend("Add [[lines]] with what is measured"));
}

Result<Sign> ReadSign(const DefinitionFile& file) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  Sign sign{.id = StemOf(file), .source_file = file.path};
  WEIR_TRY(sign.position, reader.Integer("position"));
  WEIR_TRY(const std::size_t side, reader.OneOf("side", {"salesops", "revops"}));
  sign.side = static_cast<Side>(side);
  WEIR_TRY(sign.is_profile, reader.BooleanOr("is_profile", false));
  WEIR_TRY(sign.needs_no_other, reader.BooleanOr("needs_no_other", false));
  WEIR_TRY(sign.weight, PositiveOr(reader, "weight", 1));
  WEIR_TRY(sign.title, reader.BothLanguages("title"));
  WEIR_TRY(sign.meaning, reader.BothLanguages("meaning"));
  WEIR_TRY(sign.mend, reader.BothLanguages("mend"));
  WEIR_TRY(ReadLines(reader, LineOf::kSign, file.is_own, sign.lines));
  WEIR_TRY(reader.Finish());
  return sign;
}

// A file of the workspace beside one that is built in.
Status ChangeSign(const DefinitionFile& file, Sign& sign) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  WEIR_TRY(sign.weight, PositiveOr(reader, "weight", sign.weight));
  WEIR_TRY(const std::vector<const toml::table*> tables, TablesOf(reader, "lines"));
  for (const toml::table* table : tables) {
    TableReader one(*table, file.path);
    WEIR_TRY(const std::string id, one.Text("id"));
    const auto known = std::ranges::find(sign.lines, id, &Line::id);
    if (known != sign.lines.end()) {
      WEIR_TRY(ChangeLine(one, *known));
      continue;
    }
    WEIR_TRY(Line line, ReadLine(one, LineOf::kSign, true));
    sign.lines.push_back(std::move(line));
  }
  return reader.Finish();
}

Result<Stage> ReadStage(TableReader& reader) {
  static const std::vector<std::string> kVerdicts{"salesops", "revops", "both", "not_yet"};
  Stage stage;
  WEIR_TRY(stage.id, reader.Text("id"));
  WEIR_TRY(stage.verdicts, reader.TextsOr("verdicts"));
  const bool are_known = std::ranges::all_of(stage.verdicts, [](const std::string& verdict) {
    return std::ranges::find(kVerdicts, verdict) != kVerdicts.end();
  });
  if (stage.verdicts.empty() || !are_known) {
    return Fail(reader.At(BadInput("'verdicts' is missing or names an unknown one"), "verdicts")
                    .Mend("Write one or several of: {}", fmt::join(kVerdicts, ", ")));
  }
  WEIR_TRY(stage.side, reader.TextOr("side", ""));
  WEIR_TRY(stage.title, reader.BothLanguages("title"));
  WEIR_TRY(stage.role, reader.BothLanguages("role"));
  WEIR_TRY(stage.reports_to, reader.BothLanguages("reports_to"));
  WEIR_TRY(stage.when, reader.BothLanguages("when"));
  WEIR_TRY(stage.tasks, reader.BothLanguages("tasks"));
  WEIR_TRY(stage.leaks, reader.TextsOr("leaks"));
  WEIR_TRY(stage.signs, reader.TextsOr("signs"));
  WEIR_TRY(reader.Finish());
  return stage;
}

Status ReadPolicy(const DefinitionFile& file, Policy& policy) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  WEIR_TRY(policy.need, PositiveOr(reader, "need", policy.need));
  if (policy.need >= 1) {
    return Fail(reader.At(BadInput("'need' is a score between 0 and 1"), "need").Mend("Write: need = 0.4"));
  }
  if (reader.Find("least_signs") != nullptr) {
    WEIR_TRY(policy.least_signs, reader.Integer("least_signs"));
  }
  if (reader.Find("least_of_side") != nullptr) {
    WEIR_TRY(policy.least_of_side, reader.Integer("least_of_side"));
  }
  WEIR_TRY(policy.blur, PositiveOr(reader, "blur", policy.blur));
  WEIR_TRY(const std::vector<const toml::table*> tables, TablesOf(reader, "stages"));
  if (!tables.empty()) policy.stages.clear();
  for (const toml::table* table : tables) {
    TableReader one(*table, file.path);
    WEIR_TRY(Stage stage, ReadStage(one));
    policy.stages.push_back(std::move(stage));
  }
  return reader.Finish();
}

Status ReadBoards(const DefinitionFile& file, std::vector<Line>& boards) {
  WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
  TableReader reader(root, file.path);
  WEIR_TRY(ReadLines(reader, LineOf::kBoard, file.is_own, boards));
  return reader.Finish();
}

}  // namespace

std::string_view NameOf(Side side) { return side == Side::kSalesOps ? "salesops" : "revops"; }
analysis::Text TitleOf(Side side) {
  return side == Side::kSalesOps ? analysis::Text{"SalesOps", "SalesOps"} : analysis::Text{"RevOps", "RevOps"};
}
std::string NameOf(const Sign& sign, const Line& line) { return sign.id + "." + line.id; }

Result<Signs> LoadSigns(std::span<const DefinitionFile> files) {
  Signs all;
  // What is built in comes first, whatever the order of the paths: files of the workspace change it.
  for (const bool is_own : {false, true}) {
    for (const DefinitionFile& file : files) {
      if (file.is_own != is_own) continue;
      const std::string stem = StemOf(file);
      const auto known = std::ranges::find(all.signs, stem, &Sign::id);
      if (stem == kPolicy) {
        WEIR_TRY(ReadPolicy(file, all.policy));
      } else if (stem == kBoards) {
        WEIR_TRY(ReadBoards(file, all.boards));
      } else if (known != all.signs.end()) {
        WEIR_TRY(ChangeSign(file, *known));
      } else {
        WEIR_TRY(Sign sign, ReadSign(file));
        all.signs.push_back(std::move(sign));
      }
    }
  }
  std::ranges::sort(
      all.signs, [](const Sign& a, const Sign& b) { return std::tie(a.position, a.id) < std::tie(b.position, b.id); });
  return all;
}

}  // namespace weir::diagnose
