#include "main_job.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace weir::main_job {

std::optional<std::filesystem::path> SharedData() {
  const char* given = std::getenv("WEIR_SHARED_DATA");
  const std::filesystem::path path = given != nullptr ? given : "../shared/data";
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

Job::Job(const std::string& name) : home_(std::filesystem::path(testing::TempDir()) / ("weir-main-job-" + name)) {
  std::filesystem::remove_all(home_);
  auto opened = workspace::Workspace::Open({.home = home_, .access = workspace::Access::kWrite, .create = true});
  if (!opened) throw Bug(opened.error().ToString());
  workspace_ = std::move(*opened);
}

Job::~Job() {
  workspace_.reset();
  std::filesystem::remove_all(home_);
}

engine::Answer Job::Import(const std::vector<std::filesystem::path>& paths) {
  workspace::ImportRequest request;
  for (const auto& path : paths)
    request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
  auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
  if (!answer) throw Bug(answer.error().ToString());
  return std::move(*answer);
}

engine::Answer Job::Ask(const std::string& id, const analysis::RawParams& params) {
  engine::Question question;
  question.id = id;
  question.params = params;
  auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  if (!answer) throw Bug(answer.error().ToString());
  return std::move(*answer);
}

std::string Job::Metric(const std::string& id) { return Cell(Ask("metrics", {{"metrics", {id}}}), "metrics", id); }

std::int64_t Job::DataVersion() { return Ask("status").data_version; }

std::string Cell(const engine::Answer& answer, const std::string& table, const std::string& column, std::size_t row) {
  const analysis::Table* found = answer.output.Find(table);
  if (found == nullptr || row >= found->rows.size()) return "(no row)";
  return store::ToText(found->rows[row][found->IndexOf(column)]);
}

std::int64_t Count(const engine::Answer& answer, const std::string& table, const std::string& column, std::size_t row) {
  const std::string text = Cell(answer, table, column, row);
  return text.empty() ? 0 : std::stoll(text);
}

}  // namespace weir::main_job
