// Telephone exchanges and call tracking: who called whom, who answered, how long it took; whose the number is, the CRM
// says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main_job.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;

constexpr const char* kCalls =
    "SELECT c.\"at\", c.direction, c.from_number, c.to_number, m.name, c.wait_s, c.talk_s, c.outcome FROM model.call "
    "AS c "
    "LEFT JOIN scoped.member AS m ON m.member_id = c.member_id ORDER BY c.\"at\"";

TEST(Telephony, CallRailCallsFindTheirCustomersByTheNumber) {
  Job job("telephony-callrail");
  job.Bring("weir-person.csv", "key,full_name,phone,account_key\np1,Jimmy Pesto,+13036231131,a1\n");
  job.Bring("weir-account.csv", "key,name,domain\na1,Pesto Pizza,pesto.example\n");
  const auto calls = job.Bring(
      "callrail_calls.json",
      R"({"page":1,"per_page":100,"total_pages":1,"total_records":3,"calls":[{"answered":true,)"
      R"("business_phone_number":"+19044567899","customer_city":"Denver","customer_country":"US","customer_name":)"
      R"("Jimmy Pesto, Sr.","customer_phone_number":"+13036231131","customer_state":"CO","direction":"inbound",)"
      R"("duration":64,"id":"CAL1","recording":null,"recording_duration":null,"start_time":)"
      R"("2026-01-24T11:27:48.119-05:00","tracking_phone_number":"+13038163491","voicemail":false,"agent_email":)"
      R"("Gil@weir.example"},{"answered":false,"business_phone_number":null,"customer_city":"Denver",)"
      R"("customer_country":"US","customer_name":null,"customer_phone_number":"+13035550100","customer_state":"CO",)"
      R"("direction":"inbound","duration":36,"id":"CAL2","recording":null,"recording_duration":"27","start_time":)"
      R"("2026-01-25T00:45:19.781-08:00","tracking_phone_number":"+13038163491","voicemail":true,"agent_email":null},)"
      R"({"answered":true,"business_phone_number":"+19044567899","customer_city":"Denver","customer_country":"US",)"
      R"("customer_name":null,"customer_phone_number":"+13036231131","customer_state":"CO","direction":"outbound",)"
      R"("duration":120,"id":"CAL3","recording":null,"recording_duration":null,"start_time":)"
      R"("2026-01-26T10:00:00.000-05:00","tracking_phone_number":"+19044567899","voicemail":false,"agent_email":)"
      R"("gil@weir.example"}]})");
  EXPECT_EQ(Job::Counts(calls), "read 3 new 3 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job.Sql(kCalls),
              ElementsAre("2026-01-24T16:27:48.119Z|in|+13036231131|+13038163491|gil@weir.example||64|answered",
                          "2026-01-25T08:45:19.781Z|in|+13035550100|+13038163491|||0|missed",
                          "2026-01-26T15:00:00Z|out|+19044567899|+13036231131|gil@weir.example||120|answered"))
      << "what went to the answering machine was missed";
  EXPECT_THAT(
      job.Sql("SELECT c.source_key, p.full_name, c.known_by FROM model.call AS c LEFT JOIN scoped.person AS p ON "
              "p.person_id = c.person_id ORDER BY 1"),
      ElementsAre("CAL1|Jimmy Pesto|number", "CAL2||", "CAL3|Jimmy Pesto|number"));
}

TEST(Telephony, CalltouchSeesCallsThatComeIn) {
  Job job("telephony-calltouch");
  job.Set("time_zone", "Europe/Moscow");
  job.Bring(
      "calltouch_calls.json",
      R"({"page":1,"pageTotal":1,"pageSize":2,"recordsTotal":2,"records":[{"callId":501,"callphase":"callcompleted",)"
      R"("date":"13/03/2026 10:15:00","duration":95,"callerNumber":"79260001122","redirectNumber":"74950000002",)"
      R"("phoneNumber":"74950000001","manager":"Анна Ли","successful":true,"uniqueCall":true,"targetCall":true,)"
      R"("callbackCall":false,"city":"Москва","source":"yandex","medium":"cpc","keyword":"печь","url":)"
      R"("https://nord.example/","utmSource":"yandex","utmMedium":"cpc","utmCampaign":"c1","sessionId":7,)"
      R"("waitingConnect":12,"orders":[]},{"callId":502,"callphase":"calllost","date":"14/03/2026 11:00:00",)"
      R"("duration":0,"callerNumber":"79260003344","redirectNumber":"","phoneNumber":"74950000001","manager":null,)"
      R"("successful":false,"uniqueCall":true,"targetCall":false,"callbackCall":false,"city":"Москва","source":)"
      R"("google","medium":"organic","keyword":"","url":"https://nord.example/","utmSource":"<не указано>",)"
      R"("utmMedium":"<не указано>","utmCampaign":"<не указано>","sessionId":8,"waitingConnect":40,"orders":[]}]})");
  EXPECT_THAT(job.Sql(kCalls), ElementsAre("2026-03-13T07:15:00Z|in|+79260001122|+74950000001|Анна Ли|12|95|answered",
                                           "2026-03-14T08:00:00Z|in|+79260003344|+74950000001||40|0|missed"));
}

