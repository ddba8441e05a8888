#include "server/server.h"

#include <utility>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/embedded.h"
#include "docgen/openapi.h"
#include "server/callers.h"
#include "server/connection.h"
#include "server/listener.h"
#include "server/local_server.h"

namespace weir::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr int kPortTries = 21;
constexpr std::uint64_t kSecondsOfUse = 60;   // between notes of which sessions were used
constexpr std::uint64_t kSecondsOfMarts = 3;  // between looks whether the marts are those of the newest data
constexpr std::uint64_t kSecondsOfMail = 5;   // between looks at what is to be sent

// Connections, uploads and the store's own files count against one limit, which shells set low.
void RaiseFileLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

engine::JobLimits JobLimitsOf(const ServeOptions& options) {
  const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4);
  return {.read_threads = options.threads == 0 ? cores : options.threads, .queue = options.max_queue};
}

// Everything of one run of the server. Members are in the order in which they come to life; the last go first.
class Running {
 public:
  Running(Backend& backend, const ServeOptions& options, std::shared_ptr<asio::io_context> io, tcp::acceptor acceptor,
          std::int64_t data_version)
      : backend_(backend),
        options_(options),
        io_(std::move(io)),
        acceptor_(std::move(acceptor)),
        endpoint_(acceptor_.local_endpoint()),
        guard_(GuardLimits{}, HostsOf(endpoint_, options.hosts)),
        sessions_(endpoint_.port(), LoadSessionKey(backend.home())),
        callers_(backend.access(), sessions_, options.proxies),
        uploads_(backend.home() / "uploads", {.file_bytes = options.max_upload_bytes}),
        files_(EmbeddedFiles("web")),
        jobs_(JobLimitsOf(options)),
        api_({backend_, jobs_, sessions_, callers_, uploads_, files_, *live_, metrics_, *data_version_},
             {.version = WEIR_VERSION,
              .openapi = docgen::OpenApi(backend.engine().catalog(), WEIR_VERSION),
              .patience = options.patience}),
        shared_{io_,
                disk_,
                guard_,
                api_,
                jobs_,
                uploads_,
                *live_,
                metrics_,
                options.connection,
                [this] { return fmt::format("{}-{}", run_id_, ++requests_); }},
        local_(backend_, jobs_, {.url = Url(), .version = WEIR_VERSION, .stop = [this] { AskToStop(); }}),
        maintenance_(*io_),
        grace_(*io_),
        signals_(*io_),
        work_(asio::make_work_guard(*io_)) {
    // The port of the run and the second of its start: enough to tell the logs of two runs apart.
    run_id_ = fmt::format("{:x}", static_cast<std::uint64_t>(WallClockNow().micros / kMicrosPerSecond));
    Advance(data_version);
  }

  // Of this machine, where it listens on all its addresses.
  std::string Url() const { return fmt::format("http://{}/", AuthorityOf(ReachableFrom(endpoint_))); }

  Status Run(const std::stop_token& stop) {
    // Some file systems hold no sockets; the page works without one.
    if (const Status opened = local_.Start(); !opened) spdlog::warn("no local socket: {}", opened.error().ToString());
    Listen();
    const std::stop_callback stopped(stop, [this] { AskToStop(); });
    asio::co_spawn(*io_, [this] { return Accept(); }, asio::detached);
    if (options_.handles_signals) TakeSignals();
    Maintain();
    spdlog::info("serving {} at {}", backend_.home().string(), Url());
    if (options_.on_ready) options_.on_ready(Url());
    io_->run();
    // Nothing is answered any more; what still runs is told to stop and waited for.
    jobs_.Stop();
    local_.Stop();
    disk_.join();
    delivery_stop_.request_stop();
    post_.join();
    spdlog::info("stopped");
    return {};
  }

 private:
  // News for the page: jobs and data versions.
  void Listen() {
    job_news_ = jobs_.Listen([live = live_](const engine::JobView& view) {
      live->Publish("job", Api::JobJson(view, false), view.id, Api::AudienceOf(view));
    });
    // The backend keeps its listener for ever, so that it holds the hub and nothing else of this run.
    backend_.OnChange([live = std::weak_ptr(live_), known = data_version_](std::int64_t version) {
      Raise(*known, version);
      if (const auto alive = live.lock()) {
        alive->Publish("data", fmt::format(R"({{"data_version":{}}})", version), "data");
      }
    });
  }

  static void Raise(std::atomic<std::int64_t>& known, std::int64_t version) {
    std::int64_t before = known.load();
    while (before < version && !known.compare_exchange_weak(before, version)) {
    }
  }

  void Advance(std::int64_t version) { Raise(*data_version_, version); }

