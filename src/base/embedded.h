#pragma once

#include <optional>
#include <span>
#include <string_view>

// Files that travel inside the program: `catalog` (mappings, metrics, rules), `models` (SQL) and `web` (the built
// user interface). All functions are safe from any thread; the views live as long as the program.
namespace weir {

struct EmbeddedFile {
  std::string_view path;   // relative to the root, with '/' between folders
  std::string_view bytes;  // as on disk; followed by a zero byte that is not counted
};

// Lists the files of a root in the order of their paths. Empty for an unknown root.
std::span<const EmbeddedFile> EmbeddedFiles(std::string_view root);

// Finds one file of a root by its path: O(log files).
std::optional<std::string_view> FindEmbedded(std::string_view root, std::string_view path);

}  // namespace weir
