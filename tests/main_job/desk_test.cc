// What people say of us and do for us beside the CRM: surveys, sign-ons, hours, courses, tools that are paid for by
// card.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

constexpr const char* kAnswers =
    "SELECT s.kind, s.score, s.comment, s.\"at\", p.email, p.full_name FROM model.survey_answer AS s LEFT JOIN "
    "scoped.person AS p ON p.person_id = s.person_id ORDER BY s.\"at\", s.kind";
constexpr const char* kUsage =
    "SELECT u.tool, m.name, m.email, u.\"at\" FROM scoped.tool_usage AS u LEFT JOIN scoped.member AS m ON m.member_id "
    "= "
    "u.member_id ORDER BY u.\"at\"";

// 1767225600 is the first of January 2026.
TEST(Surveys, DelightedAnswersOfThreeKindsCount) {
  Job job("surveys-delighted");
  job.Bring("delighted_people.json",
            R"([{"id":"91","name":"Nadia Ek","email":"Nadia@nord.example","created_at":1767225600,)"
            R"("last_sent_at":1767225600,"last_responded_at":null,"next_survey_scheduled_at":null}])");
  const auto answers = job.Bring(
      "delighted_survey_responses.json",
      R"([{"id":"1","person":"91","survey_type":"nps","score":9,"comment":"Warm bread","permalink":)"
      R"("https://app.delighted.example/r/1","created_at":1767229200,"updated_at":1767229300,"person_properties":{},)"
      R"("notes":[],"tags":[],"additional_answers":[]},{"id":"2","person":"91","survey_type":"csat","score":4,)"
      R"("comment":null,"permalink":"https://app.delighted.example/r/2","created_at":1767232800,"updated_at":1767232800,)"
      R"("person_properties":{},"notes":[],"tags":[],"additional_answers":[]},{"id":"3","person":"91","survey_type":)"
      R"("smileys","score":5,"comment":null,"permalink":"https://app.delighted.example/r/3","created_at":1767232900,)"
      R"("updated_at":1767232900,"person_properties":{},"notes":[],"tags":[],"additional_answers":[]}])");
  EXPECT_EQ(Job::Counts(answers), "read 3 new 3 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql(kAnswers), ElementsAre("nps|9|Warm bread|2026-01-01T01:00:00Z|nadia@nord.example|Nadia Ek",
                                             "csat|4||2026-01-01T02:00:00Z|nadia@nord.example|Nadia Ek"))
      << "smileys are another scale";
}

TEST(Surveys, TypeformKnowsAnNpsByItsKind) {
  Job job("surveys-typeform");
  job.Bring(
      "typeform_responses.json",
      R"({"total_items":1,"page_count":1,"items":[{"landing_id":"l1","token":"t1","response_id":"t1","landed_at":)"
      R"("2026-01-02T09:59:00Z","submitted_at":"2026-01-02T10:00:00Z","metadata":{"platform":"other"},"hidden":)"
      R"({"email":"omar@south.example","name":"Omar Io"},"calculated":{"score":0},"answers":[{"field":{"id":"f1",)"
      R"("type":"nps","ref":"a"},"type":"number","number":6},{"field":{"id":"f2","type":"rating","ref":"b"},"type":)"
      R"("number","number":3},{"field":{"id":"f3","type":"opinion_scale","ref":"c"},"type":"number","number":2},)"
      R"({"field":{"id":"f4","type":"long_text","ref":"d"},"type":"text","text":"Slow"}]}]})");
  EXPECT_THAT(job.Sql(kAnswers), ElementsAre("csat|3||2026-01-02T10:00:00Z|omar@south.example|Omar Io",
                                             "nps|6||2026-01-02T10:00:00Z|omar@south.example|Omar Io"))
      << "an opinion scale may be anything";
}

