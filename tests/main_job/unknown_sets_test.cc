// Public sets that no mapping of the program knows: a mapping is proposed, saved and used, and the counts are those
// that their publishers give, or that plain counting of the files gives. Where the proposal is not enough, the test
// makes the edits that a person makes on the page, and says which.
#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"
#include "sources/mapping_draft.h"
#include "workspace/mapping_actions.h"
#include "workspace/proposals.h"

namespace weir::main_job {
namespace {

using sources::MappingDraft;
using testing::IsSupersetOf;

class UnknownSet : public testing::Test {
 protected:
  void SetUp() override {
    const auto shared = SharedData();
    if (!shared) GTEST_SKIP() << "the public sets are not here (WEIR_SHARED_DATA)";
    shared_ = *shared;
    job_.emplace(std::string("unknown-") + testing::UnitTest::GetInstance()->current_test_info()->name());
  }

  using Edit = std::function<void(MappingDraft&)>;

  // Proposes, edits, tries, saves. `fields` as "header=field".
  void Map(const std::string& file, const std::string& table, const std::vector<std::string>& fields,
           const std::string& asked = "", const Edit& edit = {}) {
    const std::filesystem::path path = shared_ / file;
    const std::string source = std::filesystem::path(file).begin()->string();
    std::string name;
    std::ranges::copy_if(source, std::back_inserter(name), [](char c) { return c >= 'a' && c <= 'z'; });
    const workspace::ImportInput input{.path = path, .descriptor = -1, .name = path.filename().string()};
    const auto& owner = analysis::Principal::LocalOwner();
    const auto proposed = job_->workspace().Propose(input, {.part = "", .table = asked, .source = name}, owner, {});
    ASSERT_TRUE(proposed.has_value()) << proposed.error().ToString();
    MappingDraft draft = proposed->proposal.draft;
    EXPECT_EQ(draft.table, table) << file;
    std::vector<std::string> found;
    found.reserve(draft.columns.size());
    for (const sources::DraftColumn& column : draft.columns) found.push_back(column.header + "=" + column.field);
    EXPECT_THAT(found, IsSupersetOf(fields)) << file;
    if (edit) edit(draft);
    const auto tried = job_->workspace().Try(input, "", draft, owner, {});
    ASSERT_TRUE(tried.has_value()) << tried.error().ToString();
    ASSERT_FALSE(tried->problem.has_value()) << tried->problem->ToString() << "\n" << tried->toml;
    EXPECT_TRUE(tried->is_recognised) << file;
    const auto saved =
        job_->workspace().Perform(workspace::kSaveMapping, {{"mapping", {tried->toml}}}, "", owner, {}, {});
    ASSERT_TRUE(saved.has_value()) << saved.error().ToString();
    Import(path);
  }

  void Import(const std::filesystem::path& path) {
    const engine::Answer answer = job_->Import({path});
    const analysis::Table* files = answer.output.Find("files");
    ASSERT_NE(files, nullptr);
    ASSERT_EQ(files->rows.size(), 1U);
    EXPECT_EQ(Cell(answer, "files", "state"), "imported") << path << Cell(answer, "files", "reason");
    const auto count = [&](const char* column) { return Count(answer, "files", column, 0); };
    EXPECT_EQ(count("read"), count("new") + count("updated") + count("unchanged") + count("quarantined")) << path;
    counts_ = Job::Counts(answer);
  }

  // The rows of a plain CSV file without quotes, read by hand: what is asserted comes from the file itself.
  std::vector<std::vector<std::string>> Cells(const std::string& file) const {
    std::vector<std::vector<std::string>> rows;
    std::ifstream stream(shared_ / file);
    for (std::string line; std::getline(stream, line);) {
      auto& row = rows.emplace_back();
      std::stringstream cells(line.substr(0, line.find('\r')));
      for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    }
    WEIR_CHECK(!rows.empty());
    rows.erase(rows.begin());
    return rows;
  }

  std::string One(const std::string& sql) {
    const std::vector<std::string> rows = job_->Sql(sql);
    return rows.empty() ? "(no row)" : rows.front();
  }

  std::filesystem::path shared_;
  std::optional<Job> job_;
  std::string counts_;  // of the last import
};

TEST_F(UnknownSet, SubscriptionPeriods) {
  Map("mrr-playbook/subscription_periods.csv", "subscription",
      {"subscription_id=key", "customer_id=account_key", "start_date=started_at", "end_date=ended_at",
       "monthly_amount=unit_price"});
  EXPECT_EQ(counts_, "read 121 new 121 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(*), count(DISTINCT account_key), max(interval), max(quantity) = 1 FROM rec.subscription"),
            "121|55|month|true");

