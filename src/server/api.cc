#include "server/api.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/russian.h"
#include "server/question.h"
#include "server/recording.h"

namespace weir::server {
namespace {

using nlohmann::ordered_json;

constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

std::string Dump(const ordered_json& document) { return document.dump(-1, ' ', false, kReplace); }

ordered_json FractionOf(const engine::JobView& view) {
  if (!view.fraction) return nullptr;
  return *view.fraction;
}

// The answers of a batch, in the order of its questions.
Result<std::string> BatchJson(const std::vector<Result<engine::Answer>>& answers) {
  std::string results;
  std::optional<std::int64_t> data_version;
  for (const auto& answer : answers) {
    if (!results.empty()) results += ',';
    if (answer) {
      data_version = answer->data_version;
      results += fmt::format(R"({{"status":200,"result":{}}})", engine::ToJson(*answer));
    } else {
      // Stopped in the middle: no question has an answer that could be relied on.
      if (answer.error().code() == Code::kCancelled) return Fail(answer.error());
      results += fmt::format(R"({{"status":{},"problem":{}}})", InfoOf(answer.error().code()).http_status,
                             engine::ProblemJson(answer.error()));
    }
  }
  return fmt::format(R"({{"data_version":{},"results":[{}]}})",
                     data_version ? std::to_string(*data_version) : std::string("null"), results);
}

// The same where every question was answered before.
std::optional<std::string> RecalledBatch(engine::Engine& engine, const std::vector<engine::Question>& questions,
                                         const analysis::Principal& principal) {
  std::string results;
  std::optional<std::int64_t> data_version;
  for (const engine::Question& question : questions) {
    if (IsReadingRecorded(principal, question)) return std::nullopt;
    const auto recalled = engine.Recall(question, principal);
    // All of one version.
    if (!recalled || (data_version && *data_version != recalled->data_version)) return std::nullopt;
    data_version = recalled->data_version;
    results += fmt::format(R"({}{{"status":200,"result":{}}})", results.empty() ? "" : ",", recalled->document->json());
  }
  return fmt::format(R"({{"data_version":{},"results":[{}]}})", data_version.value_or(0), results);
}

bool MaySeeImports(const analysis::Principal& principal) { return principal.Has("import") && principal.sees_all_rows; }

// Everybody sees what he asked for himself; imports and builds are seen by those who may start one.
bool MaySee(const engine::JobView& view, const analysis::Principal& principal) {
  return view.owner == principal.user || (view.lane == engine::JobLane::kWrite && MaySeeImports(principal));
}

Response NoJob(const Request& request) {
  return ProblemResponse(
      NotFound("there is no job {}; results are kept for a while only", request.target.segments.back()), request.id);
}

}  // namespace

Api::Api(Services services, ApiOptions options)
    : services_(services), options_(std::move(options)), started_at_(WallClockNow()) {}

std::string Api::JobJson(const engine::JobView& view, bool with_result) {
  ordered_json document{{"id", view.id},
                        {"title", view.title},
                        {"state", engine::NameOf(view.state)},
                        {"stage", view.stage.text},
                        {"stage_ru", InRussian(view.stage)},
                        {"fraction", FractionOf(view)},
                        {"message", view.error ? view.error->message() : std::string()},
                        {"created_at", FormatInstant(view.created_at)}};
  document["finished_at"] = view.is_finished() ? ordered_json(FormatInstant(view.finished_at)) : ordered_json(nullptr);
  std::string text = Dump(document);
  // Results and problems are JSON documents already.
  text.pop_back();
  if (with_result) text += fmt::format(R"(,"result":{})", view.result ? *view.result : std::string("null"));
  text +=
      fmt::format(R"(,"problem":{}}})", view.error ? engine::ProblemJson(*view.error, view.id) : std::string("null"));
  return text;
}

Response Deferred::AnswerOf(const engine::JobView& job, std::string_view request_id) const {
  if (job.error) return ProblemResponse(*job.error, request_id);
  Response answer{.cache_control = "private, no-cache", .body = Payload::Of(job.result)};
  if (set_cookie && !set_cookie->empty()) answer.headers.emplace_back("Set-Cookie", *set_cookie);
  return answer;
}

Reply Api::Health(const Request&) const { return JsonResponse(200, R"({"status":"ok"})"); }

// Ready means that a transaction on the model can be opened.
Reply Api::Ready(const Request&) const {
  Backend* backend = &services_.backend;
  return Deferred{.title = "readiness",
                  .work = [backend](const analysis::Progress&, std::stop_token) -> Result<std::string> {
                    WEIR_TRY(const std::int64_t version, backend->DataVersion());
                    return fmt::format(R"({{"status":"ready","data_version":{}}})", version);
                  },
                  .patience = options_.batch_patience};
}

// The page has an address /metrics as well: a browser that is sent there asks for HTML, a collector never does.
Reply Api::MetricsText(const Request& request) const {
  if (request.head.Find("accept").find("text/html") != std::string_view::npos) return File(request);
  const engine::JobRunner::Counts counts = services_.jobs.Count();
  const engine::CacheFigures cache = services_.backend.engine().cache_figures();
  const auto number = [](auto value) { return static_cast<double>(value); };
  const std::vector<Gauge> gauges{
      {"weir_jobs", "Jobs that wait or run.", "{state=\"queued\"}", number(counts.queued)},
      {"weir_jobs", "Jobs that wait or run.", "{state=\"running\"}", number(counts.running)},
      {"weir_jobs_finished_total", "Jobs finished.", "{state=\"done\"}", number(counts.done), "counter"},
      {"weir_jobs_finished_total", "Jobs finished.", "{state=\"failed\"}", number(counts.failed), "counter"},
      {"weir_jobs_finished_total", "Jobs finished.", "{state=\"cancelled\"}", number(counts.cancelled), "counter"},
      {"weir_jobs_refused_total", "Jobs refused because the queue was full.", "", number(counts.refused), "counter"},
      {"weir_cache_hits_total", "Questions answered from the cache.", "", number(cache.hits), "counter"},
      {"weir_cache_misses_total", "Questions that were computed.", "", number(cache.misses), "counter"},
      {"weir_cache_answers", "Answers in the cache.", "", number(cache.answers)},
      {"weir_cache_bytes", "Bytes of the answers in the cache.", "", number(cache.bytes)},
      {"weir_data_version", "The newest data version.", "", number(services_.data_version.load())},
      {"weir_live_streams", "Listeners of live events.", "", number(services_.live.listeners())},
      {"weir_upload_bytes", "Bytes of uploads that wait to be imported.", "", number(services_.uploads.bytes())},
      {"weir_start_time_seconds", "When the server started, in seconds since 1970.", "",
       number(started_at_.micros) / number(kMicrosPerSecond)},
      {"weir_build_info", "The program.",
       fmt::format("{{version=\"{}\",compiler=\"{}\"}}", options_.version, __VERSION__), 1},
  };
  return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                  .headers = {{"Vary", "Accept"}},
                  .body = Payload::Of(services_.metrics.Text(gauges))};
}

