// Pipedrive keeps apart in which stage a deal is and whether it is won or lost; its lists tell when a deal last moved,
// its interface for programs every change. Read from the one and the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

constexpr const char* kDeals =
    "Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Currency of Value,Deal - Probability,Deal - Organization,"
    "Deal - Organization ID,Deal - Pipeline,Deal - Contact person,Deal - Contact person ID,Deal - Stage,Deal - Status,"
    "Deal - Deal created,Deal - Update time,Deal - Last stage change,Deal - Last activity date,Deal - Won time,"
    "Deal - Lost time,Deal - Deal closed on,Deal - Lost reason,Deal - Expected close date,Deal - Source channel\n"
    "1,Ovens,Ann Lee,12000,EUR,60,Nord Bakery,11,Sales,Nadia Ek,21,Proposal Made,Open,2026-01-10 09:00:00,"
    "2026-02-05 10:00:00,2026-02-05 10:00:00,2026-02-05,,,,,2026-04-15,Fair\n"
    "2,Mixer,Ann Lee,3000,EUR,,Nord Bakery,11,Sales,Nadia Ek,21,Negotiations Started,Won,2026-01-12 09:00:00,"
    "2026-02-20 15:30:00,2026-02-01 12:00:00,2026-02-19,2026-02-20 15:30:00,,2026-02-20 15:30:00,,2026-02-28,Fair\n"
    "3,Fridge,Bob Ray,5000,EUR,,South Cafe,12,Sales,Omar Io,22,Contact Made,Lost,2026-01-15 09:00:00,"
    "2026-02-10 11:00:00,2026-01-20 08:00:00,2026-02-09,,2026-02-10 11:00:00,2026-02-10 11:00:00,Price,2026-03-31,\n"
    "4,Van,Bob Ray,8000,USD,,South Cafe,12,Sales,Omar Io,22,Qualified,Open,2026-02-01 09:00:00,2026-02-01 09:00:00,,,,"
    ",,,2026-05-01,\n";

std::vector<std::string> Versions(Job& job, const std::string& deal) {
  return job.Sql(
      "SELECT v.valid_from, coalesce(s.stage, v.stage), v.status, v.amount, v.close_date, m.name, v.origin FROM "
      "model.deal_version AS v JOIN model.deal AS d USING (deal_id) LEFT JOIN model.stage AS s ON s.source = d.source "
      "AND "
      "s.pipeline_key = d.pipeline_key AND s.stage_key = v.stage LEFT JOIN scoped.member AS m ON m.member_id = "
      "v.owner_id "
      "WHERE d.name = '" +
      deal + "' ORDER BY v.version");
}

