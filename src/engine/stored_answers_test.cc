#include "engine/stored_answers.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace weir::engine {
namespace {

namespace fs = std::filesystem;

class StoredAnswersTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "weir-answers-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  static Answer AnswerOf(std::int64_t version, const std::string& text = "x") {
    Answer answer;
    answer.analysis = text;
    answer.known_at = version;
    return answer;
  }
  std::size_t Files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root_ / "answers"), fs::directory_iterator{}));
  }
  StoredAnswers Of(const std::string& program) const { return {root_ / "answers", program}; }

  fs::path root_;
};

TEST_F(StoredAnswersTest, GivesWhatWasPutToTheSameProgramAlone) {
  EXPECT_FALSE(Of("1").Find("key", 3));
  Of("1").Put("key", AnswerOf(3, "pulse"));
  const auto found = Of("1").Find("key", 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->analysis, "pulse");
  EXPECT_FALSE(Of("1").Find("key", 4));
  EXPECT_FALSE(Of("1").Find("another key", 3));
  EXPECT_FALSE(Of("2").Find("key", 3));
  Of("2").Put("key", AnswerOf(3, "newer"));
  EXPECT_FALSE(Of("1").Find("key", 3));
  EXPECT_EQ(Of("2").Find("key", 3)->analysis, "newer");
  EXPECT_EQ(Files(), 1U);
}

TEST_F(StoredAnswersTest, KeepsTheNewestVersionAlone) {
  const StoredAnswers stored = Of("1");
  stored.Put("a", AnswerOf(3));
  stored.Put("b", AnswerOf(3));
  EXPECT_EQ(Files(), 2U);
  stored.KeepOnly(3);
  EXPECT_EQ(Files(), 2U);
  stored.Put("a", AnswerOf(33));
  EXPECT_EQ(Files(), 1U);
  EXPECT_FALSE(stored.Find("a", 3));
  stored.KeepOnly(34);
  EXPECT_EQ(Files(), 0U);
}

TEST_F(StoredAnswersTest, WhatIsBrokenOrCannotBeWrittenIsNotThere) {
  const StoredAnswers stored = Of("1");
  stored.Put("a", AnswerOf(3));
  const fs::path path = fs::directory_iterator(root_ / "answers")->path();
  fs::resize_file(path, fs::file_size(path) - 1);
  EXPECT_FALSE(stored.Find("a", 3));
  fs::resize_file(path, 0);
  EXPECT_FALSE(stored.Find("a", 3));
  stored.Put("a", AnswerOf(3));
  EXPECT_TRUE(stored.Find("a", 3));
  fs::remove_all(root_ / "answers");
  std::ofstream(root_ / "answers") << "a file where the folder should be";
  stored.Put("a", AnswerOf(3));
  EXPECT_FALSE(stored.Find("a", 3));
  stored.KeepOnly(4);
  EXPECT_TRUE(fs::exists(root_ / "answers"));
}

}  // namespace
}  // namespace weir::engine