Reply Api::OpenApi(const Request&) const {
  Response response = JsonResponse(200, options_.openapi);
  response.cache_control = "no-cache";
  return response;
}

Reply Api::Catalog(const Request&) const {
  Response response = JsonResponse(200, services_.backend.CatalogJson());
  response.cache_control = "no-cache";
  return response;
}

const analysis::Principal& Api::PrincipalOf(const Request& request) {
  WEIR_CHECK(request.caller.has_value());
  return request.caller->principal;
}

Reply Api::Live(const Request& request) const {
  if (services_.live.listeners() >= options_.live_streams) {
    return ProblemResponse(Busy("{} pages listen already", options_.live_streams), request.id);
  }
  ordered_json jobs = ordered_json::array();
  const analysis::Principal& principal = PrincipalOf(request);
  for (const engine::JobView& view : services_.jobs.List()) {
    if (!view.is_finished() && MaySee(view, principal)) jobs.push_back(ordered_json::parse(JobJson(view, false)));
  }
  return OpenLive{
      .hello = Dump({{"data_version", services_.data_version.load()}, {"version", options_.version}, {"jobs", jobs}}),
      .listener = {.user = principal.user, .may_import = MaySeeImports(principal)},
      .still_holds = [callers = &services_.callers, head = request.head, caller = *request.caller] {
        return callers->StillHolds(head, caller);
      }};
}

Audience Api::AudienceOf(const engine::JobView& view) {
  return {.is_everyone = false, .user = view.owner, .has_importers = view.lane == engine::JobLane::kWrite};
}

