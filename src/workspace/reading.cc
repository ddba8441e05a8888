#include "workspace/reading.h"

#include <chrono>

#include "workspace/builder.h"
#include "workspace/migrations.h"
#include "workspace/store_file.h"

namespace weir::workspace {
namespace {

// The definitions that the model of a store was built by, where they are not those of `set`.
Result<std::optional<DefinitionSet>> OtherDefinitions(const store::Database& database, const DefinitionSet& set) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(const std::int64_t built, connection.QueryInteger("SELECT data_version FROM meta.built"));
  WEIR_TRY(std::optional<DefinitionSet> recorded, DefinitionsAt(connection, built));
  if (recorded && recorded->Fingerprint() == set.Fingerprint()) recorded.reset();
  return recorded;
}

// Brings a store up to date, if nobody is in the way and it may be written to.
Status WriteNow(const OpenOptions& options) {
  OpenOptions writing = options;
  writing.access = Access::kWrite;
  writing.lock_wait = std::chrono::seconds(0);
  return Workspace::Open(writing).map([](std::unique_ptr<Workspace>) {});
}

// What has to be written before a store is read: steps of this program, definitions that were edited since or came with
// it, a build that was cut off.
struct Lack {
  bool is_of_an_older_program = false;
  bool is_behind = false;
  std::optional<DefinitionSet> recorded;  // where they are not those of the folders
  bool IsNothing() const { return !is_of_an_older_program && !is_behind && !recorded; }
};

Result<Lack> LackOf(const store::Database& database, const DefinitionSet& set, const Definitions& definitions) {
  WEIR_TRY(store::Connection connection, database.Connect());
  Lack lack;
  WEIR_TRY(const bool has_all_steps, HasAllSteps(connection));
  lack.is_of_an_older_program = !has_all_steps;
  if (lack.is_of_an_older_program) return lack;
  WEIR_TRY(lack.recorded, OtherDefinitions(database, set));
  WEIR_TRY(lack.is_behind, IsModelBehind(connection, definitions));
  return lack;
}

}  // namespace

Result<ReadBy> PrepareToRead(const OpenOptions& options, const DefinitionSet& set,
                             std::optional<store::Database>& database) {
  WEIR_TRY(std::shared_ptr<const Definitions> definitions, Understand(set));
  WEIR_TRY(const Lack lack, LackOf(*database, set, *definitions));
  ReadBy by{.definitions = std::move(definitions), .is_past = false, .warnings = {}};
  if (lack.IsNothing()) return by;
  database.reset();  // nobody else in this process may have the store open
  const Status written = WriteNow(options);
  WEIR_TRY(database, OpenStore(options));
  if (written) return by;
  if (lack.is_of_an_older_program) {
    return Fail(Unavailable("the workspace was written by an older version of Weir: {}", written.error().phrase())
                    .At(options.home.string())
                    .Mend("Bring it up to date with 'weir build'"));
  }
  if (lack.recorded) {
    WEIR_TRY(by.definitions, Understand(*lack.recorded));
    by.warnings.push_back({.code = "definitions_not_in_force",
                           .message = MakePhrase("mappings or metrics differ from those on record, which are used: {}",
                                                 written.error().phrase()),
                           .params = {}});
  } else {
    by.warnings.push_back({.code = "model_behind",
                           .message = MakePhrase("the model is behind what was imported: {}", written.error().phrase()),
                           .params = {}});
  }
  return by;
}

}  // namespace weir::workspace
