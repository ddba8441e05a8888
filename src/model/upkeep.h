// Brings one table of the model up to date: whole, or, where only some rows of its inputs changed, by what they touch.
// Whatever way is taken, the table holds what a build from nothing would make of the same inputs, in another order.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/build.h"
#include "model/plan.h"
#include "model/record_copies.h"
#include "store/engine.h"

namespace weir::model {

// Of a change of who is who: keys that were known before and have another id now (kMoved in plan.h).
struct MovedKeys {
  std::string rows = {};  // a relation; empty where there are none
  std::set<std::string, std::less<>> entities = {};
};

struct ChangedInput {
  std::string name;  // "rec.deal"
  // A relation of the rows that are new, gone or different (of a model, as they were and as they are); nothing where
  // that is not known.
  std::optional<std::string> rows;
  MovedKeys moved = {};
};

struct TableChange {
  enum class Kind : std::uint8_t { kSame, kRows, kWhole };
  Kind kind = Kind::kWhole;
  std::string rows = {};  // of kRows: the relation, until Drop; may be the table itself
  MovedKeys moved = {};
  bool is_by_parts = false;
  std::int64_t grown = 0;  // rows that a build by parts laid behind the others
};

// How a table stands before.
struct Standing {
  bool is_known = false;         // it is there, and was made by the same statements
  std::int64_t observation = 0;  // the newest that it knows
  std::int64_t grown = 0;        // rows laid behind the others since it was built whole
};

class Upkeep {
 public:
  Upkeep(store::Session& session, RecordCopies& records, const BuildRequest& request);

  Result<TableChange> Build(const ModelFile& model, const Standing& standing, std::span<const ChangedInput> changed);
  // Drops what the changes were kept in; a transaction that is rolled back drops it too.
  Status Drop();

  // What differs between a table that was made anew and a copy of it from before, in those columns; the table itself
  // where it held nothing before.
  Result<TableChange> Compare(const std::string& table, const std::string& before, const std::string& columns);
  Result<MovedKeys> Moved(const TableChange& change);

 private:
  Status Run(const ModelFile& model, const std::string& sql);
  Result<std::string> WholeStatement(const ModelFile& model);
  Result<TableChange> BuildWhole(const ModelFile& model, const Standing& standing);
  Result<std::optional<TableChange>> BuildByParts(const ModelFile& model, std::span<const ChangedInput> changed);
  Result<TableChange> Append(const ModelFile& model, const std::string& sql, std::span<const ChangedInput> changed);
  Result<bool> IsKept(const ModelFile& model, const Standing& standing);
  Result<std::string> WithinParts(const ModelFile& model, std::set<std::string>& laid_down);
  Status MakeTemporary(const std::string& name, const std::string& select);
  Result<std::int64_t> Count(const std::string& relation);

  store::Session& session_;
  RecordCopies& records_;
  const BuildRequest& request_;
  std::vector<std::string> kept_;
};

}  // namespace weir::model
