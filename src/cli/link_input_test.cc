#include "cli/link_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "identity/field.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class LinkInputTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("weir-link-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  static Result<LinkInput> Read(const std::vector<std::string>& paths, const std::vector<std::string>& ids = {}) {
    return ReadLinkInput(paths, ids, [](const Phrase&, double) {});
  }

  static std::string Refusal(const std::vector<std::string>& paths, const std::vector<std::string>& ids = {}) {
    const auto read = Read(paths, ids);
    return read ? "it was read" : read.error().ToString();
  }

  static std::string TruthRefusal(const std::string& path, const LinkInput& input) {
    const auto read = ReadTruth(path, input);
    return read ? "it was read" : read.error().ToString();
  }

  static std::vector<std::string> NamesOf(const LinkInput& input) {
    std::vector<std::string> names;
    names.reserve(input.table.columns.size());
    for (const auto& column : input.table.columns) names.push_back(column.name());
    return names;
  }

  static std::vector<std::string> CellsOf(const identity::TextColumn& column) {
    std::vector<std::string> cells;
    cells.reserve(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) cells.emplace_back(column.At(row));
    return cells;
  }

  fs::path folder_;
};

TEST_F(LinkInputTest, TakesTheColumnOfIdsThatTheHeaderNames) {
  const auto id_of = [&](const std::string& bytes) {
    const auto read = Read({Write("a.csv", bytes)});
    return read ? read->files[0].id_column : read.error().ToString();
  };
  EXPECT_EQ(id_of("name,company_id,id\nAnn,7,1\nBob,8,2\n"), "id");
  EXPECT_EQ(id_of("name,Contact ID\nAnn,1\nBob,2\n"), "Contact ID");
  EXPECT_EQ(id_of("name,id,record_id\nAnn,1,1\nBob,1,2\n"), "record_id") << "id has a value twice";
  EXPECT_EQ(id_of("name,id,user_id\nAnn,1,1\nBob,,2\n"), "user_id") << "id is empty once";
  EXPECT_EQ(id_of("name,idDBLP\nAnn,1\nBob,2\n"), "idDBLP");
  EXPECT_EQ(id_of("paid,name\n1,Ann\n2,Bob\n"), "") << "a word that ends so by chance";
}

TEST_F(LinkInputTest, NumbersRowsWhereNoColumnHoldsIds) {
  const auto read = Read({Write("a.csv", "name,id\nAnn,1\nBob,1\nCid,2\n")});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->files[0].id_column, "");
  EXPECT_THAT(CellsOf(read->ids), ElementsAre("1", "2", "3"));
  EXPECT_THAT(NamesOf(*read), ElementsAre("name", "id"));
  ASSERT_TRUE(read->files[0].no_ids);
  const NoIds& doubled = *read->files[0].no_ids;
  EXPECT_EQ(fmt::format("{} {} {} {}", doubled.column, doubled.id, doubled.first_line, doubled.line), "id 1 2 3");
  const auto empty = Read({Write("b.csv", "name,id\nAnn,1\nBob,\nCid,2\n")});
  ASSERT_TRUE(empty && empty->files[0].no_ids);
  EXPECT_EQ(empty->files[0].no_ids->id, "");
  EXPECT_EQ(empty->files[0].no_ids->line, 3U);
  const auto other = Read({Write("c.csv", "name,id,user_id\nAnn,1,1\nBob,1,2\n")});
  ASSERT_TRUE(other && !other->files[0].no_ids) << "another column holds them";
}

TEST_F(LinkInputTest, NeverComparesTheIds) {
  const auto read = Read({Write("a.csv", "name,code\nAnn,x1\nBob,x2\n")}, {"code"});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(NamesOf(*read), ElementsAre("name"));
  EXPECT_THAT(CellsOf(read->ids), ElementsAre("x1", "x2"));
}