TEST(Pipedrive, ListsOfDealsKnowTheLastMove) {
  Job job("pipedrive-lists");
  EXPECT_EQ(Job::Counts(job.Bring("deals-29684860-7.csv", kDeals, "2026-03-01T00:00:00Z")),
            "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(
      job.Sql("SELECT name, stage, status, amount, currency, close_date, loss_reason, owner, lead_source, account FROM "
              "scoped.deal ORDER BY name"),
      ElementsAre("Fridge|Lost|lost|5000|EUR|2026-02-10|Price|Bob Ray||South Cafe",
                  "Mixer|Won|won|3000|EUR|2026-02-20||Ann Lee|Fair|Nord Bakery",
                  "Ovens|Proposal Made|open|12000|EUR|2026-04-15||Ann Lee|Fair|Nord Bakery",
                  "Van|Qualified|open|8000|USD|2026-05-01||Bob Ray||South Cafe"));
  EXPECT_THAT(Versions(job, "Ovens"),
              ElementsAre("2026-01-10T09:00:00Z||open|12000|2026-04-15|Ann Lee|first_sight",
                          "2026-02-05T10:00:00Z|Proposal Made|open|12000|2026-04-15|Ann Lee|history",
                          "2026-03-01T00:00:00Z|Proposal Made|open|12000|2026-04-15|Ann Lee|difference"))
      << "the probability is of the day of the export";
  const auto mixer = ElementsAre("2026-01-12T09:00:00Z||open|3000||Ann Lee|first_sight",
                                 "2026-02-01T12:00:00Z|Negotiations Started|open|3000||Ann Lee|history",
                                 "2026-02-20T15:30:00Z|Won|won|3000|2026-02-20|Ann Lee|history");
  EXPECT_THAT(Versions(job, "Mixer"), mixer) << "in which stage it was won";
  EXPECT_THAT(Versions(job, "Van"),
              ElementsAre("2026-02-01T09:00:00Z|Qualified|open|8000|2026-05-01|Bob Ray|first_sight"));

  std::string later = kDeals;
  const auto replace = [&](const std::string& from, const std::string& to) {
    later.replace(later.find(from), from.size(), to);
  };
  replace("Proposal Made,Open,2026-01-10 09:00:00,2026-02-05 10:00:00,2026-02-05 10:00:00",
          "Negotiations Started,Open,2026-01-10 09:00:00,2026-03-11 07:00:00,2026-03-10 08:00:00");
  replace(
      "Qualified,Open,2026-02-01 09:00:00,2026-02-01 09:00:00,,,,,,,",
      "Qualified,Lost,2026-02-01 09:00:00,2026-03-15 10:00:00,,,,2026-03-15 10:00:00,2026-03-15 10:00:00,No budget,");
  EXPECT_EQ(Job::Counts(job.Bring("deals-29684860-8.csv", later, "2026-04-01T00:00:00Z")),
            "read 4 new 0 updated 2 unchanged 2 quarantined 0");
  EXPECT_THAT(Versions(job, "Ovens"),
              ElementsAre("2026-01-10T09:00:00Z|Proposal Made|open|12000|2026-04-15|Ann Lee|first_sight",
                          "2026-03-10T08:00:00Z|Negotiations Started|open|12000|2026-04-15|Ann Lee|history"));
  EXPECT_THAT(Versions(job, "Mixer"), mixer);
  EXPECT_THAT(Versions(job, "Van"),
              ElementsAre("2026-02-01T09:00:00Z|Qualified|open|8000|2026-05-01|Bob Ray|first_sight",
                          "2026-03-15T10:00:00Z|Lost|lost|8000|2026-03-15|Bob Ray|difference"));
  EXPECT_THAT(job.Sql("SELECT stage, status FROM scoped.stage WHERE pipeline = 'Sales' ORDER BY stage"),
              ElementsAre("Contact Made|open", "Lost|lost", "Negotiations Started|open", "Proposal Made|open",
                          "Qualified|open", "Won|won"));
  EXPECT_EQ(job.Metric("deals_won"), "1");
  EXPECT_EQ(job.Metric("deals_lost"), "2");
}

// Of the closed deals of a list without moves the model knows what it knows of every list.
TEST(Pipedrive, AListOfFewColumnsIsReadByNames) {
  Job job("pipedrive-few");
  EXPECT_EQ(
      Job::Counts(job.Bring("Deals.csv",
                            "Deal - Title,Deal - Value,Organization,Contact person,Deal - Owner,Deal - Stage "
                            "(pipeline),Deal - Currency of value,Deal - Creation date,Deal - Closed on,Deal - Lost "
                            "reason,Deal - Lost time,Deal - Status,Deal - Won time\n"
                            "Ovens,100,Nord Bakery,Nadia Ek,Ann Lee,Proposal Made,EUR,2026-01-10,2026-02-01,,,Won,"
                            "2026-02-01\n"
                            "Mixer,50,Nord Bakery,Nadia Ek,Ann Lee,Contact Made,EUR,2026-01-11,2026-02-02,Price,"
                            "2026-02-02,Lost,\n")),
      "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(Versions(job, "Ovens"), ElementsAre("2026-01-10T00:00:00Z||open|||Ann Lee|first_sight",
                                                  "2026-02-01T00:00:00Z|Won|won|100|2026-02-01|Ann Lee|first_sight"));
  EXPECT_THAT(
      job.Sql("SELECT d.name, d.account, p.full_name, d.loss_reason FROM scoped.deal AS d JOIN scoped.person AS p "
              "ON p.person_id = d.person_id ORDER BY d.name"),
      ElementsAre("Mixer|Nord Bakery|Nadia Ek|Price", "Ovens|Nord Bakery|Nadia Ek|"));
}

