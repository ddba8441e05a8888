#include "model/build.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/embedded.h"
#include "base/random.h"
#include "model/plan.h"
#include "model/record_copies.h"
#include "model/relations.h"
#include "model/upkeep.h"
#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::array<std::string_view, 11> kMigrations{
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
    "CREATE TABLE meta.member_undo (undone BIGINT NOT NULL, data_version BIGINT NOT NULL)",
    // Of a table: what it holds (the same where a build changed nothing), what it was made of (a line an input), the
    // newest observation then, and how many rows lie behind the others since it was built whole.
    "ALTER TABLE meta.model_state ADD COLUMN output VARCHAR", "ALTER TABLE meta.model_state ADD COLUMN inputs VARCHAR",
    "ALTER TABLE meta.model_state ADD COLUMN newest_observation BIGINT",
    "ALTER TABLE meta.model_state ADD COLUMN grown BIGINT",
    // What people decided about who is who: two records are one ("same"), or are not ("apart").
    R"(CREATE TABLE meta.identity_decision (
  entity VARCHAR NOT NULL, source_a VARCHAR NOT NULL, key_a VARCHAR NOT NULL, source_b VARCHAR NOT NULL, key_b VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL, who VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL, data_version BIGINT NOT NULL))",
    "CREATE TABLE meta.identity_decision_undo (undone BIGINT NOT NULL, data_version BIGINT NOT NULL)"};

std::string HashOf(std::string_view text) { return fmt::format("{:016x}", HashText(text)); }

using Fingerprints = std::map<std::string, std::string, std::less<>>;

// How a model stands after a build.
struct ModelState {
  std::string fingerprint;
  std::string output;
  std::string inputs;
  std::int64_t newest_observation = 0;
  std::int64_t grown = 0;
};
using ModelStates = std::map<std::string, ModelState, std::less<>>;

Result<ModelStates> KnownStates(store::Session& session) {
  WEIR_TRY(store::Rows rows,
           session.Query("SELECT model, fingerprint, coalesce(output, fingerprint), coalesce(inputs, ''), "
                         "coalesce(newest_observation, 0), coalesce(grown, 0) FROM meta.model_state"));
  ModelStates known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    known[rows.TextAt(i, 0)] = {.fingerprint = rows.TextAt(i, 1),
                                .output = rows.TextAt(i, 2),
                                .inputs = rows.TextAt(i, 3),
                                .newest_observation = rows.IntegerAt(i, 4),
                                .grown = rows.IntegerAt(i, 5)};
  }
  return known;
}

