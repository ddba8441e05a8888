#include "server/uploads.h"

#include <array>
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace weir::server {
namespace {

class UploadsTest : public ::testing::Test {
 protected:
  UploadsTest() : folder_(std::filesystem::path(::testing::TempDir()) / "weir-uploads-test") {
    std::filesystem::remove_all(folder_);
  }
  ~UploadsTest() override { std::filesystem::remove_all(folder_); }

  Uploads Make(UploadLimits limits = {}) {
    return {folder_, limits, [this] { return Instant{now_.load()}; }};
  }
  static Result<Upload> Send(Uploads& uploads, std::string_view name, std::string_view content) {
    WEIR_TRY(const auto incoming, uploads.Begin(name));
    WEIR_TRY(incoming->Write(content));
    return incoming->Finish();
  }
  static std::string Read(const OpenUpload& upload) {
    std::array<char, 1000> bytes{};
    const ssize_t count = ::read(upload.descriptor.get(), bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

  std::filesystem::path folder_;
  std::atomic<std::int64_t> now_ = 0;
};

TEST_F(UploadsTest, KeepsWhatWasSentAndLeavesNoName) {
  Uploads uploads = Make();
  const auto upload = Send(uploads, "C:\\exports\\deals.csv", "a,b");
  ASSERT_TRUE(upload) << upload.error().ToString();
  EXPECT_EQ(upload->name, "deals.csv");
  EXPECT_EQ(uploads.bytes(), 3U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  const auto first = uploads.Open(upload->id);
  const auto second = uploads.Open(upload->id);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(Read(*first), "a,b");
  EXPECT_EQ(Read(*second), "a,b") << "each has a position of its own";
  struct stat status{};
  ASSERT_EQ(::fstat(first->descriptor.get(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  uploads.Remove(upload->id);
  EXPECT_EQ(uploads.bytes(), 0U);
  EXPECT_FALSE(uploads.Open(upload->id));
  EXPECT_EQ(Read(*uploads.Open(Send(uploads, "x", "again")->id)), "again");
}

TEST_F(UploadsTest, WhatBreaksOffIsGone) {
  Uploads uploads = Make();
  {
    const auto incoming = uploads.Begin("a");
    ASSERT_TRUE((*incoming)->Write("abc"));
    EXPECT_EQ(uploads.bytes(), 3U);
  }
  EXPECT_EQ(uploads.bytes(), 0U);
}

TEST_F(UploadsTest, HasLimits) {
  Uploads uploads = Make({.file_bytes = 10, .total_bytes = 15, .files = 2});
  EXPECT_EQ(uploads.Begin("a", 11).error().code(), Code::kTooLarge);
  EXPECT_EQ(Send(uploads, "a", "12345678901").error().code(), Code::kTooLarge);
  EXPECT_EQ(uploads.bytes(), 0U);
  EXPECT_TRUE(Send(uploads, "a", "1234567890"));
  EXPECT_EQ(Send(uploads, "a", "123456").error().code(), Code::kTooLarge);
  EXPECT_TRUE(Send(uploads, "a", "12345"));
  EXPECT_EQ(Send(uploads, "a", "").error().code(), Code::kBusy);
}

TEST_F(UploadsTest, RefusesNamesThatAreNone) {
  Uploads uploads = Make();
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a/"),
                                  std::string("a\nb"), std::string("\xFF"), std::string(256, 'a')}) {
    EXPECT_EQ(uploads.Begin(name).error().field(), "x-file-name") << name;
  }
}

TEST_F(UploadsTest, WhatNobodyImportsGoes) {
  Uploads uploads = Make({.kept_micros = 100});
  const auto upload = Send(uploads, "a", "1");
  now_ = 50;
  uploads.Sweep();
  EXPECT_TRUE(uploads.Open(upload->id));
  now_ = 200;
  uploads.Sweep();
  EXPECT_FALSE(uploads.Open(upload->id));
  EXPECT_EQ(uploads.bytes(), 0U);
}

}  // namespace
}  // namespace weir::server
