#include "workspace/builder.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include <spdlog/spdlog.h>

#include "base/decimal.h"
#include "base/domain.h"
#include "base/embedded.h"
#include "base/random.h"
#include "identity/resolver.h"
#include "model/build.h"
#include "model/produce.h"
#include "sources/records.h"
#include "sources/stage_plan.h"
#include "workspace/diagnosis_seal.h"
#include "workspace/extensions.h"
#include "workspace/forecast_words.h"
#include "workspace/leak_states.h"
#include "workspace/ledger.h"
#include "workspace/metric_agreement.h"
#include "workspace/recipe_actions.h"
#include "workspace/setting_values.h"
#include "workspace/survey_links.h"

namespace weir::workspace {
namespace {

// Raised when what a build leaves behind changes although no model file does.
constexpr std::string_view kProgram = "8";

// What every model rests on beyond its own text and its records.
std::string ModelProgram() {
  const auto macros = FindEmbedded("models", "scoped/macros.sql");
  WEIR_CHECK(macros.has_value());
  return fmt::format("{};{:x}", kProgram, HashText(*macros));
}

// Models of this program and the definitions: a model that was built of others may lack what this one reads.
std::string ProgramFingerprint(const Definitions& definitions) {
  std::string text(kProgram);
  for (const EmbeddedFile& file : EmbeddedFiles("models"))
    text += fmt::format(";{}={:x}", file.path, HashText(file.bytes));
  for (const sources::Mapping& mapping : definitions.mappings.mappings)
    text += fmt::format(";{:x}", mapping.fingerprint);
  text += fmt::format(";{:x}", HashText(definitions.free_mail));
  for (const analysis::Producer& producer : definitions.catalog.producers()) {
    text += fmt::format(";{}@{}", producer.info.id, producer.info.version);
  }
  return fmt::format("{:x}", HashText(text));
}

struct Object {
  std::string base;                // changes when anything happens to its observations but that some are added
  std::string observations;        // changes when some are added
  std::int64_t rows = 0;           // observations, at most
  std::int64_t last_repeated = 0;  // as in model::RecordState
  bool is_corrected = false;       // people decided about its cells
  bool is_emptied = false;         // and took values away
};
using Objects = std::map<std::string, Object, std::less<>>;

// Objects that have rows which say that their record is gone: of those one observation is two states.
Result<std::set<std::string, std::less<>>> ObjectsWithGoneRows(store::Connection& connection) {
  WEIR_TRY(const store::Rows rows,
           connection.Query(fmt::format("SELECT table_name FROM information_schema.columns WHERE table_schema = 'obs' "
                                        "AND column_name = {}",
                                        store::QuoteText(std::string(sources::kGoneColumn)))));
  std::set<std::string, std::less<>> tables;
  for (std::size_t i = 0; i < rows.size(); ++i) tables.insert(rows.TextAt(i, 0));
  return tables;
}

// What the observations of each source and object rest on: the last import that brought something, what was undone, and
// the zone of what their files say by the clock on the wall. The keys of one file differ, so that a key repeats only
// where a file brought a row up to date, told that one is gone, or came out of its order.
Result<Objects> ObjectsOf(store::Connection& connection, const std::string& zone) {
  WEIR_TRY(store::Rows rows, connection.Query(R"(
    WITH files AS (
      SELECT *, coalesce(observed_at < max(observed_at) OVER (PARTITION BY source, object ORDER BY file_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS is_late
      FROM meta.import_file
    )
    SELECT source, object,
      max(CASE WHEN rows_new + rows_updated + rows_deleted > 0 THEN data_version END),
      max(undone_version), count(*) FILTER (WHERE state = 'undone'), CAST(sum(last_obs - first_obs + 1) AS BIGINT),
      (source, object) IN (SELECT (source, object) FROM meta.wall_clock),
      max(CASE WHEN rows_updated + rows_deleted > 0 OR is_late THEN last_obs ELSE 0 END)
    FROM files
    GROUP BY source, object
    ORDER BY source NULLS LAST, object NULLS LAST)"));
  WEIR_TRY(const auto with_gone_rows, ObjectsWithGoneRows(connection));
  Objects objects;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Object& object = objects[rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1)];
    object.observations = rows.TextAt(i, 2);
    object.base = fmt::format("{},{}", rows.TextAt(i, 3), rows.TextAt(i, 4));
    object.rows = rows.IntegerAt(i, 5);
    if (std::get<bool>(rows.rows[i][6])) object.base += "," + zone;
    object.last_repeated = rows.IntegerAt(i, 7);
    if (rows.IntegerAt(i, 4) > 0 || with_gone_rows.contains(rows.TextAt(i, 0) + "__" + rows.TextAt(i, 1))) {
      object.last_repeated = model::RecordState::kAnyMayRepeat;
    }
  }
  WEIR_TRY(rows, connection.Query(R"(
    SELECT c.source, c.object, max(c.data_version), max(u.data_version), bool_or(c.value = '')
    FROM meta.correction AS c
    LEFT JOIN meta.correction_undo AS u ON u.undone = c.data_version
    GROUP BY c.source, c.object)"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Object& object = objects[rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1)];
    // Whether a correction is still to come depends on what its source says since.
    object.base += fmt::format(",corrected {},{},{}", rows.TextAt(i, 2), rows.TextAt(i, 3), object.observations);
    object.last_repeated = model::RecordState::kAnyMayRepeat;
    object.is_corrected = true;
    object.is_emptied = std::get<bool>(rows.rows[i][4]);
  }
  return objects;
}

void DescribeRecords(const Definitions& definitions, const Objects& objects, model::BuildRequest& request) {
  for (const sources::Mapping& mapping : definitions.mappings.mappings) {
    const auto found = objects.find(mapping.source + "/" + mapping.object);
    if (found == objects.end()) continue;
    const Object& object = found->second;
    std::map<std::string, std::int64_t, std::less<>> rows;
    for (const sources::Emit& emit : mapping.emits) rows[emit.table] += object.rows;
    if (object.is_corrected) rows.try_emplace("correction", 0);
    if (object.is_emptied) rows.try_emplace("emptied", 0);
    for (const auto& [table, count] : rows) {
      const bool is_new = !request.records.contains(table);
      model::RecordState& state = request.records[table];
      state.base += fmt::format("{}={}@{:x};", found->first, object.base, mapping.fingerprint);
      state.observations += fmt::format("{}={};", found->first, object.observations);
      state.rows += count;
      // States of one record are one fact.
      const std::int64_t last_repeated =
          mapping.since.empty() ? object.last_repeated : model::RecordState::kAnyMayRepeat;
      state.last_repeated = is_new ? last_repeated : std::max(state.last_repeated, last_repeated);
    }
  }
  const std::string free_mail = fmt::format("free_mail={:x};", HashText(definitions.free_mail));
  for (auto& [table, state] : request.records) state.base += free_mail;
}

// What recipes make of records is part of what they say.
void DescribeCleaning(std::span<const sources::CleaningStep> cleaning, model::BuildRequest& request) {
  for (const sources::CleaningStep& step : cleaning) {
    const auto found = request.records.find(step.table);
    if (found == request.records.end()) continue;
    std::string text = step.recipe;
    for (const sources::CleaningStep::Column& column : step.columns)
      text += fmt::format("|{}={}", column.name, column.expression);
    found->second.base += fmt::format("cleaned={:x};", HashText(text));
  }
}

constexpr std::string_view kNotWhole = "without what can wait";

// The newest moment in the data. Where nothing that is dated ever happened, the time of the newest file.
Result<Instant> NewestMoment(store::Connection& connection) {
  WEIR_TRY(const Instant newest, model::NewestMoment(connection));
  if (newest != Instant{}) return newest;
  WEIR_TRY(store::Value observed,
           connection.QueryValue("SELECT max(observed_at) FROM meta.import_file WHERE state = 'committed'"));
  const auto* instant = std::get_if<Instant>(&observed);
  return instant == nullptr ? newest : *instant;
}

// What somebody set, and the decision that may be undone.
constexpr std::string_view kSettings = R"(
CREATE OR REPLACE VIEW scoped.setting AS
SELECT s.name, s.value,
  (SELECT max(d.decision_id) FROM meta.decision AS d
   WHERE d.data_version = s.data_version AND d.undoes IS NULL
     AND d.decision_id NOT IN (SELECT u.undoes FROM meta.decision AS u WHERE u.undoes IS NOT NULL)) AS decision_id
FROM (SELECT *, row_number() OVER (PARTITION BY name ORDER BY data_version DESC NULLS LAST) AS place FROM meta.setting) AS s
WHERE s.place = 1 AND s.value IS NOT NULL)";

// Every text of the catalogue of metrics, from the data version on which it was in force; no text: gone from then on.
constexpr std::string_view kMetricFiles = R"(
CREATE OR REPLACE VIEW scoped.metric_file AS
SELECT d.path, d.data_version, t.text, coalesce(r.who, v.who) AS who, r.program,
  coalesce(r.recorded_at, v.committed_at, (SELECT min(f.committed_at) FROM meta.data_version AS f)) AS recorded_at
FROM meta.definition AS d
LEFT JOIN meta.definition_text AS t ON t.hash = d.hash
LEFT JOIN meta.definition_record AS r ON r.data_version = d.data_version
LEFT JOIN meta.data_version AS v ON v.version = d.data_version
WHERE starts_with(d.path, 'metrics/') OR starts_with(d.path, 'catalog/metrics/'))";

// Every version that a recipe had: which it was, since which data version, and who decided it; no value: it was
// removed.
constexpr std::string_view kRecipeVersions = R"sql(
CREATE OR REPLACE VIEW scoped.recipe_version AS
SELECT s.name, s.value, substr(s.name, 8) AS recipe, CAST(nullif(regexp_extract(s.value, '"version":([0-9]+)}$', 1), '') AS BIGINT) AS version,
  replace(replace(regexp_extract(s.value, '"name":"((?:[^"\\]|\\.)*)"', 1), '\"', '"'), '\\', '\') AS title,
  s.data_version, v.who, v.committed_at
FROM meta.setting AS s
LEFT JOIN meta.data_version AS v ON v.version = s.data_version
WHERE starts_with(s.name, 'recipe.'))sql";

// When each data version was made.
constexpr std::string_view kDataMoments =
    "CREATE OR REPLACE VIEW scoped.data_moment AS SELECT version AS data_version, committed_at, kind FROM "
    "meta.data_version";

constexpr std::string_view kFreshness = R"(
CREATE OR REPLACE VIEW scoped.source_freshness AS
SELECT f.source, f.object, CAST(sum(f.rows_new) AS BIGINT) AS rows,
  (SELECT count(*) FROM meta.reject AS r WHERE r.source = f.source AND r.object = f.object AND r.state = 'open') AS quarantined,
  max(f.observed_at) AS last_observed_at, max(f.data_version) AS last_imported_version
FROM meta.import_file AS f
WHERE f.state = 'committed' AND f.data_version <= (SELECT max(version) FROM meta.data_version)
GROUP BY f.source, f.object)";

