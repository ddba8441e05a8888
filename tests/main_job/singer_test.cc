// What a tap that follows the log of a database says of deleted records: messages as pipelinewise-tap-postgres writes
// them, with _sdc_deleted_at (log based replication), through the inbox of a feed into the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "main_job.h"
#include "sources/feed_inbox.h"
#include "sources/singer_feed.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

constexpr const char* kCompany = R"(
source  = "shop"
object  = "company"
version = 1
title   = { en = "Companies of the shop", ru = "Компании магазина" }
extent  = "delta"
[recognise]
require = ["company_no", "company_name"]
files   = ["company*"]
[key]
columns = ["company_no"]
[columns]
company_no   = { type = "id",   names = ["company_no"] }
company_name = { type = "name", names = ["company_name"] }
[[emit]]
table = "account"
[emit.set]
key  = "company_no"
name = "company_name"
)";

constexpr const char* kVisit = R"(
source  = "shop"
object  = "visit"
version = 1
title   = { en = "Visits of the shop", ru = "Визиты магазина" }
extent  = "delta"
[recognise]
require = ["visit_no", "visited_at"]
files   = ["visit*"]
[key]
columns = ["visit_no"]
[columns]
visit_no   = { type = "id",      names = ["visit_no"] }
company_no = { type = "id",      names = ["company_no"] }
visited_at = { type = "instant", names = ["visited_at"] }
[[emit]]
table = "activity"
[emit.set]
key         = "visit_no"
kind        = "'meeting'"
account_key = "company_no"
at          = "visited_at"
)";

class SingerDeletions : public testing::Test {
 protected:
  SingerDeletions() : job_("singer-deletions", {{"shop-company.toml", kCompany}, {"shop-visit.toml", kVisit}}) {}

  // One feed of these messages, seen at that time.
  void Feed(const std::string& messages, const std::string& at) {
    const std::filesystem::path folder = job_.Write("inbox.txt", "").parent_path() / "inbox";
    auto inbox = sources::FeedInbox::Open(folder);
    ASSERT_TRUE(inbox.has_value()) << inbox.error().ToString();
    const sources::FeedSinks sinks{
        .import = [&](const std::vector<sources::FeedSegment>& segments, bool are_whole) -> Result<std::vector<bool>> {
          workspace::ImportRequest request;
          request.is_whole = are_whole;
          request.exported_at = at;
          for (const sources::FeedSegment& segment : segments) {
            request.inputs.push_back(
                {.path = segment.path, .descriptor = -1, .name = "shop/" + segment.stream + ".jsonl"});
          }
          WEIR_TRY(const engine::Answer answer,
                   job_.workspace().Import(request, analysis::Principal::LocalOwner(), {}, {}));
          std::vector<bool> done;
          for (std::size_t i = 0; i < segments.size(); ++i) {
            done.push_back(Cell(answer, "files", "state", i) == "imported");
            EXPECT_TRUE(done.back()) << Cell(answer, "files", "reason", i);
            counts_[segments[i].stream] = Job::Counts(answer, i);
          }
          return done;
        },
        .tell_state = [](std::string_view) {}};
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], messages.data(), messages.size()), static_cast<ssize_t>(messages.size()));
    ::close(ends[1]);
    const auto report = sources::TakeSinger(ends[0], *inbox, sinks);
    ::close(ends[0]);
    ASSERT_TRUE(report.has_value()) << report.error().ToString();
  }

  static std::string Company(const std::string& number, const std::string& name, const std::string& deleted_at) {
    return R"({"type":"RECORD","stream":"company","record":{"company_no":)" + number + R"(,"company_name":)" + name +
           R"(,"_sdc_lsn":24576,"_sdc_deleted_at":)" + deleted_at +
           R"(},"version":1700000000000,"time_extracted":"2026-03-01T00:00:00.000000Z"})" + "\n";
  }
  static std::string Visit(const std::string& number, const std::string& deleted_at) {
    return R"({"type":"RECORD","stream":"visit","record":{"visit_no":)" + number +
           R"(,"company_no":1,"visited_at":"2026-02-0)" + number + R"(T10:00:00+00:00","_sdc_deleted_at":)" +
           deleted_at + "}}\n";
  }
  std::vector<std::string> Companies() {
    return job_.Sql(
        "SELECT name, valid_from, is_deleted FROM model.account_version ORDER BY name NULLS LAST, version "
        "NULLS LAST");
  }

  Job job_;
  std::map<std::string, std::string> counts_;  // of the last feed, by stream
};

