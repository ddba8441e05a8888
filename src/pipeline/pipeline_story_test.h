// For tests: deals with histories in a whole model, and the questions about the pipeline at any moment of it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "metrics/scoped_story.h"
#include "model/testing.h"
#include "pipeline/pipeline.h"

namespace weir::pipeline::testing {

using metrics::testing::BuiltIn;
using metrics::testing::Need;
using metrics::testing::StoryContext;
using Cells = model::TestModel::Cells;
using Line = std::vector<std::string>;

// A context that looks at the model from its own moment whenever it reads.
class MomentContext final : public StoryContext {
 public:
  MomentContext(model::TestModel& model, Instant as_of) : StoryContext(model.connection(), as_of), model_(model) {
    mutable_settings() = model.settings;
    elsewhere = [this](Instant moment, std::int64_t) { return std::make_unique<MomentContext>(model_, moment); };
  }

  store::Session& session() override {
    std::string moment = FormatInstant(as_of());
    moment.pop_back();
    moment[10] = ' ';
    model_.AsOf(moment);
    return model_.connection();
  }

 private:
  model::TestModel& model_;
};

class PipelineStory : public ::testing::Test, protected metrics::testing::ReadsAnswers {
 protected:
  PipelineStory() { model.settings.currency = "EUR"; }

  static std::string Moment(const std::string& day) { return day.size() > 10 ? day : day + " 10:00:00"; }

  void Team(const std::string& key, const std::string& parent = "") {
    Cells cells{{"key", key}, {"name", key}};
    if (!parent.empty()) cells["parent_key"] = parent;
    model.Record("team", cells, "2025-01-01 00:00:00");
  }
  void Member(const std::string& key, const std::string& team, const std::string& since = "2025-01-01 00:00:00") {
    Cells cells{{"key", key}, {"name", key}, {"email", key + "@we.example"}};
    if (!team.empty()) cells["team_key"] = team;
    model.Record("member", cells, since);
  }
  // As the export at the end of the story has it.
  void Deal(const std::string& key, const std::string& created, Cells cells) {
    cells["key"] = key;
    cells["name"] = "Deal " + key;
    cells["created_at"] = Moment(created);
    if (!cells.contains("stage_kind")) cells["stage_kind"] = "open";
    if (!cells.contains("stage")) cells["stage"] = cells["stage_kind"];
    model.Record("deal", cells, seen_at);
  }
  // What the source's history says became of a deal.
  void Change(const std::string& key, const std::string& at, Cells cells) {
    cells["deal_key"] = key;
    cells["at"] = Moment(at);
    model.Record("deal_change", cells, seen_at);
  }
  void Rate(const std::string& currency, const std::string& day, const std::string& rate) {
    model.Record("fx_rate", {{"currency", currency}, {"to_currency", "EUR"}, {"day", day}, {"rate", rate}}, seen_at);
  }
  void Build() { ASSERT_TRUE(model.Build()) << model.error(); }

  MomentContext At() { return {model, *ParseIsoInstant(as_of)}; }
  static const analysis::Analysis& Asked(const std::vector<analysis::Analysis>& all, std::string_view id) {
    for (const analysis::Analysis& one : all) {
      if (one.info.id == id) return one;
    }
    throw std::runtime_error(std::string(id));
  }
  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}) {
    MomentContext context = At();
    return Asked(analyses_, id).run(params, context);
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) { return Need(Ask(id, params)); }
  analysis::Evidence Explain(std::string_view id, const std::string& table, const std::vector<std::string>& key,
                             const analysis::RawParams& params = {}) {
    MomentContext context = At();
    return Need(Asked(analyses_, id).explain(params, table, key, context));
  }

  model::TestModel model;
  std::string seen_at = "2025-12-31 20:00:00";
  std::string as_of = "2025-12-31T23:00:00Z";

 private:
  std::vector<analysis::Analysis> analyses_ = pipeline::Analyses(BuiltIn());
};

}  // namespace weir::pipeline::testing