TEST_F(LinkInputTest, MatchesColumnsOfTwoFilesByTheirHeaders) {
  const auto read = Read({Write("a.csv", "id,FirstName,City,Fax\n1,Ann,Rome,9\n2,Bob,Oslo,8\n"),
                          Write("b.csv", "city;note;first name;uid\nBonn;x;Cid;1\n")});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(NamesOf(*read), ElementsAre("FirstName", "City"));
  EXPECT_THAT(CellsOf(read->table.columns[0]), ElementsAre("Ann", "Bob", "Cid"));
  EXPECT_THAT(CellsOf(read->table.columns[1]), ElementsAre("Rome", "Oslo", "Bonn"));
  EXPECT_THAT(CellsOf(read->ids), ElementsAre("1", "2", "1"));
  EXPECT_EQ(read->table.second_begins, 2U);
  EXPECT_THAT(read->files[0].left_out, ElementsAre("Fax"));
  EXPECT_THAT(read->files[1].left_out, ElementsAre("note"));
  EXPECT_EQ(read->files[1].id_column, "uid");
}

TEST_F(LinkInputTest, TwoFilesMayHaveIdsUnderTwoHeaders) {
  const auto read =
      Read({Write("a.csv", "num,name\na1,Ann\n"), Write("b.csv", "key,name,num\nb1,Bob,7\n")}, {"num", "key"});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(CellsOf(read->ids), ElementsAre("a1", "b1"));
  EXPECT_THAT(NamesOf(*read), ElementsAre("name")) << "what holds the ids of one file is not compared";
}

TEST_F(LinkInputTest, FilesOfOneNameAreToldApartByTheirPaths) {
  fs::create_directories(folder_ / "x");
  const std::string a = Write("a.csv", "id,name\n1,Ann\n");
  const std::string b = Write("x/a.csv", "id,name\n1,Ann\n");
  const auto read = Read({a, b});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->files[0].name, a);
  EXPECT_EQ(read->files[1].name, b);
}

TEST_F(LinkInputTest, RepeatedAndEmptyHeadersBecomeNamesOfTheirOwn) {
  const auto read = Read({Write("a.csv", "id,phone,phone,\n1,2,3,4\n5,6,7,8\n")});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(NamesOf(*read), ElementsAre("phone", "phone (2)", "column 4"));
}

TEST_F(LinkInputTest, ReadsOtherEncodingsAndForms) {
  // Windows-1251, semicolons: "имя", "Иван", "Пётр".
  const auto cyrillic = Read({Write("a.csv", "id;\xE8\xEC\xFF\n1;\xC8\xE2\xE0\xED\n2;\xCF\xB8\xF2\xF0\n")});
  ASSERT_TRUE(cyrillic) << cyrillic.error().ToString();
  EXPECT_THAT(CellsOf(cyrillic->table.columns[0]), ElementsAre("Иван", "Пётр"));
  const auto json = Read({Write("a.json", R"([{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}])")});
  ASSERT_TRUE(json) << json.error().ToString();
  EXPECT_THAT(CellsOf(json->table.columns[0]), ElementsAre("Ann", "Bob"));
}

TEST_F(LinkInputTest, LeavesBrokenRowsOutAndCountsThem) {
  const auto read = Read({Write("a.csv", "id,name\n1,Ann\n2\n3,Bob\n4,\xFF\xFE\n5,Cid\n")});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(CellsOf(read->ids), testing::Contains("1"));
  EXPECT_EQ(read->files[0].rows + read->files[0].faulty, 5U);
  EXPECT_GE(read->files[0].faulty, 1U);
  EXPECT_THAT(read->files[0].first_fault->ToString(), HasSubstr("a.csv:3:2: the row has 1 cells"));
}

TEST_F(LinkInputTest, KeepsOfAHugeCellWhatIsLookedAt) {
  std::string huge;
  while (huge.size() < 1'000'000) huge += "пример ";
  const auto read = Read({Write("a.csv", "id,name\n1," + huge + "\n2,Bob\n")});
  ASSERT_TRUE(read) << read.error().ToString();
  const std::string_view kept = read->table.columns[0].At(0);
  EXPECT_LE(kept.size(), identity::kMostBytes);
  EXPECT_GT(kept.size(), identity::kMostBytes - 4);
  EXPECT_TRUE(huge.starts_with(kept));
  EXPECT_THAT(NamesOf(*read), ElementsAre("name"));
}

