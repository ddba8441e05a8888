// Records that exclusion rules of the workspace leave out of every governed number (docs/exclusions.md). Which ones
// they are is worked out by a build and stands in scoped.excluded, a row a record and rule, with all that goes with a
// record: the deals and leads of an account, the deals of a person. Here is how a question leaves them out and tells
// how many.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "base/result.h"
#include "metrics/catalog.h"
#include "store/engine.h"

namespace weir::metrics {

// Kinds of records that a rule may name.
inline constexpr std::array<std::string_view, 4> kExcludable{"account", "person", "lead", "deal"};

// What a question has to leave out. Nothing: its SQL is the one of a workspace without rules.
struct LeaveOut {
  std::vector<std::string> entities = {};  // kinds of which some record is left out
  std::vector<std::string> rules = {};     // by any of these; empty: by any rule at all

  bool IsNothing() const { return entities.empty(); }
};

// By all rules that are on.
Result<LeaveOut> ReadLeaveOut(store::Session& session);

// SQL that says whether some rule leaves out the record with this id; a null id is left out by none.
std::string IsLeftOut(const LeaveOut& leave_out, std::string_view entity, std::string_view id);

// The records whose exclusion takes a row of the view with it: the row itself where it is such a record, since all that
// goes with one is known; else those that it belongs to.
std::vector<const Described*> TakenWith(const View& view, const LeaveOut& leave_out);

// SELECT of the rows of the view that count, with its columns.
std::string CountedRowsSql(const MetricCatalog& catalog, const View& view, const LeaveOut& leave_out);
// The same of a view by its name and by all rules that are on; of deals those of pipelines that sell.
Result<std::string> CountedSql(const MetricCatalog& catalog, std::string_view view, store::Session& session);

// So many rows of this kind are missing from an answer.
struct LeftOut {
  std::string entity = {};
  std::int64_t rows = 0;
  std::int64_t rules = 0;  // that took them
};

// "2 rules leave out 14 deals", a warning for each kind.
std::vector<analysis::Warning> WarnOfLeftOut(const std::vector<LeftOut>& left_out);

}  // namespace weir::metrics