TEST(Surveys, SurveyMonkeyQuestionsOfItsTemplateAreKnown) {
  Job job("surveys-surveymonkey");
  const auto answers = job.Bring(
      "Customer Satisfaction Survey.csv",
      "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,How "
      "likely "
      "is it that you would recommend this company to a friend or colleague?,\"Overall, how satisfied or dissatisfied "
      "are "
      "you with our company?\",What else?\n"
      ",,,,,,,,,Response,Response,Open-Ended Response\n"
      "11,5,01/13/2026 09:58:00 AM,01/13/2026 10:00:00 AM,192.0.2.1,nadia@nord.example,Nadia,Ek,,10 - Extremely "
      "likely,Somewhat satisfied,Bread\n"
      "12,5,01/14/2026 01:58:00 PM,01/14/2026 02:00:00 PM,192.0.2.1,,,,,0,Very dissatisfied,\n");
  EXPECT_EQ(Job::Counts(answers), "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql(kAnswers), ElementsAre("csat|4||2026-01-13T10:00:00Z|nadia@nord.example|Nadia Ek",
                                             "nps|10||2026-01-13T10:00:00Z|nadia@nord.example|Nadia Ek",
                                             "csat|1||2026-01-14T14:00:00Z||", "nps|0||2026-01-14T14:00:00Z||"));
}

TEST(SignOns, EntraSignInsThatSucceededAreUseOfATool) {
  Job job("signons-entra");
  job.Set("time_zone", "Europe/Berlin");
  job.Bring(
      "InteractiveSignIns_2026-01-01_2026-01-31.csv",
      "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Application,Application ID "
      ",Resource,IP address,Location,Status,Sign-in error code,Failure reason,Client app\n"
      "2026-01-05T08:00:00Z,r1,x,c1,u1,Ann Lee,ann@weir.example,Member,Salesforce,a1,Salesforce,192.0.2.1,DE,Success,"
      "None,Other.,Browser\n"
      "2026-01-05T08:05:00Z,r2,x,c2,u1,Ann Lee,ann@weir.example,Member,Zoom,a2,Zoom,192.0.2.1,DE,Failure,50126,Wrong "
      "password.,Browser\n");
  job.Bring("signIns.json",
            R"({"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns","value":[{"id":"r3",)"
            R"("createdDateTime":"2026-01-06T09:00:00Z","userDisplayName":"Bob Ray","userPrincipalName":)"
            R"("bob@weir.example","userId":"u2","appId":"a2","appDisplayName":"Zoom","ipAddress":"192.0.2.1",)"
            R"("clientAppUsed":"Browser","correlationId":"c3","isInteractive":true,"resourceDisplayName":"Zoom",)"
            R"("status":{"errorCode":0,"failureReason":"Other."}},{"id":"r4","createdDateTime":"2026-01-06T09:01:00Z",)"
            R"("userDisplayName":"Bob Ray","userPrincipalName":"bob@weir.example","userId":"u2","appId":"a1",)"
            R"("appDisplayName":"Salesforce","ipAddress":"192.0.2.1","clientAppUsed":"Browser","correlationId":"c4",)"
            R"("isInteractive":true,"resourceDisplayName":"Salesforce","status":{"errorCode":50126,"failureReason":)"
            R"("Wrong password."}}]})");
  EXPECT_THAT(job.Sql(kUsage), ElementsAre("Salesforce|Ann Lee|ann@weir.example|2026-01-05T08:00:00Z",
                                           "Zoom|Bob Ray|bob@weir.example|2026-01-06T09:00:00Z"));
}

