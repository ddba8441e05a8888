#include "identity/link.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/scorer.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

LinkSpec SpecOf(const Table& table) { return ChooseSpec(table, Executor(1)); }

LinkResult Linked(const Table& table, const LinkSpec& spec, const Decisions& decisions = {}, int threads = 2) {
  Result<LinkResult> result = Link(table, spec, decisions, Executor(threads), std::stop_token());
  EXPECT_TRUE(result) << (result ? "" : result.error().message());
  return result ? *std::move(result) : LinkResult{};
}

LinkResult Linked(const Table& table) { return Linked(table, SpecOf(table)); }

// What is told is sound in itself, whatever the records are.
void ExpectSound(const Table& table, const LinkResult& result) {
  ASSERT_EQ(result.clusters.size(), table.rows);
  for (std::uint32_t i = 0; i < table.rows; ++i) {
    ASSERT_LE(result.clusters[i], i);
    ASSERT_EQ(result.clusters[result.clusters[i]], result.clusters[i]);
  }
  for (std::size_t i = 0; i < result.pairs.size(); ++i) {
    const ScoredPair& pair = result.pairs[i];
    ASSERT_LT(pair.a, pair.b);
    ASSERT_LT(pair.b, table.rows);
    ASSERT_TRUE(std::isfinite(pair.weight));
    if (table.IsTwo()) {
      ASSERT_TRUE(pair.a < table.second_begins && pair.b >= table.second_begins);
    }
    if (i > 0) {
      ASSERT_LT(RecordPair(result.pairs[i - 1].a, result.pairs[i - 1].b), RecordPair(pair.a, pair.b));
    }
  }
  EXPECT_LE(result.pairs.size(), result.pairs_compared);
  for (const double share : {result.expected_precision, result.expected_recall}) {
    EXPECT_GE(share, 0);
    EXPECT_LE(share, 1);
  }
}

void ExpectSame(const LinkResult& a, const LinkResult& b) {
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.pairs_compared, b.pairs_compared);
  EXPECT_EQ(a.expected_precision, b.expected_precision);
  EXPECT_EQ(a.expected_recall, b.expected_recall);
  EXPECT_EQ(a.model.prior, b.model.prior);
  EXPECT_EQ(a.model.log_likelihood, b.model.log_likelihood);
  ASSERT_EQ(a.pairs.size(), b.pairs.size());
  for (std::size_t i = 0; i < a.pairs.size(); ++i) {
    ASSERT_EQ(a.pairs[i].a, b.pairs[i].a);
    ASSERT_EQ(a.pairs[i].b, b.pairs[i].b);
    ASSERT_EQ(a.pairs[i].weight, b.pairs[i].weight);
  }
}

TEST(LinkTest, FindsPeopleWhoAreThereTwice) {
  const People people = MakePeople(5000, 1);
  const LinkResult result = Linked(people.table);
  ExpectSound(people.table, result);
  const PairScores scores = ScoresOf(result.clusters, people.persons);
  EXPECT_GT(scores.real, 800U);
  EXPECT_GE(scores.Precision(), 0.99);
  EXPECT_GE(scores.Recall(), 0.98);
  EXPECT_NEAR(result.expected_precision, scores.Precision(), 0.03);
  EXPECT_NEAR(result.expected_recall, scores.Recall(), 0.03);
}

TEST(LinkTest, TheSameBytesForAnyNumberOfThreads) {
  People people = MakePeople(2500, 2);
  for (const bool is_two : {false, true}) {
    if (is_two) people.table.second_begins = 1000;
    const LinkSpec spec = SpecOf(people.table);
    const LinkResult one = Linked(people.table, spec, {}, 1);
    ExpectSound(people.table, one);
    for (const int threads : {2, 5}) ExpectSame(Linked(people.table, spec, {}, threads), one);
  }
}

