// Starting and stopping, and the local socket that commands use.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/russian.h"
#include "http_client.h"
#include "workspace/local_client.h"

namespace weir::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using workspace::LocalClient;

std::optional<LocalClient> Find(Server& server) {
  auto found = LocalClient::Find(server.backend().home());
  EXPECT_TRUE(found) << found.error().ToString();
  return found ? std::move(*found) : std::nullopt;
}

TEST(ServeTest, APortInUseIsSaid) {
  Server server;
  FakeBackend backend;
  ServeOptions options;
  options.port = server.port();
  options.handles_signals = false;
  const Status refused = ServeBackend(backend, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kUnavailable);
  EXPECT_THAT(refused.error().ToString(), HasSubstr(fmt::format("port {} is in use", server.port())));
  EXPECT_THAT(refused.error().hint(), HasSubstr("--port"));

  options.allow_next_port = true;
  std::stop_source stop;
  int taken = 0;
  options.on_ready = [&](const std::string& url) {
    taken = std::atoi(url.substr(url.rfind(':') + 1).c_str());
    stop.request_stop();
  };
  EXPECT_TRUE(ServeBackend(backend, options, stop.get_token()));
  EXPECT_GT(taken, server.port());
}

TEST(ServeTest, AnAddressOfOthersIsRefused) {
  FakeBackend backend;
  for (const char* address : {"0.0.0.0", "::", "192.168.1.1", "8.8.8.8"}) {
    ServeOptions options;
    options.address = address;
    const Status refused = ServeBackend(backend, options);
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().code(), Code::kForbidden) << address;
    EXPECT_EQ(refused.error().field(), "address");
  }
  ServeOptions nonsense;
  nonsense.address = "example.com";
  EXPECT_EQ(ServeBackend(backend, nonsense).error().code(), Code::kBadUsage);
  nonsense.address = "127.0.0.1";
  nonsense.port = 70'000;
  EXPECT_EQ(ServeBackend(backend, nonsense).error().field(), "port");
}

TEST(ServeTest, NobodyIsThereWhereNoServerRuns) {
  FakeBackend backend;
  const auto found = LocalClient::Find(backend.home());
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
  // What a server that was killed left behind is nobody too.
  ASSERT_TRUE(workspace::ListenLocal(backend.home()));
  EXPECT_TRUE(std::filesystem::exists(workspace::LocalSocketPath(backend.home())));
  EXPECT_FALSE(*LocalClient::Find(backend.home()));
}

TEST(ServeTest, TheSocketIsForItsOwnerAndGoesWithTheServer) {
  Server server;
  struct stat status{};
  const std::string path = workspace::LocalSocketPath(server.backend().home()).string();
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  server.Stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ServeTest, ACommandAsksAndActs) {
  Server server;
  const auto client = Find(server);
  ASSERT_TRUE(client);
  engine::Question question;
  question.id = "deals";
  question.params["least"] = {"200"};
  question.page.limit = 1;
  question.page.sort = "-amount";
  const auto answer = client->Ask(question);
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ(engine::ToJson(*answer), server.Get("/api/v1/deals?least=200&limit=1&sort=-amount").body);
  question.params["least"] = {"x"};
  EXPECT_EQ(client->Ask(question).error().field(), "least");
  const auto acted = client->Act("settings.set", {{"name", {"currency"}}}, "because");
  ASSERT_TRUE(acted);
  EXPECT_EQ(store::ToText(acted->output.tables[0].rows[0][1]), "because");
  question.id = "broken";
  question.params.clear();
  EXPECT_EQ(client->Ask(question).error().code(), Code::kBug);
}

