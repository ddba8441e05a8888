// Signing in over HTTP: who gets in, what each may do, and what nobody sees of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPassword = "four words in a row";
constexpr const char* kJson = "Content-Type: application/json\r\n";

class AccessHttpTest : public ::testing::Test {
 protected:
  AccessHttpTest() : AccessHttpTest(ServeOptions{}) {}
  explicit AccessHttpTest(ServeOptions options) : server_(std::move(options), AddAccounts) {}

  static void AddAccounts(FakeBackend& backend) {
    Add(backend, "olga", {});
    Add(backend, "max", {.role = "member", .teams = std::vector<std::string>{"t1"}});
  }

  static void Add(FakeBackend& backend, const std::string& name, const access::AccountFields& fields) {
    const analysis::Principal owner = analysis::Principal::LocalOwner();
    ASSERT_TRUE(backend.access().Add(name, fields, owner, {}));
    ASSERT_TRUE(backend.access().ResetPassword(name, kPassword, owner));
  }

  static std::string CookieOf(const Answer& answer) {
    const std::string cookie = answer.Header("set-cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }

  Answer Login(const std::string& user, const std::string& password, const std::string& headers = {}) {
    const nlohmann::json body{{"user", user}, {"password", password}};
    return server_.Ask("POST", "/api/v1/login", kJson + headers, body.dump());
  }

  // The lines that a signed in page sends.
  std::string SignedIn(const std::string& user) {
    const Answer answer = Login(user, kPassword);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return WithToken(CookieOf(answer));
  }

  std::string WithToken(const std::string& cookie) {
    const auto session = server_.Get("/api/v1/session", cookie).Json();
    return cookie + "X-CSRF-Token: " + session["csrf"].get<std::string>() + "\r\n";
  }

  int Post(const std::string& path, const std::string& headers, const std::string& body = "{}") {
    return server_.Ask("POST", path, kJson + headers, body).status;
  }

  Server server_;
};

TEST_F(AccessHttpTest, NothingButThePageIsOpen) {
  for (const char* path : {"/api/v1/catalog", "/api/v1/deals", "/api/v1/live", "/api/v1/jobs", "/api/v1/jobs/1",
                           "/api/v1/sessions", "/api/openapi.json"}) {
    const Answer answer = server_.Get(path);
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_EQ(answer.Json()["code"], "unauthenticated") << path;
  }
  for (const char* path : {"/api/v1/batch", "/api/v1/settings.set", "/api/v1/sources.import", "/api/v1/uploads",
                           "/api/v1/uploads/x/proposal", "/api/v1/uploads/x/trial", "/api/v1/uploads/x/sheet",
                           "/api/v1/password", "/api/v1/preferences"}) {
    EXPECT_EQ(Post(path, ""), 401) << path;
  }
  for (const char* path : {"/healthz", "/readyz", "/api/v1/session", "/metrics"}) {
    EXPECT_EQ(server_.Get(path).status, 200) << path;
  }
  EXPECT_EQ(server_.Get("/api/v1/session").Json()["rights"], nlohmann::json::array());
  EXPECT_EQ(server_.Get("/api/v1/session").Json()["has_accounts"], true);
}

TEST_F(AccessHttpTest, SigningInGivesANewCookie) {
  const std::string before = CookieOf(server_.Get("/api/v1/session"));
  const Answer answer = Login("olga", kPassword, WithToken(before));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(CookieOf(answer), before);
  EXPECT_THAT(answer.Header("set-cookie"), HasSubstr("; HttpOnly; SameSite=Lax; Max-Age="));
  EXPECT_THAT(answer.Header("set-cookie"), Not(HasSubstr("Secure")));
  const auto session = server_.Get("/api/v1/session", CookieOf(answer)).Json();
  EXPECT_EQ(session["user"], "olga");
  EXPECT_EQ(session["role"], "owner");
  EXPECT_EQ(server_.Get("/api/v1/deals", CookieOf(answer)).status, 200);
  EXPECT_EQ(server_.Get("/api/v1/deals", before).status, 401);
}

TEST_F(AccessHttpTest, ABrowserSignsInWithItsToken) {
  const std::string cookie = CookieOf(server_.Get("/api/v1/session"));
  EXPECT_EQ(Login("olga", kPassword, cookie).status, 403) << "another site must not sign anybody in";
  EXPECT_EQ(Login("olga", kPassword, "Origin: http://evil.example\r\n").status, 403);
}

TEST_F(AccessHttpTest, WrongPasswordsAreSlowedDown) {
  const Answer wrong = Login("olga", "wrong");
  const Answer unknown = Login("nobody", "wrong");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.Json()["detail"], unknown.Json()["detail"]);
  for (int i = 0; i < 4; ++i) Login("olga", "wrong");
  const Answer late = Login("olga", kPassword);
  EXPECT_EQ(late.status, 429);
  EXPECT_GE(std::stoi(late.Header("retry-after")), 1);
  server_.backend().ahead_seconds = 120;
  EXPECT_EQ(Login("olga", kPassword).status, 200);
}

TEST_F(AccessHttpTest, SigningOutEndsTheSession) {
  const std::string olga = SignedIn("olga");
  const Answer out = server_.Ask("POST", "/api/v1/logout", kJson + olga, "{}");
  EXPECT_EQ(out.status, 200);
  EXPECT_NE(out.Header("set-cookie"), "");
  EXPECT_EQ(server_.Get("/api/v1/deals", olga).status, 401);
}

TEST_F(AccessHttpTest, SessionsAreListedAndEnded) {
  const std::string here = SignedIn("olga");
  const std::string there = SignedIn("olga");
  const auto list = server_.Get("/api/v1/sessions", here).Json()["sessions"];
  ASSERT_EQ(list.size(), 2U);
  for (const auto& session : list) {
    if (session["is_this"].get<bool>()) continue;
    EXPECT_EQ(server_.Ask("DELETE", "/api/v1/sessions/" + session["id"].get<std::string>(), here).status, 200);
  }
  EXPECT_EQ(server_.Get("/api/v1/deals", there).status, 401);
  EXPECT_EQ(server_.Get("/api/v1/deals", here).status, 200);
  EXPECT_EQ(server_.Get("/api/v1/sessions", SignedIn("max")).Json()["sessions"].size(), 1U);
}

TEST_F(AccessHttpTest, RightsAreAskedFor) {
  const std::string max = SignedIn("max");
  EXPECT_EQ(server_.Get("/api/v1/deals", max).status, 200);
  EXPECT_EQ(Post("/api/v1/sources.import", max, R"({"params":{"uploads":["x"]}})"), 403);
  EXPECT_EQ(Post("/api/v1/uploads/x/proposal", max), 403);
  EXPECT_EQ(Post("/api/v1/uploads/x/trial", max), 403);
  EXPECT_EQ(Post("/api/v1/uploads/x/sheet", max), 403);
  EXPECT_EQ(server_.Ask("POST", "/api/v1/uploads", max + "X-File-Name: a.csv\r\n", "a").status, 403);
  EXPECT_EQ(Post("/api/v1/password", max, R"({"user":"olga","password":"four other words"})"), 403);
  EXPECT_EQ(Login("olga", kPassword).status, 200);
}

TEST_F(AccessHttpTest, APasswordIsChanged) {
  const std::string max = SignedIn("max");
  EXPECT_EQ(Post("/api/v1/password", max, R"({"present":"wrong","password":"four other words"})"), 403);
  EXPECT_EQ(Post("/api/v1/password", max, R"({"present":"four words in a row","password":"short"})"), 400);
  EXPECT_EQ(Post("/api/v1/password", max, R"({"present":"four words in a row","password":"four other words"})"), 200);
  EXPECT_EQ(server_.Get("/api/v1/deals", max).status, 200) << "this session stays";
  EXPECT_EQ(Login("max", kPassword).status, 401);
  const Answer reset = server_.Ask("POST", "/api/v1/password", kJson + SignedIn("olga"), R"({"user":"max"})");
  ASSERT_EQ(reset.status, 200);
  EXPECT_EQ(server_.Get("/api/v1/deals", max).status, 401);
  EXPECT_EQ(Login("max", reset.Json()["password"].get<std::string>()).status, 200);
}

TEST_F(AccessHttpTest, JobsOfOthersAreNotSeen) {
  const std::string olga = SignedIn("olga");
  const std::string max = SignedIn("max");
  Client asking(server_.port());
  asking.Send("GET /api/v1/slow HTTP/1.1\r\nHost: " + server_.Host() + "\r\n" + olga + "\r\n");
  const Answer accepted = asking.Read();
  ASSERT_EQ(accepted.status, 202);
  const std::string job = "/api/v1/jobs/" + accepted.Json()["job"].get<std::string>();
  EXPECT_EQ(server_.Get(job, olga).status, 200);
  EXPECT_EQ(server_.Get(job, max).status, 404);
  EXPECT_EQ(server_.Ask("DELETE", job, max).status, 404);
  EXPECT_THAT(server_.Get("/api/v1/jobs", max).body, Not(HasSubstr("slow")));
  EXPECT_THAT(server_.Get("/api/v1/jobs", olga).body, HasSubstr("slow"));
  server_.backend().gate.Open();
}

TEST_F(AccessHttpTest, ResultsAreForWhoAskedEvenIfItIsAnImport) {
  const std::string olga = SignedIn("olga");
  Add(server_.backend(), "igor", {.role = "owner"});
  const std::string igor = SignedIn("igor");
  const Answer accepted = server_.Ask("POST", "/api/v1/wait", kJson + olga, "{}");
  ASSERT_EQ(accepted.status, 202);
  const std::string job = "/api/v1/jobs/" + accepted.Json()["job"].get<std::string>();
  server_.backend().gate.Open();
  for (int i = 0; i < 500 && server_.Get(job, olga).Json()["state"] == "running"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(server_.Get(job, olga).Json()["result"].is_null());
  EXPECT_TRUE(server_.Get(job, igor).Json()["result"].is_null());
  EXPECT_EQ(server_.Get(job, SignedIn("max")).status, 404);
}

TEST_F(AccessHttpTest, LiveNewsEndWithTheSession) {
  const std::string max = SignedIn("max");
  Client listening(server_.port());
  listening.Send("GET /api/v1/live HTTP/1.1\r\nHost: " + server_.Host() + "\r\n" + max + "\r\n");
  ASSERT_NE(listening.ReadUntil("event: hello"), "");
  server_.backend().Raise(8);
  ASSERT_NE(listening.ReadUntil("data_version\":8"), "");
  ASSERT_TRUE(server_.backend().access().SetActive("max", false, analysis::Principal::LocalOwner(), {}));
  server_.backend().Raise(9);
  EXPECT_THAT(listening.ReadAll(), Not(HasSubstr("data_version\":9")));
}

TEST_F(AccessHttpTest, SavingATableIsNoted) {
  EXPECT_EQ(Post("/api/v1/exports", SignedIn("olga"), R"({"page":"/catalog/won_amount"})"), 200);
  EXPECT_EQ(Post("/api/v1/exports", SignedIn("olga"), R"({"page":"/catalog?where=x"})"), 400);
  EXPECT_EQ(Post("/api/v1/exports", SignedIn("max"), R"({"page":"/catalog"})"), 403);
}

TEST_F(AccessHttpTest, APreferenceStays) {
  const std::string max = SignedIn("max");
  EXPECT_EQ(Post("/api/v1/preferences", max, R"({"language":"ru"})"), 200);
  EXPECT_EQ(Post("/api/v1/preferences", max, R"({"theme":"dark"})"), 200);
  EXPECT_EQ(Post("/api/v1/preferences", max, R"({"theme":"pink"})"), 400);
  const auto session = server_.Get("/api/v1/session", max).Json();
  EXPECT_EQ(session["language"], "ru");
  EXPECT_EQ(session["theme"], "dark");
}

TEST_F(AccessHttpTest, ForwardedHeadersOfStrangersAreIgnored) {
  for (int i = 0; i < 5; ++i) Login("nobody", "wrong", "X-Forwarded-For: 203.0.113.7\r\n");
  EXPECT_EQ(Login("olga", kPassword, "X-Forwarded-For: 203.0.113.8\r\n").status, 429) << "it is one address";
  server_.backend().ahead_seconds = 3700;
  EXPECT_THAT(Login("olga", kPassword, "X-Forwarded-Proto: https\r\n").Header("set-cookie"), Not(HasSubstr("Secure")));
}

class ProxyHttpTest : public AccessHttpTest {
 protected:
  ProxyHttpTest() : AccessHttpTest(ServeOptions{.hosts = {"Weir.example.com"}, .proxies = {"127.0.0.1"}}) {}
};

TEST_F(ProxyHttpTest, ATrustedProxyTellsTheClient) {
  for (int i = 0; i < 5; ++i) Login("nobody", "wrong", "X-Forwarded-For: 1.2.3.4, 203.0.113.7\r\n");
  EXPECT_EQ(Login("olga", kPassword, "X-Forwarded-For: 203.0.113.7\r\n").status, 429);
  EXPECT_EQ(Login("olga", kPassword, "X-Forwarded-For: 1.2.3.4\r\n").status, 200) << "what a client invents";
  EXPECT_EQ(server_.Get("/metrics", "X-Forwarded-For: 203.0.113.7\r\n").status, 401) << "not for the world";
}

TEST_F(ProxyHttpTest, BehindTlsTheCookieIsSecure) {
  const std::string https = "X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.7\r\n";
  const Answer answer = Login("olga", kPassword, https);
  EXPECT_THAT(answer.Header("set-cookie"), HasSubstr("; Secure"));
  const std::string olga = WithToken(CookieOf(answer)) + https;
  EXPECT_EQ(Post("/api/v1/settings.set", olga + "Origin: https://" + server_.Host() + "\r\n"), 200);
  EXPECT_EQ(Post("/api/v1/settings.set", olga + "Origin: http://" + server_.Host() + "\r\n"), 403);
}

TEST_F(ProxyHttpTest, ANamedHostIsAnswered) {
  for (const char* host : {"weir.example.com", "WEIR.example.com"}) {
    Client client(server_.port());
    client.Send(fmt::format("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host));
    EXPECT_EQ(client.Read().status, 200) << host;
  }
  Client other(server_.port());
  other.Send("GET /healthz HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(other.Read().status, 421);
}

TEST(ServedAddressTest, OtherMachinesNeedAccounts) {
  FakeBackend backend;
  ServeOptions options{.address = "0.0.0.0", .port = 0, .handles_signals = false};
  const Status refused = ServeBackend(backend, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kForbidden);
  EXPECT_THAT(refused.error().hint(), HasSubstr("weir user add"));
  const Status proxied = ServeBackend(backend, {.proxies = {"127.0.0.1"}, .port = 0, .handles_signals = false});
  ASSERT_FALSE(proxied) << "whom the proxy lets in comes from this machine";
  EXPECT_EQ(proxied.error().field(), "proxy");
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  ASSERT_TRUE(backend.access().Add("olga", {}, owner, {}));
  EXPECT_FALSE(ServeBackend(backend, options)) << "nobody could sign in";
  ASSERT_TRUE(backend.access().ResetPassword("olga", kPassword, owner));
  std::stop_source stop;
  options.on_ready = [&](const std::string&) { stop.request_stop(); };
  EXPECT_TRUE(ServeBackend(backend, options, stop.get_token()));
}

TEST(FirstAccountTest, FromThenOnOneSignsIn) {
  Server server;
  EXPECT_EQ(server.Get("/api/v1/deals").status, 200);
  EXPECT_EQ(server.Ask("POST", "/api/v1/login", kJson, R"({"user":"a","password":"b"})").status, 409);
  Client listening(server.port());
  listening.Send("GET /api/v1/live HTTP/1.1\r\nHost: " + server.Host() + "\r\n\r\n");
  ASSERT_NE(listening.ReadUntil("event: hello"), "");
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  ASSERT_TRUE(server.backend().access().Add("olga", {}, owner, {}));
  ASSERT_TRUE(server.backend().access().ResetPassword("olga", kPassword, owner));
  EXPECT_EQ(server.Get("/api/v1/deals").status, 401);
  server.backend().Raise(9);
  EXPECT_THAT(listening.ReadAll(), Not(HasSubstr("data_version\":9"))) << "a page that was open before";
}

}  // namespace
}  // namespace weir::server
