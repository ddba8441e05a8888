// The thirteen rules of import (docs/design/sources.md), one test each, through a workspace and the mappings that the
// program has. What a rule says of one reader or one type of cell is tested beside that code as well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// A deal list as amoCRM writes it, for what no mapping of the program reads yet.
constexpr const char* kAmoDeal = R"(
source = "amo_example"
object = "lead"
version = 1
title = { en = "Deals", ru = "Сделки" }
extent = "delta"
[recognise]
require = ["id", "stage", "funnel"]
[key]
columns = ["id"]
[columns]
id = { type = "id", names = ["ID"], required = true }
name = { type = "name", names = ["Название сделки"] }
amount = { type = "money", names = ["Бюджет"], currency = "currency" }
currency = { type = "text", names = ["Валюта"] }
stage = { type = "text", names = ["Этап сделки"] }
funnel = { type = "text", names = ["Воронка"] }
source = { type = "text", names = ["utm_source"] }
close_date = { type = "date", names = ["Дата закрытия"]NULLS }
[[emit]]
table = "deal"
[emit.set]
key = "id"
name = "name"
stage = "stage"
pipeline = "funnel"
amount = "amount"
currency = "currency"
close_date = "close_date"
lead_source = "source"
)";

std::string AmoDeal(const std::string& nulls) {
  std::string text = kAmoDeal;
  return text.replace(text.find("NULLS"), 5, nulls);
}

const std::string kOpenWord = ", nulls = [\"не закрыта\"]";

