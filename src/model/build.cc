#include "model/build.h"

#include <algorithm>
#include <array>

#include "base/embedded.h"
#include "base/random.h"
#include "model/plan.h"
#include "model/record_copies.h"
#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::array<std::string_view, 5> kMigrations{
    R"(CREATE TABLE meta.identity_link (
  entity VARCHAR NOT NULL, source VARCHAR NOT NULL, source_key VARCHAR NOT NULL, entity_id VARCHAR NOT NULL,
  probability DECIMAL(18,9), decided_by VARCHAR NOT NULL, reason VARCHAR NOT NULL, data_version BIGINT NOT NULL))",
    R"(CREATE TABLE meta.entity_alias (
  entity VARCHAR NOT NULL, alias_id VARCHAR NOT NULL, entity_id VARCHAR NOT NULL, data_version BIGINT NOT NULL))",
    R"(CREATE TABLE meta.model_state (model VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL))",
    // What people decided about members. field: department, function, team, manager, started_on, ended_on; an empty
    // value takes back what was decided; since: the day from which it holds, 1900-01-01 for always.
    R"(CREATE TABLE meta.member_change (
  member_id VARCHAR NOT NULL, field VARCHAR NOT NULL, value VARCHAR NOT NULL, since DATE NOT NULL, data_version BIGINT NOT NULL))",
    // Changes that were undone, all of a data version at once.
    "CREATE TABLE meta.member_undo (undone BIGINT NOT NULL, data_version BIGINT NOT NULL)"};

std::string HashOf(std::string_view text) { return fmt::format("{:016x}", HashText(text)); }

Result<std::map<std::string, std::string, std::less<>>> KnownFingerprints(store::Session& session) {
  WEIR_TRY(store::Rows rows, session.Query("SELECT model, fingerprint FROM meta.model_state"));
  std::map<std::string, std::string, std::less<>> known;
  for (std::size_t i = 0; i < rows.size(); ++i) known[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return known;
}

using Fingerprints = std::map<std::string, std::string, std::less<>>;

Status Remember(store::Session& session, const Fingerprints& built) {
  if (built.empty()) return {};
  std::string names;
  std::string rows;
  for (const auto& [model, fingerprint] : built) {
    names += (names.empty() ? "" : ", ") + store::QuoteText(model);
    rows += fmt::format("{}({}, {})", rows.empty() ? "" : ", ", store::QuoteText(model), store::QuoteText(fingerprint));
  }
  WEIR_TRY(session.Execute(fmt::format("DELETE FROM meta.model_state WHERE model IN ({})", names)));
  WEIR_TRY(session.Execute("INSERT INTO meta.model_state VALUES " + rows));
  return {};
}

Status RunModel(store::Session& session, RecordCopies& records, const ModelFile& model) {
  WEIR_TRY(const std::string sql, records.Redirect(model.sql));
  auto built = session.Execute(sql);
  if (built) return {};
  const bool is_ours = built.error().code() == Code::kBadInput;
  return Fail(is_ours ? MakeError(Code::kBug, "model {}: {}", model.name, built.error().phrase())
                      : std::move(built).error());
}

// A table that is not there yet, without rows: views over it can be made.
Status MakeEmpty(store::Session& session, const ModelFile& model) {
  const std::array<store::Value, 1> name{model.name};
  WEIR_TRY(const std::int64_t tables,
           session.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'model' AND "
                                "table_name = ?",
                                name));
  if (tables > 0) return {};
  std::string sql = model.sql;
  sql.erase(sql.find_last_not_of("; \n") + 1);
  WEIR_TRY(session.Execute(sql + "\nWITH NO DATA"));
  return {};
}

// Everything that identity rests on: all records that carry keys of people and companies.
std::string IdentityInput(const BuildRequest& request) {
  std::string text = request.program + "\n";
  for (const auto& [table, fingerprint] : request.record_fingerprints)
    text += fmt::format("{}={}\n", table, fingerprint);
  return text;
}

// The reporting currency first, then the others.
std::vector<std::string> ShownCurrencies(const analysis::Settings& settings) {
  std::vector<std::string> shown{settings.currency};
  for (const std::string& currency : settings.display_currencies) {
    if (std::ranges::find(shown, currency) == shown.end()) shown.push_back(currency);
  }
  return shown;
}

