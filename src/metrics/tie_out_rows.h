// What a metric counts, row by row, with all that a report may have chosen otherwise: other dates, the amount before
// conversion, the values of the dimensions. One pass serves every period, filter and currency that is tried. Internal
// to metrics/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metrics/bridge_facts.h"

namespace weir::metrics {

// Texts by their number; 0 is none.
class Codes {
 public:
  int Of(std::string_view text);
  const std::string& TextOf(int code) const { return texts_[static_cast<std::size_t>(code)]; }

 private:
  std::map<std::string, int, std::less<>> codes_ = {{"", 0}};
  std::vector<std::string> texts_ = {""};
};

struct TieRow {
  std::string id = {};
  std::string name = {};
  std::optional<Int128> units = {};  // as of a Fact
  std::optional<Decimal> original = {};
  int currency = 0;
  int distinct = 0;  // of a count of different values: which one
  std::optional<Date> day = {};
  std::optional<Instant> stamp = {};            // from which the day was taken
  std::vector<std::optional<Date>> dates = {};  // of TieRows::dates
  std::vector<int> values = {};                 // of the dimensions asked for
};

struct TieRows {
  std::vector<TieRow> rows = {};
  std::vector<ColumnRef> dates = {};  // days by which rows might be counted instead
  bool has_stamp = false;
  bool has_original = false;
};

// The column with the instant behind a day: created_at of created_date.
std::optional<ColumnRef> StampOf(const ColumnRef& day, const View& view);

// The rows that the side counts. Fails with kTooLarge beyond kMostFacts.
Result<TieRows> ReadTieRows(const Side& side, const std::vector<std::string>& dimensions, Codes& codes);

// Why the metric does not count a row.
analysis::Text WhyNotCounted(const Fact& fact, const Metric& metric, const View& view, const MetricCatalog& catalog);

}  // namespace weir::metrics
