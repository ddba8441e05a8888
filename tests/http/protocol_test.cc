// Raw bytes against the server: what it must refuse, how it keeps and ends connections, slow and vanished clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Request(const Server& server, const std::string& target = "/healthz", const std::string& headers = {}) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", target, server.Host(), headers);
}

TEST(ProtocolTest, RefusalsAreProblemsAndEndTheConnection) {
  Server server;
  const std::string host = "Host: " + server.Host() + "\r\n";
  const std::vector<std::pair<std::string, int>> cases{
      {"\x16\x03\x01", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "X-A: 1\r\n folded\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "X-A : 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\n" + host + "\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1, 1\r\n\r\n", 400},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"GET / HTTP/1.1\r\n" + host + "X-A: " + std::string(40000, 'a') + "\r\n\r\n", 431},
      {"GET / HTTP/3.0\r\n" + host + "\r\n", 505},
      {"GET / HTTP/1.1\r\n" + host + "Expect: nothing\r\n\r\n", 417},
      {"GET /a%00b HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", 400},
      {"GET /../etc/passwd HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : cases) {
    Client client(server.port());
    client.Send(bytes);
    const Answer answer = client.Read();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 80);
    EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
    EXPECT_EQ(answer.Header("connection"), "close");
    EXPECT_EQ(answer.Json()["status"], status);
    EXPECT_TRUE(client.IsClosed()) << bytes.substr(0, 80);
  }
  EXPECT_EQ(server.Get("/healthz").status, 200);
}

TEST(ProtocolTest, AConnectionServesManyRequests) {
  Server server;
  Client client(server.port());
  for (int i = 0; i < 50; ++i) {
    client.Send(Request(server, i % 2 == 0 ? "/healthz" : "/api/v1/deals"));
    const Answer answer = client.Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("connection"), "keep-alive");
  }
}

TEST(ProtocolTest, PipelinedRequestsAreAnsweredInOrder) {
  Server server;
  Client client(server.port());
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += Request(server, fmt::format("/api/v1/deals?least={}", i)) + Request(server);
  client.Send(bytes);
  for (int i = 0; i < 20; ++i) {
    const Answer answer = client.Read();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Json()["params"].value("least", "0"), std::to_string(i));
    EXPECT_EQ(client.Read().Json()["status"], "ok");
  }
}

TEST(ProtocolTest, ARequestMayComeByteByByte) {
  Server server;
  Client client(server.port());
  for (const char c : Request(server)) client.Send(std::string_view(&c, 1));
  EXPECT_EQ(client.Read().status, 200);
}

TEST(ProtocolTest, ABodyMayBeChunked) {
  Server server;
  Client client(server.port());
  client.Send(
      fmt::format("POST /api/v1/settings.set HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n",
                  server.Host(), server.SessionHeaders()));
  client.Send("5;ext=1\r\n{\"par\r\n");
  client.Send("14\r\nams\":{\"name\":\"abc\"}}\r\n0\r\nX-Csrf-Token: trailers mean nothing\r\n\r\n");
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json()["tables"]["decision"]["rows"][0][0], "abc");
  client.Send(Request(server));
  EXPECT_EQ(client.Read().status, 200);
}

TEST(ProtocolTest, ABrokenChunkIsRefused) {
  Server server;
  for (const char* body : {"zz\r\n", "5\r\nhelloXYZ\r\n", "-1\r\n", "ffffffffffffffffff\r\n"}) {
    Client client(server.port());
    client.Send(
        fmt::format("POST /api/v1/batch HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n{}",
                    server.Host(), server.SessionHeaders(), body));
    EXPECT_EQ(client.Read().status, 400) << body;
    EXPECT_TRUE(client.IsClosed()) << body;
  }
}

TEST(ProtocolTest, ABodyTooLargeIsRefusedBeforeItComes) {
  Server server;
  Client said(server.port());
  said.Send(
      fmt::format("POST /api/v1/batch HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                  "Content-Length: 99999999999\r\n\r\n",
                  server.Host(), server.SessionHeaders()));
  EXPECT_EQ(said.Read().status, 413);
  EXPECT_TRUE(said.IsClosed());
  Client chunked(server.port());
  chunked.Send(
      fmt::format("POST /api/v1/batch HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n",
                  server.Host(), server.SessionHeaders()));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) chunked.Send(chunk);
  EXPECT_EQ(chunked.Read().status, 413);
}

