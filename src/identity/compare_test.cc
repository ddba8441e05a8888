#include "identity/compare.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/comparer.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

constexpr std::array kAllKinds{FieldKind::kName,   FieldKind::kText,  FieldKind::kCode,   FieldKind::kDate,
                               FieldKind::kNumber, FieldKind::kEmail, FieldKind::kNumbers};

Field FieldOf(const std::vector<std::string>& cells, FieldKind kind) {
  TextColumn column("column");
  for (const std::string& cell : cells) column.Add(cell);
  return PrepareField(column, kind);
}

// The name of the level of two cells; others of the field only where they are given.
std::string Level(FieldKind kind, const std::string& a, const std::string& b, std::vector<std::string> others = {}) {
  others.insert(others.begin(), {a, b});
  const Field field = FieldOf(others, kind);
  return std::string(LevelsOf(kind)[LevelOf(field, field.codes[0], field.codes[1])]);
}

std::uint8_t Rank(FieldKind kind, const std::string& a, const std::string& b, std::vector<std::string> others = {}) {
  others.insert(others.begin(), {a, b});
  const Field field = FieldOf(others, kind);
  return LevelOf(field, field.codes[0], field.codes[1]);
}

// Cells of every sort, with much in common, among them what is empty, ill-formed and no value of the kind at all.
std::vector<std::string> RandomCells(FieldKind kind, RandomStream& random) {
  std::vector<std::string> cells{"", "-", "n/a", "ann", "ann", "a", "\xff\xfe", "Ёлкина", "élan vital"};
  const int count = kind == FieldKind::kNumber ? 500 : 60;  // how near is near is learnt from the numbers
  for (int i = 0; i < count; ++i) {
    std::string cell;
    switch (kind) {
      case FieldKind::kDate:
        cell =
            fmt::format("{:04}-{:02}-{:02}", random.Integer(1989, 1992), random.Integer(1, 12), random.Integer(1, 31));
        break;
      case FieldKind::kNumber:
        cell = fmt::format("{:.2f}", random.Uniform(0, 1000));
        break;
      case FieldKind::kCode:
        cell = fmt::format("{:06}", random.Integer(0, 999'999) % 1009);
        break;
      case FieldKind::kEmail:
        cell = fmt::format("{}@{}.org", MadeUpWord(2, random), MadeUpWord(1, random));
        break;
      default:
        for (std::int64_t word = random.Integer(1, 6); word > 0; --word) {
          cell += random.Chance(0.3) ? fmt::format("{}x{} ", random.Integer(1, 30), random.Integer(1, 3))
                                     : MadeUpWord(random.Integer(1, 2), random) + " ";
        }
    }
    if (random.Chance(0.3)) cell = WithTypo(std::move(cell), random);
    cells.push_back(cell);
    if (random.Chance(0.5)) cells.push_back(WithTypo(cell, random));
  }
  return cells;
}

TEST(CompareTest, IsSymmetricMissingIsZeroAndEqualIsTheTop) {
  RandomStream random(1, "identity.compare_test");
  for (const FieldKind kind : kAllKinds) {
    SCOPED_TRACE(NameOf(kind));
    std::vector<bool> is_met(kMostLevels, false);
    for (int round = 0; round < (kind == FieldKind::kNumber ? 1 : 10); ++round) {
      const Field field = FieldOf(RandomCells(kind, random), kind);
      for (std::uint32_t a = 0; a < field.values.size(); ++a) {
        for (std::uint32_t b = 0; b < field.values.size(); ++b) {
          const std::uint8_t level = LevelOf(field, a, b);
          ASSERT_EQ(level, LevelOf(field, b, a)) << field.values.At(a) << " | " << field.values.At(b);
          ASSERT_LT(level, LevelsOf(kind).size());
          ASSERT_EQ(level == 0, a == kNone || b == kNone);
          if (a == b && a != kNone) {
            ASSERT_EQ(level, TopLevel(kind));
          }
          if (a != b) {
            ASSERT_NE(level, TopLevel(kind));
          }
          is_met[level] = true;
        }
      }
    }
    // The values are such that every level is met: none is beyond reach.
    for (std::size_t level = 0; level < LevelsOf(kind).size(); ++level) {
      EXPECT_TRUE(is_met[level]) << LevelsOf(kind)[level];
    }
  }
}

TEST(CompareTest, TextSimilarityIsSymmetricAndBetweenZeroAndOne) {
  RandomStream random(2, "identity.compare_test");
  for (int round = 0; round < 10; ++round) {
    const Field field = FieldOf(RandomCells(FieldKind::kText, random), FieldKind::kText);
    for (std::uint32_t a = 1; a < field.values.size(); ++a) {
      for (std::uint32_t b = 1; b < field.values.size(); ++b) {
        const double alike = TextSimilarity(field, a, b);
        ASSERT_EQ(alike, TextSimilarity(field, b, a));
        ASSERT_GE(alike, 0);
        ASSERT_LE(alike, 1 + 1e-6);
        if (a == b) {
          ASSERT_NEAR(alike, 1, 1e-6) << field.values.At(a);
        }
      }
    }
  }
}

TEST(CompareTest, Names) {
  using enum FieldKind;
  EXPECT_EQ(Level(kName, "Martha", "MÁRTHA"), "equal");
  EXPECT_EQ(Level(kName, "Martha", "Marhta"), "one letter differs");
  EXPECT_EQ(Level(kName, "Jonathan", "Jonathon"), "one letter differs");
  EXPECT_EQ(Level(kName, "Ann Marie", "Marie Ann"), "same words");
  EXPECT_EQ(Level(kName, "Ann-Marie", "Annmarie"), "same words");
  EXPECT_EQ(Level(kName, "A.", "Alexander"), "short form");
  EXPECT_EQ(Level(kName, "Alex", "Alexander"), "short form");
  EXPECT_EQ(Level(kName, "Ritz-Carlton Restaurant", "Restaurant Ritz-Carlton Atlanta"), "short form");
  EXPECT_EQ(Level(kName, "Palace", "Shun Lee Palace"), "differs");  // one word is too little
  EXPECT_EQ(Level(kName, "Lee Lee Palace", "Palace of Shun Lee"), "differs");
  EXPECT_EQ(Level(kName, "Robert", "Bill"), "differs");
  EXPECT_EQ(Level(kName, "Willaroo", "Willarong"), "much alike");
  EXPECT_EQ(Level(kName, "Robert", ""), "missing");
  EXPECT_EQ(Level(kName, "n/a", "n/a"), "missing");
}

TEST(CompareTest, NamesThatStandInEachOthersColumnsAreTheSameWords) {
  using enum FieldKind;
  std::vector<Field> fields{FieldOf({"Anna", "Petrova", "Anna", "", "Kim", "Oleg"}, kName),
                            FieldOf({"Petrova", "Anna", "Petrova", "Anna", "Kim", "Petrova"}, kName)};
  const auto levels = [&](std::uint32_t a, std::uint32_t b) {
    const Comparer comparer(fields, fields[0].codes.size(), Executor(1));
    std::vector<Pattern> found(1);
    comparer.Patterns(std::vector<Comparer::Pair>{{a, b}}, found);
    EXPECT_EQ(found[0], PatternOf(fields, a, b));
    EXPECT_EQ(PatternOf(fields, a, b), PatternOf(fields, b, a));
    return std::pair(LevelIn(found[0], 0), LevelIn(found[0], 1));
  };
  fields[0].column = "Company name";
  fields[1].column = "City";
  FindSwaps(fields);
  EXPECT_EQ(levels(0, 1), std::pair(std::uint8_t{1}, std::uint8_t{1}));
  for (const auto& [given, family] :
       {std::pair("First name", "Last name"), std::pair("Имя", "Фамилия"), std::pair("given_name", "surname")}) {
    fields[0].column = given;
    fields[1].column = family;
    fields[0].swaps = SIZE_MAX;
    FindSwaps(fields);
    EXPECT_EQ(levels(0, 1), std::pair(kSwappedNames, kSwappedNames)) << given;
    EXPECT_EQ(levels(0, 2), std::pair(TopLevel(kName), TopLevel(kName)));
    EXPECT_EQ(levels(0, 3).first, 0);  // one is missing
    EXPECT_EQ(levels(0, 4), std::pair(std::uint8_t{1}, std::uint8_t{1}));
    EXPECT_EQ(levels(1, 5).second, 1);  // half of it
  }
}

TEST(CompareTest, TextsAreMoreAlikeTheMoreTheyShare) {
  using enum FieldKind;
  const std::vector<std::string> others{"the golden river hotel and restaurant", "the hotel of the two lions",
                                        "golden lion restaurant and bar", "hotel of the north sea and the river"};
  const std::string title = "golden lion hotel and restaurant of the old town";
  EXPECT_EQ(Level(kText, title, "Golden Lion: Hotel and restaurant of the old town!", others), "equal");
  const std::uint8_t swapped = Rank(kText, title, "hotel and restaurant golden lion of the old town", others);
  const std::uint8_t typo = Rank(kText, title, "goldne lion hotel and restaurant of the old town", others);
  const std::uint8_t shorter = Rank(kText, title, "golden lion hotel", others);
  const std::uint8_t other = Rank(kText, title, "museum of stamps", others);
  EXPECT_GE(swapped, 8);
  EXPECT_GE(typo, 7);
  EXPECT_LT(shorter, typo);
  EXPECT_GT(shorter, other);
  EXPECT_EQ(other, 1);
}

TEST(CompareTest, Codes) {
  using enum FieldKind;
  EXPECT_EQ(Level(kCode, "SW1A 1AA", "sw1a1aa"), "equal");
  EXPECT_EQ(Level(kCode, "2025550143", "20255501437"), "one character differs");
  EXPECT_EQ(Level(kCode, "2025550143", "2025550134"), "one character differs");
  EXPECT_EQ(Level(kCode, "2025550143", "2025550789"), "same beginning or end");
  EXPECT_EQ(Level(kCode, "2025550143", "3125550143"), "two characters differ");
  EXPECT_EQ(Level(kCode, "+1 202 555 0143", "202 555 0143"), "one character differs");
  EXPECT_EQ(Level(kCode, "+44 202 555 0143", "202 555 0143"), "two characters differ");
  EXPECT_EQ(Level(kCode, "2025550143", "9318446270"), "differs");
}

TEST(CompareTest, Dates) {
  using enum FieldKind;
  EXPECT_EQ(Level(kDate, "1971-06-24", "24.06.1971"), "equal");
  EXPECT_EQ(Level(kDate, "1971-06-04", "1971-04-06"), "one digit differs or day and month swapped");
  EXPECT_EQ(Level(kDate, "1971-06-24", "1977-06-24"), "one digit differs or day and month swapped");
  EXPECT_EQ(Level(kDate, "1971-06-24", "1956-06-24"), "two parts agree");
  EXPECT_EQ(Level(kDate, "1971-01-01", "1971-06-24"), "same year or day of year");
  EXPECT_EQ(Level(kDate, "1971-06-24", "1974-11-08"), "within ten years");
  EXPECT_EQ(Level(kDate, "1971-06-24", "1934-11-08"), "differs");
  EXPECT_EQ(Level(kDate, "1971-06-24", "soon"), "differs");
}

TEST(CompareTest, NumbersByHowFarOthersAreApart) {
  using enum FieldKind;
  std::vector<std::string> others;
  others.reserve(500);
  for (int i = 0; i < 500; ++i) others.push_back(fmt::format("{}", 2 * i));
  EXPECT_EQ(Level(kNumber, "1,000.00", "1000", others), "equal");
  EXPECT_EQ(Level(kNumber, "500", "500.4", others), "very near");
  EXPECT_EQ(Level(kNumber, "500", "900", others), "differs");
  std::uint8_t before = TopLevel(kNumber);
  for (const char* further : {"501", "504", "520", "560", "990"}) {
    const std::uint8_t now = Rank(kNumber, "500", further, others);
    EXPECT_LE(now, before) << further;
    before = now;
  }
  EXPECT_EQ(before, 1);
  EXPECT_EQ(Level(kNumber, "500", "many", others), "differs");
}

TEST(CompareTest, Emails) {
  using enum FieldKind;
  EXPECT_EQ(Level(kEmail, "Ann.Smith@Example.org", "ann.smith@example.org"), "equal");
  EXPECT_EQ(Level(kEmail, "ann.smith@example.org", "ann.smith@example.com"), "same name at another host");
  EXPECT_EQ(Level(kEmail, "ann.smith@example.org", "ann.smtih@example.org"), "one letter of the name differs");
  EXPECT_EQ(Level(kEmail, "ann.smith@example.org", "ann.smithson@example.org"), "name alike");
  EXPECT_EQ(Level(kEmail, "ann.smith@example.org", "bob@example.org"), "differs");
}

TEST(CompareTest, ModelNumbersInTitles) {
  using enum FieldKind;
  const std::vector<std::string> others{"Camera 12 MP", "Case 12", "Lens 50mm 12"};
  EXPECT_EQ(Level(kNumbers, "Sony DSC-W120 camera", "Sony Cybershot DSCW120", others), "one has all of the other's");
  EXPECT_EQ(Level(kNumbers, "Sony W120 camera", "Camera W120 by Sony", others), "equal");
  EXPECT_EQ(Level(kNumbers, "Sony W120 camera", "Sony W150 camera", others), "none shared");
  EXPECT_EQ(Level(kNumbers, "Sony W120 camera 7 MP", "Sony W120", others), "one has all of the other's");
  EXPECT_EQ(Level(kNumbers, "Sony W120 7 MP", "Sony W120 8 MP", others), "a rare one shared");
  EXPECT_EQ(Level(kNumbers, "Camera W120 12", "Camera W150 12", others), "a common one shared");
  EXPECT_EQ(Level(kNumbers, "Camera", "Camera W120", others), "missing");
}

TEST(CompareTest, PatternsHoldTheLevelsOfAllFields) {
  std::vector<Field> fields;
  fields.reserve(kMostFields);
  for (std::size_t i = 0; i < kMostFields; ++i) {
    fields.push_back(FieldOf({"ann", i % 2 == 0 ? "ann" : "robert", i % 3 == 0 ? "" : "anne"}, FieldKind::kName));
  }
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      const Pattern pattern = PatternOf(fields, a, b);
      for (std::size_t i = 0; i < kMostFields; ++i) {
        EXPECT_EQ(LevelIn(pattern, i), LevelOf(fields[i], fields[i].codes[a], fields[i].codes[b]));
      }
    }
  }
  EXPECT_LE(LevelsOf(FieldKind::kText).size(), kMostLevels);
}

