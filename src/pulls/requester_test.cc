#include "pulls/requester.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "pulls/test_service.h"

namespace weir::pulls {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class RequesterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = FreshFolder();
    settings_.token_file = folder_ / "token";
    puller_.title_en = "Shop";
    puller_.rate = {1000, 1};
  }
  void TearDown() override { fs::remove_all(folder_); }

  void WriteToken(const std::string& text) {
    std::ofstream(settings_.token_file) << text;
    ::chmod(settings_.token_file.c_str(), 0600);
  }
  Requester Make() {
    auto credentials = ReadCredentials(puller_, settings_);
    EXPECT_TRUE(credentials) << credentials.error().ToString();
    auto base = BaseOf(puller_, settings_, *credentials);
    EXPECT_TRUE(base) << base.error().ToString();
    return {puller_, settings_, *credentials, *base, client_, clock_};
  }
  Result<Reply> Ask(Requester& requester) { return requester.Ask({.target = "/list", .may_expire = true}); }

  fs::path folder_;
  Puller puller_{.source = "shop", .base = "https://shop.example"};
  PullSettings settings_;
  FakeClient client_;
  FakeClock clock_;
};

TEST_F(RequesterTest, SaysWhoAsks) {
  WriteToken("secret-1");
  client_.Say(200, "{}");
  puller_.headers = {{"Version", "2"}};
  ASSERT_TRUE(Make().Ask({.target = "/a?b=c"}));
  EXPECT_EQ(client_.requests[0].url, "https://shop.example/a?b=c");
  EXPECT_THAT(client_.requests[0].headers, Contains("Authorization: Bearer secret-1"));
  EXPECT_THAT(client_.requests[0].headers, Contains("Version: 2"));
  puller_.auth = AuthKind::kBasic;
  puller_.user = "{user}/token";
  settings_.values["user"] = "Ann";
  ASSERT_TRUE(Make().Ask({.target = "/"}));
  EXPECT_THAT(client_.requests[1].headers, Contains("Authorization: Basic QW5uL3Rva2VuOnNlY3JldC0x"));
  puller_.auth = AuthKind::kHeader;
  puller_.header = "x-api-token";
  ASSERT_TRUE(Make().Ask({.target = "/"}));
  EXPECT_THAT(client_.requests[2].headers, Contains("x-api-token: secret-1"));
  WriteToken("https://hook.example/rest/1/secret-1/\n");
  puller_.auth = AuthKind::kAddress;
  ASSERT_TRUE(Make().Ask({.target = "/list"}));
  EXPECT_EQ(client_.requests[3].url, "https://hook.example/rest/1/secret-1/list");
  EXPECT_THAT(client_.requests[3].headers, Each(Not(HasSubstr("secret-1"))));
}

TEST_F(RequesterTest, TriesAgainAndWaitsAsItIsTold) {
  WriteToken("secret-1");
  puller_.waits = {"x-reset"};
  client_.Say(429, "{}", {{"retry-after", "7"}});
  client_.Say(503, "{}", {{"x-reset", "2.5"}});
  client_.Say(500, "{}");
  client_.answers.emplace_back(Fail(Unavailable("timed out")));
  client_.Say(200, R"({"cut": [)");
  client_.Say(200, R"({"whole": 1})");
  Requester requester = Make();
  const auto reply = Ask(requester);
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, R"({"whole": 1})");
  ASSERT_EQ(clock_.slept.size(), 5U);
  EXPECT_EQ(clock_.slept[0], milliseconds(7000));
  EXPECT_EQ(clock_.slept[1], milliseconds(2500));
  // Doubled each time, and up to a half less by chance.
  EXPECT_THAT(clock_.slept[2].count(), ::testing::AllOf(::testing::Ge(2000), ::testing::Le(4000)));
  EXPECT_THAT(clock_.slept[4].count(), ::testing::AllOf(::testing::Ge(8000), ::testing::Le(16000)));
}

TEST_F(RequesterTest, GivesUp) {
  WriteToken("secret-1");
  client_.Say(500, "{}");
  Requester requester = Make();
  const auto reply = Ask(requester);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::kBusy);
  EXPECT_EQ(client_.requests.size(), 6U);
  EXPECT_FALSE(requester.is_over());

  client_.answers.clear();
  client_.requests.clear();
  client_.Say(429, "{}", {{"retry-after", "86400"}});
  EXPECT_THAT(Ask(requester).error().ToString(), HasSubstr("come again in 1440 minutes"));
  EXPECT_EQ(client_.requests.size(), 1U);
  EXPECT_TRUE(requester.is_over());

  client_.answers.clear();
  client_.Say(403, R"({"message": "no right to read deals"})");
  EXPECT_THAT(Ask(requester).error().ToString(), HasSubstr("no right to read deals"));
  EXPECT_EQ(client_.requests.size(), 2U);
}

