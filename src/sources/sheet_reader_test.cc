#include "sources/sheet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/discover.h"
#include "sources/recognise.h"
#include "sources/test_files.h"
#include "sources/test_workbook.h"

namespace weir::sources {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SheetReaderTest : public testing::Test {
 protected:
  FileInput Write(const TestWorkbook& book, const std::string& name = "book.xlsx") {
    book.Write(folder_.path() / name);
    FileInput file;
    file.name = name;
    file.path = folder_.path() / name;
    return file;
  }
  // The rows of the first sheet.
  ReadRows Read(const TestWorkbook& book, const ReadOptions& options = {}) {
    FileInput file = Write(book);
    file.sheet = book.sheets.at(0).name;
    return ReadAll(file, options);
  }
  ReadRows Rows(const std::string& rows, const ReadOptions& options = {}, const std::string& below = "") {
    return Read({.sheets = {{.name = "Deals", .rows = rows, .below = below}}}, options);
  }
  TestFolder folder_;
};

TEST_F(SheetReaderTest, ReadsEveryKindOfCell) {
  TestWorkbook book;
  book.shared = {"<t>Id</t>", "<r><t>Stage</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> name</t></r>",
                 "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh>", "<t>a &amp; b_x000D_\n&lt;c&gt;</t>"};
  book.formats = {"dd.mm.yyyy\\ hh:mm", "0%", "[h]:mm:ss"};
  book.sheets = {
      {.name = "Deals",
       .rows = Row(1, {Shared(0), Shared(1), Inline("Amount"), Inline("Won"), Inline("Day"), Inline("At"),
                       Inline("Share"), Inline("Time"), Inline("Note")}) +
               Row(2, {Typed("n", "1"), Shared(2), Number("0.30000000000000004"), Typed("b", "1"), Number("45747", 1),
                       Number("45747.586805555555", 2), Number("0.25", 3), Number("1.1458333333333333", 4),
                       Typed("str", "=x")}) +
               Row(3, {Number("2"), Shared(3), Number("1234.5599999999999"), Typed("b", "0"), Typed("d", "2025-04-01"),
                       Typed("e", "#N/A"), Typed("e", "#REF!"), Empty(), Inline("03.04.2025")})}};
  const ReadRows read = Read(book);
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.columns, ElementsAre("id", "stage_name", "amount", "won", "day", "at", "share", "time", "note"));
  EXPECT_THAT(read.rows, ElementsAre("2|1|東京|0.3|true|2025-03-31|2025-03-31T14:05:00|25%|27:30:00|=x",
                                     "3|2|a & b\r\n<c>|1234.56|false|2025-04-01||#REF!||03.04.2025"));
}

TEST_F(SheetReaderTest, CountsFrom1904WhereTheWorkbookSaysSo) {
  TestWorkbook book;
  book.properties = "date1904=\"1\"";
  book.sheets = {{.name = "Deals", .rows = Texts(1, {"id", "day"}) + Row(2, {Inline("a"), Number("44285", 1)})}};
  EXPECT_THAT(Read(book).rows, ElementsAre("2|a|2025-03-31"));
}

TEST_F(SheetReaderTest, FindsTheHeaderBelowTitlesAndEmptyRows) {
  const ReadRows read = Rows(Texts(3, {"Deals of March"}) + Row(4, {Empty(), Empty()}) +
                             Texts(6, {"Period", "2025-03"}) + Texts(8, {"id", "name", "stage", "amount", "owner"}) +
                             Texts(9, {"1", "a", "", "5"}) + Texts(10, {"2", "b", "Won", "", "Ann"}));
  EXPECT_THAT(read.columns, ElementsAre("id", "name", "stage", "amount", "owner"));
  EXPECT_THAT(read.rows, ElementsAre("9|1|a||5|", "10|2|b|Won||Ann"));
}

