// `weir conflict`: a sheet that somebody brought, against the governed numbers. Gives the exit status.
#pragma once

#include <string>
#include <vector>

#include "cli/globals.h"

namespace weir::cli {

struct ConflictOptions {
  std::string path;
  std::string sheet;
  std::string metric;
  std::vector<std::string> match;
  std::string from;
  std::string to;
  std::string where;
  std::string team;
  std::string segment;
  bool json = false;
};

int RunConflict(const Globals& globals, const ConflictOptions& options);

}  // namespace weir::cli
