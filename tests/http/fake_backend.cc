#include "fake_backend.h"

#include <array>
#include <chrono>
#include <filesystem>

#include <unistd.h>

#include "access/tables.h"
#include "workspace/proposals.h"

namespace weir::server {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::RawParams;

class FakeSnapshot final : public engine::Snapshot {
 public:
  FakeSnapshot(store::Connection connection, std::int64_t version, std::int64_t known_at)
      : connection_(std::move(connection)), version_(version), known_at_(known_at) {}
  store::Session& session() override { return connection_; }
  std::int64_t data_version() const override { return version_; }
  std::int64_t known_at() const override { return known_at_; }
  const analysis::Settings& settings() const override { return settings_; }
  std::string_view definitions_fingerprint() const override { return "none"; }
  Instant newest() const override { return *ParseIsoInstant("2026-11-23T09:40:00Z"); }
  Status ShowIn(std::string_view currency) override {
    if (currency.empty() || currency == settings_.currency) return {};
    return Fail(BadUsage("numbers are not kept in {}", currency).Field("in_currency"));
  }
  Status Scope(const analysis::Principal&, Instant) override { return {}; }
  Result<analysis::Table> RecordsBehind(std::string_view, const std::vector<std::string>& ids) override {
    analysis::Table table;
    table.name = "records";
    table.key = {"source_id"};
    table.columns = {{"source_id", ColumnType::kText, "", {}}};
    for (const std::string& id : ids) table.rows.push_back({"source-" + id});
    return table;
  }

 private:
  store::Connection connection_;
  std::int64_t version_;
  std::int64_t known_at_;
  analysis::Settings settings_{.currency = "EUR"};
};

struct DealsParams {
  std::vector<std::string> by;
  std::int64_t least = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "by", .help = {"Dimensions", "Разрезы"}}, by);
    visitor.Add({.name = "least", .help = {"Least amount", "Наименьшая сумма"}}, least);
  }
};

