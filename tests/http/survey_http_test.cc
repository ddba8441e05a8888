// The survey of departments over HTTP: the form is open to who has a link, nothing else is, and guessing is slow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr const char* kForm = "/api/v1/survey/form";
constexpr const char* kAnswer = "/api/v1/survey/answer";

class SurveyHttpTest : public ::testing::Test {
 protected:
  SurveyHttpTest() : server_({}, AddAccount) {}
  static void AddAccount(FakeBackend& backend) {
    const analysis::Principal owner = analysis::Principal::LocalOwner();
    ASSERT_TRUE(backend.access().Add("olga", {}, owner, {}));
    ASSERT_TRUE(backend.access().ResetPassword("olga", "four words in a row", owner));
  }
  Answer Send(const std::string& path, const std::string& body, const std::string& headers = {}) {
    return server_.Ask("POST", path, kJson + headers, body);
  }

  Server server_;
};

TEST_F(SurveyHttpTest, WhoHasALinkAnswersWithoutAnAccountAndReachesNothingElse) {
  const Answer form = Send(kForm, R"({"token":"good"})");
  EXPECT_EQ(form.status, 200) << form.body;
  EXPECT_EQ(form.Json()["department"], "Sales");
  // The token signs nobody in, wherever it stands.
  for (const char* path : {"/api/v1/diagnose.survey", "/api/v1/survey.links", "/api/v1/catalog", "/api/v1/jobs"}) {
    EXPECT_EQ(server_.Get(path, "Authorization: Bearer good\r\n").status, 401) << path;
  }
  EXPECT_EQ(Send("/api/v1/settings.set", R"({"token":"good"})").status, 401);
  const std::string reply = R"({"token":"good","respondent":"0123456789abcdef","answers":{"joint_work":["kpis"]}})";
  EXPECT_EQ(Send(kAnswer, reply).status, 200);
  const Answer again = Send(kAnswer, reply);
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("already"));
  ASSERT_EQ(server_.backend().replies.size(), 1U);
  EXPECT_THAT(server_.backend().replies.front().answers.at("joint_work"), ElementsAre("kpis"));
  // A job that others could look at is never made of it.
  EXPECT_EQ(server_.Get("/api/v1/jobs").status, 401);
}

TEST_F(SurveyHttpTest, BodiesThatAreNoAnswerAreRefused) {
  for (const char* body : {"", "[]", R"({"token":7})", R"({"token":"good","respondent":"x"})",
                           R"({"token":"good","respondent":"x","answers":{"a":"b"}})",
                           R"({"token":"good","respondent":"x","answers":{"a":[1]}})",
                           R"({"token":"good","respondent":"x","answers":{},"admin":true})"}) {
    EXPECT_EQ(Send(kAnswer, body).status, 400) << body;
  }
  const std::string long_body = R"({"token":")" + std::string(20'000, 'a') + R"("})";
  EXPECT_EQ(Send(kForm, long_body).status, 413);
  EXPECT_EQ(server_.Get(kForm).status, 405);
  // Another page makes a browser send it: it has no token of ours.
  EXPECT_EQ(Send(kForm, R"({"token":"good"})", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_TRUE(server_.backend().replies.empty());
}

TEST_F(SurveyHttpTest, WhoeverGuessesIsSoonNotListenedTo) {
  int heard = 0;
  int status = 0;
  for (; heard < 40; ++heard) {
    status = Send(kForm, R"({"token":"guess"})").status;
    if (status != 404) break;
  }
  EXPECT_EQ(status, 429);
  EXPECT_EQ(heard, 10);
  EXPECT_NE(Send(kForm, R"({"token":"good"})").Header("retry-after"), "");
}

}  // namespace
}  // namespace weir::server
