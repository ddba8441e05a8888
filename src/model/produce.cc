#include "model/produce.h"

#include <array>

#include "base/random.h"

namespace weir::model {
namespace {

using analysis::Producer;
using Fingerprints = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 1> kMigrations{
    "CREATE TABLE meta.producer_input (producer VARCHAR NOT NULL, input VARCHAR NOT NULL, fingerprint VARCHAR NOT "
    "NULL)"};

// The tables that a producer rests on, each with all that a change of its rows could come from.
Fingerprints InputsOf(const Producer& producer, const Fingerprints& tables) {
  Fingerprints inputs;
  const auto add = [&](const std::string& table, const std::string& fingerprint) {
    inputs[table] = fmt::format("{:016x}", HashText(fmt::format("{}\n{}", producer.info.version, fingerprint)));
  };
  for (const std::string& need : producer.info.needs) {
    if (need.ends_with('*')) {
      const std::string prefix = need.substr(0, need.size() - 1);
      for (auto at = tables.lower_bound(prefix); at != tables.end() && at->first.starts_with(prefix); ++at) {
        add(at->first, at->second);
      }
      continue;
    }
    const auto found = tables.find(need);
    WEIR_CHECK(found != tables.end() || need.starts_with("rec."));
    add(need, found == tables.end() ? std::string() : found->second);
  }
  return inputs;
}

Result<Fingerprints> LastInputs(store::Connection& connection, const Producer& producer) {
  const std::array<store::Value, 1> id{producer.info.id};
  WEIR_TRY(store::Rows rows,
           connection.Query("SELECT input, fingerprint FROM meta.producer_input WHERE producer = ?", id));
  Fingerprints inputs;
  for (std::size_t i = 0; i < rows.size(); ++i) inputs[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return inputs;
}

Status Remember(store::Connection& connection, const Producer& producer, const Fingerprints& inputs) {
  const std::array<store::Value, 1> id{producer.info.id};
  WEIR_TRY(connection.Execute("DELETE FROM meta.producer_input WHERE producer = ?", id));
  WEIR_TRY(store::Appender appender, connection.Append("meta", "producer_input"));
  for (const auto& [input, fingerprint] : inputs) {
    appender.Text(producer.info.id);
    appender.Text(input);
    appender.Text(fingerprint);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

// A producer without any input yet still makes its table, empty, so that its view has something to read.
Result<bool> HasTable(store::Connection& connection, const Producer& producer) {
  const std::array<store::Value, 1> name{producer.table().name};
  WEIR_TRY(const std::int64_t tables,
           connection.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'model' AND "
                                   "table_name = ?",
                                   name));
  return tables > 0;
}

}  // namespace

std::span<const std::string_view> ProducerMigrations() { return kMigrations; }

Result<ProduceReport> RunProducers(store::Connection& connection, const ProduceRequest& request,
                                   const analysis::Progress& progress, std::stop_token stop) {
  ProduceReport report;
  Fingerprints tables = request.fingerprints;
  for (const Producer& producer : request.producers) {
    if (producer.reads_scoped != request.reads_scoped) continue;
    if (stop.stop_requested()) return Fail(Cancelled("the build was stopped"));
    const Fingerprints inputs = InputsOf(producer, tables);
    std::string together;
    for (const auto& [input, fingerprint] : inputs) together += fingerprint;
    tables["model." + producer.table().name] = producer.info.id + together;
    WEIR_TRY(const Fingerprints last, LastInputs(connection, producer));
    WEIR_TRY(const bool has_table, HasTable(connection, producer));
    if (has_table && inputs == last) continue;
    analysis::ProducerRun run{.connection = connection,
                              .settings = request.settings,
                              .changed = {},
                              .gone = {},
                              .progress = progress,
                              .stop = stop};
    if (request.leaves_what_can_wait && producer.can_wait) {
      if (!has_table) WEIR_TRY(producer.make(run));
      ++report.left;
      continue;
    }
    for (const auto& [input, fingerprint] : inputs) {
      const auto before = last.find(input);
      if (!has_table || before == last.end() || before->second != fingerprint) run.changed.push_back(input);
    }
    for (const auto& [input, fingerprint] : last) {
      if (!inputs.contains(input)) run.gone.push_back(input);
    }
    if (progress) progress(MakePhrase("computing: {}", producer.info.id), -1);
    WEIR_TRY(producer.make(run));
    // What it read may have been left behind: the next build runs it again.
    WEIR_TRY(Remember(connection, producer, request.leaves_what_can_wait ? Fingerprints() : inputs));
    ++report.ran;
  }
  for (const Producer& producer : request.producers) {
    if (producer.reads_scoped != request.reads_scoped) continue;
    const std::string name = store::QuoteName(producer.table().name);
    const std::string all = fmt::format("SELECT * FROM model.{}", name);
    WEIR_TRY(connection.Execute(fmt::format("CREATE OR REPLACE VIEW scoped.{} AS {}", name,
                                            producer.scoped_select.empty() ? all : producer.scoped_select)));
  }
  return report;
}

}  // namespace weir::model
