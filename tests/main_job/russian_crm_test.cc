// amoCRM and Bitrix24 tell of calls, tasks and changes in forms of their own: read from vendors' examples, and from one
// simulated company in the forms of three CRMs, whose activities, answers and moves must be the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "main_job.h"
#include "simulated.h"

namespace weir::main_job {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

void SetMoscow(Job& job) { job.Set("time_zone", "Europe/Moscow"); }

// A company of one seed in the form of a CRM; only what that CRM gives.
void Simulate(Job& job, const std::string& crm, const std::vector<std::string>& begins) {
  simulate::SimulateParams params;
  params.seed = 3;
  params.accounts = 200;
  params.months = 18;
  params.locale = "ru";
  params.crm = crm;
  params.exports = 1;
  const Simulated simulated("russian-" + crm, params);
  SetMoscow(job);
  job.Import(simulated.Files(begins));
}

std::int64_t Changes(Job& job, const std::string& column) {
  const auto rows = job.Sql("SELECT count(*) FROM (SELECT " + column + " IS DISTINCT FROM lag(" + column +
                            ") OVER (PARTITION BY deal_id ORDER BY version) AS is_other, lag(" + column +
                            ") OVER (PARTITION BY deal_id ORDER BY version) AS was FROM "
                            "scoped.deal_version) AS v WHERE is_other AND was IS NOT NULL");
  return std::stoll(rows.at(0));
}

std::string StateOf(Job& job, const std::string& rule) {
  const engine::Answer answer = job.Ask("leaks");
  for (std::size_t row = 0; row < answer.output.Find("rules")->rows.size(); ++row) {
    if (Cell(answer, "rules", "rule", row) == rule) return Cell(answer, "rules", "state", row);
  }
  return "(no rule)";
}

class RussianCrm : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    jobs_["salesforce"] = std::make_unique<Job>("russian-salesforce");
    Simulate(*jobs_["salesforce"], "salesforce",
             {"Account", "Contact", "Lead", "Opportunity", "Task", "Event", "User"});
    jobs_["amocrm"] = std::make_unique<Job>("russian-amocrm");
    Simulate(*jobs_["amocrm"], "amocrm", {"amocrm"});
    jobs_["bitrix24"] = std::make_unique<Job>("russian-bitrix24");
    Simulate(*jobs_["bitrix24"], "bitrix24", {"bitrix24"});
  }
  static void TearDownTestSuite() { jobs_.clear(); }

  static Job& Of(const std::string& crm) { return *jobs_.at(crm); }

  static std::map<std::string, std::unique_ptr<Job>> jobs_;
};

std::map<std::string, std::unique_ptr<Job>> RussianCrm::jobs_;

TEST_F(RussianCrm, TellsOfTheSameActivities) {
  const std::string query =
      "SELECT kind, count(*), count(done_at), count(member_id), sum(duration_s) FROM scoped.activity WHERE "
      "day <= DATE '2026-10-20' GROUP BY kind ORDER BY kind";
  const std::string directions =
      "SELECT direction, count(*) FROM scoped.activity WHERE kind = 'call' GROUP BY direction ORDER BY direction";
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << crm;
    EXPECT_EQ(Of(crm).Sql(directions), Of("salesforce").Sql(directions)) << crm;
    EXPECT_THAT(Of(crm).Sql("SELECT activity_id FROM scoped.activity WHERE coalesce(deal_id, lead_id, person_id, "
                            "account_id) IS NULL"),
                IsEmpty())
        << crm;
  }
}

TEST_F(RussianCrm, SaysWhenLeadsWereAnswered) {
  const std::string query =
      "SELECT count(*), count(first_response_at), sum(epoch_us(first_response_at) - epoch_us(created_at)) FROM "
      "scoped.lead";
  for (const char* crm : {"amocrm", "bitrix24"}) EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << crm;
}

