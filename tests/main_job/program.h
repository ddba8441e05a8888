// Runs the program as a person does, and looks at what it left of a workspace.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weir::main_job {

struct Ran {
  int status = -1;  // exit status; -1: it was stopped after five minutes, or by a signal
  std::string out;
  std::string error;
};

// weir --home HOME --quiet ARGUMENTS...
Ran RunWeir(const std::filesystem::path& home, const std::vector<std::string>& arguments);

// What a workspace holds: rows of every table, the data version, and every file byte for byte (the lock apart).
struct Contents {
  std::map<std::string, std::string> rows;   // table -> rows
  std::map<std::string, std::string> files;  // path -> bytes
  bool operator==(const Contents&) const = default;
};
Contents ContentsOf(const std::filesystem::path& home);

}  // namespace weir::main_job