TEST(LinkTest, TheOrderOfRowsHasNoPart) {
  People people = MakePeople(2500, 3);
  RandomStream random(3, "identity.link_test");
  for (const bool is_two : {false, true}) {
    if (is_two) people.table.second_begins = 1100;
    const LinkSpec spec = SpecOf(people.table);
    const LinkResult before = Linked(people.table, spec);
    for (int round = 0; round < 2; ++round) {
      const std::vector<std::uint32_t> order = Shuffled(people.table.rows, random, people.table.second_begins);
      const LinkResult after = Linked(Permuted(people.table, order), spec);
      // As the rows are numbered there.
      std::vector<std::uint32_t> first(people.table.rows, UINT32_MAX);
      for (std::uint32_t i = 0; i < order.size(); ++i) {
        first[after.clusters[i]] = std::min(first[after.clusters[i]], order[i]);
      }
      std::vector<std::uint32_t> named(people.table.rows);
      for (std::uint32_t i = 0; i < order.size(); ++i) named[order[i]] = first[after.clusters[i]];
      EXPECT_EQ(named, before.clusters);
      std::map<RecordPair, float> weights;
      for (const ScoredPair& pair : after.pairs) weights[std::minmax(order[pair.a], order[pair.b])] = pair.weight;
      ASSERT_EQ(weights.size(), before.pairs.size());
      for (const ScoredPair& pair : before.pairs) ASSERT_EQ(weights.at({pair.a, pair.b}), pair.weight);
    }
  }
}

// However few they are, and whatever columns are empty or the same everywhere.
TEST(LinkTest, RecordsThatHoldTheSameAreOne) {
  const std::vector<std::string> header{"name", "born", "email", "phone"};
  const Rows different{{"Ann Smith", "1971-06-24", "ann@example.org", "+12025550123"},
                       {"Bob Jones", "1980-01-02", "bob@example.com", "+12025550199"},
                       {"Eva Brown", "1955-11-30", "eva@example.net", "+13105550100"}};
  for (const std::size_t columns : {1, 2, 4}) {
    for (const bool is_dropped : {false, true}) {  // the last column holds nothing
      if (is_dropped && columns == 1) continue;
      for (const std::size_t persons : {1, 2, 3}) {
        for (const std::size_t times : {2, 3, 10, 60}) {
          Rows rows;
          std::vector<std::uint32_t> expected;
          for (std::size_t i = 0; i < persons * times; ++i) {
            rows.push_back(different[i % persons]);
            rows.back().resize(columns);
            if (is_dropped) rows.back().back() = "n/a";
            expected.push_back(static_cast<std::uint32_t>(i % persons));
          }
          const Table table = TableOf({header.begin(), header.begin() + static_cast<std::ptrdiff_t>(columns)}, rows);
          const LinkResult result = Linked(table);
          ExpectSound(table, result);
          EXPECT_EQ(result.clusters, expected) << columns << " columns, " << persons << " persons, " << times;
        }
      }
    }
  }
  // One is there twice, another once.
  const Table three = TableOf(header, {different[0], different[0], different[1]});
  EXPECT_EQ(Linked(three).clusters, (std::vector<std::uint32_t>{0, 0, 2}));
  // Two files of one row each.
  const Table two = TableOf(header, {different[0], different[0]}, 1);
  EXPECT_EQ(Linked(two).clusters, (std::vector<std::uint32_t>{0, 0}));
  // What somebody parted is none, among many as well.
  Rows rows(60, different[0]);
  rows.resize(64, different[1]);
  const Table many = TableOf(header, rows);
  const LinkResult parted = Linked(many, SpecOf(many), {.apart = {{3, 5}}});
  EXPECT_NE(parted.clusters[3], parted.clusters[5]);
}

