#include "model/plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "base/embedded.h"
#include "model/expand.h"
#include "model/part_rules.h"
#include "model/relations.h"

namespace weir::model {
namespace {

constexpr std::string_view kModelSchema = "model.";
constexpr std::array<std::string_view, 4> kNeeded{kModelSchema, "rec.", "meta.", "setting."};

constexpr std::string_view kMergeMap = "model.merge_map";

struct SettingUse {
  std::string_view text;     // in a statement
  std::string_view setting;  // on which it then rests
};

// The ways to a setting that statements have: variables, and the functions of scoped/macros.sql that read them.
constexpr std::array<SettingUse, 9> kSettingUses{{{"getvariable('currency')", "setting.currency"},
                                                  {"getvariable('currency_decimals')", "setting.currency"},
                                                  {"getvariable('currencies')", "setting.currency"},
                                                  {"getvariable('currencies_decimals')", "setting.currency"},
                                                  {"to_reporting(", "setting.currency"},
                                                  {"getvariable('time_zone')", "setting.time_zone"},
                                                  {"local_date(", "setting.time_zone"},
                                                  {"local_midnight(", "setting.time_zone"},
                                                  {"working_ms", "setting.time_zone"}}};

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The rest of a comment line "-- word: rest", or nothing.
std::string_view Directive(std::string_view line, std::string_view word) {
  line = Trim(line);
  if (!line.starts_with("--")) return {};
  line = Trim(line.substr(2));
  if (!line.starts_with(word)) return {};
  return Trim(line.substr(word.size()));
}

Status AddNeeds(std::string_view list, ModelFile& file) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view need = Trim(list.substr(0, comma));
    if (std::ranges::none_of(kNeeded, [&](std::string_view schema) { return need.starts_with(schema); })) {
      return Fail(
          BadInput("a need must be of rec, meta, model or setting, not '{}'", need).At("models/" + file.name + ".sql"));
    }
    file.needs.emplace_back(need);
    list = list.substr(std::min(comma + 1, list.size()));
  }
  return {};
}

// The line at `start`, which then is behind it. A comment that is indented goes on with what the one before began.
std::string NextLine(std::string_view text, std::size_t& start) {
  constexpr std::string_view kGoesOn = "--   ";
  std::string line;
  do {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view part = text.substr(start, end - start);
    line += line.empty() ? std::string(part) : fmt::format(" {}", Trim(part.substr(kGoesOn.size())));
    start = end + 1;
  } while (line.starts_with("--") && start < text.size() && text.substr(start).starts_with(kGoesOn));
  return line;
}

// The rest of "-- WORD INPUT: rest", and the input.
std::pair<std::string_view, std::string_view> DirectiveOfInput(std::string_view line, std::string_view word) {
  const std::string_view rest = Directive(line, word);
  const std::size_t colon = rest.find(": ");
  if (rest.empty() || colon == std::string_view::npos) return {};
  return {Trim(rest.substr(0, colon)), Trim(rest.substr(colon + 2))};
}

Status AddPart(std::string_view line, Parts& parts) {
  if (const auto key = Directive(line, "parts:"); !key.empty()) parts.key = key;
  if (const auto entity = Directive(line, "parts of entity:"); !entity.empty()) {
    WEIR_TRY(Parts known, PartsOfEntity(entity));
    parts.key = std::move(known.key);
    std::ranges::move(known.inputs, std::back_inserter(parts.inputs));
  }
  if (const auto [input, expression] = DirectiveOfInput(line, "part of "); !input.empty()) {
    parts.inputs.push_back({.name = std::string(input),
                            .touched = fmt::format("SELECT {} FROM {}", expression, kChanged),
                            .within = fmt::format("SELECT * FROM {} WHERE {} IN (SELECT part FROM {})",
                                                  QuotedTable(input), expression, kParts)});
  }
  if (const auto [input, select] = DirectiveOfInput(line, "touched by "); !input.empty()) {
    parts.inputs.push_back({.name = std::string(input), .touched = std::string(select)});
  }
  if (const auto [input, select] = DirectiveOfInput(line, "within "); !input.empty()) {
    parts.inputs.push_back({.name = std::string(input), .within = std::string(select)});
  }
  return {};
}

// A setting that is read but not named would leave the table as it was when the setting changes.
Status CheckSettings(const ModelFile& file) {
  for (const SettingUse& use : kSettingUses) {
    if (file.sql.find(use.text) == std::string::npos) continue;
    if (std::ranges::find(file.needs, use.setting) != file.needs.end()) continue;
    return Fail(BadInput("the model reads {} and does not need {}", use.text, use.setting)
                    .At("models/" + file.name + ".sql")
                    .Mend("Add {} to its needs", use.setting));
  }
  return {};
}

bool Needs(const ModelFile& file, std::string_view input) {
  return std::ranges::find(file.needs, input) != file.needs.end();
}

}  // namespace

