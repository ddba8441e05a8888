// For tests: a small company in memory, with its whole model, and what the rules of data quality say of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "hygiene/quality.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::hygiene {

using metrics::testing::Need;
using metrics::testing::StoryContext;
using model::TestModel;

inline const Instant kAsOf = *ParseIsoInstant("2024-07-01T00:00:00Z");

inline std::shared_ptr<const std::vector<QualityRule>> BuiltInQualityRules() {
  static const auto kRules =
      std::make_shared<const std::vector<QualityRule>>(Need(LoadQualityRules(BuiltInDefinitions("hygiene"))));
  return kRules;
}

class QualityStory : public ::testing::Test {
 protected:
  QualityStory() { model.settings.currency = "EUR"; }

  void Record(const std::string& table, const TestModel::Cells& cells, const std::string& source = "crm",
              const std::string& seen_at = "2024-06-30 00:00:00") {
    model.Record(table, cells, seen_at, source);
  }
  // What could not be read is told by a producer, which reads files.
  void Build() {
    ASSERT_TRUE(model.Build()) << model.error();
    model.Execute(
        "CREATE TABLE IF NOT EXISTS scoped.unread_value (entity VARCHAR, entity_id VARCHAR, source VARCHAR, object "
        "VARCHAR, row_key VARCHAR, field VARCHAR, kind VARCHAR, value VARCHAR)");
    model.AsOf("2024-07-01 00:00:00");
  }
  void Unread(const std::string& entity, const std::string& id, const std::string& field, const std::string& kind,
              const std::string& value) {
    model.Execute(fmt::format("INSERT INTO scoped.unread_value VALUES ('{}', '{}', 'crm', 'x', 'k', '{}', '{}', '{}')",
                              entity, id, field, kind, value));
  }

  analysis::Output Ask(const std::string& id, const analysis::RawParams& params = {}) {
    StoryContext context(model.connection(), kAsOf);
    return Need(AskOf(id, params, context));
  }
  Result<analysis::Output> AskOf(const std::string& id, const analysis::RawParams& params, analysis::Context& context) {
    for (const analysis::Analysis& one : QualityAnalyses(rules)) {
      if (one.info.id == id) return one.run(params, context);
    }
    return Fail(NotFound("no analysis {}", id));
  }

  static std::string Lines(const analysis::Table& table, const std::vector<std::string>& columns) {
    std::string lines;
    for (const auto& row : table.rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string text = store::ToText(row[table.IndexOf(columns[i])]);
        lines += (i == 0 ? "" : "|") + (text.empty() ? "-" : text);
      }
      lines += '\n';
    }
    return lines;
  }
  std::string Rows(const std::string& rule, const std::vector<std::string>& columns = {"record_id"},
                   analysis::RawParams params = {}) {
    params["rule"] = {rule};
    return Lines(*Ask("hygiene.rows", params).Find("rows"), columns);
  }

  TestModel model;
  std::shared_ptr<const std::vector<QualityRule>> rules = BuiltInQualityRules();
};

}  // namespace weir::hygiene
