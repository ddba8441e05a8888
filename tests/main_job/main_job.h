// A workspace in a directory of its own, and where the public sets lie.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workspace/workspace.h"

namespace weir::main_job {

// $WEIR_SHARED_DATA, else ../shared/data; nothing where neither is there.
std::optional<std::filesystem::path> SharedData();

class Job {
 public:
  explicit Job(const std::string& name);
  ~Job();

  workspace::Workspace& workspace() { return *workspace_; }
  engine::Answer Import(const std::vector<std::filesystem::path>& paths);
  // A metric over all time, or one table of an analysis.
  engine::Answer Ask(const std::string& id, const analysis::RawParams& params = {});
  std::string Metric(const std::string& id);
  std::int64_t DataVersion();

 private:
  std::filesystem::path home_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

std::string Cell(const engine::Answer& answer, const std::string& table, const std::string& column,
                 std::size_t row = 0);
std::int64_t Count(const engine::Answer& answer, const std::string& table, const std::string& column, std::size_t row);

}  // namespace weir::main_job