TEST(LinkTest, ManyThatHoldTheSameAreBoundedWork) {
  Table table = TableOf({"name", "note"}, {});
  for (int i = 0; i < 200'000; ++i) {
    table.columns[0].Add("garcia");
    table.columns[1].Add({});
  }
  table.rows = table.second_begins = 200'000;
  const LinkResult all = Linked(table);
  EXPECT_LT(all.pairs_compared, table.rows);
  EXPECT_EQ(std::ranges::count(all.clusters, 0U), 200'000);
  // One other, so that there is something to compare.
  table.columns[0].Add("lopez");
  table.columns[1].Add({});
  table.rows = table.second_begins = 200'001;
  const LinkResult most = Linked(table);
  EXPECT_LE(most.pairs_compared, 200 * table.rows);
  EXPECT_EQ(std::ranges::count(most.clusters, 0U), 200'000);
}

// Groups that are too large to list all of their pairs: those are reckoned with all the same.
TEST(LinkTest, WhatIsExpectedOfManyThatHoldTheSame) {
  constexpr std::size_t kTimes = 120;
  const People people = MakePeople(400, 17);
  Table repeated;
  repeated.rows = repeated.second_begins = people.table.rows * kTimes;
  for (const TextColumn& column : people.table.columns) {
    TextColumn& to = repeated.columns.emplace_back(column.name());
    for (std::size_t row = 0; row < repeated.rows; ++row) to.Add(column.At(row % people.table.rows));
  }
  const LinkResult result = Linked(repeated);
  ASSERT_GT(result.equal.size(), 40'000U);
  EXPECT_GT(result.expected_precision, 0.99);
  EXPECT_LE(result.expected_precision, 1);
  EXPECT_GT(result.expected_recall, 0.99);
}

TEST(LinkTest, DecisionsThatNameNoTwoRecordsAreRefused) {
  const People people = MakePeople(100, 13);
  for (const Decisions& decisions : {Decisions{.same = {{1, 100}}}, Decisions{.apart = {{UINT32_MAX, 0}}},
                                     Decisions{.same = {{7, 7}}}, Decisions{.apart = {{0, 1}, {9, 9}}}}) {
    const auto result = Link(people.table, SpecOf(people.table), decisions, Executor(1), std::stop_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kBadInput);
  }
}

// One partner at most: what was decided first holds.
TEST(LinkTest, OfTwoDecisionsThatGiveARecordTwoPartnersTheFirstHolds) {
  People people = MakePeople(300, 14);
  people.table.second_begins = 150;
  const Decisions decisions{.same = {{4, 200}, {4, 201}, {5, 201}, {6, 200}}};
  const LinkResult result = Linked(people.table, SpecOf(people.table), decisions);
  EXPECT_EQ(result.clusters[200], 4U);
  EXPECT_EQ(result.clusters[201], 5U);
  EXPECT_EQ(std::ranges::count(result.clusters, result.clusters[4]), 2);
}

TEST(LinkTest, DecisionsOutrankTheModelAndCanBeTakenBack) {
  const People people = MakePeople(1500, 4);
  const LinkSpec spec = SpecOf(people.table);
  const LinkResult before = Linked(people.table, spec);
  // Two pairs that the model is sure of, parted; two pairs of strangers, joined.
  Decisions decisions;
  for (std::uint32_t i = 0; i < people.table.rows && decisions.apart.size() < 2; ++i) {
    if (before.clusters[i] != i) decisions.apart.emplace_back(i, before.clusters[i]);
  }
  ASSERT_EQ(decisions.apart.size(), 2U);
  for (std::uint32_t i = 0; i < people.table.rows && decisions.same.size() < 2; ++i) {
    if (before.clusters[i] == i && people.persons[i] != people.persons[i + 700])
      decisions.same.emplace_back(i + 700, i);
  }
  const LinkResult decided = Linked(people.table, spec, decisions);
  ExpectSound(people.table, decided);
  for (const auto& [a, b] : decisions.apart) EXPECT_NE(decided.clusters[a], decided.clusters[b]);
  for (const auto& [a, b] : decisions.same) EXPECT_EQ(decided.clusters[a], decided.clusters[b]);
  ExpectSame(Linked(people.table, spec), before);
}

TEST(LinkTest, TwoFilesGiveNoRecordTwoPartners) {
  // The second file has the people of the first, with errors.
  RandomStream random(5, "identity.link_test");
  const People people = MakePeople(800, 5);
  Rows rows;
  std::vector<std::uint32_t> persons;
  std::set<std::uint32_t> seen;
  for (const bool is_second : {false, true}) {
    seen.clear();
    for (std::uint32_t row = 0; row < people.table.rows; ++row) {
      if (!seen.insert(people.persons[row]).second) continue;
      std::vector<std::string>& cells = rows.emplace_back();
      for (const TextColumn& column : people.table.columns) {
        std::string cell(column.At(row));
        if (is_second && random.Chance(0.15)) cell = WithTypo(std::move(cell), random);
        cells.push_back(std::move(cell));
      }
      persons.push_back(people.persons[row]);
    }
  }
  const Table table = TableOf({"given_name", "surname", "birth_date", "city", "phone", "email"}, rows, rows.size() / 2);
  LinkSpec spec = SpecOf(table);
  const LinkResult result = Linked(table, spec);
  ExpectSound(table, result);
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t cluster : result.clusters) ++sizes[cluster];
  for (const auto& [cluster, size] : sizes) EXPECT_LE(size, 2U);
  EXPECT_GE(ScoresOf(result.clusters, persons).F1(), 0.99);
  spec.one_to_one = false;
  EXPECT_GE(ScoresOf(Linked(table, spec).clusters, persons).F1(), 0.98);
}

TEST(LinkTest, ASpecificationIsUsedAsItIsWritten) {
  const People people = MakePeople(1000, 6);
  LinkSpec spec{.fields = {{"surname", FieldKind::kName}, {"phone", FieldKind::kCode}, {"email", FieldKind::kEmail}},
                .rules = {{{"phone", KeyForm::kWhole}}, {{"surname", KeyForm::kBeginning}, {"email", KeyForm::kRest}}},
                .least_probability = 0.9};
  const LinkResult result = Linked(people.table, spec);
  ASSERT_EQ(result.fields.size(), 3U);
  EXPECT_EQ(result.fields[1].column, "phone");
  ASSERT_EQ(result.rules.size(), 2U);
  EXPECT_EQ(result.rules[1].rule, "surname (beginning) + email (rest)");
  EXPECT_GE(ScoresOf(result.clusters, people.persons).Precision(), 0.97);
  const Result<LinkSpec> read = ReadSpec(ToToml(spec), "spec.toml");
  ASSERT_TRUE(read);
  ExpectSame(Linked(people.table, *read), result);
}

TEST(LinkTest, ASpecificationThatDoesNotFitIsRefused) {
  const People people = MakePeople(100, 7);
  const auto refused = [&](const LinkSpec& spec, std::string_view says) {
    const Result<LinkResult> result = Link(people.table, spec, {}, Executor(1), std::stop_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kBadInput);
    EXPECT_NE(result.error().message().find(says), std::string::npos) << result.error().message();
  };
  const std::vector<FieldSpec> fields{{"surname", FieldKind::kName}, {"birth_date", FieldKind::kDate}};
  refused({}, "no column");
  refused({.fields = {{"nickname", FieldKind::kName}}}, "'nickname'");
  refused({.fields = fields, .rules = {{{"city"}}}}, "'city'");
  // Words are keys of texts, and stand alone; a name has no rest.
  refused({.fields = fields, .rules = {{{"surname", KeyForm::kWords}}}}, "'surname'");
  refused({.fields = fields, .rules = {{{"surname", KeyForm::kRest}}}}, "'surname'");
  refused({.fields = fields, .rules = {{{"birth_date", KeyForm::kParts}}}}, "'birth_date'");
  refused({.fields = fields, .rules = {{{"birth_date"}, {"surname", KeyForm::kParts}}}}, "'surname'");
}

TEST(LinkTest, TablesWithNothingToCompare) {
  for (const Rows& rows : {Rows{}, Rows{{"ann", "1"}}, Rows{{"", "-"}, {"", "n/a"}, {"", ""}}}) {
    const Table table = TableOf({"name", "code"}, rows);
    const LinkSpec spec{.fields = {{"name", FieldKind::kName}, {"code", FieldKind::kCode}}};
    const Result<LinkResult> result = Link(table, spec, {}, Executor(2), std::stop_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kBadInput);
    EXPECT_FALSE(Link(table, SpecOf(table), {}, Executor(2), std::stop_token()));
  }
  // Columns without values are left out; the others do.
  People people = MakePeople(500, 8);
  const LinkResult before = Linked(people.table);
  people.table.columns.emplace_back("empty");
  people.table.columns.emplace_back("constant");
  for (std::size_t row = 0; row < people.table.rows; ++row) {
    people.table.columns[6].Add({});
    people.table.columns[7].Add("always the same");
  }
  ExpectSame(Linked(people.table), before);
  LinkSpec all = SpecOf(people.table);
  all.fields.push_back({"empty", FieldKind::kText});
  all.fields.push_back({"constant", FieldKind::kName});
  ExpectSame(Linked(people.table, all), before);
}

TEST(LinkTest, SmallTables) {
  const Rows rows{{"ann smith", "1971-06-24"}, {"ann smith", "1971-06-24"}, {"bob jones", "1980-01-02"}};
  for (std::size_t count = 2; count <= rows.size(); ++count) {
    for (const std::size_t second : {kOneFile, std::size_t{1}}) {
      const Table table =
          TableOf({"name", "born"}, Rows(rows.end() - static_cast<std::ptrdiff_t>(count), rows.end()), second);
      const LinkSpec spec{.fields = {{"name", FieldKind::kName}, {"born", FieldKind::kDate}}};
      ExpectSound(table, Linked(table, spec));
    }
  }
}

TEST(LinkTest, CellsOfAMegabyte) {
  RandomStream random(9, "identity.link_test");
  std::string long_text;
  while (long_text.size() < 1'000'000) long_text += MadeUpWord(3, random) + " ";
  const std::string ill_formed(1'000'000, '\xff');
  const std::string one_word(1'000'000, 'a');
  People people = MakePeople(400, 9);
  for (const FieldKind kind : {FieldKind::kName, FieldKind::kText, FieldKind::kCode, FieldKind::kDate,
                               FieldKind::kNumber, FieldKind::kEmail}) {
    Table table = people.table;
    table.columns.emplace_back("note");
    for (std::size_t row = 0; row < table.rows; ++row) {
      const std::string_view cell = row % 40 == 0   ? long_text
                                    : row % 40 == 1 ? ill_formed
                                    : row % 40 == 2 ? one_word
                                                    : table.columns[0].At(row);
      table.columns[6].Add(cell);
    }
    LinkSpec spec = SpecOf(people.table);
    spec.fields.push_back({"note", kind});
    ExpectSound(table, Linked(table, spec));
  }
}

TEST(LinkTest, AGiantGroupIsBoundedWork) {
  // One surname and one city for all, and of the rest only the day of birth: what else there is to tell records apart
  // by is little.
  RandomStream random(10, "identity.link_test");
  Rows rows;
  for (int i = 0; i < 30'000; ++i) {
    rows.push_back({"garcia", i % 1000 == 0 ? "lima" : "cusco",
                    fmt::format("{:04}-{:02}-01", random.Integer(1940, 1945), random.Integer(1, 12))});
  }
  const Table table = TableOf({"surname", "city", "birth_date"}, rows);
  const LinkSpec spec{
      .fields = {{"surname", FieldKind::kName}, {"city", FieldKind::kName}, {"birth_date", FieldKind::kDate}}};
  const LinkResult result = Linked(table, spec);
  ExpectSound(table, result);
  EXPECT_LE(result.pairs_compared, LimitsFor(table.rows).most_candidates * table.rows);
}

TEST(LinkTest, CanBeStopped) {
  const People people = MakePeople(800, 11);
  const LinkSpec spec = SpecOf(people.table);
  std::vector<std::string> steps;
  ASSERT_TRUE(Link(people.table, spec, {}, Executor(2), std::stop_token(),
                   [&](std::string_view step) { steps.emplace_back(step); }));
  ASSERT_GE(steps.size(), 5U);
  for (std::size_t at = 0; at < steps.size(); ++at) {
    std::stop_source stop;
    std::size_t told = 0;
    const Result<LinkResult> result =
        Link(people.table, spec, {}, Executor(2), stop.get_token(), [&](std::string_view) {
          if (told++ == at) stop.request_stop();
        });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kCancelled);
    EXPECT_EQ(told, at + 1);
  }
}

// The bars of a waterfall and its prior make up the weight of the pair.
TEST(LinkTest, LinksExplainThemselves) {
  const People people = MakePeople(1500, 12);
  const LinkResult result = Linked(people.table);
  const Scorer scorer(result.fields, result.model);
  ASSERT_GT(result.pairs.size(), 100U);
  for (const ScoredPair& pair : result.pairs) {
    const Explanation explanation = scorer.Explain(pair.a, pair.b);
    EXPECT_NEAR(explanation.weight, pair.weight, 1e-3);
    double sum = explanation.prior;
    for (const Evidence& bar : explanation.bars) {
      const Field& field = result.fields[bar.field];
      EXPECT_EQ(bar.level, LevelOf(field, field.codes[pair.a], field.codes[pair.b]));
      EXPECT_GT(bar.level, 0);
      sum += bar.weight + bar.rarity;
    }
    if (explanation.is_equal) continue;
    EXPECT_GE(sum, explanation.weight - 1e-6);
    EXPECT_LE(sum, explanation.weight + 1 + 1e-6);
    if (!result.model.has_neighbours) {
      EXPECT_NEAR(sum, explanation.weight, 1e-6);
    }
  }
}

// Labels of some pairs make the probabilities of the others truer.
TEST(LinkTest, LabelsDrawProbabilitiesToWhatIsTrue) {
  const People people = MakePeople(1500, 21);
  const LinkResult plain = Linked(people.table);
  EXPECT_FALSE(plain.calibration.is_used);
  // Said too surely on purpose: a bit of the model is worth a tenth of one. Every other pair is judged.
  Decisions decisions;
  decisions.are_labels = true;
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> others;
  RandomStream random(1, "identity.link_test.labels");
  for (std::size_t i = 0; i < plain.pairs.size() && i < 1000; ++i) {
    const ScoredPair& pair = plain.pairs[i];
    const bool is_same = random.Chance(Probability(0.1 * pair.weight));
    if (i % 2 == 0) {
      (is_same ? decisions.same : decisions.apart).emplace_back(pair.a, pair.b);
    } else {
      others[{pair.a, pair.b}] = is_same;
    }
  }
  const Result<LinkResult> drawn = Link(people.table, plain.spec, decisions, Executor(2), {});
  ASSERT_TRUE(drawn.has_value());
  ASSERT_TRUE(drawn->calibration.is_used);
  EXPECT_LT(drawn->calibration.loss_after, drawn->calibration.loss_before);
  const auto loss = [&](const LinkResult& result) {
    double sum = 0;
    std::size_t count = 0;
    for (const ScoredPair& pair : result.pairs) {
      const auto found = others.find({pair.a, pair.b});
      if (found == others.end()) continue;
      sum += std::log2(1 + std::exp2(found->second ? -pair.weight : pair.weight));
      ++count;
    }
    return sum / static_cast<double>(count);
  };
  EXPECT_LT(loss(*drawn), 0.8 * loss(plain));
  for (const auto& [a, b] : decisions.same) {
    const bool is_held_apart = std::ranges::any_of(decisions.apart, [&](const auto& each) {
      return each.first == a || each.second == a || each.first == b || each.second == b;
    });
    if (!is_held_apart) {
      EXPECT_EQ(drawn->clusters[a], drawn->clusters[b]);
    }
  }
  // Decisions that are no labels draw nothing.
  decisions.are_labels = false;
  const Result<LinkResult> decided = Link(people.table, plain.spec, decisions, Executor(2), {});
  ASSERT_TRUE(decided.has_value());
  EXPECT_FALSE(decided->calibration.is_used);
}

}  // namespace
}  // namespace weir::identity