TEST_F(LinkInputTest, RefusesIdsThatAreMissingEmptyOrRepeated) {
  const std::string path = Write("a.csv", "name,contact_id\nAnn,1\nBob,2\nCid, 1 \n");
  EXPECT_THAT(Refusal({path}, {"contct_id"}),
              AllOf(HasSubstr("a.csv:1: there is no column 'contct_id' to take the ids from"),
                    HasSubstr("Did you mean 'contact_id'? The columns are: name, contact_id")));
  EXPECT_THAT(Refusal({path}, {"zzz"}), HasSubstr("The columns are: name, contact_id"));
  EXPECT_THAT(Refusal({path}, {"contact_id"}), HasSubstr("a.csv:4:2: the id '1' is there twice, first in line 2"));
  EXPECT_THAT(Refusal({Write("b.csv", "id,name\n1,Ann\n ,Bob\n")}, {"id"}), HasSubstr("b.csv:3:1: the id is empty"));
  EXPECT_THAT(Refusal({Write("c.csv", "x,name\n1,Ann\n"), path}, {"x"}),
              HasSubstr("a.csv:1: there is no column 'x' to take the ids from"));
}

TEST_F(LinkInputTest, RefusesFilesWithNothingToCompare) {
  EXPECT_THAT(Refusal({Write("none.csv", "id,name\n")}), HasSubstr("none.csv"));
  EXPECT_THAT(Refusal({Write("none.csv", "id,name\n")}), testing::Not(HasSubstr("it was read")));
  EXPECT_THAT(Refusal({Write("one.csv", "id,name\n1,Ann\n")}), HasSubstr("one.csv: the file holds one record"));
  EXPECT_THAT(Refusal({Write("bad.csv", "id,name\n1\n2\n")}),
              AllOf(HasSubstr("bad.csv: the file holds no row that can be read"), HasSubstr("bad.csv:2:2")));
  EXPECT_THAT(Refusal({(folder_ / "missing.csv").string()}), HasSubstr("missing.csv: there is no such file"));
}

TEST_F(LinkInputTest, RefusesFilesThatShareNoColumnAndNamesTheHeaders) {
  const std::string refusal =
      Refusal({Write("a.csv", "id,name\n1,Ann\n2,Bob\n"), Write("b.csv", "key,title\n1,Dr\n2,Mr\n")});
  EXPECT_THAT(refusal, AllOf(HasSubstr("have no column in common"), HasSubstr("'a.csv' has: id, name"),
                             HasSubstr("'b.csv' has: key, title")));
  EXPECT_THAT(Refusal({Write("a.csv", "id,name\n1,Ann\n"), Write("b.csv", "id,title\n1,Dr\n")}, {"id"}),
              HasSubstr("have no column in common"))
      << "ids are not compared";
}

TEST_F(LinkInputTest, RefusesOneFileGivenTwice) {
  const std::string path = Write("a.csv", "id,name\n1,Ann\n2,Bob\n");
  fs::create_symlink(path, folder_ / "same.csv");
  for (const std::string& again : {path, (folder_ / "same.csv").string()}) {
    const auto read = Read({path, again});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), Code::kBadUsage);
    EXPECT_THAT(read.error().ToString(), HasSubstr("is given twice"));
  }
}

