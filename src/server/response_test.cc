#include "server/response.h"
#include "base/internet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weir::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ResponseTest, WritesTheHead) {
  Response response = JsonResponse(200, "{}");
  response.headers.emplace_back("X-More", "1");
  const std::string head = WriteHead(response, "r-1", Ending::kKeepAlive, true);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Request-Id: r-1\r\n"));
  EXPECT_TRUE(head.ends_with("\r\nX-More: 1\r\n\r\n"));
  EXPECT_THAT(WriteHead(response, {}, Ending::kClose, false), Not(HasSubstr("Content-Length")));
  response.status = 304;
  EXPECT_THAT(WriteHead(response, {}, Ending::kClose, true), Not(HasSubstr("\r\nContent-Type")));
}

TEST(ResponseTest, AHeaderNeverBecomesTwo) {
  Response response = JsonResponse(200, "{}");
  response.headers.emplace_back("X-More", "1\r\nSet-Cookie: a=b");
  EXPECT_THROW(WriteHead(response, {}, Ending::kClose, true), Bug);
}

TEST(ResponseTest, OnlyThePageHasThePolicyOfAPage) {
  Response page{.content_type = "text/html; charset=utf-8"};
  EXPECT_THAT(WriteHead(page, {}, Ending::kClose, true), HasSubstr("Content-Security-Policy: default-src 'self';"));
  EXPECT_THAT(WriteHead(JsonResponse(200, "{}"), {}, Ending::kClose, true),
              HasSubstr("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"));
}

TEST(ResponseTest, ProblemsHaveOneForm) {
  const auto ours = nlohmann::json::parse(ProblemResponse(BadInput("no").Field("from"), "r-1").body.bytes);
  const auto plain = nlohmann::json::parse(ProblemResponse(431, AsIs("long \xFF"), "r-2").body.bytes);
  for (const char* name : {"type", "title", "status", "detail", "code", "request_id", "words"}) {
    EXPECT_TRUE(ours.contains(name)) << name;
    EXPECT_TRUE(plain.contains(name)) << name;
  }
  EXPECT_EQ(plain["code"], "too_large");
  EXPECT_EQ(ProblemResponse(Busy("full"), {}).headers.back().first, "Retry-After");
}

TEST(ResponseTest, ProblemsAreToldInTwoLanguages) {
  const Response response = ProblemResponse(
      NotFound("there is no metric '{}'", "mmr").Field("metric").Mend("Did you mean '{}'?", "mrr"), "r-1");
  const auto english = nlohmann::json::parse(response.body.bytes);
  const auto russian = nlohmann::json::parse(response.russian_body->bytes);
  EXPECT_EQ(english["detail"], "there is no metric 'mmr'");
  EXPECT_EQ(russian["title"], "Не найдено");
  EXPECT_EQ(russian["detail"], "метрики «mmr» нет");
  EXPECT_EQ(russian["hint"], "Может быть, «mrr»?");
  EXPECT_EQ(russian["code"], "not_found") << "what programs read stays as it is";
  EXPECT_EQ(russian["field"], "metric");
  EXPECT_EQ(russian["words"], english["words"]);
  EXPECT_EQ(english["words"]["ru"]["detail"], russian["detail"]);
  EXPECT_EQ(russian["words"]["en"]["hint"], english["hint"]);
  const Response plain = ProblemResponse(404, MakePhrase("there is no such file"), {});
  EXPECT_EQ(nlohmann::json::parse(plain.russian_body->bytes)["detail"], "такого файла нет");
}

