// Marketing products as their interfaces and APIs write them: spend is counted once, touches have their source and
// their person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>

#include "main_job.h"
#include "store/database.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

// One account an export, at any level: the file holds all rows of its account and its days.
TEST(Marketing, MetaCountsSpendOnceAtWhateverLevel) {
  Job job("meta");
  job.Set("currency", "EUR");
  const std::string head =
      "Day,Account ID,Campaign ID,Campaign name,Ad name,Impressions,Amount spent (EUR),Link clicks\n";
  EXPECT_EQ(Job::Counts(job.Bring("meta ads 1.csv",
                                  head + "2026-03-01,1,77,Spring,a,100,1.50,3\n2026-03-01,1,77,Spring,b,50,0.50,1\n"
                                         "2026-03-02,1,77,Spring,a,10,4,\n,,,,,160,6.00,4\n",
                                  "2026-03-03")),
            "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(job.Metric("spend"), "6") << "the row of totals has no day";
  job.Bring("meta ads 2.csv", head + "2026-03-01,2,78,Shop,c,100,10,3\n", "2026-03-03");
  EXPECT_EQ(job.Metric("spend"), "16") << "another account";
  // The next week, the first account at the level of campaigns, with what Meta has corrected since.
  job.Bring("meta ads 3.csv",
            "Day,Account ID,Campaign ID,Campaign name,Impressions,Amount spent (EUR),Link clicks\n"
            "2026-03-01,1,77,Spring,150,2.25,4\n2026-03-02,1,77,Spring,10,4,\n2026-03-03,1,77,Spring,10,1,\n",
            "2026-03-10");
  EXPECT_EQ(job.Metric("spend"), "17.25");
  EXPECT_EQ(job.Metric("clicks"), "7");
  EXPECT_THAT(job.Sql("SELECT campaign, sum(cost), min(currency) FROM scoped.spend GROUP BY 1 ORDER BY 1"),
              ElementsAre("Shop|10|EUR", "Spring|7.25|EUR"));
}

std::string Utf16(std::string_view ascii) {
  std::string text = "\xFF\xFE";
  for (const char c : ascii) text += {c, '\0'};
  return text;
}

TEST(Marketing, LinkedinReportIsReadAsItIsSaved) {
  Job job("linkedin");
  job.Set("currency", "USD");
  const std::string report =
      "Campaign Performance Report (in UTC)\nReport Start: March 1, 2026, 12:00 AM\nReport End: March 2, 2026, 11:59 "
      "PM\n"
      "Date Generated: March 3, 2026, 9:00 AM\n\n"
      "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Name\tCampaign Type\tTotal Spent\tImpressions\tClicks\n"
      "3/1/2026\tAcme\tUSD\tBrand\tSponsored Content\t12.50\t1,000\t7\n"
      "3/2/2026\tAcme\tUSD\tBrand\tSponsored Content\t2.50\t10\t0\n";
  EXPECT_EQ(Job::Counts(job.Bring("account_1_campaign_performance_report.csv", Utf16(report), "2026-03-03")),
            "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(job.Metric("spend"), "15");
  EXPECT_THAT(job.Sql("SELECT campaign, day, cost, impressions FROM scoped.spend ORDER BY day"),
              ElementsAre("Brand|2026-03-01|12.5|1000", "Brand|2026-03-02|2.5|10"));
}

TEST(Marketing, MicrosoftReportHasLinesAboveAndBelow) {
  Job job("microsoft");
  job.Set("currency", "USD");
  const std::string report =
      "\"Report Name: Campaigns\"\n\"Report Time: 3/1/2026,3/2/2026\"\n\"Time Zone: (GMT-08:00) Pacific Time\"\n"
      "\"Report Aggregation: Daily\"\n\"Potential Incomplete Data: true\"\n\"Rows: 3\"\n\n"
      "\"TimePeriod\",\"AccountId\",\"CampaignName\",\"CampaignId\",\"CurrencyCode\",\"DeviceType\",\"Impressions\","
      "\"Clicks\","
      "\"Spend\",\"Conversions\",\"Revenue\"\n"
      "\"2026-03-01\",\"9\",\"Brand\",\"5\",\"USD\",\"Computer\",\"100\",\"2\",\"3.10\",\"1\",\"0\"\n"
      "\"2026-03-01\",\"9\",\"Brand\",\"5\",\"USD\",\"Smartphone\",\"10\",\"0\",\"0\",\"0\",\"0\"\n"
      "\"2026-03-01\",\"9\",\"Brand\",\"5\",\"USD\",\"Smartphone\",\"10\",\"0\",\"0\",\"0\",\"0\"\n"
      "\"\xC2\xA9"
      "2026 Microsoft Corporation. All rights reserved. \"\n";
  EXPECT_EQ(Job::Counts(job.Bring("CampaignPerformanceReport.csv", report, "2026-03-03")),
            "read 3 new 3 updated 0 unchanged 0 quarantined 0")
      << "two rows that look alike are two rows";
  EXPECT_EQ(job.Metric("spend"), "3.1");
  EXPECT_EQ(job.Metric("impressions"), "120");
}

// The id of a contact is made of the address, in the export of the interface as in the API.
TEST(Marketing, MailchimpKnowsAContactByTheAddress) {
  Job job("mailchimp");
  const std::string tail = ",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CC,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n";
  job.Bring("unsubscribed_members_export_1.csv",
            "Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON" + tail +
                "Ann@Acme.com,Ann,Lee,2026-02-03 10:00:00,Spring,c1,,2,2026-01-01 09:00:00,2026-01-01 09:00:00,DE,"
                "2026-02-03 10:00:00,5,e5,,\n");
  job.Bring("campaign_recipient_activity.csv",
            "action,campaign_id,member_id,timestamp,_fivetran_synced,bounce_type,combination_id,ip,list_id,url\n"
            "open,c1,e3db0911e8fe941cb6a280f63835c30e,2026-02-01 08:00:00,2026-02-05 00:00:00,,,,l,\n"
            "bounce,c1,x,2026-02-01 08:00:00,2026-02-05 00:00:00,hard,,,l,\n");
  EXPECT_THAT(job.Sql("SELECT source_key FROM model.person_version AS p JOIN model.identity_link AS l ON l.entity_id = "
                      "p.person_id AND l.entity = 'person'"),
              ElementsAre("e3db0911e8fe941cb6a280f63835c30e"));
  EXPECT_THAT(job.Sql("SELECT p.full_name, t.kind, t.campaign_id FROM scoped.touch AS t JOIN scoped.person AS p ON "
                      "p.person_id = t.person_id"),
              ElementsAre("Ann Lee|mail|mailchimp:c1"));
  EXPECT_THAT(job.Sql("SELECT field, new_value, \"at\" FROM model.field_change"),
              ElementsAre("mailchimp_status|unsubscribed|2026-02-03T10:00:00Z"));
}

// Two years, one visitID; the clock of UTC+3.
TEST(Marketing, MetricaVisitsAreTouches) {
  Job job("metrica");
  EXPECT_EQ(
      Job::Counts(job.Bring(
          "visits.tsv",
          "ym:s:visitID\tym:s:date\tym:s:dateTime\tym:s:dateTimeUTC\tym:s:clientID\tym:s:startURL\t"
          "ym:s:lastTrafficSource\tym:s:lastAdvEngine\tym:s:UTMSource\tym:s:UTMMedium\tym:s:UTMCampaign\tym:s:goalsID\n"
          "5\t2025-03-01\t2025-03-01 14:00:00\t2025-03-01 12:00:00\t9\thttps://acme.ru/\tad\tya_direct\tyandex\tcpc\t"
          "Весна\t[1,2]\n"
          "5\t2026-03-01\t2026-03-01 14:00:00\t2026-03-01 12:00:00\t9\thttps://acme.ru/\torganic\t\t\t\t\t[]\n")),
      "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT \"at\", kind, channel, source_name, medium, person_id FROM model.touch ORDER BY \"at\""),
              ElementsAre("2025-03-01T09:00:00Z|visit|ad|yandex|cpc|yandex_metrica:9",
                          "2026-03-01T09:00:00Z|visit|organic||organic|yandex_metrica:9"));
  EXPECT_THAT(job.Sql("SELECT c.name FROM model.touch AS t JOIN model.campaign AS c ON c.campaign_id = t.campaign_id"),
              ElementsAre("Весна"));
  EXPECT_THAT(job.Sql("SELECT count(*) FROM scoped.person"), ElementsAre("0")) << "a browser is no contact";
}

// An event as BigQuery writes it: whole numbers of 64 bits in quotes, what is null left out.
std::string Event(const std::string& name, std::int64_t second, const std::string& params,
                  const std::string& more = {}) {
  return fmt::format(R"({{"event_date":"20260301","event_timestamp":"{}","event_name":"{}","event_params":[{}],)"
                     R"("user_pseudo_id":"11.22","event_bundle_sequence_id":"1"{},"items":[],"platform":"WEB"}})"
                     "\n",
                     (1772355600 + second) * 1000000, name, params, more);
}

std::string Number(const std::string& key, std::int64_t value) {
  return fmt::format(R"({{"key":"{}","value":{{"int_value":"{}"}}}})", key, value);
}

std::string Text(const std::string& key, const std::string& value) {
  return fmt::format(R"({{"key":"{}","value":{{"string_value":"{}"}}}})", key, value);
}

std::string Sessions() {
  const std::string first = R"(,"traffic_source":{"name":"Launch","medium":"cpc","source":"google"})";
  const std::string known = first + R"(,"user_id":"u7")";
  const std::string session = Number("ga_session_id", 100) + "," + Number("ga_session_number", 1);
  const std::string later = Number("ga_session_id", 200) + "," + Number("ga_session_number", 2);
  const std::string last_click =
      R"x(,"session_traffic_source_last_click":{"manual_campaign":{"source":"(not set)"},"cross_channel_campaign":)x"
      R"x({"source":"bing","medium":"cpc","campaign_name":"Brand","default_channel_group":"Paid Search"}})x";
  const std::string order = R"(,"ecommerce":{"transaction_id":"T1","purchase_revenue":5})";
  return Event("first_visit", 0, session, first) +
         Event("session_start", 0, session + "," + Text("page_location", "https://acme.com/a"), first) +
         Event("page_view", 1, session, first) + Event("generate_lead", 60, session, first) +
         Event("session_start", 9000, later + "," + Text("source", "news") + "," + Text("medium", "email"), known) +
         Event("session_start", 20000, Number("ga_session_id", 300), known + last_click) +
         Event("purchase", 20100, Number("ga_session_id", 300) + "," + Number("value", 5), known + order);
}

void ExpectTouchesOfSessions(Job& job) {
  EXPECT_THAT(
      job.Sql(
          "SELECT t.\"at\", t.kind, t.channel, t.source_name, t.medium, c.name, t.person_id FROM model.touch AS t LEFT "
          "JOIN model.campaign AS c ON c.campaign_id = t.campaign_id ORDER BY t.\"at\", t.kind"),
      ElementsAre(
          "2026-03-01T09:00:00Z|visit||google|cpc|Launch|ga4:11.22",
          "2026-03-01T09:01:00Z|form||google|cpc|Launch|ga4:11.22", "2026-03-01T11:30:00Z|visit||news|email||ga4:u7",
          "2026-03-01T14:33:20Z|visit|Paid Search|bing|cpc|Brand|ga4:u7", "2026-03-01T14:35:00Z|event|||||ga4:u7"));
  EXPECT_THAT(job.Sql("SELECT count(*) FROM model.payment"), ElementsAre("0"));
}

TEST(Marketing, Ga4SessionsAreTouches) {
  Job job("ga4");
  const auto imported = job.Bring("events_20260301.json", Sessions());
  EXPECT_EQ(Job::Counts(imported), "read 7 new 7 updated 0 unchanged 0 quarantined 0");
  ExpectTouchesOfSessions(job);
  EXPECT_THAT(job.Sql("SELECT url FROM rec.touch WHERE url IS NOT NULL"), ElementsAre("https://acme.com/a"));
}

TEST(Marketing, Ga4ReadsAlikeFromParquet) {
  Job job("ga4-parquet");
  const std::filesystem::path json = job.Write("lines.json", Sessions());
  const std::filesystem::path parquet = json.parent_path() / "events_20260301.parquet";
  store::OpenOptions options;
  options.external_access = true;
  auto database = store::Database::Open({}, options);
  ASSERT_TRUE(database.has_value());
  auto connection = database->Connect();
  ASSERT_TRUE(connection.has_value());
  const auto copied = connection->Execute(
      fmt::format("COPY (SELECT * FROM read_json({}, format = 'newline_delimited')) TO {} (FORMAT parquet)",
                  store::QuoteText(json.string()), store::QuoteText(parquet.string())));
  ASSERT_TRUE(copied.has_value()) << copied.error().ToString();
  EXPECT_EQ(Job::Counts(job.Import({parquet})), "read 7 new 7 updated 0 unchanged 0 quarantined 0");
  ExpectTouchesOfSessions(job);
}

}  // namespace
}  // namespace weir::main_job
