// Corrections of single fields: the model obeys them until the source says the same or something newer; the files made
// of them bring them back into the source, and then none is pending.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/random.h"
#include "sources/corrections.h"
#include "workspace/empty_home.h"

namespace weir::workspace {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class Corrections : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-corrections-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    EmptyHome::CopyTo(root_ / "home");
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .lock_wait = std::chrono::seconds(0)});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  void Import(const std::string& name, const std::string& text, const std::string& exported_at) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / name, .descriptor = -1, .name = name}}, .exported_at = exported_at},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }

  std::string Do(const std::string& action, const analysis::RawParams& params, const std::string& reason = "a call",
                 const analysis::Principal& who = analysis::Principal::LocalOwner()) {
    const auto answer = workspace_->engine().Act(action, params, reason, who, {}, {});
    return answer ? "" : answer.error().ToString();
  }
  std::string Correct(const std::string& entity, const std::string& id, const std::string& field,
                      const std::string& value) {
    return Do("records.correct", {{"entity", {entity}}, {"id", {id}}, {"field", {field}}, {"value", {value}}});
  }

  std::string Empty(const std::string& entity, const std::string& id, const std::string& field) {
    return Do("records.correct", {{"entity", {entity}}, {"id", {id}}, {"field", {field}}, {"empty", {"true"}}});
  }

  analysis::Table Ask(const std::string& id, const analysis::RawParams& params, std::size_t table = 0,
                      std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.known_at = known_at;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? answer->output.tables.at(table) : analysis::Table{};
  }
  std::string Sql(const std::string& query, std::optional<std::int64_t> known_at = {}) {
    std::string text;
    for (const auto& row : Ask("sql", {{"query", {query}}}, 0, known_at).rows) {
      for (const store::Value& cell : row) text += store::ToText(cell) + " ";
      text += "\n";
    }
    return text;
  }
  std::string States() {
    std::string text;
    const analysis::Table table = Ask("records.corrections", {});
    for (const auto& row : table.rows) {
      text += store::ToText(row[table.IndexOf("field")]) + "=" + store::ToText(row[table.IndexOf("state")]) + " ";
    }
    return text;
  }
  std::int64_t Version() { return (*workspace_->Take(std::nullopt, {}))->data_version(); }

  std::filesystem::path root_;
  std::unique_ptr<Workspace> workspace_;
};

constexpr const char* kOpportunities =
    "Id,Name,StageName,IsClosed,IsWon,Amount,CloseDate,OwnerId,NextStep,CreatedDate,LastModifiedDate\n"
    "0061,One,Negotiation,false,false,100.00,2024-06-30,0051,,2024-04-01T00:00:00Z,2024-05-01T00:00:00Z\n"
    "0062,Two,Closed Won,true,true,40.00,2024-05-20,0051,,2024-04-01T00:00:00Z,2024-05-20T00:00:00Z\n";

TEST_F(Corrections, AMovedStageHoldsUntilTheSourceSaysTheSame) {
  Import("Opportunity.csv", kOpportunities, "2024-06-01");
  ASSERT_EQ(Sql("SELECT deal_id, status, amount FROM deal ORDER BY deal_id"),
            "salesforce:0061 open 100 \nsalesforce:0062 won 40 \n");
  const std::int64_t before = Version();
  EXPECT_EQ(Correct("deal", "salesforce:0061", "stage", "Closed Won"), "");
  const std::string corrected = "Closed Won won 100 \n";
  const std::string one = "SELECT stage, status, amount FROM deal WHERE deal_id = 'salesforce:0061'";
  EXPECT_EQ(Sql(one), corrected);
  EXPECT_EQ(Sql(one, before), "Negotiation open 100 \n");
  EXPECT_EQ(States(), "stage=pending ");
  // A newer export that says nothing new of it leaves it standing.
  Import("Opportunity-2.csv",
         "Id,Name,StageName,IsClosed,IsWon,Amount,CloseDate,OwnerId,NextStep,CreatedDate,LastModifiedDate\n"
         "0061,One renamed,Negotiation,false,false,100.00,2024-06-30,0051,,2024-04-01T00:00:00Z,2024-06-03T00:00:00Z\n",
         "2024-06-05");
  EXPECT_EQ(Sql(one), corrected);
  EXPECT_EQ(Correct("deal", "salesforce:0061", "amount", "120.5"), "");
  EXPECT_EQ(Sql(one), "Closed Won won 120.5 \n");
  EXPECT_EQ(States(), "amount=pending stage=pending ");
  // The source takes the stage over, and says another amount: that holds, and the difference is shown.
  Import("Opportunity-3.csv",
         "Id,Name,StageName,IsClosed,IsWon,Amount,CloseDate,OwnerId,NextStep,CreatedDate,LastModifiedDate\n"
         "0061,One renamed,Closed Won,true,true,90.00,2024-06-30,0051,,2024-04-01T00:00:00Z,2024-06-08T00:00:00Z\n",
         "2024-06-09");
  EXPECT_EQ(Sql(one), "Closed Won won 90 \n");
  EXPECT_EQ(States(), "amount=differs stage=taken ");
}

