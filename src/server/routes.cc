// Which request leads where.
#include <algorithm>
#include <set>

#include "analysis/only_asks.h"
#include "server/api.h"
#include "server/question.h"

namespace weir::server {
namespace {

bool Matches(std::string_view pattern, const std::vector<std::string>& segments) {
  std::size_t at = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view wanted = pattern.substr(0, slash);
    if (at == segments.size() || (wanted != "*" && wanted != segments[at])) return false;
    ++at;
    pattern.remove_prefix(slash);
  }
  return at == segments.size();
}

// A browser that is sent to an address asks for HTML; a collector of figures never does.
bool WantsPage(const RequestHead& head) { return head.Find("accept").find("text/html") != std::string_view::npos; }

bool IsSafe(std::string_view method) { return method == "GET" || method == "HEAD"; }

Response NotAllowed(const Request& request, std::string_view allow) {
  Response response =
      ProblemResponse(405, MakePhrase("{} is not answered here; {} is", request.head.method, allow), request.id);
  response.headers.emplace_back("Allow", allow);
  return response;
}

// JSON may come with a charset parameter, which can only be UTF-8.
bool IsJson(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type == "application/json";
}

}  // namespace

const std::vector<Api::Route>& Api::Routes() {
  static const std::vector<Route> routes{
      {"GET", "/healthz", "healthz", BodyKind::kNone, &Api::Health, {}, true},
      {"GET", "/readyz", "readyz", BodyKind::kNone, &Api::Ready, {}, true},
      {"GET", "/metrics", "metrics", BodyKind::kNone, &Api::MetricsText, {}, true},
      {"GET", "/api/openapi.json", "openapi", BodyKind::kNone, &Api::OpenApi},
      {"GET", "/api/v1/catalog", "catalog", BodyKind::kNone, &Api::Catalog},
      {"GET", "/api/v1/session", "session", BodyKind::kNone, &Api::Session, {}, true},
      {"POST", "/api/v1/login", "login", BodyKind::kJson, &Api::Login, {}, true},
      {"POST", "/api/v1/logout", "logout", BodyKind::kJson, &Api::Logout, {}, true},
      {"GET", "/api/v1/sessions", "sessions", BodyKind::kNone, &Api::OwnSessions},
      {"DELETE", "/api/v1/sessions/*", "sessions", BodyKind::kNone, &Api::EndSession},
      {"POST", "/api/v1/password", "password", BodyKind::kJson, &Api::Password},
      {"POST", "/api/v1/preferences", "preferences", BodyKind::kJson, &Api::Preferences},
      {"POST", "/api/v1/exports", "exports", BodyKind::kJson, &Api::Exported, "export"},
      {"GET", "/api/v1/live", "live", BodyKind::kNone, &Api::Live},
      {"GET", "/api/v1/jobs", "jobs", BodyKind::kNone, &Api::Jobs},
      {"GET", "/api/v1/jobs/*", "job", BodyKind::kNone, &Api::Job},
      {"DELETE", "/api/v1/jobs/*", "job", BodyKind::kNone, &Api::CancelJob},
      {"POST", "/api/v1/uploads", "uploads", BodyKind::kUpload, &Api::TakeUpload, "import"},
      {"DELETE", "/api/v1/uploads/*", "upload", BodyKind::kNone, &Api::DropUpload, "import"},
      {"POST", "/api/v1/uploads/*/proposal", "proposal", BodyKind::kJson, &Api::ProposeMapping, "import"},
      {"POST", "/api/v1/uploads/*/sheet", "sheet", BodyKind::kJson, &Api::ReadSheet, "import"},
      {"POST", "/api/v1/uploads/*/trial", "trial", BodyKind::kJson, &Api::TryMapping, "import"},
      {"POST", "/api/v1/survey/form", "survey", BodyKind::kJson, &Api::SurveyForm, {}, true},
      {"POST", "/api/v1/survey/answer", "survey", BodyKind::kJson, &Api::SurveyAnswer, {}, true},
      {"POST", "/api/v1/batch", "batch", BodyKind::kJson, &Api::Batch},
  };
  return routes;
}

// The page itself is open: it is what people sign in with, and holds no data. Figures of the process are for the
// collector on this machine, and otherwise for those who have signed in.
bool Api::IsOpen(const Plan& plan, const Request& request) const {
  if (plan.route == "metrics") {
    const bool is_local = request.peer == "127.0.0.1" || request.peer == "::1";
    return (request.origin.is_direct && is_local) || WantsPage(request.head);
  }
  return plan.is_open;
}