// Quarters that are over do not change with the day on which one looks at them.
TEST_F(RussianCrm, ThePastHasItsWins) {
  const auto quarters = [](Job& job, const std::string& as_of,
                           const char* metrics = "won_amount,deals_won,deals_lost") {
    engine::Question question;
    question.id = "metrics";
    question.params = {
        {"metrics", {metrics}}, {"grain", {"quarter"}}, {"from", {"2025-04-01"}}, {"to", {"2026-06-30"}}};
    question.as_of = as_of;
    const auto answer = job.workspace().engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    std::vector<std::string> lines;
    for (const auto& row : answer->output.Find("metrics")->rows) {
      std::string line;
      for (const auto& cell : row) line += store::ToText(cell) + "|";
      lines.push_back(std::move(line));
    }
    return lines;
  };
  for (const char* crm : {"salesforce", "amocrm", "bitrix24"}) {
    const std::vector<std::string> now = quarters(Of(crm), "2026-10-31");
    ASSERT_THAT(now, testing::SizeIs(5)) << crm;
    EXPECT_THAT(now, testing::Not(testing::Contains(testing::HasSubstr("|0|0|")))) << crm;
    EXPECT_EQ(quarters(Of(crm), "2026-06-30"), now) << crm;
  }
  const char* counts = "deals_won,deals_lost";
  EXPECT_EQ(quarters(Of("bitrix24"), "2026-06-30", counts), quarters(Of("amocrm"), "2026-06-30", counts));
  EXPECT_EQ(quarters(Of("salesforce"), "2026-06-30", counts), quarters(Of("amocrm"), "2026-06-30", counts));
}

// A few rows of a history are lost, as in Salesforce's own; amoCRM has no field for the day of closing.
TEST_F(RussianCrm, RemembersTheMovesOfDeals) {
  const std::int64_t moves = Changes(Of("salesforce"), "stage");
  const std::int64_t amounts = Changes(Of("salesforce"), "nullif(amount, 0)");
  const std::int64_t owners = Changes(Of("salesforce"), "owner_id");
  ASSERT_GT(moves, 200);
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_THAT(Changes(Of(crm), "stage"), AllOf(Le(moves), Ge(moves * 97 / 100))) << crm;
    EXPECT_THAT(Changes(Of(crm), "nullif(amount, 0)"), AllOf(Le(amounts * 103 / 100), Ge(amounts * 95 / 100))) << crm;
    EXPECT_THAT(Changes(Of(crm), "owner_id"), AllOf(Le(owners), Ge(owners * 95 / 100))) << crm;
    EXPECT_THAT(Of(crm).Sql("SELECT DISTINCT stage FROM scoped.deal_version WHERE stage ~ '[0-9]'"), IsEmpty()) << crm;
  }
}

// Each person of a deal stands once, in Salesforce again for each record that was merged.
TEST_F(RussianCrm, KnowsThePeopleOfDeals) {
  const std::string query =
      "SELECT count(DISTINCT deal_id), count(DISTINCT deal_id) FILTER (WHERE is_primary) FROM scoped.deal_contact";
  const auto people = Of("salesforce").Sql("SELECT count(*) FROM scoped.deal_contact");
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << crm;
    EXPECT_THAT(std::stoll(Of(crm).Sql("SELECT count(*) FROM scoped.deal_contact").at(0)),
                AllOf(Le(std::stoll(people.at(0))), Ge(std::stoll(people.at(0)) * 95 / 100)))
        << crm;
    EXPECT_THAT(Of(crm).Sql("SELECT deal_contact_id FROM scoped.deal_contact WHERE person_id IS NULL"), IsEmpty())
        << crm;
  }
}