TEST_F(Corrections, AreUndoneAndRefusedWithAReason) {
  Import("Opportunity.csv", kOpportunities, "2024-06-01");
  const std::string one = "SELECT amount, next_step FROM deal WHERE deal_id = 'salesforce:0061'";
  EXPECT_EQ(Correct("deal", "salesforce:0061", "next_step", "Call the lawyer"), "");
  EXPECT_EQ(Sql(one), "100 Call the lawyer \n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Sql(one), "100  \n");
  EXPECT_EQ(States(), "");
  EXPECT_THAT(Correct("deal", "salesforce:0061", "amount", "a lot"), HasSubstr("not a number"));
  EXPECT_THAT(Correct("deal", "salesforce:0061", "amount", "100"), HasSubstr("says so already"));
  EXPECT_THAT(Correct("deal", "salesforce:9", "amount", "1"), HasSubstr("salesforce:9"));
  EXPECT_THAT(Correct("deal", "salesforce:0061", "type", "new"), HasSubstr("new business, new customer"));
  EXPECT_THAT(Correct("deal", "salesforce:0061", "owner", "Nobody"), HasSubstr("no member 'Nobody'"));
  EXPECT_THAT(Do("records.correct",
                 {{"entity", {"deal"}}, {"id", {"salesforce:0061"}}, {"field", {"amount"}}, {"value", {"1"}}}, ""),
              HasSubstr("reason"));
  analysis::Principal stranger = analysis::Principal::LocalOwner();
  stranger.sees_all_rows = false;
  EXPECT_THAT(Do("records.correct",
                 {{"entity", {"deal"}}, {"id", {"salesforce:0061"}}, {"field", {"amount"}}, {"value", {"1"}}}, "a call",
                 stranger),
              HasSubstr("salesforce:0061"));
  EXPECT_EQ(Sql(one), "100  \n");
}

// A field of the page of a record: what is shown, and what its source says.
using Pair = std::pair<std::string, std::string>;

TEST_F(Corrections, AValueThatWasTakenAwayStaysAwayUntilTheSourceHasAnother) {
  const std::string head = "Id,Name,StageName,IsClosed,IsWon,Amount,CloseDate,NextStep,CreatedDate,LastModifiedDate\n";
  Import("Opportunity.csv",
         head + "0061,One,Negotiation,false,false,100.00,2024-06-30,Call,2024-04-01T00:00:00Z,2024-05-01T00:00:00Z\n",
         "2024-06-01");
  const std::string contacts = "Id,FirstName,LastName,AccountId,Email,Phone,Title,CreatedDate,LastModifiedDate\n";
  Import(
      "Contact.csv",
      contacts + "0031,Ann,Lee,0011,ann@alpha.example,+442079460001,Boss,2024-04-01T00:00:00Z,2024-05-01T00:00:00Z\n",
      "2024-06-01");
  const std::string deal = "SELECT stage, amount, close_date, next_step FROM deal";
  const std::string person = "SELECT full_name, email, phone, title FROM person";
  ASSERT_EQ(Sql(deal), "Negotiation 100 2024-06-30 Call \n");
  ASSERT_EQ(Sql(person), "Ann Lee ann@alpha.example +442079460001 Boss \n");
  const std::int64_t before = Version();
  EXPECT_EQ(Empty("deal", "salesforce:0061", "next_step"), "");
  EXPECT_EQ(Empty("deal", "salesforce:0061", "amount"), "");
  EXPECT_EQ(Empty("person", "salesforce:0031", "phone"), "");
  EXPECT_EQ(Sql(deal), "Negotiation  2024-06-30  \n");
  EXPECT_EQ(Sql(person), "Ann Lee ann@alpha.example  Boss \n");
  EXPECT_EQ(Sql(deal, before), "Negotiation 100 2024-06-30 Call \n");
  EXPECT_EQ(States(), "phone=pending amount=pending next_step=pending ");
  const analysis::Table fields = Ask("customers.person", {{"id", {"salesforce:0031"}}}, 2);
  for (const auto& row : fields.rows) {
    if (store::ToText(row[0]) == "phone") {
      EXPECT_EQ(store::ToText(row[fields.IndexOf("value")]), "");
    }
  }
  EXPECT_THAT(Empty("deal", "salesforce:0061", "stage"), HasSubstr("not emptied"));
  EXPECT_THAT(Empty("deal", "salesforce:0061", "loss_reason"), HasSubstr("says so already"));
  EXPECT_THAT(Do("records.correct", {{"entity", {"deal"}},
                                     {"id", {"salesforce:0061"}},
                                     {"field", {"amount"}},
                                     {"value", {"1"}},
                                     {"empty", {"true"}}}),
              HasSubstr("either a new value or"));
  // What is taken away stands in files of its own, in the word that the source takes for it.
  const analysis::Table files = Ask("sources.patch", {{"source", {"salesforce"}}});
  std::map<std::string, std::string> texts;
  for (const auto& file : files.rows) texts[store::ToText(file[0])] = store::ToText(file[files.IndexOf("text")]);
  EXPECT_EQ(texts["salesforce-contact-empty-phone.csv"], "Id,Phone\r\n0031,#N/A\r\n");
  EXPECT_EQ(texts["salesforce-opportunity-empty-amount-next_step.csv"], "Id,Amount,NextStep\r\n0061,#N/A,#N/A\r\n");
  EXPECT_THAT(texts["README.txt"], AllOf(HasSubstr("Use Bulk API"), HasSubstr("Файлы empty")));
  // An export that says nothing any more takes it over, and no older value comes back.
  Import("Opportunity-2.csv",
         head + "0061,One,Negotiation,false,false,,2024-06-30,,2024-04-01T00:00:00Z,2024-06-03T00:00:00Z\n",
         "2024-06-05");
  Import("Contact-2.csv",
         contacts + "0031,Ann,Lee,0011,ann@alpha.example,,Boss,2024-04-01T00:00:00Z,2024-06-03T00:00:00Z\n",
         "2024-06-05");
  EXPECT_EQ(States(), "phone=taken amount=taken next_step=taken ");
  EXPECT_EQ(Sql(deal), "Negotiation  2024-06-30  \n");
  EXPECT_EQ(Sql(person), "Ann Lee ann@alpha.example  Boss \n");
  // Another value is newer than the decision.
  Import("Opportunity-3.csv",
         head + "0061,One,Negotiation,false,false,70.00,2024-06-30,Visit,2024-04-01T00:00:00Z,2024-06-08T00:00:00Z\n",
         "2024-06-09");
  Import(
      "Contact-3.csv",
      contacts + "0031,Ann,Lee,0011,ann@alpha.example,+442079460002,Boss,2024-04-01T00:00:00Z,2024-06-08T00:00:00Z\n",
      "2024-06-09");
  EXPECT_EQ(States(), "phone=differs amount=differs next_step=differs ");
  EXPECT_EQ(Sql(deal), "Negotiation 70 2024-06-30 Visit \n");
  EXPECT_EQ(Sql(person), "Ann Lee ann@alpha.example +442079460002 Boss \n");
}

TEST_F(Corrections, AnEmptiedFieldIsFilledAgainByUndoing) {
  Import("Account.csv",
         "Id,Name,Website,Industry,NumberOfEmployees,AnnualRevenue,OwnerId,CreatedDate\n"
         "0011,Alpha,https://alpha.example,Retail,12,1000,0051,2024-01-02T00:00:00Z\n",
         "2024-06-01");
  const std::string one = "SELECT name, industry, employees, annual_revenue FROM account";
  ASSERT_EQ(Sql(one), "Alpha Retail 12 1000 \n");
  for (const char* field : {"industry", "employees", "annual_revenue"}) {
    EXPECT_EQ(Empty("account", "salesforce:0011", field), "");
  }
  EXPECT_EQ(Sql(one), "Alpha    \n");
  EXPECT_EQ(Correct("account", "salesforce:0011", "industry", "Energy"), "");
  EXPECT_EQ(Sql(one), "Alpha Energy   \n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"2"}}}), "");
  EXPECT_EQ(Sql(one), "Alpha Energy 12  \n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"4"}}}), "");
  EXPECT_EQ(Sql(one), "Alpha  12  \n") << "the correction before it holds again";
}

TEST_F(Corrections, ALeadIsCorrectedAndPatched) {
  Import("Lead.csv",
         "Id,Name,FirstName,LastName,Company,Email,Phone,Title,Status,LeadSource,OwnerId,CreatedDate,LastModifiedDate\n"
         "00Q1,Bo Quist,Bo,Quist,Beta,bo@beta.example,+442079460003,Buyer,New,Web,0051,2024-04-01T00:00:00Z,"
         "2024-05-01T00:00:00Z\n",
         "2024-06-01");
  const std::string one = "SELECT full_name, company, status, source_name FROM lead";
  ASSERT_EQ(Sql(one), "Bo Quist Beta New Web \n");
  EXPECT_EQ(Correct("lead", "salesforce:00Q1", "status", "Working"), "");
  EXPECT_EQ(Correct("lead", "00Q1", "lead_source", "Fair"), "");
  EXPECT_EQ(Correct("lead", "salesforce:00Q1", "last_name", "Quist-Holm"), "");
  EXPECT_EQ(Empty("lead", "salesforce:00Q1", "company"), "");
  EXPECT_THAT(Correct("lead", "salesforce:00Q1", "full_name", "Bo Holm"), HasSubstr("first_name and last_name"));
  EXPECT_THAT(Correct("lead", "salesforce:00Q2", "status", "Working"), HasSubstr("no lead"));
  EXPECT_EQ(Sql(one), "Bo Quist-Holm  Working Fair \n");
  EXPECT_EQ(States(), "company=pending last_name=pending lead_source=pending status=pending ");
  std::map<std::string, Pair> said;
  const analysis::Table fields = Ask("customers.lead", {{"id", {"00Q1"}}}, 1);
  const analysis::Table values = Ask("customers.lead", {{"id", {"00Q1"}}}, 2);
  ASSERT_EQ(fields.rows.size(), values.rows.size());
  for (std::size_t i = 0; i < fields.rows.size(); ++i) {
    said[store::ToText(fields.rows[i][0])] = {store::ToText(fields.rows[i][fields.IndexOf("value")]),
                                              store::ToText(values.rows[i][values.IndexOf("value")])};
  }
  EXPECT_EQ(said["status"], (Pair{"Working", "New"}));
  EXPECT_EQ(said["company"], (Pair{"", "Beta"}));
  EXPECT_EQ(said["title"], (Pair{"Buyer", "Buyer"}));
  const analysis::Table files = Ask("sources.patch", {{"source", {"salesforce"}}});
  ASSERT_EQ(files.rows.size(), 3U);
  EXPECT_EQ(store::ToText(files.rows[0][files.IndexOf("text")]),
            "Id,LastName,LeadSource,Status\r\n00Q1,Quist-Holm,Fair,Working\r\n");
  EXPECT_EQ(store::ToText(files.rows[1][files.IndexOf("text")]), "Id,Company\r\n00Q1,#N/A\r\n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Sql(one), "Bo Quist-Holm  New Fair \n");
}

TEST_F(Corrections, AFullNameIsCorrectedWhereASourceHasOneColumnForIt) {
  Import("amocrm_export_contacts_2024-06-01.csv",
         "ID;Полное имя контакта;Компания;Рабочий телефон;Рабочий email;Ответственный;Дата создания контакта;Кем "
         "создан контакт\r\n"
         "21;Анна Ли;ООО Дом;+74951234567;anna@dom.example;Борис Ким;01.04.2024 10:00:00;Борис Ким\r\n",
         "2024-06-01");
  const std::string one = "SELECT full_name, email FROM person";
  ASSERT_EQ(Sql(one), "Анна Ли anna@dom.example \n");
  EXPECT_EQ(Correct("person", "amocrm:21", "full_name", "Анна Лиепа"), "");
  EXPECT_EQ(Sql(one), "Анна Лиепа anna@dom.example \n");
  EXPECT_EQ(Empty("person", "amocrm:21", "email"), "");
  EXPECT_EQ(Sql(one), "Анна Лиепа  \n");
  const analysis::Table files = Ask("sources.patch", {{"source", {"amocrm"}}});
  std::map<std::string, std::string> texts;
  for (const auto& file : files.rows) texts[store::ToText(file[0])] = store::ToText(file[files.IndexOf("text")]);
  EXPECT_EQ(texts["amocrm-contact-full_name.csv"], "ID;Полное имя контакта\r\n21;Анна Лиепа\r\n");
  EXPECT_EQ(texts["amocrm-contact-empty-email.csv"], "ID;Рабочий email\r\n21;\r\n");
  EXPECT_THAT(texts["README.txt"], HasSubstr("empty on purpose"));
}

// The cells of a CSV file without line ends in its cells.
std::vector<std::vector<std::string>> Cells(const std::string& text, char separator) {
  std::vector<std::vector<std::string>> rows;
  std::stringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> row(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"' && is_quoted && line.substr(i + 1, 1) == "\"") {
        row.back() += line[i++];
      } else if (line[i] == '"') {
        is_quoted = !is_quoted;
      } else if (line[i] == separator && !is_quoted) {
        row.emplace_back();
      } else {
        row.back() += line[i];
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Puts the files of a patch into an export, by its id column, as the product would.
std::string Patched(const std::string& original, char separator, const analysis::Table& files) {
  auto rows = Cells(original, separator);
  for (const auto& file : files.rows) {
    if (store::ToText(file[0]) == "README.txt") continue;
    const auto patch = Cells(store::ToText(file[files.IndexOf("text")]), separator);
    const auto place = [&](const std::string& header) {
      const auto found = std::ranges::find(rows[0], header);
      EXPECT_NE(found, rows[0].end()) << header;
      return static_cast<std::size_t>(found - rows[0].begin());
    };
    const std::size_t key = place(patch[0][0]);
    for (std::size_t i = 1; i < patch.size(); ++i) {
      for (auto& row : rows) {
        if (row[key] != patch[i][0]) continue;
        for (std::size_t column = 1; column < patch[i].size(); ++column) {
          if (!patch[i][column].empty()) row[place(patch[0][column])] = patch[i][column];
        }
      }
    }
  }
  return sources::PatchText(rows, separator);
}

TEST_F(Corrections, AnExportPatchedWithThemLeavesNonePending) {
  Import("Opportunity.csv", kOpportunities, "2024-06-01");
  EXPECT_EQ(Correct("deal", "salesforce:0061", "amount", "1200.125"), "");
  EXPECT_EQ(Correct("deal", "salesforce:0061", "close_date", "2024-05-31"), "");
  EXPECT_EQ(Correct("deal", "salesforce:0062", "loss_reason", "Price"), "");
  EXPECT_EQ(Correct("deal", "salesforce:0062", "name", "=1+1"), "");
  const analysis::Table files = Ask("sources.patch", {{"source", {"salesforce"}}});
  const analysis::Table left = Ask("sources.patch", {{"source", {"salesforce"}}}, 1);
  ASSERT_EQ(left.rows.size(), 2U);
  EXPECT_THAT(store::ToText(left.rows[1][left.IndexOf("reason")]), HasSubstr("no such column"));
  EXPECT_THAT(store::ToText(left.rows[0][left.IndexOf("reason")]), HasSubstr("formula"));
  ASSERT_EQ(files.rows.size(), 2U) << "all fields of a table in one file";
  EXPECT_EQ(store::ToText(files.rows[0][files.IndexOf("text")]),
            "Id,Amount,CloseDate\r\n0061,1200.1250,2024-05-31\r\n");
  const std::string readme = store::ToText(files.rows.back()[files.IndexOf("text")]);
  EXPECT_THAT(readme, HasSubstr("0062 loss_reason: " + store::ToText(left.rows[1][left.IndexOf("reason")])));
  EXPECT_THAT(readme, HasSubstr(store::ToText(left.rows[0][left.IndexOf("reason_ru")])));
  const std::string before = Sql("SELECT deal_id, name, stage, amount, close_date FROM deal ORDER BY deal_id");
  Import("Opportunity-2.csv", Patched(kOpportunities, ',', files), "2024-06-20");
  EXPECT_EQ(States(), "name=pending loss_reason=pending close_date=taken amount=taken ");
  EXPECT_EQ(Sql("SELECT deal_id, name, stage, amount, close_date FROM deal ORDER BY deal_id"), before);
}

TEST_F(Corrections, ARussianExportIsPatchedInItsOwnWords) {
  const std::string head =
      "ID;Название сделки;Бюджет ₽;Ответственный;Дата создания сделки;Дата редактирования;Дата закрытия;Этап "
      "сделки;Воронка;Основной контакт;Компания\r\n";
  const std::string utf8 =
      head +
      "11;Печь;1000,50;Анна Ли;01.04.2024 10:00:00;01.05.2024 10:00:00;не закрыта;Переговоры;Продажи;Иван;ООО Дом\r\n"
      "12;Кран;200,25;Борис Ким;02.04.2024 10:00:00;02.05.2024 10:00:00;13.05.2024 "
      "10:00:00;Успешно реализовано;Продажи;Пётр;ООО Сад\r\n";
  const auto bytes = [](std::string text) {
    const std::size_t sign = text.find(" ₽");
    if (sign != std::string::npos) text.replace(sign, std::string(" ₽").size(), ", руб.");
    return text;
  };
  const std::string original = bytes(utf8);
  Import("amocrm_export_leads_2024-06-01.csv", *sources::Encode(original, Encoding::kWindows1251), "2024-06-01");
  ASSERT_EQ(Sql("SELECT deal_id, stage, amount FROM deal ORDER BY deal_id"),
            "amocrm:11 Переговоры 1000.5 \namocrm:12 Успешно реализовано 200.25 \n");
  EXPECT_EQ(Correct("deal", "amocrm:11", "stage", "Успешно реализовано"), "");
  EXPECT_EQ(Correct("deal", "amocrm:11", "amount", "1500,75"), "");
  EXPECT_EQ(Correct("deal", "amocrm:11", "owner", "Борис Ким"), "");
  EXPECT_EQ(Sql("SELECT stage, status, amount FROM deal WHERE deal_id = 'amocrm:11'"),
            "Успешно реализовано won 1500.75 \n");
  const analysis::Table files = Ask("sources.patch", {{"source", {"amocrm"}}});
  std::map<std::string, std::string> texts;
  for (const auto& file : files.rows) {
    if (store::ToText(file[0]) == "README.txt") continue;
    texts[store::ToText(file[0])] = store::ToText(file[files.IndexOf("text")]);
    EXPECT_EQ(store::ToText(file[files.IndexOf("encoding")]), NameOf(Encoding::kWindows1251));
  }
  EXPECT_EQ(texts["amocrm-deal-amount-owner-stage.csv"],
            "ID;Бюджет, руб.;Ответственный;Этап сделки\r\n11;1500,75;Борис Ким;Успешно реализовано\r\n");
  Import("amocrm_export_leads_2024-06-20.csv", *sources::Encode(Patched(original, ';', files), Encoding::kWindows1251),
         "2024-06-20");
  EXPECT_EQ(States(), "owner=taken amount=taken stage=taken ");
}

TEST_F(Corrections, TwoRecordsThatAreOneCompanyAreToBeMergedInTheSource) {
  Import("Account.csv",
         "Id,Name,Website,Industry,OwnerId,CreatedDate\n"
         "0011,Alpha,https://alpha.example,Retail,0051,2024-01-02T00:00:00Z\n"
         "0012,Alpha Ltd,https://alpha.example,Retail,0051,2024-01-01T00:00:00Z\n"
         "0013,Beta,https://beta.example,Retail,0051,2024-01-01T00:00:00Z\n",
         "2024-06-01");
  const analysis::Table files = Ask("sources.patch", {{"source", {"salesforce"}}});
  ASSERT_EQ(files.rows.size(), 2U);
  EXPECT_EQ(store::ToText(files.rows[0][files.IndexOf("text")]), "Id,Merged Id\r\n0012,0011\r\n");
}

// Random tables, random corrections of them: the patch put into the export and imported again leaves none pending, and
// the model says what it said with the corrections.
TEST_F(Corrections, AnyExportTakesItsCorrectionsOver) {
  const std::array<std::string, 2> stages{"Prospecting", "Negotiation"};
  const std::array<std::string, 5> texts{"Plain", "With, comma", "With \"quotes\"", "Ünïcode — dash", "5 % off; 1.5"};
  RandomStream random(5, "corrections");
  const auto draw = [&](const auto& list) {
    return list[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(list.size()) - 1))];
  };
  const auto day = [&] { return fmt::format("2024-0{}-1{}", random.Integer(1, 9), random.Integer(0, 9)); };
  const auto amount = [&] { return fmt::format("{}.{:02}", random.Integer(1, 99'999), random.Integer(0, 99)); };
  for (int trial = 0; trial < 2; ++trial) {
    std::vector<std::vector<std::string>> rows{{"Id", "Name", "StageName", "IsClosed", "IsWon", "Amount", "CloseDate",
                                                "NextStep", "LeadSource", "CreatedDate", "LastModifiedDate"}};
    const int count = static_cast<int>(random.Integer(2, 6));
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      rows.push_back({fmt::format("006T{}{}", trial, i), fmt::format("Deal {}", i), stages[i % 2], "false", "false",
                      random.Chance(0.2) ? "" : amount(), day(), random.Chance(0.5) ? "" : draw(texts), draw(texts),
                      "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"});
    }
    const std::string name = fmt::format("Opportunity-{}", trial);
    const std::string text = sources::PatchText(rows, ',');
    Import(name + ".csv", text, fmt::format("2024-0{}-01", trial + 3));
    for (int i = 0; i < 3; ++i) {
      const std::string id = fmt::format("salesforce:006T{}{}", trial, random.Integer(0, count - 1));
      const std::array<std::pair<std::string, std::string>, 5> fields{{{"amount", amount()},
                                                                       {"close_date", day()},
                                                                       {"next_step", draw(texts)},
                                                                       {"lead_source", draw(texts)},
                                                                       {"stage", draw(stages)}}};
      const auto& [field, value] = draw(fields);
      const std::string refused = Correct("deal", id, field, value);
      EXPECT_THAT(refused, AnyOf("", HasSubstr("says so already")));
    }
    const std::string query = fmt::format(
        "SELECT deal_id, stage, status, amount, close_date, next_step, lead_source FROM deal WHERE deal_id LIKE "
        "'salesforce:006T{}%' ORDER BY deal_id",
        trial);
    const std::string corrected = Sql(query);
    const analysis::Table left = Ask("sources.patch", {{"source", {"salesforce"}}}, 1);
    ASSERT_TRUE(left.rows.empty()) << store::ToText(left.rows[0][left.IndexOf("reason")]);
    Import(name + "-again.csv", Patched(text, ',', Ask("sources.patch", {{"source", {"salesforce"}}})),
           fmt::format("2024-0{}-15", trial + 3));
    EXPECT_EQ(Sql(query), corrected) << "trial " << trial;
    EXPECT_THAT(States(), Not(AnyOf(HasSubstr("pending"), HasSubstr("differs")))) << "trial " << trial;
  }
}

}  // namespace
}  // namespace weir::workspace
