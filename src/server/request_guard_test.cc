#include "server/request_guard.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;

RequestGuard MakeGuard() { return {{}, {"127.0.0.1:7979", "localhost:7979", "[::1]:7979"}}; }

std::string Get(std::string_view headers) { return "GET / HTTP/1.1\r\n" + std::string(headers) + "\r\n"; }

constexpr std::string_view kHost = "Host: localhost:7979\r\n";

std::string Hosted(std::string_view headers) { return Get(std::string(kHost) + std::string(headers)); }

TEST(RequestGuardTest, ReadsAPlainHead) {
  const auto head = MakeGuard().Check(
      "POST /api/v1/batch?as_of=2026-11-23 HTTP/1.1\r\nHost: LOCALHOST:7979\r\nContent-Length: 12\r\n"
      "X-Many:  a b \t\r\nX-Many: \xD0\xB0\r\nX-Empty:\r\n\r\n");
  ASSERT_TRUE(head) << head.error().reason.text;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/api/v1/batch?as_of=2026-11-23");
  EXPECT_EQ(head->minor_version, 1);
  EXPECT_EQ(head->framing, Framing::kLength);
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_THAT(head->headers,
              ::testing::ElementsAre(Pair("host", "LOCALHOST:7979"), Pair("content-length", "12"),
                                     Pair("x-many", "a b"), Pair("x-many", "\xD0\xB0"), Pair("x-empty", "")));
  EXPECT_EQ(head->Find("x-many"), "a b");
  EXPECT_TRUE(head->Has("x-empty"));
  EXPECT_FALSE(head->Has("origin"));
}