std::vector<PartInput> Parts::Touching(std::string_view input) const {
  std::vector<PartInput> touching;
  std::ranges::copy_if(inputs, std::back_inserter(touching),
                       [&](const PartInput& known) { return known.name == input && !known.touched.empty(); });
  return touching;
}

std::string Parts::Within(std::string_view input) const {
  const auto found = std::ranges::find_if(
      inputs, [&](const PartInput& known) { return known.name == input && !known.within.empty(); });
  return found == inputs.end() ? std::string() : found->within;
}

Result<ModelFile> ParseModelFile(std::string_view name, std::string_view text, const FieldRules& rules) {
  ModelFile file{.name = std::string(name), .needs = {}, .sql = {}};
  Parts generated_parts;
  std::string own;
  std::size_t start = 0;
  bool has_statement = false;
  while (start < text.size()) {
    const std::string line = NextLine(text, start);
    if (const auto needs = Directive(line, "needs:"); !needs.empty()) WEIR_TRY(AddNeeds(needs, file));
    if (!Directive(line, "can wait:").empty()) file.can_wait = true;
    if (!Directive(line, "before identity:").empty()) file.is_before_identity = true;
    if (const auto columns = Directive(line, "adds up:"); !columns.empty()) {
      file.adds_up = true;
      if (columns != "all") file.first_of = columns;
    }
    if (const auto directive = Directive(line, "generate:"); !directive.empty()) {
      WEIR_TRY(Generated generated, Generate(directive, rules));
      file.sql += generated.sql + ";\n";
      generated_parts = std::move(generated.parts);
      file.sql_of_firsts = std::move(generated.sql_of_firsts);
      file.appended_to = std::move(generated.appended_to);
      file.shortcuts = std::move(generated.shortcuts);
    }
    WEIR_TRY(AddPart(line, file.parts));
    const std::string_view bare = Trim(line);
    if (bare.empty() || bare.starts_with("--")) continue;
    has_statement = true;
    own += line + "\n";
  }
  if (has_statement) file.sql += own;
  if (file.sql.empty()) return Fail(BadInput("the model has no statement").At("models/" + file.name + ".sql"));
  // Rows of every record table that it names are rows of it.
  for (const std::string& table : NamedTables(file.adds_up ? file.sql : std::string())) {
    if (table.starts_with("rec.") && !Needs(file, table)) file.needs.push_back(table);
  }
  // Who was merged with whom comes with who is who.
  if (NamesTable(file.sql, kMergeMap)) file.needs.emplace_back(kMergeMap);
  WEIR_TRY(CheckSettings(file));
  // Statements of its own make something else of what was generated.
  if (has_statement) {
    file.sql_of_firsts.clear();
    file.appended_to.clear();
    file.shortcuts.clear();
  } else {
    file.parts = std::move(generated_parts);
  }
  // An input that is no need never changes.
  std::erase_if(file.parts.inputs, [&](const PartInput& input) { return !Needs(file, input.name); });
  return file;
}

Result<std::vector<ModelFile>> OrderModels(std::vector<ModelFile> files) {
  std::ranges::sort(files, {}, &ModelFile::name);
  std::set<std::string, std::less<>> known;
  for (const ModelFile& file : files) known.insert(std::string(kModelSchema) + file.name);
  std::set<std::string, std::less<>> can_wait;
  for (const ModelFile& file : files) {
    if (file.can_wait) can_wait.insert(std::string(kModelSchema) + file.name);
  }
  for (const ModelFile& file : files) {
    if (file.can_wait) continue;
    for (const std::string& need : file.needs) {
      if (can_wait.contains(need)) {
        return Fail(BadInput("the model cannot wait and needs {}, which can", need).At("models/" + file.name + ".sql"));
      }
    }
  }
  std::vector<ModelFile> ordered;
  std::set<std::string, std::less<>> built;
  while (!files.empty()) {
    const auto ready = std::ranges::find_if(files, [&](const ModelFile& file) {
      return std::ranges::all_of(
          file.needs, [&](const std::string& need) { return !known.contains(need) || built.contains(need); });
    });
    if (ready == files.end()) return Fail(BadInput("the models need each other in a circle: {}", files.front().name));
    built.insert(std::string(kModelSchema) + ready->name);
    ordered.push_back(std::move(*ready));
    files.erase(ready);
  }
  return ordered;
}

Result<std::vector<ModelFile>> EmbeddedModels(const FieldRules& rules) {
  std::vector<ModelFile> files;
  for (const EmbeddedFile& embedded : EmbeddedFiles("models")) {
    constexpr std::string_view kSuffix = ".sql";
    if (!embedded.path.ends_with(kSuffix) || embedded.path.find('/') != std::string_view::npos) continue;
    WEIR_TRY(ModelFile file,
             ParseModelFile(embedded.path.substr(0, embedded.path.size() - kSuffix.size()), embedded.bytes, rules));
    files.push_back(std::move(file));
  }
  return OrderModels(std::move(files));
}

}  // namespace weir::model
