#include "server/static_files.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

class StaticFilesTest : public ::testing::Test {
 protected:
  Response Get(std::string_view path, std::string_view accepted = {}) const {
    RequestHead head;
    if (!accepted.empty()) head.headers.emplace_back("accept-encoding", accepted);
    return files_.Answer(*ParseTarget(path), head);
  }

  const std::array<EmbeddedFile, 8> embedded_{{{"assets/a.svelte-CO3p-qsv.js", "two dots"},
                                               {"assets/lost-12345678.js.br", "no plain form"},
                                               {"assets/main-B7x9_k2Q.js", "plain"},
                                               {"assets/main-B7x9_k2Q.js.br", "brotli"},
                                               {"assets/main-B7x9_k2Q.js.gz", "gzip"},
                                               {"assets/short-123.css", "css"},
                                               {"icon.svg", "<svg/>"},
                                               {"index.html", "<html>"}}};
  const StaticFiles files_{embedded_};
};

TEST_F(StaticFilesTest, SendsTheSmallestFormThatIsRead) {
  EXPECT_EQ(Get("/assets/main-B7x9_k2Q.js", "gzip, deflate, br").body.bytes, "brotli");
  EXPECT_THAT(Get("/assets/main-B7x9_k2Q.js", "br").headers, Contains(Pair("Content-Encoding", "br")));
  EXPECT_EQ(Get("/assets/main-B7x9_k2Q.js", "br;q=0, gzip").body.bytes, "gzip");
  EXPECT_EQ(Get("/assets/main-B7x9_k2Q.js").body.bytes, "plain");
  EXPECT_THAT(Get("/assets/main-B7x9_k2Q.js").headers, Contains(Pair("Vary", "Accept-Encoding")));
  EXPECT_NE(Get("/assets/main-B7x9_k2Q.js", "br").etag, Get("/assets/main-B7x9_k2Q.js").etag);
  EXPECT_EQ(Get("/icon.svg", "br").body.bytes, "<svg/>");
}

TEST_F(StaticFilesTest, KeepsForEverWhatIsNamedByItsContent) {
  EXPECT_THAT(Get("/assets/main-B7x9_k2Q.js").cache_control, HasSubstr("immutable"));
  EXPECT_THAT(Get("/assets/a.svelte-CO3p-qsv.js").cache_control, HasSubstr("immutable"));
  EXPECT_EQ(Get("/assets/short-123.css").cache_control, "no-cache");
  EXPECT_EQ(Get("/index.html").cache_control, "no-cache");
}

TEST_F(StaticFilesTest, EveryAddressOfThePageIsThePage) {
  for (const char* path : {"/", "/pulse", "/customers/42", "/pulse/"}) {
    EXPECT_EQ(Get(path).body.bytes, "<html>") << path;
    EXPECT_EQ(Get(path).content_type, "text/html; charset=utf-8") << path;
  }
  EXPECT_EQ(Get("/nothing.js").status, 404);
  EXPECT_EQ(Get("/assets/lost-12345678.js").status, 404);
}

TEST_F(StaticFilesTest, KnowsTypes) {
  EXPECT_EQ(Get("/assets/main-B7x9_k2Q.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(Get("/icon.svg").content_type, "image/svg+xml");
}

TEST_F(StaticFilesTest, SaysThatThereIsNoPage) {
  const StaticFiles none{{}};
  const Response response = none.Answer(*ParseTarget("/"), {});
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(std::string(response.body.bytes), HasSubstr("no page"));
}

}  // namespace
}  // namespace weir::server
