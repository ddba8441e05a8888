// Bad input through the program itself: a clear answer that names file, line, column and the mend, and the workspace as
// it was, byte for byte where the whole file is refused, and but for the ledger where rows are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/result.h"
#include "program.h"

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kHead = "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,SystemModstamp\n";

std::string Row(const std::string& id, const std::string& name = "Deal", const std::string& amount = "10.00",
                const std::string& close = "2024-06-30") {
  return fmt::format("{},{},Prospecting,{},{},2024-03-01T09:00:00Z,false,false,2024-03-05T09:00:00Z\n", id, name,
                     amount, close);
}

class BadInput : public testing::Test {
 protected:
  // One workspace is made; each test has a copy of it.
  static void SetUpTestSuite() {
    const fs::path base = BaseFolder();
    fs::remove_all(base);
    fs::create_directories(base);
    std::ofstream(base / "Opportunity.csv", std::ios::binary) << kHead << Row("006A") << Row("006B");
    const Ran ran = RunWeir(base / "home", {"import", (base / "Opportunity.csv").string()});
    if (ran.status != 0) throw Bug(ran.error);
  }
  static void TearDownTestSuite() { fs::remove_all(BaseFolder()); }

  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("weir-bad-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::copy(BaseFolder(), folder_, fs::copy_options::recursive);
    before_ = ContentsOf(home());
  }
  void TearDown() override { fs::remove_all(folder_); }

  static fs::path BaseFolder() { return fs::path(testing::TempDir()) / "weir-bad-base"; }
  fs::path home() const { return folder_ / "home"; }

  std::string Write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  // The file is refused with these words, and nothing has changed.
  void ExpectRefused(const std::string& path, const std::string& words) {
    const Ran ran = RunWeir(home(), {"import", path});
    EXPECT_EQ(ran.status, 1) << path << ran.out;
    EXPECT_THAT(ran.error, HasSubstr(words)) << path;
    const Contents after = ContentsOf(home());
    EXPECT_EQ(after.rows, before_.rows) << path;
    EXPECT_TRUE(after.files == before_.files) << path << " changed a file of the workspace";
  }

  // The one bad row goes to quarantine with its place, code and mend; the sound row comes in; nothing else changes.
  void ExpectQuarantined(const std::string& path, const std::string& line, const std::string& column,
                         const std::string& code, const std::string& words) {
    const Ran ran = RunWeir(home(), {"import", path});
    ASSERT_EQ(ran.status, 0) << path << ran.error;
    const Ran listed = RunWeir(home(), {"quarantine", "--format", "csv"});
    EXPECT_THAT(listed.out, HasSubstr(fs::path(path).filename().string() + "," + line + "," + column + ","));
    EXPECT_THAT(listed.out, AllOf(HasSubstr(code), HasSubstr(words)));
    Contents after = ContentsOf(home());
    EXPECT_EQ(after.rows["obs.salesforce__opportunity"], "3") << path;
    EXPECT_EQ(after.rows["meta.reject"], "1") << path;
  }

  fs::path folder_;
  Contents before_;
};

TEST_F(BadInput, EmptyFiles) {
  ExpectRefused(Write("empty.csv", ""), "empty.csv: the file is empty. Export it again");
  ExpectRefused(Write("blank.csv", " \n\n"), "blank.csv: the file is empty. Export it again");
}

