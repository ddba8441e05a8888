// The definitions that give data its meaning - mappings, metrics, leak rules, free mail providers - as data of the
// workspace: each text is kept once, by its hash, with the data version from which it was in force. So a past version
// is rebuilt and asked with the definitions of its day, whatever is edited later and whichever program runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/definitions.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/engine.h"
#include "metrics/catalog.h"
#include "sources/mapping.h"
#include "store/database.h"

namespace weir::workspace {

// All texts of one moment, by path. An own text whose path is missing is not in force.
struct DefinitionSet {
  std::vector<DefinitionFile> files;
  std::vector<Error> problems;  // of own files that cannot be read
  // Changes with any text or path; equal for equal sets on every machine.
  std::string Fingerprint() const;
};

// What a set means to this program.
struct Definitions {
  sources::MappingCatalog mappings;
  std::string free_mail;  // as its file has it
  engine::Catalog catalog;
  std::string fingerprint;
  std::shared_ptr<const metrics::MetricCatalog> metrics = {};
};

// Tables that keep them, in schema meta; run once by the migrations.
std::span<const std::string_view> DefinitionMigrations();

// The set of this program and that of the workspace: its folders sources/, metrics/, leaks/, openings/, setup/ and
// hygiene/, its lifecycle.toml.
Result<DefinitionSet> ReadDefinitions(const std::filesystem::path& home);
// The set in force at a data version; nothing where the workspace has not kept any yet.
Result<std::optional<DefinitionSet>> DefinitionsAt(store::Session& session, std::int64_t version);
// The same without its texts: the fingerprint of the set that was last recorded; empty where there is none.
Result<std::string> RecordedFingerprint(store::Session& session);

// Records the set where it differs from the one in force, in a data version of its own (kind `definitions`); texts that
// are kept already are not written again. The first set of a workspace, and any before something else was committed,
// holds from version 0. Gives the new version, or nothing. Runs in the caller's transaction.
Result<std::optional<std::int64_t>> RecordDefinitions(store::Connection& connection, const DefinitionSet& set,
                                                      Instant now);

// Records a change of the set that the caller makes in the data version of its own, as its author.
Status RecordChange(store::Connection& connection, const DefinitionSet& before, const DefinitionSet& after,
                    std::int64_t version, std::string_view who, Instant now);

// Reads the texts; errors name file, line and column.
Result<std::shared_ptr<const Definitions>> Understand(const DefinitionSet& set);

}  // namespace weir::workspace
