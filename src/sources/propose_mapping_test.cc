#include "sources/propose_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "model/records.h"
#include "sources/plain_sql.h"
#include "sources/proposal_words.h"
#include "sources/records.h"
#include "sources/test_files.h"
#include "sources/try_mapping.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ProposeMappingTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { catalog_ = new MappingCatalog(*LoadMappings()); }
  static void TearDownTestSuite() {
    delete catalog_;
    catalog_ = nullptr;
  }

  Proposal Propose(const std::string& name, const std::string& text, const std::string& table = "") {
    file_ = folder_.Write(name, text);
    const auto profile = ProfileFile(file_);
    EXPECT_TRUE(profile.has_value()) << (profile ? "" : profile.error().ToString());
    if (!profile) return {};
    ProposeOptions options;
    options.file_name = name;
    options.table = table;
    auto proposal = ProposeMapping(*catalog_, *profile, options);
    EXPECT_TRUE(proposal.has_value()) << (proposal ? "" : proposal.error().ToString());
    return proposal ? std::move(*proposal) : Proposal{};
  }
  static std::string FieldOf(const Proposal& proposal, const std::string& header) {
    for (const DraftColumn& column : proposal.draft.columns) {
      if (column.header == header) return column.field;
    }
    return "(no such column)";
  }
  // What the draft makes of the file.
  Trial Try(const MappingDraft& draft) {
    const auto toml = ToToml(draft);
    EXPECT_TRUE(toml.has_value()) << (toml ? "" : toml.error().ToString());
    if (!toml) return {};
    const auto mapping = ParseMapping(*toml, "draft.toml");
    EXPECT_TRUE(mapping.has_value()) << (mapping ? "" : mapping.error().ToString()) << "\n" << *toml;
    if (!mapping) return {};
    auto trial = TryMapping(*mapping, file_, {});
    EXPECT_TRUE(trial.has_value()) << (trial ? "" : trial.error().ToString()) << "\n" << *toml;
    return trial ? std::move(*trial) : Trial{};
  }

  static const MappingCatalog* catalog_;
  TestFolder folder_;
  FileInput file_;
};
const MappingCatalog* ProposeMappingTest::catalog_ = nullptr;

TEST_F(ProposeMappingTest, DealsOfAnUnknownSystem) {
  const Proposal proposal = Propose("pipeline_2024.csv",
                                    "Opportunity ID,Account Name,Deal Stage,Deal Value,Close Date,Sales Rep\n"
                                    "o1,Acme,Won,\"$1,200.00\",2024-03-31,Ann Lee\n"
                                    "o2,Globex,Lost,\"$700.00\",2024-04-30,Bob Ray\n"
                                    "o3,Acme,Negotiation,\"$50.00\",2024-05-31,Ann Lee\n");
  EXPECT_EQ(proposal.tables.front().table, "deal");
  EXPECT_EQ(FieldOf(proposal, "Opportunity ID"), "key");
  EXPECT_EQ(FieldOf(proposal, "Account Name"), "account_name");
  EXPECT_EQ(FieldOf(proposal, "Deal Value"), "amount");
  EXPECT_EQ(FieldOf(proposal, "Close Date"), "close_date");
  EXPECT_EQ(FieldOf(proposal, "Sales Rep"), "owner_key");
  EXPECT_THAT(proposal.draft.key, ElementsAre("key"));
  EXPECT_THAT(proposal.missing, IsEmpty());
  const Trial trial = Try(proposal.draft);
  EXPECT_EQ(trial.report.read, 3U);
  EXPECT_EQ(trial.report.added, 3U);
  ASSERT_EQ(trial.records.size(), 3U) << "the deals, their accounts and their owners by name";
  const TriedRecords& deals = trial.records.front();
  const auto cell = [&](const std::string& field) {
    const auto at = std::ranges::find(deals.fields, field) - deals.fields.begin();
    return deals.rows.front().at(static_cast<std::size_t>(at));
  };
  EXPECT_EQ(cell("stage_kind"), "won");
  EXPECT_EQ(cell("account_key"), "acme");
  EXPECT_EQ(cell("owner_key"), "ann lee");
}

TEST_F(ProposeMappingTest, RussianHeaders) {
  const Proposal proposal = Propose("счета.csv",
                                    "Номер счёта;Клиент ИД;Дата счёта;Сумма;Оплатить до\n"
                                    "101;k1;31.03.2024;1 200,50;30.04.2024\n"
                                    "102;k2;01.04.2024;700,00;30.04.2024\n");
  EXPECT_EQ(proposal.tables.front().table, "invoice");
  EXPECT_EQ(FieldOf(proposal, "Клиент ИД"), "account_key");
  EXPECT_EQ(FieldOf(proposal, "Дата счёта"), "issued_at");
  EXPECT_EQ(FieldOf(proposal, "Сумма"), "total");
  EXPECT_EQ(FieldOf(proposal, "Оплатить до"), "due_date");
  EXPECT_EQ(Try(proposal.draft).report.added, 2U);
}