TEST_F(BadInput, UnknownKindsOfFiles) {
  ExpectRefused(Write("book.pdf", "%PDF-1.7\n"), "book.pdf: this is no table: Weir reads CSV");
  ExpectRefused(Write("noise.csv", std::string(5000, '\x01')), "Export the data in one of these forms");
  ExpectRefused(Write("old.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "save it as .xlsx, or each sheet as CSV (UTF-8)");
  ExpectRefused(Write("broken.parquet", "PAR1 but nothing else"), "broken.parquet: cannot read the Parquet file");
  ExpectRefused(Write("half.csv.gz", "\x1F\x8B\x08" + std::string(7, '\0') + "\x4B"), "the gzip file is broken");
  ExpectRefused(Write("half.zip", "PK\x03\x04 and no end"), "half.zip: the zip file is broken");
  ExpectRefused(Write("login.csv", "\n<!DOCTYPE html><html><body>Sign in, please</body></html>\n"),
                "login.csv: this is a web page and no table; perhaps the session had ended. Sign in and export again");
  ExpectRefused(Write("values.csv", "1,2,3\n4,5,6\n"), "values.csv:1:1: the first row holds values, not column names");
  ExpectRefused(Write("deep.json", "[{\"Id\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}]"),
                "deep.json");
}

TEST_F(BadInput, WhatIsNoFile) {
  ExpectRefused((folder_ / "missing.csv").string(), "missing.csv: there is no such file or folder");
  ExpectRefused("/dev/zero", "zero: this is not a regular file. Name a file or a folder of files");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.csv").c_str(), 0600), 0);
  ExpectRefused((folder_ / "pipe.csv").string(), "pipe.csv: this is not a regular file");
  fs::create_symlink("pipe-loop.csv", folder_ / "pipe-loop.csv");
  ExpectRefused((folder_ / "pipe-loop.csv").string(), "pipe-loop.csv: cannot look at it");
  fs::create_directories(folder_ / "exports" / "x.csv");
  ExpectRefused((folder_ / "exports").string(), "exports: the folder holds no files");
  fs::create_symlink("/etc/passwd", folder_ / "exports" / "out.csv");
  ExpectRefused((folder_ / "exports").string(), "out.csv: this link leads out of the folder");
}

TEST_F(BadInput, EndlessLines) {
  ExpectRefused(Write("endless.csv", kHead + Row("006C") + "006D," + std::string(20U << 20, 'x')),
                "endless.csv:3: the line is longer than 16 MiB. This does not look like a table");
  ExpectRefused(Write("one-line.csv", std::string(20U << 20, 'x')), "one-line.csv:1: ");
}

TEST_F(BadInput, TooManyColumns) {
  std::string head = "c1";
  for (int i = 2; i <= 5000; ++i) head += ",c" + std::to_string(i);
  ExpectRefused(Write("wide.csv", head + "\n"), "wide.csv:1:4097: the header has 5000 columns, 4096 are the limit");
}

TEST_F(BadInput, NamesThatTerminalsObey) {
  const Ran ran = RunWeir(home(), {"import", Write("\x1B[31mred\n\xFF.csv", "")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.error, "weir: �[31mred �.csv: the file is empty. Export it again\n");
  const Ran json = RunWeir(home(), {"--format", "json", "import", (folder_ / "\x1B[31mred\n\xFF.csv").string()});
  EXPECT_EQ(nlohmann::json::parse(json.out).at("status"), 422);
  const Ran sound = RunWeir(home(), {"import", Write("Opportunity \x1B[2J\xFF.csv", kHead + Row("006C"))});
  EXPECT_EQ(sound.status, 0) << sound.error;
  EXPECT_THAT(sound.out, AllOf(HasSubstr("imported"), testing::Not(HasSubstr("\x1B"))));
}

TEST_F(BadInput, ZeroBytes) {
  std::string name = "De_al";
  name[2] = '\0';
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006C") + Row("006D", name)), "3", "2", "zero_byte",
                    "correct it in the source");
}

TEST_F(BadInput, ZeroBytesInTheHeader) {
  std::string head = kHead;
  head[4] = '\0';
  ExpectRefused(Write("Opportunity-2.csv", head + Row("006C")), "Opportunity-2.csv:1:2: a column name holds bytes");
}

TEST_F(BadInput, WrongEncodings) {
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006C", "Größe Müller") + Row("006D", "Gr\xFF\xFE")), "3",
                    "2", "bad_encoding", "save the file as UTF-8");
}

TEST_F(BadInput, RepeatedColumns) {
  std::string head = kHead;
  head.replace(head.find("CreatedDate"), 11, "Amount");
  std::string sound = Row("006D");
  sound.replace(sound.find("2024-03-01T09:00:00Z"), 20, "12.00");
  const std::string path = Write("Opportunity-2.csv", head + Row("006C") + sound);
  const Ran ran = RunWeir(home(), {"import", "--dry-run", path});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("columns 4, 6 have this header: the last filled cell counts"));
  ExpectQuarantined(path, "2", "6", "not_a_number", "nulls = [...]");
}

TEST_F(BadInput, DatesOfYear0) {
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006C") + Row("006D", "Deal", "1", "0000-01-01")), "3", "5",
                    "date_range", "correct it in the source");
}

TEST_F(BadInput, DatesOfYear9999) {
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006C") + Row("006D", "Deal", "1", "9999-12-31")), "3", "5",
                    "date_range", "correct it in the source");
}

TEST_F(BadInput, HugeAmounts) {
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006C") + Row("006D", "Deal", "1" + std::string(30, '0'))),
                    "3", "4", "amount_range", "correct it in the source");
}

TEST_F(BadInput, OpenQuotes) {
  ExpectQuarantined(Write("Opportunity-2.csv", kHead + Row("006D", "\"Deal") + Row("006C")), "2", "2", "bad_quote",
                    "its quote is never closed; close it");
}

