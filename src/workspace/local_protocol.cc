#include "workspace/local_protocol.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <nlohmann/json.hpp>

namespace weir::workspace {
namespace {

using nlohmann::json;

// The kernel passes at most 253 descriptors with one message.
constexpr std::size_t kDescriptorsAtOnce = 128;
constexpr std::string_view kSocketName = "server.sock";

Error SystemError(const Phrase& what, int number) {
  return Unavailable("{}: {}", what, std::generic_category().message(number));
}

json ParamsJson(const analysis::RawParams& params) {
  json document = json::object();
  for (const auto& [name, values] : params) document[name] = values;
  return document;
}

json QuestionJson(const engine::Question& question) {
  json document{{"id", question.id},
                {"params", ParamsJson(question.params)},
                {"as_of", question.as_of},
                {"in_currency", question.in_currency},
                {"export", question.is_export},
                {"seed", question.seed},
                {"table", question.page.table},
                {"limit", question.page.limit},
                {"cursor", question.page.cursor},
                {"sort", question.page.sort}};
  if (question.known_at) document["known_at"] = *question.known_at;
  if (question.explain) {
    document["explain"] = {{"table", question.explain->table},
                           {"key", question.explain->key},
                           {"data_version", question.explain->data_version}};
  }
  return document;
}

json ImportJson(const ImportRequest& import) {
  json inputs = json::array();
  for (const ImportInput& input : import.inputs) {
    json one{{"name", input.name}};
    if (!input.mappings.empty()) one["mappings"] = input.mappings;
    inputs.push_back(std::move(one));
  }
  return {{"inputs", inputs},
          {"dry_run", import.dry_run},
          {"mapping", import.mapping},
          {"exported_at", import.exported_at},
          {"whole", import.is_whole}};
}

analysis::RawParams ParamsFrom(const json& document) {
  analysis::RawParams params;
  for (const auto& [name, values] : document.items()) params[name] = values.get<std::vector<std::string>>();
  return params;
}

engine::Question QuestionFrom(const json& document) {
  engine::Question question;
  document.at("id").get_to(question.id);
  question.params = ParamsFrom(document.at("params"));
  document.at("as_of").get_to(question.as_of);
  question.in_currency = document.value("in_currency", "");
  question.is_export = document.value("export", false);
  document.at("seed").get_to(question.seed);
  document.at("table").get_to(question.page.table);
  document.at("limit").get_to(question.page.limit);
  document.at("cursor").get_to(question.page.cursor);
  document.at("sort").get_to(question.page.sort);
  if (document.contains("known_at")) question.known_at = document["known_at"].get<std::int64_t>();
  if (document.contains("explain")) {
    const json& explain = document["explain"];
    question.explain.emplace();
    explain.at("table").get_to(question.explain->table);
    explain.at("key").get_to(question.explain->key);
    explain.at("data_version").get_to(question.explain->data_version);
  }
  return question;
}

ImportRequest ImportFrom(const json& document) {
  ImportRequest import;
  for (const json& one : document.at("inputs")) {
    import.inputs.push_back({.path = {}, .descriptor = -1, .name = one.at("name").get<std::string>()});
    if (one.contains("mappings")) one.at("mappings").get_to(import.inputs.back().mappings);
  }
  document.at("dry_run").get_to(import.dry_run);
  document.at("mapping").get_to(import.mapping);
  document.at("exported_at").get_to(import.exported_at);
  document.at("whole").get_to(import.is_whole);
  return import;
}

LocalRequest RequestFrom(const json& document, LocalOperation operation) {
  LocalRequest request;
  request.operation = operation;
  if (operation == LocalOperation::kAsk) request.question = QuestionFrom(document.at("question"));
  if (operation == LocalOperation::kImport) request.import = ImportFrom(document.at("import"));
  if (operation == LocalOperation::kPassword) {
    document.at("user").get_to(request.user);
    document.at("password").get_to(request.password);
  }
  if (operation == LocalOperation::kAct) {
    document.at("action").get_to(request.action);
    request.params = ParamsFrom(document.at("params"));
    document.at("reason").get_to(request.reason);
  }
  return request;
}

// The address of the socket, in a form that fits: a path too long for it is reached through the open directory.
struct SocketAddress {
  sockaddr_un address{};
  Descriptor directory;
};

Result<SocketAddress> AddressOf(const std::filesystem::path& home) {
  SocketAddress made;
  made.address.sun_family = AF_UNIX;
  std::string path = LocalSocketPath(home).string();
  if (path.size() >= sizeof(made.address.sun_path)) {
    made.directory = Descriptor(::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!made.directory.is_open()) return Fail(SystemError(MakePhrase("cannot open the workspace"), errno));
    path = fmt::format("/proc/self/fd/{}/{}", made.directory.get(), kSocketName);
  }
  std::memcpy(made.address.sun_path, path.c_str(), path.size() + 1);
  return made;
}

Result<Descriptor> OpenSocket() {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return Fail(SystemError(MakePhrase("cannot open a socket"), errno));
  return socket;
}

// One message with descriptors; at least one byte must go with them.
Status SendDescriptors(int socket, std::span<const int> descriptors) {
  char blank = ' ';
  iovec part{&blank, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsAtOnce)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return Fail(SystemError(MakePhrase("the server does not listen any more"), errno));
  }
  return {};
}

void CollectDescriptors(msghdr& message, std::vector<Descriptor>& into) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      into.emplace_back(number);
    }
  }
}

}  // namespace

