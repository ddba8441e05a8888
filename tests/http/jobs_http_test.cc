// Long work, uploads and live events over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.h"

namespace weir::server {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

ServeOptions Impatient() {
  ServeOptions options;
  options.patience = milliseconds(30);
  return options;
}

Answer Upload(Server& server, const std::string& name, const std::string& content) {
  return server.Post("/api/v1/uploads", content,
                     "X-File-Name: " + name + "\r\nContent-Type: application/octet-stream\r\n");
}

TEST(JobsHttpTest, LongWorkGoesOnAsAJob) {
  Server server(Impatient());
  const Answer accepted = server.Get("/api/v1/slow");
  ASSERT_EQ(accepted.status, 202);
  const std::string id = accepted.Json()["job"];
  EXPECT_EQ(accepted.Header("location"), "/api/v1/jobs/" + id);
  EXPECT_EQ(accepted.Json()["status"], "/api/v1/jobs/" + id);
  const json running = server.Get("/api/v1/jobs/" + id).Json();
  EXPECT_EQ(running["state"], "running");
  EXPECT_EQ(running["title"], "slow");
  EXPECT_EQ(running["stage"], "waiting");
  EXPECT_EQ(running["stage_ru"], "ожидание");
  EXPECT_EQ(running["fraction"], 0.25);
  EXPECT_EQ(running["result"], nullptr);
  server.backend().gate.Open();
  const json done = server.AwaitJob(id);
  EXPECT_EQ(done["state"], "done");
  EXPECT_EQ(done["result"]["analysis"], "slow");
  EXPECT_EQ(done["problem"], nullptr);
  EXPECT_EQ(server.Get("/api/v1/jobs").Json()["jobs"][0]["id"], id);
}

TEST(JobsHttpTest, AJobMayBeCancelled) {
  Server server(Impatient());
  const std::string id = server.Get("/api/v1/slow").Json()["job"];
  EXPECT_EQ(server.Ask("DELETE", "/api/v1/jobs/" + id, "").status, 202);
  const json cancelled = server.AwaitJob(id);
  EXPECT_EQ(cancelled["state"], "cancelled");
  EXPECT_EQ(cancelled["problem"]["code"], "cancelled");
  EXPECT_EQ(server.Ask("DELETE", "/api/v1/jobs/" + id, "").status, 409);
  EXPECT_EQ(server.Ask("DELETE", "/api/v1/jobs/nothing", "").status, 404);
  EXPECT_EQ(server.Get("/api/v1/jobs/nothing").status, 404);
  EXPECT_EQ(server.Ask("DELETE", "/api/v1/jobs/" + id, "Origin: http://evil.example\r\n").status, 403);
}

TEST(JobsHttpTest, FilesAreUploadedAndImported) {
  Server server;
  const Answer first = Upload(server, "deals%20%D0%B8%20co.csv", "a,b\n1,2\n");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.Json()["name"], "deals и co.csv");
  EXPECT_EQ(first.Json()["bytes"], 8);
  const Answer second = Upload(server, "..%2F..%2Fetc%2Fpasswd", std::string(300'000, 'x'));
  EXPECT_EQ(second.Json()["name"], "passwd") << "folders before the name are cut off";
  const Answer empty = server.Ask("POST", "/api/v1/uploads", server.SessionHeaders() + "X-File-Name: empty.csv\r\n");
  EXPECT_EQ(empty.Json()["bytes"], 0);

  const std::string body =
      json{{"params", {{"uploads", {first.Json()["upload"], empty.Json()["upload"]}}, {"dry_run", true}}}}.dump();
  const Answer dry = server.Post("/api/v1/sources.import", body);
  ASSERT_EQ(dry.status, 200) << dry.body;
  EXPECT_EQ(dry.Json()["tables"]["files"]["rows"], json::parse(R"([["deals и co.csv",8],["empty.csv",0]])"));
  EXPECT_TRUE(server.backend().imported.empty());
  const std::string real = json{{"params", {{"uploads", {first.Json()["upload"]}}}}}.dump();
  EXPECT_EQ(server.Post("/api/v1/sources.import", real).status, 200);
  EXPECT_THAT(server.backend().imported, ElementsAre(Pair("deals и co.csv", "a,b\n1,2\n")));
  EXPECT_EQ(server.Post("/api/v1/sources.import", real).status, 404) << "what was imported is gone";
}

TEST(JobsHttpTest, AFailedImportKeepsItsUploadsAndSaysWhere) {
  Server server;
  const std::string id = Upload(server, "bad.csv", "bad").Json()["upload"];
  const std::string body = json{{"params", {{"uploads", {id}}}}}.dump();
  for (int i = 0; i < 2; ++i) {
    const Answer answer = server.Post("/api/v1/sources.import", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.Json()["file"], "bad.csv");
    EXPECT_EQ(answer.Json()["column"], 2);
  }
  EXPECT_EQ(server.Ask("DELETE", "/api/v1/uploads/" + id, server.SessionHeaders()).status, 204);
  EXPECT_EQ(server.Post("/api/v1/sources.import", body).status, 404);
}

TEST(JobsHttpTest, UploadsHaveNamesAndLimits) {
  ServeOptions options;
  options.max_upload_bytes = 100'000;
  Server server(options);
  EXPECT_EQ(server.Post("/api/v1/uploads", "x", "Content-Type: application/octet-stream\r\n").status, 400);
  EXPECT_EQ(Upload(server, "%", "x").status, 400);
  EXPECT_EQ(Upload(server, "a%0Ab", "x").status, 400);
  EXPECT_EQ(Upload(server, "..", "x").status, 400);
  EXPECT_EQ(Upload(server, std::string(300, 'a'), "x").status, 400);
  EXPECT_EQ(Upload(server, "a.csv", std::string(100'001, 'x')).status, 413);
  EXPECT_EQ(Upload(server, "a.csv", std::string(100'000, 'x')).status, 201);
  // One that does not say how long it is.
  Client client(server.port());
  client.Send(
      fmt::format("POST /api/v1/uploads HTTP/1.1\r\nHost: {}\r\n{}X-File-Name: a\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n",
                  server.Host(), server.SessionHeaders()));
  for (int i = 0; i < 4; ++i) client.Send("8000\r\n" + std::string(0x8000, 'x') + "\r\n");
  EXPECT_EQ(client.Read().status, 413);
}

TEST(JobsHttpTest, AnUploadThatBreaksOffLeavesNothing) {
  Server server;
  {
    Client client(server.port());
    client.Send(
        fmt::format("POST /api/v1/uploads HTTP/1.1\r\nHost: {}\r\n{}X-File-Name: a\r\n"
                    "Content-Length: 1000000\r\n\r\n{}",
                    server.Host(), server.SessionHeaders(), std::string(200'000, 'x')));
    client.Reset();
  }
  std::string metrics;
  do {
    metrics = server.Get("/metrics").body;
  } while (metrics.find("weir_upload_bytes 0\n") == std::string::npos);
  // The folder is made with the first upload that arrives whole.
  const auto uploads = server.backend().home() / "uploads";
  EXPECT_TRUE(!std::filesystem::exists(uploads) || std::filesystem::is_empty(uploads));
}

TEST(JobsHttpTest, ALargeUploadArrivesWhole) {
  Server server;
  std::string content;
  for (int i = 0; content.size() < 5'000'000; ++i) content += std::to_string(i) + ",";
  const std::string id = Upload(server, "large.csv", content).Json()["upload"];
  EXPECT_EQ(server.Post("/api/v1/sources.import", json{{"params", {{"uploads", {id}}}}}.dump()).status, 200);
  ASSERT_EQ(server.backend().imported.size(), 1U);
  EXPECT_TRUE(server.backend().imported[0].second == content);
}

TEST(JobsHttpTest, LiveTellsOfJobsAndData) {
  Server server(Impatient());
  Client live(server.port());
  live.Send(fmt::format("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.Host()));
  const std::string hello = live.ReadUntil("\"jobs\":[]}\n\n");
  EXPECT_THAT(hello, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(hello, HasSubstr("event: hello\ndata: {\"data_version\":7,"));
  server.backend().Raise(8);
  EXPECT_THAT(live.ReadUntil("\n\n"), HasSubstr("event: data\ndata: {\"data_version\":8}"));

  const std::string id = server.Get("/api/v1/slow").Json()["job"];
  EXPECT_THAT(live.ReadUntil("\n\n"),
              HasSubstr("event: job\ndata: {\"id\":\"" + id + "\",\"title\":\"slow\",\"state\":\"running\""));
  Client late(server.port());
  late.Send(fmt::format("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.Host()));
  EXPECT_THAT(late.ReadUntil("}\n\n"), HasSubstr("\"data_version\":8,"));
  server.backend().gate.Open();
  EXPECT_NE(live.ReadUntil("\"state\":\"done\""), "");
  EXPECT_NE(late.ReadUntil("\"state\":\"done\""), "");
}

TEST(JobsHttpTest, LiveHasAPulseAndALimit) {
  ServeOptions options;
  options.connection.heartbeat = milliseconds(30);
  Server server(options);
  Client live(server.port());
  live.Send(fmt::format("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.Host()));
  EXPECT_NE(live.ReadUntil(": still here\n\n"), "");
  std::vector<std::unique_ptr<Client>> others;
  for (int i = 0; i < 31; ++i) {
    others.push_back(std::make_unique<Client>(server.port()));
    others.back()->Send(fmt::format("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.Host()));
    EXPECT_NE(others.back()->ReadUntil("event: hello"), "");
  }
  EXPECT_EQ(server.Get("/api/v1/live").status, 503);
  others.clear();
  Answer answer;
  do {
    answer = server.Ask("HEAD", "/api/v1/live", "");
  } while (answer.status != 200);
}

}  // namespace
}  // namespace weir::server
