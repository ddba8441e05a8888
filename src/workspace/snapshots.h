// Read transactions over the built model, from a pool of connections.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/definitions.h"

namespace weir::workspace {

// For which model and settings the variables of a connection stand: setting them takes longer than most answers that
// were computed before.
struct Variables {
  std::optional<std::int64_t> version = {};  // nothing: for none
  analysis::Settings settings = {};
};

struct Reader {
  explicit Reader(store::Connection taken) : connection(std::move(taken)) {}

  store::Connection connection;
  Variables variables = {};
};

// Connections for readers, made when needed and kept. Outlives its snapshots.
class ReaderPool {
 public:
  explicit ReaderPool(const store::Database& database) : database_(database) {}
  Result<std::unique_ptr<Reader>> Take();
  void Return(std::unique_ptr<Reader> reader);

 private:
  const store::Database& database_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

// What the model of a snapshot is read by.
struct ReadBy {
  std::shared_ptr<const Definitions> definitions;
  bool is_past = false;  // not the definitions of the engine's own catalogue
  std::vector<analysis::Warning> warnings;
};

// Begins the transaction and reads what the model was built of.
Result<std::unique_ptr<engine::Snapshot>> TakeSnapshot(std::shared_ptr<ReaderPool> pool, ReadBy read_by);
// Of a model that was built in the transaction that this connection is in and is not committed yet. Leaves its
// variables set for whatever was asked last. The connection outlives it.
Result<std::unique_ptr<engine::Snapshot>> SnapshotBeforeCommit(store::Connection& connection, ReadBy read_by);

}  // namespace weir::workspace
