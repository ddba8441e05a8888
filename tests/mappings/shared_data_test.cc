// Reads public data sets where they are at hand: every file of the named sets is recognised and imported, no row is
// lost, a second import changes nothing, the model builds over the records, and known totals come out of it.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.h"
#include "header_file.h"
#include "identity/resolver.h"
#include "model/build.h"
#include "model/records.h"
#include "sources/discover.h"
#include "sources/import.h"
#include "sources/records.h"
#include "sources/schema.h"

namespace weir::sources::testing {
namespace {

std::filesystem::path SharedData() {
  if (const char* told = std::getenv("WEIR_SHARED_DATA"); told != nullptr) return told;
  const char* root = std::getenv("WEIR_SOURCE_DIR");
  return std::filesystem::path(root != nullptr ? root : ".") / "../shared/data";
}

constexpr Instant kNow{1'750'000'000'000'000};

class SharedDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(SharedData() / "MANIFEST.tsv")) GTEST_SKIP() << "no data in " << SharedData();
    auto catalog = LoadMappings();
    ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
    catalog_ = std::move(*catalog);
    OpenStore();
  }

  // A store of its own for each call, as spoilt copies of one set must not meet.
  void OpenStore() {
    connection_.reset();
    auto database = store::Database::Open({});
    ASSERT_TRUE(database.has_value()) << database.error().ToString();
    database_ = std::make_unique<store::Database>(std::move(*database));
    auto connection = database_->Connect();
    ASSERT_TRUE(connection.has_value()) << connection.error().ToString();
    connection_ = std::make_unique<store::Connection>(std::move(*connection));
    for (const std::string_view statement : SourceMigrations()) Execute(statement);
    for (const std::string_view statement : model::ModelMigrations()) Execute(statement);
    Execute("CREATE SCHEMA model; CREATE SCHEMA state; CREATE SCHEMA scoped");
    Execute("CREATE TABLE meta.decision (decision_id BIGINT, data_version BIGINT, undoes BIGINT)");
    const Status functions = CreateSourceFunctions(*connection_);
    ASSERT_TRUE(functions.has_value()) << functions.error().ToString();
  }

  void Execute(std::string_view sql) {
    const auto done = connection_->Execute(sql);
    ASSERT_TRUE(done.has_value()) << done.error().ToString() << "\n" << sql;
  }