TEST_F(ProposeMappingTest, UndecidedDaysAreAskedAndTheAnswerReads) {
  Proposal proposal =
      Propose("invoices.csv", "Invoice ID,Customer ID,Invoice Date,Total\n1,a,03/04/2024,10\n2,b,05/06/2024,20\n");
  ASSERT_EQ(FieldOf(proposal, "Invoice Date"), "issued_at");
  ASSERT_FALSE(proposal.notes.empty());
  EXPECT_THAT(proposal.notes.front().text, HasSubstr("day or month first"));
  EXPECT_EQ(Try(proposal.draft).report.quarantined, 2U) << "never guessed";
  const auto profile = ProfileFile(file_);
  for (DraftColumn& column : proposal.draft.columns) {
    if (column.field == "issued_at") {
      column.formats = FormatsOf(profile->columns[2], DayForm::Order::kDayFirst);
    }
  }
  const Trial trial = Try(proposal.draft);
  EXPECT_EQ(trial.report.quarantined, 0U);
  EXPECT_EQ(trial.report.added, 2U);
}

TEST_F(ProposeMappingTest, ADayAndATimeMakeAMoment) {
  Proposal proposal = Propose("calls.csv",
                              "Call Id,Agent,Date,Time,Answered (Y/N),Talk Time\n"
                              "c1,Diane,2021-01-01,09:12:58,Y,00:02:23\nc2,Becky,2021-07-01,10:00:00,N,\n");
  EXPECT_EQ(FieldOf(proposal, "Time"), "at.clock");
  proposal.draft.time_zone = "Europe/Berlin";
  const Trial trial = Try(proposal.draft);
  ASSERT_EQ(trial.report.added, 2U);
  const TriedRecords& calls = trial.records.front();
  const auto at = static_cast<std::size_t>(std::ranges::find(calls.fields, "at") - calls.fields.begin());
  EXPECT_THAT(calls.rows[0][at], HasSubstr("08:12:58"));
  EXPECT_THAT(calls.rows[1][at], HasSubstr("08:00:00")) << "summer";
}

TEST_F(ProposeMappingTest, AnotherTableMayBeAskedFor) {
  const std::string text = "Customer ID,Date,Value\na,2024-01-01,5\nb,2024-01-02,6\n";
  EXPECT_EQ(Propose("x.csv", text, "payment").draft.table, "payment");
  file_ = folder_.Write("x.csv", text);
  const auto profile = ProfileFile(file_);
  ProposeOptions options;
  options.table = "paymnt";
  const auto refused = ProposeMapping(*catalog_, *profile, options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().ToString(), HasSubstr("payment"));
}

// Every table that is asked for, every kind of hostile cell and header: what is proposed is a mapping or says what it
// lacks, and trying it accounts for each row.
TEST_F(ProposeMappingTest, AHeaderThatIsNoNameAndColumnsBeyondReasonAreKeptAsTheyAre) {
  const std::string tale = std::string(300, 'x') + " email";
  const Proposal named = Propose("people.csv", "id,name,email," + tale + "\n1,Ann,a@b.example,c@d.example\n", "person");
  EXPECT_EQ(FieldOf(named, "email"), "email");
  EXPECT_EQ(FieldOf(named, tale), "");
  std::string header = "id,name";
  std::string row = "1,Ann";
  for (int i = 2; i < 2000; ++i) {
    header += fmt::format(",c{}", i);
    row += ",1";
  }
  const Proposal wide = Propose("wide.csv", header + ",email\n" + row + ",a@b.example\n", "person");
  EXPECT_EQ(wide.draft.columns.size(), 2001U);
  EXPECT_EQ(FieldOf(wide, "email"), "");
}

TEST_F(ProposeMappingTest, WhateverTheFileHoldsTheProposalIsSoundOrSaysWhy) {
  static const std::vector<std::string> kHeaders{"id",     "ID",     "\"a\"\"b\"", "'; DROP TABLE x; --", "дата",
                                                 "amount", "***",    "name",       "\\u0000]]>",          "close date",
                                                 "email",  "status", "select",     "customer id",         "<script>",
                                                 "{}",     "at",     "value"};
  static const std::vector<std::string> kCells{"",           "1",      "-1e309",   "31/02/2024", "03/04/2024", "=cmd()",
                                               "\"q\"\"q\"", "Select", "1,234",    "null",       "Ann Lee",    "a@b.c",
                                               "\xD0\xAF",   "0",      "99:99:99", "$",          "N/A",        "'"};
  RandomStream random(7, "proposals");
  const auto below = [&](std::size_t most) {
    return static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(most) - 1));
  };
  const std::vector<model::RecordTable>& tables = model::RecordTables();
  for (int round = 0; round < 120; ++round) {
    const std::size_t columns = 1 + below(9);
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) text += (i == 0 ? "" : ",") + kHeaders[below(kHeaders.size())];
    text += "\n";
    const std::size_t rows = 1 + below(30);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < columns; ++i) text += (i == 0 ? "" : ",") + kCells[below(kCells.size())];
      text += "\n";
    }
    file_ = folder_.Write("hostile.csv", text);
    const auto profile = ProfileFile(file_);
    if (!profile) continue;
    ProposeOptions options;
    options.file_name = "hostile.csv";
    if (round % 2 == 0) options.table = tables[static_cast<std::size_t>(round / 2) % tables.size()].name;
    const auto proposal = ProposeMapping(*catalog_, *profile, options);
    ASSERT_TRUE(proposal.has_value()) << proposal.error().ToString();
    ASSERT_EQ(proposal->reasons.size(), proposal->draft.columns.size());
    const auto toml = ToToml(proposal->draft);
    if (!toml) {
      EXPECT_FALSE(toml.error().field().empty()) << toml.error().ToString();
      continue;
    }
    const auto mapping = ParseMapping(*toml, "hostile.toml");
    ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString() << "\n" << *toml << "\n" << text;
    const auto trial = TryMapping(*mapping, file_, {});
    ASSERT_TRUE(trial.has_value()) << trial.error().ToString() << "\n" << *toml << "\n" << text;
    EXPECT_EQ(trial->report.read, trial->report.added + trial->report.unchanged + trial->report.quarantined);
    const auto again = DraftFromJson(ToJson(proposal->draft));
    ASSERT_TRUE(again.has_value()) << again.error().ToString();
    EXPECT_EQ(*ToToml(*again), *toml) << "a draft survives the way to the page and back";
  }
}

