// A client that sends exactly the bytes it is told to, and reads answers as strictly as the server reads requests.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "fake_backend.h"
#include "server/server.h"
#include "workspace/descriptor.h"

namespace weir::server {

struct Answer {
  int status = 0;                                        // 0: the connection ended without an answer
  std::multimap<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};

  std::string Header(const std::string& name) const;
  nlohmann::json Json() const { return nlohmann::json::parse(body); }
};

class Client {
 public:
  explicit Client(int port);
  void Send(std::string_view bytes);
  // The next answer; `has_body` is false for answers to HEAD.
  Answer Read(bool has_body = true);
  // Everything up to the end of the connection, or until the time is over.
  std::string ReadAll(std::chrono::milliseconds time = std::chrono::seconds(10));
  // Until the text has come; what came before and with it. Empty if it does not come within ten seconds.
  std::string ReadUntil(std::string_view text);
  bool IsClosed();
  void CloseSending();
  void Reset();  // as a client that crashed

 private:
  bool Fill(std::chrono::milliseconds time = std::chrono::seconds(10));

  workspace::Descriptor socket_;
  std::string buffer_;
};

// A server on a free port over a FakeBackend, for the life of the object.
class Server {
 public:
  // `prepare` is done before it serves.
  explicit Server(ServeOptions options = {}, const std::function<void(FakeBackend&)>& prepare = {});
  ~Server();
  void Stop();

  int port() const { return port_; }
  FakeBackend& backend() { return backend_; }
  std::string Host() const { return fmt::format("127.0.0.1:{}", port_); }

  // "GET /path" with the headers that are needed, on a connection of its own.
  Answer Get(const std::string& path, const std::string& headers = {});
  // As the page does it: with the session's cookie and token.
  Answer Post(const std::string& path, const std::string& body, const std::string& headers = {});
  Answer Ask(const std::string& method, const std::string& path, const std::string& headers,
             const std::string& body = {});
  // The lines of Cookie and X-CSRF-Token.
  std::string SessionHeaders();
  nlohmann::json AwaitJob(const std::string& id);

 private:
  FakeBackend backend_;
  ServeOptions options_;
  int port_ = 0;
  std::string session_;
  std::jthread thread_;
};

}  // namespace weir::server
