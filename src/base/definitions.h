// The texts that a business may change without a compiler: mappings (sources/*.toml), metrics (metrics/*.toml), leak
// rules, the steps of the lifecycle (lifecycle.toml) and the list of free mail providers. Those of the program travel
// inside it as catalog/..., those of a workspace lie in its folders. A path names a text for ever: it is the same on
// every machine.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

struct DefinitionFile {
  std::string path;  // "catalog/metrics/deals.toml", "metrics/own.toml": shown in errors and in the catalogue
  std::string text;
  bool is_own = false;  // of the workspace
};

// Those of one folder of the program's catalogue ("sources", "metrics"), by path.
std::vector<DefinitionFile> BuiltInDefinitions(std::string_view folder);

// One file of the catalogue itself ("lifecycle.toml").
DefinitionFile BuiltInDefinition(std::string_view name);

struct OwnDefinitionFiles {
  std::vector<DefinitionFile> files;  // by path
  std::vector<Error> problems;        // of files that cannot be read: gone, too large, not UTF-8
};

// The *.toml files of `directory`, which may be absent, as <folder>/<file name>.
OwnDefinitionFiles OwnDefinitions(std::string_view folder, const std::filesystem::path& directory);

// The file itself, which may be absent, under its name.
OwnDefinitionFiles OwnDefinition(const std::filesystem::path& path);

// The path says whose a text is.
inline bool IsOwnDefinition(std::string_view path) { return !path.starts_with("catalog/"); }

}  // namespace weir
