#include "engine/standing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/params_key.h"
#include "engine/refusals.h"

namespace weir::engine {
namespace {

using analysis::Analysis;
using analysis::RawParams;

// Who needs this reads what imports left beside the model.
constexpr std::string_view kImports = "meta.import_run";
constexpr const char* kImportStamp = R"(
SELECT concat_ws(',', i.runs, i.finished, i.undone, f.files, r.rejects, r.waiting, r.changed, d.demo)
FROM (SELECT count(*) AS runs, count(finished_at) AS finished, max(undone_version) AS undone FROM meta.import_run) AS i
CROSS JOIN (SELECT count(*) AS files FROM meta.import_file) AS f
CROSS JOIN (SELECT count(*) AS rejects, count(*) FILTER (WHERE state = 'open') AS waiting, max(version) AS changed FROM meta.reject) AS r
CROSS JOIN (SELECT count(*) AS demo FROM meta.demo_import) AS d)";

// Who needs this reads what people said of leaks. Of that, sums depend on what was set aside alone.
constexpr std::string_view kLeakStates = "leak_state";
constexpr const char* kAsideStamp = R"(
SELECT max(decision_id) FROM meta.leak_state
WHERE leak IN (SELECT leak FROM meta.leak_state WHERE state IN ('tolerated', 'false_alarm')))";

// Defaults left out and lists flattened, so that equal questions have equal keys.
RawParams Canonical(const RawParams& raw, const std::vector<analysis::ParamSpec>& specs) {
  RawParams canonical;
  for (const auto& [name, values] : raw) {
    const auto spec = std::ranges::find(specs, name, [](const analysis::ParamSpec& s) { return s.info.name; });
    const std::string joined = fmt::format("{}", fmt::join(values, ","));
    if (joined.empty() || (spec != specs.end() && joined == spec->default_text)) continue;
    canonical[name] = values;
  }
  return canonical;
}

Result<Instant> ResolveAsOf(const std::string& text, const Standing& standing) {
  if (text.empty() || text == "now") return standing.newest;
  if (const auto date = ParseIsoDate(text)) {
    WEIR_TRY(const TimeZone zone, TimeZone::Find(standing.settings.time_zone));
    return Instant{zone.EndOfDay(*date).micros - 1};
  }
  if (const auto instant = ParseIsoInstant(text)) return *instant;
  return Fail(BadUsage("'{}' is not a moment", text)
                  .Field("as_of")
                  .Mend("Use a date (2026-11-23, the end of that day) or an instant (2026-11-23T09:40:00Z)"));
}

}  // namespace

Standing StandingOf(const Snapshot& snapshot) {
  std::string warnings;
  for (const analysis::Warning& warning : snapshot.warnings()) {
    warnings += warning.code;
    for (const auto& [name, value] : warning.params) warnings += fmt::format(":{}={}", name, value);
    warnings += ',';
  }
  return {.known_at = snapshot.known_at(),
          .newest = snapshot.newest(),
          .settings = snapshot.settings(),
          .definitions = std::string(snapshot.definitions_fingerprint()),
          .warnings = std::move(warnings),
          .catalog = snapshot.catalog()};
}

Result<std::string> ImportStamp(store::Session& session) {
  WEIR_TRY(const store::Value stamp, session.QueryValue(kImportStamp));
  return store::ToText(stamp);
}

Result<std::string> AsideStamp(store::Session& session) {
  WEIR_TRY(const store::Value stamp, session.QueryValue(kAsideStamp));
  return store::ToText(stamp);
}

std::string Asked::Key(const Question& question, const Standing& standing, const analysis::Principal& principal) const {
  std::string key =
      fmt::format("{}@{}|{}|{}|{}|{}|{}|{}", analysis->info.id, analysis->info.version, as_of.micros, standing.known_at,
                  question.seed, standing.settings.Fingerprint(), standing.definitions, principal.Fingerprint());
  AppendParams(params, key);
  if (!standing.warnings.empty()) key += "|warnings:" + standing.warnings;
  if (question.is_export && HasContacts(*analysis)) key += "|export";
  if (needs_imports) key += "|imports:" + standing.imports.value_or("");
  if (needs_aside) key += "|aside:" + standing.aside.value_or("");
  return key;
}

Error UnknownId(std::string_view id, const Catalog& catalog) {
  std::vector<std::string> ids;
  for (const Analysis& analysis : catalog.analyses()) ids.push_back(analysis.info.id);
  for (const analysis::Action& action : catalog.actions()) ids.push_back(action.info.id);
  Error error = NotFound("there is no analysis '{}'", id);
  const auto near = analysis::NearestName(id, ids);
  if (!near) return error;
  return std::move(error).Mend("Did you mean '{}'?", *near);
}

Result<const Analysis*> FindAsked(const Question& question, const analysis::Principal& principal,
                                  const Catalog& catalog) {
  const Analysis* analysis = catalog.FindAnalysis(question.id);
  if (analysis == nullptr) return Fail(UnknownId(question.id, catalog));
  if (!principal.Has(analysis->info.right)) {
    return Fail(Forbidden("'{}' needs the right '{}'", question.id, analysis->info.right));
  }
  return analysis;
}

Result<Asked> ReadAsked(const Question& question, const Analysis& analysis, const Standing& standing) {
  const std::vector<std::string>& needs = analysis.info.needs;
  Asked asked{.analysis = &analysis,
              .params = Canonical(question.params, analysis.params),
              .is_cacheable = analysis.info.is_cacheable && !question.explain};
  asked.needs_imports = asked.is_cacheable && std::ranges::find(needs, kImports) != needs.end();
  asked.needs_aside = asked.is_cacheable && std::ranges::find(needs, kLeakStates) != needs.end();
  WEIR_TRY(asked.as_of, ResolveAsOf(question.as_of, standing));
  return asked;
}

std::shared_ptr<const Standing> Standings::After(std::uint64_t writes) const {
  const std::lock_guard lock(mutex_);
  return writes_ == writes || (writes % 2 == 1 && writes_ + 1 == writes) ? newest_ : nullptr;
}

Status Standings::Keep(std::uint64_t writes, std::uint64_t words_on_leaks, Snapshot& snapshot) {
  if (const auto known = After(writes); known && known->words_on_leaks == words_on_leaks) return {};
  auto standing = std::make_shared<Standing>(StandingOf(snapshot));
  WEIR_TRY(standing->imports, ImportStamp(snapshot.session()));
  WEIR_TRY(standing->aside, AsideStamp(snapshot.session()));
  standing->words_on_leaks = words_on_leaks;
  const std::lock_guard lock(mutex_);
  // One that was begun earlier may end later.
  if (newest_ && (writes < writes_ || words_on_leaks < newest_->words_on_leaks)) return {};
  writes_ = writes;
  newest_ = std::move(standing);
  return {};
}

}  // namespace weir::engine