  // The playbook's own method: what each customer pays in each month, and what that is against the month before.
  std::map<int, std::map<std::string, int>> paid;  // by month, by customer
  const auto month_of = [](const std::string& day) { return std::stoi(day) * 12 + std::stoi(day.substr(5)) - 1; };
  for (const auto& row : Cells("mrr-playbook/subscription_periods.csv")) {
    EXPECT_EQ(row[2].substr(7), "-01") << "periods begin with a month";
    for (int month = month_of(row[2]); month < month_of(row[3]); ++month) paid[month][row[1]] += std::stoi(row[4]);
  }
  std::map<std::string, std::pair<int, int>> expected;  // of each category: how often, how much
  std::map<std::string, int> held;
  std::string by_month;
  const int first = paid.begin()->first;
  const int last = paid.rbegin()->first + 1;  // in which the last of them ends
  for (int month = first; month <= last; ++month) {
    int total = 0;
    const auto& now = paid[month];
    for (const auto& [customer, amount] : now) {
      total += amount;
      const bool is_known = held.contains(customer);
      const int change = amount - held[customer];
      const std::string kind = !is_known             ? "new"
                               : held[customer] == 0 ? "reactivation"
                               : change > 0          ? "expansion"
                                                     : "contraction";
      if (change != 0) expected[kind] = {expected[kind].first + 1, expected[kind].second + change};
      held[customer] = amount;
    }
    for (auto& [customer, amount] : held) {
      if (amount == 0 || now.contains(customer)) continue;
      expected["churn"] = {expected["churn"].first + 1, expected["churn"].second - amount};
      amount = 0;
    }
    by_month += fmt::format("{}-{:02}-01|{}\n", month / 12, month % 12 + 1, total);
  }
  std::vector<std::string> categories;
  categories.reserve(expected.size());
  for (const auto& [kind, told] : expected)
    categories.push_back(fmt::format("{}|{}|{}", kind, told.first, told.second));
  EXPECT_THAT(categories, testing::SizeIs(5));
  EXPECT_EQ(
      job_->Sql("SELECT kind, count(*), CAST(sum(amount) AS BIGINT) FROM model.mrr_movement GROUP BY kind ORDER BY "
                "kind NULLS LAST"),
      categories);
  std::string told;
  const std::vector<std::string> months = job_->Sql(fmt::format(
      "SELECT strftime(m.month, '%Y-%m-%d'), CAST(coalesce(sum(v.amount), 0) AS BIGINT) FROM (SELECT "
      "unnest(generate_series(TIMESTAMP '{}-{:02}-01', TIMESTAMP '{}-{:02}-01', INTERVAL 1 MONTH)) AS month) AS m LEFT "
      "JOIN model.mrr_movement AS v ON v.day <= m.month GROUP BY m.month ORDER BY m.month NULLS LAST",
      first / 12, first % 12 + 1, last / 12, last % 12 + 1));
  for (const std::string& line : months) told += line + "\n";
  EXPECT_EQ(told, by_month) << "the revenue of every month";
  fmt::print("[ measured ] mrr-playbook: {} months; {}\n", months.size(), fmt::join(categories, ", "));
}

TEST_F(UnknownSet, ASaasCompany) {
  Map("saas-ravenstack/ravenstack_accounts.csv", "account",
      {"account_id=key", "account_name=name", "industry=industry", "country=country", "signup_date=created_at"});
  EXPECT_EQ(counts_, "read 500 new 500 updated 0 unchanged 0 quarantined 0");
  Map("saas-ravenstack/ravenstack_subscriptions.csv.gz", "subscription",
      {"subscription_id=key", "account_id=account_key", "start_date=started_at", "end_date=ended_at",
       "mrr_amount=unit_price", "seats=", "billing_frequency="});
  EXPECT_EQ(counts_, "read 5000 new 5000 updated 0 unchanged 0 quarantined 0");
  Map("saas-ravenstack/ravenstack_support_tickets.csv.gz", "ticket",
      {"ticket_id=key", "account_id=account_key", "submitted_at=created_at", "closed_at=solved_at",
       "priority=priority"});
  EXPECT_EQ(counts_, "read 2000 new 2000 updated 0 unchanged 0 quarantined 0");
  Map("saas-ravenstack/ravenstack_churn_events.csv", "activity",
      {"churn_event_id=key", "account_id=account_key", "churn_date=at", "reason_code=outcome"});
  EXPECT_EQ(counts_, "read 600 new 600 updated 0 unchanged 0 quarantined 0");
  Map("saas-ravenstack/ravenstack_feature_usage.csv.gz", "product_usage",
      {"usage_date=day", "feature_name=feature", "usage_count=quantity"});
  EXPECT_EQ(counts_, "read 25000 new 25000 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(*), CAST(sum(quantity * unit_price) AS BIGINT) FROM rec.subscription WHERE status = "
                "'active'"),
            "4514|10159608")
      << "open subscriptions and their MRR, as recounted";
  EXPECT_EQ(One("SELECT count(DISTINCT account_id) FROM model.account_version"), "500");
  EXPECT_EQ(One("SELECT count(DISTINCT account_key) FROM rec.activity"), "352") << "accounts in churn_events";
  EXPECT_EQ(One("SELECT count(*), CAST(sum(mrr) AS BIGINT) FROM scoped.subscription_mrr WHERE is_active AND mrr > 0"),
            One("SELECT count(*), CAST(sum(unit_price) AS BIGINT) FROM rec.subscription WHERE ended_at IS NULL AND "
                "unit_price > 0"))
      << "the MRR of the model is that of the file";
}

