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

// A connection, and for which model and settings its variables stand: setting them takes longer than most answers that
// were computed before.
struct Reader {
  explicit Reader(store::Connection taken) : connection(std::move(taken)) {}

  store::Connection connection;
  std::optional<std::int64_t> version = {};  // nothing: for none
  analysis::Settings settings = {};
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

}  // namespace weir::workspace
