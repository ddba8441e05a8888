// The rows of one side of a bridge, each with what it adds to the number, or with the first condition that keeps it
// out. Internal to metrics/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "metrics/catalog.h"
#include "metrics/query.h"

namespace weir::metrics {

// One metric over one view, as one question asks it of one session.
struct Side {
  const MetricCatalog* catalog = nullptr;
  const Metric* metric = nullptr;
  Query query = {};  // of this metric alone, without dimensions and grain
  store::Session* session = nullptr;

  const View& view() const { return *catalog->FindView(metric->view); }
  Date last_day() const { return query.to ? std::min(*query.to, query.AsOfDay()) : query.AsOfDay(); }
};

// The conditions of a definition that all have to hold: what its filter joins by `and`.
std::vector<const Condition*> ConditionsOf(const Metric& metric);

// The one column that a condition is about; nullptr where it is about several.
const ColumnRef* OnlyColumn(const Condition& condition);

struct Fact {
  static constexpr int kCounted = -1;

  std::string id = {};
  std::vector<std::string> links = {};  // ids of what it belongs to, in the order that was asked; empty: of none
  // The first condition of the definition that it does not meet; after them stand the period and what people asked.
  int failed = kCounted;
  std::string why = {};  // of a condition on one column: what the row holds instead; empty: nothing
  std::string name = {};
  std::string group = {};                 // the value of the dimension
  std::optional<Date> day = {};           // that places it in a period
  std::optional<Int128> units = {};       // what it adds, in units of the measure's last digit; nothing where not known
  std::vector<store::Value> inputs = {};  // the columns that the measure reads: see InputsOf
  std::optional<Decimal> original = {};   // the amount before it was converted to the reporting currency,
  std::string currency = {};              // and its currency

  bool IsCounted() const { return failed == kCounted; }
};

// The columns that a measure reads, each once, in order of appearance.
std::vector<ColumnRef> InputsOf(const Metric& metric);
// Which of them is converted to the reporting currency, if one is.
std::optional<std::size_t> ConvertedInput(const Metric& metric, const View& view);
// The column with the id of what a row of the view belongs to; nullptr where the view does not know it.
const ColumnRef* LinkOf(const View& view, std::string_view entity);

struct FactsAsked {
  std::vector<std::string> links = {};  // entities that LinkOf knows
  std::string by = {};                  // a dimension of the view; empty: none
  // Every row of which this is true, counted or not; it sees id and links. None: the rows that are counted.
  std::function<bool(const Fact&)> wanted = {};
};
constexpr std::size_t kMostFacts = 1'000'000;

// In no order. Fails with kTooLarge beyond kMostFacts.
Result<std::vector<Fact>> ReadFacts(const Side& side, const FactsAsked& asked);

}  // namespace weir::metrics