  std::vector<FileInput> FilesOf(const std::filesystem::path& path) const {
    auto found = Discover(path);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().ToString());
    if (!found) return {};
    for (const Error& problem : found->problems) ADD_FAILURE() << problem.ToString();
    return found->files;
  }

  // The mapping that takes the file, or null with a message.
  const Mapping* Taken(const FileInput& file, double& score) const {
    const auto sample = TakeSample(file);
    if (!sample) {
      ADD_FAILURE() << sample.error().ToString();
      return nullptr;
    }
    const std::vector<Candidate> candidates = Recognise(catalog_, *sample);
    std::string message = file.Title();
    for (std::size_t i = 0; i < std::min<std::size_t>(candidates.size(), 4); ++i) {
      message +=
          fmt::format("\n  {} {:.3f} {}", NameOf(*candidates[i].mapping), candidates[i].score, candidates[i].reason);
    }
    if (candidates.empty() || !candidates.front().IsAccepted()) {
      ADD_FAILURE() << message;
      return nullptr;
    }
    score = candidates.front().score;
    return candidates.front().mapping;
  }

  ImportReport Import(const Mapping& mapping, const FileInput& file, double score) {
    const auto run = BeginImport(*connection_, "import", 1, kNow);
    EXPECT_TRUE(run.has_value()) << (run ? "" : run.error().ToString());
    ImportContext context;
    context.import_id = run.value_or(0);
    context.data_version = context.import_id;
    context.default_region = "US";
    context.default_currency = "USD";
    context.score = score;
    context.now = kNow;
    auto report = ImportFile(*connection_, mapping, file, context);
    if (!report) {
      ADD_FAILURE() << report.error().ToString();
      return {};
    }
    EXPECT_EQ(report->read, report->added + report->updated + report->unchanged + report->quarantined) << file.Title();
    return std::move(*report);
  }

  // Imports all files of a path twice and prints what became of each.
  void ImportAll(const std::filesystem::path& path, std::string_view source, std::uint64_t quarantined = 0) {
    std::uint64_t refused = 0;
    for (const FileInput& file : FilesOf(path)) {
      double score = 0;
      const Mapping* mapping = Taken(file, score);
      if (mapping == nullptr) continue;
      EXPECT_EQ(mapping->source, source) << file.Title();
      const ImportReport first = Import(*mapping, file, score);
      fmt::print("{:<52} {:<38} {:.2f} read {:>6} new {:>6} same {:>5} refused {:>5}{}\n", file.Title(),
                 NameOf(*mapping), score, first.read, first.added + first.updated, first.unchanged, first.quarantined,
                 mapping->emits.empty() ? " (not used)" : "");
      for (const Problem& problem : first.problems) {
        if (quarantined > 0) break;
        fmt::print("    line {} {}: {} ({})\n", problem.line, problem.header, problem.reason.text,
                   problem.raw.substr(0, 60));
      }
      refused += first.quarantined;
      const ImportReport second = Import(*mapping, file, score);
      EXPECT_EQ(second.added + second.updated, 0U) << file.Title() << " was imported before";
    }
    EXPECT_EQ(refused, quarantined) << path;
    MakeViews();
    ShowRecords();
  }

  void MakeViews() {
    const auto statements = RecordViewStatements(*connection_, catalog_, "UTC");
    ASSERT_TRUE(statements.has_value()) << statements.error().ToString();
    for (const std::string& statement : *statements) Execute(statement);
    for (const model::RecordTable& table : model::RecordTables()) {
      const auto rows = connection_->Query(fmt::format("SELECT count(*) FROM rec.{}", store::QuoteName(table.name)));
      EXPECT_TRUE(rows.has_value()) << table.name << ": " << (rows ? "" : rows.error().ToString());
    }
  }

  // Everything that is true now, as an owner of the data sees it.
  void BuildModel() {
    model::BuildRequest request{.data_version = 1, .settings = {}, .records = {}};
    request.settings.currency = "USD";
    for (const model::RecordTable& table : model::RecordTables()) request.records[table.name].observations = "1";
    identity::Resolver resolver;
    const auto built = model::BuildModel(*connection_, request, resolver, {}, {});
    ASSERT_TRUE(built.has_value()) << built.error().ToString();
    Execute(
        "SET VARIABLE as_of = TIMESTAMP '2099-01-01 00:00:00'; SET VARIABLE as_of_date = DATE '2099-01-01'; "
        "SET VARIABLE currency_decimals = 2; SET VARIABLE sees_all_rows = TRUE; SET VARIABLE sees_personal_data = "
        "TRUE");
    const Status views = model::CreateScopedViews(*connection_);
    ASSERT_TRUE(views.has_value()) << views.error().ToString();
  }

  // What a copy must not change: key -> stage, amount and dates.
  std::map<std::string, std::string> Deals() {
    std::map<std::string, std::string> deals;
    const auto rows =
        connection_->Query("SELECT key, concat_ws(' ', stage, amount, created_at, close_date) FROM rec.deal");
    EXPECT_TRUE(rows.has_value()) << (rows ? "" : rows.error().ToString());
    for (std::size_t i = 0; rows && i < rows->size(); ++i) deals.emplace(rows->TextAt(i, 0), rows->TextAt(i, 1));
    return deals;
  }

  // How many records of each kind came out.
  void ShowRecords() {
    for (const model::RecordTable& table : model::RecordTables()) {
      const std::string count = Row(fmt::format("SELECT count(*) FROM rec.{}", store::QuoteName(table.name)));
      if (count != "0") fmt::print("  {:<18} {:>6}\n", table.name, count);
    }
  }

  // Cells of the one row of a query, separated by blanks.
  std::string Row(std::string_view sql) {
    const auto rows = connection_->Query(sql);
    if (!rows) return rows.error().ToString();
    std::string text;
    for (std::size_t i = 0; i < rows->columns.size(); ++i) {
      const store::Value& value = rows->rows.at(0).at(i);
      text += (i == 0 ? "" : " ") + (store::IsNull(value) ? std::string("-") : store::ToText(value));
    }
    return text;
  }

  MappingCatalog catalog_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Connection> connection_;
};

