// Day-grain marts: the rows of a large view counted and summed by day and some of its columns, so that a question that
// needs no more than these reads hundreds of rows in place of millions. They are made of the definitions, by what the
// metrics over a view filter, split and sum (docs/decisions/0020-marts-of-days.md), and never say anything that the
// rows do not: a question takes one only where period, columns, moment, settings and rights allow it.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "base/result.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"
#include "store/database.h"

namespace weir::metrics {

struct Mart {
  std::string name = {};               // of its scoped view
  std::string view = {};               // whose rows it counts
  std::string day = {};                // the column that places them
  std::vector<std::string> keys = {};  // paths of columns, beside the day
  std::vector<std::string> sums = {};  // values that are summed, as SQL over the view
  std::string shape = {};              // of the view that it was made of

  bool Has(const ColumnRef& column) const;
};

// What the columns of a view mean, as far as its own definition says.
std::string ShapeOf(const View& view);
// The value of a sum as SQL over the view; empty where it depends on the question.
std::string SummedText(const MetricCatalog& catalog, const Metric& base);
// A count or sum of rows by a day of their own.
bool IsAdditive(const Metric& base);

// Those that may stand in for the rows of this question: of this data version and moment, by these settings and without
// the same records, for who sees all rows. The smallest first.
Result<std::vector<Mart>> ReadMarts(analysis::Context& context, const LeaveOut& leave_out);

// Tables of the workspace's store: run once by its migrations.
std::span<const std::string_view> MartMigrations();

struct MartRequest {
  const MetricCatalog& catalog;
  const analysis::Settings& settings;  // for which the variables of the connection are set; it sees everything
  std::int64_t data_version = 0;
  Instant newest = {};
  std::string program = {};            // changes with whatever else the model is made by
  std::int64_t least_rows = 400'000;   // smaller tables are read as they are
  std::int64_t rows_a_row = 8;         // a mart that has more than one row for so many is none
  std::int64_t most_rows = 1'000'000;  // of a mart
};
// Brings the marts up to date within the caller's transaction: those of which nothing that they rest on changed stay.
// Gives how many were made.
Result<std::int64_t> KeepMarts(store::Connection& connection, const MartRequest& request, std::stop_token stop);

}  // namespace weir::metrics