TEST_F(SheetReaderTest, ATableMayBeginInAnyColumnAndHaveNotesBeside) {
  const ReadRows read =
      Rows(Texts(1, {"A title"}) + Texts(2, {"id", "name", "stage"}, 'D') + Texts(3, {"1", "a", "Won"}, 'D') +
           "<row r=\"4\"><c r=\"D4\" t=\"str\"><v>2</v></c><c r=\"E4\" t=\"str\"><v>b</v></c>"
           "<c r=\"Z4\" t=\"str\"><v>call him</v></c></row>");
  ASSERT_THAT(read.columns, SizeIs(26));
  EXPECT_EQ(read.columns[3], "id");
  EXPECT_EQ(read.columns[0], "column_1");
  ASSERT_THAT(read.rows, SizeIs(2));
  EXPECT_THAT(read.rows[1], AllOf(HasSubstr("4||||2|b|"), HasSubstr("|call him")));
}

TEST_F(SheetReaderTest, SkipsTotalsFootersAndTheHeaderAgain) {
  ReadOptions options;
  options.skip = {"Total*"};
  const ReadRows read = Rows(Texts(1, {"id", "name", "stage"}) + Texts(2, {"1", "a", "Won"}) +
                                 Texts(3, {"id", "name", "stage"}) + Texts(5, {"2"}) + Texts(6, {"3", "c", "Lost"}) +
                                 Texts(7, {"Total", "", "2"}) + Texts(9, {"Confidential"}) + Texts(10, {"Page 1"}),
                             options);
  EXPECT_THAT(read.rows, ElementsAre("2|1|a|Won", "5|2||", "6|3|c|Lost"));
  EXPECT_EQ(read.skipped, 6U) << "two blank ones, the header, the total, two of the footer";
}

TEST_F(SheetReaderTest, MergedCellsGiveTheirNameToAllOfThem) {
  const std::string rows = Texts(1, {"id", "phone", "", "owner"}) + Texts(2, {"1", "", "77", "Ann"});
  EXPECT_THAT(Rows(rows, {}, "<mergeCells><mergeCell ref=\"B1:C1\"/></mergeCells>").columns,
              ElementsAre("id", "phone", "phone", "owner"));
  EXPECT_THAT(Rows(rows).columns, ElementsAre("id", "phone", "column_3", "owner"));
}

TEST_F(SheetReaderTest, AHeaderOfTwoRowsIsReadAsOne) {
  const std::string merged =
      "<mergeCells><mergeCell ref=\"A1:A2\"/><mergeCell ref=\"B1:C1\"/>"
      "<mergeCell ref=\"D1:E1\"/><mergeCell ref=\"F1:F2\"/></mergeCells>";
  const ReadRows read =
      Rows(Texts(1, {"id", "Customer", "", "Owner", "", "stage"}) + Texts(2, {"", "name", "city", "name", "team", ""}) +
               Texts(3, {"1", "Acme", "Bonn", "Ann", "East", "Won"}),
           {}, merged);
  EXPECT_THAT(read.columns, ElementsAre("id", "customer_name", "city", "owner_name", "team", "stage"));
  EXPECT_THAT(read.rows, ElementsAre("3|1|Acme|Bonn|Ann|East|Won"));
  // A title over the whole table is no group, and values below a wide cell are no names.
  EXPECT_THAT(Rows(Texts(1, {"All deals", "", ""}) + Texts(2, {"id", "name", "stage"}) + Texts(3, {"1", "a", "Won"}),
                   {}, "<mergeCells><mergeCell ref=\"A1:C1\"/></mergeCells>")
                  .columns,
              ElementsAre("id", "name", "stage"));
  EXPECT_THAT(Rows(Texts(1, {"id", "phones", ""}) + Texts(2, {"7", "301", "302"}), {},
                   "<mergeCells><mergeCell ref=\"B1:C1\"/></mergeCells>")
                  .rows,
              ElementsAre("2|7|301|302"));
}

