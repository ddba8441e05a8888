#include "engine/cache.h"

#include <gtest/gtest.h>

namespace weir::engine {
namespace {

constexpr std::size_t kLimit = std::size_t{1} << 20;

std::shared_ptr<const Answer> AnswerOf(std::size_t bytes) {
  Answer answer;
  analysis::Table& table = answer.output.tables.emplace_back();
  table.name = "texts";
  table.columns = {{"text", analysis::ColumnType::kText, "", {}}};
  table.rows.push_back({std::string(bytes, 'x')});
  return std::make_shared<const Answer>(std::move(answer));
}

TEST(AnswerCacheTest, AnAnswerOfHalfTheRoomIsKeptAndNoLargerOne) {
  AnswerCache cache(kLimit);
  cache.Put("small", AnswerOf(10));
  cache.Put("ledger", AnswerOf(kLimit * 2 / 5));
  cache.Put("giant", AnswerOf(kLimit * 3 / 5));
  EXPECT_TRUE(cache.Find("small"));
  EXPECT_TRUE(cache.Find("ledger"));
  EXPECT_FALSE(cache.Find("giant"));
  EXPECT_EQ(cache.Figures().answers, 2U);
  EXPECT_EQ(cache.Figures().hits, 2U);
  EXPECT_EQ(cache.Figures().misses, 1U);
}

TEST(AnswerCacheTest, WhatWasAskedForLongestAgoGoesFirst) {
  AnswerCache cache(kLimit);
  for (const char* key : {"a", "b", "c"}) cache.Put(key, AnswerOf(kLimit * 3 / 10));
  EXPECT_TRUE(cache.Find("a"));
  cache.Put("d", AnswerOf(kLimit * 3 / 10));
  EXPECT_TRUE(cache.Find("a"));
  EXPECT_FALSE(cache.Find("b"));
  EXPECT_TRUE(cache.Find("c"));
  EXPECT_TRUE(cache.Find("d"));
  EXPECT_LE(cache.Figures().bytes, kLimit);
}

TEST(AnswerCacheTest, TheDocumentIsMadeOnceAndCounts) {
  AnswerCache cache(kLimit);
  cache.Put("a", AnswerOf(1000));
  const std::size_t before = cache.Figures().bytes;
  EXPECT_FALSE(cache.FindKept("a")->document);
  const auto document = cache.DocumentOf("a");
  ASSERT_TRUE(document);
  EXPECT_GT(cache.Figures().bytes, before);
  EXPECT_EQ(cache.DocumentOf("a"), document);
  EXPECT_EQ(cache.FindKept("a")->document, document);
  EXPECT_FALSE(cache.DocumentOf("b"));
  EXPECT_FALSE(cache.FindKept("b"));
}

}  // namespace
}  // namespace weir::engine