Status Remember(store::Session& session, const ModelStates& built) {
  if (built.empty()) return {};
  std::string names;
  std::string rows;
  for (const auto& [model, state] : built) {
    names += (names.empty() ? "" : ", ") + store::QuoteText(model);
    rows += fmt::format("{}({}, {}, {}, {}, {}, {})", rows.empty() ? "" : ", ", store::QuoteText(model),
                        store::QuoteText(state.fingerprint), store::QuoteText(state.output),
                        store::QuoteText(state.inputs), state.newest_observation, state.grown);
  }
  WEIR_TRY(session.Execute(fmt::format("DELETE FROM meta.model_state WHERE model IN ({})", names)));
  WEIR_TRY(session.Execute(
      "INSERT INTO meta.model_state (model, fingerprint, output, inputs, newest_observation, grown) VALUES " + rows));
  return {};
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

constexpr char kBaseEnd = '|';

// As an input of a model: the base, then what observations there are.
std::string StateOf(const RecordState& state) { return HashOf(state.base) + kBaseEnd + HashOf(state.observations); }

// The reporting currency first, then the others.
std::vector<std::string> ShownCurrencies(const analysis::Settings& settings) {
  std::vector<std::string> shown{settings.currency};
  for (const std::string& currency : settings.display_currencies) {
    if (std::ranges::find(shown, currency) == shown.end()) shown.push_back(currency);
  }
  return shown;
}

// What people decided is only ever added to, and so is what they took back.
Result<std::string> NewestOf(store::Session& session, std::string_view decided, std::string_view undone) {
  std::string newest;
  for (const std::string_view table : {decided, undone}) {
    WEIR_TRY(const std::int64_t version,
             session.QueryInteger(fmt::format("SELECT coalesce(max(data_version), 0) FROM meta.{}", table)));
    newest += fmt::format("{}{}", newest.empty() ? "" : ",", version);
  }
  return newest;
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

namespace {

// One build: what every table rests on by now, and what became of those that were looked at.
class Build {
 public:
  Build(store::Session& session, const BuildRequest& request, ModelStates known)
      : session_(session),
        request_(request),
        known_(std::move(known)),
        records_(session, RowsOf(request)),
        upkeep_(session, records_, request) {}

  Status Identify(EntityResolver& resolver, std::span<const ModelFile> models, const analysis::Progress& progress,
                  std::stop_token stop);
  Status NoteInputs();
  Status BringUpToDate(const ModelFile& model);
  Result<BuildReport> Finish();

 private:
  static std::map<std::string, std::int64_t, std::less<>> RowsOf(const BuildRequest& request) {
    std::map<std::string, std::int64_t, std::less<>> rows;
    for (const auto& [table, state] : request.records) rows[table] = state.rows;
    return rows;
  }
  std::string IdentityInput(std::span<const ModelFile> models) const;
  std::string Inputs(const ModelFile& model) const;
  std::vector<ChangedInput> Changed(const ModelFile& model, const ModelState& before) const;
  std::optional<std::string> ChangedRows(const std::string& input, std::string_view before,
                                         const ModelState& state) const;
  void Settle(const std::string& table, const std::string& before, const std::string& fingerprint, TableChange change);

  store::Session& session_;
  const BuildRequest& request_;
  ModelStates known_;
  RecordCopies records_;
  Upkeep upkeep_;
  BuildReport report_;
  ModelStates built_;
  Fingerprints current_;  // by "rec.deal", "model.deal_version", "setting.currency"
  std::map<std::string, TableChange, std::less<>> changes_;
  Fingerprints outputs_before_;
};

// `before`: what the table held; it holds the same where nothing changed.
void Build::Settle(const std::string& table, const std::string& before, const std::string& fingerprint,
                   TableChange change) {
  outputs_before_[table] = before;
  current_[table] = change.kind == TableChange::Kind::kSame ? before : fingerprint;
  changes_[table] = std::move(change);
}

// Everything that identity rests on: what is made for it, the records that it reads itself, and whatever may change
// what records mean (free mail is not seen in them).
std::string Build::IdentityInput(std::span<const ModelFile> models) const {
  std::string text = request_.program + "\n";
  for (const ModelFile& model : models) {
    if (model.is_before_identity) text += fmt::format("{}={}\n", model.name, current_.at("model." + model.name));
  }
  for (const auto& [table, state] : request_.records) text += fmt::format("{}={}\n", table, HashOf(state.base));
  for (const char* table : {"rec.merge", "rec.member", "meta.identity_decision"}) {
    const auto found = current_.find(table);
    text += fmt::format("{}={}\n", table, found == current_.end() ? "" : found->second);
  }
  return text;
}

// Who is who, and which tables of it differ from before.
Status Build::Identify(EntityResolver& resolver, std::span<const ModelFile> models, const analysis::Progress& progress,
                       std::stop_token stop) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kTables{
      {{"model.identity_link", "entity, source, source_key, entity_id"},
       {"model.merge_map", "entity, source, from_key, into_key"}}};
  const std::string input = HashOf(IdentityInput(models));
  const bool is_known = known_.contains(kTables[0].first);
  if (known_["identity"].fingerprint == input && is_known) {
    for (const auto& [table, columns] : kTables) {
      const std::string& output = known_[std::string(table)].output;
      Settle(std::string(table), output, output, {.kind = TableChange::Kind::kSame});
    }
    return {};
  }
  if (progress) progress(MakePhrase("finding who is who"), 0.0);
  const auto copy = [](std::string_view table) {
    return fmt::format("temp.weir_was_{}", table.substr(table.find('.') + 1));
  };
  if (is_known) {
    for (const auto& [table, columns] : kTables) {
      WEIR_TRY(session_.Execute(
          fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT {} FROM {}", copy(table), columns, table)));
    }
  }
  WEIR_TRY(report_.identity, resolver.Resolve(session_, records_, request_.data_version, stop));
  for (const auto& [name, columns] : kTables) {
    const std::string table(name);
    TableChange change;
    if (is_known) {
      WEIR_TRY(change, upkeep_.Compare(table, copy(table), std::string(columns)));
      if (name == kTables[0].first) {
        WEIR_TRY(change.moved, upkeep_.Moved(change));
      }
      WEIR_TRY(session_.Execute("DROP TABLE " + copy(table)));
    }
    Settle(table, known_[table].output, input, std::move(change));
    built_[table] = {.fingerprint = input, .output = current_[table]};
  }
  built_["identity"] = {.fingerprint = input, .output = input};
  return {};
}

Status Build::NoteInputs() {
  for (const auto& [table, state] : request_.records) current_["rec." + table] = StateOf(state);
  WEIR_TRY(current_["meta.member_change"], NewestOf(session_, "member_change", "member_undo"));
  WEIR_TRY(current_["meta.identity_decision"], NewestOf(session_, "identity_decision", "identity_decision_undo"));
  current_["setting.currency"] = fmt::format("{}", fmt::join(ShownCurrencies(request_.settings), ";"));
  current_["setting.time_zone"] = request_.settings.time_zone;
  return {};
}

// A line an input; the program and the statements themselves are one, too.
std::string Build::Inputs(const ModelFile& model) const {
  std::string inputs = "=" + HashOf(model.sql + "\n" + request_.program) + "\n";
  for (const std::string& need : model.needs) {
    const auto found = current_.find(need);
    inputs += fmt::format("{}={}\n", need, found == current_.end() ? "" : found->second);
  }
  return inputs;
}

Fingerprints LinesOf(std::string_view inputs) {
  Fingerprints lines;
  while (!inputs.empty()) {
    const std::size_t end = std::min(inputs.find('\n'), inputs.size());
    const std::string_view line = inputs.substr(0, end);
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) lines[std::string(line.substr(0, equals))] = line.substr(equals + 1);
    inputs = inputs.substr(std::min(end + 1, inputs.size()));
  }
  return lines;
}

// The rows of an input that are others than when the model was made of it; nothing where nobody knows which.
std::optional<std::string> Build::ChangedRows(const std::string& input, std::string_view before,
                                              const ModelState& state) const {
  if (input.starts_with("rec.")) {
    const auto now = current_.find(input);
    if (now == current_.end()) return std::nullopt;
    if (before.empty()) return fmt::format("(SELECT * FROM {})", QuotedTable(input));
    if (now->second.substr(0, now->second.find(kBaseEnd)) != before.substr(0, before.find(kBaseEnd)))
      return std::nullopt;
    // Corrections have numbers above all others; the base tells of them.
    return fmt::format("(SELECT * FROM {} WHERE _obs > {} AND NOT is_correction(_obs))", QuotedTable(input),
                       state.newest_observation);
  }
  const auto change = changes_.find(input);
  if (change == changes_.end() || change->second.kind != TableChange::Kind::kRows) return std::nullopt;
  const auto was = outputs_before_.find(input);
  if (was == outputs_before_.end() || was->second != before) return std::nullopt;
  return change->second.rows;
}

std::vector<ChangedInput> Build::Changed(const ModelFile& model, const ModelState& before) const {
  const Fingerprints was = LinesOf(before.inputs);
  std::vector<ChangedInput> changed;
  for (const auto& [input, state] : LinesOf(Inputs(model))) {
    const auto known = was.find(input);
    const std::string_view known_state = known == was.end() ? std::string_view() : std::string_view(known->second);
    if (known_state == state) continue;
    const auto change = changes_.find(input);
    changed.push_back({.name = input,
                       .rows = ChangedRows(input, known_state, before),
                       .moved = change == changes_.end() ? MovedKeys() : change->second.moved});
  }
  return changed;
}

Status Build::BringUpToDate(const ModelFile& model) {
  const std::string table = "model." + model.name;
  const std::string inputs = Inputs(model);
  const std::string fingerprint = HashOf(inputs);
  const auto known = known_.find(model.name);
  const ModelState before = known == known_.end() ? ModelState{} : known->second;
  if (before.fingerprint == fingerprint) {
    Settle(table, before.output, before.output, {.kind = TableChange::Kind::kSame});
    ++report_.skipped;
    return {};
  }
  if (request_.leaves_what_can_wait && model.can_wait) {
    // Whatever rests on it is behind with it.
    Settle(table, before.output, fingerprint, {});
    ++report_.left;
    return MakeEmpty(session_, model);
  }
  const std::vector<ChangedInput> changed = Changed(model, before);
  const bool has_same_statements =
      std::ranges::none_of(changed, [](const ChangedInput& input) { return input.name.empty(); });
  const Standing standing{.is_known = !before.inputs.empty() && has_same_statements,
                          .observation = before.newest_observation,
                          .grown = before.grown};
  WEIR_TRY(TableChange change, upkeep_.Build(model, standing, changed));
  if (change.is_by_parts) ++report_.by_parts;
  const std::int64_t grown = change.is_by_parts ? before.grown + change.grown : 0;
  Settle(table, before.output, fingerprint, std::move(change));
  built_[model.name] = {.fingerprint = fingerprint,
                        .output = current_[table],
                        .inputs = inputs,
                        .newest_observation = request_.newest_observation,
                        .grown = grown};
  ++report_.built;
  return {};
}

Result<BuildReport> Build::Finish() {
  WEIR_TRY(Remember(session_, built_));
  WEIR_TRY(records_.Drop());
  WEIR_TRY(upkeep_.Drop());
  report_.fingerprints = std::move(current_);
  return std::move(report_);
}

}  // namespace

Result<BuildReport> BuildModel(store::Session& session, const BuildRequest& request, EntityResolver& resolver,
                               const analysis::Progress& progress, std::stop_token stop) {
  FieldRules rules = request.rules;
  for (const char* table : {"account", "person"}) {
    if (request.records.contains(fmt::format("{}_enrichment", table))) rules.enriched.insert(table);
  }
  WEIR_TRY(const std::vector<ModelFile> models, EmbeddedModels(rules));
  WEIR_TRY(ModelStates known, KnownStates(session));
  WEIR_TRY(SetVariables(session, request.settings));
  Build build(session, request, std::move(known));
  WEIR_TRY(build.NoteInputs());
  std::size_t done = 0;
  const auto bring_up_to_date = [&](bool before_identity) -> Status {
    for (const ModelFile& model : models) {
      if (model.is_before_identity != before_identity) continue;
      if (stop.stop_requested()) return Fail(Cancelled("the build was stopped"));
      if (progress)
        progress(MakePhrase("building the model: {}", model.name),
                 static_cast<double>(done++) / static_cast<double>(models.size()));
      WEIR_TRY(build.BringUpToDate(model));
    }
    return {};
  };
  WEIR_TRY(bring_up_to_date(true));
  WEIR_TRY(build.Identify(resolver, models, progress, stop));
  WEIR_TRY(bring_up_to_date(false));
  return build.Finish();
}

Status CreateFunctions(store::Session& session) {
  const auto text = FindEmbedded("models", "scoped/macros.sql");
  WEIR_CHECK(text.has_value());
  WEIR_TRY(session.Execute(*text));
  return {};
}

Status CreateScopedViews(store::Session& session) {
  for (const std::string_view file : {"scoped/views.sql", "scoped/records.sql", "scoped/briefs.sql",
                                      "scoped/health.sql", "scoped/identity_story.sql", "scoped/identity_desk.sql"}) {
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
