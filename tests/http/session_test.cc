// Who may change something: the page with its session, programs that are no browsers, and nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"
#include "server/sessions.h"

namespace weir::server {
namespace {

using ::testing::HasSubstr;

constexpr const char* kJson = "Content-Type: application/json\r\n";

class SessionTest : public ::testing::Test {
 protected:
  std::string Cookie() {
    const std::string cookie = server_.Get("/api/v1/session").Header("set-cookie");
    return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  }
  std::string Token(const std::string& cookie) {
    return "X-CSRF-Token: " + server_.Get("/api/v1/session", cookie).Json()["csrf"].get<std::string>() + "\r\n";
  }
  int Set(const std::string& headers) { return server_.Ask("POST", "/api/v1/settings.set", headers, "{}").status; }
  std::string Origin() { return "Origin: http://" + server_.Host() + "\r\n"; }

  Server server_;
};

TEST_F(SessionTest, TellsWhoAsks) {
  const Answer answer = server_.Get("/api/v1/session");
  EXPECT_EQ(answer.Json()["role"], "owner");
  EXPECT_THAT(answer.Json()["rights"], ::testing::Contains("import"));
  EXPECT_THAT(answer.Header("set-cookie"), HasSubstr("; HttpOnly; SameSite=Lax"));
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
}

TEST_F(SessionTest, ASessionStays) {
  const std::string cookie = Cookie();
  const Answer again = server_.Get("/api/v1/session", cookie);
  EXPECT_EQ(again.Header("set-cookie"), "");
  EXPECT_EQ("X-CSRF-Token: " + again.Json()["csrf"].get<std::string>() + "\r\n", Token(cookie));
}

TEST_F(SessionTest, TheKeyStaysWithTheWorkspace) {
  const std::filesystem::path& home = server_.backend().home();
  const SessionKey key = LoadSessionKey(home);
  EXPECT_EQ(LoadSessionKey(home), key);
  const auto permissions = std::filesystem::status(home / "session.key").permissions();
  EXPECT_EQ(permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::resize_file(home / "session.key", 5);
  const SessionKey other = LoadSessionKey(home);
  EXPECT_NE(other, key);
  EXPECT_EQ(LoadSessionKey(home), other);
}

TEST_F(SessionTest, ThePageMayChange) {
  const std::string cookie = Cookie();
  EXPECT_EQ(Set(kJson + cookie + Token(cookie) + Origin()), 200);
  EXPECT_EQ(Set(kJson + cookie + Token(cookie) + "Sec-Fetch-Site: same-origin\r\n"), 200);
}

TEST_F(SessionTest, AnotherPageMayNot) {
  const std::string cookie = Cookie();
  const std::string token = Token(cookie);
  EXPECT_EQ(Set(kJson + cookie), 403);
  EXPECT_EQ(Set(kJson + cookie + "X-CSRF-Token: 0\r\n"), 403);
  EXPECT_EQ(Set(kJson + token + Origin()), 403) << "a token without its cookie";
  EXPECT_EQ(Set(kJson + Cookie() + token + Origin()), 403) << "a token of another session";
  EXPECT_EQ(Set(kJson + cookie + token + "Origin: http://evil.example\r\n"), 403);
  EXPECT_EQ(Set(kJson + cookie + token + "Origin: null\r\n"), 403);
  EXPECT_EQ(Set(kJson + cookie + token + "Origin: https://" + server_.Host() + "\r\n"), 403);
  EXPECT_EQ(Set(kJson + cookie + token + "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(Set(kJson + cookie + token + "Sec-Fetch-Site: same-site\r\n"), 403);
  EXPECT_EQ(Set(kJson + std::string("Origin: http://evil.example\r\n")), 403);
  EXPECT_EQ(Set(kJson + std::string("Referer: http://evil.example/\r\n")), 403);
}

TEST_F(SessionTest, AProgramMayWhatNoFormCanSend) {
  EXPECT_EQ(Set(kJson), 200);
  EXPECT_EQ(Set(""), 403);
  EXPECT_EQ(Set("Content-Type: text/plain\r\n"), 403);
  EXPECT_EQ(Set("Content-Type: application/x-www-form-urlencoded\r\n"), 403);
  EXPECT_EQ(Set("Content-Type: Multipart/Form-Data; boundary=x\r\n"), 403);
}

}  // namespace
}  // namespace weir::server
