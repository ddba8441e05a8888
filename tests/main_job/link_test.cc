// `weir link` through the program itself: what it prints, what it writes, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "program.h"

namespace weir::main_job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> LinesOf(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

class LinkTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("weir-link-job-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  Ran Link(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "link");
    Ran ran = RunWeir(folder_ / "home", arguments);
    EXPECT_FALSE(fs::exists(folder_ / "home")) << "a workspace was made";
    return ran;
  }
  json LinkJson(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--format", "json"});
    const Ran ran = Link(std::move(arguments));
    EXPECT_EQ(ran.status, 0) << ran.out << ran.error;
    return json::parse(ran.out, nullptr, false);
  }
  void ExpectRefused(const std::vector<std::string>& arguments, int status, const std::string& words) const {
    const Ran ran = Link(arguments);
    EXPECT_EQ(ran.status, status) << ran.out;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.error, HasSubstr(words));
  }

  // People, of whom every third is there twice, the second time with a typing error. Of two files the second ones are
  // in the other.
  struct People {
    std::string first = "id,name,town,birthday,phone\n";
    std::string second = "id,name,town,birthday,phone\n";
    std::string truth = "id_a,id_b\n";
  };
  static People MakePeople(int count, bool is_two) {
    RandomStream random(3, "link_test");
    const auto word = [&](std::int64_t letters) {
      std::string text;
      for (std::int64_t i = 0; i < letters; ++i) text.push_back(static_cast<char>('a' + random.Integer(0, 25)));
      return text;
    };
    People people;
    for (int i = 0; i < count; ++i) {
      std::string name = word(6) + " " + word(8);
      const std::string rest = fmt::format("{},19{:02}-{:02}-{:02},{}", word(2), random.Integer(30, 99),
                                           random.Integer(1, 12), random.Integer(1, 28), random.Integer(1e9, 9e9));
      people.first += fmt::format("a{},{},{}\n", i, name, rest);
      if (i % 3 != 0) continue;
      name[2] = '-';
      (is_two ? people.second : people.first) += fmt::format("b{},{},{}\n", i, name, rest);
      people.truth += fmt::format("a{0},b{0}\n", i);
    }
    return people;
  }

  fs::path folder_;
};

TEST_F(LinkTest, FindsTheDuplicatesOfOneFile) {
  const People people = MakePeople(300, false);
  const json found =
      LinkJson({Write("p.csv", people.first), "--truth", Write("t.csv", people.truth), "--out", Path("out")});
  EXPECT_EQ(found["records"], 400);
  EXPECT_GE(found["f1"].get<double>(), 0.99);
  EXPECT_GE(found["b_cubed"]["f1"].get<double>(), 0.99);
  for (const char* key : {"pairs_compared", "threshold", "seconds", "expected_precision", "expected_recall", "spec"}) {
    EXPECT_TRUE(found.contains(key)) << key;
  }
  for (const char* step : {"read", "prepare", "block", "learn", "compare", "cluster", "score", "write"}) {
    EXPECT_TRUE(found["steps"].contains(step)) << step;
  }
  ASSERT_FALSE(found["fields"].empty());
  for (const json& field : found["fields"]) {
    EXPECT_EQ(field["filled"], 400) << field;
    for (const json& level : field["levels"]) EXPECT_TRUE(level["m"].is_number() && level["u"].is_number()) << level;
  }

  const std::vector<std::string> links = LinesOf(folder_ / "out" / "links.csv");
  EXPECT_EQ(links.front(), "id_a,id_b,probability");
  EXPECT_EQ(links.size() - 1, found["links"].get<std::size_t>());
  EXPECT_TRUE(std::is_sorted(links.begin() + 1, links.end()));
  for (std::size_t i = 1; i < links.size(); ++i) {
    EXPECT_LT(links[i].substr(0, links[i].find(',')), links[i].substr(links[i].find(',') + 1)) << links[i];
  }
  const std::vector<std::string> clusters = LinesOf(folder_ / "out" / "clusters.csv");
  EXPECT_EQ(clusters.front(), "source,id,cluster");
  EXPECT_EQ(clusters.size(), 401U);
  std::set<std::string> numbers;
  for (std::size_t i = 1; i < clusters.size(); ++i) {
    numbers.insert(clusters[i].substr(clusters[i].rfind(',') + 1));
  }
  EXPECT_EQ(numbers.size(), found["clusters"].get<std::size_t>());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "out"), {}), 2) << "something unfinished is left";
}