TEST_F(UnknownSet, SessionsSpendAndConversions) {
  Map("attribution-playbook/sessions.csv", "touch",
      {"session_id=key", "customer_id=account_key", "started_at=at", "utm_source=source", "utm_medium=medium",
       "utm_campaign=campaign_key"});
  EXPECT_EQ(counts_, "read 90 new 90 updated 0 unchanged 0 quarantined 0") << "33 rows lack their last separator";
  Map("attribution-playbook/ad_spend.csv", "spend",
      {"date_day=day", "utm_source=channel", "utm_campaign=campaign_key", "spend=cost"});
  EXPECT_EQ(counts_, "read 42 new 42 updated 0 unchanged 0 quarantined 0");
  Map("attribution-playbook/customer_conversions.csv", "payment",
      {"customer_id=account_key", "converted_at=at", "revenue=amount"});
  EXPECT_EQ(counts_, "read 21 new 21 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(*) FROM rec.payment WHERE account_key IN (SELECT account_key FROM rec.touch)"), "21")
      << "customers are the same in both files";
  std::int64_t spent = 0;
  std::int64_t earned = 0;
  for (const auto& row : Cells("attribution-playbook/ad_spend.csv")) spent += std::stoi(row[4]);
  for (const auto& row : Cells("attribution-playbook/customer_conversions.csv")) earned += std::stoi(row[2]);
  EXPECT_EQ(job_->Metric("spend"), std::to_string(spent));
  EXPECT_EQ(job_->Metric("paid_amount"), std::to_string(earned));
  fmt::print("[ measured ] attribution-playbook: spend {}, revenue {}\n", spent, earned);
}

TEST_F(UnknownSet, CallCentres) {
  Map("contact-centre/phonenow_calls.csv.gz", "call",
      {"Call Id=key", "Agent=member_key", "Date=at", "Time=at.clock", "Answered (Y/N)=outcome",
       "Speed of answer in seconds=wait_s", "AvgTalkDuration=talk_s"});
  EXPECT_EQ(counts_, "read 5000 new 5000 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(*) FILTER (WHERE outcome = 'answered'), count(*) FROM rec.call"), "4054|5000");
  Map("contact-centre/anonymous_bank_1999_02.txt.gz", "call",
      {"customer_id=account_key", "date=at", "vru_entry=at.clock", "q_time=wait_s", "outcome=outcome",
       "ser_time=talk_s", "server=member_key"},
      "", [](MappingDraft& draft) {
        // The edit: customers whose ids a spreadsheet has rounded ("6.02701E+11") are unknown; as proposed, their 21
        // rows wait in quarantine.
        for (sources::DraftColumn& column : draft.columns) {
          if (column.field == "account_key") column.nulls.emplace_back("*E+*");
        }
      });
  EXPECT_EQ(counts_, "read 33344 new 33344 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(*) FILTER (WHERE outcome = 'answered'), count(*) FILTER (WHERE outcome = 'missed'), "
                "count(*) FILTER (WHERE outcome = 'failed'), round(avg(wait_s) FILTER (WHERE outcome = 'answered'), 2) "
                "FROM rec.call WHERE _object = 'anonymous_bank'"),
            "27162|5904|278|40.77")
      << "answered, hung up, phantom calls and the mean wait, as recounted";
  Map("contact-centre/CallcenterExample.csv.gz", "activity",
      {"Operation=kind", "Start Date=at", "End Date=done_at", "Customer ID=account_key", "Agent=owner_key"});
  EXPECT_EQ(counts_, "read 7548 new 7548 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT max(\"at\")::DATE FROM model.newest_moment"), "2021-03-31") << "the day of the newest call";
  EXPECT_EQ(One("SELECT count(*) FILTER (WHERE outcome = 'answered'), count(*) FROM model.call"), "31216|38344")
      << "of both files";
}