// Functions, and the views over the observation tables, unless they stand as this program would make them: making all
// of them takes longer than building what one more day of data changes.
Status MakeRecordViews(store::Connection& connection, const Definitions& definitions, const std::string& zone,
                       std::span<const sources::CleaningStep> cleaning, const std::string& program) {
  WEIR_TRY(const auto views, sources::RecordViewStatements(connection, definitions.mappings, zone, cleaning));
  std::string text = program;
  for (const std::string& view : views) text += view;
  const std::array<store::Value, 2> state{std::string("views of records"), fmt::format("{:016x}", HashText(text))};
  WEIR_TRY(const std::int64_t standing,
           connection.QueryInteger("SELECT count(*) FROM meta.model_state WHERE model = ? AND fingerprint = ?", state));
  if (standing > 0) return {};
  WEIR_TRY(sources::CreateSourceFunctions(connection, ParseFreeMail(definitions.free_mail)));
  for (const std::string& view : views) WEIR_TRY(connection.Execute(view));
  WEIR_TRY(connection.Execute("DELETE FROM meta.model_state WHERE model = ?", std::span(state).first(1)));
  WEIR_TRY(connection.Execute("INSERT INTO meta.model_state (model, fingerprint) VALUES (?, ?)", state));
  return {};
}

model::ProduceRequest ProduceRequestOf(const Definitions& definitions, const model::BuildRequest& built,
                                       const Objects& objects, const model::BuildReport& report,
                                       const SettingValues& values) {
  model::ProduceRequest request{
      .producers = definitions.catalog.producers(), .settings = built.settings, .fingerprints = report.fingerprints};
  for (const auto& [name, object] : objects) {
    std::string table = name;
    table.replace(table.find('/'), 1, "__");
    request.fingerprints["obs." + table] = object.base + ";" + object.observations;
  }
  for (const auto& [name, value] : values) request.fingerprints.try_emplace("setting." + name, value);
  request.fingerprints["definitions"] = definitions.fingerprint;
  return request;
}