// 1: headers are matched by meaning in any case, order and language, never by position; then it is asked.
TEST(ThirteenRules, Rule01HeadersAreMatchedByMeaning) {
  Job job("rule01");
  EXPECT_EQ(Job::Counts(job.Bring("deals-1.csv",
                                  "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date\n"
                                  "7,Alpha,closedwon,Sales,100,2024-05-02\n",
                                  "2024-06-01")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(Job::Counts(job.Bring("deals-2.csv",
                                  "close date;AMOUNT;pipeline;Deal stage;deal_name; Record  id \n"
                                  "2024-05-02;100;Sales;closedwon;Alpha;7\n",
                                  "2024-06-01")),
            "read 1 new 0 updated 0 unchanged 1 quarantined 0");
  EXPECT_EQ(Job::Counts(job.Bring("weir-deals.csv", "Сумма;Этап;Дата закрытия;Ключ\n5;Новая;02.05.2024;8\n")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  const auto asked = job.Bring("deals-3.csv", "Record ID,Deal Name,Amount\n9,Beta,5\n");
  EXPECT_THAT(Job::Counts(asked), HasSubstr("unrecognised: nearest: "));
  EXPECT_THAT(Job::Counts(asked), HasSubstr("missing: "));
  EXPECT_EQ(Cell(asked, "columns", "column", 1), "Deal Name") << "an unrecognised file shows what it holds";
}

// 2: UTF-8 with a mark and windows-1251; ',' ';' and tab; line breaks within quotes; days as spreadsheets number them.
TEST(ThirteenRules, Rule02EncodingsSeparatorsLineBreaksAndSerialDates) {
  Job job("rule02");
  EXPECT_EQ(Job::Counts(job.Bring("weir-deals-1.csv",
                                  "\xEF\xBB\xBFkey\tstage\tname\tclose_date\n"
                                  "1\tНовая\t\"Две\nстроки\"\t45631\n2\tНовая\tx\t45632\n")),
            "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  // "Ключ;Этап;Название" and "3;Новая;Сыр, масло" in windows-1251.
  EXPECT_EQ(Job::Counts(job.Bring("weir-deals-2.csv",
                                  "\xCA\xEB\xFE\xF7;\xDD\xF2\xE0\xEF;\xCD\xE0\xE7\xE2\xE0\xED\xE8\xE5\n"
                                  "3;\xCD\xEE\xE2\xE0\xFF;\xD1\xFB\xF0, \xEC\xE0\xF1\xEB\xEE\n")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT deal_id, stage, replace(name, chr(10), '/'), close_date FROM scoped.deal ORDER BY 1"),
              ElementsAre("generic:1|Новая|Две строки|2024-12-05", "generic:2|Новая|x|2024-12-06",
                          "generic:3|Новая|Сыр, масло|"));
}

// 3: of a header that stands twice the last filled cell counts, mapped or not, and the report says so.
TEST(ThirteenRules, Rule03RepeatedHeadersTakeTheLastFilledCell) {
  Job job("rule03", {{"amo.toml", AmoDeal(kOpenWord)}});
  const auto imported = job.Bring("amo.csv",
                                  "ID,Название сделки,Этап сделки,Воронка,utm_source,utm_term,utm_source,utm_term\n"
                                  "1,a,Новая,B2B,,,google,crm\n2,b,Новая,B2B,direct,old,,\n");
  EXPECT_EQ(Job::Counts(imported), "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT lead_source FROM scoped.deal ORDER BY deal_id"), ElementsAre("google", "direct"));
  EXPECT_THAT(job.Sql("SELECT x_utm_term FROM obs.amo_example__lead ORDER BY _key"), ElementsAre("crm", "old"));
  std::vector<std::string> notes;
  for (std::size_t row = 0; row < imported.output.Find("columns")->rows.size(); ++row) {
    notes.push_back(Cell(imported, "columns", "column", row) + ": " + Cell(imported, "columns", "note", row));
  }
  EXPECT_THAT(notes, Contains("utm_source: columns 5, 7 have this header: the last filled cell counts"));
  EXPECT_THAT(notes,
              Contains("utm_term: columns 6, 8 have this header: the last filled cell counts; no mapping names it: "
                       "kept as it is"));
}

// 4: blanks and signs of currencies in headers; the sign is the currency of the amounts.
TEST(ThirteenRules, Rule04HeadersCarryBlanksAndCurrencies) {
  Job job("rule04");
  int key = 0;
  for (const char* header : {"Бюджет ", "Бюджет ₽", "Бюджет, ₽", "Бюджет ₸"}) {
    const std::string number = std::to_string(++key);
    EXPECT_EQ(Job::Counts(job.Bring("weir-deals-" + number + ".csv",
                                    "Ключ;Этап;" + std::string(header) + "\n" + number + ";Новая;1 200,50\n")),
              "read 1 new 1 updated 0 unchanged 0 quarantined 0")
        << header;
  }
  EXPECT_THAT(job.Sql("SELECT amount, currency FROM obs.generic__deal ORDER BY _key"),
              ElementsAre("1200.5|", "1200.5|RUB", "1200.5|RUB", "1200.5|KZT"));
}

// 5: a word in a date column means nothing once the mapping says so; until then its row waits in quarantine.
TEST(ThirteenRules, Rule05WordsInDateColumns) {
  const std::string file =
      "ID;Название сделки;Бюджет;Этап сделки;Воронка;Дата закрытия\n"
      "1;a;5;Новая;B2B;не закрыта\n2;b;6;Успешно реализовано;B2B;31.05.2024\n";
  Job job("rule05", {{"amo.toml", AmoDeal("")}});
  const auto refused = job.Bring("amo.csv", file);
  EXPECT_EQ(Job::Counts(refused), "read 2 new 1 updated 0 unchanged 0 quarantined 1");
  EXPECT_EQ(Cell(refused, "problems", "line"), "2");
  EXPECT_EQ(Cell(refused, "problems", "column"), "Дата закрытия");
  EXPECT_THAT(Cell(refused, "problems", "reason"), HasSubstr("nulls = [...]"));
  job.Write("home/sources/amo.toml", AmoDeal(kOpenWord));
  job.Reopen();
  const auto replayed =
      job.workspace().engine().Act("sources.replay", {{"source", {"amo_example"}}, {"object", {"lead"}}}, "mended",
                                   analysis::Principal::LocalOwner());
  ASSERT_TRUE(replayed) << replayed.error().ToString();
  EXPECT_EQ(Job::Counts(*replayed), "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  EXPECT_TRUE(job.Ask("sources.rejects").output.Find("rejects")->rows.empty());
  EXPECT_THAT(job.Sql("SELECT deal_id, close_date FROM scoped.deal ORDER BY 1"),
              ElementsAre("amo_example:1|", "amo_example:2|2024-05-31"));
}

// 6: titles and ranges of dates above the header, "--" for nothing, totals and footers below.
TEST(ThirteenRules, Rule06PreamblesAndFootersAreNoData) {
  Job job("rule06");
  EXPECT_EQ(Job::Counts(job.Bring("Campaign report.csv",
                                  "Campaign report\n\"November 1, 2023 - November 30, 2023\"\n"
                                  "Day,Campaign,Currency code,Cost,Impr.,Clicks,Conversions\n"
                                  "2023-11-01,Brand,EUR,10.50,100,7,--\n2023-11-02,Brand,EUR,--,0,0,--\n"
                                  "Total: Campaigns,--,EUR,10.50,100,7,--\nTotal: Account,--,EUR,10.50,100,7,--\n")),
            "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT day, cost, clicks, conversions FROM scoped.spend ORDER BY day"),
              ElementsAre("2023-11-01|10.5|7|", "2023-11-02||0|"));
  EXPECT_EQ(Job::Counts(job.Bring("Opportunity report.csv",
                                  "\"Opportunity ID\",\"Opportunity Name\",\"Stage\",\"Amount\",\"Close Date\"\n"
                                  "\"006A\",\"Alpha\",\"Prospecting\",\"5\",\"2024-05-01\"\n\n\n"
                                  "\"Opportunities by stage\"\n\"Copyright (c) 2024 salesforce.com, inc.\"\n"
                                  "\"Confidential Information - Do Not Distribute\"\n\"Generated By: Ann Lee\"\n")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
}

// 7: amounts as people write them, minor units and millionths; probabilities of 0..100 and of 0..1.
TEST(ThirteenRules, Rule07AmountsAndShares) {
  Job job("rule07");
  job.Bring("deals.csv",
            "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal probability\n"
            "1,a,qualifiedtobuy,\"$1,234,567\",2024-05-02,0.75\n2,b,qualifiedtobuy,$8.50,2024-05-02,75%\n");
  job.Bring("Opportunity.csv", "Id,Name,StageName,Amount,CloseDate,Probability\n006A,c,Open,10,2024-05-02,75\n");
  job.Bring("weir-deals.csv",
            "Ключ;Этап;Сумма\n3;Новая;1 234,56\n4;Новая;1\xC2\xA0"
            "234,57\n");
  EXPECT_THAT(job.Sql("SELECT deal_id, amount, probability FROM scoped.deal ORDER BY 1"),
              ElementsAre("generic:3|1234.56|", "generic:4|1234.57|", "hubspot:1|1234567|0.75", "hubspot:2|8.5|0.75",
                          "salesforce:006A|10|0.75"));
  job.Bring("invoice.csv",
            "id,customer_id,status,amount_due,amount_paid,total,currency,created\n"
            "in_1,cus_1,paid,2050,2050,2050,usd,1700000000\nin_2,cus_1,paid,2050,2050,2050,jpy,1700000000\n");
  EXPECT_THAT(job.Sql("SELECT total, currency FROM scoped.invoice ORDER BY invoice_id"),
              ElementsAre("20.5|USD", "2050|JPY"));
  job.Bring("campaign_stats.csv",
            "customer_id,campaign_id,date,clicks,impressions,cost_micros\n1,2,2024-01-01,3,40,1500000\n");
  EXPECT_THAT(job.Sql("SELECT cost FROM scoped.spend"), ElementsAre("1.5"));
}

// 8: exports without ids name their company and owner; both are found or made by name.
TEST(ThirteenRules, Rule08NamesStandForIds) {
  Job job("rule08");
  job.Bring("companies.csv", "Record ID,Company name,Company Domain Name,Industry\n77,\"Acme, Inc.\",acme.com,Steel\n");
  job.Bring("deals.csv",
            "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner,Associated Company\n"
            "1,a,qualifiedtobuy,5,2024-05-02,Ann Lee,ACME Inc\n2,b,qualifiedtobuy,5,2024-05-02,ann  lee,Beta Ltd\n");
  EXPECT_EQ(Job::Counts(job.Bring("Opportunity report.csv",
                                  "Opportunity Name,Account Name,Stage,Amount,Close Date,Owner\n"
                                  "Big one,Gamma,Open,5,2024-05-02,Bob Ray\n")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT deal_id, account_id, lower(owner) FROM scoped.deal ORDER BY 1"),
              ElementsAre("hubspot:1|hubspot:77|ann lee", "hubspot:2|hubspot:beta ltd|ann lee",
                          "salesforce:big one gamma|salesforce:gamma|bob ray"));
  EXPECT_THAT(job.Sql("SELECT name FROM scoped.account WHERE account_id = 'hubspot:77'"), ElementsAre("Acme, Inc."))
      << "its own name, not that in the deal";
}

// 9: of several values in one cell the first counts, and the text of all is kept.
TEST(ThirteenRules, Rule09SeveralValuesInOneCell) {
  Job job("rule09");
  EXPECT_EQ(Job::Counts(job.Bring("weir-person.csv",
                                  "key,full_name,account_name,email,phone\n"
                                  "1,Ann Lee,Acme,\"ann@acme.com, ann@home.net\",\"+49 30 901820, +49 30 901821\"\n")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT email, phone FROM scoped.person"), ElementsAre("ann@acme.com|+4930901820"));
  EXPECT_THAT(job.Sql("SELECT x_email, x_phone FROM obs.generic__person"),
              ElementsAre("ann@acme.com, ann@home.net|+49 30 901820, +49 30 901821"));
}

// 10: a column that is called UTC and is not; an id that is unique within a year only.
TEST(ThirteenRules, Rule10UtcIsNotAlwaysUtc) {
  Job job("rule10");
  EXPECT_EQ(Job::Counts(job.Bring("visits.tsv",
                                  "ym:s:visitID\tym:s:date\tym:s:dateTimeUTC\tym:s:clientID\n"
                                  "5\t2023-03-01\t2023-03-01 12:00:00\t9\n5\t2024-03-01\t2024-03-01 12:00:00\t9\n")),
            "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT seen_at FROM obs.yandex_metrica__visit ORDER BY 1"),
              ElementsAre("2023-03-01T09:00:00Z", "2024-03-01T09:00:00Z"));
}

// 11: the same file again is nothing new; a later one is a new observation, and so history comes to be.
TEST(ThirteenRules, Rule11ALaterFileIsANewObservation) {
  Job job("rule11");
  const std::string first = "key,stage,stage_kind,amount\n1,New,open,5\n2,New,open,6\n";
  job.Bring("weir-deals.csv", first, "2024-03-01");
  const std::int64_t version = job.DataVersion();
  EXPECT_EQ(Job::Counts(job.Bring("weir-deals.csv", first, "2024-03-01")),
            "read 2 new 0 updated 0 unchanged 2 quarantined 0");
  EXPECT_EQ(job.DataVersion(), version);
  EXPECT_EQ(Job::Counts(job.Bring("weir-deals-2.csv", "key,stage,stage_kind,amount\n1,Offer,open,7\n2,New,open,6\n",
                                  "2024-04-01")),
            "read 2 new 0 updated 1 unchanged 1 quarantined 0");
  EXPECT_EQ(job.DataVersion(), version + 1);
  EXPECT_THAT(
      job.Sql("SELECT deal_id, stage, amount, origin FROM scoped.deal_version ORDER BY deal_id, version"),
      ElementsAre("generic:1|New|5|first_sight", "generic:1|Offer|7|difference", "generic:2|New|6|first_sight"));
}

// 12: merges are kept, whatever form the vendor gives them: the loser of a merge is no second record.
TEST(ThirteenRules, Rule12MergesAreKept) {
  Job job("rule12");
  job.Bring("contacts.csv",
            "Record ID,First Name,Last Name,Email,Create Date\n1,Ann,Lee,ann@acme.com,2024-01-01\n"
            "2,Anne,Lee,anne@old.net,2024-01-02\n");
  job.Bring("deals.csv",
            "Record ID,Deal Name,Deal Stage,Amount,Close Date,Merged object IDs\n"
            "1,a,qualifiedtobuy,5,2024-05-02,\n2,a again,qualifiedtobuy,5,2024-05-02,\n"
            "3,b,qualifiedtobuy,5,2024-05-02,4;5\n4,b old,qualifiedtobuy,5,2024-05-02,\n"
            "5,b older,qualifiedtobuy,5,2024-05-02,\n");
  job.Bring("Account.csv",
            "Id,Name,MasterRecordId,IsDeleted,Type,Industry,BillingCountry\n001A,Acme,,false,Customer,Steel,DE\n"
            "001B,Acme old,001A,true,Customer,Steel,DE\n");
  EXPECT_THAT(job.Sql("SELECT count(*) FROM scoped.person"), ElementsAre("2"));
  EXPECT_THAT(job.Sql("SELECT deal_id FROM scoped.deal ORDER BY 1"),
              ElementsAre("hubspot:1", "hubspot:2", "hubspot:3"));
  job.Bring("hubspot contact_merge_audit.csv", "canonical_vid,vid_to_merge,timestamp\n1,2,2024-02-01 10:00:00\n");
  job.Bring("hubspot merged_deal.csv", "deal_id,merged_deal_id\n1,2\n");
  EXPECT_THAT(job.Sql("SELECT person_id, full_name FROM scoped.person"), ElementsAre("hubspot:1|Ann Lee"));
  EXPECT_THAT(job.Sql("SELECT deal_id FROM scoped.deal ORDER BY 1"), ElementsAre("hubspot:1", "hubspot:3"));
  EXPECT_THAT(job.Sql("SELECT account_id, name FROM scoped.account"), ElementsAre("salesforce:001A|Acme"));
}

// 13: a stage that was renamed or deleted survives: its deals keep it, and the past has its old name.
TEST(ThirteenRules, Rule13DeletedAndRenamedStagesSurvive) {
  Job job("rule13");
  const std::string head =
      "stage_id,pipeline_id,label,display_order,probability,is_closed,closed_won,active,_fivetran_deleted\n";
  job.Bring("hubspot deal_pipeline_stage.csv",
            head + "s1,p,Demo,1,0.2,false,false,true,false\ns2,p,Trial,2,0.4,false,false,true,false\n", "2024-01-01");
  job.Bring("deals.csv",
            "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date\n"
            "1,a,s1,p,5,2024-05-02\n2,b,s2,p,6,2024-05-02\n",
            "2024-01-02");
  job.Bring("hubspot deal_pipeline_stage-2.csv",
            head + "s1,p,Demo call,1,0.2,false,false,true,false\ns2,p,Trial,2,0.4,false,false,false,true\n",
            "2024-02-01");
  EXPECT_THAT(job.Sql("SELECT deal_id, stage, status FROM scoped.deal ORDER BY 1"),
              ElementsAre("hubspot:1|Demo call|open", "hubspot:2|Trial|open"));
  EXPECT_THAT(job.Sql("SELECT stage, is_active FROM scoped.stage ORDER BY position"),
              ElementsAre("Demo call|true", "Trial|false"));
  EXPECT_THAT(job.Sql("SELECT stage, is_active, origin FROM model.stage_version ORDER BY stage_id, version"),
              ElementsAre("Demo|true|first_sight", "Demo call|true|difference", "Trial|true|first_sight",
                          "Trial|false|difference"));
}

}  // namespace
}  // namespace weir::main_job