TEST_F(LinkTest, LinksTwoFilesWithTheSameBytesForAnyThreads) {
  const People people = MakePeople(300, true);
  const std::string a = Write("a.csv", people.first);
  const std::string b = Write("b.csv", people.second);
  const json found = LinkJson({a, b, "--truth", Write("t.csv", people.truth), "--out", Path("one"), "--threads", "1"});
  EXPECT_GE(found["f1"].get<double>(), 0.99);
  const std::vector<std::string> links = LinesOf(folder_ / "one" / "links.csv");
  for (std::size_t i = 1; i < links.size(); ++i) EXPECT_THAT(links[i], testing::MatchesRegex("a[0-9]+,b[0-9]+,.*"));
  LinkJson({a, b, "--out", Path("three"), "--threads", "3"});
  for (const char* name : {"links.csv", "clusters.csv"}) {
    EXPECT_EQ(BytesOf(folder_ / "one" / name), BytesOf(folder_ / "three" / name)) << name;
  }
}

TEST_F(LinkTest, GoldenRecordsAreWrittenWhereTheyAreAskedFor) {
  const People people = MakePeople(90, false);
  const std::string file = Write("p.csv", people.first);
  const json found = LinkJson({file, "--out", Path("out"), "--golden"});
  const std::vector<std::string> golden = LinesOf(Path("out") + "/golden.csv");
  const std::vector<std::string> sources = LinesOf(Path("out") + "/golden_sources.csv");
  ASSERT_EQ(golden.size(), found["clusters"].get<std::size_t>() + 1);
  ASSERT_EQ(sources.size(), golden.size());
  EXPECT_EQ(golden[0], "cluster,name,town,birthday,phone");
  EXPECT_EQ(sources[0], golden[0]);
  // Each value stands in the record that is named for it.
  const std::vector<std::string> records = LinesOf(file);
  for (std::size_t row = 1; row < golden.size(); ++row) {
    std::stringstream cells(golden[row]);
    std::stringstream ids(sources[row]);
    std::string cell;
    std::string id;
    std::getline(cells, cell, ',');
    std::getline(ids, id, ',');
    EXPECT_EQ(cell, std::to_string(row));
    EXPECT_EQ(id, cell);
    while (std::getline(cells, cell, ',') && std::getline(ids, id, ',')) {
      const auto is_of = [&](const std::string& record) { return record.starts_with(id + ","); };
      const auto record = std::ranges::find_if(records, is_of);
      ASSERT_NE(record, records.end()) << id;
      EXPECT_THAT(*record + ",", HasSubstr("," + cell + ","));
    }
  }
  ExpectRefused({file, "--golden"}, 2, "--out");
}

TEST_F(LinkTest, ThePrintedSpecificationGivesTheSameLinks) {
  const People people = MakePeople(200, false);
  const std::string path = Write("p.csv", people.first);
  const Ran printed = Link({path, "--print-spec"});
  ASSERT_EQ(printed.status, 0) << printed.error;
  EXPECT_THAT(printed.out, AllOf(HasSubstr("least_probability"), HasSubstr("column = \"birthday\"")));
  const json free = LinkJson({path, "--out", Path("free")});
  const json bound = LinkJson({path, "--spec", Write("s.toml", printed.out), "--out", Path("bound")});
  EXPECT_EQ(free["spec"], bound["spec"]);
  EXPECT_EQ(BytesOf(folder_ / "free" / "links.csv"), BytesOf(folder_ / "bound" / "links.csv"));
}

TEST_F(LinkTest, TellsPeopleWhatItDid) {
  const People people = MakePeople(60, false);
  const std::string path = Write("p.csv", people.first);
  const Ran told = Link({path});
  EXPECT_EQ(told.status, 0);
  EXPECT_THAT(told.out, AllOf(HasSubstr("Expected precision"), HasSubstr("p.csv: 80, ids: id"), HasSubstr("birthday")));
  const Ran csv = Link({path, "--format", "csv", "--table", "fields"});
  EXPECT_THAT(csv.out, testing::StartsWith("column,kind,filled"));
}