TEST_F(SheetReaderTest, ACellBesideTheTableCostsItsRowAndSaysWhere) {
  std::string rows = Texts(1, {"id", "name"});
  for (int line = 2; line < 400; ++line) rows += Texts(line, {std::to_string(line), "a"});
  rows += Texts(400, {"400", "b", "", "note"}) + Texts(401, {"401", "c"});
  FileInput file = Write({.sheets = {{.name = "Deals", .rows = rows}}});
  file.sheet = "Deals";
  auto reader = OpenRows(file);
  ASSERT_TRUE(reader.has_value());
  const ReadRows read = ReadAll(**reader);
  ASSERT_THAT(read.rows, SizeIs(400));
  EXPECT_EQ(read.rows[398], "400!column_count:4");
  EXPECT_EQ(read.raw[398], R"(["400","b","","note"])");
  // In quarantine it stays, until the cell is cleared.
  auto kept = OpenKeptRows((*reader)->reading(), {{400, read.raw[398]}, {401, R"(["401","c"])"}});
  EXPECT_THAT(ReadAll(*kept).rows, ElementsAre("400!column_count:4", "401|401|c"));
}

TEST_F(SheetReaderTest, EverySheetIsATableOfItsOwn) {
  const std::string rows = Texts(1, {"id", "name"}) + Texts(2, {"1", "a"});
  const FileInput file = Write({.sheets = {{.name = "Deals", .rows = rows},
                                           {.name = "Old", .rows = rows, .below = "", .state = "veryHidden"},
                                           {.name = "Notes", .rows = Texts(1, {"5", "6"})},
                                           {.name = "Люди", .rows = Texts(1, {"mail"}) + Texts(2, {"a@b.de"})},
                                           {.name = "Empty", .rows = ""}}});
  const auto found = DiscoverFile(file);
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_EQ(found->files[0].Title(), "book.xlsx/Deals");
  EXPECT_EQ(found->files[1].Title(), "book.xlsx/Люди");
  EXPECT_THAT(ReadAll(found->files[1]).rows, ElementsAre("2|a@b.de"));
  EXPECT_THAT(found->problems, IsEmpty());
  std::vector<std::string> left_out;
  for (const Error& part : found->left_out) left_out.push_back(part.ToString());
  EXPECT_THAT(left_out,
              ElementsAre("book.xlsx/Old: the sheet is hidden. Show it in Excel and save, if it is to be read",
                          HasSubstr("book.xlsx/Notes:1:1: the first row holds values, not column names"),
                          "book.xlsx/Empty: the sheet is empty. Export it again"));
  const auto sample = TakeSample(found->files[1]);
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->file_name, "book/Люди.xlsx");
}

TEST_F(SheetReaderTest, AWorkbookWithoutATableIsRefused) {
  const auto found = DiscoverFile(Write({.sheets = {{.name = "Notes", .rows = Texts(1, {"5", "6"})}}}));
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->files, IsEmpty());
  ASSERT_THAT(found->problems, SizeIs(1));
  EXPECT_THAT(found->problems[0].ToString(), HasSubstr("the first row holds values"));
  const auto none = DiscoverFile(Write({}));
  ASSERT_TRUE(none.has_value());
  ASSERT_THAT(none->problems, SizeIs(1));
  EXPECT_EQ(none->problems[0].ToString(), "book.xlsx: the workbook holds no sheets. Export it again");
}