std::variant<Plan, Response> Api::PlanOf(Request& request) const {
  request.origin = services_.callers.OriginOf(request.head, request.peer);
  request.caller = services_.callers.CallerOf(request.head, request.origin);
  const std::string& method = request.head.method;
  if (!IsSafe(method) && method != "POST" && method != "DELETE") {
    return NotAllowed(request, "GET, HEAD, POST, DELETE");
  }
  if (!IsSafe(method)) {
    if (auto status = services_.sessions.CheckUnsafe(request.head, request.origin.is_secure); !status) {
      return ProblemResponse(status.error(), request.id);
    }
  }
  if (IsSafe(method) && request.head.framing != Framing::kNone && request.head.content_length != 0) {
    return ProblemResponse(400, MakePhrase("a {} has no body", method), request.id);
  }
  auto plan = PlanApi(request);
  const auto* good = std::get_if<Plan>(&plan);
  if (good != nullptr && !request.caller && !IsOpen(*good, request)) {
    return ProblemResponse(Unauthenticated("sign in first"), request.id);
  }
  if (good != nullptr && !good->right.empty() && !PrincipalOf(request).Has(good->right)) {
    return ProblemResponse(Forbidden("this needs the right '{}'", good->right), request.id);
  }
  if (good != nullptr && good->body == BodyKind::kJson && !IsJson(request.head.Find("content-type")) &&
      (request.head.framing == Framing::kChunked || request.head.content_length > 0)) {
    return ProblemResponse(415, MakePhrase("the body is asked for as Content-Type: application/json"), request.id);
  }
  return plan;
}

std::variant<Plan, Response> Api::PlanApi(const Request& request) const {
  const std::vector<std::string>& segments = request.target.segments;
  const std::string method = request.head.method == "HEAD" ? "GET" : request.head.method;
  const auto plan = [this](std::string_view name, BodyKind body, Handler handler) {
    return Plan{name, body, [this, handler](const Request& asked) { return (this->*handler)(asked); }, {}, false};
  };
  std::set<std::string> allowed;
  for (const Route& route : Routes()) {
    if (!Matches(route.path, segments) || request.target.ends_in_slash) continue;
    if (route.method == method) {
      Plan found = plan(route.name, route.body, route.handler);
      found.right = route.right;
      found.is_open = route.is_open;
      return found;
    }
    if (route.method == "GET") allowed.insert("HEAD");
    allowed.insert(std::string(route.method));
  }
  if (!allowed.empty()) return NotAllowed(request, fmt::format("{}", fmt::join(allowed, ", ")));
  const bool is_api = !segments.empty() && segments.front() == "api";
  if (is_api && segments.size() == 3 && segments[1] == "v1" && !request.target.ends_in_slash) {
    const engine::Catalog& catalog = services_.backend.engine().catalog();
    if (const analysis::Action* action = catalog.FindAction(segments[2])) {
      if (method != "POST") return NotAllowed(request, "POST");
      const bool only_asks = analysis::OnlyAsks(*action);
      Plan found = plan(action->info.id, BodyKind::kJson, only_asks ? &Api::Match : &Api::Act);
      if (only_asks) found.right = action->info.right;
      return found;
    }
    if (const analysis::Analysis* found = catalog.FindAnalysis(segments[2])) {
      if (method != "GET") return NotAllowed(request, "GET, HEAD");
      return plan(found->info.id, BodyKind::kNone, &Api::Ask);
    }
    // The engine knows which name is near.
    if (method == "GET") return plan("unknown", BodyKind::kNone, &Api::Ask);
  }
  // What only asks is also found by its words as a path, and takes its parameters as they are.
  if (is_api && segments.size() > 3 && segments[1] == "v1" && !request.target.ends_in_slash) {
    const std::string id = fmt::format("{}", fmt::join(segments.begin() + 2, segments.end(), "."));
    const analysis::Action* action = services_.backend.engine().catalog().FindAction(id);
    if (action != nullptr && analysis::OnlyAsks(*action)) {
      if (method != "POST") return NotAllowed(request, "POST");
      Plan found = plan(action->info.id, BodyKind::kJson, &Api::Match);
      found.right = action->info.right;
      return found;
    }
  }
  if (is_api) return ProblemResponse(404, MakePhrase("there is no {}", request.target.Path()), request.id);
  if (method != "GET") return NotAllowed(request, "GET, HEAD");
  Plan file = plan("file", BodyKind::kNone, &Api::File);
  file.is_open = true;
  return file;
}

}  // namespace weir::server
