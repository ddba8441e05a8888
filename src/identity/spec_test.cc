#include "identity/spec.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "identity/compare.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

void ExpectSame(const LinkSpec& a, const LinkSpec& b) {
  ASSERT_EQ(a.fields.size(), b.fields.size());
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    EXPECT_EQ(a.fields[i].column, b.fields[i].column);
    EXPECT_EQ(a.fields[i].kind, b.fields[i].kind);
  }
  ASSERT_EQ(a.rules.size(), b.rules.size());
  for (std::size_t i = 0; i < a.rules.size(); ++i) {
    ASSERT_EQ(a.rules[i].size(), b.rules[i].size());
    for (std::size_t p = 0; p < a.rules[i].size(); ++p) {
      EXPECT_EQ(a.rules[i][p].column, b.rules[i][p].column);
      EXPECT_EQ(a.rules[i][p].form, b.rules[i][p].form);
    }
  }
  EXPECT_EQ(a.least_probability, b.least_probability);
  EXPECT_EQ(a.one_to_one, b.one_to_one);
}

TEST(SpecTest, WhatIsWrittenIsReadAgain) {
  const std::vector<std::string> odd{"name",
                                     "e-mail: work",
                                     "a:beginning",
                                     "\"quoted\" 'twice'",
                                     "back\\slash",
                                     "два слова",
                                     "line\nend",
                                     "\n\"\"\"'\t",
                                     "",
                                     "[[field]]",
                                     "tab\there",
                                     "'''",
                                     "\"\"\"",
                                     "# no"};
  LinkSpec spec;
  for (std::size_t i = 0; i < odd.size(); ++i) {
    spec.fields.push_back({odd[i], *FindFieldKind(i % 2 == 0 ? "name" : "email")});
    spec.rules.push_back({{odd[i], KeyForm::kWhole}, {odd[(i + 1) % odd.size()], KeyForm::kRest}});
  }
  for (const double least : {0.5, 0.9, 1e-9, 0.123456789012345, 1 - 1e-9}) {
    spec.least_probability = least;
    spec.one_to_one = !spec.one_to_one;
    const std::string written = ToToml(spec);
    const Result<LinkSpec> read = ReadSpec(written, "spec.toml");
    ASSERT_TRUE(read) << read.error().Whole().text << "\n" << written;
    ExpectSame(*read, spec);
    EXPECT_EQ(ToToml(*read), written);
  }
}

TEST(SpecTest, WhatIsLeftOutHasItsUsualValue) {
  const Result<LinkSpec> read = ReadSpec("[[field]]\ncolumn = 'name'\nkind = 'name'\n", "spec.toml");
  ASSERT_TRUE(read);
  ExpectSame(*read, {.fields = {{"name", FieldKind::kName}}});
}

struct Wrong {
  const char* text;
  std::uint64_t line;
  std::uint64_t column;
  const char* says;
};

TEST(SpecTest, ErrorsHaveAPlace) {
  const std::vector<Wrong> all{
      {"least_probability = 2\n", 1, 21, "not between 0 and 1"},
      {"\nleast_probability = 0\n", 2, 21, "not between 0 and 1"},
      {"least_probability = nan\n", 1, 21, "not between 0 and 1"},
      {"least_probability = 'much'\n", 1, 21, "not between 0 and 1"},
      {"one_to_one = 'no'\n", 1, 14, "neither true nor false"},
      {"rules = [['name'], []]\n", 1, 20, "no list of columns"},
      {"rules = ['name']\n", 1, 10, "no list of columns"},
      {"rules = [['name', 7]]\n", 1, 19, "no text"},
      {"rules = [['name:middle']]\n", 1, 11, "'middle' is no form of a key"},
      {"rules = 'name'\n", 1, 9, "'rules' is not known"},
      {"\n\n  thresold = 0.5\n", 3, 14, "'thresold' is not known"},
      {"field = [1]\n", 1, 10, "no table"},
      {"[[field]]\nkind = 'name'\n", 1, 1, "no column"},
      {"[[field]]\ncolumn = 'a'\n", 1, 1, "is no kind of field"},
      {"[[field]]\ncolumn = 'a'\nkind = 'nmae'\n", 1, 1, "'nmae' is no kind of field"},
      {"[[field]\n", 1, 9, "not TOML"},
      {"column = \xff\n", 1, 9, "not TOML"},
      {"", 0, 0, "names no field"},
  };
  for (const Wrong& wrong : all) {
    SCOPED_TRACE(wrong.text);
    const Result<LinkSpec> read = ReadSpec(wrong.text, "spec.toml");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), Code::kBadInput);
    EXPECT_EQ(read.error().place().file, "spec.toml");
    EXPECT_EQ(read.error().place().line, wrong.line);
    EXPECT_EQ(read.error().place().column, wrong.column);
    EXPECT_NE(read.error().message().find(wrong.says), std::string::npos) << read.error().message();
  }
  std::string many;
  for (std::size_t i = 0; i <= kMostFields; ++i) many += fmt::format("[[field]]\ncolumn = '{}'\nkind = 'name'\n", i);
  EXPECT_FALSE(ReadSpec(many, "spec.toml"));
}

