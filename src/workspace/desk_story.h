// For tests of the desk (consent, enrichment, whose word counts, recipes): a workspace of small files, and what it
// answers as lines.
#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {

class DeskStory : public FreshWorkspace {
 protected:
  using Lines = std::vector<std::string>;
  using Params = analysis::RawParams;

  void Import(const std::vector<std::pair<std::string, std::string>>& files, const std::string& exported_at) {
    ImportRequest request{.inputs = {}, .exported_at = exported_at};
    for (const auto& [name, text] : files) {
      std::ofstream(root_ / name, std::ios::binary) << text;
      request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    }
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }

  engine::Question Asking(const std::string& id, const Params& params = {}) const {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = as_of_;
    question.known_at = known_at_;
    question.is_export = is_export_;
    return question;
  }
  Result<engine::Answer> Ask(const std::string& id, const Params& params = {}) {
    return workspace_->engine().Ask(Asking(id, params), who_);
  }
  Result<engine::Answer> Act(const std::string& id, const Params& params) {
    return workspace_->engine().Act(id, params, "", analysis::Principal::LocalOwner());
  }
  // "done", or what was refused.
  std::string Do(const std::string& id, const Params& params) {
    const auto done = Act(id, params);
    return done ? "done" : done.error().ToString();
  }
  // Takes the newest decision back.
  void Undo() {
    const auto decisions = workspace_->engine().Ask(engine::Question{.id = "decisions"}, who_);
    ASSERT_TRUE(decisions);
    const std::string id = store::ToText(decisions->output.tables.front().rows.front()[0]);
    EXPECT_EQ(Do("decisions.undo", {{"decision_id", {id}}}), "done");
  }
  std::int64_t Version() {
    const auto decisions = workspace_->engine().Ask(engine::Question{.id = "decisions"}, who_);
    return decisions ? decisions->data_version : -1;
  }

  // The chosen cells of each row, blanks between them, a dash for none.
  static Lines Cells(const engine::Answer& answer, std::string_view name, const std::vector<std::string>& columns) {
    const analysis::Table* table = answer.output.Find(name);
    if (table == nullptr) return {"no such table"};
    Lines lines;
    for (const auto& row : table->rows) {
      std::string& line = lines.emplace_back();
      for (const std::string& column : columns) {
        const store::Value& value = row[table->IndexOf(column)];
        line += (line.empty() ? "" : " ") + (store::IsNull(value) ? std::string("-") : store::ToText(value));
      }
    }
    return lines;
  }
  Lines Cells(const std::string& id, const Params& params, std::string_view name,
              const std::vector<std::string>& columns) {
    const auto answer = Ask(id, params);
    return answer ? Cells(*answer, name, columns) : Lines{answer.error().ToString()};
  }
  Lines Sql(const std::string& query, const std::vector<std::string>& columns) {
    return Cells("sql", {{"query", {query}}}, "rows", columns);
  }

  std::string as_of_;
  std::optional<std::int64_t> known_at_;
  bool is_export_ = false;
  analysis::Principal who_ = analysis::Principal::LocalOwner();
};

}  // namespace weir::workspace
