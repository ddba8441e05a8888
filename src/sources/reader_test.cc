#include "sources/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "sources/discover.h"
#include "sources/test_files.h"
#include "sources/test_workbook.h"
#include "store/database.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ReaderTest : public testing::Test {
 protected:
  ReadRows Csv(std::string_view bytes, const ReadOptions& options = {}) {
    return ReadAll(folder_.Write("deals.csv", bytes), options);
  }
  ReadRows Json(std::string_view bytes, const std::string& records = "") {
    FileInput file = folder_.Write("deals.json", bytes);
    file.records = records;
    return ReadAll(file);
  }
  TestFolder folder_;
};

std::string Gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST_F(ReaderTest, ReadsPlainCsv) {
  const ReadRows read = Csv("Id,StageName,Amount\n1,Won,10\n2,Lost,\n");
  EXPECT_THAT(read.columns, ElementsAre("id", "stage_name", "amount"));
  EXPECT_THAT(read.rows, ElementsAre("2|1|Won|10", "3|2|Lost|"));
  EXPECT_THAT(read.raw, ElementsAre("1,Won,10", "2,Lost,"));
}

TEST_F(ReaderTest, KeepsLineBreaksWithinQuotesAndCountsThem) {
  const ReadRows read = Csv("id,note\r\n1,\"two\r\nlines, and \"\"quotes\"\"\"\r\n2,x\r\n");
  EXPECT_THAT(read.rows, ElementsAre("2|1|two\r\nlines, and \"quotes\"", "4|2|x"));
}

TEST_F(ReaderTest, TakesEverySeparatorAndLineBreak) {
  for (const std::string separator : {",", ";", "\t", "|"}) {
    for (const std::string line_break : {"\n", "\r\n", "\r"}) {
      std::string text;
      for (const std::vector<std::string>& row :
           {std::vector<std::string>{"id", "name", "amount"}, {"1", "a", "1.5"}, {"2", "b", "2.5"}}) {
        text.append(row[0]).append(separator).append(row[1]).append(separator).append(row[2]).append(line_break);
      }
      EXPECT_THAT(Csv(text).rows, ElementsAre("2|1|a|1.5", "3|2|b|2.5")) << separator << line_break;
    }
  }
  EXPECT_THAT(Csv("id;name;amount\n1;a;1,5\n2;b;2,5\n").rows, ElementsAre("2|1|a|1,5", "3|2|b|2,5"));
  EXPECT_THAT(Csv("sep=;\nid;name\n1;a\n").rows, ElementsAre("3|1|a"));
  EXPECT_THAT(Csv("name\nAnn\nBob").rows, ElementsAre("2|Ann", "3|Bob"));
}

// Rule 2: UTF-8 with a mark, windows-1251 and windows-1252, UTF-16 in both orders.
TEST_F(ReaderTest, UnderstandsEncodings) {
  EXPECT_THAT(Csv("\xEF\xBB\xBF"
                  "Бюджет\n1\n")
                  .columns,
              ElementsAre("бюджет"));
  const ReadRows cyrillic = Csv("\xC1\xFE\xE4\xE6\xE5\xF2;\xDD\xF2\xE0\xEF\n1;\xCD\xEE\xE2\xFB\xE9\n");
  EXPECT_THAT(cyrillic.columns, ElementsAre("бюджет", "этап"));
  EXPECT_THAT(cyrillic.rows, ElementsAre("2|1|Новый"));
  EXPECT_THAT(Csv("name,city\nM\xFCller,K\xF6ln\n").rows, ElementsAre("2|Müller|Köln"));
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("id\tname\r\n1\tAnn\r\n")) wide += std::string{c, '\0'};
  EXPECT_THAT(Csv(wide).rows, ElementsAre("2|1|Ann"));
}