TEST_F(SharedDataTest, SalesforceTables) {
  ImportAll(SharedData() / "export-shapes-dbt/salesforce", "salesforce");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.deal"), "2") << "the others are deleted in the source";
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.activity"), "20");
}

TEST_F(SharedDataTest, HubspotTables) {
  ImportAll(SharedData() / "export-shapes-dbt/hubspot", "hubspot");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.deal"), "44");
  EXPECT_EQ(Row("SELECT count(*) FROM model.activity WHERE person_id IS NOT NULL"), "1") << "by a link";
}

// As many cases and events as those who published the logs count.
TEST_F(SharedDataTest, EventLogs) {
  struct Log {
    const char* file;
    std::size_t cases;
    std::size_t events;
  };
  for (const Log& log :
       {Log{"BPI_Challenge_2012", 13'087, 262'200}, Log{"BPI_Challenge_2013_incidents", 7'554, 65'533},
        Log{"BPI_Challenge_2013_closed_problems", 1'487, 6'660}, Log{"BPI_Challenge_2013_open_problems", 819, 2'351},
        Log{"BPI_Challenge_2015_1", 1'199, 52'217}, Log{"BPI_Challenge_2019_one_trace_per_variant", 11'973, 338'247},
        Log{"BPI_Challenge_2020_DomesticDeclarations", 10'500, 56'437},
        Log{"BPI_Challenge_2020_PrepaidTravelCost", 2'099, 18'246},
        Log{"BPI_Challenge_2020_RequestForPayment", 6'886, 36'796},
        Log{"Road_Traffic_Fine_Management_Process", 150'370, 561'470}, Log{"receipt", 1'434, 8'577},
        Log{"repairExample", 1'104, 11'855}, Log{"reviewing", 100, 3'730}, Log{"running-example", 6, 42},
        Log{"teleclaims", 3'512, 46'138}}) {
    const auto files = FilesOf(SharedData() / "eventlogs" / (std::string(log.file) + ".xes.gz"));
    ASSERT_EQ(files.size(), 1U);
    double score = 0;
    const Mapping* mapping = Taken(files[0], score);
    ASSERT_NE(mapping, nullptr);
    EXPECT_EQ(NameOf(*mapping), "xes/event");
    auto reader = OpenRows(files[0]);
    ASSERT_TRUE(reader.has_value()) << reader.error().ToString();
    std::set<std::string, std::less<>> cases;
    std::size_t events = 0;
    while (true) {
      const auto block = (*reader)->Next();
      ASSERT_TRUE(block.has_value()) << block.error().ToString();
      if (*block == nullptr) break;
      events += (*block)->size();
      for (std::size_t row = 0; row < (*block)->size(); ++row) cases.emplace((*block)->Cell(row, 0));
    }
    EXPECT_EQ(cases.size(), log.cases) << log.file;
    EXPECT_EQ(events, log.events) << log.file;
    fmt::print("{:<45} {:>7} cases {:>7} events\n", log.file, cases.size(), events);
  }
  ImportAll(SharedData() / "eventlogs/receipt.xes.gz", "xes");
}

// One subscription item ends in the year 9999.
TEST_F(SharedDataTest, StripeTables) {
  ImportAll(SharedData() / "export-shapes-dbt/stripe", "stripe", 1);
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), sum(total), max(currency) FROM rec.invoice"), "2 20 USD") << "cents are money";
}

TEST_F(SharedDataTest, ZendeskTables) {
  ImportAll(SharedData() / "export-shapes-dbt/zendesk", "zendesk");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.ticket"), "8") << "two are deleted in the source";
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.member"), "1") << "the one agent";
}

// Spend is counted at one level, however many tables and histories hold it.
TEST_F(SharedDataTest, GoogleAdsTables) {
  ImportAll(SharedData() / "export-shapes-dbt/google_ads", "google_ads");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.spend"), "16");
  EXPECT_EQ(Row("SELECT sum(cost) FROM model.spend"),
            Row("SELECT CAST(sum(cost) AS DECIMAL(18, 4)) FROM obs.google_ads__campaign_stats"));
}

// Each history keeps several states of a record: the newest is what is true today, whatever their order in the file.
TEST_F(SharedDataTest, RecurlyTables) {
  ImportAll(SharedData() / "export-shapes-dbt/recurly", "recurly");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), sum(total), sum(amount_paid), max(currency) FROM scoped.invoice"), "5 302 302 USD");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.subscription"), "4") << "one of them in two states";
  EXPECT_EQ(
      Row("SELECT period_end, interval, interval_count, unit_price FROM scoped.subscription WHERE subscription_id "
          "= 'recurly:2900cfb1daef789cc21ea100ff6af6e9'"),
      "2022-09-11T08:20:38Z month 1 99");
  EXPECT_EQ(Row("SELECT count(*) FILTER (WHERE status = 'active'), count(*) FILTER (WHERE status = 'expired') FROM "
                "scoped.subscription"),
            "2 2");
  EXPECT_EQ(Row("SELECT count(*), sum(quantity * unit_price) FROM scoped.subscription_item"), "4 3296");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM model.payment WHERE status = 'succeeded'"), "1 5")
      << "checks of cards are no payments, and what was voided did not come in";
  EXPECT_EQ(Row("SELECT count(*) FROM model.payment"), "2");
  EXPECT_EQ(Row("SELECT count(*) FROM model.identity_link WHERE entity = 'account'"), "4")
      << "one of them in two states";
  EXPECT_EQ(Row("SELECT count(*) FROM model.activity WHERE kind = 'note'"), "1") << "told twice";
}

