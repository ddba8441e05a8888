// Real public sets through the main job: every row accounted for, a second import changes nothing, and numbers that
// agree with plain SQL over the raw files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "main_job.h"
#include "store/database.h"

namespace weir::main_job {
namespace {

using analysis::Table;

// Prints what became of each file and of the set, and checks that the counts add up.
void PrintAndCheck(Job& job, const std::string& set, const engine::Answer& answer) {
  const Table* files = answer.output.Find("files");
  ASSERT_NE(files, nullptr);
  ASSERT_FALSE(files->rows.empty());
  std::int64_t all_read = 0;
  std::int64_t all_quarantined = 0;
  for (std::size_t row = 0; row < files->rows.size(); ++row) {
    const std::string state = Cell(answer, "files", "state", row);
    const std::string file = Cell(answer, "files", "file", row);
    if (state != "imported") {
      fmt::print("{}: {} {}: {}\n", set, file, state, Cell(answer, "files", "reason", row));
      continue;
    }
    const std::int64_t read = Count(answer, "files", "read", row);
    const std::int64_t quarantined = Count(answer, "files", "quarantined", row);
    const std::int64_t accepted = Count(answer, "files", "new", row) + Count(answer, "files", "updated", row) +
                                  Count(answer, "files", "unchanged", row);
    fmt::print("{}: {} as {}/{}: read {}, accepted {}, quarantined {}\n", set, file,
               Cell(answer, "files", "source", row), Cell(answer, "files", "object", row), read, accepted, quarantined);
    EXPECT_EQ(read, accepted + quarantined) << file;
    all_read += read;
    all_quarantined += quarantined;
  }
  fmt::print("{}: read {}, accepted {}, quarantined {}\n", set, all_read, all_read - all_quarantined, all_quarantined);
  std::int64_t explained = 0;
  for (const std::string& why : job.Sql("SELECT count(*), file, header, code, min(reason) FROM meta.reject "
                                        "WHERE state = 'open' GROUP BY file, header, code ORDER BY 2, 3, 4")) {
    fmt::print("{}: quarantined {}\n", set, why);
    explained += std::stoll(why);
  }
  EXPECT_EQ(explained, all_quarantined) << "each quarantined row has its reason";
}

void ExpectUnchanged(const engine::Answer& again) {
  const Table* files = again.output.Find("files");
  for (std::size_t row = 0; row < files->rows.size(); ++row) {
    if (Cell(again, "files", "state", row) != "imported") continue;
    EXPECT_EQ(Count(again, "files", "new", row), 0) << Cell(again, "files", "file", row);
    EXPECT_EQ(Count(again, "files", "updated", row), 0) << Cell(again, "files", "file", row);
  }
}

class PublicSet : public testing::TestWithParam<const char*> {};

// How many rows are in stages that no line of catalog/lifecycle.toml knows.
std::int64_t PrintUnmapped(Job& job, const std::string& set) {
  const engine::Answer answer = job.Ask("lifecycle");
  const Table* stages = answer.output.Find("stages");
  std::int64_t rows = 0;
  std::int64_t unmapped = 0;
  for (std::size_t row = 0; row < stages->rows.size(); ++row) {
    const std::int64_t count = Count(answer, "stages", "rows", row);
    rows += count;
    if (Cell(answer, "stages", "step", row).empty()) unmapped += count;
  }
  fmt::print("{}: {} rows in {} stages, {} of them unmapped\n", set, rows, stages->rows.size(), unmapped);
  return unmapped;
}

TEST_P(PublicSet, IsAccountedForAndASecondImportChangesNothing) {
  const auto shared = SharedData();
  if (!shared) GTEST_SKIP() << "the public sets are not here (WEIR_SHARED_DATA)";
  const std::string set = GetParam();
  std::string name = set;
  std::ranges::replace(name, '/', '-');
  Job job(name);
  PrintAndCheck(job, set, job.Import({*shared / set}));
  EXPECT_EQ(PrintUnmapped(job, set), 0);
  const std::int64_t version = job.DataVersion();
  const std::string numbers =
      engine::ToJson(job.Ask("metrics", {{"metrics", {"deals_won,won_amount,deals_open,leads"}}}));
  const auto again = job.Import({*shared / set});
  ExpectUnchanged(again);
  EXPECT_EQ(job.DataVersion(), version) << "nothing new, so no new data version";
  EXPECT_EQ(engine::ToJson(job.Ask("metrics", {{"metrics", {"deals_won,won_amount,deals_open,leads"}}})), numbers);
}

INSTANTIATE_TEST_SUITE_P(
    Sets, PublicSet,
    testing::Values("crm-maven-opportunities", "crm-sparklesquad", "olist-funnel", "export-shapes-dbt/salesforce",
                    "export-shapes-dbt/hubspot", "export-shapes-dbt/stripe", "export-shapes-dbt/zendesk",
                    "export-shapes-dbt/google_ads", "export-shapes-dbt/recurly", "export-shapes-dbt/intercom",
                    "export-shapes-dbt/shopify", "export-shapes-dbt/netsuite", "export-shapes-dbt/facebook_ads",
                    "export-shapes-dbt/linkedin", "export-shapes-dbt/marketo", "export-shapes-dbt/mailchimp"));

class SpoiltCopy : public testing::TestWithParam<const char*> {};

TEST_P(SpoiltCopy, IsImportedAsFarAsHonestyAllows) {
  const auto shared = SharedData();
  if (!shared) GTEST_SKIP() << "the public sets are not here (WEIR_SHARED_DATA)";
  const std::string file = GetParam();
  Job job("variant-" + file);
  const std::filesystem::path path = *shared / "crm-maven-opportunities" / "variants" / file;
  PrintAndCheck(job, file, job.Import({path}));
  const std::int64_t version = job.DataVersion();
  ExpectUnchanged(job.Import({path}));
  EXPECT_EQ(job.DataVersion(), version);
}

INSTANTIATE_TEST_SUITE_P(Maven, SpoiltCopy,
                         testing::Values("accounts.dirty-text.csv", "orders.dirty-text.csv.gz",
                                         "sales_pipeline.dmy-dates.csv.gz", "sales_pipeline.mixed-dates.csv.gz",
                                         "sales_pipeline.us-slash-dates.csv.gz"));

// The raw file read by the store's own reader, with no code of ours in between.
class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& path) : database_(Open()), connection_(Connect(database_)) {
    const auto loaded =
        connection_.Execute("CREATE TABLE raw AS SELECT * FROM read_csv(" + store::QuoteText(path.string()) + ")");
    if (!loaded) throw Bug(loaded.error().ToString());
  }
  std::string operator()(std::string_view sql) {
    auto value = connection_.QueryValue(sql);
    if (!value) throw Bug(value.error().ToString());
    return store::ToText(*value);
  }