TEST_F(RussianCrm, KnowsWhatDealsSell) {
  const std::string query = "SELECT count(*), count(DISTINCT deal_id), sum(quantity) FROM scoped.deal_line";
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << crm;
    EXPECT_THAT(Of(crm).Sql("SELECT line_id FROM scoped.deal_line WHERE product_id IS NULL OR product IS NULL"),
                IsEmpty())
        << crm;
  }
  const std::string amounts = "SELECT sum(amount), sum(quantity * unit_price) FROM scoped.deal_line";
  EXPECT_EQ(Of("bitrix24").Sql(amounts), Of("salesforce").Sql(amounts));
  EXPECT_EQ(Of("amocrm").Sql("SELECT count(amount), count(unit_price) FROM scoped.deal_line"),
            std::vector<std::string>{"0|0"})
      << "amoCRM does not say at which price";
}

// Groups of amoCRM have no groups above them.
TEST_F(RussianCrm, KnowsTheTeamsAndWhoIsInThem) {
  const std::string teams = "SELECT name FROM scoped.team ORDER BY name";
  const std::string members =
      "SELECT name, team FROM scoped.member WHERE team IS NOT NULL AND is_active ORDER BY name, team";
  const std::string above =
      "SELECT t.name, p.name FROM scoped.team AS t JOIN scoped.team AS p ON p.team_id = t.parent_team_id ORDER BY 1";
  ASSERT_GT(Of("salesforce").Sql(members).size(), 10U);
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(Of(crm).Sql(teams), Of("salesforce").Sql(teams)) << crm;
    EXPECT_EQ(Of(crm).Sql(members), Of("salesforce").Sql(members)) << crm;
  }
  EXPECT_EQ(Of("bitrix24").Sql(above), Of("salesforce").Sql(above));
}

TEST_F(RussianCrm, LeakRulesOfSalesAreMeasured) {
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(StateOf(Of(crm), "unworked_lead"), StateOf(Of("salesforce"), "unworked_lead")) << crm;
    EXPECT_EQ(StateOf(Of(crm), "stuck_deal"), "found") << crm;
  }
}