TEST(MappingDraftTest, SaysWhatIsWrong) {
  MappingDraft draft{.source = "own", .object = "x", .table = "deal"};
  EXPECT_EQ(ToToml(draft).error().message(), "no column is mapped yet");
  draft.columns.push_back({.header = "Stage", .field = "stage"});
  EXPECT_THAT(ToToml(draft).error().message(), HasSubstr("need a 'key'"));
  draft.columns.push_back({.header = "Phase", .field = "stage"});
  EXPECT_THAT(ToToml(draft).error().message(), HasSubstr("filled twice"));
  draft.columns.back().field = "colour";
  EXPECT_THAT(ToToml(draft).error().message(), HasSubstr("no field 'colour'"));
  draft.table = "dael";
  EXPECT_EQ(ToToml(draft).error().field(), "table");
}

TEST(PlainSqlTest, OnlyExpressionsOverTheRow) {
  const std::vector<std::string> columns{"amount", "stage", "at"};
  for (const char* allowed :
       {"amount", "amount * 2", "CASE WHEN stage = 'won' THEN 1 ELSE 0 END", "coalesce(\"at\", NULL)", "'it''s; --'",
        "CAST(amount AS VARCHAR)", "first_passing(\"at\", 'Europe/Berlin')", ""}) {
    EXPECT_TRUE(CheckPlainSql(allowed, columns).has_value()) << allowed;
  }
  for (const char* refused :
       {"(SELECT 1)", "amount; DROP TABLE x", "amount -- comment", "amount /* x */", "read_csv('/etc/passwd')",
        "secret", "'open", "\"secret\"", "getenv('HOME')", "range(1000000000)", "amount[1]", "$1", "x.y"}) {
    EXPECT_FALSE(CheckPlainSql(refused, columns).has_value()) << refused;
  }
}

// Who writes a mapping names its columns.
TEST(PlainSqlTest, AColumnNamedAsAWordOfSqlOpensNothing) {
  const std::vector<std::string> columns{"select", "from", "content", "read_text", "getenv", "repeat", "amount", "in"};
  for (const char* refused : {"(select content from read_text('/etc/passwd'))", "(from '/etc/passwd')",
                              "(FROM \"read_text\" ('/etc/passwd'))", "getenv('HOME')", "getenv ('HOME')",
                              "\"getenv\"\n('HOME')", "repeat('x', 1000000000)", "select"}) {
    EXPECT_FALSE(CheckPlainSql(refused, columns).has_value()) << refused;
  }
  for (const char* allowed : {"\"select\"", "coalesce(\"from\", content)", "amount in (1, 2)", "getenv"}) {
    EXPECT_TRUE(CheckPlainSql(allowed, columns).has_value()) << allowed;
  }
}

TEST(ProposalWordsTest, EachWordIsOfATableAndFieldThatThereIs) {
  const ProposalWords& words = WordsOfColumns();
  EXPECT_THAT(words.id, Not(IsEmpty()));
  for (const auto& [table, phrases] : words.tables) EXPECT_NE(model::FindRecordTable(table), nullptr) << table;
  for (const auto& [name, phrases] : words.fields) {
    const std::size_t point = name.find('.');
    const std::string field = name.substr(point == std::string::npos ? 0 : point + 1);
    const bool is_there = std::ranges::any_of(model::RecordTables(), [&](const model::RecordTable& table) {
      // The price of one has words although its table keeps the amount alone.
      const bool is_price = name == "invoice_line.unit_price" && table.name == "invoice_line";
      return (point == std::string::npos || name.substr(0, point) == table.name) &&
             (is_price || table.Find(field) != nullptr);
    });
    EXPECT_TRUE(is_there) << name;
    EXPECT_THAT(phrases, Not(IsEmpty())) << name;
  }
}

}  // namespace
}  // namespace weir::sources