// What the columns hold decides, and the header where it could be more than one thing.
TEST(SpecTest, ColumnsAreTakenForWhatTheyHold) {
  RandomStream random(1, "identity.spec_test");
  Rows rows;
  for (int i = 0; i < 500; ++i) {
    std::string title;
    for (int word = 0; word < 6; ++word) title += MadeUpWord(2, random) + " ";
    const std::string name = MadeUpWord(3, random);
    rows.push_back(
        {name,
         fmt::format("{:02}.{:02}.{:04}", random.Integer(1, 28), random.Integer(1, 12), random.Integer(1940, 2005)),
         fmt::format("{}@example.org", name), fmt::format("+1 202 555 {:04}", random.Integer(0, 9999)),
         fmt::format("{:05}", random.Integer(0, 99999)), fmt::format("{:.2f}", random.Uniform(1, 900)),
         fmt::format("{}x{}00", title, random.Integer(1, 99)), "always the same", "", i % 3 == 0 ? "-" : "n/a"});
  }
  const Table table =
      TableOf({"name", "born", "mail", "phone", "zip", "price", "title", "constant", "empty", "nothing"}, rows);
  const LinkSpec spec = ChooseSpec(table, Executor(1));
  const LinkSpec expected{.fields = {{"name", FieldKind::kName},
                                     {"born", FieldKind::kDate},
                                     {"mail", FieldKind::kEmail},
                                     {"phone", FieldKind::kCode},
                                     {"zip", FieldKind::kCode},
                                     {"price", FieldKind::kNumber},
                                     {"title", FieldKind::kText},
                                     {"title", FieldKind::kNumbers}}};
  ExpectSame(spec, expected);
  ExpectSame(ChooseSpec(table, Executor(3)), expected);
  EXPECT_TRUE(ChooseSpec(TableOf({"name"}, {}), Executor(1)).fields.empty());
  EXPECT_TRUE(ChooseSpec(Table{}, Executor(1)).fields.empty());
}

TEST(SpecTest, NoMoreFieldsThanAPatternHolds) {
  std::vector<std::string> header;
  Rows rows(3);
  for (std::size_t i = 0; i < kMostFields + 5; ++i) {
    header.push_back(fmt::format("column {}", i));
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row].push_back(fmt::format("value {}", row));
  }
  EXPECT_EQ(ChooseSpec(TableOf(header, rows), Executor(1)).fields.size(), kMostFields);
}

TEST(SpecTest, OfTooManyColumnsTheMostTellingStay) {
  std::vector<std::string> header;
  Rows rows(100);
  const auto add = [&](const std::string& name, const auto& cell) {
    header.push_back(name);
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row].push_back(cell(row));
  };
  for (int i = 0; i < 12; ++i) add(fmt::format("flag {}", i), [](std::size_t row) { return row % 2 == 0 ? "a" : "b"; });
  for (int i = 0; i < 5; ++i) {
    add(fmt::format("sparse {}", i), [](std::size_t row) { return row < 3 ? fmt::format("v{}", row) : std::string(); });
  }
  add("city", [](std::size_t row) { return fmt::format("city {}", row % 20); });
  add("note", [](std::size_t row) { return fmt::format("note {}", row); });
  add("phone", [](std::size_t row) { return fmt::format("555 01{:02}", row / 2); });
  std::vector<std::string> chosen;
  for (const FieldSpec& field : ChooseSpec(TableOf(header, rows), Executor(1)).fields) {
    if (field.kind != FieldKind::kNumbers) chosen.push_back(field.column);
  }
  ASSERT_EQ(chosen.size(), kMostFields);
  EXPECT_EQ((std::vector<std::string>(chosen.end() - 3, chosen.end())),
            (std::vector<std::string>{"city", "note", "phone"}));
  EXPECT_EQ(std::ranges::count_if(chosen, [](const std::string& name) { return name.starts_with("flag"); }), 12);
}

TEST(SpecTest, OfTooManyColumnsThoseOfTheRecordGoFirst) {
  std::vector<std::string> header;
  Rows rows(100);
  const auto add = [&](const std::string& name, int values) {
    header.push_back(name);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row].push_back(fmt::format("v {}", row % static_cast<std::size_t>(values)));
    }
  };
  const std::vector<std::string> of_record{"Lead Status", "Created Date", "Ответственный", "Дата изменения"};
  for (const std::string& name : of_record) add(name, 50);
  add("Birth date", 30);
  add("Дата рождения", 30);
  for (std::size_t i = 0; i < kMostFields - 2; ++i) add(fmt::format("field {}", i), 10);
  std::vector<std::string> chosen;
  for (const FieldSpec& field : ChooseSpec(TableOf(header, rows), Executor(1)).fields) chosen.push_back(field.column);
  for (const std::string& name : of_record) EXPECT_EQ(std::ranges::count(chosen, name), 0) << name;
  EXPECT_EQ(std::ranges::count(chosen, "Birth date"), 1);
  EXPECT_EQ(std::ranges::count(chosen, "Дата рождения"), 1);
}

}  // namespace
}  // namespace weir::identity