TEST_F(ReaderTest, FindsTheEncodingHoweverFarItLies) {
  std::string text = "id,name\n";
  for (int i = 0; i < 60'000; ++i) text += std::to_string(i) + ",plain\n";
  text += "60000,\xCF\xF0\xE8\xE2\xE5\xF2\n";
  EXPECT_EQ(Csv(text).rows.back(), "60002|60000|Привет");
}

// Rule 3: the reader keeps repeated headers apart; binding takes the last filled one.
TEST_F(ReaderTest, KeepsRepeatedHeaders) {
  EXPECT_THAT(Csv("id,utm_source,utm_source\n1,,google\n").columns, ElementsAre("id", "utm_source", "utm_source"));
}

// Rule 6: titles above the header, footers below the last row, the header once more.
TEST_F(ReaderTest, SkipsPreambleFooterAndTotals) {
  ReadOptions options;
  options.skip = {"Total*"};
  const ReadRows ads =
      Csv("Campaign performance\n\"November 1, 2023 - November 30, 2023\"\nDay,Campaign,Cost\n2023-11-01,Brand,1.5\n"
          "Total: Account, --,1.5\n",
          options);
  EXPECT_THAT(ads.columns, ElementsAre("day", "campaign", "cost"));
  EXPECT_THAT(ads.rows, ElementsAre("4|2023-11-01|Brand|1.5"));
  EXPECT_EQ(ads.skipped, 1U);
  EXPECT_THAT(Csv("Day,Cost\n1,2\nTotal of all\n3,4\n5\n", options).rows,
              ElementsAre("2|1|2", "4|3|4", "5!column_count:2"))
      << "a line below that the mapping knows may be short";
  const ReadRows report =
      Csv("\"Id\",\"Name\"\n\"1\",\"a\"\n\n\n\"My Report\"\n\"Copyright (c) 2024 salesforce.com, inc.\"\n\"Generated "
          "By: Ann\"\n");
  EXPECT_THAT(report.rows, ElementsAre("2|1|a"));
  EXPECT_EQ(report.skipped, 5U);
  EXPECT_THAT(Csv("id,name\n1,a\nid,name\n2,b\n").rows, ElementsAre("2|1|a", "4|2|b"));
  EXPECT_THAT(Csv("\xEF\xBB\xBFid,name\n1,a\n\xEF\xBB\xBFid,name\n2,b\n").rows, ElementsAre("2|1|a", "4|2|b"))
      << "files with a mark that were put together";
}

TEST_F(ReaderTest, ARecordALineMayHoldAListThatIsCalledAsAWrapper) {
  const ReadRows read = Json("{\"name\":\"a\",\"items\":[{\"id\":1}]}\n{\"name\":\"b\",\"items\":[]}\n");
  EXPECT_THAT(read.columns, ElementsAre("name", "items"));
  EXPECT_THAT(read.rows, ElementsAre("1|a|[{\"id\":1}]", "2|b|[]"));
  EXPECT_THAT(Json("{\"kind\":\"page\",\"items\":[{\"id\":1}]}\n").columns, ElementsAre("id")) << "a page alone";
}

TEST_F(ReaderTest, ACurrencyInBracketsIsNoWordOfAHeader) {
  const ReadRows read = Csv("Day,Amount spent (USD),Fee (EUR),Fee (GBP),Created (UTC),(USD)\n1,2,3,4,5,6\n");
  EXPECT_THAT(read.columns, ElementsAre("day", "amount_spent", "fee_eur", "fee_gbp", "created_utc", "usd"))
      << "one that tells two columns apart stays";
  EXPECT_THAT(Csv("Cost,Cost (USD)\n1,2\n").columns, ElementsAre("cost", "cost_usd"));
}

TEST_F(ReaderTest, AShortRowIsNoFooterWhereDataFollows) {
  EXPECT_THAT(Csv("id,name\n1,a\n\nshort\n2,b\n").rows, ElementsAre("2|1|a", "4!column_count:2", "5|2|b"));
  EXPECT_THAT(Csv("id,name\n1,a\nshort\n").rows, ElementsAre("2|1|a", "3!column_count:2")) << "a cut file";
}

TEST_F(ReaderTest, CountsCells) {
  const ReadRows read = Csv("id,name\n1\n1,a,\n1,a,b\n");
  EXPECT_THAT(read.rows, ElementsAre("2!column_count:2", "3|1|a", "4!column_count:3"));
}

TEST_F(ReaderTest, ABrokenQuoteCostsOneLine) {
  EXPECT_THAT(Csv("id,name\n1,\"open\n2,b\n3,c\n").rows, ElementsAre("2!bad_quote:2", "3|2|b", "4|3|c"));
  EXPECT_THAT(Csv("id,name\n1,\"a\"b\n2,b\n").rows, ElementsAre("2!bad_quote:2", "3|2|b"));
  EXPECT_THAT(Csv("id,name\n1,5\" pipe\n").rows, ElementsAre("2|1|5\" pipe"));
  EXPECT_THAT(Csv("id,name\n1,\"a\" \n").rows, ElementsAre("2|1|a"));
  // A stray quote pairs with one some lines on: only its own line is lost.
  EXPECT_THAT(Csv("id,name,x\n1,\"a,y\n2,b,z\n3,\"c\",w\n4,d,v\n").rows,
              ElementsAre("2!bad_quote:2", "3|2|b|z", "4|3|c|w", "5|4|d|v"));
  EXPECT_THAT(Csv("id,name,x\n1,\"a,y\n2,b,z\n3,c\"\n4,d,v\n").rows,
              ElementsAre("2!column_count:3", "3|2|b|z", "4!column_count:3", "5|4|d|v"));
}

TEST_F(ReaderTest, ZeroBytesAndBrokenTextCostTheirRow) {
  EXPECT_THAT(Csv(std::string_view("id,name\n1,a\0b\n2,c\n", 18)).rows, ElementsAre("2!zero_byte:2", "3|2|c"));
  EXPECT_THAT(Csv("id,name\n1,für Müller größer\n2,a\xFF\n3,c\n").rows,
              ElementsAre("2|1|für Müller größer", "3!bad_encoding:2", "4|3|c"));
}

TEST_F(ReaderTest, RefusesWhatIsNoTable) {
  EXPECT_EQ(Csv("").error, "deals.csv: the file is empty. Export it again");
  EXPECT_EQ(Csv("\n \n").error, "deals.csv: the file is empty. Export it again");
  EXPECT_THAT(Csv("1,2,3\n4,5,6\n").error, HasSubstr("deals.csv:1:1: the first row holds values, not column names"));
  EXPECT_THAT(Csv("%PDF-1.7 x").error, HasSubstr("this is no table"));
  EXPECT_THAT(Csv(std::string(5000, '\x01')).error, HasSubstr("this is no table"));
  EXPECT_THAT(Csv("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").error, HasSubstr("old Excel workbook"));
  FileInput missing;
  missing.path = folder_.path() / "missing.csv";
  EXPECT_THAT(ReadAll(missing).error, HasSubstr("there is no such file"));
  FileInput directory;
  directory.path = folder_.path();
  EXPECT_THAT(ReadAll(directory).error, HasSubstr("not a regular file"));
}

TEST_F(ReaderTest, RefusesEndlessLinesWithTheirNumber) {
  ReadOptions options;
  options.limits.record_bytes = 4 << 20;
  EXPECT_THAT(Csv("id,name\n1,a\n2," + std::string(9 << 20, 'x'), options).error,
              HasSubstr("deals.csv:3: the line is longer than 4 MiB"));
  EXPECT_THAT(Csv(std::string(9 << 20, 'x'), options).error, HasSubstr("longer than"));
  // An open quote before much text is a broken quote, not an endless line.
  std::string text = "id,name\n1,\"open\n";
  while (text.size() < (9U << 20)) text += "2,b\n";
  const ReadRows read = Csv(text, options);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.rows[0], "2!bad_quote:2");
  EXPECT_EQ(read.rows[1], "3|2|b");
}