// Of conversations and contacts the tables keep several states.
TEST_F(SharedDataTest, IntercomTables) {
  ImportAll(SharedData() / "export-shapes-dbt/intercom", "intercom");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), count(*) FILTER (WHERE status = 'closed'), count(solved_at) FROM scoped.ticket WHERE "
                "created_at IS NOT NULL"),
            "2 2 2")
      << "nine states, and the last of each is the last in time";
  EXPECT_EQ(Row("SELECT solved_at FROM scoped.ticket WHERE ticket_id = 'intercom:156643300001372'"),
            "2020-11-06T13:55:01Z");
  Execute("SET VARIABLE as_of = TIMESTAMP '2020-11-05 00:00:00'; SET VARIABLE as_of_date = DATE '2020-11-05'");
  EXPECT_EQ(Row("SELECT status FROM scoped.ticket WHERE ticket_id = 'intercom:156643300001372'"), "open");
  Execute("SET VARIABLE as_of = TIMESTAMP '2099-01-01 00:00:00'; SET VARIABLE as_of_date = DATE '2099-01-01'");
  EXPECT_EQ(Row("SELECT count(*), count(*) FILTER (WHERE direction = 'in') FROM model.message"), "2 2")
      << "the first message of each conversation; parts without a text are no messages";
  EXPECT_EQ(Row("SELECT count(*) FROM model.ticket_event WHERE kind = 'comment'"), "1") << "a note";
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.person WHERE full_name <> ''"), "9");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.member WHERE name IS NOT NULL"), "4");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.team"), "3");
}

// The tables of both APIs; orders of the test mode, deleted and cancelled ones are no revenue.
TEST_F(SharedDataTest, ShopifyTables) {
  ImportAll(SharedData() / "export-shapes-dbt/shopify", "shopify");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), sum(total) FROM scoped.invoice WHERE status = 'paid'"), "9 682.01");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.invoice WHERE status = 'void'"), "3");
  EXPECT_EQ(Row("SELECT count(*), sum(total) FROM scoped.invoice WHERE status = 'paid' AND currency = 'GBP'"),
            "3 11.98");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM model.invoice_line"), "13 346.77");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM model.payment WHERE kind = 'charge' AND status = 'succeeded'"),
            "9 1663.55");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM model.payment WHERE kind = 'refund'"), "1 120");
  EXPECT_EQ(Row("SELECT count(DISTINCT source_key) FROM model.identity_link WHERE entity = 'person'"), "14");
}

// A row that is no longer true says nothing of today; the documents of this set are bills of vendors.
TEST_F(SharedDataTest, NetsuiteTables) {
  ImportAll(SharedData() / "export-shapes-dbt/netsuite", "netsuite");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(DISTINCT source_key) FROM model.identity_link WHERE entity = 'account'"), "15")
      << "five of NetSuite2.com, ten of the older tables";
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.member WHERE name IS NOT NULL"), "3");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.member WHERE is_active"), "2");
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.invoice"), "0");
  EXPECT_EQ(Row("SELECT count(*) FROM model.product WHERE name = 'That'"), "0") << "a subtotal is not sold";
}

