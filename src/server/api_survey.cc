// The form of the survey of departments, and its answers: for people without an account who have a link to it. The
// token of the link travels in the body, so that no log of addresses keeps it. All else asks for a session as ever.
#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

#include "server/api.h"

namespace weir::server {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestBody = 16'000;
constexpr int kGuess = 30;  // what a wrong token costs beside an ordinary request
constexpr std::chrono::milliseconds kPatience{30'000};

Reply TooMany(const Request& request, std::int64_t seconds) {
  Response response =
      ProblemResponse(429, MakePhrase("too many requests from this address; try again in {} s", seconds), request.id);
  response.headers.emplace_back("Retry-After", fmt::format("{}", seconds));
  return response;
}

Result<std::string> TextOf(const json& document, std::string_view name) {
  const auto found = document.find(name);
  if (found == document.end() || !found->is_string())
    return Fail(BadUsage("'{}' is missing", name).Field(std::string(name)));
  return found->get<std::string>();
}

// A flat object with no other fields than those.
Result<json> ReadBody(const std::string& body, std::initializer_list<std::string_view> names) {
  if (body.size() > kLongestBody) return Fail(TooLarge("an answer has at most {} bytes", kLongestBody));
  json document = json::parse(body, nullptr, false);
  if (!document.is_object()) return Fail(BadUsage("the body is not a JSON object"));
  for (const auto& [name, value] : document.items()) {
    if (std::ranges::find(names, name) == names.end())
      return Fail(BadUsage("there is no field '{}' here", name).Field(name));
  }
  return document;
}

Result<workspace::SurveyReply> ReadReply(const std::string& body) {
  WEIR_TRY(const json document, ReadBody(body, {"token", "respondent", "answers"}));
  workspace::SurveyReply reply;
  WEIR_TRY(reply.token, TextOf(document, "token"));
  WEIR_TRY(reply.respondent, TextOf(document, "respondent"));
  const auto answers = document.find("answers");
  if (answers == document.end() || !answers->is_object())
    return Fail(BadUsage("'{}' is missing", "answers").Field("answers"));
  for (const auto& [survey, options] : answers->items()) {
    const bool is_list =
        options.is_array() && std::ranges::all_of(options, [](const json& one) { return one.is_string(); });
    if (!is_list)
      return Fail(BadUsage("the answers to '{}' are not a list of texts", survey.substr(0, 40)).Field("answers"));
    reply.answers[survey] = options.get<std::vector<std::string>>();
  }
  return reply;
}

}  // namespace

// Work for a stranger. Whoever guesses at tokens is soon not listened to.
Reply Api::SurveyWork(const Request& request, std::function<Result<std::string>()> work) const {
  const std::string& address = request.origin.address;
  if (const std::int64_t wait = survey_limit_->Spend(address, 1, WallClockNow()); wait > 0)
    return TooMany(request, wait);
  return Deferred{.title = "survey",
                  .lane = engine::JobLane::kAccess,
                  .work = [limit = survey_limit_, address, inner = std::move(work)](
                              const analysis::Progress&, std::stop_token) -> Result<std::string> {
                    Result<std::string> result = inner();
                    const bool is_guess = !result && result.error().code() == Code::kNotFound;
                    if (is_guess) static_cast<void>(limit->Spend(address, kGuess, WallClockNow()));
                    return result;
                  },
                  .patience = kPatience,
                  .stops_with_client = false,
                  .may_go_on = false};
}

Reply Api::SurveyForm(const Request& request) const {
  auto document = ReadBody(request.body, {"token"});
  if (!document) return ProblemResponse(document.error(), request.id);
  auto token = TextOf(*document, "token");
  if (!token) return ProblemResponse(token.error(), request.id);
  return SurveyWork(request,
                    [backend = &services_.backend, token = std::move(*token)] { return backend->SurveyForm(token); });
}

Reply Api::SurveyAnswer(const Request& request) const {
  auto reply = ReadReply(request.body);
  if (!reply) return ProblemResponse(reply.error(), request.id);
  return SurveyWork(request, [backend = &services_.backend, reply = std::move(*reply)]() -> Result<std::string> {
    WEIR_TRY(backend->TakeSurveyReply(reply));
    return std::string("{}");
  });
}

}  // namespace weir::server
