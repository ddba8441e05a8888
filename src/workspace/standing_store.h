// The store of a workspace that nobody has open, with the definitions in force. For tests.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "store/database.h"
#include "workspace/definitions.h"

namespace weir::workspace {

struct StandingStore {
  std::shared_ptr<const Definitions> definitions;
  store::Database database;
  store::Connection connection;

  static StandingStore Of(const std::filesystem::path& home) {
    const auto need = [](auto result) {
      if (!result) throw std::runtime_error(result.error().ToString());
      return std::move(*result);
    };
    const DefinitionSet set = need(ReadDefinitions(home));
    auto definitions = need(Understand(set));
    store::Database database = need(store::Database::Open(home / "weir.duckdb", {.threads = 1}));
    store::Connection connection = need(database.Connect());
    return {std::move(definitions), std::move(database), std::move(connection)};
  }
};

}  // namespace weir::workspace
