#include "workspace/local_client.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <nlohmann/json.hpp>

#include "base/plain_line.h"
#include "engine/answer_reader.h"
#include "sources/discover.h"
#include "workspace/importer.h"

namespace weir::workspace {
namespace {

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
  const auto stage = document.value("stage", std::string());
  progress(InBoth(stage, document.value("stage_ru", stage)), document.value("fraction", -1.0));
}

// The files of a request, open, and what of its folders cannot be imported.
struct OpenFiles {
  std::vector<ImportInput> inputs;
  std::vector<Descriptor> descriptors;
  std::vector<Error> problems;
};

Result<OpenFiles> OpenAll(const ImportRequest& request) {
  OpenFiles open;
  for (const ImportInput& input : request.inputs) {
    WEIR_TRY(sources::Listed listed, sources::ListFiles(input.path, {.is_recursive = request.recursive}));
    for (Error& problem : listed.problems) open.problems.push_back(std::move(problem));
    for (const sources::FileInput& file : listed.files) {
      // A pipe that nobody writes to must not hold the command up.
      Descriptor descriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
      if (!descriptor.is_open()) {
        const std::string reason = std::generic_category().message(errno);
        open.problems.push_back(Unavailable("cannot open the file: {}", reason).At(file.Title()));
        continue;
      }
      // A file that was named itself keeps the folder in its name: it speaks for recognition.
      const bool is_named = file.path == input.path && !input.name.empty();
      open.inputs.push_back({.path = file.path,
                             .descriptor = -1,
                             .name = PlainLine(is_named ? input.name : file.name),
                             .mappings = input.mappings});
      open.descriptors.push_back(std::move(descriptor));
    }
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
  WEIR_TRY(const OpenFiles open, OpenAll(import));
  request.import.inputs = open.inputs;
  std::vector<int> numbers;
  numbers.reserve(open.descriptors.size());
  for (const Descriptor& one : open.descriptors) numbers.push_back(one.get());
  WEIR_TRY(const std::string result, Call(request, progress, stop, numbers));
  WEIR_TRY(engine::Answer answer, engine::FromJson(result));
  AddProblems(open.problems, answer.output);
  return answer;
}

Status LocalClient::Build(const analysis::Progress& progress, std::stop_token stop) const {
  LocalRequest request;
  request.operation = LocalOperation::kBuild;
  WEIR_TRY([[maybe_unused]] const std::string result, Call(request, progress, stop));
  return {};
}

Status LocalClient::SetPassword(const std::string& user, const std::string& password) const {
  LocalRequest request;
  request.operation = LocalOperation::kPassword;
  request.user = user;
  request.password = password;
  WEIR_TRY([[maybe_unused]] const std::string result, Call(request, {}, {}));
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
