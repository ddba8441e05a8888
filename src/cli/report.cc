#include "cli/report.h"

#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/embedded.h"
#include "base/internet.h"
#include "base/time.h"
#include "base/whole_file.h"
#include "cli/backend.h"
#include "cli/progress.h"
#include "delivery/report.h"

namespace weir::cli {
namespace {

constexpr std::string_view kHolder = R"(<script id="weir-report" type="application/json">)";

// Ends of elements and comments would be seen inside a script element; a JSON text may write '<' otherwise.
std::string WithoutMarkup(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

// The filters as they stand in the address of the page.
std::string QueryOf(const Globals& globals, const ReportOptions& options) {
  std::string query;
  const std::array<std::pair<std::string_view, std::string_view>, 6> parts{{{"from", options.from},
                                                                            {"to", options.to},
                                                                            {"team", options.team},
                                                                            {"segment", options.segment},
                                                                            {"as_of", globals.as_of},
                                                                            {"in_currency", globals.in_currency}}};
  for (const auto& [name, value] : parts) {
    if (!value.empty()) query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, PercentEncoded(value));
  }
  return query;
}

// What the page asks when it starts, and Pulse, all of one data version.
Result<std::vector<KeptAnswer>> AskAll(Backend& backend, const Globals& globals, const ReportOptions& options,
                                       const analysis::Progress& progress, Instant& as_of) {
  engine::Question question;
  question.id = "pulse";
  question.as_of = globals.as_of;
  question.in_currency = globals.in_currency;
  question.known_at = globals.known_at;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) question.params[std::string(name)] = {value};
  };
  add("from", options.from);
  add("to", options.to);
  add("team", options.team);
  add("segment", options.segment);
  std::vector<KeptAnswer> answers;
  WEIR_TRY(const engine::Answer pulse, backend.Ask(question, progress));
  as_of = pulse.as_of;
  answers.push_back({"pulse", engine::ToJson(pulse)});
  for (const char* id : {"filters", "status", "settings", "metrics.catalog"}) {
    engine::Question other;
    other.id = id;
    other.as_of = globals.as_of;
    other.in_currency = globals.in_currency;
    other.known_at = globals.known_at;
    WEIR_TRY(const engine::Answer answer, backend.Ask(other, progress));
    if (answer.data_version != pulse.data_version) {
      return Fail(Busy("new data came in while the report was made").Mend("Make it again"));
    }
    answers.push_back({id, engine::ToJson(answer)});
  }
  answers.push_back({"catalog", R"({"analyses":[],"actions":[]})"});
  return answers;
}

bool IsWorkbook(std::string_view path) {
  constexpr std::string_view kSuffix = ".xlsx";
  return path.size() > kSuffix.size() && path.ends_with(kSuffix);
}

// Writes it where it is asked for; an exit status.
int Put(const Globals& globals, const std::string& path, const std::string& bytes) {
  if (path == "-") {
    fmt::print("{}", bytes);
    return 0;
  }
  const auto written = WriteWholeFile(path, bytes);
  if (!written) return PrintError(globals, written.error());
  if (!globals.is_quiet) fmt::print(stderr, "{}\n", path);
  return 0;
}

int RunWeekly(const Globals& globals, const ReportOptions& options) {
  if (!options.from.empty() || !options.to.empty()) {
    return PrintError(globals, BadUsage("a weekly report has no days of its own")
                                   .Field(options.from.empty() ? "to" : "from")
                                   .Mend("Name its moment with --as-of"));
  }
  ProgressLine progress(globals);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kRead, false), .writes = false});
  if (!backend) return PrintError(globals, backend.error());
  const delivery::ReportScope scope{.team = options.team,
                                    .segment = options.segment,
                                    .as_of = globals.as_of,
                                    .in_currency = globals.in_currency,
                                    .known_at = globals.known_at};
  const auto answers = delivery::AskForReport(
      scope, [&](const engine::Question& question) { return (*backend)->Ask(question, progress.Callback()); });
  progress.Clear();
  if (!answers) return PrintError(globals, answers.error());
  const delivery::Voice voice{.language = LanguageNamed(globals.Language())};
  const auto bytes = IsWorkbook(options.path) ? delivery::ReportXlsx(*answers, voice)
                                              : Result<std::string>(delivery::ReportHtml(*answers, voice));
  if (!bytes) return PrintError(globals, bytes.error());
  return Put(globals, options.path.empty() ? delivery::ReportName(*answers) + ".html" : options.path, *bytes);
}

}  // namespace

Result<std::string> FillReport(std::string_view page, std::string_view language, std::string_view query,
                               const std::vector<KeptAnswer>& answers) {
  const std::size_t holder = page.find(kHolder);
  if (holder == std::string_view::npos) {
    return Fail(Unavailable("this program was built without the page of reports").Mend("Build it with 'make build'"));
  }
  std::string kept = fmt::format(R"({{"lang":{},"query":{},"answers":{{)", nlohmann::json(language).dump(),
                                 nlohmann::json(query).dump());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    kept += fmt::format("{}{}:{}", i == 0 ? "" : ",", nlohmann::json(answers[i].id).dump(), answers[i].json);
  }
  kept += "}}";
  std::string filled(page.substr(0, holder + kHolder.size()));
  filled += WithoutMarkup(kept);
  filled += page.substr(holder + kHolder.size());
  return filled;
}

int RunReport(const Globals& globals, const ReportOptions& options) {
  if (options.is_weekly || IsWorkbook(options.path)) return RunWeekly(globals, options);
  ProgressLine progress(globals);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kRead, false), .writes = false});
  if (!backend) return PrintError(globals, backend.error());
  Instant as_of;
  const auto answers = AskAll(**backend, globals, options, progress.Callback(), as_of);
  progress.Clear();
  if (!answers) return PrintError(globals, answers.error());
  const auto page = FindEmbedded("web", "report.html");
  const auto filled = FillReport(page.value_or(""), globals.Language(), QueryOf(globals, options), *answers);
  if (!filled) return PrintError(globals, filled.error());
  return Put(globals,
             options.path.empty() ? fmt::format("weir-pulse-{}.html", FormatDate(TimeZone::Utc().LocalDateOf(as_of)))
                                  : options.path,
             *filled);
}

}  // namespace weir::cli