TEST_F(BadInput, APortInUse) {
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(other, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(other, 1), 0);
  ASSERT_EQ(::getsockname(other, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const Ran ran = RunWeir(home(), {"serve", "--port", port});
  ::close(other);
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.error, AllOf(HasSubstr("port " + port + " is in use"), HasSubstr("--port")));
  EXPECT_EQ(ContentsOf(home()).rows, before_.rows);
}

TEST_F(BadInput, AFailureInJsonIsOneProblem) {
  const Ran ran = RunWeir(home(), {"--format", "json", "import", Write("values.csv", "1,2,3\n4,5,6\n")});
  EXPECT_EQ(ran.status, 1);
  const auto problem = nlohmann::json::parse(ran.out);
  EXPECT_EQ(problem.at("code"), "bad_input");
  EXPECT_THAT(problem.dump(), AllOf(HasSubstr("values.csv"), HasSubstr("\"line\":1"), HasSubstr("\"column\":1")));
}

TEST_F(BadInput, OneBadFileDoesNotStopTheOthers) {
  fs::create_directories(folder_ / "exports");
  Write("exports/a.csv", "");
  Write("exports/Opportunity-2.csv", kHead + Row("006C"));
  fs::create_symlink("/etc/passwd", folder_ / "exports" / "out.csv");
  fs::create_symlink("nowhere", folder_ / "exports" / "lost.csv");
  fs::create_symlink("Opportunity-2.csv", folder_ / "exports" / "Opportunity-3.csv");
  const Ran ran = RunWeir(home(), {"--format", "csv", "--table", "files", "import", (folder_ / "exports").string()});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_THAT(ran.out, HasSubstr("a.csv,error"));
  EXPECT_THAT(ran.out, HasSubstr("this link leads out of the folder"));
  EXPECT_THAT(ran.out, HasSubstr("this link leads nowhere"));
  EXPECT_THAT(ran.out, HasSubstr("Opportunity-2.csv,imported"));
  EXPECT_THAT(ran.out, HasSubstr("Opportunity-3.csv,imported"));
}

// A mapping of one's own whose SQL does not run is left out with file, line and mend, and stops no build.
TEST_F(BadInput, AMappingWithAWordOfSqlForAColumn) {
  fs::create_directories(home() / "sources");
  const auto write = [&](const std::string& expression) {
    std::ofstream(home() / "sources" / "visits.toml")
        << "source = \"own\"\nobject = \"visit\"\nversion = 1\n"
           "title = { en = \"Visits\" }\n[recognise]\nrequire = "
           "[\"order\", \"at\"]\nfiles = [\"visits*\"]\n[key]\ncolumns = [\"order\"]\n"
           "[columns]\norder = { type = \"id\", names = [\"Visit\"] }\n"
           "at = { type = \"instant\", names = [\"When seen\"] }\n"
           "[[emit]]\ntable = \"touch\"\n[emit.set]\nkey = "
           "'\"order\"'\nat = '"
        << expression << "'\n";
  };
  const std::string path = Write("visits.csv", "Visit,When seen\n1,2024-03-01T09:00:00Z\n");
  write("at");
  const Ran ran = RunWeir(home(), {"import", path, Write("Opportunity-2.csv", kHead + Row("006C"))});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_THAT(ran.out + ran.error, AllOf(HasSubstr("a mapping of your own is left out"), HasSubstr("visits.toml:"),
                                         HasSubstr("must be quoted: \"at\"")));
  EXPECT_EQ(ContentsOf(home()).rows["obs.salesforce__opportunity"], "3");
  write("\"at\"");
  const Ran mended = RunWeir(home(), {"import", path});
  EXPECT_EQ(mended.status, 0) << mended.error;
  EXPECT_EQ(ContentsOf(home()).rows["model.touch"], "1") << mended.out << mended.error;
}

TEST_F(BadInput, AnUnknownTableIsDescribed) {
  const std::string path =
      Write("wages.csv", "Clerk,Wage of March,Started\nAnn,1200.50,2024-01-31\nBob,900,2023-12-01\n");
  const Ran ran = RunWeir(home(), {"import", "--dry-run", path});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("unrecognised"), HasSubstr("Wage of March"), HasSubstr("decimal"),
                             HasSubstr("1200.50"), HasSubstr("date")));
  EXPECT_EQ(RunWeir(home(), {"import", path}).status, 0);
  EXPECT_TRUE(ContentsOf(home()) == before_);
}

TEST_F(BadInput, ADryRunChangesNotAByte) {
  std::string text = kHead;
  for (int i = 0; i < 130'000; ++i) text += Row("006X" + std::to_string(i));
  const Ran ran =
      RunWeir(home(), {"import", "--dry-run", Write("Opportunity-2.csv", text + Row("006Y", "Deal", "much"))});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("recognised"), HasSubstr("salesforce"), HasSubstr("130,000"),
                             HasSubstr("not_a_number"), HasSubstr("StageName")));
  const Contents after = ContentsOf(home());
  EXPECT_EQ(after.rows, before_.rows);
  EXPECT_TRUE(after.files == before_.files);
  const Ran alone = RunWeir(folder_ / "none", {"import", "--dry-run", (folder_ / "Opportunity.csv").string()});
  EXPECT_EQ(alone.status, 0) << alone.error;
  EXPECT_FALSE(fs::exists(folder_ / "none")) << "a dry run makes no workspace";
}

}  // namespace
}  // namespace weir::main_job