TEST_F(SheetReaderTest, AWorkbookMayLieInAZip) {
  const FileInput inner =
      Write({.sheets = {{.name = "Deals", .rows = Texts(1, {"id", "name"}) + Texts(2, {"1", "a"})}}}, "deals.xlsm");
  std::ifstream in(inner.path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  WriteZip(folder_.path() / "exports.zip", {{"march/deals.xlsm", bytes}, {"people.csv", "id,name\n2,b\n"}});
  const auto found = Discover(folder_.path() / "exports.zip");
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_EQ(found->files[0].Title(), "exports.zip/march/deals.xlsm/Deals");
  EXPECT_THAT(ReadAll(found->files[0]).rows, ElementsAre("2|1|a"));
}

TEST_F(SheetReaderTest, ReadsManyRowsInBlocks) {
  std::string rows = Texts(1, {"id", "name"});
  for (int line = 2; line <= 30'000; ++line) {
    rows += Row(line, {Number(std::to_string(line)), Inline("n" + std::to_string(line))});
  }
  const ReadRows read = Rows(rows);
  ASSERT_THAT(read.rows, SizeIs(29'999));
  for (const int line : {2, 201, 202, 2'250, 29'999, 30'000}) {
    EXPECT_EQ(read.rows[static_cast<std::size_t>(line) - 2], fmt::format("{0}|{0}|n{0}", line));
  }
}

TEST_F(SheetReaderTest, WhatTheDimensionSaysAndCellsWithoutTextCostNothing) {
  std::string rows = Texts(1, {"id", "name"}) + Texts(2, {"1", "a"});
  std::string blank = "<row r=\"{}\">";
  for (char column = 'A'; column <= 'Z'; ++column) blank += fmt::format("<c r=\"{}{{}}\" s=\"1\"/>", column);
  blank += "</row>";
  for (int line = 3; line < 40'000; ++line) {
    std::string row = blank;
    for (std::size_t at = row.find("{}"); at != std::string::npos; at = row.find("{}")) {
      row.replace(at, 2, std::to_string(line));
    }
    rows += row;
  }
  const ReadRows read = Read({.sheets = {{.name = "Deals", .rows = rows}}, .dimension = "A1:XFD1048576"});
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.rows, ElementsAre("2|1|a"));
  EXPECT_EQ(read.skipped, 0U) << "nothing follows them";
}

TEST_F(SheetReaderTest, NamesOfPartsStayWithinTheZip) {
  auto parts = TestWorkbook{.sheets = {{.name = "Deals", .rows = Texts(1, {"id"}) + Texts(2, {"1"})}}}.Parts();
  for (auto& [name, text] : parts) {
    const std::size_t at = text.find("worksheets/sheet1.xml");
    if (name == "xl/_rels/workbook.xml.rels") text.replace(at, 21, "../../../../../../etc/passwd");
  }
  FileInput file = folder_.Write("odd.xlsx", "");
  WriteZip(file.path, parts);
  file.sheet = "Deals";
  EXPECT_THAT(ReadAll(file).error, HasSubstr("the workbook is broken: it holds no etc/passwd"));
}

TEST_F(SheetReaderTest, RefusesADocumentTypeAndItsEntities) {
  TestWorkbook book;
  book.prolog = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
  book.sheets = {{.name = "Deals", .rows = Texts(1, {"id"}) + Texts(2, {"&b;"})}};
  const auto found = DiscoverFile(Write(book));
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->problems, SizeIs(1));
  EXPECT_THAT(found->problems[0].ToString(), HasSubstr("declares a document type"));
}

TEST_F(SheetReaderTest, StopsBombs) {
  TestWorkbook book;
  book.sheets = {{.name = "Deals", .rows = Texts(1, {"id"}) + Texts(2, {std::string(20 << 20, 'x')})}};
  EXPECT_THAT(Read(book).error, HasSubstr("book.xlsx/Deals:2: the record is longer than 16 MiB"));
  book.sheets[0].rows = Texts(1, {"id"}) + "<row r=\"2\"" + std::string(8 << 20, ' ') + "/>";
  EXPECT_THAT(Read(book).error, HasSubstr("a tag of the sheet is longer than 4 MiB"));
  std::string deep = Texts(1, {"id"});
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  EXPECT_THAT(Rows(deep).error, HasSubstr("nested too deeply"));
  ReadOptions options;
  options.limits.unpacked_bytes = 100'000;
  EXPECT_THAT(Rows(Texts(1, {"id"}) + Texts(2, {std::string(200'000, 'x')}), options).error,
              HasSubstr("book.xlsx/Deals: the file unpacks to more than"));
}

TEST_F(SheetReaderTest, SaysWhatIsBroken) {
  const std::string header = Texts(1, {"id", "name"});
  EXPECT_THAT(Rows(header + "<row r=\"3\"></row><row r=\"2\"></row>").error,
              HasSubstr("the sheet is broken: after row 3 comes one with the number 2"));
  EXPECT_THAT(Rows(header + "<row r=\"2\"><c r=\"B2\"/><c r=\"A2\"/></row>").error, HasSubstr("not in their order"));
  EXPECT_THAT(Rows(header + "<row r=\"2\"><c r=\"ZZZZ2\"/></row>").error, HasSubstr("not in their order"));
  EXPECT_THAT(Rows(header + Row(2, {Shared(7)})).error, HasSubstr("the shared text 7, and there are 0"));
  EXPECT_THAT(Rows(header + Row(2, {Typed("s", "x")})).error, HasSubstr("a shared text has no number"));
  EXPECT_THAT(Rows(header + "<row r=\"2\"><c>").error,
              AllOf(HasSubstr("book.xlsx/Deals: the sheet is broken: mismatched tag in line 1 of its XML"),
                    HasSubstr("Download or copy it again")));
  FileInput file = Write({.sheets = {{.name = "Deals", .rows = header}}});
  file.sheet = "Leads";
  EXPECT_THAT(ReadAll(file).error, HasSubstr("the workbook holds no such sheet"));
}

TEST_F(SheetReaderTest, CellsMayLeaveTheirPlacesOutAndCarryPrefixes) {
  auto parts = TestWorkbook{.sheets = {{.name = "Deals", .rows = ""}}}.Parts();
  for (auto& [name, text] : parts) {
    if (name != "xl/worksheets/sheet1.xml") continue;
    text =
        "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row><x:c t=\"str\"><x:v>id</x:v></x:c><x:c t=\"str\"><x:v>name"
        "</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c><x:c t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c>"
        "</x:row></x:sheetData></x:worksheet>";
  }
  FileInput file = folder_.Write("odd.xlsx", "");
  WriteZip(file.path, parts);
  file.sheet = "Deals";
  EXPECT_THAT(ReadAll(file).rows, ElementsAre("2|1|a"));
}

TEST_F(SheetReaderTest, NamesOtherDocumentsAndTheirMend) {
  const std::string magic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  std::string locked = magic + std::string(5000, '\0');
  for (const char c : std::string("EncryptedPackage")) locked += std::string{c, '\0'};
  EXPECT_THAT(ReadAll(folder_.Write("locked.xlsx", locked)).error,
              AllOf(HasSubstr("this workbook is locked by a password"), HasSubstr("take the password off")));
  EXPECT_THAT(ReadAll(folder_.Write("old.xls", magic + std::string(5000, '\0'))).error,
              AllOf(HasSubstr("old Excel workbook (.xls)"), HasSubstr("save it as .xlsx")));
  const auto problem = [&](const std::string& name, const std::vector<std::pair<std::string, std::string>>& parts) {
    WriteZip(folder_.path() / name, parts);
    const auto found = Discover(folder_.path() / name);
    return found && found->problems.size() == 1 ? found->problems[0].ToString() : std::string();
  };
  EXPECT_THAT(problem("b.xlsb", {{"[Content_Types].xml", "x"}, {"xl/workbook.bin", "x"}}), HasSubstr("(.xlsb)"));
  EXPECT_THAT(problem("c.ods", {{"mimetype", "x"}, {"content.xml", "x"}}), HasSubstr("OpenDocument"));
  EXPECT_THAT(problem("d.xlsx", {{"[Content_Types].xml", "x"}, {"xl/workbook.xml", "x"}}),
              HasSubstr("the workbook is broken: it holds no _rels/.rels"));
}

}  // namespace
}  // namespace weir::sources
