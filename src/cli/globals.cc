#include "cli/globals.h"

#include <cstdlib>

#include <fmt/core.h>

#include "base/plain_line.h"

namespace weir::cli {

workspace::OpenOptions Globals::Open(workspace::Access access, bool create) const {
  workspace::OpenOptions options;
  options.home = workspace::DefaultHome(home);
  options.access = access;
  options.create = create;
  options.threads = threads;
  options.memory_limit = memory;
  return options;
}

std::string Globals::Language() const {
  if (!language.empty()) return language;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string_view(value).starts_with("ru") ? "ru" : "en";
  }
  return "en";
}

engine::RenderOptions Globals::Rendering() const {
  engine::RenderOptions options;
  if (const auto parsed = engine::ParseFormat(format)) options.format = *parsed;
  options.language = Language();
  options.table = table;
  return options;
}

int PrintError(const Globals& globals, const Error& error) {
  const Language language = LanguageNamed(globals.Language());
  if (globals.format == "json") {
    fmt::print("{}\n", engine::ProblemJson(error, {}, language));
  } else {
    fmt::print(stderr, "weir: {}\n", PlainLine(SayIn(language, error.Whole())));
  }
  return InfoOf(error.code()).exit_status;
}

int Print(const Globals& globals, const Result<engine::Answer>& answer) {
  if (!answer) return PrintError(globals, answer.error());
  const auto text = engine::Render(*answer, globals.Rendering());
  if (!text) return PrintError(globals, text.error());
  // In a table it stands below; a list that is saved has no place for it.
  if (globals.format == "csv") {
    for (const analysis::Warning& warning : answer->output.warnings) {
      if (warning.code != "no_consent") continue;
      fmt::print(stderr, "weir: {}\n", PlainLine(SayIn(LanguageNamed(globals.Language()), warning.message)));
    }
  }
  if (std::fwrite(text->data(), 1, text->size(), stdout) != text->size() || std::fflush(stdout) != 0) {
    return PrintError(globals, Unavailable("cannot write the result to standard output"));
  }
  return 0;
}

}  // namespace weir::cli
