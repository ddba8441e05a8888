#include "server/local_server.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "analysis/only_asks.h"
#include "base/russian.h"
#include "server/recording.h"
#include "workspace/descriptor.h"
#include "workspace/local_protocol.h"

namespace weir::server {
namespace {

using nlohmann::json;
using workspace::Descriptor;
using workspace::LocalOperation;
using workspace::LocalRequest;

constexpr std::chrono::milliseconds kRequestTime{10'000};
constexpr std::chrono::milliseconds kProgressPause{100};
constexpr std::chrono::seconds kSendTime{30};

// A counter of the kernel that poll can wait for.
class Bell {
 public:
  Bell() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  int get() const { return descriptor_.get(); }
  void Ring() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(descriptor_.get(), &one, sizeof(one)));
  }
  void Hush() const {
    std::uint64_t count = 0;
    static_cast<void>(!::read(descriptor_.get(), &count, sizeof(count)));
  }

 private:
  Descriptor descriptor_;
};

// What a job leaves for the thread that speaks to the command.
struct Mailbox {
  Bell bell;
  std::mutex mutex;
  Phrase stage;
  double fraction = -1;
  bool has_progress = false;
  std::chrono::steady_clock::time_point told_at;
  std::optional<engine::JobView> done;

  void Tell(const Phrase& new_stage, double new_fraction) {
    const std::lock_guard lock(mutex);
    const auto now = std::chrono::steady_clock::now();
    if (new_stage.text == stage.text && now - told_at < kProgressPause) return;
    told_at = now;
    stage = new_stage;
    fraction = new_fraction;
    has_progress = true;
    bell.Ring();
  }

  void Finish(const engine::JobView& view) {
    const std::lock_guard lock(mutex);
    done = view;
    bell.Ring();
  }
};

std::string Line(std::string_view name, std::string document) {
  // A line break inside JSON can only be a blank.
  for (char& c : document) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return fmt::format("{{\"{}\":{}}}\n", name, document);
}

std::string ProblemLine(const Error& error) { return Line("problem", engine::ProblemJson(error)); }

// Whoever may read the workspace's files is its owner.
analysis::Principal CommandPrincipal() {
  analysis::Principal principal = analysis::Principal::LocalOwner();
  principal.address = "local socket";
  return principal;
}

Status CheckPeer(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return Fail(Forbidden("it cannot be told who asks"));
  }
  if (peer.uid == ::geteuid() || peer.uid == 0) return {};
  return Fail(Forbidden("the server belongs to another user"));
}

}  // namespace

class LocalServer::State {
 public:
  State(Backend& backend, engine::JobRunner& jobs, LocalServerOptions options)
      : backend_(backend), jobs_(jobs), options_(std::move(options)) {}

  Status Start() {
    WEIR_TRY(listener_, workspace::ListenLocal(backend_.home()));
    acceptor_ = std::thread([this] { Accept(); });
    return {};
  }

