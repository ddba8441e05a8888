#include "engine/paging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/json_writer.h"
#include "engine/render.h"

namespace weir::engine {
namespace {

using analysis::ColumnType;
using analysis::Output;
using store::Value;
using testing::ElementsAre;
using testing::HasSubstr;

// Leaves the output as it was where the page is refused.
Status Cut(const Page& page, Output& output) {
  WEIR_TRY(Output part, PageOf(page, output));
  output = std::move(part);
  return {};
}

Output Sample() {
  Output output;
  output.tables.push_back(
      {.name = "main",
       .key = {"id"},
       .columns = {{"id", ColumnType::kText, "", {}}, {"amount", ColumnType::kMoney, "EUR", {"Amount", "Сумма"}}},
       .rows = {{std::string("a"), Decimal{1000, 2}},
                {std::string("b"), Value()},
                {std::string("d"), Decimal{25, 0}},
                {std::string("c"), Decimal{10, 0}}},
       .next_cursor = {},
       .total_rows = {}});
  output.tables.push_back({.name = "other",
                           .key = {"n"},
                           .columns = {{"n", ColumnType::kInteger, "count", {}}},
                           .rows = {{std::int64_t{1}}},
                           .next_cursor = {},
                           .total_rows = {}});
  return output;
}

std::vector<std::string> Ids(const analysis::Table& table) {
  std::vector<std::string> ids;
  ids.reserve(table.rows.size());
  for (const auto& row : table.rows) ids.push_back(store::ToText(row.front()));
  return ids;
}

TEST(Paging, SortsWithNullsLastAndTiesByKey) {
  Output output = Sample();
  ASSERT_TRUE(Cut({.table = "", .limit = 0, .cursor = "", .sort = "amount"}, output));
  EXPECT_THAT(Ids(output.tables[0]), ElementsAre("a", "c", "d", "b")) << "10.00 equals 10: the key decides";
  output = Sample();
  ASSERT_TRUE(Cut({.table = "", .limit = 0, .cursor = "", .sort = "-amount"}, output));
  EXPECT_THAT(Ids(output.tables[0]), ElementsAre("d", "a", "c", "b"));
}

TEST(Render, WhyRecordsAreOneIsSaidInRussianToPeople) {
  Answer answer;
  answer.output.tables = {{.name = "evidence",
                           .columns = {{"level", analysis::ColumnType::kText, "", {"Level", "Насколько"}},
                                       {"given", analysis::ColumnType::kText, "", {"Given", "Дано"}}},
                           .rows = {{std::string("the same name"), std::string("the same name")}}}};
  const std::string russian = *Render(answer, {.format = Format::kTable, .language = "ru"});
  EXPECT_THAT(russian, HasSubstr("одно имя   the same name\n"));
  EXPECT_THAT(*Render(answer, {.format = Format::kTable, .language = "en"}), ::testing::Not(HasSubstr("одно")));
  EXPECT_THAT(*Render(answer, {.format = Format::kCsv, .language = "ru"}), HasSubstr("the same name,the same name"));
}

TEST(Paging, SaysWhatAPageCosts) {
  const Output output = Sample();
  EXPECT_EQ(CellsOfPage({}, output), 9U);
  EXPECT_EQ(CellsOfPage({.table = "main", .limit = 1}, output), 2U);
  EXPECT_EQ(CellsOfPage({.limit = 1}, output), 3U);
  EXPECT_EQ(CellsOfPage({.table = "main", .limit = 1, .sort = "amount"}, output), 8U) << "all are compared";
}

TEST(Paging, CutsAndContinues) {
  Output output = Sample();
  ASSERT_TRUE(Cut({.table = "main", .limit = 3, .cursor = "", .sort = ""}, output));
  EXPECT_THAT(Ids(output.tables[0]), ElementsAre("a", "b", "d"));
  EXPECT_EQ(output.tables[0].total_rows, 4);
  ASSERT_TRUE(output.tables[0].next_cursor);
  Output next = Sample();
  ASSERT_TRUE(Cut({.table = "main", .limit = 3, .cursor = *output.tables[0].next_cursor, .sort = ""}, next));
  EXPECT_THAT(Ids(next.tables[0]), ElementsAre("c"));
  EXPECT_FALSE(next.tables[0].next_cursor);
}

TEST(Paging, RefusesWhatIsNotThere) {
  Output output = Sample();
  EXPECT_FALSE(Cut({.table = "nothing", .limit = 0, .cursor = "", .sort = ""}, output));
  output = Sample();
  EXPECT_FALSE(Cut({.table = "", .limit = 0, .cursor = "", .sort = "price"}, output));
  output = Sample();
  EXPECT_FALSE(Cut({.table = "", .limit = 2, .cursor = "next", .sort = ""}, output));
  output = Sample();
  EXPECT_FALSE(Cut({.table = "", .limit = -1, .cursor = "", .sort = ""}, output));
}

TEST(JsonWriter, WritesDecimalsExactlyAndEscapesText) {
  JsonWriter json;
  json.BeginObject().Name("amount").Cell(*ParsePlainDecimal("12345678901234.5600")).Name("text").Text("a\"b\\\n\x01я");
  json.Name("none").Cell({}).Name("list").BeginArray().Integer(-1).Flag(false).Number(0.1).EndArray().EndObject();
  EXPECT_EQ(json.Take(),
            "{\"amount\":12345678901234.56,\"text\":\"a\\\"b\\\\\\n\\u0001я\",\"none\":null,\"list\":[-1,false,0.1]}");
}

TEST(Render, CsvIsSafeFromFormulas) {
  EXPECT_EQ(CsvCell("=1+1", true), "'=1+1");
  EXPECT_EQ(CsvCell("-12.5", false), "-12.5");
  EXPECT_EQ(CsvCell("a,\"b\"", true), "\"a,\"\"b\"\"\"");
}

TEST(Render, CsvNeedsATableWhereThereAreSeveral) {
  Answer answer;
  answer.output = Sample();
  const auto refused = Render(answer, {.format = Format::kCsv});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("main, other"));
  const auto text = Render(answer, {.format = Format::kCsv, .language = "en", .table = "main"});
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "id,amount\r\na,10\r\nb,\r\nd,25\r\nc,10\r\n");
}