TEST(AmoCrm, AnswersOfItsInterfaceAreRead) {
  Job job("amo-answers");
  SetMoscow(job);
  job.Bring("amocrm_export_leads_2020-01-31.csv",
            "ID;Название сделки;Бюджет ₽;Ответственный;Дата создания сделки;Дата редактирования;Дата закрытия;Этап "
            "сделки;Воронка;Основной контакт;Компания\n"
            "26060763;Поставка;155;Иван Петров;01.12.2019 10:00:00;20.12.2019 10:00:00;не закрыта;Принимают "
            "решение;Воронка;;ООО Ромашка\n"
            "26060764;Заявка с сайта;;Иван Петров;01.12.2019 10:00:00;02.12.2019 10:00:00;не "
            "закрыта;Неразобранное;Заявки;;\n");
  job.Bring("amocrm_users_2020-01-31.json",
            R"({"_total_items":1,"_embedded":{"users":[{"id":939801,"name":"Иван Петров","email":"ip@example.com",)"
            R"("lang":"ru","rights":{"is_active":true,"is_admin":false,"group_id":7},"_embedded":{"roles":[],"groups":)"
            R"([{"id":7,"name":"Отдел продаж"}]}}]}})");
  job.Bring("amocrm_export_contacts_2020-01-31.csv",
            "ID;Полное имя контакта;Компания;Ответственный;Дата создания контакта;Кем создан контакт\n"
            "11069775;Анна Белова;ООО Ромашка;Иван Петров;01.12.2019 10:00:00;Иван Петров\n"
            "11271233;Олег Лис;ООО Ромашка;Иван Петров;02.12.2019 10:00:00;Иван Петров\n");
  job.Bring("amocrm_leads_2020-01-31.json",
            R"({"_page":1,"_links":{"self":{"href":"https://example.amocrm.ru/api/v4/leads?page=1"}},"_embedded":)"
            R"({"leads":[{"id":26060763,"name":"Поставка","price":155,"responsible_user_id":939801,"group_id":7,)"
            R"("status_id":32392165,"pipeline_id":3177727,"created_by":939801,"created_at":1575190800,)"
            R"("updated_at":1576832400,"closed_at":null,"is_deleted":false,"custom_fields_values":null,)"
            R"("_embedded":{"tags":[],"companies":[{"id":40401}],"contacts":[{"id":11069775,"is_main":true},)"
            R"({"id":11271233,"is_main":false}],"catalog_elements":[{"id":525439,"metadata":{"quantity":31,)"
            R"("catalog_id":4521}}]}}]}})");
  job.Bring("amocrm_catalog_elements_2020-01-31.json",
            R"({"_page":1,"_embedded":{"elements":[{"id":525439,"catalog_id":4521,"name":"Плитка «Гранит»",)"
            R"("created_by":939801,"updated_by":939801,"created_at":1575190800,"updated_at":1575190800,)"
            R"("is_deleted":false,"custom_fields_values":[{"field_id":1,"field_name":"Артикул","field_code":"SKU",)"
            R"("field_type":"text","values":[{"value":"G-1"}]},{"field_id":2,"field_name":"Группа",)"
            R"("field_code":"GROUP","field_type":"category","values":[{"value":"Плитка","enum_id":5}]},{"field_id":3,)"
            R"("field_name":"Цена","field_code":"PRICE","field_type":"numeric","values":[{"value":"12.50"}]}]}]}})");
  job.Bring("amocrm_pipelines_2020-01-31.json",
            R"({"_total_items":1,"_embedded":{"pipelines":[{"id":3177727,"name":"Воронка","sort":1,"is_main":true,)"
            R"("is_unsorted_on":true,"is_archive":false,"account_id":12345678,"_embedded":{"statuses":[)"
            R"({"id":32392159,"name":"Первичный контакт","sort":20,"is_editable":true,"pipeline_id":3177727,"type":0},)"
            R"({"id":32392165,"name":"Принимают решение","sort":30,"is_editable":true,"pipeline_id":3177727,"type":0},)"
            R"({"id":142,"name":"Успешно реализовано","sort":10000,"is_editable":false,"pipeline_id":3177727}]}}]}})");
  const auto events = job.Bring(
      "amocrm_events_2020-01-31.json",
      R"({"_page":1,"_embedded":{"events":[)"
      R"({"id":"01pz58t6p04ymgsgfbmfyfy1mf","type":"lead_status_changed","entity_id":26060763,"entity_type":"lead",)"
      R"("created_by":939801,"created_at":1575374400,"value_after":[{"lead_status":{"id":32392165,)"
      R"("pipeline_id":3177727}}],"value_before":[{"lead_status":{"id":32392159,"pipeline_id":3177727}}]},)"
      R"({"id":"01pz58t6p04ymgsgfbmfyfy1mg","type":"sale_field_changed","entity_id":26060763,"entity_type":"lead",)"
      R"("created_by":0,"created_at":1575378000,"value_after":[{"sale_field_value":{"sale":155}}],"value_before":[]},)"
      R"({"id":"01pz58t6p04ymgsgfbmfyfy1mh","type":"custom_field_value_changed","entity_id":7,"entity_type":"contact",)"
      R"("created_by":939801,"created_at":1575378000,"value_after":[{"custom_field_value":{"field_id":53728,)"
      R"("field_type":8,"enum_id":2352876,"text":"Сталь, прокат"}}],"value_before":[]},)"
      R"({"id":"01pz58t6p04ymgsgfbmfyfy1mi","type":"outgoing_chat_message","entity_id":26060764,"entity_type":"lead",)"
      R"("created_by":939801,"created_at":1575378000,"value_after":[{"message":{"id":"1508b51c"}}],"value_before":[]},)"
      R"({"id":"01pz58t6p04ymgsgfbmfyfy1mj","type":"lead_added","entity_id":null,"entity_type":"lead","created_by":1,)"
      R"("created_at":1575378000,"value_after":[],"value_before":[]}]}})");
  EXPECT_EQ(Job::Counts(events), "read 5 new 4 updated 0 unchanged 0 quarantined 1");
  job.Bring("amocrm_notes_2020-01-31.json",
            R"({"_embedded":{"notes":[{"id":42709325,"entity_id":26060763,"created_by":939801,"created_at":1575374460,)"
            R"("updated_at":1575374460,"responsible_user_id":939801,"note_type":"call_in","params":{"uniq":"8f52",)"
            R"("duration":60,"source":"onlinePBX","phone":"+79999999999","call_status":4},)"
            R"("_links":{"self":{"href":"https://example.amocrm.ru/api/v4/leads/26060763/notes/42709325"}}},)"
            R"({"id":42709326,"entity_id":7,"created_by":939801,"created_at":1575374470,"updated_at":1575374470,)"
            R"("responsible_user_id":939801,"note_type":"amomail_message","params":{"income":true,"subject":"Вопрос"},)"
            R"("_links":{"self":{"href":"https://example.amocrm.ru/api/v4/contacts/7/notes/42709326"}}},)"
            R"({"id":42709327,"entity_id":7,"created_by":1,"created_at":1575374480,"updated_at":1575374480,)"
            R"("responsible_user_id":1,"note_type":"service_message","params":{"text":"робот"}}]}})");
  job.Bring("amocrm_tasks_2020-01-31.json",
            R"({"_embedded":{"tasks":[{"id":7087,"created_by":939801,"updated_by":939801,"created_at":1575364000,)"
            R"("updated_at":1575364851,"responsible_user_id":939801,"group_id":0,"entity_id":26060763,)"
            R"("entity_type":"leads","duration":0,"is_completed":true,"task_type_id":2,"text":"Пригласить",)"
            R"("result":[],"complete_till":1575665940,"account_id":321321},)"
            R"({"id":7088,"created_by":939801,"updated_by":939801,"created_at":1575364000,"updated_at":1575364000,)"
            R"("responsible_user_id":939801,"group_id":0,"entity_id":26060763,"entity_type":"leads","duration":0,)"
            R"("is_completed":false,"task_type_id":1,"text":"Связаться","result":[],"complete_till":1575751199}]}})");
  EXPECT_THAT(
      job.Sql("SELECT valid_from, stage, amount, origin FROM scoped.deal_version ORDER BY version LIMIT 3"),
      ElementsAre("2019-12-01T07:00:00Z|Первичный контакт||history", "2019-12-03T12:00:00Z|Принимают решение||history",
                  "2019-12-03T13:00:00Z|Принимают решение|155|history"));
  EXPECT_THAT(
      job.Sql("SELECT kind, direction, member, outcome, duration_s, done_at FROM scoped.activity ORDER BY \"at\", "
              "activity_id"),
      ElementsAre("call|in|Иван Петров|connected|60|2019-12-03T12:01:00Z",
                  "email|in|Иван Петров|||2019-12-03T12:01:10Z", "chat|out|Иван Петров|||2019-12-03T13:00:00Z",
                  "meeting||Иван Петров|||2019-12-06T20:59:00Z", "task||Иван Петров|||"));
  EXPECT_THAT(job.Sql("SELECT first_response_at FROM scoped.lead"), ElementsAre("2019-12-03T13:00:00Z"));
  EXPECT_THAT(
      job.Sql("SELECT d.name, p.full_name, c.is_primary FROM scoped.deal_contact AS c JOIN scoped.deal AS d USING "
              "(deal_id) JOIN scoped.person AS p ON p.person_id = c.person_id ORDER BY 2"),
      ElementsAre("Поставка|Анна Белова|true", "Поставка|Олег Лис|false"));
  EXPECT_THAT(job.Sql("SELECT d.name, l.product, l.quantity, l.unit_price, l.amount FROM scoped.deal_line AS l JOIN "
                      "scoped.deal AS d USING (deal_id)"),
              ElementsAre("Поставка|Плитка «Гранит»|31||"));
  EXPECT_THAT(job.Sql("SELECT name, family, price FROM model.product"), ElementsAre("Плитка «Гранит»|Плитка|12.5"));
  EXPECT_THAT(job.Sql("SELECT name, team FROM scoped.member"), ElementsAre("Иван Петров|Отдел продаж"));
}