  asio::awaitable<void> Accept() {
    while (!is_stopping_) {
      ErrorCode error;
      tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (is_stopping_) break;
      if (error) {
        // Out of descriptors, most likely: waiting a moment is better than spinning.
        spdlog::warn("cannot take a connection: {}", error.message());
        maintenance_pause_.expires_after(std::chrono::milliseconds(200));
        co_await maintenance_pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (connections_.size() >= options_.max_connections) {
        TurnAway(socket);
        continue;
      }
      Take(std::move(socket));
    }
  }

  void Take(tcp::socket socket) {
    ++metrics_.accepted_connections;
    const std::uint64_t number = ++next_connection_;
    // It begins on a later turn of the loop, so it is in the list before it can end.
    connections_[number] = StartConnection(std::move(socket), shared_, [this, number] {
      connections_.erase(number);
      metrics_.open_connections = static_cast<std::int64_t>(connections_.size());
      if (is_stopping_ && connections_.empty()) io_->stop();
    });
    metrics_.open_connections = static_cast<std::int64_t>(connections_.size());
  }

  // Says in one packet that the server is full, without waiting for anything.
  void TurnAway(tcp::socket& socket) {
    ++metrics_.refused_connections;
    const Response response = ProblemResponse(Busy("{} connections are open already", connections_.size()), {});
    const std::string text = WriteHead(response, {}, Ending::kClose, true) + std::string(response.body.bytes);
    ::send(socket.native_handle(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ErrorCode ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void TakeSignals() {
    ErrorCode ignored;
    signals_.add(SIGINT, ignored);
    signals_.add(SIGTERM, ignored);
    signals_.async_wait([this](const ErrorCode& error, int) {
      if (error) return;
      is_stopping_ ? AbortAll() : BeginToStop();
      TakeSignals();
    });
  }

  // Once a second: what is old goes.
  void Maintain() {
    jobs_.Sweep();
    uploads_.Sweep();
    if (++maintained_ % kSecondsOfUse == 0) KeepUse();
    if (maintained_ % kSecondsOfMarts == 0) KeepMarts();
    if (maintained_ % kSecondsOfMarts == 0) AskAhead();
    if (maintained_ % kSecondsOfMail == 0) Deliver();
    maintenance_.expires_after(std::chrono::seconds(1));
    maintenance_.async_wait([this](const ErrorCode& error) {
      if (!error && !is_stopping_) Maintain();
    });
  }

  // Writes down which sessions were used. The disk may be slow, so it is work for a thread that may wait.
  void KeepUse() {
    access::Access* access = &backend_.access();
    const auto work = [access](const analysis::Progress&, std::stop_token) -> Result<std::string> {
      WEIR_TRY(access->Maintain());
      return std::string("{}");
    };
    const auto started = jobs_.Start("sessions", engine::JobLane::kAccess, work, [](const engine::JobView& view) {
      if (view.error) spdlog::warn("sessions: {}", view.error->message());
    });
    if (!started) spdlog::warn("sessions: {}", started.error().message());
  }

  // Once for each data version, after whoever opens a page at once has seen it.
  void KeepMarts() {
    const std::int64_t version = *data_version_;
    if (*marts_version_ >= version || marts_are_made_->exchange(true)) return;
    Backend* backend = &backend_;
    const auto work = [backend, version, kept = marts_version_](const analysis::Progress&,
                                                                std::stop_token stop) -> Result<std::string> {
      WEIR_TRY(const bool is_done, backend->KeepMarts(std::move(stop)));
      if (is_done) Raise(*kept, version);
      return std::string("{}");
    };
    const auto started =
        jobs_.Start("marts", engine::JobLane::kWrite, work,
                    [version, kept = marts_version_, made = marts_are_made_](const engine::JobView& view) {
                      // Not tried again: without them questions are slower, and that is all.
                      if (view.error) Raise(*kept, version);
                      if (view.error) spdlog::warn("marts: {}", view.error->message());
                      *made = false;
                    });
    if (!started) *marts_are_made_ = false;
  }

  // Once for each data version, when its marts are made: pages that took long are ready before people come.
  void AskAhead() {
    const std::int64_t version = *data_version_;
    if (*marts_version_ < version || *ahead_version_ >= version || is_asking_ahead_->exchange(true)) return;
    engine::Engine* engine = &backend_.engine();
    const auto work = [engine](const analysis::Progress&, std::stop_token stop) -> Result<std::string> {
      WEIR_TRY(engine->AskAhead(std::move(stop)));
      return std::string("{}");
    };
    const auto started = jobs_.Start("ahead", engine::JobLane::kRead, work,
                                     [version, kept = ahead_version_, asking = is_asking_ahead_](const auto& view) {
                                       // Not tried again, as with the marts.
                                       Raise(*kept, version);
                                       if (view.error) spdlog::warn("ahead: {}", view.error->message());
                                       *asking = false;
                                     });
    if (!started) *is_asking_ahead_ = false;
  }

  // In a thread of its own: a receiver that does not answer holds up nobody else.
  void Deliver() {
    if (is_delivering_->exchange(true)) return;
    asio::post(post_, [this, delivering = is_delivering_] {
      if (const Status done = backend_.Deliver(delivery_stop_.get_token()); !done) {
        spdlog::warn("delivery: {}", done.error().ToString());
      }
      *delivering = false;
    });
  }

  // From any thread.
  void AskToStop() {
    asio::post(*io_, [this] { BeginToStop(); });
  }

  // No new connections; idle ones end now, others after their answer, and at the latest when the grace is over.
  void BeginToStop() {
    if (std::exchange(is_stopping_, true)) return;
    spdlog::info("stopping");
    ErrorCode ignored;
    acceptor_.close(ignored);
    maintenance_.cancel();
    for (const auto& connection : OpenConnections()) connection->Drain();
    if (connections_.empty()) return io_->stop();
    grace_.expires_after(options_.drain);
    grace_.async_wait([this](const ErrorCode& error) {
      if (!error) AbortAll();
    });
  }

  // Every coroutine then ends by itself, and the last one stops the loop.
  void AbortAll() {
    for (const auto& connection : OpenConnections()) connection->Abort();
  }

  // A connection that ends takes itself out of the list, so whoever goes over it needs its own.
  std::vector<std::shared_ptr<Connection>> OpenConnections() const {
    std::vector<std::shared_ptr<Connection>> open;
    for (const auto& [number, connection] : connections_) open.push_back(connection);
    return open;
  }

  Backend& backend_;
  const ServeOptions& options_;
  const std::shared_ptr<asio::io_context> io_;
  tcp::acceptor acceptor_;
  const tcp::endpoint endpoint_;
  const std::shared_ptr<std::atomic<std::int64_t>> data_version_ = std::make_shared<std::atomic<std::int64_t>>(0);
  const std::shared_ptr<std::atomic<std::int64_t>> marts_version_ = std::make_shared<std::atomic<std::int64_t>>(-1);
  const std::shared_ptr<std::atomic<bool>> marts_are_made_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<std::atomic<std::int64_t>> ahead_version_ = std::make_shared<std::atomic<std::int64_t>>(-1);
  const std::shared_ptr<std::atomic<bool>> is_asking_ahead_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<LiveHub> live_ = std::make_shared<LiveHub>();
  Metrics metrics_;
  RequestGuard guard_;
  Sessions sessions_;
  Callers callers_;
  Uploads uploads_;
  StaticFiles files_;
  asio::thread_pool disk_{1};
  std::stop_source delivery_stop_;
  const std::shared_ptr<std::atomic<bool>> is_delivering_ = std::make_shared<std::atomic<bool>>(false);
  asio::thread_pool post_{1};
  engine::JobRunner jobs_;
  std::shared_ptr<void> job_news_;
  Api api_;
  std::string run_id_;
  std::uint64_t requests_ = 0;
  ConnectionShared shared_;
  LocalServer local_;
  asio::steady_timer maintenance_;
  asio::steady_timer maintenance_pause_{*io_};
  asio::steady_timer grace_;
  asio::signal_set signals_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::uint64_t next_connection_ = 0;
  std::uint64_t maintained_ = 0;
  bool is_stopping_ = false;
};

}  // namespace

Status ServeBackend(Backend& backend, const ServeOptions& options, std::stop_token stop) {
  RaiseFileLimit();
  WEIR_TRY(const auto address, ServedAddress(options.address, backend.access().IsInForce()));
  // Whom a proxy lets in comes from this machine, as the server sees it.
  if (!options.proxies.empty() && !backend.access().IsInForce()) {
    return Fail(Forbidden("whoever passes the proxy would be the owner: there is no account to keep others out")
                    .Field("proxy")
                    .Mend("Add an owner with 'weir user add NAME' first"));
  }
  const auto io = std::make_shared<asio::io_context>(1);
  WEIR_TRY(tcp::acceptor acceptor, Listen(*io, address, options.port, options.allow_next_port ? kPortTries : 1));
  WEIR_TRY(const std::int64_t data_version, backend.DataVersion());
  Running running(backend, options, io, std::move(acceptor), data_version);
  return running.Run(stop);
}

}  // namespace weir::server