TEST_F(RequesterTest, TellsBusyAndExpiredByWhatIsSaid) {
  WriteToken("secret-1");
  puller_.busy = {{403, "LIMIT"}};
  puller_.expired = {{404, "CURSOR"}};
  client_.Say(403, "LIMIT EXCEEDED");
  client_.Say(404, R"([{"errorCode": "CURSOR"}])");
  Requester requester = Make();
  const auto reply = Ask(requester);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->kind, Reply::Kind::kExpired);
  EXPECT_EQ(client_.requests.size(), 2U);
  EXPECT_FALSE(requester.Ask({.target = "/list"})) << "without a cursor it is an error";
  client_.answers.clear();
  client_.Say(404, "{}");
  EXPECT_EQ(requester.Ask({.target = "/7", .may_miss = true})->kind, Reply::Kind::kMissing);
  client_.answers.clear();
  client_.Say(204, "", {{"date", "Sun, 01 Mar 2026 10:00:00 GMT"}});
  EXPECT_EQ(Ask(requester)->body, "");
  EXPECT_EQ(Ask(requester)->at, ParseIsoInstant("2026-03-01T10:00:00Z"));
}

TEST_F(RequesterTest, StopsWhereTheDayIsOver) {
  WriteToken("secret-1");
  puller_.busy = {{.status = 403, .says = "Total", .stops = true}, {.status = 403, .says = "LIMIT"}};
  puller_.absent = {{.status = 400, .says = "NO_SUCH_TYPE"}};
  client_.Say(403, "LIMIT: Total");
  Requester requester = Make();
  EXPECT_THAT(Ask(requester).error().ToString(), HasSubstr("Pull again later"));
  EXPECT_TRUE(requester.is_over());
  EXPECT_EQ(client_.requests.size(), 1U) << "it is not tried again";
  client_.answers.clear();
  client_.Say(400, "NO_SUCH_TYPE");
  EXPECT_EQ(Ask(requester)->kind, Reply::Kind::kAbsent);
}

TEST_F(RequesterTest, LeavesSomeOfTheDaysRequestsToOthers) {
  WriteToken("secret-1");
  const auto asked = [&](const std::string& used) {
    client_.answers.clear();
    client_.requests.clear();
    client_.Say(200, "{}", {{"x-usage", used}, {"x-left", used}, {"x-of", "1000"}});
    Requester requester = Make();
    EXPECT_TRUE(Ask(requester)) << "what came is taken";
    const bool is_refused = !Ask(requester).has_value();
    EXPECT_EQ(is_refused, requester.is_over()) << used;
    EXPECT_EQ(client_.requests.size(), is_refused ? 1U : 2U) << used;
    return is_refused;
  };
  puller_.budget = Budget{.used = "x-usage", .left = {}, .of = {}, .percent = 80};
  EXPECT_TRUE(asked("api-usage=800/1000"));
  EXPECT_TRUE(asked("9/10; per-app-api-usage=17/250(appName=sample)"));
  for (const char* used : {"api-usage=799/1000", "", "none", "x/y", "5/0", "99999999999999999999/5"})
    EXPECT_FALSE(asked(used));
  puller_.budget = Budget{.used = {}, .left = "x-left", .of = "x-of", .percent = 80};
  EXPECT_TRUE(asked("200"));
  EXPECT_FALSE(asked("201"));
  EXPECT_FALSE(asked("many"));
}

