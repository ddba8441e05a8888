// Every route over real connections, as the page and as programs use them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/internet.h"
#include "http_client.h"

namespace weir::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One server for all tests of this file: they do not change what others see.
class RoutesTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    // On a busy machine an answer must not become a job: that has tests of its own.
    ServeOptions options;
    options.patience = std::chrono::minutes(1);
    server_ = new Server(options);
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

 protected:
  static Server* server_;
};
Server* RoutesTest::server_ = nullptr;

TEST_F(RoutesTest, HealthAndReadiness) {
  EXPECT_EQ(server_->Get("/healthz").status, 200);
  const Answer ready = server_->Get("/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.Json()["status"], "ready");
}

TEST_F(RoutesTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const char* path : {"/", "/healthz", "/api/v1/catalog", "/api/v1/nothing", "/nothing.js"}) {
    const Answer answer = server_->Get(path);
    EXPECT_EQ(answer.Header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(answer.Header("x-frame-options"), "DENY") << path;
    EXPECT_EQ(answer.Header("referrer-policy"), "same-origin") << path;
    EXPECT_EQ(answer.Header("cross-origin-resource-policy"), "same-origin") << path;
    EXPECT_THAT(answer.Header("content-security-policy"), HasSubstr("frame-ancestors 'none'")) << path;
    EXPECT_NE(answer.Header("date"), "") << path;
    EXPECT_NE(answer.Header("x-request-id"), "") << path;
    EXPECT_EQ(answer.Header("access-control-allow-origin"), "") << path;
  }
}

TEST_F(RoutesTest, CatalogAndOpenApi) {
  const Answer catalog = server_->Get("/api/v1/catalog");
  EXPECT_EQ(catalog.status, 200);
  EXPECT_EQ(catalog.Json()["analyses"].size(), 9U);
  const Answer api = server_->Get("/api/openapi.json");
  EXPECT_EQ(api.Json()["openapi"], "3.1.0");
  EXPECT_TRUE(api.Json()["paths"].contains("/api/v1/deals"));
}

TEST_F(RoutesTest, MetricsAreInTheFormOfPrometheus) {
  server_->Get("/api/v1/deals");
  server_->Ask("GET", "/", "Host: twice\r\n");
  const Answer metrics = server_->Get("/metrics");
  EXPECT_THAT(metrics.Header("content-type"), StartsWith("text/plain; version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("weir_http_requests_total{route=\"deals\",method=\"GET\",status=\"200\"}"));
  EXPECT_THAT(metrics.body, HasSubstr("weir_http_request_seconds_bucket{route=\"deals\",le=\"+Inf\"}"));
  EXPECT_THAT(metrics.body, HasSubstr("weir_http_refused_total{status=\"400\"}"));
  EXPECT_THAT(metrics.body, HasSubstr("weir_build_info{version=\""));
  EXPECT_THAT(metrics.body, HasSubstr("weir_cache_misses_total "));
  EXPECT_THAT(metrics.body, HasSubstr("weir_data_version 7\n"));
}

TEST_F(RoutesTest, ABrowserAtMetricsWantsThePage) {
  const Answer page = server_->Get("/metrics", "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n");
  EXPECT_EQ(page.status, server_->Get("/pulse").status);
  EXPECT_THAT(page.Header("content-type"), Not(HasSubstr("version=0.0.4")));
}

TEST_F(RoutesTest, AnAnalysisAnswersItsResult) {
  const Answer answer = server_->Get("/api/v1/deals?by=team&by=segment,owner&least=200&limit=1&sort=-amount");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json result = answer.Json();
  EXPECT_EQ(result["analysis"], "deals");
  EXPECT_EQ(result["data_version"], 7);
  EXPECT_EQ(result["params"]["by"], json({"team", "segment,owner"}));
  const json& table = result["tables"]["deals"];
  EXPECT_EQ(table["rows"], json::array({json::array({"c%3", 1000.25})}));
  EXPECT_EQ(table["total_rows"], 2);
  const Answer next = server_->Get("/api/v1/deals?least=200&limit=1&sort=-amount&cursor=" +
                                   PercentEncoded(table["next_cursor"].get<std::string>()));
  EXPECT_EQ(next.Json()["tables"]["deals"]["rows"][0][0], "b 2");
}

TEST_F(RoutesTest, AnAnalysisMayBeAskedOfThePast) {
  EXPECT_EQ(server_->Get("/api/v1/deals?as_of=2026-01-31&known_at=3&seed=5").Json()["known_at"], 3);
  EXPECT_EQ(server_->Get("/api/v1/deals?known_at=99").status, 404);
  EXPECT_EQ(server_->Get("/api/v1/deals?as_of=yesterday").Json()["field"], "as_of");
}

TEST_F(RoutesTest, ExplainTakesKeysOfAnyBytes) {
  const std::string key = PercentEncoded(PercentEncoded("a|1") + "|" + PercentEncoded("c%3") + "|b 2");
  const Answer answer = server_->Get("/api/v1/deals?data_version=7&explain=deals:" + key);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json()["analysis"], "explain");
  EXPECT_EQ(answer.Json()["tables"]["canonical"]["rows"].size(), 3U);
  EXPECT_EQ(answer.Json()["tables"]["records"]["rows"][0][0], "source-a|1");
  EXPECT_EQ(server_->Get("/api/v1/deals?explain=deals:x&data_version=6").status, 409);
}

TEST_F(RoutesTest, BadQuestionsNameTheirField) {
  const auto refused = [&](const std::string& query, int status, const std::string& field) {
    const Answer answer = server_->Get("/api/v1/deals?" + query);
    EXPECT_EQ(answer.status, status) << query << answer.body;
    EXPECT_EQ(answer.Header("content-type"), "application/problem+json") << query;
    EXPECT_EQ(answer.Json().value("field", ""), field) << query;
    EXPECT_EQ(answer.Json()["request_id"], answer.Header("x-request-id")) << query;
  };
  refused("least=many", 400, "least");
  refused("lest=1", 400, "lest");
  refused("limit=0", 400, "limit");
  refused("limit=-1", 400, "limit");
  refused("limit=1e3", 400, "limit");
  refused("limit=1&limit=2", 400, "limit");
  refused("known_at=now", 400, "known_at");
  refused("seed=-1", 400, "seed");
  refused("explain=deals", 400, "explain");
  refused("data_version=7", 400, "data_version");
  refused("a=%zz", 400, "");
}

TEST_F(RoutesTest, UnknownNamesAreSuggested) {
  const Answer answer = server_->Get("/api/v1/deal");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.Json()["hint"].get<std::string>(), HasSubstr("deals"));
  EXPECT_EQ(server_->Get("/api/v2/deals").status, 404);
  EXPECT_EQ(server_->Get("/api/v1/deals/").status, 404);
  EXPECT_EQ(server_->Get("/api").status, 404);
}

