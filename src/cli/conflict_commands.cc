#include "cli/conflict_commands.h"

#include <filesystem>

#include "cli/backend.h"
#include "cli/commands.h"
#include "workspace/sheet_text.h"

namespace weir::cli {

int RunConflict(const Globals& globals, const ConflictOptions& options) {
  Globals shown = globals;
  if (options.json) shown.format = "json";
  const auto text = workspace::SheetTextOf(options.path, options.sheet);
  if (!text) return PrintError(shown, text.error());
  analysis::RawParams params{{"sheet", {*text}}, {"name", {std::filesystem::path(options.path).filename().string()}}};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) params[name] = {value};
  };
  add("metric", options.metric);
  add("from", options.from);
  add("to", options.to);
  add("where", options.where);
  add("team", options.team);
  add("segment", options.segment);
  if (!options.match.empty()) params["match"] = options.match;
  return RunAnalysis(shown, "metrics.conflict", params, std::nullopt);
}

}  // namespace weir::cli
