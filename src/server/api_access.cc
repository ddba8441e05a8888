// Signing in and out, one's own sessions, passwords and preferences.
#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "server/api.h"

namespace weir::server {
namespace {

using nlohmann::ordered_json;

constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
constexpr std::chrono::milliseconds kHashPatience{30'000};  // several people may sign in at once

std::string Dump(const ordered_json& document) { return document.dump(-1, ' ', false, kReplace); }

// A flat object of texts, with no other fields than those.
Result<std::map<std::string, std::string, std::less<>>> ReadTexts(const std::string& body,
                                                                  std::initializer_list<std::string_view> names) {
  const auto document = nlohmann::json::parse(body, nullptr, false);
  if (!document.is_object()) return Fail(BadUsage("the body is not a JSON object"));
  std::map<std::string, std::string, std::less<>> texts;
  for (const auto& [name, value] : document.items()) {
    if (std::ranges::find(names, name) == names.end())
      return Fail(BadUsage("there is no field '{}' here", name).Field(name));
    if (!value.is_string()) return Fail(BadUsage("'{}' is not a text", name).Field(name));
    texts[name] = value.get<std::string>();
  }
  return texts;
}

Reply TooManyFailures(const Request& request, std::int64_t seconds) {
  Response response =
      ProblemResponse(429, MakePhrase("too many attempts have failed; try again in {} s", seconds), request.id);
  response.headers.emplace_back("Retry-After", fmt::format("{}", seconds));
  return response;
}

std::string SessionsJson(const std::vector<access::Session>& sessions, const std::string& present) {
  ordered_json list = ordered_json::array();
  for (const access::Session& session : sessions) {
    list.push_back({{"id", session.id},
                    {"created_at", FormatInstant(session.created_at)},
                    {"last_used_at", FormatInstant(session.last_used_at)},
                    {"address", session.visitor.address},
                    {"agent", session.visitor.agent},
                    {"is_this", session.id == present}});
  }
  return Dump({{"sessions", list}});
}

}  // namespace

// Work about accounts is short, belongs to nobody's list of jobs, and is carried through or refused.
Deferred Api::AccessWork(const Request& request, std::string title, std::function<Result<std::string>()> work) const {
  return {.title = std::move(title),
          .lane = engine::JobLane::kAccess,
          .work = [work = std::move(work)](const analysis::Progress&, std::stop_token) { return work(); },
          .patience = kHashPatience,
          .stops_with_client = false,
          .may_go_on = false,
          .owner = request.caller ? request.caller->principal.user : std::string(),
          .set_cookie = std::make_shared<std::string>()};
}

Reply Api::Session(const Request& request) const {
  const Sessions::Session session = services_.sessions.Open(request.head, request.origin.is_secure);
  const bool is_known = request.caller.has_value();
  const analysis::Principal principal =
      is_known ? request.caller->principal : analysis::Principal{.user = "", .role = ""};
  const access::Account account = is_known ? request.caller->account.value_or(access::Account{}) : access::Account{};
  const auto tied = services_.backend.access().staff().Find(account.email);
  Response response = JsonResponse(
      200, Dump({{"user", principal.user},
                 {"display_name", account.display_name},
                 {"role", principal.role},
                 {"rights", principal.rights},
                 {"department", account.department.empty() && tied ? tied->department : account.department},
                 {"teams", principal.teams},
                 {"sees_all_rows", is_known && principal.sees_all_rows},
                 {"sees_personal_data", is_known && principal.sees_personal_data},
                 {"language", account.language},
                 {"theme", account.theme},
                 {"has_accounts", services_.backend.access().IsInForce()},
                 {"csrf", session.token}}));
  if (!session.set_cookie.empty()) response.headers.emplace_back("Set-Cookie", session.set_cookie);
  return response;
}

Reply Api::Login(const Request& request) const {
  access::Access& access = services_.backend.access();
  if (!access.IsInForce()) return ProblemResponse(Conflict("there are no accounts to sign in with"), request.id);
  auto fields = ReadTexts(request.body, {"user", "password"});
  if (!fields) return ProblemResponse(fields.error(), request.id);
  const std::string user = (*fields)["user"];
  if (user.empty() || user.size() > 200) {
    return ProblemResponse(BadUsage("'user' is missing or too long").Field("user"), request.id);
  }
  const access::TryLater wait = access.WaitOf(user, request.origin.address);
  if (wait.seconds > 0) return TooManyFailures(request, wait.seconds);
  const access::Visitor visitor{.address = request.origin.address,
                                .agent = std::string(request.head.Find("user-agent"))};
  Deferred deferred = AccessWork(request, "login", nullptr);
  deferred.work = [&access, user, visitor, password = (*fields)["password"], sessions = &services_.sessions,
                   is_secure = request.origin.is_secure, set_cookie = deferred.set_cookie,
                   before = services_.sessions.CookieOf(request.head)](const analysis::Progress&,
                                                                       std::stop_token) -> Result<std::string> {
    WEIR_TRY(std::string token, access.SignIn(user, password, visitor));
    // Whoever was signed in with this browser before is not any more.
    if (before) WEIR_TRY(access.DropSession(*before));
    *set_cookie = sessions->Begin(std::move(token), is_secure, access.longest_session_seconds()).set_cookie;
    return std::string("{}");
  };
  return deferred;
}

Reply Api::Logout(const Request& request) const {
  const auto cookie = services_.sessions.CookieOf(request.head);
  if (!request.caller || !request.caller->account || !cookie) return JsonResponse(200, "{}");
  access::Access& access = services_.backend.access();
  Deferred deferred = AccessWork(request, "logout", nullptr);
  deferred.work = [&access, token = *cookie, principal = PrincipalOf(request), set_cookie = deferred.set_cookie,
                   sessions = &services_.sessions, is_secure = request.origin.is_secure](
                      const analysis::Progress&, std::stop_token) -> Result<std::string> {
    WEIR_TRY(access.SignOut(token, principal));
    *set_cookie = sessions->BeginAnew(is_secure).set_cookie;
    return std::string("{}");
  };
  return deferred;
}

Reply Api::OwnSessions(const Request& request) const {
  if (!request.caller->account) return JsonResponse(200, R"({"sessions":[]})");
  return JsonResponse(
      200, SessionsJson(services_.backend.access().SessionsOf(request.caller->account->name), request.caller->session));
}

Reply Api::EndSession(const Request& request) const {
  access::Access& access = services_.backend.access();
  return AccessWork(
      request, "session.end",
      [&access, id = request.target.segments.back(), principal = PrincipalOf(request)]() -> Result<std::string> {
        WEIR_TRY(access.EndSession(id, principal));
        return std::string("{}");
      });
}

// With `user` somebody sets another's password; without a password one is made and told once.
Reply Api::Password(const Request& request) const {
  auto fields = ReadTexts(request.body, {"user", "present", "password"});
  if (!fields) return ProblemResponse(fields.error(), request.id);
  access::Access& access = services_.backend.access();
  const analysis::Principal principal = PrincipalOf(request);
  if (fields->contains("user")) {
    return AccessWork(request, "password",
                      [&access, principal, given = std::move(*fields)]() mutable -> Result<std::string> {
                        const bool is_made = given["password"].empty();
                        const std::string password = is_made ? access::NewPassword() : given["password"];
                        WEIR_TRY(access.ResetPassword(given["user"], password, principal));
                        return is_made ? Dump({{"password", password}}) : std::string("{}");
                      });
  }
  if (!request.caller->account) {
    return ProblemResponse(BadUsage("it is not said whose password").Field("user"), request.id);
  }
  const access::TryLater wait = access.WaitOf(principal.user, principal.address);
  if (wait.seconds > 0) return TooManyFailures(request, wait.seconds);
  return AccessWork(request, "password",
                    [&access, principal, given = std::move(*fields),
                     cookie = services_.sessions.CookieOf(request.head)]() mutable -> Result<std::string> {
                      WEIR_TRY(access.ChangePassword(principal.user, given["present"], given["password"],
                                                     cookie.value_or(std::string()), principal));
                      return std::string("{}");
                    });
}

Reply Api::Preferences(const Request& request) const {
  auto fields = ReadTexts(request.body, {"language", "theme"});
  if (!fields) return ProblemResponse(fields.error(), request.id);
  if (!request.caller->account) return JsonResponse(200, "{}");
  access::Access& access = services_.backend.access();
  return AccessWork(
      request, "preferences",
      [&access, account = *request.caller->account, given = std::move(*fields)]() mutable -> Result<std::string> {
        const std::string language = given.contains("language") ? given["language"] : account.language;
        const std::string theme = given.contains("theme") ? given["theme"] : account.theme;
        WEIR_TRY(access.SetPreferences(account.name, language, theme));
        return std::string("{}");
      });
}

// The page saves a table and says so first. The path of a page names what is shown; its query may hold values.
Reply Api::Exported(const Request& request) const {
  auto fields = ReadTexts(request.body, {"page"});
  if (!fields) return ProblemResponse(fields.error(), request.id);
  const std::string page = (*fields)["page"];
  if (!page.starts_with('/') || page.size() > 200 || page.find('?') != std::string::npos) {
    return ProblemResponse(BadUsage("'page' is not the path of a page").Field("page"), request.id);
  }
  access::Access& access = services_.backend.access();
  return AccessWork(request, "export", [&access, page, principal = PrincipalOf(request)]() -> Result<std::string> {
    access.Record(principal, "export", page);
    return std::string("{}");
  });
}

}  // namespace weir::server
