// Turns the trees of expressions into SQL. Internal to metrics/.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/catalog.h"
#include "metrics/query.h"

namespace weir::metrics {

// Where the rows of a view come from while one part of a statement is written.
struct Scope {
  const View* view = nullptr;
  const Mart* mart = nullptr;   // that is read in place of the view and what it looks up, under the name of the view
  bool is_past = false;         // the state of rows at `ends_at`, from the view's history
  bool is_spread = false;       // each row stands in every period of the spine that it reaches
  std::string spine = "spine";  // of which periods
  std::string at = {};          // SQL: the day for which a stock is taken
  std::string opening = {};     // SQL: the first day of the period, of a flow
  std::string ends_at = {};     // SQL: the first instant that is too late for it
  // Those that were written and need a join, with the columns that are read of each.
  std::map<std::string, std::set<std::string>> lookups = {};
};

class SqlWriter {
 public:
  SqlWriter(const MetricCatalog& catalog, const store::Dialect& dialect) : catalog_(catalog), dialect_(dialect) {}

  const store::Dialect& dialect() const { return dialect_; }
  // A placeholder that becomes a bound parameter in Finish.
  std::string Bind(store::Value value);
  std::string Column(const ColumnRef& column, Scope& scope) const;
  // Conditions of definitions are written with their values, those of people with bound parameters.
  std::string Definition(const Condition& condition, Scope& scope) { return Written(condition, scope, false); }
  std::string Asked(const Condition& condition, Scope& scope) { return Written(condition, scope, true); }
  std::string Value(const Arithmetic& arithmetic, Scope& scope) const;
  // FROM with the joins that the scope needs; call it when all else of the part is written.
  std::string From(const Scope& scope, std::string_view spread_condition = {}) const;
  // The joins alone, each after a blank.
  std::string Joins(const Scope& scope) const;
  // For a scope of the past without a spine: the condition on the state.
  static std::string HeldThen(const Scope& scope);

  // Replaces the placeholders by question marks, with the values in the order of the text.
  std::pair<std::string, std::vector<store::Value>> Finish(std::string_view sql) const;

 private:
  std::string Written(const Condition& condition, Scope& scope, bool is_bound);
  std::string Literal(const store::Value& value, bool is_bound);
  std::string JoinOf(const Lookup& lookup, const std::set<std::string>& columns, const Scope& scope) const;

  const MetricCatalog& catalog_;
  const store::Dialect& dialect_;
  std::vector<store::Value> values_;
};

// The name, in quotes if it needs them.
std::string Name(std::string_view name);
std::string Joined(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace weir::metrics
