// Files that people save from the interfaces of shops and support desks, where one order or conversation spans rows or
// says times by the clock on the wall.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

constexpr const char* kOrders =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
    "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,"
    "Billing Company,Billing Country,Cancelled at,Payment Method,Refunded Amount,Outstanding Balance,Id,Lineitem "
    "discount\n"
    "#1001,ann@acme.example,paid,2026-03-02 23:30:00 -0500,fulfilled,USD,90.00,5.00,3.00,98.00,,0.00,2026-03-02 "
    "23:29:00 -0500,2,Chair,30.00,CH-1,Ann Lee,Acme Ltd,US,,shopify_payments,10.00,0.00,5550001,0.00\n"
    "#1001,ann@acme.example,,,,,,,,,,,,1,Table,40.00,TA-1,,,,,,,,,10.00\n"
    "#1002,bo@gmail.com,pending,,,USD,25.00,0.00,0.00,25.00,,0.00,2026-03-05 09:00:00 -0500,1,Mug,25.00,MU-1,Bo "
    "Kim,,US,,Bank Deposit,0.00,25.00,5550002,0.00\n"
    "#1003,cy@gmail.com,refunded,2026-03-06 10:00:00 -0500,,USD,7.00,0.00,0.00,7.00,,0.00,2026-03-06 10:00:00 -0500,1,"
    "Cup,7.00,CU-1,Cy Ng,,US,2026-03-07 10:00:00 -0500,shopify_payments,7.00,0.00,5550003,0.00\n";

// One order, two rows, one total; what was cancelled never stood.
TEST(ShopifyOrders, AnOrderOfSeveralRowsIsCountedOnce) {
  Job job("shopify-orders");
  EXPECT_EQ(Job::Counts(job.Bring("orders_export_1.csv", kOrders)), "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT number, status, total, issued_at, paid_at, currency FROM model.invoice_version WHERE "
                      "valid_to IS NULL ORDER BY number"),
              ElementsAre("#1001|paid|98|2026-03-03T04:29:00Z|2026-03-03T04:30:00Z|USD",
                          "#1002|open|25|2026-03-05T14:00:00Z||USD", "#1003|void|7|2026-03-06T15:00:00Z||USD"));
  EXPECT_THAT(job.Sql("SELECT description, quantity, amount FROM model.invoice_line ORDER BY description"),
              ElementsAre("Chair|2|60", "Cup|1|7", "Mug|1|25", "Table|1|30"));
  EXPECT_THAT(job.Sql("SELECT amount, amount_refunded, status FROM model.payment ORDER BY amount"),
              ElementsAre("7|7|succeeded", "98|10|succeeded"));
  EXPECT_EQ(job.Metric("invoiced_amount"), "123");
  EXPECT_THAT(job.Sql("SELECT a.name, count(*) FROM model.invoice_version AS i JOIN model.account_version AS a ON "
                      "a.account_id = i.account_id AND a.valid_to IS NULL WHERE i.valid_to IS NULL GROUP BY a.name "
                      "ORDER BY a.name"),
              ElementsAre("Acme Ltd|1", "Bo Kim|1", "Cy Ng|1"));
}

// A later export of the same orders: the open one was paid; nothing is counted twice.
TEST(ShopifyOrders, ALaterExportChangesWhatChanged) {
  Job job("shopify-orders-later");
  job.Bring("orders_export_1.csv", kOrders, "2026-03-08T00:00:00Z");
  std::string later = kOrders;
  const std::string pending = "pending,,,USD";
  later.replace(later.find(pending), pending.size(), "paid,2026-03-09 12:00:00 -0500,,USD");
  const std::string owed = "0.00,25.00,5550002";
  later.replace(later.find(owed), owed.size(), "0.00,0.00,5550002");
  EXPECT_EQ(Job::Counts(job.Bring("orders_export_2.csv", later, "2026-03-10T00:00:00Z")),
            "read 4 new 0 updated 1 unchanged 3 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT count(*), sum(amount) FROM model.payment"), ElementsAre("3|130"));
  EXPECT_THAT(job.Sql("SELECT count(*), sum(amount) FROM model.invoice_line"), ElementsAre("4|122"));
  EXPECT_EQ(job.Metric("invoiced_amount"), "123");
}

// Both forms of the header; a customer is the same in the export of orders, by the e-mail.
TEST(ShopifyCustomers, AreThoseOfTheOrders) {
  Job job("shopify-customers");
  job.Bring("orders_export.csv", kOrders);
  EXPECT_EQ(
      Job::Counts(job.Bring(
          "customers_export.csv",
          "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address "
          "Address1,Default Address City,Default Address Country Code,Default Address Zip,Phone,Total Spent,Total "
          "Orders,Note,Tax Exempt,Tags\n"
          "'771,Ann,Lee,Ann@acme.example,yes,Acme Ltd,1 Lane,Boston,US,'02101,,98.00,1,,no,vip\n"
          "'772,Di,Oz,di@gmail.com,no,,,,,,,0.00,0,,no,\n")),
      "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT count(DISTINCT entity_id) FROM model.identity_link WHERE entity = 'person'"),
              ElementsAre("4"))
      << "Ann, Bo, Cy and Di";
  EXPECT_THAT(job.Sql("SELECT city FROM model.account_version WHERE valid_to IS NULL AND name = 'Acme Ltd'"),
              ElementsAre("Boston"));
}