TEST(ProtocolTest, ContinueIsSaidOnlyToWhatWillBeRead) {
  Server server;
  const auto post = [&](const std::string& length) {
    return fmt::format(
        "POST /api/v1/settings.set HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
        "Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        server.Host(), server.SessionHeaders(), length);
  };
  Client client(server.port());
  client.Send(post("2"));
  EXPECT_EQ(client.Read().status, 100);
  client.Send("{}");
  EXPECT_EQ(client.Read().status, 200);
  Client refused(server.port());
  refused.Send(post("9999999"));
  EXPECT_EQ(refused.Read().status, 413);
}

TEST(ProtocolTest, Http10EndsAfterItsAnswer) {
  Server server;
  Client client(server.port());
  client.Send(fmt::format("GET /healthz HTTP/1.0\r\nHost: {}\r\n\r\n", server.Host()));
  EXPECT_THAT(client.ReadAll(), HasSubstr("Connection: close"));
  Client kept(server.port());
  kept.Send(fmt::format("GET /healthz HTTP/1.0\r\nHost: {}\r\nConnection: keep-alive\r\n\r\n", server.Host()));
  EXPECT_EQ(kept.Read().Header("connection"), "keep-alive");
}

TEST(ProtocolTest, ASlowHeadIsGivenUp) {
  ServeOptions options;
  options.connection.head = milliseconds(200);
  Server server(options);
  Client client(server.port());
  // A byte now and then must not renew the time.
  client.Send("GET /healthz HTTP/1.1\r\nHo");
  const auto began = std::chrono::steady_clock::now();
  std::jthread slow([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      client.Send("x");
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST(ProtocolTest, ASlowBodyIsGivenUp) {
  ServeOptions options;
  options.connection.body = milliseconds(200);
  Server server(options);
  Client client(server.port());
  client.Send(
      fmt::format("POST /api/v1/batch HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                  "Content-Length: 100\r\n\r\n{{",
                  server.Host(), server.SessionHeaders()));
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_TRUE(client.IsClosed());
}

TEST(ProtocolTest, AnIdleConnectionEndsWithoutAWord) {
  ServeOptions options;
  options.connection.idle = milliseconds(100);
  Server server(options);
  Client client(server.port());
  EXPECT_EQ(client.ReadAll(), "");
  Client used(server.port());
  used.Send(Request(server));
  EXPECT_EQ(used.Read().status, 200);
  EXPECT_EQ(used.ReadAll(), "");
}

TEST(ProtocolTest, AReaderThatDoesNotReadIsGivenUp) {
  ServeOptions options;
  options.connection.write = milliseconds(200);
  options.connection.linger = milliseconds(100);
  Server server(options);
  Client client(server.port());
  client.Send(Request(server, "/api/v1/large"));
  for (int i = 0; i < 500; ++i) {
    if (server.Get("/metrics").body.find("weir_http_connections 1\n") != std::string::npos) break;
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_THAT(server.Get("/metrics").body, HasSubstr("weir_http_connections 1\n"));
}

TEST(ProtocolTest, AConnectionHasALimitOfRequests) {
  ServeOptions options;
  options.connection.requests = 3;
  Server server(options);
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.Send(Request(server));
    EXPECT_EQ(client.Read().Header("connection"), i < 2 ? "keep-alive" : "close");
  }
  EXPECT_TRUE(client.IsClosed());
}

TEST(ProtocolTest, TooManyConnectionsAreTurnedAway) {
  ServeOptions options;
  options.max_connections = 2;
  Server server(options);
  Client first(server.port());
  first.Send(Request(server));
  EXPECT_EQ(first.Read().status, 200);
  Client second(server.port());
  second.Send(Request(server));
  EXPECT_EQ(second.Read().status, 200);
  Client third(server.port());
  const Answer answer = third.Read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.Json()["code"], "busy");
  first.Send(Request(server));
  EXPECT_EQ(first.Read().status, 200);
}

TEST(ProtocolTest, AFullQueueIsBusy) {
  ServeOptions options;
  options.threads = 1;
  options.max_queue = 1;
  options.patience = milliseconds(60'000);
  Server server(options);
  Client running(server.port());
  running.Send(Request(server, "/api/v1/slow"));
  ASSERT_TRUE(server.backend().gate.AwaitWaiting(1));
  Client waiting(server.port());
  waiting.Send(Request(server, "/api/v1/slow"));
  while (server.Get("/metrics").body.find("weir_jobs{state=\"queued\"} 1\n") == std::string::npos) {
  }
  const Answer answer = server.Get("/api/v1/slow");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.Json()["code"], "busy");
  EXPECT_EQ(answer.Header("retry-after"), "1");
  server.backend().gate.Open();
  EXPECT_EQ(running.Read().status, 200);
  EXPECT_EQ(waiting.Read().status, 200);
}

TEST(ProtocolTest, AClientThatGoesStopsItsWork) {
  ServeOptions options;
  options.patience = milliseconds(60'000);
  Server server(options);
  {
    Client client(server.port());
    client.Send(Request(server, "/api/v1/slow"));
    ASSERT_TRUE(server.backend().gate.AwaitWaiting(1));
    client.Reset();
  }
  EXPECT_TRUE(server.backend().gate.AwaitStopped(1));
  // One that only ends its sending half is told.
  Client half(server.port());
  half.Send(Request(server, "/api/v1/slow"));
  ASSERT_TRUE(server.backend().gate.AwaitWaiting(2));
  half.CloseSending();
  EXPECT_EQ(half.Read().status, 499);
  EXPECT_TRUE(server.backend().gate.AwaitStopped(2));
}

TEST(ProtocolTest, AClientThatSendsItsNextRequestIsThere) {
  ServeOptions options;
  options.patience = milliseconds(60'000);
  Server server(options);
  Client client(server.port());
  client.Send(Request(server, "/api/v1/slow"));
  ASSERT_TRUE(server.backend().gate.AwaitWaiting(1));
  client.Send(Request(server));
  server.backend().gate.Open();
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().Json()["status"], "ok");
}

TEST(ProtocolTest, AnActionGoesOnWhenItsClientGoes) {
  ServeOptions options;
  options.patience = milliseconds(60'000);
  Server server(options);
  {
    Client client(server.port());
    client.Send(
        fmt::format("POST /api/v1/wait HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
                    "Content-Length: 2\r\n\r\n{{}}",
                    server.Host()));
    ASSERT_TRUE(server.backend().gate.AwaitWaiting(1));
    client.Reset();
  }
  nlohmann::json jobs;
  do {
    jobs = server.Get("/api/v1/jobs").Json()["jobs"];
  } while (jobs.empty());
  EXPECT_EQ(jobs[0]["title"], "wait");
  server.backend().gate.Open();
  EXPECT_EQ(server.AwaitJob(jobs[0]["id"])["state"], "done");
}

TEST(ProtocolTest, StoppingLetsAnswersUnderWayFinish) {
  Server server;
  Client idle(server.port());
  idle.Send(Request(server));
  EXPECT_EQ(idle.Read().status, 200);
  Client busy(server.port());
  busy.Send(Request(server, "/api/v1/slow"));
  ASSERT_TRUE(server.backend().gate.AwaitWaiting(1));
  Client live(server.port());
  live.Send(Request(server, "/api/v1/live"));
  live.ReadUntil("event: hello");
  server.Stop();  // opens the gate on its way
  EXPECT_TRUE(idle.IsClosed());
  const Answer answer = busy.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("connection"), "close");
  live.ReadAll();
  EXPECT_TRUE(live.IsClosed());
}

TEST(ProtocolTest, ManyClientsAtOnce) {
  Server server;
  std::vector<std::jthread> clients;
  std::atomic<int> good = 0;
  for (int number = 0; number < 16; ++number) {
    clients.emplace_back([&, number] {
      for (int i = 0; i < 20; ++i) {
        Client client(server.port());
        for (int k = 0; k < 3; ++k) {
          client.Send(Request(server, fmt::format("/api/v1/deals?least={}", (number + i) % 7)));
          good += client.Read().status == 200 ? 1 : 0;
        }
        if (i % 5 == 0) client.Reset();
      }
    });
  }
  clients.clear();
  EXPECT_EQ(good, 16 * 20 * 3);
}

}  // namespace
}  // namespace weir::server
