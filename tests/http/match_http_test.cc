// Do we know this person? Asked over HTTP: the question stands in the body alone, and whoever asks before the index
// stands is told when to ask again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPath = "/api/v1/identity/match";
constexpr const char* kBody = R"({"email": "anna@elbeflow.example"})";

TEST(MatchHttpTest, IsAskedByPostAlone) {
  Server server;
  server.backend().has_match_index = true;
  const Answer got = server.Get(kPath);
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.Header("allow"), "POST");
  EXPECT_EQ(server.Get("/api/v1/identity.match?email=anna@elbeflow.example").status, 405);
  const Answer addressed = server.Post(std::string(kPath) + "?email=anna@elbeflow.example", kBody);
  EXPECT_EQ(addressed.status, 400);
  EXPECT_THAT(addressed.body, HasSubstr("not put into the address"));
  EXPECT_THAT(addressed.body, Not(HasSubstr("elbeflow")));
  EXPECT_EQ(server.Post(kPath, kBody, "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(server.Post("/api/v1/identity/other", kBody).status, 404);
  EXPECT_EQ(server.Post("/api/v1/settings/set", kBody).status, 404) << "what changes something has one address";
  EXPECT_EQ(
      server.Ask("POST", kPath, "Origin: http://evil.example\r\nContent-Type: application/json\r\n", kBody).status,
      403);
}

TEST(MatchHttpTest, TheFirstAnswerIsRecordedAndTheNextComesAtOnce) {
  Server server;
  server.backend().has_match_index = true;
  server.backend().gate.Open();
  const Answer first = server.Post(kPath, kBody);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.Json()["data_version"], 7) << "the engine answered";
  const Answer next = server.Post(kPath, kBody);
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(next.Json()["data_version"], 6) << "the index answered, of the version that it is of";
  EXPECT_EQ(next.Header("cache-control"), "no-store");
  for (const Answer& answer : {first, next}) {
    EXPECT_EQ(answer.Json()["params"], json::object()) << "what was asked is not repeated";
  }
  const Answer wrapped = server.Post("/api/v1/identity.match", R"({"params": {"email": "anna@elbeflow.example"}})");
  EXPECT_EQ(wrapped.status, 200) << wrapped.body;
}

TEST(MatchHttpTest, WhatCannotBeReadIsRefused) {
  Server server;
  server.backend().has_match_index = true;
  server.backend().gate.Open();
  ASSERT_EQ(server.Post(kPath, kBody).status, 200);
  EXPECT_EQ(server.Post(kPath, "").status, 400);
  EXPECT_EQ(server.Post(kPath, "[1]").status, 400);
  EXPECT_EQ(server.Post(kPath, R"({"email": {"a": 1}})").Json()["field"], "email");
  for (const char* body : {R"({"email": 5})", R"({"email": true})", R"({"email": ["a@b.example"]})"}) {
    const Answer number = server.Post(kPath, body);
    EXPECT_EQ(number.status, 400);
    EXPECT_EQ(number.Json()["field"], "email");
    EXPECT_THAT(number.body, HasSubstr("'email' is not a text"));
  }
  EXPECT_EQ(server.Post(kPath, "{}").Json()["field"], "email");
  EXPECT_EQ(server.Post("/api/v1/identity.match", kBody).Json()["field"], "email")
      << "there the parameters have a name";
  EXPECT_EQ(server.Post(kPath, R"({"email": ")" + std::string(20'000, 'a') + "\"}").status, 413);
  EXPECT_THAT(server.Post(kPath, R"({"email": "secret@elbeflow.example", "email": )").body, Not(HasSubstr("secret")));
}

TEST(MatchHttpTest, WhoAsksBeforeTheIndexStandsIsToldToTryAgain) {
  ServeOptions options;
  options.patience = std::chrono::milliseconds(30);
  Server server(options);
  const Answer early = server.Post(kPath, kBody);
  EXPECT_EQ(early.status, 503);
  EXPECT_EQ(early.Header("retry-after"), "1");
  EXPECT_EQ(server.Get("/api/v1/jobs").Json()["jobs"].size(), 0U) << "no job keeps what was asked";
}

}  // namespace
}  // namespace weir::server