// The zone stands in the header; the reporting zone is that of the workspace.
TEST(IntercomConversations, AreTicketsWithTheirRatings) {
  Job job("intercom-csv");
  job.Set("time_zone", "America/New_York");
  EXPECT_EQ(Job::Counts(job.Bring(
                "conversations.csv",
                "Conversation ID,Conversation started at (America/New_York),Current conversation state,Team currently "
                "assigned,Teammate currently assigned,Channel,First response time (seconds),Conversation rating,"
                "Conversation rating remark,User name,User email,Company name\n"
                "215468,2026-01-05 10:00:00,Closed,Support,Ada Park,Chat,90,5,Thank you,Ann Lee,ann@acme.example,Acme\n"
                "215469,2026-01-06 11:30:00,Snoozed,Support,Unassigned,Email,,,,Bo Kim,bo@beta.example,Beta\n")),
            "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(
      job.Sql("SELECT source_key, status, created_at, first_reply_at FROM (SELECT split_part(ticket_id, ':', 2) "
              "AS source_key, * FROM model.ticket_version WHERE valid_to IS NULL) ORDER BY source_key"),
      ElementsAre("215468|closed|2026-01-05T15:00:00Z|2026-01-05T15:01:30Z", "215469|pending|2026-01-06T16:30:00Z|"));
  EXPECT_THAT(job.Sql("SELECT kind, score, comment FROM model.survey_answer"), ElementsAre("csat|5|Thank you"));
  EXPECT_THAT(job.Sql("SELECT name FROM model.member_version WHERE valid_to IS NULL"), ElementsAre("Ada Park"));
}

// Who owes is in one table, how much in another; a second book and bills of vendors say nothing of customers.
TEST(NetsuiteInvoices, AreMadeOfDocumentsAndTheirAccounting) {
  Job job("netsuite");
  job.Set("time_zone", "America/New_York");
  EXPECT_EQ(Job::Counts(job.Bring(
                "netsuite2_transaction.csv",
                "id,transactionnumber,type,trandate,status,duedate,closedate,currency,entity,posting,_fivetran_active,"
                "_fivetran_deleted,_fivetran_synced\n"
                "700,INV700,CustInvc,2026-02-03 00:00:00,B,2026-03-05 00:00:00,2026-02-20 "
                "00:00:00,1,1409,T,TRUE,FALSE,2026-03-01 05:00:00\n"
                "700,INV700,CustInvc,2026-02-03 00:00:00,A,2026-03-05 00:00:00,,1,1409,T,FALSE,FALSE,2026-02-10 "
                "05:00:00\n"
                "701,INV701,CustInvc,2026-02-05 00:00:00,A,2026-03-07 00:00:00,,1,1409,T,TRUE,FALSE,2026-03-01 "
                "05:00:00\n"
                "702,BILL702,VendBill,2026-02-06 00:00:00,A,2026-03-08 00:00:00,,1,1651,T,TRUE,FALSE,2026-03-01 "
                "05:00:00\n")),
            "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(Job::Counts(job.Bring("netsuite2_tran_acct_line.csv",
                                  "accountingbook,transaction,transactionline,account,amount,amountpaid,amountunpaid,"
                                  "credit,debit,netamount,posting,_fivetran_deleted,_fivetran_synced\n"
                                  "1,700,0,6,110,110,0,,110,110,T,FALSE,2026-03-01 05:00:00\n"
                                  "1,700,1,55,-100,,,100,,-100,T,FALSE,2026-03-01 05:00:00\n"
                                  "2,700,0,6,999,999,0,,999,999,T,FALSE,2026-03-01 05:00:00\n"
                                  "1,701,0,6,50,20,30,,50,50,T,FALSE,2026-03-01 05:00:00\n"
                                  "1,702,0,7,-80,0,-80,80,,-80,T,FALSE,2026-03-01 05:00:00\n")),
            "read 5 new 5 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(Job::Counts(job.Bring("netsuite2_transaction_line.csv",
                                  "id,transaction,item,itemtype,quantity,netamount,mainline,taxline,iscogs,memo,"
                                  "_fivetran_deleted,_fivetran_synced\n"
                                  "0,700,,,,110,T,F,F,,FALSE,2026-03-01 05:00:00\n"
                                  "1,700,80,InvtPart,-2,-100,F,F,F,Chair,FALSE,2026-03-01 05:00:00\n"
                                  "2,700,9,TaxItem,,-10,F,T,F,Tax,FALSE,2026-03-01 05:00:00\n"
                                  "3,700,80,InvtPart,2,60,F,F,T,Cost,FALSE,2026-03-01 05:00:00\n")),
            "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT number, status, total, amount_paid, amount_due, issued_at, due_date, paid_at FROM "
                      "model.invoice_version WHERE valid_to IS NULL AND issued_at IS NOT NULL ORDER BY number"),
              ElementsAre("INV700|paid|110|110|0|2026-02-03T05:00:00Z|2026-03-05|2026-02-20T05:00:00Z",
                          "INV701|open|50|20|30|2026-02-05T05:00:00Z|2026-03-07|"));
  EXPECT_THAT(job.Sql("SELECT description, quantity, amount FROM model.invoice_line"), ElementsAre("Chair|2|100"));
  EXPECT_EQ(job.Metric("invoiced_amount"), "160");
}

}  // namespace
}  // namespace weir::main_job
