// Turns requests into replies. It knows no socket: the connection reads the body that a plan asks for and carries out
// the reply, so that every route can be tested as a function.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/access.h"
#include "engine/jobs.h"
#include "server/backend.h"
#include "server/callers.h"
#include "server/live.h"
#include "server/metrics.h"
#include "server/recording.h"
#include "server/request_guard.h"
#include "server/response.h"
#include "server/sessions.h"
#include "server/static_files.h"
#include "server/target.h"
#include "server/uploads.h"
#include "server/visitor_limit.h"

namespace weir::server {

struct Request {
  RequestHead head;
  Target target;
  std::string id;
  std::string peer = {};                      // the address that the connection comes from
  Origin origin = {};                         // set by PlanOf, as is the caller
  std::optional<access::Caller> caller = {};  // nobody: not signed in
  std::string body = {};                      // of a plan with BodyKind::kJson
  std::optional<Upload> upload = {};          // of a plan with BodyKind::kUpload
};

// Work for the job runner. Done within `patience`, its result is the answer; else the answer is 202 with the job.
struct Deferred {
  std::string title = {};
  engine::JobLane lane = engine::JobLane::kRead;
  engine::JobWork work = {};
  std::chrono::milliseconds patience{2000};
  // Reading stops when the client goes; a change that was asked for is carried through.
  bool stops_with_client = true;
  // false: it never becomes a job; whoever waits that long is told to try again.
  bool may_go_on = true;
  std::string owner = {};  // the user it works for
  // The work leaves a value of Set-Cookie here, if any.
  std::shared_ptr<std::string> set_cookie = {};

  // What is answered once the work is done.
  Response AnswerOf(const engine::JobView& job, std::string_view request_id) const;
};

// The stream of live events, until either side ends it. `hello` is the first event's data.
struct OpenLive {
  std::string hello;
  Listener listener = {};
  std::function<bool()> still_holds = {};  // whether the listener may go on listening
};

using Reply = std::variant<Response, Deferred, OpenLive>;

enum class BodyKind : std::uint8_t { kNone, kJson, kUpload };

// What a request leads to, known from its head alone.
struct Plan {
  std::string_view route;  // for /metrics: from a fixed list
  BodyKind body = BodyKind::kNone;
  std::function<Reply(const Request&)> handle;
  std::string_view right = {};
  bool is_open = false;
};

struct ApiOptions {
  std::string version;  // of the program
  std::string openapi;  // the document
  std::size_t live_streams = 32;
  std::chrono::milliseconds patience{2000};          // of a question or action
  std::chrono::milliseconds batch_patience{30'000};  // of a page's numbers, which the page waits for
};

// Everything that routes use. All of it outlives the Api.
struct Services {
  Backend& backend;
  engine::JobRunner& jobs;
  Sessions& sessions;
  Callers& callers;
  Uploads& uploads;
  const StaticFiles& files;
  LiveHub& live;
  Metrics& metrics;
  const std::atomic<std::int64_t>& data_version;  // the newest
};

class Api {
 public:
  Api(Services services, ApiOptions options);

  // The plan of a request, or the answer that ends it before its body was read.
  // Finds out who asks; the request knows it from then on.
  std::variant<Plan, Response> PlanOf(Request& request) const;

  // Who hears of the job.
  static Audience AudienceOf(const engine::JobView& view);
  // The job as /api/v1/jobs and live events show it.
  static std::string JobJson(const engine::JobView& view, bool with_result);

 private:
  using Handler = Reply (Api::*)(const Request&) const;
  struct Route {
    std::string_view method;
    std::string_view path;  // "/api/v1/jobs/*": a star stands for one segment
    std::string_view name;
    BodyKind body;
    Handler handler;
    std::string_view right = {};  // that it needs, known before its body is read
    bool is_open = false;         // answers those who have not signed in
  };
  static const std::vector<Route>& Routes();
  std::variant<Plan, Response> PlanApi(const Request& request) const;
  bool IsOpen(const Plan& plan, const Request& request) const;
  static const analysis::Principal& PrincipalOf(const Request& request);
  std::optional<engine::JobView> VisibleJob(const Request& request) const;
  engine::JobWork Recorded(engine::JobWork work, const Request& request, std::string subject) const;
  Deferred AccessWork(const Request& request, std::string title, std::function<Result<std::string>()> work) const;

  Reply Health(const Request& request) const;
  Reply Ready(const Request& request) const;
  Reply MetricsText(const Request& request) const;
  Reply OpenApi(const Request& request) const;
  Reply Catalog(const Request& request) const;
  Reply Session(const Request& request) const;
  Reply Login(const Request& request) const;
  Reply Logout(const Request& request) const;
  Reply OwnSessions(const Request& request) const;
  Reply EndSession(const Request& request) const;
  Reply Password(const Request& request) const;
  Reply Preferences(const Request& request) const;
  Reply Exported(const Request& request) const;
  Reply Live(const Request& request) const;
  Reply Jobs(const Request& request) const;
  Reply Job(const Request& request) const;
  Reply CancelJob(const Request& request) const;
  Reply TakeUpload(const Request& request) const;
  Reply DropUpload(const Request& request) const;
  Reply ProposeMapping(const Request& request) const;
  Reply ReadSheet(const Request& request) const;
  Reply TryMapping(const Request& request) const;
  Reply Batch(const Request& request) const;
  Reply Ask(const Request& request) const;
  Reply Act(const Request& request) const;
  Reply Match(const Request& request) const;
  Reply File(const Request& request) const;
  Reply SurveyWork(const Request& request, std::function<Result<std::string>()> work) const;
  Reply SurveyForm(const Request& request) const;
  Reply SurveyAnswer(const Request& request) const;

  Services services_;
  ApiOptions options_;
  Instant started_at_;
  std::shared_ptr<RecordedCallers> match_recorded_ = std::make_shared<RecordedCallers>();
  std::shared_ptr<VisitorLimit> survey_limit_ = std::make_shared<VisitorLimit>();
};

}  // namespace weir::server
