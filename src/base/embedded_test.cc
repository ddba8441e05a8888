#include "base/embedded.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(EmbeddedTest, UnknownRootIsEmpty) {
  EXPECT_TRUE(EmbeddedFiles("nowhere").empty());
  EXPECT_EQ(FindEmbedded("nowhere", "a.toml"), std::nullopt);
}

TEST(EmbeddedTest, UnknownPathIsNotFound) {
  EXPECT_EQ(FindEmbedded("catalog", "no/such.toml"), std::nullopt);
  EXPECT_EQ(FindEmbedded("catalog", ""), std::nullopt);
}

// Whatever stands in the folders must be inside the program, byte for byte, and in the order of paths.
TEST(EmbeddedTest, HoldsTheFilesOfTheTree) {
  for (const std::string root : {"catalog", "models"}) {
    const auto files = EmbeddedFiles(root);
    EXPECT_TRUE(std::ranges::is_sorted(files, {}, &EmbeddedFile::path));
    for (const EmbeddedFile& file : files) {
      EXPECT_TRUE(ReadFile(fs::path(root) / file.path) == file.bytes)
          << root << '/' << file.path << " differs; a build takes it in anew";
      EXPECT_EQ(FindEmbedded(root, file.path), file.bytes);
    }
  }
}

}  // namespace
}  // namespace weir