TEST_F(LinkTest, SaysWhatIsLeftOut) {
  People people = MakePeople(60, false);
  people.first += "broken\n";
  std::string wide;
  std::istringstream lines(people.first);
  for (std::string line; std::getline(lines, line);) wide += line + (wide.empty() ? ",nothing\n" : ",\n");
  const json found = LinkJson({Write("p.csv", wide)});
  EXPECT_EQ(found["records"], 80);
  EXPECT_EQ(found["files"][0]["faulty"], 1);
  EXPECT_THAT(found["warnings"].dump(), AllOf(HasSubstr("1 rows cannot be read"), HasSubstr("nothing")));
}

TEST_F(LinkTest, RefusesWhatItCannotUse) {
  const std::string path = Write("p.csv", MakePeople(30, false).first);
  ExpectRefused({}, 2, "FILE");
  ExpectRefused({path, path}, 2, "is given twice");
  ExpectRefused({path, "--id", "nam"}, 1, "Did you mean 'name'?");
  ExpectRefused({path, "--spec", Path("none.toml")}, 1, "none.toml: there is no such file");
  ExpectRefused({path, "--spec", Write("s.toml", "[[field]]\ncolumn = \"twn\"\nkind = \"name\"\n")}, 1,
                "the specification names column 'twn', which is not there to be compared");
  ExpectRefused({path, "--spec", Write("s.toml", "[[field]]\ncolumn = \"town\"\nkind = \"nome\"\n")}, 1, "s.toml:1:1");
  ExpectRefused({path, "--spec", Write("s.toml", "x = [")}, 1, "s.toml:1");
  ExpectRefused({path, "--out", Path("p.csv")}, 1, "cannot write there");
  ExpectRefused({path, "--out", Path("p.csv") + "/out"}, 1, "cannot write there");
  ExpectRefused({Write("lone.csv", "id,name,town\n1,Ann,\n2,,York\n")}, 1, "lone.csv: no column holds values");
  ExpectRefused({Write("null.csv", "id,name,town\n1,,\n2,,\n3,,\n")}, 1, "null.csv");
  const Ran json_error = Link({path, "--id", "nam", "--format", "json"});
  EXPECT_EQ(json_error.status, 1);
  EXPECT_EQ(json::parse(json_error.out, nullptr, false)["code"], "bad_input") << json_error.out;
}

TEST_F(LinkTest, RowsThatAreTheSameAreOne) {
  EXPECT_EQ(LinkJson({Write("same.csv", "id,name\n1,Ann\n2,Ann\n3,Ann\n")})["clusters"], 1);
  EXPECT_EQ(LinkJson({Write("two.csv", "id,name,town\n1,Ann Lee,York\n2,Ann Lee,York\n3,Bo Ray,Hull\n")})["clusters"],
            2);
}

// All records have one name: the work and the memory are bounded, and what says nothing links nothing.
TEST_F(LinkTest, OneGiantBlockEnds) {
  RandomStream random(5, "giant");
  std::string text = "id,name,town,phone\n";
  for (int i = 0; i < 200'000; ++i) {
    text += fmt::format("{},John Smith,{},{}\n", i, i % 2 == 0 ? "Rome" : "Oslo", random.Integer(1e9, 9e9));
  }
  const json found = LinkJson({Write("giant.csv", text), "--out", Path("out")});
  EXPECT_EQ(found["records"], 200'000);
  EXPECT_LT(found["pairs_compared"].get<double>(), 200'000.0 * 300);
  EXPECT_LT(found["links"].get<double>(), 200'000.0 * 300);
  EXPECT_LT(found["peak_memory_bytes"].get<double>(), 1e9);
}

TEST_F(LinkTest, HugeCellsAreComparedByTheirBeginning) {
  People people = MakePeople(60, false);
  const std::string huge(1'000'000, 'x');
  people.first += "h1," + huge + ",zz,1950-01-01,5\nh2," + huge + ",zz,1950-01-01,5\n";
  const json found = LinkJson({Write("p.csv", people.first), "--out", Path("out")});
  EXPECT_EQ(found["records"], 82);
  EXPECT_THAT(BytesOf(folder_ / "out" / "links.csv"), HasSubstr("h1,h2,"));
}

}  // namespace
}  // namespace weir::main_job