TEST_F(SingerDeletions, ARecordIsGoneFromTheTimeThatTheTapNames) {
  Feed(
      R"({"type":"SCHEMA","stream":"company","schema":{"properties":{"_sdc_deleted_at":{"type":["null","string"],"format":"date-time"}}},"key_properties":["company_no"]})"
      "\n" +
          Company("1", R"("North")", "null") + Company("2", R"("South")", "null") + Visit("1", "null") +
          Visit("2", "null") + R"({"type":"STATE","value":{"lsn":1}})" + "\n",
      "2026-03-01T00:00:00Z");
  EXPECT_THAT(Companies(), ElementsAre("North|1900-01-01T00:00:00Z|false", "South|1900-01-01T00:00:00Z|false"));
  EXPECT_EQ(job_.Metric("meetings"), "2");

  // The log names the key of a deleted row and nothing else.
  const std::string gone = Company("2", "null", R"("2026-03-05T09:30:00+02:00")") +
                           Visit("2", R"("2026-03-04T08:00:00Z")") + R"({"type":"STATE","value":{"lsn":2}})" + "\n";
  Feed(gone, "2026-03-10T00:00:00Z");
  const auto told = ElementsAre("North|1900-01-01T00:00:00Z|false", "South|1900-01-01T00:00:00Z|false",
                                "South|2026-03-05T07:29:59.999999Z|false", "South|2026-03-05T07:30:00Z|true");
  EXPECT_THAT(Companies(), told);
  EXPECT_THAT(job_.Sql("SELECT name FROM scoped.account ORDER BY name NULLS LAST"), ElementsAre("North"));
  EXPECT_EQ(job_.Metric("meetings"), "1");
  EXPECT_EQ(counts_["company"], "read 1 new 0 updated 1 unchanged 0 quarantined 0");

  Feed(gone, "2026-03-11T00:00:00Z");
  EXPECT_THAT(Companies(), told) << "said again, it is no news";
  EXPECT_EQ(counts_["company"], "read 1 new 0 updated 0 unchanged 1 quarantined 0");

  Feed(Company("2", R"("South")", "null"), "2026-03-20T00:00:00Z");
  EXPECT_THAT(
      job_.Sql("SELECT name, is_deleted FROM model.account_version WHERE valid_to IS NULL ORDER BY name NULLS LAST"),
      ElementsAre("North|false", "South|false"))
      << "it came back";
}

// The tap read the row after its own clock said that it was gone, and it may be told of a row that was never seen.
TEST_F(SingerDeletions, NothingIsAliveAfterItsDeletionWhateverTheClocksSay) {
  Feed(Company("1", R"("North")", "null"), "2026-03-01T00:00:00Z");
  Feed(Company("1", R"("North")", R"("2026-02-27T00:00:00Z")") + Company("3", R"("West")", R"("2026-02-20T00:00:00Z")"),
       "2026-03-02T00:00:00Z");
  EXPECT_THAT(
      job_.Sql("SELECT name, is_deleted, valid_from < TIMESTAMP '2026-03-01 00:00:01' FROM model.account_version "
               "WHERE valid_to IS NULL ORDER BY name NULLS LAST"),
      ElementsAre("North|true|true", "West|true|true"));
}

}  // namespace
}  // namespace weir::main_job