TEST(SignOns, GoogleWorkspaceJumpCloudAndKeycloakNameTheTool) {
  Job job("signons-others");
  const auto item = [](const char* id, const char* application, const char* events) {
    return std::string(R"({"kind":"admin#reports#activity","id":{"time":"2026-01-0)") + id +
           R"(T10:00:00.000Z","uniqueQualifier":"q)" + id + R"(","applicationName":")" + application +
           R"(","customerId":"C1"},"etag":"e","actor":{"callerType":"USER","email":"ann@weir.example","profileId":"9"},)"
           R"("ipAddress":"192.0.2.1","events":[)" +
           events + "]}";
  };
  job.Bring(
      "google_activities.json",
      R"({"kind":"admin#reports#activities","etag":"x","items":[)" +
          item("1", "login",
               R"({"type":"login","name":"login_success","parameters":[{"name":"login_type","value":"exchange"}]})") +
          "," +
          item("2", "saml",
               R"({"type":"login","name":"login_success","parameters":[{"name":"orgunit_path","value":"/"},)"
               R"({"name":"application_name","value":"HubSpot"}]})") +
          "," +
          item("3", "token",
               R"({"type":"auth","name":"authorize","parameters":[{"name":"client_id","value":"1"},)"
               R"({"name":"app_name","value":"Slack"},{"name":"scope","multiValue":["a"]}]})") +
          "," + item("4", "login", R"({"type":"login","name":"login_failure","parameters":[]})") + "]}");
  job.Bring(
      "jumpcloud_sso.json",
      R"([{"initiated_by":{"id":"1","type":"user","username":"bob.ray"},"sso_token_success":true,"mfa":false,)"
      R"("event_type":"sso_auth","application":{"id":"a","name":"zoom","sso_url":"https://sso.example/zoom",)"
      R"("sso_type":"saml","display_label":"Zoom"},"service":"sso","organization":"o","client_ip":"192.0.2.1","id":)"
      R"("e1","timestamp":"2026-01-05T10:00:00.25Z"},{"initiated_by":{"id":"1","type":"user","username":"bob.ray"},)"
      R"("sso_token_success":false,"mfa":false,"event_type":"sso_auth","application":{"id":"b","name":"x","sso_url":)"
      R"("https://sso.example/x","sso_type":"saml","display_label":"X"},"service":"sso","organization":"o",)"
      R"("client_ip":"192.0.2.1","id":"e2","timestamp":"2026-01-05T11:00:00Z"}])");
  job.Bring(
      "keycloak_events.json",
      R"([{"time":1767693600000,"type":"LOGIN","realmId":"main","clientId":"crm","userId":"k1","sessionId":"s1",)"
      R"("ipAddress":"192.0.2.1","details":{"auth_method":"openid-connect","username":"cy@weir.example"}},)"
      R"({"time":1767693700000,"type":"LOGIN","realmId":"main","clientId":"account-console","userId":"k1",)"
      R"("sessionId":"s2","ipAddress":"192.0.2.1","details":{"auth_method":"openid-connect","username":)"
      R"("cy@weir.example"}},{"time":1767693800000,"type":"LOGIN_ERROR","realmId":"main","clientId":"crm","userId":)"
      R"("k1","sessionId":null,"ipAddress":"192.0.2.1","error":"invalid_user_credentials","details":{"username":)"
      R"("cy@weir.example"}}])");
  EXPECT_THAT(job.Sql(kUsage), ElementsAre("Google Workspace|ann@weir.example|ann@weir.example|2026-01-01T10:00:00Z",
                                           "HubSpot|ann@weir.example|ann@weir.example|2026-01-02T10:00:00Z",
                                           "Slack|ann@weir.example|ann@weir.example|2026-01-03T10:00:00Z",
                                           "Zoom|bob.ray||2026-01-05T10:00:00.25Z",
                                           "crm|cy@weir.example|cy@weir.example|2026-01-06T10:00:00Z"))
      << "neither failures nor the console of Keycloak itself";
}

TEST(Hours, ClockifyDetailedReport) {
  Job job("hours-clockify");
  const auto hours = job.Bring(
      "Clockify_Time_Report_Detailed_09_01_2026-09_30_2026.csv",
      "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,Duration "
      "(h),Duration (decimal),Billable Rate (EUR),Billable Amount (EUR)\n"
      "Brand,Garage Leroy,Logo,Design,Hugo Bernard,,hugo@weir.example,,Yes,09/15/2026,02:00 PM,09/15/2026,03:30 "
      "PM,01:30:00,1.50,0,0\n"
      "Brand,Garage Leroy,Logo v2,Design,Hugo Bernard,,hugo@weir.example,,Yes,09/16/2026,09:00 AM,09/16/2026,10:00 "
      "AM,01:00:00,1.00,0,0\n");
  EXPECT_EQ(Job::Counts(hours), "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql("SELECT m.name, e.day, e.duration_s, e.category, e.project FROM model.time_entry AS e JOIN "
                      "scoped.member AS m ON m.member_id = e.member_id ORDER BY e.day"),
              ElementsAre("Hugo Bernard|2026-09-15|5400|Brand|Garage Leroy",
                          "Hugo Bernard|2026-09-16|3600|Brand|Garage Leroy"));
}