  void Stop() {
    if (!acceptor_.joinable()) return;
    is_stopping_ = true;
    bell_.Ring();
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const auto& open : open_) ::shutdown(open->socket.get(), SHUT_RDWR);
    }
    for (const auto& open : open_) open->thread.join();
    open_.clear();
    ::unlink(workspace::LocalSocketPath(backend_.home()).c_str());
  }

 private:
  struct Open {
    Descriptor socket;
    std::atomic<bool> is_over = false;
    std::thread thread;
  };

  void Accept() {
    while (!is_stopping_) {
      std::array<pollfd, 2> ready{{{listener_.get(), POLLIN, 0}, {bell_.get(), POLLIN, 0}}};
      if (::poll(ready.data(), ready.size(), 1000) <= 0 || is_stopping_) {
        Reap();
        continue;
      }
      Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      Reap();
      if (!socket.is_open()) continue;
      const timeval time{.tv_sec = kSendTime.count(), .tv_usec = 0};
      ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
      if (const Status known = CheckPeer(socket.get()); !known) {
        static_cast<void>(workspace::SendAll(socket.get(), ProblemLine(known.error())).has_value());
        continue;
      }
      Take(std::move(socket));
    }
  }

  void Take(Descriptor socket) {
    const std::lock_guard lock(mutex_);
    if (open_.size() >= options_.max_connections) {
      const Error busy = Busy("{} commands are being answered already", open_.size());
      static_cast<void>(workspace::SendAll(socket.get(), ProblemLine(busy)).has_value());
      return;
    }
    auto open = std::make_unique<Open>();
    open->socket = std::move(socket);
    Open* one = open.get();
    one->thread = std::thread([this, one] {
      Serve(one->socket.get());
      ::shutdown(one->socket.get(), SHUT_RDWR);
      one->is_over = true;
    });
    open_.push_back(std::move(open));
  }

  // Joins the threads of connections that are over.
  void Reap() {
    const std::lock_guard lock(mutex_);
    open_.remove_if([](const std::unique_ptr<Open>& open) {
      if (!open->is_over) return false;
      open->thread.join();
      return true;
    });
  }

  void Serve(int socket) {
    try {
      auto received = workspace::ReceiveRequest(socket, kRequestTime);
      if (received && received->line.empty()) return;  // somebody looked whether we are here
      auto request = received ? workspace::DecodeRequest(received->line) : Fail(received.error());
      const Status answered = request ? Answer(socket, std::move(*request), std::move(received->descriptors))
                                      : workspace::SendAll(socket, ProblemLine(request.error()));
      if (!answered) spdlog::debug("a command went away: {}", answered.error().message());
    } catch (const std::exception& broken) {
      spdlog::error("a command over the local socket: {}", broken.what());
      const Error error = MakeError(Code::kBug, "something inside Weir is broken; the log tells what");
      static_cast<void>(workspace::SendAll(socket, ProblemLine(error)).has_value());
    }
  }

  Status Answer(int socket, LocalRequest request, std::vector<Descriptor> descriptors) {
    switch (request.operation) {
      case LocalOperation::kStatus:
        return SendStatus(socket);
      case LocalOperation::kStop: {
        WEIR_TRY(workspace::SendAll(socket, Line("result", "{}")));
        options_.stop();
        return {};
      }
      default:
        return RunJob(socket, std::move(request), std::move(descriptors));
    }
  }

  Status SendStatus(int socket) {
    const auto version = backend_.DataVersion();
    if (!version) return workspace::SendAll(socket, ProblemLine(version.error()));
    const json status{{"url", options_.url},
                      {"version", options_.version},
                      {"process", static_cast<std::int64_t>(::getpid())},
                      {"data_version", *version}};
    return workspace::SendAll(socket, Line("result", status.dump()));
  }

  // The work of the request, for the job runner.
  Result<engine::JobWork> WorkOf(LocalRequest request, std::vector<Descriptor> descriptors) {
    engine::Engine* engine = &backend_.engine();
    access::Access* access = &backend_.access();
    const analysis::Principal principal = CommandPrincipal();
    if (request.operation == LocalOperation::kAsk) {
      return [engine, access, principal, question = std::move(request.question)](
                 const analysis::Progress& progress, std::stop_token stop) -> Result<std::string> {
        WEIR_TRY(const engine::Answer answer, engine->Ask(question, principal, progress, std::move(stop)));
        RecordReading(*access, principal, question);
        return engine::ToJson(answer);
      };
    }
    if (request.operation == LocalOperation::kAct) {
      return [engine, principal, asked = std::move(request)](const analysis::Progress& progress,
                                                             std::stop_token stop) -> Result<std::string> {
        WEIR_TRY(const engine::Answer answer,
                 engine->Act(asked.action, asked.params, asked.reason, principal, progress, std::move(stop)));
        return engine::ToJson(answer);
      };
    }
    if (request.operation == LocalOperation::kBuild) {
      return [backend = &backend_](const analysis::Progress& progress, std::stop_token stop) -> Result<std::string> {
        WEIR_TRY(backend->Build(progress, std::move(stop)));
        return std::string("{}");
      };
    }
    if (request.operation == LocalOperation::kPassword) {
      return [access, principal, user = request.user, password = request.password](
                 const analysis::Progress&, std::stop_token) -> Result<std::string> {
        WEIR_TRY(access->ResetPassword(user, password, principal));
        return std::string("{}");
      };
    }
    return ImportWork(std::move(request.import), std::move(descriptors));
  }

  Result<engine::JobWork> ImportWork(workspace::ImportRequest import, std::vector<Descriptor> descriptors) {
    if (import.inputs.size() != descriptors.size()) {
      return Fail(BadUsage("{} files were named and {} sent", import.inputs.size(), descriptors.size()));
    }
    for (std::size_t i = 0; i < descriptors.size(); ++i) import.inputs[i].descriptor = descriptors[i].get();
    const auto open = std::make_shared<std::vector<Descriptor>>(std::move(descriptors));
    return [backend = &backend_, import = std::move(import), open](const analysis::Progress& progress,
                                                                   std::stop_token stop) -> Result<std::string> {
      WEIR_TRY(const engine::Answer answer, backend->Import(import, CommandPrincipal(), progress, std::move(stop)));
      return engine::ToJson(answer);
    };
  }

  engine::JobLane LaneOf(const LocalRequest& request) const {
    if (request.operation == LocalOperation::kAsk) return engine::JobLane::kRead;
    if (request.operation == LocalOperation::kPassword) return engine::JobLane::kAccess;
    if (request.operation != LocalOperation::kAct) return engine::JobLane::kWrite;
    const analysis::Action* action = backend_.engine().catalog().FindAction(request.action);
    if (action != nullptr && analysis::OnlyAsks(*action)) return engine::JobLane::kRead;
    return action == nullptr || action->changes_model ? engine::JobLane::kWrite : engine::JobLane::kAccess;
  }

  static std::string TitleOf(const LocalRequest& request) {
    if (request.operation == LocalOperation::kAsk) return request.question.id;
    if (request.operation == LocalOperation::kAct) return request.action;
    if (request.operation == LocalOperation::kPassword) return "password";
    return request.operation == LocalOperation::kBuild ? "model.build" : "sources.import";
  }

  Status RunJob(int socket, LocalRequest request, std::vector<Descriptor> descriptors) {
    const auto mail = std::make_shared<Mailbox>();
    const std::string title = TitleOf(request);
    const engine::JobLane lane = LaneOf(request);
    auto work = WorkOf(std::move(request), std::move(descriptors));
    if (!work) return workspace::SendAll(socket, ProblemLine(work.error()));
    const auto id = jobs_.Start(
        title, lane,
        [mail, inner = std::move(*work)](const analysis::Progress& progress, std::stop_token stop) {
          const analysis::Progress both = [&](const Phrase& stage, double fraction) {
            mail->Tell(stage, fraction);
            progress(stage, fraction);
          };
          return inner(both, std::move(stop));
        },
        [mail](const engine::JobView& view) { mail->Finish(view); }, CommandPrincipal().user);
    if (!id) return workspace::SendAll(socket, ProblemLine(id.error()));
    if (lane == engine::JobLane::kWrite) jobs_.Announce(*id);
    const Status told = Follow(socket, *id, *mail);
    if (lane != engine::JobLane::kWrite || !told) jobs_.Abandon(*id);
    return told;
  }

  // Passes on what the job tells until it is done. An error means that nobody listens any more.
  Status Follow(int socket, const std::string& id, Mailbox& mail) {
    for (;;) {
      std::array<pollfd, 2> ready{{{mail.bell.get(), POLLIN, 0}, {socket, POLLIN | POLLRDHUP, 0}}};
      ::poll(ready.data(), ready.size(), -1);
      mail.bell.Hush();
      std::optional<engine::JobView> done;
      std::string line;
      {
        const std::lock_guard lock(mail.mutex);
        done = mail.done;
        if (std::exchange(mail.has_progress, false)) {
          line = Line("progress",
                      json{{"stage", mail.stage.text}, {"stage_ru", InRussian(mail.stage)}, {"fraction", mail.fraction}}
                          .dump());
        }
      }
      if (done) {
        line += done->error ? ProblemLine(*done->error) : Line("result", *done->result);
        return workspace::SendAll(socket, line);
      }
      if (!line.empty()) WEIR_TRY(workspace::SendAll(socket, line));
      // It has nothing to say after its request, so it has closed.
      if (ready[1].revents != 0) {
        static_cast<void>(jobs_.Cancel(id).has_value());
        return Fail(Cancelled("job {} was stopped", id));
      }
    }
  }

  Backend& backend_;
  engine::JobRunner& jobs_;
  const LocalServerOptions options_;
  Descriptor listener_;
  Bell bell_;
  std::thread acceptor_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::list<std::unique_ptr<Open>> open_;
};

LocalServer::LocalServer(Backend& backend, engine::JobRunner& jobs, LocalServerOptions options)
    : state_(std::make_unique<State>(backend, jobs, std::move(options))) {}
LocalServer::~LocalServer() { Stop(); }
Status LocalServer::Start() { return state_->Start(); }
void LocalServer::Stop() { state_->Stop(); }

}  // namespace weir::server
