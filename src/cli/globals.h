// Options that every command takes, before or after its name, and how a command ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/render.h"
#include "workspace/workspace.h"

namespace weir::cli {

struct Globals {
  std::string home;
  std::string format = "table";
  std::string language;
  std::string as_of;
  std::string in_currency;
  std::optional<std::int64_t> known_at;
  std::string table;
  std::string sort;
  std::string cursor;
  std::int64_t limit = 0;
  std::uint64_t seed = 0;
  int threads = 0;
  std::string memory;
  bool is_quiet = false;
  bool tells_times = false;

  workspace::OpenOptions Open(workspace::Access access, bool create) const;
  engine::RenderOptions Rendering() const;
  std::string Language() const;  // --lang, else $LC_ALL, $LC_MESSAGES, $LANG, else en
};

// Prints the answer on standard output; gives the exit status.
int Print(const Globals& globals, const Result<engine::Answer>& answer);
// Prints the error, as one RFC 9457 object on standard output with --format json; gives its exit status.
int PrintError(const Globals& globals, const Error& error);

}  // namespace weir::cli
