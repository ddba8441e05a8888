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
            "salesforce-merge-account.csv|2|utf-8|Id,Merged Id,Name,Industry\r\n"
            "0015,0016,GAMMA,Wood\r\n0017,0018,Delta Bau GmbH,Building\r\n\n");
  EXPECT_EQ(Left("salesforce"), "0017|industry|=1+2|a spreadsheet would run it as a formula\n");
  EXPECT_EQ(Files("hubspot"), "");
  // The files with corrections have it beside them.
  EXPECT_THAT(Files("salesforce", "sources.patch"), HasSubstr("salesforce-merge-account.csv|2|"));
  // What people said is one is to be merged as well, what they said is not is left alone.
  EXPECT_EQ(Pair("identity.merge", "salesforce:0011", "salesforce:0012"), "");
  EXPECT_EQ(Pair("identity.apart", "salesforce:0017", "salesforce:0018"), "");
  EXPECT_EQ(Files("salesforce"),
            "salesforce-merge-account.csv|2|utf-8|Id,Merged Id,Name,Industry\r\n"
            "0011,0012,Alpha Handel GmbH,Retail\r\n0015,0016,GAMMA,Wood\r\n\n");
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
            "bitrix24-merge-company.csv|1|utf-8|ID;Присоединить ID;Название компании;Рабочий "
            "телефон\r\n5;6;Альфа;+74951234567\r\n\n");
}

}  // namespace
}  // namespace weir::workspace
