// Questions whose parameters are nobody else's business (analysis/only_asks.h): asked by POST, the parameters in
// the body, so that no log of addresses keeps them. The index of who is known answers here and now where it stands;
// where it has to be made first, whoever asks waits a little, and is told to try again while it is made.
#include <algorithm>
#include <utility>

#include "server/api.h"
#include "server/question.h"
#include "server/recording.h"

namespace weir::server {
namespace {

constexpr std::size_t kLongestBody = 16'000;

// {"params":{}} of an action, or the parameters as they are.
Result<analysis::RawParams> ParamsOf(const Request& request, const analysis::Action* declared) {
  if (request.body.size() > kLongestBody) return Fail(TooLarge("a question has at most {} bytes", kLongestBody));
  if (request.target.segments.size() > 3) {
    return ReadPlainParams(request.body, declared == nullptr ? std::vector<analysis::ParamSpec>() : declared->params);
  }
  WEIR_TRY(ActionBody body, ReadAction(request.body));
  return std::move(body.params);
}

}  // namespace

Reply Api::Match(const Request& request) const {
  const bool is_plain =
      std::ranges::all_of(request.target.query, [](const auto& parameter) { return parameter.first == "lang"; });
  if (!is_plain) {
    return ProblemResponse(BadUsage("what is asked here is not put into the address").Mend("Send it as a JSON body"),
                           request.id);
  }
  const std::vector<std::string>& segments = request.target.segments;
  std::string id = fmt::format("{}", fmt::join(segments.begin() + 2, segments.end(), "."));
  auto params = ParamsOf(request, services_.backend.engine().catalog().FindAction(id));
  if (!params) return ProblemResponse(params.error(), request.id);
  const analysis::Principal principal = PrincipalOf(request);
  const bool is_recorded = !principal.sees_personal_data || match_recorded_->Has(principal, WallClockNow());
  if (is_recorded) {
    if (const auto answer = services_.backend.MatchNow(*params, principal)) {
      return *answer ? Response{.cache_control = "no-store", .body = Payload::Of(engine::ToJson(**answer))}
                     : ProblemResponse(answer->error(), request.id);
    }
  }
  engine::JobWork work = [engine = &services_.backend.engine(), access = &services_.backend.access(),
                          recorded = match_recorded_, id, asked = std::move(*params),
                          principal](const analysis::Progress& progress, std::stop_token stop) -> Result<std::string> {
    WEIR_TRY(const engine::Answer answer, engine->Act(id, asked, {}, principal, progress, std::move(stop)));
    if (principal.sees_personal_data) {
      access->RecordReading(principal, "read", id);
      recorded->Note(principal, WallClockNow());
    }
    return engine::ToJson(answer);
  };
  return Deferred{.title = id,
                  .work = Recorded(std::move(work), request, id),
                  .patience = options_.patience,
                  .may_go_on = false,
                  .owner = principal.user};
}

}  // namespace weir::server