// basic_ad knows the ad alone; the campaign is found by the history of ads. Sums by hand from the ten rows.
TEST_F(SharedDataTest, MetaAdsTables) {
  ImportAll(SharedData() / "export-shapes-dbt/facebook_ads", "meta_ads");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), sum(cost), sum(clicks), sum(impressions), count(currency) FROM model.spend"),
            "10 643.63 149 37275 0");
  EXPECT_EQ(Row("SELECT sum(cost) FROM model.spend WHERE campaign_id = 'meta_ads:6215304559271'"), "159.33")
      << "55.26 + 54.87 + 49.2, of one ad";
  EXPECT_EQ(
      Row("SELECT count(DISTINCT s.campaign_id) FROM model.spend AS s JOIN model.campaign AS c ON c.campaign_id = "
          "s.campaign_id"),
      "4")
      << "every cost has its campaign";
  EXPECT_EQ(Row("SELECT count(*) FROM model.campaign"), "4");
}

// The same cost is in four tables more.
TEST_F(SharedDataTest, LinkedinAdsTables) {
  ImportAll(SharedData() / "export-shapes-dbt/linkedin", "linkedin_ads");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*), sum(cost), sum(clicks), sum(impressions) FROM model.spend"), "20 530.62 919 1359");
  EXPECT_EQ(Row("SELECT count(*), sum(cost) FROM model.spend WHERE currency = 'USD'"), "11 530.62");
  EXPECT_EQ(Row("SELECT count(*) FROM model.campaign"), "12");
  EXPECT_EQ(Row("SELECT count(*) FROM model.spend AS s JOIN model.campaign AS c ON c.campaign_id = s.campaign_id"),
            "20");
}

TEST_F(SharedDataTest, MarketoTables) {
  ImportAll(SharedData() / "export-shapes-dbt/marketo", "marketo");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.person"), "100");
  EXPECT_EQ(
      Row("SELECT count(*), count(DISTINCT person_id) FILTER (WHERE kind = 'click'), count(*) FILTER (WHERE kind = "
          "'mail') FROM model.touch"),
      "200 6 100")
      << "opens and clicks; what was sent, delivered or returned is none";
  EXPECT_EQ(Row("SELECT count(*) FROM model.campaign"), "102") << "programs, and two smart campaigns of no program";
  EXPECT_EQ(Row("SELECT count(*) FROM model.merge_map WHERE entity = 'campaign'"), "107")
      << "98 of them, and 9 e-mails";
  EXPECT_EQ(Row("SELECT count(*) FROM model.field_change"), "100");
}

TEST_F(SharedDataTest, MailchimpTables) {
  ImportAll(SharedData() / "export-shapes-dbt/mailchimp", "mailchimp");
  BuildModel();
  EXPECT_EQ(Row("SELECT count(*) FROM scoped.person"), "8") << "one of them is in two audiences";
  EXPECT_EQ(Row("SELECT count(*), count(*) FILTER (WHERE kind = 'click'), count(person_id) FROM model.touch"),
            "25 11 25");
  EXPECT_EQ(
      Row("SELECT string_agg(name || ' ' || touches, ', ' ORDER BY touches DESC, name) FROM (SELECT c.name, count(*) "
          "AS touches FROM model.touch AS t JOIN model.campaign AS c ON c.campaign_id = t.campaign_id GROUP BY 1) "
          "AS counted"),
      "Release 0.1.1 17, Welcome Email 7")
      << "e-mails of automations are counted to the automation, whose second has no title";
  EXPECT_EQ(Row("SELECT count(*) FROM model.touch WHERE campaign_id = 'mailchimp:automation:12345'"), "1");
}

TEST_F(SharedDataTest, MavenOpportunities) {
  ImportAll(SharedData() / "crm-maven-opportunities", "maven");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM rec.deal WHERE stage_kind = 'won'"), "4238 10005534");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal WHERE stage_kind = 'lost'"), "2473");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal WHERE stage_kind = 'open'"), "2089");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal AS d WHERE d.account_key IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM rec.account AS a WHERE a.key = d.account_key)"),
            "0");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal AS d WHERE NOT EXISTS (SELECT 1 FROM rec.product AS p WHERE p.key = "
                "d.product_key)"),
            "0");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal AS d WHERE NOT EXISTS (SELECT 1 FROM rec.member AS m WHERE m.key = "
                "d.owner_key)"),
            "0");
}