TEST_F(RoutesTest, AWrongMethodNamesTheRightOnes) {
  const auto allow = [&](const std::string& method, const std::string& path) {
    const Answer answer = server_->Ask(method, path, server_->SessionHeaders());
    EXPECT_EQ(answer.status, 405) << method << path << answer.body;
    return answer.Header("allow");
  };
  EXPECT_EQ(allow("POST", "/api/v1/catalog"), "GET, HEAD");
  EXPECT_EQ(allow("GET", "/api/v1/batch"), "POST");
  EXPECT_EQ(allow("POST", "/api/v1/jobs/x"), "DELETE, GET, HEAD");
  EXPECT_EQ(allow("POST", "/api/v1/deals"), "GET, HEAD");
  EXPECT_EQ(allow("GET", "/api/v1/settings.set"), "POST");
  EXPECT_EQ(allow("POST", "/"), "GET, HEAD");
  EXPECT_EQ(allow("PUT", "/api/v1/deals"), "GET, HEAD, POST, DELETE");
  EXPECT_EQ(allow("TRACE", "/"), "GET, HEAD, POST, DELETE");
  EXPECT_EQ(allow("OPTIONS", "/api/v1/deals"), "GET, HEAD, POST, DELETE");
}

TEST_F(RoutesTest, HeadIsGetWithoutItsBody) {
  const Answer get = server_->Get("/api/v1/catalog");
  const Answer head = server_->Ask("HEAD", "/api/v1/catalog", "");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("content-length"), std::to_string(get.body.size()));
  EXPECT_EQ(head.Header("etag"), get.Header("etag"));
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(server_->Ask("HEAD", "/api/v1/deals", "").status, 200);
  EXPECT_EQ(server_->Ask("HEAD", "/api/v1/live", "").status, 200);
}