TEST(Pipedrive, AnswersOfItsInterfaceAreRead) {
  Job job("pipedrive-answers");
  job.Bring("pipedrive_users.json",
            R"({"success":true,"data":[{"id":7,"name":"Ann Lee","email":"ann@weir.example","default_currency":"EUR",)"
            R"("locale":"en_US","activated":true,"last_login":"2026-03-01 08:00:00","created":"2025-01-01 08:00:00",)"
            R"("modified":"2026-03-01 08:00:00","timezone_name":"Europe/Tallinn","active_flag":true,"role_id":1},)"
            R"({"id":8,"name":"Bob Ray","email":"bob@weir.example","default_currency":"EUR","locale":"en_US",)"
            R"("activated":true,"last_login":null,"created":"2025-01-01 08:00:00","modified":"2026-03-01 08:00:00",)"
            R"("timezone_name":"Europe/Tallinn","active_flag":true,"role_id":1}]})");
  job.Bring("pipedrive_pipelines.json",
            R"({"success":true,"data":[{"id":1,"name":"Sales","order_nr":1,"is_deleted":false,)"
            R"("is_deal_probability_enabled":true,"add_time":"2025-01-01T08:00:00Z","update_time":null,)"
            R"("is_selected":true}],"additional_data":{"next_cursor":null}})");
  job.Bring(
      "pipedrive_stages.json",
      R"({"success":true,"data":[{"id":1,"order_nr":1,"name":"Qualified","is_deleted":false,)"
      R"("deal_probability":20,"pipeline_id":1,"is_deal_rot_enabled":false,"days_to_rotten":null,)"
      R"("add_time":"2025-01-01T08:00:00Z","update_time":null},{"id":2,"order_nr":2,"name":"Proposal Made",)"
      R"("is_deleted":false,"deal_probability":60,"pipeline_id":1,"is_deal_rot_enabled":true,"days_to_rotten":30,)"
      R"("add_time":"2025-01-01T08:00:00Z","update_time":null}],"additional_data":{"next_cursor":null}})");
  job.Bring("pipedrive_organizations.json",
            R"({"success":true,"data":[{"id":11,"name":"Nord Bakery","owner_id":7,"add_time":"2025-12-01T08:00:00Z",)"
            R"("update_time":"2026-01-01T08:00:00Z","is_deleted":false,"visible_to":3,"address":{"value":"Tallinn, )"
            R"(Estonia","country":"Estonia","locality":"Tallinn"},"label_ids":[],"custom_fields":{}}]})");
  job.Bring("pipedrive_persons.json",
            R"({"success":true,"data":[{"id":21,"name":"Nadia Ek","first_name":"Nadia","last_name":"Ek","owner_id":7,)"
            R"("org_id":11,"add_time":"2025-12-01T08:00:00Z","update_time":"2026-01-01T08:00:00Z","is_deleted":false,)"
            R"("visible_to":3,"picture_id":null,"label_ids":[],"emails":[{"value":"Nadia@nord-bakery.example",)"
            R"("primary":true,"label":"work"},{"value":"n@home.example","primary":false,"label":"home"}],"phones":[)"
            R"({"value":"+372 555 0101","primary":true,"label":"mobile"}],"custom_fields":{}}]})");
  job.Bring(
      "pipedrive_deals.json",
      R"({"success":true,"data":[{"id":101,"title":"Ovens","creator_user_id":7,"owner_id":8,"person_id":21,)"
      R"("org_id":11,"pipeline_id":1,"stage_id":2,"value":900,"currency":"EUR","add_time":"2026-01-05T10:00:00Z",)"
      R"("update_time":"2026-03-01T12:00:00Z","stage_change_time":"2026-02-10T09:00:00Z","is_deleted":false,)"
      R"("is_archived":false,"status":"won","probability":null,"lost_reason":null,"visible_to":3,)"
      R"("close_time":"2026-03-01T12:00:00Z","won_time":"2026-03-01T12:00:00Z","lost_time":null,)"
      R"("expected_close_date":"2026-03-10","label_ids":[],"origin":"ManuallyCreated","origin_id":null,)"
      R"("channel":null,"channel_id":null,"custom_fields":{}},{"id":102,"title":"Mixer","creator_user_id":7,)"
      R"("owner_id":7,"person_id":21,"org_id":11,"pipeline_id":1,"stage_id":1,"value":50.5,"currency":"EUR",)"
      R"("add_time":"2026-02-05T10:00:00Z","update_time":"2026-02-05T10:00:00Z","stage_change_time":null,)"
      R"("is_deleted":false,"is_archived":false,"status":"open","probability":40,"lost_reason":null,"visible_to":3,)"
      R"("close_time":null,"won_time":null,"lost_time":null,"expected_close_date":null,"label_ids":[],)"
      R"("origin":"API","origin_id":null,"channel":null,"channel_id":null,"custom_fields":{}}],)"
      R"("additional_data":{"next_cursor":null}})",
      "2026-03-05T00:00:00Z");
  const auto flow = job.Bring(
      "pipedrive_deal_flow.json",
      R"({"success":true,"data":[{"object":"dealChange","timestamp":"2026-03-01 12:00:00","data":{"id":5,"item_id":101,)"
      R"("user_id":8,"field_key":"status","old_value":"open","new_value":"won","log_time":"2026-03-01 12:00:00",)"
      R"("change_source":"app","additional_data":{}}},{"object":"activity","timestamp":"2026-02-20 10:00:00","data":)"
      R"({"id":5,"deal_id":101,"type":"call","subject":"Call","due_date":"2026-02-20","done":true}},)"
      R"({"object":"dealChange","timestamp":"2026-02-15 10:00:00","data":{"id":4,"item_id":101,"user_id":8,)"
      R"("field_key":"value","old_value":"700","new_value":"900","log_time":"2026-02-15 10:00:00","change_source":"app"}},)"
      R"({"object":"dealChange","timestamp":"2026-02-10 09:00:00","data":{"id":3,"item_id":101,"user_id":8,)"
      R"("field_key":"stage_id","old_value":"1","new_value":"2","log_time":"2026-02-10 09:00:00","change_source":"app",)"
      R"("additional_data":{"old_value_formatted":"Qualified","new_value_formatted":"Proposal Made"}}},)"
      R"({"object":"dealChange","timestamp":"2026-01-05 10:00:00","data":{"id":1,"item_id":101,"user_id":7,)"
      R"("field_key":"add_time","old_value":null,"new_value":"2026-01-05 10:00:00","log_time":"2026-01-05 10:00:00",)"
      R"("change_source":"app"}}],"additional_data":{"pagination":{"start":0,"limit":100}}})");
  EXPECT_EQ(Job::Counts(flow), "read 5 new 5 updated 0 unchanged 0 quarantined 0");
  job.Bring(
      "pipedrive_deal_products.json",
      R"({"success":true,"data":[{"id":1,"deal_id":101,"product_id":31,"product_variation_id":null,"name":"Oven",)"
      R"("item_price":500,"quantity":2,"sum":900,"currency":"EUR","discount":10,"discount_type":"percentage",)"
      R"("tax":0,"tax_method":"none","comments":"","is_enabled":true,"add_time":"2026-01-06T10:00:00Z",)"
      R"("update_time":null},{"id":2,"deal_id":101,"product_id":32,"product_variation_id":null,"name":"Tray",)"
      R"("item_price":10,"quantity":5,"sum":50,"currency":"EUR","discount":0,"discount_type":"percentage",)"
      R"("tax":0,"tax_method":"none","comments":"","is_enabled":false,"add_time":"2026-01-06T10:00:00Z",)"
      R"("update_time":null}]})");
  job.Bring(
      "pipedrive_activities.json",
      R"({"success":true,"data":[{"id":41,"subject":"Call Nadia","type":"call","owner_id":8,"creator_user_id":7,)"
      R"("is_deleted":false,"add_time":"2026-02-19T10:00:00Z","update_time":"2026-02-21T10:00:00Z","deal_id":101,)"
      R"("lead_id":null,"person_id":21,"org_id":11,"project_id":null,"due_date":"2026-02-20","due_time":"10:15",)"
      R"("duration":"00:30","busy":false,"done":true,"marked_as_done_time":"2026-02-21T10:00:00Z"},)"
      R"({"id":42,"subject":"Send offer","type":"deadline","owner_id":7,"creator_user_id":7,"is_deleted":false,)"
      R"("add_time":"2026-02-19T10:00:00Z","update_time":"2026-02-19T10:00:00Z","deal_id":102,"lead_id":null,)"
      R"("person_id":null,"org_id":11,"project_id":null,"due_date":"2026-03-20","due_time":"","duration":"",)"
      R"("busy":false,"done":false,"marked_as_done_time":null}]})");
  EXPECT_THAT(Versions(job, "Ovens"), ElementsAre("2026-01-05T10:00:00Z|Qualified|open|700||Bob Ray|history",
                                                  "2026-02-10T09:00:00Z|Proposal Made|open|700||Bob Ray|history",
                                                  "2026-02-15T10:00:00Z|Proposal Made|open|900||Bob Ray|history",
                                                  "2026-03-01T12:00:00Z|Won|won|900|2026-03-01|Bob Ray|history"))
      << "stages of the interface are numbers with names";
  EXPECT_THAT(Versions(job, "Mixer"), ElementsAre("2026-02-05T10:00:00Z|Qualified|open|50.5||Ann Lee|first_sight"));
  EXPECT_THAT(job.Sql("SELECT name, pipeline, stage, status, amount, owner, account FROM scoped.deal ORDER BY name"),
              ElementsAre("Mixer|Sales|Qualified|open|50.5|Ann Lee|Nord Bakery",
                          "Ovens|Sales|Won|won|900|Bob Ray|Nord Bakery"));
  EXPECT_THAT(job.Sql("SELECT kind, \"at\", due_at, done_at, duration_s, subject FROM model.activity ORDER BY \"at\""),
              ElementsAre("call|2026-02-20T10:15:00Z|2026-02-20T10:15:00Z|2026-02-21T10:00:00Z|1800|Call Nadia",
                          "task|2026-03-20T00:00:00Z|2026-03-20T00:00:00Z|||Send offer"));
  EXPECT_THAT(job.Sql("SELECT product, quantity, unit_price, amount FROM scoped.deal_line"),
              ElementsAre("Oven|2|500|900"))
      << "a line that is switched off does not count";
  EXPECT_THAT(job.Sql("SELECT full_name, email, phone FROM scoped.person"),
              ElementsAre("Nadia Ek|nadia@nord-bakery.example|+3725550101"));
  EXPECT_THAT(job.Sql("SELECT name, country, city FROM model.account_version WHERE valid_to IS NULL"),
              ElementsAre("Nord Bakery|Estonia|Tallinn"));
  EXPECT_THAT(job.Sql("SELECT pipeline, stage, status, position, probability FROM scoped.stage ORDER BY position"),
              ElementsAre("Sales|Qualified|open|1|0.2", "Sales|Proposal Made|open|2|0.6", "Sales|Won|won|3|"));
}

}  // namespace
}  // namespace weir::main_job
