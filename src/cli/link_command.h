// `weir link`: which records of a file, or of two, are one and the same. Needs no workspace. Gives the exit status.
#pragma once

#include <string>
#include <vector>

#include "cli/globals.h"

namespace weir::cli {

struct LinkCommandOptions {
  std::vector<std::string> paths;       // one: its duplicates; two: what the one has in the other
  std::vector<std::string> id_columns;  // one for all, or one a file; none: found
  std::string spec;                     // a file; empty: chosen
  std::string truth;                    // a file of pairs of ids; empty: none
  std::string labels;                   // a file of pairs of ids that were judged; empty: none
  std::string out;                      // a folder for links.csv and clusters.csv; empty: none are written
  bool makes_golden = false;            // what each cluster says, as files of the folder as well
  bool prints_spec = false;             // only say what would be compared, as a specification
};

int RunLink(const Globals& globals, const LinkCommandOptions& options);

}  // namespace weir::cli
