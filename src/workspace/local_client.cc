#include "workspace/local_client.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <nlohmann/json.hpp>

#include "engine/answer_reader.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

// {"result":...} and {"problem":...} are cut out as they are; progress lines are small.
std::optional<std::string_view> MemberOf(std::string_view line, std::string_view name) {
  const std::string prefix = fmt::format("{{\"{}\":", name);
  if (!line.starts_with(prefix) || !line.ends_with('}')) return std::nullopt;
  line.remove_prefix(prefix.size());
  line.remove_suffix(1);
  return line;
}

void TellProgress(std::string_view member, const analysis::Progress& progress) {
  const auto document = nlohmann::json::parse(member, nullptr, false);
  if (!progress || !document.is_object()) return;
  progress(document.value("stage", std::string()), document.value("fraction", -1.0));
}

// Files of the paths, in the order of their names: a folder one level deep unless asked otherwise, hidden files left
// out.
Result<std::vector<ImportInput>> FilesOf(const ImportRequest& request) {
  std::vector<ImportInput> files;
  const auto add = [&](const fs::path& path, const fs::path& name) {
    files.push_back({.path = path, .descriptor = -1, .name = name.string()});
  };
  for (const ImportInput& input : request.inputs) {
    std::error_code error;
    if (!fs::is_directory(input.path, error)) {
      add(input.path, input.name.empty() ? input.path.filename() : fs::path(input.name));
      continue;
    }
    std::vector<fs::path> found;
    for (auto it = fs::recursive_directory_iterator(input.path, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      const bool is_hidden = it->path().filename().string().starts_with('.');
      if (it->is_directory(error)) {
        if (!request.recursive || is_hidden) it.disable_recursion_pending();
      } else if (!is_hidden && it->is_regular_file(error)) {
        found.push_back(it->path());
      }
    }
    if (error) return Fail(Unavailable("cannot read the folder: {}", error.message()).At(input.path.string()));
    std::ranges::sort(found);
    for (const fs::path& path : found) add(path, path.lexically_relative(input.path));
  }
  return files;
}

Result<std::vector<Descriptor>> OpenAll(const std::vector<ImportInput>& files) {
  std::vector<Descriptor> open;
  for (const ImportInput& file : files) {
    open.emplace_back(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (open.back().is_open()) continue;
    const std::string reason = std::generic_category().message(errno);
    if (errno == ENOENT) return Fail(NotFound("there is no such file or folder").At(file.path.string()));
    return Fail(Unavailable("cannot open the file: {}", reason).At(file.path.string()));
  }
  return open;
}

}  // namespace

Result<std::optional<LocalClient>> LocalClient::Find(const std::filesystem::path& home) {
  const auto socket = ConnectLocal(home);
  if (socket) return std::optional<LocalClient>(LocalClient(home));
  if (socket.error().code() == Code::kNotFound) return std::optional<LocalClient>();
  return Fail(socket.error());
}

Result<std::string> LocalClient::Call(const LocalRequest& request, const analysis::Progress& progress,
                                      const std::stop_token& stop, std::span<const int> descriptors) const {
  WEIR_TRY(const Descriptor socket, ConnectLocal(home_));
  WEIR_TRY(SendRequest(socket.get(), EncodeRequest(request), descriptors));
  // Closing is how the server learns that nobody waits any more.
  const std::stop_callback stopped(stop, [&] { ::shutdown(socket.get(), SHUT_RDWR); });
  std::string buffer;
  std::size_t scanned = 0;
  std::vector<char> piece(std::size_t{256} << 10);
  for (;;) {
    const std::size_t end = buffer.find('\n', scanned);
    if (end == std::string::npos) {
      scanned = buffer.size();
      const ssize_t got = ::recv(socket.get(), piece.data(), piece.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
      if (got <= 0) return Fail(Unavailable("the server ended before it answered").Mend("Its log tells why"));
      buffer.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    const std::string_view line = std::string_view(buffer).substr(0, end);
    if (const auto member = MemberOf(line, "progress")) {
      TellProgress(*member, progress);
    } else if (const auto result = MemberOf(line, "result")) {
      return std::string(*result);
    } else if (const auto problem = MemberOf(line, "problem")) {
      return Fail(engine::ReadProblem(*problem));
    } else {
      return Fail(Unavailable("the answer of the server cannot be read"));
    }
    buffer.erase(0, end + 1);
    scanned = 0;
  }
}

Result<engine::Answer> LocalClient::Ask(const engine::Question& question, const analysis::Progress& progress,
                                        std::stop_token stop) const {
  LocalRequest request;
  request.operation = LocalOperation::kAsk;
  request.question = question;
  WEIR_TRY(const std::string result, Call(request, progress, stop));
  return engine::FromJson(result);
}

Result<engine::Answer> LocalClient::Act(const std::string& action, const analysis::RawParams& params,
                                        const std::string& reason, const analysis::Progress& progress,
                                        std::stop_token stop) const {
  LocalRequest request;
  request.operation = LocalOperation::kAct;
  request.action = action;
  request.params = params;
  request.reason = reason;
  WEIR_TRY(const std::string result, Call(request, progress, stop));
  return engine::FromJson(result);
}

Result<engine::Answer> LocalClient::Import(const ImportRequest& import, const analysis::Progress& progress,
                                           std::stop_token stop) const {
  LocalRequest request;
  request.operation = LocalOperation::kImport;
  request.import = import;
  WEIR_TRY(request.import.inputs, FilesOf(import));
  WEIR_TRY(const std::vector<Descriptor> open, OpenAll(request.import.inputs));
  std::vector<int> numbers;
  for (const Descriptor& one : open) numbers.push_back(one.get());
  WEIR_TRY(const std::string result, Call(request, progress, stop, numbers));
  return engine::FromJson(result);
}

Status LocalClient::Build(const analysis::Progress& progress, std::stop_token stop) const {
  LocalRequest request;
  request.operation = LocalOperation::kBuild;
  WEIR_TRY([[maybe_unused]] const std::string result, Call(request, progress, stop));
  return {};
}

Result<ServerStatus> LocalClient::GetStatus() const {
  LocalRequest request;
  request.operation = LocalOperation::kStatus;
  WEIR_TRY(const std::string result, Call(request, {}, {}));
  const auto document = nlohmann::json::parse(result, nullptr, false);
  if (!document.is_object()) return Fail(Unavailable("the answer of the server cannot be read"));
  return ServerStatus{.url = document.value("url", std::string()),
                      .version = document.value("version", std::string()),
                      .process = document.value("process", std::int64_t{0}),
                      .data_version = document.value("data_version", std::int64_t{0})};
}

Status LocalClient::Stop() const {
  LocalRequest request;
  request.operation = LocalOperation::kStop;
  WEIR_TRY([[maybe_unused]] const std::string result, Call(request, {}, {}));
  return {};
}

}  // namespace weir::workspace
