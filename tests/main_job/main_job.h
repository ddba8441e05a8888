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
  // With mappings of the workspace's own, by file name.
  explicit Job(const std::string& name, const std::vector<std::pair<std::string, std::string>>& mappings = {});
  ~Job();

  workspace::Workspace& workspace() { return *workspace_; }
  engine::Answer Import(const std::vector<std::filesystem::path>& paths);
  // A metric over all time, or one table of an analysis.
  engine::Answer Ask(const std::string& id, const analysis::RawParams& params = {});
  std::string Metric(const std::string& id);
  void Set(const std::string& setting, const std::string& value);
  std::int64_t DataVersion();
  // Rows of a query over the model and the ledger, cells parted by '|'.
  std::vector<std::string> Sql(const std::string& query);
  // Writes a file beside the workspace and imports it.
  engine::Answer Bring(const std::string& file, const std::string& text, const std::string& exported_at = {});
  std::filesystem::path Write(const std::string& file, const std::string& text);
  // What became of the rows of a file: "read 3 new 2 updated 0 unchanged 0 quarantined 1".
  static std::string Counts(const engine::Answer& imported, std::size_t row = 0);
  // Closes the workspace and opens it again, with nothing remembered.
  void Reopen();

 private:
  std::filesystem::path folder_;
  std::filesystem::path home_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

std::string Cell(const engine::Answer& answer, const std::string& table, const std::string& column,
                 std::size_t row = 0);
std::int64_t Count(const engine::Answer& answer, const std::string& table, const std::string& column, std::size_t row);

}  // namespace weir::main_job
