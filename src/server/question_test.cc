#include "server/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::server {
namespace {

using ::testing::ElementsAre;

TEST(QuestionTest, ReservedNamesAreNoParameters) {
  const auto question = ReadQuestion("pulse", {{"team", "a"},
                                               {"as_of", "2026-01-31"},
                                               {"limit", "5"},
                                               {"sort", "-x"},
                                               {"table", "t"},
                                               {"seed", "3"},
                                               {"cursor", "c"},
                                               {"known_at", "2"},
                                               {"lang", "ru"},
                                               {"team", "b"},
                                               {"empty", ""}});
  ASSERT_TRUE(question);
  EXPECT_EQ(question->id, "pulse");
  EXPECT_THAT(question->params.at("team"), ElementsAre("a", "b"));
  EXPECT_EQ(question->params.size(), 2U);
  EXPECT_EQ(question->as_of, "2026-01-31");
  EXPECT_EQ(question->page.limit, 5);
  EXPECT_EQ(question->page.sort, "-x");
  EXPECT_EQ(question->page.table, "t");
  EXPECT_EQ(question->page.cursor, "c");
  EXPECT_EQ(question->seed, 3U);
  EXPECT_EQ(question->known_at, 2);
}

TEST(QuestionTest, ExplainReadsKeysInEitherOrder) {
  for (const bool version_first : {false, true}) {
    std::vector<std::pair<std::string, std::string>> query{{"explain", "deals:a%7C1|50%||x"}, {"data_version", "7"}};
    if (version_first) std::swap(query[0], query[1]);
    const auto question = ReadQuestion("deals", query);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->explain->table, "deals");
    EXPECT_THAT(question->explain->key, ElementsAre("a|1", "50%", "", "x"));
    EXPECT_EQ(question->explain->data_version, 7);
  }
}

TEST(QuestionTest, BatchesShareTheirMoment) {
  const auto batch = ReadBatch(R"({"requests":[{"id":"a","params":{"n":1.5,"on":true,"none":null,"l":["x",2]}},
      {"id":"b","params":{"limit":3,"q":"r"},"known_at":4}],"as_of":"2026-01-31","known_at":"2"})");
  ASSERT_TRUE(batch) << batch.error().ToString();
  const auto& [a, b] = std::tie(batch->at(0), batch->at(1));
  EXPECT_EQ(a.as_of, "2026-01-31");
  EXPECT_EQ(a.known_at, 2);
  EXPECT_EQ(b.known_at, 4);
  EXPECT_THAT(a.params.at("n"), ElementsAre("1.5"));
  EXPECT_THAT(a.params.at("on"), ElementsAre("true"));
  EXPECT_THAT(a.params.at("l"), ElementsAre("x", "2"));
  EXPECT_FALSE(a.params.contains("none"));
  EXPECT_EQ(b.page.limit, 3);
  EXPECT_EQ(b.params.size(), 1U);
}

TEST(QuestionTest, ImportsAreRead) {
  const auto import = ReadImport({{"uploads", {"a", "b"}}, {"dry_run", {"true"}}, {"mapping", {"x/y"}}});
  ASSERT_TRUE(import);
  EXPECT_THAT(import->uploads, ElementsAre("a", "b"));
  EXPECT_TRUE(import->request.dry_run);
  EXPECT_EQ(import->request.mapping, "x/y");
  EXPECT_EQ(ReadImport({}).error().field(), "uploads");
  EXPECT_EQ(ReadImport({{"nothing", {"1"}}}).error().field(), "nothing");
}

}  // namespace
}  // namespace weir::server
