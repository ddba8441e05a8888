// The views rec.<table>: what sources say of accounts, deals, ..., one row an observation.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain.h"
#include "base/result.h"
#include "sources/cleaning.h"
#include "sources/mapping.h"
#include "store/database.h"

namespace weir::sources {

// CREATE OR REPLACE VIEW rec.<table> for every record table, over the observation tables that exist. Columns: _source,
// _object, _key (row key of the observation), _emit (INTEGER: which [[emit]] of the mapping, from 0), _obs, _version,
// _observed_at, _recorded_at (when the source knew it), _since (of a history: from when on it was so), _file, _line,
// _deleted, _cleaned (cleaning.h), then those of models/records.toml. All observations of imports that are not undone,
// not only the newest. rec.uncleaned_<table>, of tables that recipes can clean, is the same before they do. Last comes
// what people decided about a record (corrections.h), while its source does not say so; rec.correction tells of each of
// those decisions what its source says now. What files say by the clock on the wall (meta.wall_clock) is put into UTC
// by `zone`, the reporting zone that is in force.
Result<std::vector<std::string>> RecordViewStatements(store::Connection& connection, const MappingCatalog& catalog,
                                                      const std::string& zone,
                                                      std::span<const CleaningStep> cleaning = {});

// name_key(text), email_domain(text) and salesforce_id(text) as SQL macros, with the lists that they need. Run once a
// database; running it again renews the lists. `free_mail`: providers whose addresses say nothing about the employer.
Status CreateSourceFunctions(store::Connection& connection,
                             std::span<const std::string_view> free_mail = FreeMailDomains());

// Checks the SQL of mappings' emits against their own columns, in a store of its own.
class EmitChecker {
 public:
  static Result<EmitChecker> Make();
  EmitChecker(EmitChecker&&) noexcept;
  EmitChecker& operator=(EmitChecker&&) noexcept;
  ~EmitChecker();

  // The error names the mapping's file, the line of the emit and the store's complaint.
  Status Check(const Mapping& mapping);

 private:
  struct State;
  explicit EmitChecker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::sources