TEST(Telephony, MangoNamesWhoAnsweredInTheLegsOfACall) {
  Job job("telephony-mango");
  job.Bring(
      "mango_calls.json",
      R"({"result":1000,"status":"complete","data":[{"list":[{"entry_id":"E1","context_type":1,"context_status":1,)"
      R"("caller_id":null,"caller_name":"","caller_number":"79260001122","called_number":"74950000001",)"
      R"("context_start_time":1773385200,"duration":75,"talk_duration":60,"context_init_type":0,"recall_status":2,)"
      R"("cost":0,"tag_id":[],"call_comment":"","context_calls":[{"call_type":"group","call_abonent_id":5,)"
      R"("call_abonent_info":"Отдел продаж","call_abonent_number":null,"call_start_time":1773385200,)"
      R"("call_answer_time":null,"call_end_time":1773385275,"members":[{"call_type":"user","call_abonent_id":11,)"
      R"("call_abonent_info":"Борис Рэй","call_abonent_number":"sip1","call_start_time":1773385200,)"
      R"("call_answer_time":null,"call_end_time":1773385210,"members":null},{"call_type":"user",)"
      R"("call_abonent_id":12,"call_abonent_info":"Анна Ли","call_abonent_number":"sip2","call_start_time":)"
      R"(1773385205,"call_answer_time":1773385215,"call_end_time":1773385275,"members":null}]}]},)"
      R"({"entry_id":"E2","context_type":2,"context_status":0,"caller_id":12,"caller_name":"Анна Ли",)"
      R"("caller_number":"102","called_number":"79260001122","context_start_time":1773388800,"duration":20,)"
      R"("talk_duration":0,"context_init_type":1,"recall_status":2,"cost":0,"tag_id":[],"call_comment":"",)"
      R"("context_calls":[]},{"entry_id":"E3","context_type":3,"context_status":1,"caller_id":12,"caller_name":)"
      R"("Анна Ли","caller_number":"102","called_number":"101","context_start_time":1773389800,"duration":20,)"
      R"("talk_duration":10,"context_init_type":1,"recall_status":2,"cost":0,"tag_id":[],"call_comment":"",)"
      R"("context_calls":[]}],"period":"13.03.2026","total_talks_duration":70,"total_calls_duration":115,)"
      R"("total_calls_count":3}]})");
  EXPECT_THAT(job.Sql(kCalls), ElementsAre("2026-03-13T07:00:00Z|in|+79260001122|+74950000001|Анна Ли|15|60|answered",
                                           "2026-03-13T08:00:00Z|out|102|+79260001122|Анна Ли||0|failed"))
      << "calls within the house do not count";
}

TEST(Telephony, CloudExchangesOfBeelineAndMegaFon) {
  Job job("telephony-clouds");
  job.Bring(
      "beeline_statistics.json",
      R"([{"startDate":1773385200000,"direction":"INBOUND","phone_from":"9260001122","phone_to":"9650160001",)"
      R"("duration":61000,"status":"RECIEVED","department":"Продажи","externalTrackingId":"t1","abonent":{"userId":)"
      R"("101@ip.beeline.ru","phone":"9650160001","firstName":"Анна","lastName":"Ли","email":"ann@weir.example",)"
      R"("department":"Продажи","extension":"101"}},{"startDate":1773385300000,"direction":"INBOUND","phone_from":)"
      R"("9260003344","phone_to":"9650160001","duration":9000,"status":"MISSED","department":"Продажи",)"
      R"("externalTrackingId":"t2","abonent":{"userId":"101@ip.beeline.ru","phone":"9650160001","firstName":"Анна",)"
      R"("lastName":"Ли","email":"ann@weir.example","department":"Продажи","extension":"101"}}])");
  job.Bring("megafon_users.json",
            R"({"items":[{"login":"petrov","name":"Пётр Петров","email":"pp@weir.example","ext":"102","telnum":)"
            R"("79260009999","role":"user","status":"online"}],"info":{"start":0,"limit":50,"total":1}})");
  job.Bring(
      "megafon_history.json",
      R"([{"uid":"call-001","type":"in","status":"success","client":"79260001122","user":"petrov","group_name":)"
      R"("Техподдержка","diversion":"74950000001","start":"2026-03-14T12:00:00Z","wait":5,"duration":23,"record":)"
      R"("https://example.com/record.mp3","missedStatus":0},{"uid":"call-002","type":"in","status":"missed","client":)"
      R"("79260001122","user":"","group_name":"Техподдержка","diversion":"74950000001","start":)"
      R"("2026-03-14T12:10:00Z","wait":30,"duration":0,"record":"","missedStatus":2},{"uid":"call-003","type":"out",)"
      R"("status":"busy","client":"79260001122","user":"Petrov","group_name":"","diversion":"74950000001","start":)"
      R"("2026-03-14T12:20:00Z","wait":3,"duration":0,"record":"","missedStatus":0}])");
  EXPECT_THAT(job.Sql(kCalls),
              ElementsAre("2026-03-13T07:00:00Z|in|+79260001122|+79650160001|Анна Ли||61|answered",
                          "2026-03-13T07:01:40Z|in|+79260003344|+79650160001|||0|missed",
                          "2026-03-14T12:00:00Z|in|+79260001122|+74950000001|Пётр Петров|5|23|answered",
                          "2026-03-14T12:10:00Z|in|+79260001122|+74950000001||30|0|missed",
                          "2026-03-14T12:20:00Z|out|+74950000001|+79260001122|Пётр Петров|3|0|busy"))
      << "a call that nobody took is nobody's";
}

}  // namespace
}  // namespace weir::main_job