// Changes of members are only ever added to.
Result<std::string> MemberChanges(store::Session& session) {
  WEIR_TRY(const std::int64_t changed,
           session.QueryInteger("SELECT coalesce(max(data_version), 0) FROM meta.member_change"));
  WEIR_TRY(const std::int64_t undone,
           session.QueryInteger("SELECT coalesce(max(data_version), 0) FROM meta.member_undo"));
  return fmt::format("{},{}", changed, undone);
}

}  // namespace

std::span<const std::string_view> ModelMigrations() { return kMigrations; }

Status SetVariables(store::Session& session, const analysis::Settings& settings) {
  std::string currencies;
  std::string decimals;
  for (const std::string& currency : ShownCurrencies(settings)) {
    currencies += (currencies.empty() ? "" : ", ") + store::QuoteText(currency);
    decimals += fmt::format("{}{}", decimals.empty() ? "" : ", ", CurrencyDecimals(currency));
  }
  const std::string sql = fmt::format(
      "SET VARIABLE currency = {}; SET VARIABLE time_zone = {}; SET VARIABLE currency_decimals = {}; "
      "SET VARIABLE currencies = [{}]; SET VARIABLE currencies_decimals = [{}]",
      store::QuoteText(settings.currency), store::QuoteText(settings.time_zone), CurrencyDecimals(settings.currency),
      currencies, decimals);
  WEIR_TRY(session.Execute(sql));
  return {};
}

Result<BuildReport> BuildModel(store::Session& session, const BuildRequest& request, EntityResolver& resolver,
                               const analysis::Progress& progress, std::stop_token stop) {
  WEIR_TRY(std::vector<ModelFile> models, EmbeddedModels());
  WEIR_TRY(auto known, KnownFingerprints(session));
  WEIR_TRY(SetVariables(session, request.settings));
  BuildReport report;
  RecordCopies records(session, request.record_rows);
  Fingerprints built;
  const std::string identity_input = HashOf(IdentityInput(request));
  if (known["identity"] != identity_input) {
    if (progress) progress(MakePhrase("finding who is who"), 0.0);
    WEIR_TRY(report.identity, resolver.Resolve(session, records, request.data_version, stop));
    built["identity"] = identity_input;
  }
  Fingerprints current;
  for (const auto& [table, fingerprint] : request.record_fingerprints) current["rec." + table] = fingerprint;
  current["model.identity_link"] = identity_input;
  WEIR_TRY(current["meta.member_change"], MemberChanges(session));
  current["setting.currency"] = fmt::format("{}", fmt::join(ShownCurrencies(request.settings), ";"));
  current["setting.time_zone"] = request.settings.time_zone;
  std::size_t done = 0;
  for (const ModelFile& model : models) {
    if (stop.stop_requested()) return Fail(Cancelled("the build was stopped"));
    std::string inputs = model.sql + "\n" + request.program;
    for (const std::string& need : model.needs) inputs += "\n" + need + "=" + current[need];
    const std::string fingerprint = HashOf(inputs);
    current["model." + model.name] = fingerprint;
    if (progress)
      progress(MakePhrase("building the model: {}", model.name),
               static_cast<double>(done++) / static_cast<double>(models.size()));
    if (known[model.name] == fingerprint) {
      ++report.skipped;
      continue;
    }
    if (request.leaves_what_can_wait && model.can_wait) {
      WEIR_TRY(MakeEmpty(session, model));
      ++report.left;
      continue;
    }
    WEIR_TRY(RunModel(session, records, model));
    built[model.name] = fingerprint;
    ++report.built;
  }
  WEIR_TRY(Remember(session, built));
  WEIR_TRY(records.Drop());
  report.fingerprints = std::move(current);
  return report;
}

Status CreateFunctions(store::Session& session) {
  const auto text = FindEmbedded("models", "scoped/macros.sql");
  WEIR_CHECK(text.has_value());
  WEIR_TRY(session.Execute(*text));
  return {};
}

Status CreateScopedViews(store::Session& session) {
  for (const std::string_view file : {"scoped/views.sql", "scoped/records.sql", "scoped/briefs.sql"}) {
    const auto text = FindEmbedded("models", file);
    WEIR_CHECK(text.has_value());
    WEIR_TRY(session.Execute(*text));
  }
  return {};
}

Result<Instant> NewestMoment(store::Session& session) {
  WEIR_TRY(store::Value value, session.QueryValue("SELECT max(\"at\") FROM model.newest_moment"));
  const auto* instant = std::get_if<Instant>(&value);
  return instant == nullptr ? Instant{} : *instant;
}

}  // namespace weir::model