std::string_view NameOf(LocalOperation operation) {
  static constexpr std::array<std::string_view, 7> kNames{"ask",    "act",  "import",  "build",
                                                          "status", "stop", "password"};
  return kNames.at(static_cast<std::size_t>(operation));
}

std::string EncodeRequest(const LocalRequest& request) {
  json document{{"protocol", kLocalProtocol}, {"operation", NameOf(request.operation)}};
  if (request.operation == LocalOperation::kAsk) document["question"] = QuestionJson(request.question);
  if (request.operation == LocalOperation::kImport) document["import"] = ImportJson(request.import);
  if (request.operation == LocalOperation::kPassword) {
    document["user"] = request.user;
    document["password"] = request.password;
  }
  if (request.operation == LocalOperation::kAct) {
    document["action"] = request.action;
    document["params"] = ParamsJson(request.params);
    document["reason"] = request.reason;
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<LocalRequest> DecodeRequest(std::string_view line) {
  const json document = json::parse(line, nullptr, false);
  if (!document.is_object() || !document.contains("protocol") || !document.contains("operation")) {
    return Fail(BadUsage("the request is not one of this protocol"));
  }
  if (document["protocol"] != kLocalProtocol) {
    return Fail(Conflict("the server is of another version than the command")
                    .Mend("Stop the server and start it again, so that both are of one version"));
  }
  for (int i = 0; i <= static_cast<int>(LocalOperation::kPassword); ++i) {
    const auto operation = static_cast<LocalOperation>(i);
    if (document["operation"] != NameOf(operation)) continue;
    try {
      return RequestFrom(document, operation);
    } catch (const json::exception& broken) {
      return Fail(BadUsage("the request cannot be read: {}", broken.what()));
    }
  }
  return Fail(BadUsage("there is no such operation"));
}

std::filesystem::path LocalSocketPath(const std::filesystem::path& home) { return home / kSocketName; }

Result<Descriptor> ListenLocal(const std::filesystem::path& home) {
  WEIR_TRY(const SocketAddress address, AddressOf(home));
  WEIR_TRY(Descriptor socket, OpenSocket());
  // Whoever holds the lock of the workspace is the one server it has, so a socket that is there is a dead one's.
  ::unlink(LocalSocketPath(home).c_str());
  // Nobody else may connect, not even between bind and chmod.
  if (::fchmod(socket.get(), 0600) != 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.address), sizeof(address.address)) != 0 ||
      ::chmod(LocalSocketPath(home).c_str(), 0600) != 0 || ::listen(socket.get(), 16) != 0) {
    return Fail(
        SystemError(MakePhrase("cannot open the workspace's socket"), errno).At(LocalSocketPath(home).string()));
  }
  return socket;
}

Result<Descriptor> ConnectLocal(const std::filesystem::path& home) {
  std::error_code missing;
  if (!std::filesystem::exists(LocalSocketPath(home), missing)) return Fail(NotFound("no server runs here"));
  WEIR_TRY(const SocketAddress address, AddressOf(home));
  WEIR_TRY(Descriptor socket, OpenSocket());
  while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.address), sizeof(address.address)) != 0) {
    if (errno == EINTR) continue;
    if (errno == ECONNREFUSED || errno == ENOENT) return Fail(NotFound("no server runs here"));
    return Fail(
        SystemError(MakePhrase("cannot reach the server of the workspace"), errno).At(LocalSocketPath(home).string()));
  }
  return socket;
}

Status SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Fail(SystemError(MakePhrase("the other side does not listen any more"), errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Status SendRequest(int socket, std::string_view line, std::span<const int> descriptors) {
  if (descriptors.size() > kMaxDescriptors) {
    return Fail(TooLarge("{} files are more than the {} of one import", descriptors.size(), kMaxDescriptors)
                    .Mend("Import them in parts, or stop the server and import without it"));
  }
  while (!descriptors.empty()) {
    const std::size_t count = std::min(descriptors.size(), kDescriptorsAtOnce);
    WEIR_TRY(SendDescriptors(socket, descriptors.first(count)));
    descriptors = descriptors.subspan(count);
  }
  return SendAll(socket, std::string(line) + '\n');
}

Result<ReceivedRequest> ReceiveRequest(int socket, std::chrono::milliseconds time) {
  ReceivedRequest received;
  const auto until = std::chrono::steady_clock::now() + time;
  std::vector<char> bytes(std::size_t{64} << 10);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsAtOnce)> control{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{socket, POLLIN, 0};
    const int count = ::poll(&ready, 1, std::max(0, static_cast<int>(left.count())));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Fail(Cancelled("the request did not come in time"));
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(SystemError(MakePhrase("the request cannot be received"), errno));
    CollectDescriptors(message, received.descriptors);
    if ((message.msg_flags & MSG_CTRUNC) != 0 || received.descriptors.size() > kMaxDescriptors) {
      return Fail(TooLarge("more files were sent than the server can hold open")
                      .Mend("Import them in parts, or raise the limit of open files"));
    }
    if (got == 0) {
      if (received.line.find_first_not_of(' ') == std::string::npos) return ReceivedRequest{};
      return Fail(BadUsage("the request ended early"));
    }
    received.line.append(bytes.data(), static_cast<std::size_t>(got));
    if (received.line.back() == '\n') {
      received.line.pop_back();
      return received;
    }
    if (received.line.size() > kMaxRequestBytes) return Fail(TooLarge("the request is too long"));
  }
}

}  // namespace weir::workspace