Result<BuildOutcome> BuildWithin(store::Connection& connection, const Definitions& definitions,
                                 const BuildOptions& options, const analysis::Progress& progress,
                                 std::stop_token stop) {
  WEIR_TRY(const std::int64_t version, NewestVersion(connection));
  const std::string program = ProgramFingerprint(definitions);
  WEIR_TRY(const store::Rows before, connection.Query("SELECT data_version, program FROM meta.built"));
  WEIR_CHECK(before.size() == 1);
  if (before.IntegerAt(0, 0) == version && before.TextAt(0, 1) == program) {
    return BuildOutcome{.changed = false, .data_version = version};
  }
  model::BuildRequest request{.data_version = version,
                              .settings = {},
                              .records = {},
                              .least_rows_by_parts = options.least_rows_by_parts,
                              .program = ModelProgram(),
                              .leaves_what_can_wait = options.reach == BuildReach::kFirstScreen};
  WEIR_TRY(const SettingValues values, ValuesAt(connection, version));
  const std::string& time_zone = values.at("time_zone");
  WEIR_TRY(const Objects objects, ObjectsOf(connection, time_zone));
  DescribeRecords(definitions, objects, request);
  const std::vector<hygiene::Recipe> recipes = RecipesOf(values);
  const std::vector<sources::CleaningStep> cleaning = hygiene::CleaningOf(recipes);
  DescribeCleaning(cleaning, request);
  WEIR_TRY(request.newest_observation,
           connection.QueryInteger("SELECT coalesce(max(last_obs), 0) FROM meta.import_file"));
  WEIR_TRY(MakeRecordViews(connection, definitions, time_zone, cleaning, program));
  WEIR_TRY(request.settings, ReadSettings(connection, version));
  request.rules = FieldRulesOf(values);
  request.rules.defaults = hygiene::DefaultsOf(recipes);
  identity::Resolver resolver;
  WEIR_TRY(model::BuildReport report, model::BuildModel(connection, request, resolver, progress, stop));
  model::ProduceRequest produce = ProduceRequestOf(definitions, request, objects, report, values);
  produce.leaves_what_can_wait = request.leaves_what_can_wait;
  WEIR_TRY(const model::ProduceReport ran, model::RunProducers(connection, produce, progress, stop));
  WEIR_TRY(model::CreateScopedViews(connection));
  WEIR_TRY(CreateExtensions(connection, definitions.mappings, program));
  WEIR_TRY(connection.Execute(kFreshness));
  WEIR_TRY(connection.Execute(kSettings));
  WEIR_TRY(connection.Execute(kRecipeVersions));
  WEIR_TRY(connection.Execute(kDataMoments));
  WEIR_TRY(connection.Execute(kMetricFiles));
  for (const std::string_view view : AgreementViews()) WEIR_TRY(connection.Execute(view));
  WEIR_TRY(connection.Execute(LeakStateView()));
  WEIR_TRY(connection.Execute(DiagnosisSealView()));
  WEIR_TRY(connection.Execute(ForecastWordView()));
  for (const std::string_view view : SurveyViews()) WEIR_TRY(connection.Execute(view));
  WEIR_TRY(const Instant newest, NewestMoment(connection));
  WEIR_TRY(SeeEverything(connection, newest, request.settings, values));
  produce.reads_scoped = true;
  WEIR_TRY(const model::ProduceReport ran_last, model::RunProducers(connection, produce, progress, stop));
  // A model that is not all there is behind for whoever opens the store next.
  const std::string whole =
      report.left + ran.left + ran_last.left > 0 ? fmt::format("{}, {}", program, kNotWhole) : program;
  const std::array<store::Value, 4> built{version, newest, request.settings.currency, whole};
  WEIR_TRY(connection.Execute("DELETE FROM meta.built"));
  WEIR_TRY(connection.Execute("INSERT INTO meta.built VALUES (?, ?, ?, ?)", built));
  // Marts of the same data that another program made would be taken for those of this model.
  if (before.TextAt(0, 1) != whole) WEIR_TRY(connection.Execute("UPDATE meta.mart SET data_version = -1"));
  return BuildOutcome{.changed = report.built + ran.ran + ran_last.ran > 0 || version != before.IntegerAt(0, 0),
                      .data_version = version};
}

}  // namespace