TEST(RequestGuardTest, KnowsChunked) {
  const auto head = MakeGuard().Check(Hosted("Transfer-Encoding: Chunked\r\n"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->framing, Framing::kChunked);
}

TEST(RequestGuardTest, KnowsWhenTheConnectionStays) {
  const auto stays = [](std::string_view version, std::string_view header) {
    const auto head =
        MakeGuard().Check("GET / " + std::string(version) + "\r\n" + std::string(kHost) + std::string(header) + "\r\n");
    EXPECT_TRUE(head);
    return head && head->keep_alive;
  };
  EXPECT_TRUE(stays("HTTP/1.1", ""));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: x, CLOSE\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0", ""));
  EXPECT_TRUE(stays("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST(RequestGuardTest, TakesTheAbsoluteFormOfOurOwnAddress) {
  const auto target = [](std::string_view text) {
    const auto head = MakeGuard().Check("GET " + std::string(text) + " HTTP/1.1\r\n" + std::string(kHost) + "\r\n");
    return head ? head->target : head.error().reason.text;
  };
  EXPECT_EQ(target("http://localhost:7979/a?b"), "/a?b");
  EXPECT_EQ(target("HTTP://LocalHost:7979"), "/");
  EXPECT_EQ(target("http://127.0.0.1:7979?x=1"), "/?x=1");
  EXPECT_THAT(target("http://evil.example/"), HasSubstr("not evil.example"));
  EXPECT_THAT(target("http://localhost:7979@evil.example/"), HasSubstr("this server is not"));
}

struct Case {
  const char* name;
  std::string head;
  int status;
  const char* reason;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class RefusedHead : public ::testing::TestWithParam<Case> {};

TEST_P(RefusedHead, IsRefused) {
  const Case& one = GetParam();
  const RequestGuard guard = MakeGuard();
  const auto end = guard.FindEnd(one.head);
  if (!end) {
    EXPECT_EQ(end.error().status, one.status) << end.error().reason.text;
    EXPECT_THAT(end.error().reason.text, HasSubstr(one.reason));
    return;
  }
  ASSERT_GT(*end, 0U) << "more is waited for";
  const auto head = guard.Check(std::string_view(one.head).substr(0, *end));
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().status, one.status) << head.error().reason.text;
  EXPECT_THAT(head.error().reason.text, HasSubstr(one.reason));
}

const std::string kNul(1, '\0');

INSTANTIATE_TEST_SUITE_P(
    RequestLine, RefusedHead,
    ::testing::Values(
        Case{"tls", "\x16\x03\x01\x02", 400, "not TLS"},
        Case{"empty_line_first", "\r\nGET / HTTP/1.1\r\n\r\n", 400, "method"},
        Case{"blank_first", " GET / HTTP/1.1\r\n\r\n", 400, "method"},
        Case{"no_version", "GET /\r\n" + std::string(kHost) + "\r\n", 400, "request line"},
        Case{"two_blanks", "GET  / HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "blanks"},
        Case{"blank_in_target", "GET /a b HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "blanks"},
        Case{"tab_in_target", "GET /a\tb HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "blanks"},
        Case{"nul_in_target", "GET /a" + kNul + " HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "control"},
        Case{"utf8_in_target", "GET /\xD0\xB0 HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "127"},
        Case{"fragment", "GET /#a HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "fragment"},
        Case{"relative", "GET a HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "begin with '/'"},
        Case{"asterisk", "OPTIONS * HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "begin with '/'"},
        Case{"connect", "CONNECT evil.example:443 HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "begin with '/'"},
        Case{"https", "GET https://localhost:7979/ HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "begin with '/'"},
        Case{"http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1"},
        Case{"http12", "GET / HTTP/1.2\r\n" + std::string(kHost) + "\r\n", 505, "HTTP/1.1"},
        Case{"http09", "GET / HTTP/0.9\r\n" + std::string(kHost) + "\r\n", 505, "HTTP/1.1"},
        Case{"lower_version", "GET / http/1.1\r\n" + std::string(kHost) + "\r\n", 400, "version"},
        Case{"method_with_bytes", "G(T / HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "method"},
        Case{"long_method", "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 400, "method"},
        Case{"long_target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + std::string(kHost) + "\r\n", 414,
             "long"},
        Case{"endless_target", "GET /" + std::string(9000, 'a'), 414, "too long"},
        Case{"target_of_one_too_many", "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\n" + std::string(kHost) + "\r\n",
             414, "long"},
        Case{"bare_lf", "GET / HTTP/1.1\nHost: localhost:7979\n\n", 400, "LF alone"}));

INSTANTIATE_TEST_SUITE_P(
    Headers, RefusedHead,
    ::testing::Values(Case{"folded", Hosted("X-A: 1\r\n 2\r\n"), 400, "folded"},
                      Case{"folded_by_tab", Hosted("X-A: 1\r\n\t2\r\n"), 400, "folded"},
                      Case{"folded_first", Get(" Host: localhost:7979\r\n"), 400, "folded"},
                      Case{"blank_before_colon", Hosted("X-A : 1\r\n"), 400, "name"},
                      Case{"no_colon", Hosted("X-A\r\n"), 400, "name"}, Case{"no_name", Hosted(": 1\r\n"), 400, "name"},
                      Case{"name_with_bytes", Hosted("X(A): 1\r\n"), 400, "name"},
                      Case{"name_with_nul", Hosted("X" + kNul + "A: 1\r\n"), 400, "name"},
                      Case{"name_above_127", Hosted("X\xC3\xA4: 1\r\n"), 400, "name"},
                      Case{"nul_in_value", Hosted("X-A: 1" + kNul + "2\r\n"), 400, "control"},
                      Case{"escape_in_value", Hosted("X-A: \x1B[0m\r\n"), 400, "control"},
                      Case{"delete_in_value", Hosted("X-A: \x7F\r\n"), 400, "control"},
                      Case{"bare_cr_in_value", Hosted("X-A: 1\rX-B: 2\r\n"), 400, "CR LF"},
                      Case{"bare_lf_in_value", Hosted("X-A: 1\nX-B: 2\r\n"), 400, "LF alone"},
                      Case{"cr_cr_lf", Hosted("X-A: 1\r\r\n"), 400, "CR LF"},
                      Case{"odd_connection", Hosted("Connection: close; now\r\n"), 400, "list of words"},
                      Case{"long_header", Hosted("X-A: " + std::string(9000, 'a') + "\r\n"), 431, "longer than"},
                      Case{"long_head", Hosted("X-A: " + std::string(40000, 'a') + "\r\n"), 431, "longer than"},
                      Case{"endless_head", "GET / HTTP/1.1\r\nX-A: " + std::string(40000, 'a'), 431, "longer than"},
                      Case{"too_many",
                           [] {
                             std::string many;
                             for (int i = 0; i < 100; ++i) many += "A: 1\r\n";
                             return Hosted(many);
                           }(),
                           431, "more than 100"}));

INSTANTIATE_TEST_SUITE_P(
    Host, RefusedHead,
    ::testing::Values(Case{"missing", Get(""), 400, "missing"},
                      Case{"missing_in_http10", "GET / HTTP/1.0\r\n\r\n", 400, "missing"},
                      Case{"twice", Hosted("Host: localhost:7979\r\n"), 400, "host is there twice"},
                      Case{"twice_and_foreign", Hosted("hOST: evil.example\r\n"), 400, "host is there twice"},
                      Case{"empty", Get("Host:\r\n"), 421, "not"},
                      Case{"foreign", Get("Host: evil.example:7979\r\n"), 421, "not evil.example:7979"},
                      Case{"rebound", Get("Host: localhost.evil.example:7979\r\n"), 421, "not"},
                      Case{"other_port", Get("Host: localhost:80\r\n"), 421, "answers as"},
                      Case{"no_port", Get("Host: localhost\r\n"), 421, "answers as"},
                      Case{"dotted", Get("Host: localhost.:7979\r\n"), 421, "answers as"},
                      Case{"user", Get("Host: a@localhost:7979\r\n"), 421, "answers as"},
                      Case{"list", Get("Host: localhost:7979, evil.example\r\n"), 421, "that host"}));

INSTANTIATE_TEST_SUITE_P(
    Body, RefusedHead,
    ::testing::Values(
        Case{"both", Hosted("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400, "both"},
        Case{"both_the_other_way", Hosted("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400, "both"},
        Case{"gzip", Hosted("Transfer-Encoding: gzip\r\n"), 501, "chunked"},
        Case{"gzip_chunked", Hosted("Transfer-Encoding: gzip, chunked\r\n"), 501, "chunked"},
        Case{"chunked_twice", Hosted("Transfer-Encoding: chunked, chunked\r\n"), 501, "chunked"},
        Case{"chunked_repeated", Hosted("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400, "twice"},
        Case{"identity", Hosted("Transfer-Encoding: identity\r\n"), 501, "chunked"},
        Case{"quoted", Hosted("Transfer-Encoding: \"chunked\"\r\n"), 501, "chunked"},
        Case{"parameter", Hosted("Transfer-Encoding: chunked;q=1\r\n"), 501, "chunked"},
        Case{"empty_coding", Hosted("Transfer-Encoding:\r\n"), 501, "chunked"},
        Case{"vertical_tab", Hosted("Transfer-Encoding: \vchunked\r\n"), 400, "control"},
        Case{"in_http10", "POST / HTTP/1.0\r\n" + std::string(kHost) + "Transfer-Encoding: chunked\r\n\r\n", 400,
             "HTTP/1.0"},
        Case{"length_twice", Hosted("Content-Length: 5\r\nContent-Length: 5\r\n"), 400, "twice"},
        Case{"length_list", Hosted("Content-Length: 5, 5\r\n"), 400, "number"},
        Case{"length_sign", Hosted("Content-Length: +5\r\n"), 400, "number"},
        Case{"length_minus", Hosted("Content-Length: -5\r\n"), 400, "number"},
        Case{"length_hex", Hosted("Content-Length: 0x5\r\n"), 400, "number"},
        Case{"length_empty", Hosted("Content-Length:\r\n"), 400, "number"},
        Case{"length_huge", Hosted("Content-Length: 18446744073709551617\r\n"), 400, "number"},
        Case{"expect", Hosted("Expect: 200-ok\r\n"), 417, "100-continue"},
        Case{"origin_twice", Hosted("Origin: a\r\nOrigin: b\r\n"), 400, "origin is there twice"},
        Case{"token_twice", Hosted("X-CSRF-Token: a\r\nX-Csrf-Token: b\r\n"), 400, "twice"}));

TEST(RequestGuardTest, FindsTheEndAtAnyCut) {
  const RequestGuard guard = MakeGuard();
  const std::string head = Hosted("Content-Length: 3\r\n");
  const std::string bytes = head + "a\nb";
  for (std::size_t cut = 0; cut < head.size(); ++cut) {
    const auto end = guard.FindEnd(bytes.substr(0, cut));
    ASSERT_TRUE(end) << cut;
    EXPECT_EQ(*end, 0U) << cut;
  }
  EXPECT_EQ(guard.FindEnd(bytes).value_or(0), head.size());
}

TEST(RequestGuardTest, ExpectsContinueOnlyInHttp11) {
  EXPECT_TRUE(MakeGuard().Check(Hosted("Expect: 100-Continue\r\n"))->expects_continue);
  EXPECT_FALSE(
      MakeGuard().Check("POST / HTTP/1.0\r\n" + std::string(kHost) + "Expect: 100-continue\r\n\r\n")->expects_continue);
}

}  // namespace
}  // namespace weir::server
