// Which records a source is to merge, as files in its own headers.
#include "workspace/merge_files.h"
#include "workspace/duplicates_story.h"

namespace weir::workspace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MergeFilesTest : public DuplicatesStory {
 protected:
  std::string Files(const std::string& source, const std::string& id = "hygiene.mergefile") {
    const engine::Answer answer = Ask(id, {{"source", {source}}});
    return Lines(*answer.output.Find("files"), {"name", "rows", "encoding", "text"});
  }
  std::string Left(const std::string& source) {
    const engine::Answer answer = Ask("hygiene.mergefile", {{"source", {source}}});
    return Lines(*answer.output.Find("left"), {"row_key", "field", "value", "reason"});
  }
};

// Gamma's newer record says Wood and has no city; of Delta's newer one a spreadsheet would make 3.
TEST_F(MergeFilesTest, AreInTheHeadersOfTheSourceWithWhatShouldStay) {
  Import("Account.csv", kTwiceAccounts);
  Import("Opportunity.csv", kTwiceDeals);
  EXPECT_EQ(Files("salesforce"),
            "salesforce-merge-account.csv|2|utf-8|Id,Merged Id,Industry\r\n"
            "0015,0016,Wood\r\n0017,0018,Building\r\n\n");
  EXPECT_EQ(Left("salesforce"), "0017|industry|=1+2|a spreadsheet would run it as a formula\n");
  engine::Question question{.id = "hygiene.mergefile"};
  question.params = {{"source", {"salesforse"}}};
  const auto unknown = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("Did you mean 'salesforce'? The sources are: salesforce"));
  // The files with corrections have it beside them.
  EXPECT_THAT(Files("salesforce", "sources.patch"), HasSubstr("salesforce-merge-account.csv|2|"));
  // What people said is one is to be merged as well, what they said is not is left alone.
  EXPECT_EQ(Pair("identity.merge", "salesforce:0011", "salesforce:0012"), "");
  EXPECT_EQ(Pair("identity.apart", "salesforce:0017", "salesforce:0018"), "");
  EXPECT_EQ(Files("salesforce"),
            "salesforce-merge-account.csv|2|utf-8|Id,Merged Id,Industry\r\n"
            "0011,0012,Retail\r\n0015,0016,Wood\r\n\n");
}

// The younger record is the one with the typing error, as duplicates are.
TEST_F(MergeFilesTest, TheNameIsThatOfTheRecordThatStays) {
  const std::string head = "Id,Name,Website,BillingCity,OwnerId,CreatedDate\n";
  const std::string good = "0015,Granitfood,https://granitfood.example,Bonn,0051,2024-01-02T00:00:00Z\n";
  const std::string again = "0017,Granitfood,https://granitfood.example,Ulm,0051,2024-04-02T00:00:00Z\n";
  const std::string typo = "0016,Granittfood,https://granitfood.example,Ulm,0051,2024-03-02T00:00:00Z\n";
  Import("Account.csv", head + good + again + typo);
  const std::string kept = "salesforce-merge-account.csv|1|utf-8|Id,Merged Id,BillingCity\r\n0015,0016; 0017,Ulm\r\n\n";
  EXPECT_EQ(Files("salesforce"), kept);
  // A rule that asks for the newest word has it.
  const auto rule = [&](const std::string& text) {
    EXPECT_EQ(Do("hygiene.survivorship.set", {{"entity", {"account"}}, {"field", {"name"}}, {"rule", {text}}}), "");
  };
  const std::string given =
      "salesforce-merge-account.csv|1|utf-8|Id,Merged Id,Name,BillingCity\r\n0015,0016; 0017,Granittfood,Ulm\r\n\n";
  rule("newest");
  EXPECT_EQ(Files("salesforce"), given);
  rule("salesforce > hubspot");
  EXPECT_EQ(Files("salesforce"), kept);
  // So does a source whose word counts more, in its own way of writing.
  Import("hubspot-crm-exports-all-companies.csv",
         "Record ID,Company name,Company Domain Name\n1,GRANITTFOOD GmbH,granitfood.example\n");
  rule("hubspot > salesforce");
  EXPECT_EQ(Files("salesforce"), given);
  rule("salesforce > hubspot");
  EXPECT_EQ(Files("salesforce"), kept);
}

TEST_F(MergeFilesTest, TheNameThatMoreRecordsSayIsTaken) {
  Import("Account.csv",
         "Id,Name,Website,OwnerId,CreatedDate\n"
         "0015,Granittfood,https://granitfood.example,0051,2024-01-02T00:00:00Z\n"
         "0016,Granitfood,https://granitfood.example,0051,2024-02-02T00:00:00Z\n"
         "0017,Granitfood GmbH,https://granitfood.example,0051,2024-03-02T00:00:00Z\n");
  EXPECT_EQ(Files("salesforce"),
            "salesforce-merge-account.csv|1|utf-8|Id,Merged Id,Name\r\n0015,0016; 0017,Granitfood\r\n\n");
}