TEST_F(LinkInputTest, TruthIsPairsOfRecords) {
  const auto one = Read({Write("a.csv", "id,name\nx,Ann\ny,Bob\nz,Cid\n")}, {"id"});
  ASSERT_TRUE(one) << one.error().ToString();
  const auto pairs = ReadTruth(Write("truth.csv", "id_a,id_b\nz, x\ny,z\n"), *one);
  ASSERT_TRUE(pairs) << pairs.error().ToString();
  EXPECT_THAT(*pairs, ElementsAre(identity::RecordPair{2, 0}, identity::RecordPair{1, 2}));

  const auto two = Read({Write("b.csv", "id,name\nx,Ann\ny,Bob\n"), Write("c.csv", "id,name\ny,Ann\n")}, {"id"});
  ASSERT_TRUE(two) << two.error().ToString();
  const auto cross = ReadTruth(Write("truth.csv", "b,c\ny,y\n"), *two);
  ASSERT_TRUE(cross) << cross.error().ToString();
  EXPECT_THAT(*cross, ElementsAre(identity::RecordPair{1, 2}));
}

TEST_F(LinkInputTest, LabelsAreJudgedPairs) {
  const auto one = Read({Write("a.csv", "id,name\nx,Ann\ny,Bob\nz,Cid\n")}, {"id"});
  ASSERT_TRUE(one) << one.error().ToString();
  const auto labels = ReadLabels(Write("l.csv", "a,b,same\nz, x,yes\ny,z,Нет\nx,z,1\n"), *one);
  ASSERT_TRUE(labels) << labels.error().ToString();
  EXPECT_TRUE(labels->are_labels);
  EXPECT_THAT(labels->same, ElementsAre(identity::RecordPair{0, 2}));
  EXPECT_THAT(labels->apart, ElementsAre(identity::RecordPair{1, 2}));
  const auto refusal = [&](const std::string& text) {
    const auto read = ReadLabels(Write("l.csv", text), *one);
    return read ? std::string() : read.error().ToString();
  };
  EXPECT_THAT(refusal("a,b\nx,y\n"), HasSubstr("l.csv:1: the file of judged pairs has fewer than three columns"));
  EXPECT_THAT(refusal("a,b,same\nx,y,perhaps\n"), HasSubstr("l.csv:2:3: 'perhaps' is neither yes nor no"));
  EXPECT_THAT(refusal("a,b,same\nx,x,yes\n"), HasSubstr("l.csv:2:2: the pair holds one record twice"));
  EXPECT_THAT(refusal("a,b,same\nx,y,yes\ny,x,no\n"), HasSubstr("l.csv:3:3: the pair was judged otherwise in line 2"));
  EXPECT_THAT(refusal("a,b,same\nx,q,yes\n"), HasSubstr("l.csv:2:2"));
}

TEST_F(LinkInputTest, RefusesTruthOfUnknownIds) {
  const auto one = Read({Write("a.csv", "id,name\nx,Ann\ny,Bob\nz,Cid\n")}, {"id"});
  ASSERT_TRUE(one) << one.error().ToString();
  EXPECT_THAT(TruthRefusal(Write("t.csv", "id_a,id_b\nx,y\nx,q\nr,s\n"), *one),
              HasSubstr("t.csv:3:2: 3 ids of the pairs are not known, 'q' being the first"));
  EXPECT_THAT(TruthRefusal(Write("t.csv", "id_a,id_b\nx,q\nr,s\n"), *one),
              HasSubstr("t.csv:2:2: no pair has two ids that are known; 'q' is the first that is not"));
  EXPECT_THAT(TruthRefusal(Write("t.csv", "id_a\nx\n"), *one), HasSubstr("t.csv:1: the file of pairs has one column"));
  EXPECT_THAT(TruthRefusal(Write("t.csv", "id_a,id_b\nx,y\nx,y,z\n"), *one),
              HasSubstr("t.csv:3:3: the row has 3 cells"));
  const auto two = Read({Write("b.csv", "id,name\nb1,Ann\n"), Write("c.csv", "id,name\nc1,Ann\n")}, {"id"});
  ASSERT_TRUE(two) << two.error().ToString();
  EXPECT_THAT(TruthRefusal(Write("t.csv", "id_a,id_b\nc1,b1\n"), *two), HasSubstr("have changed places"));
}

}  // namespace
}  // namespace weir::cli