 private:
  static store::Database Open() {
    store::OpenOptions options;
    options.external_access = true;
    auto database = store::Database::Open({}, options);
    if (!database) throw Bug(database.error().ToString());
    return std::move(*database);
  }
  static store::Connection Connect(const store::Database& database) {
    auto connection = database.Connect();
    if (!connection) throw Bug(connection.error().ToString());
    return std::move(*connection);
  }

  store::Database database_;
  store::Connection connection_;
};

TEST(MavenSet, MetricsAgreeWithPlainSqlOverTheRawFile) {
  const auto shared = SharedData();
  if (!shared) GTEST_SKIP() << "the public sets are not here (WEIR_SHARED_DATA)";
  Job job("maven");
  job.Import({*shared / "crm-maven-opportunities"});
  RawFile raw(*shared / "crm-maven-opportunities" / "sales_pipeline.csv.gz");
  EXPECT_EQ(job.Metric("deals_won"), raw("SELECT count(*) FROM raw WHERE deal_stage = 'Won'"));
  EXPECT_EQ(job.Metric("deals_won"), "4238") << "published";
  EXPECT_EQ(job.Metric("won_amount"), raw("SELECT CAST(sum(close_value) AS BIGINT) FROM raw WHERE deal_stage = 'Won'"));
  EXPECT_EQ(job.Metric("won_amount"), "10005534") << "published";
  EXPECT_EQ(job.Metric("deals_lost"), raw("SELECT count(*) FROM raw WHERE deal_stage = 'Lost'"));
  EXPECT_EQ(job.Metric("deals_open"), raw("SELECT count(*) FROM raw WHERE deal_stage IN ('Prospecting', 'Engaging')"));
  const auto rate = job.Metric("win_rate");
  EXPECT_EQ(rate.substr(0, 6),
            raw("SELECT CAST(count(*) FILTER (WHERE deal_stage = 'Won') * 10000 // count(*) FILTER (WHERE "
                "deal_stage IN ('Won', 'Lost')) AS BIGINT) FROM raw")
                .insert(0, "0."));
  EXPECT_EQ(job.Metric("sales_cycle_median_days"), raw("SELECT CAST(median(date_diff('day', engage_date, close_date)) "
                                                       "AS DECIMAL(9,1)) FROM raw WHERE deal_stage = 'Won'"));
}

TEST(MavenSet, EveryDimensionAgreesWithPlainSql) {
  const auto shared = SharedData();
  if (!shared) GTEST_SKIP() << "the public sets are not here (WEIR_SHARED_DATA)";
  Job job("maven-by");
  job.Import({*shared / "crm-maven-opportunities"});
  RawFile raw(*shared / "crm-maven-opportunities" / "sales_pipeline.csv.gz");
  const auto by_owner = job.Ask("metrics", {{"metrics", {"won_amount"}}, {"by", {"owner"}}});
  const Table* table = by_owner.output.Find("metrics");
  ASSERT_NE(table, nullptr);
  std::size_t compared = 0;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    const std::string owner = Cell(by_owner, "metrics", "owner", row);
    if (owner.empty()) continue;
    EXPECT_EQ(Cell(by_owner, "metrics", "won_amount", row), raw("SELECT CAST(coalesce(sum(close_value), 0) AS BIGINT) "
                                                                "FROM raw WHERE deal_stage = 'Won' AND sales_agent = " +
                                                                store::QuoteText(owner)))
        << owner;
    ++compared;
  }
  EXPECT_EQ(std::to_string(compared), raw("SELECT count(DISTINCT sales_agent) FROM raw"));
}

}  // namespace
}  // namespace weir::main_job
