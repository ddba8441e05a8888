// An empty workspace in a folder that goes with the test. For tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "workspace/empty_home.h"
#include "workspace/workspace.h"

namespace weir::workspace {

class FreshWorkspace : public ::testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(testing::TempDir()) / fmt::format("weir-{}-{}", test.test_suite_name(), test.name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    EmptyHome::CopyTo(root_ / "home");
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .threads = 2});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  std::filesystem::path root_;  // for the files of the test; the workspace lies beside them
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace weir::workspace