TEST_F(RoutesTest, WhatIsTheSameIsNotSentAgain) {
  const std::string tag = server_->Get("/api/v1/deals").Header("etag");
  EXPECT_THAT(tag, StartsWith("\""));
  const Answer same = server_->Get("/api/v1/deals", "If-None-Match: \"x\", W/" + tag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.Header("etag"), tag);
  EXPECT_EQ(server_->Get("/api/v1/deals", "If-None-Match: \"x\"\r\n").status, 200);
}

TEST_F(RoutesTest, ABugTellsItsIdAndNothingElse) {
  const Answer answer = server_->Get("/api/v1/broken");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.Json()["code"], "bug");
  EXPECT_THAT(answer.body, Not(HasSubstr("acme")));
}

TEST_F(RoutesTest, ALargeAnswerComesWhole) {
  const Answer answer = server_->Get("/api/v1/large");
  ASSERT_EQ(answer.status, 200);
  EXPECT_GT(answer.body.size(), 10'000'000U);
  EXPECT_EQ(answer.Json()["tables"]["large"]["rows"].size(), 200'000U);
}

TEST_F(RoutesTest, ABatchAnswersEachQuestion) {
  const Answer answer = server_->Post("/api/v1/batch", R"({"requests":[
      {"id":"deals","params":{"least":200,"by":["team"],"limit":1}},
      {"id":"nothing"},{"id":"deals","params":{"least":"x"}}],"as_of":"2026-11-01"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json batch = answer.Json();
  EXPECT_EQ(batch["data_version"], 7);
  EXPECT_EQ(batch["results"][0]["result"]["tables"]["deals"]["rows"].size(), 1U);
  EXPECT_THAT(batch["results"][0]["result"]["as_of"].get<std::string>(), StartsWith("2026-11-01"));
  EXPECT_EQ(batch["results"][1]["status"], 404);
  EXPECT_EQ(batch["results"][2]["problem"]["field"], "least");
}

TEST_F(RoutesTest, ProblemsAreToldInTheLanguageOfTheRequest) {
  const std::string path = "/api/v1/deals?lest=1";
  const Answer english = server_->Get(path);
  EXPECT_EQ(english.Json()["detail"], "there is no parameter 'lest'");
  EXPECT_EQ(english.Header("vary"), "Accept-Language");
  for (const Answer& russian :
       {server_->Get(path, "Accept-Language: ru-RU,ru;q=0.9,en;q=0.8\r\n"), server_->Get(path + "&lang=ru")}) {
    EXPECT_EQ(russian.status, 400);
    EXPECT_EQ(russian.Header("content-type"), "application/problem+json");
    const json problem = russian.Json();
    EXPECT_EQ(problem["title"], "Запрос составлен неверно");
    EXPECT_EQ(problem["detail"], "параметра «lest» нет");
    EXPECT_EQ(problem["hint"], "Может быть, «least»?");
    EXPECT_EQ(problem["code"], "bad_usage");
    EXPECT_EQ(problem["field"], "lest");
    EXPECT_EQ(problem["type"], "urn:weir:problem:bad_usage");
    EXPECT_EQ(problem["words"]["en"]["detail"], english.Json()["detail"]);
  }
  EXPECT_EQ(server_->Get("/api/v1/deals?lang=ru").status, 200) << "answers are the same in every language";
  const Answer missing = server_->Get("/api/v1/no/such/path?lang=ru");
  EXPECT_EQ(missing.Json()["title"], "Не найдено");
  EXPECT_EQ(missing.Json()["detail"], "нет /api/v1/no/such/path");
  const Answer batch = server_->Post("/api/v1/batch", R"({"requests":[{"id":"nothing"}]})");
  EXPECT_EQ(batch.Json()["results"][0]["problem"]["words"]["ru"]["detail"], "анализа «nothing» нет");
}

TEST_F(RoutesTest, BadBodiesAreRefused) {
  const auto refused = [&](const std::string& path, const std::string& body, const std::string& field) {
    const Answer answer = server_->Post(path, body);
    EXPECT_EQ(answer.status, 400) << body << answer.body;
    EXPECT_EQ(answer.Json().value("field", ""), field) << body;
  };
  refused("/api/v1/batch", "{", "");
  refused("/api/v1/batch", "[]", "");
  refused("/api/v1/batch", "\xFF", "");
  refused("/api/v1/batch", "{}", "requests");
  refused("/api/v1/batch", R"({"requests":[]})", "requests");
  refused("/api/v1/batch", R"({"requests":[{"id":1}]})", "requests");
  refused("/api/v1/batch", R"({"requests":[{"id":"deals","params":[]}]})", "params");
  refused("/api/v1/batch", R"({"requests":[{"id":"deals","params":{"by":{}}}]})", "by");
  refused("/api/v1/batch", R"({"requests":[{"id":"deals"}],"known_at":"x"})", "known_at");
  refused("/api/v1/batch", R"({"requests":[{"id":"deals"}],"knownat":1})", "knownat");
  refused("/api/v1/settings.set", R"({"name":"currency"})", "name");
  refused("/api/v1/settings.set", R"({"params":{"nothing":1}})", "nothing");
  refused("/api/v1/sources.import", "{}", "uploads");
  refused("/api/v1/sources.import", R"({"params":{"uploads":["x"],"dry_run":"maybe"}})", "dry_run");
  const Answer many = server_->Post("/api/v1/batch", [] {
    std::string body = R"({"requests":[{"id":"deals"})";
    for (int i = 0; i < 64; ++i) body += R"(,{"id":"deals"})";
    return body + "]}";
  }());
  EXPECT_EQ(many.status, 413);
  EXPECT_EQ(server_->Post("/api/v1/batch", std::string(100'000, '[')).status, 400);
}

TEST_F(RoutesTest, AnActionIsPerformedWithItsReason) {
  const Answer answer = server_->Post("/api/v1/settings.set",
                                      R"({"params":{"name":"currency","value":"EUR"},"reason":"почему бы и нет"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json()["tables"]["decision"]["rows"][0], json({"currency", "почему бы и нет"}));
  EXPECT_EQ(server_->Post("/api/v1/settings.set", "").status, 200);
}

TEST_F(RoutesTest, TheBodyIsJson) {
  EXPECT_EQ(server_->Post("/api/v1/batch", "{}", "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(server_->Post("/api/v1/settings.set", "{}", "Content-Type: Application/JSON; charset=utf-8\r\n").status,
            200);
  const Answer with_body = server_->Ask("GET", "/api/v1/deals", "", "{}");
  EXPECT_EQ(with_body.status, 400);
}

TEST_F(RoutesTest, FilesOfThePage) {
  // Where the page is not built, every address of it says so; where it is, all of them are the page.
  const Answer page = server_->Get("/");
  const Answer deep = server_->Get("/pipeline/deals?from=2026-01-01");
  EXPECT_EQ(page.status, deep.status);
  EXPECT_EQ(page.body, deep.status == 200 ? deep.body : page.body);
  EXPECT_EQ(server_->Get("/assets/nothing-12345678.js").status, 404);
}

}  // namespace
}  // namespace weir::server