Status SeeEverything(store::Connection& connection, Instant as_of, const analysis::Settings& settings,
                     const SettingValues& values) {
  WEIR_TRY(const TimeZone zone, TimeZone::Find(settings.time_zone));
  WEIR_TRY(
      connection.Execute(fmt::format("SET VARIABLE as_of = make_timestamp({}); SET VARIABLE as_of_date = DATE '{}'; "
                                     "SET VARIABLE sees_all_rows = TRUE; "
                                     "SET VARIABLE sees_personal_data = TRUE",
                                     as_of.micros, FormatDate(zone.LocalDateOf(as_of)))));
  return SetWhatCounts(connection, values);
}

Result<bool> IsModelBehind(store::Session& session, const Definitions& definitions) {
  WEIR_TRY(const std::int64_t newest, NewestVersion(session));
  WEIR_TRY(const store::Rows built, session.Query("SELECT data_version, program FROM meta.built"));
  WEIR_CHECK(built.size() == 1);
  return built.IntegerAt(0, 0) != newest || built.TextAt(0, 1) != ProgramFingerprint(definitions);
}

Result<BuildOutcome> BuildStore(store::Connection& connection, const Definitions& definitions,
                                const analysis::Progress& progress, std::stop_token stop, const BuildOptions& options) {
  const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
  {
    WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
    WEIR_TRY(BuildOutcome outcome, BuildWithin(connection, definitions, options, progress, stop));
    const Status asked = outcome.changed && options.before_commit ? options.before_commit() : Status();
    if (asked) {
      if (progress) progress(MakePhrase("writing the model"), -1);
      WEIR_TRY(transaction.Commit());
      return outcome;
    }
    if (stop.stop_requested()) return Fail(asked.error());
    spdlog::warn("the model is built again: {}", asked.error().ToString());
  }
  BuildOptions alone = options;
  alone.before_commit = {};
  return BuildStore(connection, definitions, progress, stop, alone);
}

}  // namespace weir::workspace