TEST(ResponseTest, TheReaderChoosesTheLanguage) {
  const auto language = [](const std::string& accepted, const std::string& target = "/api/v1/deals") {
    RequestHead head;
    if (!accepted.empty()) head.headers.emplace_back("accept-language", accepted);
    return LanguageOf(head, *ParseTarget(target)) == Language::kRussian ? "ru" : "en";
  };
  EXPECT_STREQ(language(""), "en");
  EXPECT_STREQ(language("ru"), "ru");
  EXPECT_STREQ(language("RU-ru, ru;q=0.9, en;q=0.8"), "ru");
  EXPECT_STREQ(language("en-US,en;q=0.9,ru;q=0.8"), "en");
  EXPECT_STREQ(language("de, ru;q=0.3, en;q=0.2"), "ru");
  EXPECT_STREQ(language("ru;q=0"), "en");
  EXPECT_STREQ(language("*, ru;q=0.5"), "en");
  EXPECT_STREQ(language("run, rus"), "en");
  EXPECT_STREQ(language("ru;q="), "en");
  EXPECT_STREQ(language("en", "/api/v1/deals?lang=ru"), "ru") << "what the address says goes first";
  EXPECT_STREQ(language("ru", "/api/v1/deals?lang=en"), "en");
}

TEST(ResponseTest, TagsFollowTheBytes) {
  EXPECT_TRUE(NamesTag("\"a\" , W/\"b\"", "\"b\""));
  EXPECT_TRUE(NamesTag("*", "\"b\""));
  EXPECT_FALSE(NamesTag("\"a\"", "\"b\""));
  EXPECT_FALSE(NamesTag("", "\"b\""));
  RequestHead head;
  head.headers.emplace_back("if-none-match", engine::TagOf("{}"));
  Response same = JsonResponse(200, "{}");
  ApplyTag(same, head);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body.bytes, "");
  Response problem = ProblemResponse(404, AsIs("{}"), {});
  ApplyTag(problem, head);
  EXPECT_EQ(problem.status, 404);
  EXPECT_EQ(problem.etag, "");
}

TEST(AcceptsCodingTest, ReadsWeights) {
  EXPECT_TRUE(AcceptsCoding("gzip;q=1.0, br ; q=0.5", "br"));
  EXPECT_FALSE(AcceptsCoding("br;q=0", "br"));
  EXPECT_FALSE(AcceptsCoding("br;q=0.000", "br"));
  EXPECT_TRUE(AcceptsCoding("br;q=0.001", "br"));
  EXPECT_FALSE(AcceptsCoding("broken", "br"));
  EXPECT_FALSE(AcceptsCoding("", "br"));
}

TEST(ResponseTest, DocumentsArePackedForWhoReadsGzip) {
  const auto document = std::make_shared<const engine::Document>("[\"" + std::string(20'000, 'x') + "\"]");
  RequestHead head;
  const Response plain = DocumentResponse(document, head);
  EXPECT_EQ(plain.body.bytes, document->json());
  EXPECT_THAT(WriteHead(plain, {}, Ending::kKeepAlive, true), Not(HasSubstr("Content-Encoding")));
  head.headers.emplace_back("accept-encoding", "gzip, deflate");
  Response packed = DocumentResponse(document, head);
  EXPECT_EQ(packed.body.bytes, document->gzip());
  EXPECT_THAT(WriteHead(packed, {}, Ending::kKeepAlive, true),
              AllOf(HasSubstr("\r\nContent-Encoding: gzip\r\n"), HasSubstr("\r\nVary: Accept-Encoding\r\n")));
  EXPECT_NE(packed.etag, plain.etag);
  head.headers.emplace_back("if-none-match", packed.etag);
  ApplyTag(packed, head);
  EXPECT_EQ(packed.status, 304);
  const auto small = std::make_shared<const engine::Document>("{}");
  EXPECT_EQ(DocumentResponse(small, head).body.bytes, "{}");
}

TEST(ResponseTest, WritesDatesOfHttp) {
  EXPECT_EQ(InternetDate(*ParseIsoInstant("2026-11-23T09:04:05Z"), "GMT"), "Mon, 23 Nov 2026 09:04:05 GMT");
}

}  // namespace
}  // namespace weir::server
