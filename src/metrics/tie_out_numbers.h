// Numbers of a metric from rows in memory: by period, filter and currency. Internal to metrics/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/formula.h"
#include "metrics/tie_out_rows.h"

namespace weir::metrics {

struct FilterTry {
  int dimension = -1;
  int code = 0;
  bool is_kept = false;
  bool IsNone() const { return dimension < 0; }
};

// How the amounts are read.
struct Mode {
  enum class Kind : std::uint8_t { kConverted, kMixed, kOne };
  Kind kind = Kind::kConverted;
  int currency = 0;
};

// By which day a row is counted: its own, another one of its dates, or its own in another zone.
struct Clock {
  enum class Kind : std::uint8_t { kOwn, kDate, kZone };
  Kind kind = Kind::kOwn;
  std::size_t index = 0;
};

struct Candidate {
  std::size_t world = 0;
  const Metric* metric = nullptr;
  std::size_t period = 0;
  Mode mode = {};
  Clock clock = {};
  std::array<FilterTry, 2> filters = {};
  Int128 units = 0;
  int digits = 0;
  std::int64_t rows = 0;
  double cost = 0;
};

struct Sum {
  Int128 units = 0;
  std::int64_t rows = 0;
  std::int64_t known = 0;

  void Add(const std::optional<Int128>& value) {
    ++rows;
    if (!value) return;
    ++known;
    units += *value;
  }
  Sum operator-(const Sum& other) const { return {units - other.units, rows - other.rows, known - other.known}; }
  Sum operator+(const Sum& other) const { return {units + other.units, rows + other.rows, known + other.known}; }
};

// What a metric is made of.
struct Recipe {
  std::vector<const Metric*> bases = {};
  Formula formula = {};
  int digits = 0;
  bool adds_up = true;
};

Result<Recipe> RecipeOf(const MetricCatalog& catalog, const Metric& metric, Query query);

// The number from the columns of its bases; nothing where it is missing.
std::optional<Int128> NumberOf(const Recipe& recipe, const std::vector<std::optional<Int128>>& columns);

std::optional<Int128> ColumnOf(const Sum& sum, const Metric& base);

// The rows of a base that a period has, as they are chosen and read.
struct Chosen {
  const Metric* base = nullptr;
  const TieRows* all = nullptr;
  std::vector<const TieRow*> rows = {};
};

std::optional<Int128> UnitsOf(const TieRow& row, const Mode& mode, const Metric& base);

// Of a median, or of a number of different values: by all its rows. `rows` becomes at least as many as pass.
std::optional<Int128> WholeColumn(const Chosen& chosen, const std::array<FilterTry, 2>& filters, std::int64_t& rows);

}  // namespace weir::metrics
