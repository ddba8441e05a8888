#include "server/connection.h"

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "server/awaiting.h"
#include "server/listener.h"

namespace weir::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::use_awaitable;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = http::request_parser<http::buffer_body>;

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::size_t kWriteBytes = std::size_t{256} << 10;
constexpr std::size_t kLingerBytes = std::size_t{1} << 20;

// GCC 12 destroys some temporaries of an expression with co_await in it twice (its bug 101367 and kin). So coroutines
// here take references to named objects, pointers and numbers only, and a co_await stands in a statement of its own.

// Where a body goes: one of the two.
struct BodyTarget {
  std::string* text = nullptr;
  Uploads::Incoming* file = nullptr;
};

class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(asio::ip::tcp::socket socket, ConnectionShared& shared)
      : socket_(std::move(socket)), shared_(shared), deadline_(*shared.io), buffer_(2 * kReadBytes) {}

  awaitable<void> Run() {
    ErrorCode ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    peer_ = PeerOf(socket_);
    for (std::size_t served = 1; !is_draining_; ++served) {
      const auto head = co_await ReadHead();
      if (!head) break;
      is_answering_ = true;
      const bool stays = co_await Serve(*head, served < shared_.limits.requests);
      is_answering_ = false;
      if (!stays) break;
    }
    co_await Close();
  }

  void Drain() override {
    is_draining_ = true;
    if (!is_answering_) Cancel();
    if (is_live_) waiting_->Wake();
  }

  void Abort() override {
    is_draining_ = true;
    ErrorCode ignored;
    socket_.close(ignored);
    deadline_.cancel();
    if (!waiting_) return;
    waiting_->is_gone = true;
    waiting_->Wake();
  }

 private:
  // Time ------------------------------------------------------------------------------------------------------------

  // What is under way on the socket is cancelled when the time is over, unless another deadline was set before.
  void SetDeadline(std::chrono::milliseconds time) {
    is_late_ = false;
    const std::uint64_t number = ++deadline_number_;
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), number](ErrorCode error) {
      if (error || number != self->deadline_number_) return;
      self->is_late_ = true;
      self->Cancel();
    });
  }

  void ClearDeadline() {
    ++deadline_number_;
    deadline_.cancel();
  }

  void Cancel() {
    ErrorCode ignored;
    socket_.cancel(ignored);
  }

  // Reading ---------------------------------------------------------------------------------------------------------

  std::string_view Buffered() const {
    const auto bytes = buffer_.cdata();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }

  // The next head that the guard lets through. Nothing when the connection is to end; what had to be said was said.
  awaitable<std::optional<RequestHead>> ReadHead() {
    bool has_begun = !Buffered().empty();
    SetDeadline(has_begun ? shared_.limits.head : shared_.limits.idle);
    for (;;) {
      const auto end = shared_.guard.FindEnd(Buffered());
      if (!end) {
        co_await Refuse(end.error());
        co_return std::nullopt;
      }
      if (*end > 0) {
        auto head = shared_.guard.Check(Buffered().substr(0, *end));
        if (!head) {
          co_await Refuse(head.error());
          co_return std::nullopt;
        }
        // Beast reads the same bytes again to know the length of the body.
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(*end));
        parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
        ErrorCode error;
        parser_->put(asio::buffer(buffer_.cdata(), *end), error);
        buffer_.consume(*end);
        if ((error && error != http::error::need_buffer) || !parser_->is_header_done()) {
          const Refusal unread{400, MakePhrase("the head of the request cannot be read")};
          co_await Refuse(unread);
          co_return std::nullopt;
        }
        co_return std::move(*head);
      }
      ErrorCode error;
      const std::size_t count =
          co_await socket_.async_read_some(buffer_.prepare(4096), asio::redirect_error(use_awaitable, error));
      buffer_.commit(count);
      if (error) {
        const Refusal late{408, MakePhrase("the head of the request did not come in time")};
        if (is_late_ && has_begun) co_await Refuse(late);
        co_return std::nullopt;
      }
      if (!has_begun) SetDeadline(shared_.limits.head);
      has_begun = true;
    }
  }

  // Reads the body piece by piece. Gives the refusal to send, if any; status 0 means that nobody is there to read one.
  // What the target could not take is in `failed_`.
  awaitable<std::optional<Refusal>> ReadBody(std::uint64_t limit, BodyTarget target) {
    std::vector<char> piece(kReadBytes);
    std::uint64_t total = 0;
    std::uint64_t timed_from = 0;
    failed_.reset();
    SetDeadline(shared_.limits.body);
    while (!parser_->is_done()) {
      auto& body = parser_->get().body();
      body.data = piece.data();
      body.size = piece.size();
      ErrorCode error;
      co_await http::async_read_some(socket_, buffer_, *parser_, asio::redirect_error(use_awaitable, error));
      if (error && error != http::error::need_buffer) co_return BodyRefusal(error);
      const std::string_view bytes(piece.data(), piece.size() - body.size);
      total += bytes.size();
      if (total > limit) co_return Refusal{413, MakePhrase("the body is longer than {} bytes", limit)};
      if (target.text != nullptr) target.text->append(bytes);
      if (target.file == nullptr || bytes.empty()) continue;
      Status written;
      const std::function<void()> write = [&] { written = target.file->Write(bytes); };
      co_await OnPool(shared_.disk, write);
      if (!written) {
        failed_ = written.error();
        co_return std::nullopt;
      }
      // Only progress renews the time of an upload: a byte now and then does not.
      if (total - timed_from < kReadBytes) continue;
      timed_from = total;
      SetDeadline(shared_.limits.body);
    }
    co_return std::nullopt;
  }

  Refusal BodyRefusal(const ErrorCode& error) const {
    if (is_late_) return {408, MakePhrase("the body did not come in time")};
    const bool is_ours = error.category() == make_error_code(http::error::bad_chunk).category();
    if (is_ours && error != http::error::partial_message && error != http::error::end_of_stream) {
      return {400, MakePhrase("the body is not framed as its head says")};
    }
    return {0, {}};
  }

  // Serving ---------------------------------------------------------------------------------------------------------

  // One request from its body to the end of its answer. Whether another may follow.
  awaitable<bool> Serve(const RequestHead& head, bool may_stay) {
    const Clock::time_point began = Clock::now();
    Request request{.head = head, .target = {}, .id = shared_.next_request_id(), .peer = peer_};
    keeps_ = may_stay && head.keep_alive;
    std::string_view route = "none";
    Reply reply = co_await ReplyTo(request, route);
    if (std::holds_alternative<OpenLive>(reply) && head.method == "HEAD") reply = Response{};
    int status = 200;
    if (auto* live = std::get_if<OpenLive>(&reply)) {
      co_await StreamLive(*live, request);
      keeps_ = false;
    } else {
      if (auto* deferred = std::get_if<Deferred>(&reply)) {
        Response answer = co_await RunDeferred(*deferred, request);
        reply = std::move(answer);
      }
      Response& response = std::get<Response>(reply);
      const bool is_for_a_russian = response.russian_body && LanguageOf(head, request.target) == Language::kRussian;
      if (is_for_a_russian) response.body = *response.russian_body;
      if (head.method == "GET" || head.method == "HEAD") ApplyTag(response, head);
      keeps_ = keeps_ && !response.closes && parser_->is_done();
      status = response.status;
      const bool is_sent = co_await Send(response, request.id, head.method == "HEAD");
      keeps_ = keeps_ && is_sent;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    shared_.metrics.CountRequest(route, head.method, status, seconds);
    spdlog::debug("{} {} {} {} {:.1f} ms", request.id, head.method, request.target.Path(), status, seconds * 1e3);
    co_return keeps_ && !is_draining_;
  }

  // Plans the request, reads its body and has it handled.
  awaitable<Reply> ReplyTo(Request& request, std::string_view& route) {
    auto target = ParseTarget(request.head.target);
    if (!target) co_return ProblemResponse(target.error(), request.id);
    request.target = std::move(*target);
    const std::function<std::variant<Plan, Response>()> plan_it = [&] { return shared_.api.PlanOf(request); };
    auto planned = Guarded(request, plan_it);
    if (auto* response = std::get_if<Response>(&planned)) co_return std::move(*response);
    const Plan& plan = std::get<Plan>(planned);
    route = plan.route;
    auto refused = co_await TakeBody(plan.body, request);
    if (refused) co_return std::move(*refused);
    ClearDeadline();
    const std::function<Reply()> handle = [&] { return plan.handle(request); };
    co_return Guarded(request, handle);
  }

  // A bug inside becomes an answer that tells its id and nothing else.
  template <typename T>
  T Guarded(const Request& request, const std::function<T()>& call) {
    try {
      return call();
    } catch (const std::exception& broken) {
      spdlog::error("request {} ({} {}): {}", request.id, request.head.method, request.target.Path(), broken.what());
      return ProblemResponse(
          MakeError(Code::kBug, "something inside Weir is broken; the log tells what, under request {}", request.id),
          request.id);
    }
  }

  // Whether the body may come: the client is told so where it asked.
  awaitable<bool> SendContinue(const Request& request) {
    if (!request.head.expects_continue || parser_->is_done()) co_return true;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    SetDeadline(shared_.limits.write);
    ErrorCode error;
    co_await asio::async_write(socket_, asio::buffer(kContinue), asio::redirect_error(use_awaitable, error));
    co_return !error;
  }

  // Reads the body into the request. The answer to send instead if that fails.
  awaitable<std::optional<Response>> TakeBody(BodyKind kind, Request& request) {
    if (kind == BodyKind::kUpload) {
      std::optional<Response> refused = co_await TakeUpload(request);
      co_return refused;
    }
    const std::uint64_t limit = kind == BodyKind::kJson ? shared_.limits.json_bytes : 0;
    if (request.head.content_length > limit) {
      const Refusal large{413, MakePhrase("the body is longer than {} bytes", limit)};
      co_return RefusalResponse(large, request.id);
    }
    const bool may_come = co_await SendContinue(request);
    if (!may_come) co_return RefusalResponse(Refusal{.status = 0}, request.id);
    const BodyTarget target{.text = &request.body};
    const std::optional<Refusal> refusal = co_await ReadBody(limit, target);
    if (refusal) co_return RefusalResponse(*refusal, request.id);
    co_return std::nullopt;
  }

  awaitable<std::optional<Response>> TakeUpload(Request& request) {
    const auto name = PercentDecode(request.head.Find("x-file-name"));
    if (!name) {
      co_return Closing(
          ProblemResponse(BadUsage("X-File-Name is not percent-encoded UTF-8").Field("x-file-name"), request.id));
    }
    Result<std::unique_ptr<Uploads::Incoming>> incoming = nullptr;
    const std::function<void()> begin = [&] { incoming = shared_.uploads.Begin(*name, request.head.content_length); };
    co_await OnPool(shared_.disk, begin);
    if (!incoming) co_return Closing(ProblemResponse(incoming.error(), request.id));
    const bool may_come = co_await SendContinue(request);
    if (!may_come) co_return RefusalResponse(Refusal{.status = 0}, request.id);
    const BodyTarget target{.file = incoming->get()};
    const std::optional<Refusal> refusal = co_await ReadBody(std::numeric_limits<std::uint64_t>::max(), target);
    if (refusal) co_return RefusalResponse(*refusal, request.id);
    if (failed_) co_return Closing(ProblemResponse(*failed_, request.id));
    auto upload = (*incoming)->Finish();
    if (!upload) co_return ProblemResponse(upload.error(), request.id);
    request.upload = std::move(*upload);
    co_return std::nullopt;
  }

  // Runs the work and waits for it, as long as the client does and its patience lasts.
  awaitable<Response> RunDeferred(Deferred& deferred, const Request& request) {
    const auto waiting = std::make_shared<Waiting>(*shared_.io);
    const auto id = shared_.jobs.Start(
        std::move(deferred.title), deferred.lane, std::move(deferred.work),
        [io = shared_.io, waiting](const engine::JobView& view) {
          asio::post(*io, [waiting, view] {
            waiting->job = view;
            waiting->Wake();
          });
        },
        std::move(deferred.owner));
    if (!id) co_return ProblemResponse(id.error(), request.id);
    WatchClient(waiting);
    waiting_ = waiting;
    waiting->timer.expires_after(deferred.patience);
    ErrorCode ignored;
    co_await waiting->timer.async_wait(asio::redirect_error(use_awaitable, ignored));
    waiting_.reset();
    Cancel();  // the watch
    if (waiting->job) {
      shared_.jobs.Abandon(*id);
      const engine::JobView& job = *waiting->job;
      co_return deferred.AnswerOf(job, request.id);
    }
    if (waiting->is_gone && deferred.stops_with_client) {
      shared_.jobs.Abandon(*id);
      co_return Closing(ProblemResponse(Cancelled("the client went away"), request.id));
    }
    if (!deferred.may_go_on) {
      shared_.jobs.Abandon(*id);
      co_return ProblemResponse(Busy("this takes too long now").Mend("Try again in a moment."), request.id);
    }
    shared_.jobs.Announce(*id);
    Response accepted = JsonResponse(202, fmt::format(R"({{"job":"{0}","status":"/api/v1/jobs/{0}"}})", *id));
    accepted.headers.emplace_back("Location", fmt::format("/api/v1/jobs/{}", *id));
    co_return accepted;
  }

  // Wakes the waiting one when the client closes. A client that already sends its next request is there.
  void WatchClient(const std::shared_ptr<Waiting>& waiting) {
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this(), waiting](const ErrorCode& error) {
      if (error == asio::error::operation_aborted) return;
      char byte = 0;
      const ssize_t count = error ? 0 : ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
      if (count > 0) return;
      waiting->is_gone = true;
      waiting->Wake();
    });
  }

  // Writing ---------------------------------------------------------------------------------------------------------

  awaitable<bool> WriteAll(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kWriteBytes);
      SetDeadline(shared_.limits.write);
      ErrorCode error;
      co_await asio::async_write(socket_, asio::buffer(piece), asio::redirect_error(use_awaitable, error));
      if (error) co_return false;
      shared_.metrics.sent_bytes += piece.size();
      bytes.remove_prefix(piece.size());
    }
    co_return true;
  }

  awaitable<bool> Send(const Response& response, std::string_view id, bool is_head) {
    const Ending ending = keeps_ && !is_draining_ ? Ending::kKeepAlive : Ending::kClose;
    std::string first = WriteHead(response, id, ending, true);
    std::string_view rest = is_head ? std::string_view() : response.body.bytes;
    // Small answers leave in one packet.
    if (rest.size() <= kReadBytes) {
      first += rest;
      rest = {};
    }
    bool is_sent = co_await WriteAll(first);
    if (is_sent) is_sent = co_await WriteAll(rest);
    ClearDeadline();
    co_return is_sent;
  }

  awaitable<void> Refuse(const Refusal& refusal) {
    const std::string id = shared_.next_request_id();
    shared_.metrics.CountRefusal(refusal.status);
    spdlog::debug("{} refused: {} {}", id, refusal.status, refusal.reason.text);
    keeps_ = false;
    const Response response = ProblemResponse(refusal.status, refusal.reason, id);
    static_cast<void>(co_await Send(response, id, false));
  }

  awaitable<void> StreamLive(const OpenLive& live, const Request& request) {
    const auto waiting = std::make_shared<Waiting>(*shared_.io);
    waiting_ = waiting;
    is_live_ = true;
    const auto subscription = shared_.live.Subscribe(live.listener, [io = shared_.io, weak = std::weak_ptr(waiting)] {
      asio::post(*io, [weak] {
        if (const auto alive = weak.lock()) alive->Wake();
      });
    });
    const Response response{.content_type = "text/event-stream", .headers = {{"X-Accel-Buffering", "no"}}};
    std::string text = WriteHead(response, request.id, Ending::kClose, false) + FormatEvent("hello", live.hello);
    WatchClient(waiting);
    for (;;) {
      const bool is_sent = co_await WriteAll(text);
      ClearDeadline();
      if (!is_sent) break;
      if (!waiting->is_woken) {
        waiting->timer.expires_after(shared_.limits.heartbeat);
        ErrorCode ignored;
        co_await waiting->timer.async_wait(asio::redirect_error(use_awaitable, ignored));
      }
      if (waiting->is_gone || is_draining_ || subscription->has_overflown() || !live.still_holds()) break;
      // Nothing came: a comment keeps the connection alive and finds out whether anybody is there.
      text = waiting->is_woken ? std::string() : std::string(": still here\n\n");
      waiting->is_woken = false;
      for (const std::string& event : subscription->Take()) text += event;
    }
    is_live_ = false;
    waiting_.reset();
    Cancel();
  }

  // Ends the connection so that the other side can still read what was sent: a plain close with unread bytes would
  // throw it away.
  awaitable<void> Close() {
    ErrorCode error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    if (!error) {
      SetDeadline(shared_.limits.linger);
      std::vector<char> sink(kReadBytes);
      std::size_t drained = 0;
      while (!error && drained < kLingerBytes && !is_draining_) {
        drained += co_await socket_.async_read_some(asio::buffer(sink), asio::redirect_error(use_awaitable, error));
      }
    }
    ClearDeadline();
    socket_.close(error);
  }

  asio::ip::tcp::socket socket_;
  ConnectionShared& shared_;
  asio::steady_timer deadline_;
  std::uint64_t deadline_number_ = 0;
  std::string peer_;  // the address at the other end
  bool is_late_ = false;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Error> failed_;  // why the body could not be kept
  bool is_draining_ = false;
  bool is_answering_ = false;
  bool keeps_ = true;
  std::shared_ptr<Waiting> waiting_;  // what the coroutine waits for beside the socket
  bool is_live_ = false;
};

}  // namespace

std::shared_ptr<Connection> StartConnection(asio::ip::tcp::socket socket, ConnectionShared& shared,
                                            std::function<void()> ended) {
  auto connection = std::make_shared<HttpConnection>(std::move(socket), shared);
  asio::co_spawn(
      *shared.io, [connection] { return connection->Run(); },
      [connection, ended = std::move(ended)](const std::exception_ptr& broken) {
        if (broken) {
          try {
            std::rethrow_exception(broken);
          } catch (const std::exception& error) {
            spdlog::error("a connection broke: {}", error.what());
          }
          connection->Abort();
        }
        ended();
      });
  return connection;
}

}  // namespace weir::server