TEST(Courses, TalentLmsAndDocebo) {
  Job job("courses");
  job.Bring(
      "talentlms_user_42.json",
      R"([{"id":"42","login":"ann","first_name":"Ann","last_name":"Lee","email":"ann@weir.example","status":)"
      R"("active","user_type":"Learner","courses":[{"id":"348","name":"Objections","role":"learner","enrolled_on":)"
      R"("25/12/2025, 03:58:40","enrolled_on_timestamp":"1766635120","completion_status":"Completed",)"
      R"("completion_percentage":"100","completed_on":"26/12/2025, 03:58:50","completed_on_timestamp":"1766721530",)"
      R"("expired_on":"","expired_on_timestamp":null,"total_time":"10m"},{"id":"349","name":"Security","role":)"
      R"("instructor","enrolled_on":"25/12/2025, 03:58:40","enrolled_on_timestamp":"1766635120",)"
      R"("completion_status":"Not attempted","completion_percentage":"0","completed_on":"",)"
      R"("completed_on_timestamp":null,"expired_on":"","expired_on_timestamp":null,"total_time":""}]}])");
  job.Bring("docebo_users.json",
            R"({"data":{"items":[{"user_id":"7","username":"bob","first_name":"Bob","last_name":"Ray","email":)"
            R"("bob@weir.example","fullname":"Bob Ray","status":"1","level":"user","last_access_date":null,)"
            R"("creation_date":"2025-01-01 10:00:00","language":"English","timezone":"UTC","is_manager":false}]}})");
  job.Bring(
      "docebo_enrollments.json",
      R"({"data":{"count":1,"has_more_data":false,"items":[{"user_id":"7","username":"bob","course_id":"55","course_name":"Pricing","course_code":"P1","course_type":)"
      R"("elearning","enrollment_status":"completed","enrollment_level":"student","enrollment_created_at":)"
      R"("2026-01-02 10:00:00","enrollment_date_last_updated":"2026-01-09 10:00:00","enrollment_completion_date":)"
      R"("2026-01-09 10:00:00","enrollment_score":87.5,"enrollment_time_spent":600}]}})");
  EXPECT_THAT(
      job.Sql("SELECT member, course, assigned_on, completed_on, score, status FROM scoped.training ORDER BY course"),
      ElementsAre("Ann Lee|Objections|2025-12-25|2025-12-26||Completed",
                  "Bob Ray|Pricing|2026-01-02|2026-01-09|87.5|completed"));
}

TEST(Cards, RevolutNamesTheToolsThatArePaidFor) {
  Job job("cards-revolut");
  const auto statement = job.Bring(
      "transaction-statement_01-Jan-2026_31-Jan-2026.csv",
      "Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,Card label,Card "
      "state,Orig currency,Orig amount,Payment currency,Amount,Total amount,Exchange rate,Fee,Fee "
      "currency,Balance,Account,"
      "Beneficiary account number,Beneficiary IBAN,MCC,Related transaction id,Spend program\n"
      "2026-01-10,2026-01-11,a1,CARD_PAYMENT,COMPLETED,Notion,,Ann "
      "Lee,1234,Tools,ACTIVE,USD,-48.00,USD,-48.00,-48.00,,0,"
      "USD,100,USD Main,,,5734,,\n"
      "2026-01-12,2026-01-13,a2,CARD_PAYMENT,COMPLETED,Corner Cafe,,Ann "
      "Lee,1234,Tools,ACTIVE,USD,-8.00,USD,-8.00,-8.00,,0,"
      "USD,92,USD Main,,,5812,,\n"
      "2026-01-14,,a3,CARD_PAYMENT,DECLINED,Figma,,Ann "
      "Lee,1234,Tools,ACTIVE,USD,-15.00,USD,-15.00,-15.00,,0,USD,92,USD "
      "Main,,,5734,,\n"
      "2026-01-15,2026-01-15,a4,TOPUP,COMPLETED,Money added from NORD "
      "BAKERY,INV-1,,,,,USD,900.00,USD,900.00,900.00,,0,USD,"
      "992,USD Main,,,,,\n");
  EXPECT_EQ(Job::Counts(statement), "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(
      job.Sql("SELECT t.name, t.category, m.name, t.annual_cost FROM scoped.tool AS t LEFT JOIN scoped.member AS m "
              "ON m.member_id = t.owner_id"),
      ElementsAre("Notion|software|Ann Lee|"));
  EXPECT_THAT(job.Sql("SELECT count(*) FROM model.payment"), ElementsAre("0"));
}

}  // namespace
}  // namespace weir::main_job