TEST_F(UnknownSet, LinesOfInvoices) {
  Map("online-retail-2009-10/online_retail_2009_2010.csv.gz", "invoice_line",
      {"Invoice=invoice_key", "StockCode=product_key", "Quantity=quantity", "Price=amount.per_unit",
       "InvoiceDate=invoice.issued_at", "CustomerID=invoice.account_key", "Country=account.country"});
  EXPECT_EQ(counts_, "read 525461 new 525461 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT count(DISTINCT invoice_key), CAST(sum(amount) AS DECIMAL(18,2)) FROM rec.invoice_line"),
            "28816|9539484.63")
      << "invoices and net, as recounted";
  EXPECT_EQ(One("SELECT count(DISTINCT key), count(DISTINCT account_key) FROM rec.invoice"), "28816|4383");
  EXPECT_EQ(job_->Metric("invoices_issued"), "28816");
  EXPECT_EQ(job_->Metric("invoiced_amount"), "9539484.634") << "an invoice comes to the sum of its lines";
  EXPECT_EQ(One("SELECT max(\"at\")::DATE FROM model.newest_moment"), "2010-12-09")
      << "that one customer is named with two countries is no change of today";
}

TEST_F(UnknownSet, Leads) {
  Map("lead-scoring-xeducation/Leads.csv.gz", "lead",
      {"Prospect ID=key", "Lead Source=source", "Lead Origin=channel", "Converted=status", "Country=country"});
  EXPECT_EQ(counts_, "read 9240 new 9240 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(One("SELECT round(100.0 * count(*) FILTER (WHERE status = 'converted') / count(*), 2) FROM rec.lead"),
            "38.54");
}

TEST_F(UnknownSet, CountsOfFiveMinutesAreNoRecords) {
  const std::filesystem::path path = shared_ / "contact-centre/bank_calls_5min.csv.gz";
  const auto proposed = job_->workspace().Propose({.path = path, .descriptor = -1, .name = "bank_calls_5min.csv.gz"},
                                                  {}, analysis::Principal::LocalOwner(), {});
  ASSERT_TRUE(proposed.has_value()) << proposed.error().ToString();
  EXPECT_LT(proposed->proposal.tables.front().score, sources::Proposal::kLikely);
}

TEST(SavedMapping, IsInForceAtOnceAndCanBeTakenBack) {
  Job job("saved-mapping");
  const std::string text = "Reading No,Customer No,Taken At,Level\nr1,a,2024-01-01,5\nr2,b,2024-01-02,6\n";
  const std::filesystem::path path = job.Write("meters.csv", text);
  const auto& owner = analysis::Principal::LocalOwner();
  const auto proposed = job.workspace().Propose({.path = path, .descriptor = -1, .name = "meters.csv"},
                                                {.part = "", .table = "activity", .source = "meters"}, owner, {});
  ASSERT_TRUE(proposed.has_value()) << proposed.error().ToString();
  MappingDraft draft = proposed->proposal.draft;
  for (sources::DraftColumn& column : draft.columns) {
    if (column.header == "Taken At")
      column = {.header = column.header, .field = "at", .type = sources::ColumnType::kInstant};
  }
  const auto tried = job.workspace().Try({.path = path, .descriptor = -1, .name = "meters.csv"}, "", draft, owner, {});
  ASSERT_TRUE(tried.has_value() && !tried->problem) << tried->problem->ToString();
  const auto perform = [&](std::string_view action, const analysis::RawParams& params) {
    return job.workspace().Perform(action, params, "", owner, {}, {});
  };
  const auto saved = perform(workspace::kSaveMapping, {{"mapping", {tried->toml}}});
  ASSERT_TRUE(saved.has_value()) << saved.error().ToString();
  const auto decision = [](const analysis::Decision& taken) {
    return store::ToText(taken.output.Find("decision")->rows.front().front());
  };
  EXPECT_EQ(Job::Counts(job.Import({path})), "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(job.Sql("SELECT count(*) FROM model.activity").front(), "2");

  const auto other = perform(workspace::kSaveMapping, {{"mapping", {tried->toml + "# another\n"}}});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code(), Code::kConflict) << "another text of the same name is not put over it";
  const auto bad = perform(workspace::kSaveMapping, {{"mapping", {"source = 1"}}});
  EXPECT_FALSE(bad.has_value());

  const auto early = perform("decisions.undo", {{"decision_id", {decision(*saved)}}});
  ASSERT_FALSE(early.has_value()) << "files rest on it";
  ASSERT_TRUE(perform("sources.undo", {{"import_id", {"1"}}}).has_value());
  const auto undone = perform("decisions.undo", {{"decision_id", {decision(*saved)}}});
  ASSERT_TRUE(undone.has_value()) << undone.error().ToString();
  EXPECT_EQ(Cell(job.Import({path}), "files", "state"), "unrecognised");
  const std::int64_t version = job.DataVersion();
  job.Reopen();
  EXPECT_EQ(job.DataVersion(), version) << "what is on the disk is what was recorded";
}