TEST_F(MergeFilesTest, AnIdThatASpreadsheetWouldRunIsLeftOut) {
  std::string accounts = kTwiceAccounts;
  accounts.replace(accounts.find("0016,"), 4, "=A1");
  Import("Account.csv", accounts);
  EXPECT_THAT(Files("salesforce"), Not(HasSubstr("=A1")));
  EXPECT_THAT(Left("salesforce"), HasSubstr("merge|=A1|a spreadsheet would run it as a formula\n"));
}

TEST_F(MergeFilesTest, AreInRussianWhereTheExportIs) {
  Import("bitrix24_company.csv",
         "ID;Название компании;Тип компании;Сфера деятельности;Кол-во сотрудников;Рабочий телефон;Корпоративный "
         "сайт;Ответственный;Дата создания\n"
         "5;ООО Альфа;Клиент;Торговля;;;https://alfa.example;Борис Ким;01.02.2024 10:00:00\n"
         "6;Альфа;Клиент;;;+7 495 123-45-67;https://alfa.example;Борис Ким;03.02.2024 10:00:00\n"
         "7;Бета;Клиент;Торговля;;;https://beta.example;Борис Ким;01.02.2024 10:00:00\n");
  EXPECT_EQ(Files("bitrix24"),
            "bitrix24-merge-company.csv|1|utf-8|ID;Присоединить ID;Рабочий телефон\r\n5;6;+74951234567\r\n\n");
}

// The deals are newer and name the same people and companies; one deal has the number of a person. Of companies the
// source says nothing but that.
TEST_F(MergeFilesTest, ARowThatOnlyNamesARecordIsNotOneOfIt) {
  Import("people.csv",
         "Person - ID,Person - Name,Person - Email - Work,Person - Organization,Person - Person created\n"
         "501,Anna Berg,anna@berg.example,Berg Bau,2024-01-01 10:00:00\n"
         "502,Anna Berg,anna@berg.example,Berg Bau,2024-02-01 10:00:00\n");
  Import("deals.csv",
         "Deal - ID,Deal - Title,Deal - Status,Deal - Stage,Deal - Value,Deal - Currency,Deal - Contact person,"
         "Deal - Contact person ID,Deal - Organization,Deal - Organization ID,Deal - Deal created\n"
         "501,One,open,Offer,100,EUR,Anna Berg,501,Berg Bau,71,2024-03-01 10:00:00\n"
         "9002,Two,open,Offer,100,EUR,Anna Berg,502,Berg Bau Ulm,72,2024-03-01 10:00:00\n",
         "2024-06-02");
  EXPECT_EQ(Pair("identity.merge", "pipedrive:71", "pipedrive:72"), "");
  EXPECT_EQ(Files("pipedrive"), "pipedrive-merge-person.csv|1|utf-8|Person - ID,Merged Person - ID\r\n501,502\r\n\n");
  EXPECT_EQ(Left("pipedrive"), "71|merge|72|the export holds no id of the record\n");
}

// One company was pulled and the other exported: no file of either has both. Once an export has, it is of that.
TEST_F(MergeFilesTest, AFileIsOfOneObjectThatKnowsAll) {
  const std::string headers = "ID;Название компании;Дата создания компании;Рабочий телефон;Web\n";
  const std::string alpha = "5;ООО Альфа;01.02.2024 10:00:00;;https://alfa.example\n";
  const std::string other = "6;Альфа;03.02.2024 10:00:00;;https://alfa.example\n";
  Import("amocrm_export_companies.csv", headers + alpha, "2024-05-01");
  Import("amocrm_api_company.csv",
         "id,name,responsible_user_id,created_at,updated_at,custom_fields_values\n6,Альфа,7,1706954400,1706954400,[]\n",
         "2024-06-02");
  EXPECT_EQ(Pair("identity.merge", "amocrm:5", "amocrm:6"), "");
  EXPECT_EQ(Files("amocrm"), "");
  EXPECT_EQ(Left("amocrm"), "5|merge|6|the export holds no id of the record\n");
  Import("amocrm_export_companies2.csv", headers + alpha + other, "2024-05-02");
  EXPECT_THAT(Files("amocrm"), HasSubstr("amocrm-merge-company.csv|1|utf-8|ID;Присоединить ID"));
  EXPECT_THAT(Files("amocrm"), HasSubstr("\r\n5;6"));
  EXPECT_EQ(Left("amocrm"), "");
}

TEST_F(MergeFilesTest, IdsAloneAreInRussianToo) {
  Import("bitrix24_company.csv",
         "ID;Название компании;Тип компании;Сфера деятельности;Кол-во сотрудников;Рабочий телефон;Корпоративный "
         "сайт;Ответственный;Дата создания\n"
         "5;Альфа;Клиент;Торговля;;;https://alfa.example;Борис Ким;01.02.2024 10:00:00\n"
         "6;Альффа;Клиент;;;;https://alfa.example;Борис Ким;03.02.2024 10:00:00\n"
         "7;Бета;Клиент;Торговля;;;https://beta.example;Борис Ким;01.02.2024 10:00:00\n");
  EXPECT_EQ(Files("bitrix24"), "bitrix24-merge-company.csv|1|utf-8|ID;Присоединить ID\r\n5;6\r\n\n");
}

}  // namespace
}  // namespace weir::workspace