TEST(Bitrix24, AnswersOfItsInterfaceAreRead) {
  Job job("bitrix-answers");
  SetMoscow(job);
  job.Bring("bitrix24_users.json",
            R"({"result":[{"ID":"505","ACTIVE":true,"NAME":"Иван","LAST_NAME":"Петров","EMAIL":"ip@example.com",)"
            R"("WORK_POSITION":"Менеджер","UF_DEPARTMENT":[222,114]}],"total":1})");
  job.Bring("bitrix24_departments.json",
            R"({"result":[{"ID":"222","NAME":"Продажи Восток","SORT":500,"PARENT":"114","UF_HEAD":"11"},)"
            R"({"ID":"114","NAME":"Продажи","SORT":500,"UF_HEAD":"0"}],"total":2})");
  job.Bring("crm_productrows.json",
            R"({"result":[{"ID":"1263","OWNER_ID":"15","OWNER_TYPE":"D","PRODUCT_ID":"2","PRODUCT_NAME":"Насос",)"
            R"("PRICE":"610.5","PRICE_NETTO":"678.33","QUANTITY":"3","DISCOUNT_TYPE_ID":"2","DISCOUNT_RATE":"10",)"
            R"("DISCOUNT_SUM":"67.83","TAX_RATE":"0","TAX_INCLUDED":"N","MEASURE_CODE":"796","MEASURE_NAME":"шт",)"
            R"("SORT":"10"},{"ID":"1264","OWNER_ID":"15","OWNER_TYPE":"Q","PRODUCT_ID":"2","PRODUCT_NAME":"Насос",)"
            R"("PRICE":"1","PRICE_NETTO":"1","QUANTITY":"1","DISCOUNT_TYPE_ID":"2","DISCOUNT_RATE":"0",)"
            R"("DISCOUNT_SUM":"0","TAX_RATE":"0","TAX_INCLUDED":"N","MEASURE_CODE":"796","MEASURE_NAME":"шт",)"
            R"("SORT":"10"}]})");
  job.Bring("bitrix24_CONTACT_2020-10-31.csv",
            "ID;Имя;Фамилия;Рабочий e-mail;Компания;Ответственный;Дата создания;Дата изменения\n"
            "77;Анна;Белова;ab@romashka.ru;ООО Ромашка;Пётр Иванов;01.09.2020 10:00:00;01.09.2020 10:00:00\n");
  job.Bring("b_crm_deal_contact.csv", "DEAL_ID,CONTACT_ID,SORT,ROLE_ID,IS_PRIMARY\n15,77,10,0,Y\n");
  job.Bring(
      "bitrix24_DEAL_2020-10-31.csv",
      "ID;Стадия сделки;Воронка;Название;Вероятность;Сумма;Валюта;Компания;Ответственный;Дата завершения;Закрыта;Дата "
      "создания;Дата изменения\n15;Новая;Общая;Поставка;10;90000;RUB;ООО Ромашка;Пётр "
      "Иванов;31.12.2020;нет;01.09.2020 10:00:00;01.10.2020 10:00:00\n");
  job.Bring(
      "crm_activity.json",
      R"({"result":[{"ID":"20","OWNER_ID":"15","OWNER_TYPE_ID":"2","TYPE_ID":"2","PROVIDER_ID":"VOXIMPLANT_CALL",)"
      R"("PROVIDER_TYPE_ID":"CALL","PROVIDER_GROUP_ID":null,"ASSOCIATED_ENTITY_ID":"0","SUBJECT":"Исходящий звонок",)"
      R"("CREATED":"2020-09-27T13:26:55+03:00","LAST_UPDATED":"2020-09-27T20:28:24+03:00",)"
      R"("START_TIME":"2020-09-27T13:25:00+03:00","END_TIME":"2020-09-27T13:35:00+03:00",)"
      R"("DEADLINE":"2020-09-27T13:25:00+03:00","COMPLETED":"Y","STATUS":"2","RESPONSIBLE_ID":"505",)"
      R"("PRIORITY":"2","DIRECTION":"2","SETTINGS":[],"RESULT_STATUS":"0"},)"
      R"({"ID":"21","OWNER_ID":"15","OWNER_TYPE_ID":"2","TYPE_ID":"6","PROVIDER_ID":"CRM_TODO","SUBJECT":"Перезвонить",)"
      R"("CREATED":"2020-09-27T13:26:55+03:00","LAST_UPDATED":"2020-09-27T13:26:55+03:00",)"
      R"("START_TIME":"2020-09-27T13:25:00+03:00","END_TIME":"2020-09-29T13:35:00+03:00",)"
      R"("DEADLINE":"2020-09-29T13:25:00+03:00","COMPLETED":"N","STATUS":"1","RESPONSIBLE_ID":"505",)"
      R"("PRIORITY":"2","DIRECTION":"0","SETTINGS":[],"RESULT_STATUS":"0"}],"total":2})");
  job.Bring("crm_event.csv",
            "ID,DATE_CREATE,CREATED_BY_ID,ENTITY_TYPE,ENTITY_ID,ENTITY_FIELD,EVENT_NAME,EVENT_TEXT_1,EVENT_TEXT_2\n"
            "1,2020-09-10 12:00:00,505,DEAL,15,OPPORTUNITY,\"Изменено поле \"\"Сумма\"\"\",50000 (Российский "
            "рубль),90000.5 (Российский рубль)\n"
            "2,2020-09-11 12:00:00,505,DEAL,15,CLOSEDATE,\"Изменено поле \"\"Дата завершения\"\"\",-пусто-,31.12.2020\n"
            "3,2020-09-12 12:00:00,505,DEAL,15,ASSIGNED_BY_ID,\"Изменено поле \"\"Ответственный\"\"\",Иван Петров,Пётр "
            "Иванов\n");
  EXPECT_THAT(
      job.Sql("SELECT kind, direction, member, duration_s, done_at, due_at FROM scoped.activity ORDER BY \"at\""),
      ElementsAre("call|out|Иван Петров|600|2020-09-27T10:35:00Z|2020-09-27T10:25:00Z",
                  "task||Иван Петров|||2020-09-29T10:25:00Z"));
  EXPECT_THAT(job.Sql("SELECT valid_from, amount, close_date, origin FROM scoped.deal_version WHERE origin = 'history' "
                      "ORDER BY version"),
              ElementsAre("2020-09-10T09:00:00Z|90000.5||history", "2020-09-11T09:00:00Z|90000.5|2020-12-31|history"));
  EXPECT_THAT(
      job.Sql("SELECT d.name, p.full_name, c.is_primary FROM scoped.deal_contact AS c JOIN scoped.deal AS d USING "
              "(deal_id) JOIN scoped.person AS p ON p.person_id = c.person_id"),
      ElementsAre("Поставка|Анна Белова|true"));
  EXPECT_THAT(job.Sql("SELECT deal_id IS NULL, product, quantity, unit_price, amount, currency FROM scoped.deal_line"),
              ElementsAre("false|Насос|3|610.5|1831.5|RUB"))
      << "a row of an offer is no line of a deal";
  EXPECT_THAT(job.Sql("SELECT m.team, p.name FROM scoped.member AS m JOIN scoped.team AS t USING (team_id) JOIN "
                      "scoped.team AS p ON p.team_id = t.parent_team_id"),
              ElementsAre("Продажи Восток|Продажи"));
}

}  // namespace
}  // namespace weir::main_job