TEST(Render, OneTableIsShownWhereItIsNamed) {
  Answer answer;
  answer.output = Sample();
  const auto both = Render(answer, {.format = Format::kTable});
  ASSERT_TRUE(both);
  EXPECT_THAT(*both, ::testing::AllOf(HasSubstr("main\n"), HasSubstr("other\n")));
  const auto one = Render(answer, {.format = Format::kTable, .language = "en", .table = "main"});
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, ::testing::Not(::testing::AnyOf(HasSubstr("main\n"), HasSubstr("other\n"))));
  for (const Format format : {Format::kTable, Format::kCsv}) {
    const auto refused = Render(answer, {.format = format, .language = "en", .table = "nosuch"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().Whole().text,
              "the result has no table 'nosuch' (field table). The tables are: main, other");
  }
}

TEST(Render, TablesSpeakBothLanguages) {
  Answer answer;
  answer.output = Sample();
  answer.currency = "EUR";
  EXPECT_THAT(*Render(answer, {.format = Format::kTable, .language = "ru"}), HasSubstr("Сумма"));
  EXPECT_THAT(*Render(answer, {.format = Format::kTable, .language = "en"}), HasSubstr("currency EUR"));
  // A sentence is shown whole, in lines that begin below its first; a word that never ends is cut.
  answer.output.tables[0].rows = {{std::string(50, 'a') + " and a long reason why", Value()},
                                  {std::string(600, 'w'), Value()}};
  const std::string wrapped = *Render(answer, {.format = Format::kTable, .language = "en"});
  EXPECT_THAT(wrapped, HasSubstr("\n" + std::string(50, 'a') + " and a"));
  EXPECT_THAT(wrapped, HasSubstr("\nlong reason why\n"));
  EXPECT_THAT(wrapped, HasSubstr("\n" + std::string(59, 'w') + "…"));
}

}  // namespace
}  // namespace weir::engine