// A cell with an error: a letter more, less or other, two swapped, words parted otherwise or only the beginning kept.
std::string WithError(std::string cell, RandomStream& random) {
  if (cell.size() < 2) return cell;
  const auto at = static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(cell.size()) - 2));
  switch (random.Integer(0, 7)) {
    case 0:
      cell.insert(at, 1, static_cast<char>('a' + random.Integer(0, 25)));
      break;
    case 1:
      cell.erase(at, 1);
      break;
    case 2:
      cell[at] = static_cast<char>('0' + random.Integer(0, 9));
      break;
    case 3:
      std::swap(cell[at], cell[at + 1]);
      break;
    case 4:
      std::erase(cell, ' ');
      break;
    case 5:
      cell.resize(at + 1);
      break;
    case 6:
      cell = "of " + cell.substr(cell.find(' ') + 1) + " " + cell.substr(0, cell.find(' '));
      break;
    default:
      cell = cell.substr(at) + " " + cell.substr(0, at);
  }
  return cell;
}

// What outlines and sketches tell is what the values themselves would.
TEST(ComparerTest, FindsTheLevelsOfEachField) {
  for (const FieldKind kind : kAllKinds) {
    std::array<std::size_t, kMostLevels> of_level{};
    for (std::uint64_t round = 0; round < 6; ++round) {
      RandomStream random(round, "identity.comparer_test", static_cast<std::uint64_t>(kind));
      std::vector<std::string> cells = RandomCells(kind, random);
      if (cells.size() > 80) cells.resize(80);
      cells.push_back(std::string(300, 'x') + cells.back());
      const std::size_t clean = cells.size();
      for (std::size_t i = 0; i < clean; ++i) cells.push_back(WithError(cells[i], random));
      // One field, and so many that a record takes three lines.
      const std::vector<Field> fields(round % 2 == 0 ? 1 : 13, FieldOf(cells, kind));
      const Comparer comparer(fields, cells.size(), Executor(2));
      std::vector<Comparer::Pair> pairs;
      for (std::uint32_t a = 0; a < cells.size(); ++a) {
        for (std::uint32_t b = 0; b < cells.size(); ++b) pairs.push_back({a, b});
      }
      std::vector<Pattern> patterns(pairs.size());
      comparer.Patterns(pairs, patterns);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(patterns[i], PatternOf(fields, pairs[i].a, pairs[i].b))
            << NameOf(kind) << ": " << cells[pairs[i].a] << " | " << cells[pairs[i].b];
        ++of_level.at(LevelIn(patterns[i], 0));
      }
    }
    EXPECT_GT(of_level[1], 0U) << NameOf(kind);
    EXPECT_GT(of_level.at(TopLevel(kind) - 1), 0U) << NameOf(kind);
  }
}

TEST(ComparerTest, NoPairIsNoWork) {
  const std::vector<Field> fields{FieldOf({"ann", "bob"}, FieldKind::kName)};
  Comparer(fields, 2, Executor(1)).Patterns({}, {});
}

}  // namespace
}  // namespace weir::identity