TEST(ServeTest, ACommandHandsItsFilesOver) {
  Server server;
  const auto client = Find(server);
  ASSERT_TRUE(client);
  const std::filesystem::path folder = server.backend().home() / "exports";
  std::filesystem::create_directories(folder / "deeper");
  workspace::ImportRequest request;
  std::vector<std::pair<std::string, std::string>> expected;
  for (int i = 0; i < 300; ++i) {
    const std::string name = fmt::format("file{:03}.csv", i);
    std::ofstream(folder / name) << "content " << i;
    expected.emplace_back(name, fmt::format("content {}", i));
  }
  std::ofstream(folder / ".hidden") << "x";
  std::ofstream(folder / "deeper" / "more.csv") << "deep";
  request.inputs.push_back({.path = folder, .descriptor = -1, .name = "exports"});
  std::vector<std::string> stages;
  const auto answer = client->Import(request, [&](const Phrase& stage, double) { stages.push_back(stage.text); });
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_THAT(server.backend().imported, ::testing::ElementsAreArray(expected));
  EXPECT_FALSE(stages.empty());
  server.backend().imported.clear();
  request.recursive = true;
  request.inputs[0].path = folder / "deeper";
  ASSERT_TRUE(client->Import(request));
  EXPECT_THAT(server.backend().imported, ElementsAre(Pair("more.csv", "deep")));
  request.inputs[0].path = folder / "nothing.csv";
  EXPECT_EQ(client->Import(request).error().code(), Code::kNotFound);
}

TEST(ServeTest, ACommandThatIsInterruptedStopsItsWork) {
  Server server;
  const auto client = Find(server);
  ASSERT_TRUE(client);
  std::stop_source stop;
  std::jthread interrupt([&] {
    server.backend().gate.AwaitWaiting(1);
    stop.request_stop();
  });
  const Status built = client->Build({}, stop.get_token());
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code(), Code::kCancelled);
  EXPECT_TRUE(server.backend().gate.AwaitStopped(1));
}

TEST(ServeTest, ProgressReachesTheCommandAndThePage) {
  Server server;
  const auto client = Find(server);
  ASSERT_TRUE(client);
  Client live(server.port());
  live.Send(fmt::format("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\n\r\n", server.Host()));
  live.ReadUntil("event: hello");
  std::string told;
  std::jthread let_through([&] {
    EXPECT_NE(live.ReadUntil("\"title\":\"model.build\""), "");
    server.backend().gate.Open();
  });
  EXPECT_TRUE(client->Build([&](const Phrase& stage, double fraction) {
    told = fmt::format("{} {} {}", stage.text, InRussian(stage), fraction);
  }));
  EXPECT_EQ(told, "building сборка 0.1");
}

TEST(ServeTest, StatusAndStop) {
  Server server;
  const auto client = Find(server);
  ASSERT_TRUE(client);
  const auto status = client->GetStatus();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->url, fmt::format("http://{}/", server.Host()));
  EXPECT_EQ(status->process, ::getpid());
  EXPECT_EQ(status->data_version, 7);
  EXPECT_TRUE(client->Stop());
  for (int i = 0; i < 500 && *LocalClient::Find(server.backend().home()); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(*LocalClient::Find(server.backend().home()));
}

TEST(ServeTest, NonsenseOnTheSocketIsRefused) {
  Server server;
  const std::string spoken = fmt::format(R"({{"protocol":{},"operation":)", workspace::kLocalProtocol);
  for (const std::string& line : std::vector<std::string>{"{", "{}", "[]", spoken + R"("fly"})", spoken + R"("ask"})",
                                                          spoken + R"("ask","question":[]})"}) {
    auto socket = workspace::ConnectLocal(server.backend().home());
    ASSERT_TRUE(socket);
    ASSERT_TRUE(workspace::SendRequest(socket->get(), line, {}));
    std::string answer(4096, '\0');
    const ssize_t count = ::read(socket->get(), answer.data(), answer.size());
    EXPECT_THAT(answer.substr(0, static_cast<std::size_t>(std::max<ssize_t>(count, 0))),
                HasSubstr("\"code\":\"bad_usage\""))
        << line;
  }
  auto other = workspace::ConnectLocal(server.backend().home());
  ASSERT_TRUE(workspace::SendRequest(other->get(), R"({"protocol":99,"operation":"status"})", {}));
  std::string answer(4096, '\0');
  ASSERT_GT(::read(other->get(), answer.data(), answer.size()), 0);
  EXPECT_THAT(answer, HasSubstr("another version"));
}

TEST(ServeTest, AVeryLongPathHasASocketToo) {
  std::filesystem::path home = std::filesystem::temp_directory_path() / fmt::format("weir-long-{}", ::getpid());
  const std::filesystem::path root = home;
  while (home.string().size() < 300) home /= std::string(60, 'd');
  std::filesystem::create_directories(home);
  const auto listener = workspace::ListenLocal(home);
  ASSERT_TRUE(listener) << listener.error().ToString();
  EXPECT_TRUE(workspace::ConnectLocal(home));
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace weir::server
