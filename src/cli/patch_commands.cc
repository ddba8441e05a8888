// Corrections as files for the source that they are about.
#include <filesystem>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include "base/russian.h"
#include "base/whole_file.h"
#include "cli/backend.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "sources/corrections.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

Status WriteFiles(const analysis::Table& files, const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return Fail(Unavailable("the folder cannot be made: {}", error.message()).At(directory.string()));
  const std::size_t name = files.IndexOf("name");
  const std::size_t encoding = files.IndexOf("encoding");
  const std::size_t text = files.IndexOf("text");
  for (const auto& row : files.rows) {
    const auto bytes =
        sources::Encode(store::ToText(row[text]), FindEncoding(store::ToText(row[encoding])).value_or(Encoding::kUtf8));
    WEIR_CHECK(bytes.has_value());  // what its encoding lacks is left out before
    WEIR_TRY(WriteWholeFile(directory / store::ToText(row[name]), *bytes));
  }
  return {};
}

// What was written, without the texts, and what the files do not carry.
engine::Answer ToldOf(engine::Answer answer) {
  analysis::Table& files = answer.output.tables.at(0);
  const std::size_t text = files.IndexOf("text");
  files.columns.erase(files.columns.begin() + static_cast<std::ptrdiff_t>(text));
  for (auto& row : files.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(text));
  return answer;
}

}  // namespace

int RunPatchExport(const Globals& globals, const PatchOptions& options) {
  ProgressLine progress(globals);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kRead, false), .writes = false});
  if (!backend) return PrintError(globals, backend.error());
  engine::Question question;
  question.id = "sources.patch";
  question.params["source"] = {options.source};
  if (!options.since.empty()) question.params["since"] = {options.since};
  question.known_at = globals.known_at;
  auto answer = (*backend)->Ask(question, progress.Callback());
  progress.Clear();
  if (!answer) return PrintError(globals, answer.error());
  if (const auto written = WriteFiles(answer->output.tables.at(0), options.out); !written) {
    return PrintError(globals, written.error());
  }
  return Print(globals, ToldOf(*std::move(answer)));
}

}  // namespace weir::cli
