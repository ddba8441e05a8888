// As-of with known-at gives the same bytes, whatever is imported, decided or undone later: asked again of a workspace
// that was closed in between, so that no answer is remembered, and with its models of the past thrown away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

constexpr const char* kOpportunities =
    "Id,Name,AccountId,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,LeadSource,SystemModstamp\n";
constexpr const char* kAccounts = "Id,Name,Website,Type,Industry,BillingCountry,SystemModstamp\n";

class Past : public testing::Test {
 protected:
  Past() : job_("past") {
    job_.Bring("Account.csv", std::string(kAccounts) +
                                  "001A,Acme,acme.com,Customer,Steel,DE,2024-03-01T00:00:00Z\n"
                                  "001B,Beta,beta.io,Customer,Wood,FR,2024-03-01T00:00:00Z\n");
    first_ = job_.Bring("Opportunity.csv",
                        std::string(kOpportunities) +
                            "006A,a,001A,Prospecting,1000.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,Web,"
                            "2024-03-05T09:00:00Z\n"
                            "006B,b,001B,Closed Won,2500.50,2024-03-20,2024-02-01T09:00:00Z,true,true,005B,Event,"
                            "2024-03-20T12:00:00Z\n"
                            "006C,c,001B,Closed Lost,much,2024-03-21,2024-02-01T09:00:00Z,true,false,005B,Event,"
                            "2024-03-20T12:00:00Z\n");
    version_ = job_.DataVersion();
  }

  std::vector<std::string> Answers() {
    std::vector<std::string> answers;
    const std::vector<std::pair<std::string, analysis::RawParams>> questions{
        {"metrics", {{"metrics", {"won_amount,deals_open,deals_lost,win_rate,pipeline_amount,deals_won"}}}},
        {"metrics", {{"metrics", {"won_amount,deals_won"}}, {"by", {"account,owner,industry"}}, {"grain", {"month"}}}},
        {"metrics", {{"metrics", {"pipeline_amount"}}, {"by", {"stage,country"}}}},
        {"pulse", {}},
        {"history", {}},
        {"settings", {}},
        {"lineage", {{"entity", {"deal"}}, {"id", {"salesforce:006B"}}}},
        {"sql", {{"query", {"SELECT * FROM scoped.deal ORDER BY deal_id"}}}},
        {"sql", {{"query", {"SELECT * FROM scoped.account ORDER BY account_id"}}}},
        {"sql", {{"query", {"SELECT * FROM scoped.deal_version ORDER BY deal_id, version"}}}},
        {"sql", {{"query", {"SELECT * FROM scoped.source_freshness ORDER BY source, object"}}}}};
    for (const auto& [id, params] : questions) {
      engine::Question question;
      question.id = id;
      question.params = params;
      question.as_of = "2024-05-01";
      question.known_at = version_;
      const auto answer = job_.workspace().engine().Ask(question, analysis::Principal::LocalOwner());
      answers.push_back(answer ? engine::ToJson(*answer) : id + ": " + answer.error().ToString());
    }
    return answers;
  }

  void Act(const std::string& id, const analysis::RawParams& params) {
    const auto acted = job_.workspace().engine().Act(id, params, "test", analysis::Principal::LocalOwner());
    ASSERT_TRUE(acted) << acted.error().ToString();
  }

  void ExpectTheSame(const std::vector<std::string>& then, const std::string& after) {
    job_.Reopen();
    const std::vector<std::string> now = Answers();
    for (std::size_t i = 0; i < then.size(); ++i) EXPECT_EQ(now[i], then[i]) << "after " << after;
  }

  Job job_;
  engine::Answer first_;
  std::int64_t version_ = 0;
};

TEST_F(Past, IsReproducedByteForByteWhateverComesLater) {
  const std::vector<std::string> then = Answers();
  EXPECT_THAT(then[0], testing::HasSubstr("2500.5"));
  job_.Bring("Opportunity.csv", std::string(kOpportunities) +
                                    "006B,b,001B,Closed Won,2500.50,2024-03-20,2024-02-01T09:00:00Z,true,true,005B,"
                                    "Event,2024-03-20T12:00:00Z\n");
  ExpectTheSame(then, "a file that was in already");
  job_.Bring("Opportunity-2.csv", std::string(kOpportunities) +
                                      "006A,a,001A,Closed Won,1200.00,2024-04-10,2024-03-01T09:00:00Z,true,true,005A,"
                                      "Web,2024-04-10T15:00:00Z\n006D,d,001A,Closed Won,7.00,2024-04-11,"
                                      "2024-03-01T09:00:00Z,true,true,005A,Web,2024-04-10T15:00:00Z\n");
  ExpectTheSame(then, "a newer export");
  job_.Bring("Opportunity-0.csv", std::string(kOpportunities) +
                                      "006A,a,001A,Prospecting,900.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,"
                                      "Web,2024-03-02T09:00:00Z\n");
  ExpectTheSame(then, "an older export");
  job_.Bring("companies.csv",
             "Record ID,Company name,Company Domain Name,Industry\n77,Acme Incorporated,acme.com,Metal\n");
  job_.Bring("Account-2.csv", std::string(kAccounts) + "001B,Beta,acme.com,Customer,Wood,FR,2024-04-01T00:00:00Z\n");
  ExpectTheSame(then, "another source with the same company, and a company that moved to its domain");
  job_.Bring("users.csv",
             "Id,Name,Username,Email,IsActive,SystemModstamp\n005A,Ann,a,ann@x.com,true,2024-04-01T00:00:00Z\n");
  ExpectTheSame(then, "names of owners");
  Act("settings.set", {{"name", {"currency"}}, {"value", {"EUR"}}});
  Act("settings.set", {{"name", {"time_zone"}}, {"value", {"Asia/Tokyo"}}});
  ExpectTheSame(then, "other settings");
  Act("sources.undo", {{"import_id", {Cell(first_, "files", "import_id")}}});
  ExpectTheSame(then, "an undo of the very import");
  std::filesystem::remove_all(job_.workspace().home() / "known");
  ExpectTheSame(then, "the models of the past were thrown away");

  engine::Question present;
  present.id = "metrics";
  present.params = {{"metrics", {"won_amount,deals_open,deals_lost,win_rate,pipeline_amount,deals_won"}}};
  present.as_of = "2024-05-01";
  const auto now = job_.workspace().engine().Ask(present, analysis::Principal::LocalOwner());
  ASSERT_TRUE(now);
  EXPECT_NE(engine::ToJson(*now), then[0]) << "or this test could not fail";
}

}  // namespace
}  // namespace weir::main_job
