// A sheet that somebody brought, against the governed numbers: what its columns are, which cells differ, and why. Rows
// of groups are compared with the number of that group and period, rows of records with the rows behind the number.
// How: docs/tie-out.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/text.h"
#include "metrics/query.h"
#include "metrics/sheet_table.h"

namespace weir::metrics {

enum class ColumnRole : std::uint8_t {
  kMetric,
  kAmount,
  kDimension,
  kPeriod,
  kMetricNames,
  kRecord,
  kLeftOut,
  kUnknown
};
std::string_view NameOf(ColumnRole role);

struct MatchedColumn {
  ColumnRole role = ColumnRole::kUnknown;
  const Metric* metric = nullptr;
  std::string dimension = {};
  std::optional<PeriodLabel> period = {};  // that the header itself names
  analysis::Text why = {};
};

struct ConflictAsked {
  const MetricCatalog* catalog = nullptr;
  SheetTable sheet = {};
  const Metric* metric = nullptr;                   // of columns that name none
  std::map<std::string, std::string> matched = {};  // LabelKey of a header: what a person says it is
  Query query = {};                                 // for all of the sheet
};

enum class CellState : std::uint8_t { kAgrees, kDiffers, kUnknownGroup, kUnread };
std::string_view NameOf(CellState state);

struct ComparedCell {
  std::uint64_t line = 0;
  std::size_t column = 0;
  std::string group = {};  // as the sheet names it
  const Metric* metric = nullptr;
  Query query = {};  // that asks for the cell alone
  bool is_total = false;
  std::string text = {};
  CellState state = CellState::kUnread;
  std::optional<Decimal> there = {};
  std::optional<Decimal> here = {};
  std::optional<Decimal> difference = {};  // there less here
  bool is_explained = false;
  bool is_doubtful = false;  // may be a coincidence
  bool is_tried = false;
  std::string kinds = {};
  analysis::Text why = {};
  analysis::Text reason = {};  // the same without what is of this cell alone
};

struct ComparedRow {
  std::uint64_t line = 0;  // of the sheet; 0: it is not in there
  std::string kind = {};   // missing_there, missing_here, not_counted, amount, date
  std::string table = {};
  std::string id = {};
  std::string name = {};
  std::optional<Decimal> there = {};
  std::optional<Decimal> here = {};
  std::optional<Date> day_there = {};
  std::optional<Date> day_here = {};
  analysis::Text why = {};
};

struct Conflict {
  std::vector<MatchedColumn> columns = {};
  std::vector<std::string> unknown_labels = {};  // of rows that name no metric
  std::vector<ComparedCell> cells = {};
  bool is_of_records = false;
  std::int64_t records = 0;  // rows of the sheet that were compared
  std::int64_t agreeing_records = 0;
  const Metric* record_metric = nullptr;
  std::optional<Decimal> record_difference = {};
  std::vector<ComparedRow> rows = {};
};

constexpr std::size_t kMostCells = 2000;
constexpr std::size_t kMostExplained = 24;  // cells; what explains several is looked for in those

// Fails where no column is known to be of a metric, and says which there are.
Result<Conflict> FindConflict(const ConflictAsked& asked, analysis::Context& context);

}  // namespace weir::metrics
