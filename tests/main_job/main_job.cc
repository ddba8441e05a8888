#include "main_job.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "workspace/empty_home.h"

namespace weir::main_job {

std::optional<std::filesystem::path> SharedData() {
  const char* given = std::getenv("WEIR_SHARED_DATA");
  const std::filesystem::path path = given != nullptr ? given : "../shared/data";
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

Job::Job(const std::string& name, const std::vector<std::pair<std::string, std::string>>& mappings)
    : folder_(std::filesystem::path(testing::TempDir()) / ("weir-main-job-" + name)), home_(folder_ / "home") {
  std::filesystem::remove_all(folder_);
  workspace::EmptyHome::CopyTo(home_);
  for (const auto& [file, text] : mappings) Write("home/sources/" + file, text);
  Reopen();
}

Job::~Job() {
  workspace_.reset();
  std::filesystem::remove_all(folder_);
}

void Job::Reopen() {
  workspace_.reset();
  auto opened = workspace::Workspace::Open({.home = home_, .access = workspace::Access::kWrite, .create = true});
  if (!opened) throw Bug(opened.error().ToString());
  workspace_ = std::move(*opened);
}

std::filesystem::path Job::Write(const std::string& file, const std::string& text) {
  const std::filesystem::path path = folder_ / file;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

engine::Answer Job::Bring(const std::string& file, const std::string& text, const std::string& exported_at) {
  workspace::ImportRequest request;
  request.inputs.push_back({.path = Write(file, text), .descriptor = -1, .name = file});
  request.exported_at = exported_at;
  auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
  if (!answer) throw Bug(answer.error().ToString());
  return std::move(*answer);
}

std::string Job::Counts(const engine::Answer& imported, std::size_t row) {
  std::string text = Cell(imported, "files", "state", row);
  if (text != "imported") return text + ": " + Cell(imported, "files", "reason", row);
  text.clear();
  for (const char* count : {"read", "new", "updated", "unchanged", "quarantined"}) {
    text += (text.empty() ? "" : " ") + std::string(count) + " " + Cell(imported, "files", count, row);
  }
  return text;
}

std::vector<std::string> Job::Sql(const std::string& query) {
  auto snapshot = workspace_->Take(std::nullopt, {});
  if (!snapshot) throw Bug(snapshot.error().ToString());
  const Status scoped = (*snapshot)->Scope(analysis::Principal::LocalOwner(), (*snapshot)->newest());
  if (!scoped) throw Bug(scoped.error().ToString());
  const auto rows = (*snapshot)->session().Query(query);
  if (!rows) throw Bug(rows.error().ToString());
  std::vector<std::string> texts;
  for (const auto& row : rows->rows) {
    std::string& text = texts.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : "|") + (store::IsNull(row[i]) ? std::string() : store::ToText(row[i]));
    }
  }
  return texts;
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

void Job::Set(const std::string& setting, const std::string& value) {
  const auto acted = workspace_->engine().Act("settings.set", {{"name", {setting}}, {"value", {value}}}, "test",
                                              analysis::Principal::LocalOwner());
  if (!acted) throw Bug(acted.error().ToString());
}

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
