// The handles of the C API behind Database and Connection. Private to store/.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "store/database.h"
#include "store/duckdb_types.h"
#include "store/workers.h"

namespace weir::store {

// Owns the database; connections and streams keep it alive, so that closing order does not matter.
struct Database::Handle {
  duckdb_database database = nullptr;
  std::unique_ptr<Workers> workers;  // none where one thread is all there is
  std::filesystem::path path;        // empty: in memory, or not set up yet
  std::atomic<bool> packs_texts = false;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    workers.reset();
    duckdb_close(&database);
  }
};

struct Connection::Handle {
  std::shared_ptr<Database::Handle> database;
  duckdb_connection connection = nullptr;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { duckdb_disconnect(&connection); }
};

}  // namespace weir::store