// The job that the address names, as far as the caller may see it: results are for whoever asked for them.
std::optional<engine::JobView> Api::VisibleJob(const Request& request) const {
  auto view = services_.jobs.Find(request.target.segments.back());
  if (!view || !MaySee(*view, PrincipalOf(request))) return std::nullopt;
  if (view->owner != PrincipalOf(request).user) view->result = nullptr;
  return view;
}

Reply Api::Jobs(const Request& request) const {
  std::string list;
  for (const engine::JobView& view : services_.jobs.List()) {
    if (!MaySee(view, PrincipalOf(request))) continue;
    if (!list.empty()) list += ',';
    list += JobJson(view, false);
  }
  return JsonResponse(200, fmt::format(R"({{"jobs":[{}]}})", list));
}

Reply Api::Job(const Request& request) const {
  const auto view = VisibleJob(request);
  if (!view) return NoJob(request);
  return JsonResponse(200, JobJson(*view, true));
}

Reply Api::CancelJob(const Request& request) const {
  if (!VisibleJob(request)) return NoJob(request);
  if (auto status = services_.jobs.Cancel(request.target.segments.back()); !status) {
    return ProblemResponse(status.error(), request.id);
  }
  const auto view = VisibleJob(request);
  return view ? JsonResponse(202, JobJson(*view, false)) : JsonResponse(202, "{}");
}

Reply Api::TakeUpload(const Request& request) const {
  WEIR_CHECK(request.upload.has_value());
  const Upload& upload = *request.upload;
  return JsonResponse(201, Dump({{"upload", upload.id}, {"name", upload.name}, {"bytes", upload.bytes}}));
}

Reply Api::DropUpload(const Request& request) const {
  services_.uploads.Remove(request.target.segments.back());
  return Response{.status = 204};
}

Reply Api::Batch(const Request& request) const {
  auto questions = ReadBatch(request.body);
  if (!questions) return ProblemResponse(questions.error(), request.id);
  engine::Engine* engine = &services_.backend.engine();
  if (auto recalled = RecalledBatch(*engine, *questions, PrincipalOf(request))) {
    return Response{.cache_control = "private, no-cache", .body = Payload::Of(std::move(*recalled))};
  }
  return Deferred{.title = "batch",
                  .work = [engine, access = &services_.backend.access(), asked = std::move(*questions),
                           principal = PrincipalOf(request)](const analysis::Progress&,
                                                             std::stop_token stop) -> Result<std::string> {
                    WEIR_TRY(const auto answers, engine->AskAll(asked, principal, std::move(stop)));
                    for (std::size_t i = 0; i < answers.size(); ++i) {
                      if (answers[i]) RecordReading(*access, principal, asked[i]);
                    }
                    return BatchJson(answers);
                  },
                  .patience = options_.batch_patience,
                  .owner = PrincipalOf(request).user};
}

Reply Api::Ask(const Request& request) const {
  auto question = ReadQuestion(request.target.segments.back(), request.target.query);
  if (!question) return ProblemResponse(question.error(), request.id);
  engine::Engine* engine = &services_.backend.engine();
  if (!IsReadingRecorded(PrincipalOf(request), *question)) {
    if (auto recalled = engine->Recall(*question, PrincipalOf(request))) {
      return DocumentResponse(recalled->document, request.head);
    }
  }
  const std::string title = question->id;
  access::Access* access = &services_.backend.access();
  engine::JobWork work = [engine, access, asked = std::move(*question), principal = PrincipalOf(request)](
                             const analysis::Progress& progress, std::stop_token stop) -> Result<std::string> {
    WEIR_TRY(const engine::Answer answer, engine->Ask(asked, principal, progress, std::move(stop)));
    RecordReading(*access, principal, asked);
    return engine::ToJson(answer);
  };
  return Deferred{.title = title,
                  .work = Recorded(std::move(work), request, title),
                  .patience = options_.patience,
                  .owner = PrincipalOf(request).user};
}

// What was refused for want of a right is worth knowing to whoever watches over the rights.
engine::JobWork Api::Recorded(engine::JobWork work, const Request& request, std::string subject) const {
  return [access = &services_.backend.access(), principal = PrincipalOf(request), inner = std::move(work),
          subject = std::move(subject)](const analysis::Progress& progress, std::stop_token stop) {
    Result<std::string> result = inner(progress, std::move(stop));
    if (!result && result.error().code() == Code::kForbidden) access->Record(principal, "ask", subject, "refused");
    return result;
  };
}

Reply Api::File(const Request& request) const { return services_.files.Answer(request.target, request.head); }

}  // namespace weir::server
