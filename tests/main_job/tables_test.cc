// The simulator fills every table of the model through vendors' forms: what it wrote and what stands in the model
// agree.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "main_job.h"
#include "simulate/simulate.h"

namespace weir::main_job {
namespace {

class Tables : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    for (const char* crm : {"salesforce", "amocrm", "bitrix24"}) Make(crm);
  }
  static void TearDownTestSuite() { jobs_.clear(); }

  static std::filesystem::path FolderOf(const std::string& crm) {
    return std::filesystem::path(testing::TempDir()) / ("weir-tables-" + crm);
  }
  static void Make(const std::string& crm) {
    simulate::SimulateParams params;
    params.directory = FolderOf(crm);
    params.seed = 11;
    params.accounts = 120;
    params.months = 14;
    params.crm = crm;
    params.exports = 1;
    std::filesystem::remove_all(params.directory);
    const auto made = simulate::Simulate(params, {}, {});
    if (!made) throw Bug(made.error().ToString());
    auto& job = jobs_[crm] = std::make_unique<Job>("tables-" + crm);
    const auto set =
        job->workspace().engine().Act("settings.set", {{"name", {"time_zone"}}, {"value", {"Europe/Berlin"}}}, "test",
                                      analysis::Principal::LocalOwner());
    if (!set) throw Bug(set.error().ToString());
    for (const auto& entry : std::filesystem::directory_iterator(params.directory)) {
      if (!entry.path().filename().string().starts_with("export-")) continue;
      exports_[crm] = entry.path();
      job->Import({entry.path()});
    }
  }

  Job& job() const { return *jobs_.at(GetParam()); }
  std::int64_t Number(const std::string& query) const { return std::stoll(job().Sql(query).at(0)); }
  // Lines of a file of the export that the judge takes.
  std::int64_t Lines(const std::string& begin, bool (*judge)(const std::string&)) const {
    std::int64_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(exports_.at(GetParam()))) {
      if (!entry.path().filename().string().starts_with(begin)) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      for (std::string line; std::getline(file, line);) count += judge(line) ? 1 : 0;
    }
    return count;
  }

  static std::map<std::string, std::unique_ptr<Job>> jobs_;
  static std::map<std::string, std::filesystem::path> exports_;
};

std::map<std::string, std::unique_ptr<Job>> Tables::jobs_;
std::map<std::string, std::filesystem::path> Tables::exports_;

INSTANTIATE_TEST_SUITE_P(Crm, Tables, testing::Values("salesforce", "amocrm", "bitrix24"),
                         [](const testing::TestParamInfo<std::string>& param) { return param.param; });

// The tables of the canonical model, as the design has them.
TEST_P(Tables, AllHaveRows) {
  std::set<std::string> empty;
  for (const char* table : {"product",
                            "deal_line",
                            "account_version",
                            "person_version",
                            "identity_link",
                            "member_version",
                            "team_version",
                            "lead_version",
                            "deal_version",
                            "deal_contact",
                            "stage",
                            "stage_version",
                            "activity",
                            "message",
                            "field_change",
                            "touch",
                            "campaign",
                            "spend",
                            "ticket_version",
                            "ticket_event",
                            "survey_answer",
                            "product_usage",
                            "contract_version",
                            "subscription_version",
                            "subscription_item_version",
                            "subscription_mrr",
                            "mrr_movement",
                            "customer_retention",
                            "invoice_version",
                            "invoice_line",
                            "payment",
                            "price",
                            "tool",
                            "licence",
                            "tool_usage",
                            "time_entry",
                            "call",
                            "training",
                            "content",
                            "goal_version",
                            "agreement",
                            "process",
                            "initiative",
                            "forecast_submission",
                            "fx",
                            "calendar",
                            "event"}) {
    if (Number(std::string("SELECT count(*) FROM model.") + table) == 0) empty.insert(table);
  }
  EXPECT_EQ(empty, std::set<std::string>{});
  EXPECT_EQ(Number("SELECT count(*) FROM meta.reject"), 0);
}

TEST_P(Tables, MessagesAreTheCommentsThatCustomersReadAndTheMails) {
  const auto is_public = [](const std::string& line) { return line.find(",FALSE,TRUE,") != std::string::npos; };
  const std::int64_t comments = Lines("zendesk-ticket_comment", is_public);
  ASSERT_GT(comments, 100);
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.message WHERE channel = 'ticket'"), comments);
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.message WHERE channel = 'email'"),
            Number("SELECT count(*) FROM scoped.activity WHERE kind = 'email'"));
  EXPECT_EQ(
      Number(
          "SELECT count(*) FROM scoped.message WHERE direction IS NULL OR account_id IS NULL AND "
          "channel = 'ticket' OR person_id IS NULL AND channel = 'ticket' OR direction = 'out' AND member_id IS NULL"),
      0);
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.event WHERE activity = 'ticket comment'"),
            Number("SELECT count(*) FROM model.ticket_event WHERE kind = 'comment'"))
      << "each comment stands once in the log";
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.event WHERE activity = 'email'"),
            Number("SELECT count(*) FROM scoped.activity WHERE kind = 'email'"));
}

TEST_P(Tables, TheCalendarHasTheDaysOnWhichNobodyWorks) {
  // Of the two years that the period touches.
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.calendar WHERE NOT is_business"), 10);
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.calendar WHERE day IN (DATE '2026-01-01', DATE '2026-05-01')"), 2);
}

TEST_P(Tables, ACallOfAQueueStandsOnce) {
  const auto any = [](const std::string& line) { return line.find("calldate") == std::string::npos; };
  const auto entered = [](const std::string& line) { return line.find("|ENTERQUEUE|") != std::string::npos; };
  const auto connected = [](const std::string& line) { return line.find("|CONNECT|") != std::string::npos; };
  ASSERT_GT(Lines("queue_log", entered), 50);
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.call"), Lines("cdr", any));
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.call WHERE queue = 'support'"), Lines("queue_log", entered));
  EXPECT_EQ(Number("SELECT count(*) FROM scoped.call WHERE queue = 'support' AND outcome = 'answered' AND member_id IS "
                   "NOT NULL"),
            Lines("queue_log", connected));
}

}  // namespace
}  // namespace weir::main_job