// Dates that can be told are the same in every copy; those that cannot are refused, not guessed.
TEST_F(SharedDataTest, MavenSpoiltCopies) {
  const std::filesystem::path folder = SharedData() / "crm-maven-opportunities";
  ImportAll(folder / "sales_pipeline.csv.gz", "maven");
  const std::map<std::string, std::string> truth = Deals();
  struct Copy {
    const char* file;
    std::uint64_t refused;
  };
  for (const Copy& copy : {Copy{"sales_pipeline.us-slash-dates.csv.gz", 0}, Copy{"sales_pipeline.dmy-dates.csv.gz", 0},
                           Copy{"sales_pipeline.mixed-dates.csv.gz", 4511}}) {
    OpenStore();
    ImportAll(folder / "variants" / copy.file, "maven", copy.refused);
    const std::map<std::string, std::string> deals = Deals();
    EXPECT_EQ(deals.size(), 8800U - copy.refused) << copy.file;
    std::size_t different = 0;
    for (const auto& [key, deal] : deals) different += truth.at(key) == deal ? 0 : 1;
    EXPECT_EQ(different, 0U) << copy.file;
  }
}

TEST_F(SharedDataTest, MavenSpoiltTexts) {
  const std::filesystem::path folder = SharedData() / "crm-maven-opportunities/variants";
  ImportAll(folder / "accounts.dirty-text.csv", "maven");
  ImportAll(folder / "orders.dirty-text.csv.gz", "maven");
  EXPECT_EQ(Row("SELECT count(*), count(DISTINCT product_key), count(DISTINCT owner_key) FROM rec.deal"), "8800 7 30");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal AS d WHERE d.account_key IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM rec.account AS a WHERE a.key = d.account_key)"),
            "0")
      << "stray bytes do not part accounts";
}

TEST_F(SharedDataTest, Sparklesquad) {
  ImportAll(SharedData() / "crm-sparklesquad", "sparklesquad");
  EXPECT_EQ(Row("SELECT count(*), sum(amount) FROM rec.deal WHERE stage_kind = 'won'"), "6438 17936928");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal WHERE stage_kind = 'lost'"), "3493");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.touch"), "30244") << "repeats are kept";
  const std::string days = Row("SELECT min(at), max(at), count(DISTINCT at) FROM rec.touch");
  OpenStore();
  ImportAll(SharedData() / "crm-sparklesquad/variants/clicks.with-product.csv.gz", "sparklesquad");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.touch"), "30244");
  EXPECT_EQ(Row("SELECT min(at), max(at), count(DISTINCT at) FROM rec.touch"), days) << "month first";
}

TEST_F(SharedDataTest, Olist) {
  ImportAll(SharedData() / "olist-funnel", "olist");
  ImportAll(SharedData() / "olist-funnel/orders-sample", "olist");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal WHERE stage_kind = 'won'"), "842");
  EXPECT_EQ(Row("SELECT count(DISTINCT key) FROM rec.lead"), "8000");
  EXPECT_EQ(Row("SELECT count(*) FROM rec.deal AS d WHERE NOT EXISTS (SELECT 1 FROM rec.lead AS l WHERE l.key = "
                "d.lead_key AND "
                "l.created_at IS NOT NULL)"),
            "0")
      << "every deal meets its lead";
  EXPECT_EQ(Row("SELECT sum(annual_revenue) FROM rec.account AS a WHERE a.annual_revenue IS NOT NULL AND EXISTS "
                "(SELECT 1 FROM rec.deal AS d WHERE d.account_key = a.key)"),
            "664858");
  const std::map<std::string, std::string> truth = Deals();
  OpenStore();
  ImportAll(SharedData() / "olist-funnel/variants/closed_deals.dmy-dates.csv.gz", "olist");
  EXPECT_EQ(Deals(), truth) << "day first";
}

}  // namespace
}  // namespace weir::sources::testing