TEST_F(RequesterTest, RestsWhereTheServiceHasWorkedEnoughForIt) {
  WriteToken("secret-1");
  puller_.pace = Pace{.used = "time.operating", .most = 400, .until = "time.reset_at"};
  const std::int64_t now = clock_.now.micros / kMicrosPerSecond;
  client_.Say(200, fmt::format(R"({{"time": {{"operating": 399.9, "reset_at": {}}}}})", now + 90));
  client_.Say(200, fmt::format(R"({{"time": {{"operating": 400.1, "reset_at": {}}}}})", now + 90));
  client_.Say(200, R"({"time": {}})");
  Requester requester = Make();
  ASSERT_TRUE(Ask(requester));
  ASSERT_TRUE(Ask(requester));
  EXPECT_TRUE(clock_.slept.empty());
  ASSERT_TRUE(Ask(requester));
  EXPECT_EQ(clock_.SleptInAll(), milliseconds(90'001));
  ASSERT_TRUE(Ask(requester));
  EXPECT_EQ(clock_.SleptInAll(), milliseconds(90'001));
}

TEST_F(RequesterTest, KeepsToTheRate) {
  WriteToken("secret-1");
  puller_.rate = {3, 10};
  client_.Say(200, "{}");
  Requester requester = Make();
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(Ask(requester));
  EXPECT_GE(clock_.SleptInAll(), milliseconds(20'000));
  EXPECT_LE(clock_.SleptInAll(), milliseconds(20'100));
  settings_.rate = 1000;
  Requester fast = Make();
  clock_.slept.clear();
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(Ask(fast));
  EXPECT_TRUE(clock_.slept.empty()) << "as the settings say";
  RateLimiter slow({1, 60}, clock_);
  clock_.slept.clear();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(fast.Ask({.target = "/x", .rate = &slow}));
  EXPECT_GE(clock_.SleptInAll(), milliseconds(60'000));
}

TEST_F(RequesterTest, FollowsNothingToAnotherHost) {
  WriteToken("secret-1");
  Requester requester = Make();
  for (const char* to :
       {"https://evil.example/list", "http://shop.example/list", "https://shop.example:8443/list",
        "//evil.example/list", "https://shop.example@evil.example/", "https://shop.example.evil.example/"}) {
    client_.answers.clear();
    client_.requests.clear();
    client_.Say(302, "", {{"location", to}});
    const auto reply = Ask(requester);
    ASSERT_FALSE(reply) << to;
    EXPECT_EQ(reply.error().code(), Code::kForbidden) << to;
    EXPECT_EQ(client_.requests.size(), 1U) << to;
    EXPECT_FALSE(requester.Ask({.target = to})) << to;
    EXPECT_EQ(client_.requests.size(), 1U) << to;
  }
  client_.answers.clear();
  client_.Say(301, "", {{"location", "https://SHOP.example:443/moved"}});
  client_.Say(200, "{}");
  ASSERT_TRUE(Ask(requester));
  EXPECT_EQ(client_.requests.back().url, "https://shop.example/moved");
  client_.answers.clear();
  client_.Say(302, "", {{"location", "/round"}});
  EXPECT_FALSE(Ask(requester)) << "not for ever";
}

TEST_F(RequesterTest, QuotesNoSecret) {
  WriteToken("https://hook.example/rest/1/secretcode");
  puller_.auth = AuthKind::kAddress;
  client_.Say(400,
              R"({"error": "bad call of /rest/1/secretcode/list", "at": "https://hook.example/rest/1/secretcode"})");
  Requester requester = Make();
  const auto reply = Ask(requester);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().ToString(), Not(HasSubstr("secretcode")));
  EXPECT_THAT(reply.error().ToString(), HasSubstr("bad call of /rest/1/***/list"));
  EXPECT_EQ(requester.Relative("https://hook.example/rest/1/secretcode/list?start=50"), "/list?start=50");
}

TEST_F(RequesterTest, RenewsATokenAndKeepsWhatTheServiceReplaces) {
  puller_.auth = AuthKind::kOAuth;
  puller_.oauth = {.path = "/oauth/token", .grant = {}, .is_json = false};
  WriteToken("client_id = 'me'\nclient_secret = 'hush'\nrefresh_token = 'old'\n");
  int renewed = 0;
  client_.answer = [&](const HttpRequest& request) -> Result<HttpAnswer> {
    if (request.url.ends_with("/oauth/token")) {
      ++renewed;
      EXPECT_EQ(request.body, fmt::format("grant_type=refresh_token&client_id=me&client_secret=hush&refresh_token={}",
                                          renewed == 1 ? "old" : "new1"));
      return HttpAnswer{200, {}, fmt::format(R"({{"access_token": "access{0}", "refresh_token": "new{0}"}})", renewed)};
    }
    const bool is_valid = request.headers[1] == "Authorization: Bearer access2";
    return HttpAnswer{is_valid ? 200 : 401, {}, "{}"};
  };
  Requester requester = Make();
  ASSERT_TRUE(Ask(requester));
  EXPECT_EQ(renewed, 2) << "the first ran out";
  std::ifstream file(settings_.token_file);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, "client_id = 'me'\nclient_secret = 'hush'\nrefresh_token = 'new2'\n");
  struct stat about{};
  ASSERT_EQ(::stat(settings_.token_file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  client_.answer = [](const HttpRequest& request) -> Result<HttpAnswer> {
    return HttpAnswer{request.is_post ? 400 : 401, {}, R"({"error": "invalid_grant", "sent": "hush"})"};
  };
  const auto refused = Ask(requester);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(requester.is_over());
  EXPECT_THAT(refused.error().ToString(), HasSubstr("invalid_grant"));
  EXPECT_THAT(refused.error().ToString(), Not(HasSubstr("hush")));
}

TEST(HttpDate, IsRead) {
  EXPECT_EQ(ParseHttpDate("Wed, 21 Oct 2015 07:28:00 GMT"), ParseIsoInstant("2015-10-21T07:28:00Z"));
  for (const char* text : {"", "tomorrow", "Wed, 21 Okt 2015 07:28:00 GMT", "Wed, 21"})
    EXPECT_FALSE(ParseHttpDate(text));
}

TEST(Origin, IsOfPlainAddressesOnly) {
  EXPECT_EQ(OriginOf("https://A.Example:443/x"), "https://a.example");
  EXPECT_EQ(OriginOf("http://127.0.0.1:80?x"), "http://127.0.0.1");
  EXPECT_EQ(OriginOf("https://a.example:8443"), "https://a.example:8443");
  for (const char* text :
       {"ftp://a.example", "https://", "https://u@a.example/", "https://a.example\\@b/", "a.example"}) {
    EXPECT_EQ(OriginOf(text), "") << text;
  }
  EXPECT_TRUE(IsLoopback("http://127.0.0.1:8080"));
  EXPECT_TRUE(IsLoopback("http://[::1]:8080"));
  EXPECT_FALSE(IsLoopback("http://127.0.0.1.evil.example"));
}

}  // namespace
}  // namespace weir::pulls