TEST_F(ReaderTest, ReadsAnyBlockBoundary) {
  std::string text = "id,name,note\n";
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + ",\"n,\"\"" + std::to_string(i) + "\"\"\",\"a\nb\"\n";
  const ReadRows read = Csv(text);
  ASSERT_THAT(read.rows, SizeIs(50'000));
  EXPECT_EQ(read.rows[49'999], "100000|49999|n,\"49999\"|a\nb");
}

TEST_F(ReaderTest, ReadsJsonInItsForms) {
  const std::vector<std::string> rows{"1|1|a|10.50|c1", "2|2|b||"};
  const std::string first = R"({"id": 1, "name": "a", "amount": 10.50, "customer": {"id": "c1"}})";
  const std::string second = R"({"id": 2, "name": "b", "amount": null})";
  const std::vector<std::string> forms{
      first + "\n" + second, "[" + first + ",\n" + second + "]",
      R"({"object": "list", "has_more": false, "data": [)" + first + ",\n" + second + "], \"x\": 1}"};
  for (const std::string& text : forms) {
    const ReadRows read = Json(text);
    EXPECT_EQ(read.error, "");
    EXPECT_THAT(read.columns, ElementsAre("id", "name", "amount", "customer_id")) << text;
    EXPECT_EQ(read.rows, rows) << text;
  }
  EXPECT_THAT(Json(R"({"_page": 1, "_embedded": {"leads": [{"id": 5}]}})").rows, ElementsAre("1|5"));
  EXPECT_THAT(Json("{\n \"id\": 7,\n \"items\": {\"data\": [{\"id\": 1}]}\n}\n").rows,
              ElementsAre("1|7|[{\"id\": 1}]"));
  EXPECT_THAT(Json("[]").rows, ElementsAre());
}

TEST_F(ReaderTest, FindsTheListThatAnObjectWraps) {
  const std::string rows = R"([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])";
  int number = 0;
  for (const std::string& text :
       {R"({"object":"list","data":)" + rows + "}",
        R"({"object":"list","url":"/v1/x","data":)" + rows + R"(,"has_more":false})",
        R"({"tickets":)" + rows + R"(,"next_page":null,"count":2})",
        R"({"count":2,"next_page":null,"tickets":)" + rows + "}",
        R"({"page":1,"per_page":100,"total_pages":1,"total_records":2,"tickets":)" + rows + "}",
        R"({"totalSize":2,"done":true,"records":)" + rows + "}", R"({"_embedded":{"leads":)" + rows + "}}"}) {
    const auto reader = OpenRows(folder_.Write(fmt::format("wrapped{}.json", ++number), text));
    ASSERT_TRUE(reader.has_value()) << text;
    ASSERT_EQ((*reader)->columns().size(), 2U) << text;
    EXPECT_EQ((*reader)->columns()[1].name, "name");
    const auto block = (*reader)->Next();
    ASSERT_TRUE(block.has_value() && *block != nullptr) << text;
    EXPECT_EQ((*block)->size(), 2U) << text;
  }
}

TEST_F(ReaderTest, AnObjectThatOnlyHoldsAListIsARecord) {
  const auto reader =
      OpenRows(folder_.Write("package.json", R"({"name":"set","title":"T","resources":[{"path":"a.csv"}]})"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ((*reader)->columns().at(0).name, "name");
}

TEST_F(ReaderTest, JsonKeepsDigitsAndUnescapesText) {
  const ReadRows read =
      Json(R"([{"a": 12345678901234567890.10, "b": "\u0411\ud83d\ude00\"\n", "c": [1, 2], "d": true}])");
  EXPECT_THAT(read.rows, ElementsAre("1|12345678901234567890.10|Б😀\"\n|[1, 2]|true"));
}

TEST_F(ReaderTest, ABrokenJsonRecordCostsItself) {
  EXPECT_THAT(Json("{\"id\": 1}\n{\"id\": }\n{\"id\": 3}\n").rows, ElementsAre("1|1", "2!bad_json:8", "3|3"));
  EXPECT_THAT(Json("[{\"id\": 1}, {\"id\" 2}, {\"id\": 3}]").rows, ElementsAre("1|1", "1!bad_json:7", "1|3"));
  EXPECT_THAT(Json("[{\"id\": 1},\n {\"id\": ").rows, ElementsAre("1|1", "2!bad_json:0"));
  EXPECT_THAT(Json("[{" + std::string(100, '[')).error, HasSubstr("deals.json:1: this is not JSON with records"));
  std::string deep = "[{\"id\":";
  for (int i = 0; i < 10'000; ++i) deep += "[";
  for (int i = 0; i < 10'000; ++i) deep += "]";
  EXPECT_THAT(Json(deep + "}]").error, HasSubstr("nested too deeply"));
}

TEST_F(ReaderTest, NestedListsAreRowsOfTheirOwn) {
  const std::string text =
      R"([{"id": "sub_1", "customer": {"id": "c"}, "items": {"data": [{"id": "si_1", "q": 2}, {"id": "si_2", "q": 3}]}},)"
      "\n"
      R"( {"id": "sub_2", "items": {"data": []}}])";
  const FileInput file = folder_.Write("subscriptions.json", text);
  const auto found = DiscoverFile(file);
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_EQ(found->files[1].Title(), "subscriptions.json#items.data");
  const ReadRows read = ReadAll(found->files[1]);
  EXPECT_THAT(read.columns, ElementsAre("id", "q", "parent_id", "parent_customer_id"));
  EXPECT_THAT(read.rows, ElementsAre("1|si_1|2|sub_1|c", "1|si_2|3|sub_1|c"));
  EXPECT_EQ(read.raw[0], R"(["si_1","2","sub_1","c"])");
}

TEST_F(ReaderTest, ReadsParquet) {
  store::OpenOptions open;
  open.external_access = true;
  auto database = store::Database::Open({}, open);
  ASSERT_TRUE(database.has_value());
  auto connection = database->Connect();
  const std::string path = (folder_.path() / "deals.parquet").string();
  ASSERT_TRUE(connection->Execute(
      "COPY (SELECT i AS \"Id\", CAST(i AS DECIMAL(18,2)) / 4 AS amount, DATE '2024-01-01' + CAST(i AS INTEGER) AS "
      "day, TIMESTAMPTZ '2024-01-01 10:00:00+03' AS at, [i, i] AS list, CASE WHEN i > 0 THEN 'x' "
      "END AS note FROM range(3) t(i)) TO '" +
      path + "' (FORMAT parquet)"));
  FileInput file;
  file.path = path;
  const ReadRows read = ReadAll(file);
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.columns, ElementsAre("id", "amount", "day", "at", "list", "note"));
  EXPECT_EQ(read.rows[0], "1|0|0.0|2024-01-01|2024-01-01 07:00:00Z|[0,0]|");
  EXPECT_EQ(read.rows[2], "3|2|0.5|2024-01-03|2024-01-01 07:00:00Z|[2,2]|x");
  std::ifstream written(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(written), {}};
  EXPECT_EQ(ReadAll(folder_.Write("deals.parquet.gz", Gzip(bytes))).rows, read.rows);
  EXPECT_EQ(ReadAll(folder_.Write("all [1]*.parquet", bytes)).rows, read.rows) << "a name is no pattern";
  WriteZip(folder_.path() / "deals.zip", {{"deals.parquet", bytes}});
  FileInput member;
  member.path = folder_.path() / "deals.zip";
  member.member = "deals.parquet";
  EXPECT_EQ(ReadAll(member).rows, read.rows);
  folder_.Write("broken.parquet", "PAR1 but nothing else");
  FileInput broken;
  broken.path = folder_.path() / "broken.parquet";
  EXPECT_THAT(ReadAll(broken).error, HasSubstr("broken.parquet: cannot read the Parquet file"));
}

TEST_F(ReaderTest, UnpacksGzip) {
  const std::string text = "id,name\n1,a\n";
  EXPECT_THAT(ReadAll(folder_.Write("a.csv.gz", Gzip(text))).rows, ElementsAre("2|1|a"));
  EXPECT_THAT(ReadAll(folder_.Write("b.csv.gz", Gzip(text) + Gzip("2,b\n"))).rows, ElementsAre("2|1|a", "3|2|b"));
  EXPECT_THAT(ReadAll(folder_.Write("c.json.gz", Gzip("[{\"id\": 1}]"))).rows, ElementsAre("1|1"));
  const std::string cut = Gzip(std::string(100'000, 'x') + text).substr(0, 40);
  EXPECT_THAT(ReadAll(folder_.Write("d.csv.gz", cut)).error,
              HasSubstr("d.csv.gz: the gzip file is broken: it ends too early"));
}

TEST_F(ReaderTest, StopsBombs) {
  std::string lines;
  for (int i = 0; i < 400; ++i) lines.append(500'000, 'x').append("\n");
  const std::string bomb = Gzip(lines);
  EXPECT_THAT(ReadAll(folder_.Write("bomb.csv.gz", bomb)).error,
              HasSubstr("bomb.csv.gz: the file unpacks to more than"));
  ReadOptions options;
  options.limits.unpacked_bytes = 1000;
  EXPECT_THAT(ReadAll(folder_.Write("large.csv.gz", Gzip("id\n" + std::string(5000, '1'))), options).error,
              HasSubstr("unpacks to more than"));
}

TEST_F(ReaderTest, FindsTheFilesOfAZip) {
  const std::vector<std::pair<std::string, std::string>> files{{"b/deals.csv", "id,name\n1,a\n"},
                                                               {"a.csv.gz", Gzip("id,name\n2,b\n")},
                                                               {"__MACOSX/._x", "junk"},
                                                               {".hidden", "x"}};
  WriteZip(folder_.path() / "exports.zip", files);
  const auto found = Discover(folder_.path() / "exports.zip");
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_EQ(found->files[0].Title(), "exports.zip/a.csv.gz");
  EXPECT_THAT(ReadAll(found->files[0]).rows, ElementsAre("2|2|b"));
  EXPECT_THAT(ReadAll(found->files[1]).rows, ElementsAre("2|1|a"));
}

TEST_F(ReaderTest, NamesWithinAZipAreOnlyNames) {
  const std::vector<std::pair<std::string, std::string>> files{{"../../up.csv", "id,name\n1,a\n"},
                                                               {"/etc/absolute.csv", "id,name\n2,b\n"}};
  WriteZip(folder_.path() / "odd.zip", files);
  const auto found = Discover(folder_.path() / "odd.zip");
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_THAT(ReadAll(found->files[0]).rows, ElementsAre("2|1|a"));
  EXPECT_THAT(ReadAll(found->files[1]).rows, ElementsAre("2|2|b"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path().parent_path().parent_path() / "up.csv"));
}

TEST_F(ReaderTest, SaysWhyAZipIsNotReadWhole) {
  const std::string table = "id,name\n1,a\n";
  WriteZip(folder_.path() / "inner.zip", {{"deals.csv", table}});
  std::ifstream inner(folder_.path() / "inner.zip", std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(inner), {}};
  // libzip refuses to write one name twice, so the second is renamed in the bytes.
  WriteZip(folder_.path() / "outer.zip",
           {{"a.csv", table}, {"twin1.csv", table}, {"twin2.csv", table}, {"z.zip", packed}});
  std::ifstream outer(folder_.path() / "outer.zip", std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(outer), {}};
  for (std::size_t at = bytes.find("twin2"); at != std::string::npos; at = bytes.find("twin2")) bytes[at + 4] = '1';
  const auto found = Discover(folder_.Write("outer.zip", bytes).path);
  ASSERT_TRUE(found.has_value());
  ASSERT_THAT(found->problems, SizeIs(1));
  EXPECT_EQ(
      found->problems[0].ToString(),
      "outer.zip/twin1.csv: the zip holds 2 files of this name. Unpack it under names of their own and import the "
      "files");
  ASSERT_THAT(found->files, SizeIs(2));
  EXPECT_EQ(ReadAll(found->files[1]).error,
            "outer.zip/z.zip: a zip within a zip is not opened. Unpack the outer zip and import the inner one");
}

TEST_F(ReaderTest, StopsABombWithinAZip) {
  WriteZip(folder_.path() / "bomb.zip", {{"deals.csv", "id,name\n" + std::string(200 << 20, '\n')}});
  const auto found = Discover(folder_.path() / "bomb.zip");
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(ReadAll(found->files.at(0)).error, HasSubstr("bomb.zip/deals.csv: the file unpacks to more than"));
}

TEST_F(ReaderTest, LinksStayWithinTheirFolder) {
  folder_.Write("exports/deals.csv", "id\n1\n");
  folder_.Write("secret.csv", "id\n1\n");
  namespace fs = std::filesystem;
  const fs::path exports = folder_.path() / "exports";
  fs::create_symlink("deals.csv", exports / "again.csv");
  fs::create_symlink("../secret.csv", exports / "out.csv");
  fs::create_symlink("nowhere", exports / "lost.csv");
  fs::create_symlink("loop.csv", exports / "loop.csv");
  fs::create_directory_symlink("..", exports / "up");
  const auto listed = ListFiles(exports, {.is_recursive = true, .max_files = 10});
  ASSERT_TRUE(listed.has_value());
  ASSERT_THAT(listed->files, SizeIs(2));
  EXPECT_EQ(listed->files[0].name, "again.csv");
  std::vector<std::string> problems;
  for (const Error& problem : listed->problems) problems.push_back(problem.ToString());
  EXPECT_THAT(problems, ElementsAre("loop.csv: this link leads nowhere. Remove it, or put the file in its place",
                                    "lost.csv: this link leads nowhere. Remove it, or put the file in its place",
                                    "out.csv: this link leads out of the folder. Name the file itself if you mean it"));
  EXPECT_FALSE(ListFiles(exports, {.is_recursive = false, .max_files = 2}).has_value());
}

TEST_F(ReaderTest, ListsAFolderOneLevelDeepUnlessAsked) {
  folder_.Write("b.csv", "id\n1\n");
  folder_.Write("a.csv", "id\n1\n");
  folder_.Write(".hidden.csv", "id\n1\n");
  folder_.Write("inner/c.csv", "id\n1\n");
  const auto flat = Discover(folder_.path());
  ASSERT_TRUE(flat.has_value());
  ASSERT_THAT(flat->files, SizeIs(2));
  EXPECT_EQ(flat->files[0].name, "a.csv");
  DiscoverOptions options;
  options.is_recursive = true;
  const auto deep = Discover(folder_.path(), options);
  ASSERT_TRUE(deep.has_value());
  ASSERT_THAT(deep->files, SizeIs(3));
  EXPECT_EQ(deep->files[2].name, "inner/c.csv");
  EXPECT_TRUE(deep->files[2].modified_at.has_value());
}

TEST_F(ReaderTest, SaysThatAFolderHoldsNoFiles) {
  folder_.Write("exports/inner/a.csv", "id\n1\n");
  const auto above = Discover(folder_.path() / "exports");
  ASSERT_TRUE(above.has_value());
  EXPECT_THAT(above->files, SizeIs(0));
  ASSERT_THAT(above->problems, SizeIs(1));
  EXPECT_EQ(
      above->problems[0].ToString(),
      fmt::format("{}: the folder holds no files, only folders. Name the folders of the exports, or add --recursive",
                  (folder_.path() / "exports").string()));
  std::filesystem::create_directory(folder_.path() / "empty");
  const auto empty = Discover(folder_.path() / "empty");
  ASSERT_TRUE(empty.has_value());
  ASSERT_THAT(empty->problems, SizeIs(1));
  EXPECT_EQ(empty->problems[0].message(), "the folder is empty");
}

TEST_F(ReaderTest, ReadsTheLogOfQueues) {
  const std::string log =
      "1700000000|1700000000.7|support|NONE|ENTERQUEUE||+49301|1\r\n"
      "\n"
      "1700000035|1700000000.7|support|PJSIP/202|CONNECT|35|1700000001.8|4\n"
      "1700000036|cut\n"
      "1700000095|1700000000.7|support|\"Ann\" Lee|COMPLETEAGENT|35|60|1|a|b|c";
  const ReadRows read = ReadAll(folder_.Write("queue_log", log));
  EXPECT_THAT(read.columns, ElementsAre("epoch", "callid", "queuename", "agent", "event", "data1", "data2", "data3",
                                        "data4", "data5"));
  EXPECT_THAT(read.rows,
              ElementsAre("1|1700000000|1700000000.7|support|NONE|ENTERQUEUE||+49301|1||",
                          "3|1700000035|1700000000.7|support|PJSIP/202|CONNECT|35|1700000001.8|4||", "4!column_count:3",
                          "5|1700000095|1700000000.7|support|\"Ann\" Lee|COMPLETEAGENT|35|60|1|a|b"));
  EXPECT_THAT(ReadAll(folder_.Write("piped.csv", "a|b|c|d|EVENT\n1|2|3|4|5\n")).columns, SizeIs(5)) << "a table";
}

TEST_F(ReaderTest, ReadsKeptRowsAsTheirFileWasRead) {
  auto reader = OpenRows(folder_.Write("deals.csv", "id;name\n1;a\n"));
  ASSERT_TRUE(reader.has_value());
  auto reading = ReadingFromJson(ToJson((*reader)->reading()));
  ASSERT_TRUE(reading.has_value());
  auto kept = OpenKeptRows(*reading, {{7, "2;\"b\"\"\n\""}, {9, "3"}});
  EXPECT_THAT(ReadAll(*kept).rows, ElementsAre("7|2|b\"\n", "9!column_count:2"));
  reading->format = Format::kJson;
  auto kept_json = OpenKeptRows(*reading, {{1, R"({"name": "x", "id": 5})"}, {2, R"(["6", "y"])"}, {3, "{"}});
  EXPECT_THAT(ReadAll(*kept_json).rows, ElementsAre("1|5|x", "2|6|y", "3!bad_json:2"));
}

}  // namespace
}  // namespace weir::sources
