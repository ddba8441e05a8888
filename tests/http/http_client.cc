#include "http_client.h"

#include <array>
#include <cstdlib>
#include <latch>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

namespace weir::server {

std::string Answer::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Client::Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

void Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // the server has refused and closed
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool Client::Fill(std::chrono::milliseconds time) {
  pollfd ready{socket_.get(), POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(time.count())) <= 0) return false;
  std::array<char, 65536> bytes{};
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

Answer Client::Read(bool has_body) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return {};
  }
  Answer answer;
  std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 ")) << head;
  answer.status = std::atoi(head.substr(9, 3).c_str());
  for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
    const std::size_t next = head.find("\r\n", line);
    const std::size_t colon = head.find(": ", line);
    EXPECT_LT(colon, next);
    std::string name = head.substr(line, colon - line);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers.emplace(name, head.substr(colon + 2, next - colon - 2));
    line = next + 2;
  }
  if (!has_body || answer.status == 304 || answer.status == 204) return answer;
  if (answer.status == 100) return answer;
  EXPECT_EQ(answer.headers.count("content-length"), 1U) << head;
  const std::size_t length = std::stoul(answer.Header("content-length"));
  while (buffer_.size() < length) {
    if (!Fill()) return {};
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

std::string Client::ReadAll(std::chrono::milliseconds time) {
  while (Fill(time)) {
  }
  return std::exchange(buffer_, {});
}

std::string Client::ReadUntil(std::string_view text) {
  std::size_t at = 0;
  while ((at = buffer_.find(text)) == std::string::npos) {
    if (!Fill()) return {};
  }
  std::string found = buffer_.substr(0, at + text.size());
  buffer_.erase(0, at + text.size());
  return found;
}

bool Client::IsClosed() {
  pollfd ready{socket_.get(), POLLIN, 0};
  if (::poll(&ready, 1, 10'000) <= 0) return false;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, MSG_PEEK) <= 0;
}

void Client::CloseSending() { ::shutdown(socket_.get(), SHUT_WR); }

void Client::Reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  socket_ = {};
}

Server::Server(ServeOptions options, const std::function<void(FakeBackend&)>& prepare) : options_(std::move(options)) {
  if (prepare) prepare(backend_);
  options_.port = 0;
  options_.handles_signals = false;
  std::latch ready(1);
  options_.on_ready = [&](const std::string& url) {
    port_ = std::atoi(url.substr(url.rfind(':') + 1).c_str());
    ready.count_down();
  };
  thread_ = std::jthread([this, &ready](const std::stop_token& stop) {
    const Status served = ServeBackend(backend_, options_, stop);
    EXPECT_TRUE(served) << served.error().ToString();
    if (port_ == 0) ready.count_down();  // it never listened
  });
  ready.wait();
}

Server::~Server() { Stop(); }

void Server::Stop() {
  if (!thread_.joinable()) return;
  // In this order the server hears of its end before the work that it waits for is done.
  thread_.request_stop();
  backend_.gate.Open();
  thread_.join();
}

Answer Server::Ask(const std::string& method, const std::string& path, const std::string& headers,
                   const std::string& body) {
  Client client(port_);
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n{}", method, path, Host(), headers);
  if (!body.empty()) request += fmt::format("Content-Length: {}\r\n", body.size());
  client.Send(request + "Connection: close\r\n\r\n" + body);
  return client.Read(method != "HEAD");
}

Answer Server::Get(const std::string& path, const std::string& headers) { return Ask("GET", path, headers); }

Answer Server::Post(const std::string& path, const std::string& body, const std::string& headers) {
  return Ask("POST", path, SessionHeaders() + (headers.empty() ? "Content-Type: application/json\r\n" : headers), body);
}

std::string Server::SessionHeaders() {
  if (!session_.empty()) return session_;
  const Answer answer = Get("/api/v1/session");
  const std::string cookie = answer.Header("set-cookie");
  session_ = fmt::format("Cookie: other=1; {}\r\nX-CSRF-Token: {}\r\nOrigin: http://{}\r\n",
                         cookie.substr(0, cookie.find(';')), answer.Json()["csrf"].get<std::string>(), Host());
  return session_;
}

nlohmann::json Server::AwaitJob(const std::string& id) {
  for (int i = 0; i < 1000; ++i) {
    const Answer answer = Get("/api/v1/jobs/" + id);
    if (answer.status != 200 || answer.Json()["state"] != "running") return answer.Json();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

}  // namespace weir::server