Result<Output> RunDeals(const DealsParams& params, Context& context) {
  analysis::Table table;
  table.name = "deals";
  table.key = {"deal_id"};
  table.columns = {{"deal_id", ColumnType::kText, "", {}}, {"amount", ColumnType::kMoney, "EUR", {}}};
  const std::vector<store::Value> bound{params.least};
  WEIR_TRY(store::Rows rows, context.session().Query(
                                 "SELECT deal_id, amount FROM scoped.deal WHERE amount >= ? ORDER BY deal_id", bound));
  table.rows = std::move(rows.rows);
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

Result<analysis::Evidence> ExplainDeals(const DealsParams&, const std::string&, const std::vector<std::string>& key,
                                        Context&) {
  return analysis::Evidence{.table = "deal", .ids = key, .total = {}};
}

struct NoParams {
  void Describe(ParamVisitor&) {}
};

Result<Output> RunBroken(const NoParams&, Context&) { throw Bug("secret: ann@acme.com"); }

Result<Output> RunLarge(const NoParams&, Context&) {
  analysis::Table table;
  table.name = "large";
  table.key = {"n"};
  table.columns = {{"n", ColumnType::kInteger, "", {}}, {"text", ColumnType::kText, "", {}}};
  for (std::int64_t i = 0; i < 200'000; ++i) table.rows.push_back({i, std::string(60, 'x')});
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

analysis::Info Named(const std::string& id, bool is_cacheable = true) {
  analysis::Info info;
  info.id = id;
  info.title = {id, id};
  info.help = {id, id};
  info.is_cacheable = is_cacheable;
  return info;
}

engine::Catalog MakeCatalog(Gate& gate) {
  std::vector<analysis::Analysis> analyses;
  analyses.push_back(analysis::Declare<DealsParams>(Named("deals"), RunDeals, ExplainDeals));
  analyses.push_back(analysis::Declare<NoParams>(Named("broken"), RunBroken));
  analyses.push_back(analysis::Declare<NoParams>(Named("large"), RunLarge));
  analysis::Analysis slow = analysis::Declare<NoParams>(Named("slow", false), RunBroken);
  slow.run = [&gate](const RawParams&, Context& context) -> Result<Output> {
    context.Report(InBoth("waiting", "ожидание"), 0.25);
    WEIR_TRY(gate.Pass(context.stop()));
    return Output{};
  };
  analyses.push_back(std::move(slow));
  std::vector<analysis::Action> actions;
  for (const char* id : {"sources.import", "settings.set", "wait", "model.build"}) {
    analysis::Action action{Named(id)};
    for (const char* name : {"uploads", "dry_run", "mapping", "exported_at", "name", "value"}) {
      action.params.push_back({.info = {.name = name}});
    }
    actions.push_back(std::move(action));
  }
  // Leaves no decision: it only asks.
  analysis::Action match{.info = Named("identity.match"), .changes_model = false};
  match.params.push_back({.info = {.name = "email"}});
  actions.push_back(std::move(match));
  return {std::move(analyses), std::move(actions)};
}

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
    if (count <= 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

constexpr const char* kStore = R"sql(
  CREATE SCHEMA scoped;
  CREATE TABLE scoped.deal (deal_id VARCHAR, amount DECIMAL(18,4));
  INSERT INTO scoped.deal VALUES ('a|1', 100.5), ('b 2', 250), ('c%3', 1000.25);
)sql";

}  // namespace

FakeBackend::FakeBackend() : database_(*store::Database::Open({})) {
  static std::atomic<int> number = 0;
  home_ = std::filesystem::temp_directory_path() / fmt::format("weir-http-{}-{}", ::getpid(), ++number);
  std::filesystem::create_directories(home_);
  auto connection = *database_.Connect();
  const auto made = connection.Execute(kStore);
  WEIR_CHECK(made.has_value());
  for (const std::string_view step : access::Migrations()) WEIR_CHECK(connection.Execute(step).has_value());
  access::AccessOptions options;
  options.cost = access::PasswordCost::Least();
  options.clock = [this] { return Instant{WallClockNow().micros + ahead_seconds.load() * kMicrosPerSecond}; };
  access_ = std::move(*access::Access::Open(database_, std::move(options)));
  engine_ = std::make_unique<engine::Engine>(MakeCatalog(gate), *this);
}

FakeBackend::~FakeBackend() {
  std::error_code ignored;
  std::filesystem::remove_all(home_, ignored);
}

Result<engine::Answer> FakeBackend::Import(const workspace::ImportRequest& request, const analysis::Principal&,
                                           const analysis::Progress& progress, std::stop_token stop) {
  if (stop.stop_requested()) return Fail(Cancelled("stopped"));
  analysis::Table table;
  table.name = "files";
  table.key = {"file"};
  table.columns = {{"file", ColumnType::kText, "", {}}, {"bytes", ColumnType::kInteger, "", {}}};
  for (const workspace::ImportInput& input : request.inputs) {
    progress(AsIs("reading " + input.name), 0.5);
    const std::string content = ReadAll(input.descriptor);
    if (content == "bad") return Fail(BadInput("not a table").At(input.name, 1, 2).Mend("Export it again"));
    table.rows.push_back({input.name, static_cast<std::int64_t>(content.size())});
    const std::lock_guard lock(mutex);
    if (!request.dry_run) imported.emplace_back(input.name, content);
  }
  if (!request.dry_run) Raise(data_version + 1);
  engine::Answer answer;
  answer.analysis = "sources.import";
  answer.data_version = data_version;
  answer.output.tables.push_back(std::move(table));
  return answer;
}

namespace {

// The mappings of the program: what is proposed here is what a workspace without settings would propose.
const sources::MappingCatalog& Mappings() {
  static const sources::MappingCatalog mappings = *sources::LoadMappings({});
  return mappings;
}

sources::FileInput FileOf(const workspace::ImportInput& input) {
  return {.name = input.name,
          .path = {},
          .descriptor = input.descriptor,
          .member = {},
          .sheet = {},
          .records = {},
          .modified_at = {}};
}

}  // namespace

Result<std::string> FakeBackend::Propose(const workspace::ImportInput& input, const workspace::ProposalRequest& request,
                                         const analysis::Principal&, std::stop_token) {
  WEIR_TRY(const sources::FileInput part, workspace::PartOf(FileOf(input), request.part));
  WEIR_TRY(const workspace::FileProposal proposal,
           workspace::ProposeFor(Mappings(), part, request.table, request.source, {}));
  return workspace::ProposalJson(Mappings(), proposal);
}

Result<std::string> FakeBackend::Try(const workspace::ImportInput& input, std::string_view part,
                                     const sources::MappingDraft& draft, const analysis::Principal&, std::stop_token) {
  WEIR_TRY(const sources::FileInput file, workspace::PartOf(FileOf(input), part));
  WEIR_TRY(const workspace::DraftTrial trial, workspace::TryDraft(Mappings(), draft, file, {}));
  return workspace::TrialJson(trial);
}

Status FakeBackend::Build(const analysis::Progress& progress, std::stop_token stop) {
  progress(InBoth("building", "сборка"), 0.1);
  return gate.Pass(std::move(stop));
}

void FakeBackend::OnChange(std::function<void(std::int64_t)> listener) {
  const std::lock_guard lock(mutex);
  listeners_.push_back(std::move(listener));
}

void FakeBackend::Raise(std::int64_t version) {
  data_version = version;
  std::vector<std::function<void(std::int64_t)>> told;
  {
    const std::lock_guard lock(mutex);
    told = listeners_;
  }
  for (const auto& listener : told) listener(version);
}

Result<std::unique_ptr<engine::Snapshot>> FakeBackend::Take(std::optional<std::int64_t> known_at, std::stop_token) {
  if (known_at && *known_at > data_version) return Fail(NotFound("there is no data version {}", *known_at));
  WEIR_TRY(store::Connection connection, database_.Connect());
  return std::unique_ptr<engine::Snapshot>(
      std::make_unique<FakeSnapshot>(std::move(connection), data_version.load(), known_at.value_or(data_version)));
}

std::optional<Result<engine::Answer>> FakeBackend::MatchNow(const RawParams& params,
                                                            const analysis::Principal& principal) {
  if (!has_match_index) return std::nullopt;
  if (!params.contains("email")) return Result<engine::Answer>(Fail(BadUsage("nothing to compare").Field("email")));
  return Result<engine::Answer>(engine::Answer{.analysis = "identity.match",
                                               .definition_id = "identity.match",
                                               .scope = principal.Fingerprint(),
                                               .data_version = 6});
}

Result<analysis::Decision> FakeBackend::Perform(std::string_view action, const RawParams& params,
                                                std::string_view reason, const analysis::Principal&,
                                                const analysis::Progress& progress, std::stop_token stop) {
  progress(AsIs("working"), 0.5);
  if (action == "wait") WEIR_TRY(gate.Pass(std::move(stop)));
  if (action == "identity.match") {
    WEIR_TRY(gate.Pass(std::move(stop)));
    return analysis::Decision{};
  }
  analysis::Decision decision;
  analysis::Table table;
  table.name = "decision";
  table.columns = {{"name", ColumnType::kText, "", {}}, {"reason", ColumnType::kText, "", {}}};
  const auto name = params.find("name");
  table.rows.push_back({name == params.end() ? std::string() : name->second.front(), std::string(reason)});
  decision.output.tables.push_back(std::move(table));
  return decision;
}

}  // namespace weir::server