TEST(SavedMapping, IsRemovedOnceNoFileRestsOnIt) {
  const std::string meters =
      "source = \"meters\"\nobject = \"reading\"\nversion = 1\ntitle = { en = \"Readings\", ru = \"Показания\" }\n"
      "extent = \"delta\"\n[recognise]\nrequire = [\"no\", \"taken_at\", \"level\"]\nfiles = [\"meters*\"]\n[key]\n"
      "columns = [\"no\"]\n[columns]\nno = { type = \"id\", names = [\"Reading No\"] }\ntaken_at = { type = "
      "\"instant\", names = [\"Taken At\"] }\nlevel = { type = \"text\", names = [\"Level\"] }\n[[emit]]\ntable = "
      "\"activity\"\n[emit.set]\nkey = \"no\"\nkind = \"'note'\"\nat = \"taken_at\"\noutcome = \"level\"\n";
  Job job("removed-mapping");
  const std::filesystem::path path = job.Write("meters.csv", "Reading No,Taken At,Level\nr1,2024-01-01,5\n");
  const auto perform = [&](std::string_view action, const analysis::RawParams& params) {
    return job.workspace().Perform(action, params, "", analysis::Principal::LocalOwner(), {}, {});
  };
  const analysis::RawParams pair{{"source", {"meters"}}, {"object", {"reading"}}};
  const auto unknown = perform(workspace::kRemoveMapping, pair);
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code(), Code::kNotFound);
  const auto of_the_program = perform(workspace::kRemoveMapping, {{"source", {"salesforce"}}, {"object", {"lead"}}});
  ASSERT_FALSE(of_the_program.has_value());
  EXPECT_EQ(of_the_program.error().code(), Code::kNotFound) << "only one of the workspace's own";

  ASSERT_TRUE(perform(workspace::kSaveMapping, {{"mapping", {meters}}}).has_value());
  EXPECT_EQ(Job::Counts(job.Import({path})), "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  const auto in_use = perform(workspace::kRemoveMapping, pair);
  ASSERT_FALSE(in_use.has_value());
  EXPECT_EQ(in_use.error().code(), Code::kConflict) << "a file rests on it";
  EXPECT_EQ(job.Ask("sources.mappings").output.Find("mappings")->rows.size(), 1U);

  ASSERT_TRUE(perform("sources.undo", {{"import_id", {"1"}}}).has_value());
  const auto removed = perform(workspace::kRemoveMapping, pair);
  ASSERT_TRUE(removed.has_value()) << removed.error().ToString();
  EXPECT_TRUE(job.Ask("sources.mappings").output.Find("mappings")->rows.empty());
  EXPECT_EQ(Cell(job.Import({path}), "files", "state"), "unrecognised");
  job.Reopen();
  EXPECT_TRUE(job.Ask("sources.mappings").output.Find("mappings")->rows.empty()) << "the file is gone from the disk";

  const std::string decision = store::ToText(removed->output.Find("decision")->rows.front().front());
  const auto undone = perform("decisions.undo", {{"decision_id", {decision}}});
  ASSERT_TRUE(undone.has_value()) << undone.error().ToString();
  EXPECT_EQ(Cell(job.Ask("sources.mappings"), "mappings", "text"), meters) << "to the letter as it was";
  EXPECT_EQ(Cell(job.Import({path}), "files", "state"), "imported");
}

}  // namespace
}  // namespace weir::main_job
