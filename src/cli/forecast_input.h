// What `weir forecast FILE` reads: series in long form, a row a value, in any form and encoding that sources/reader.h
// reads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "forecast/series/time_axis.h"

namespace weir::cli {

// Headers of the columns; empty: found. By name (unique_id, ds, y, and what people call them), else the only two or
// three columns there are, in this order.
struct ForecastColumns {
  std::string id;
  std::string time;
  std::string value;
};

struct SeriesInput {
  std::string title;  // of the file
  std::vector<std::string>
      names;  // of the series, in the order in which they first appear; one empty name: the only one
  std::vector<std::vector<double>> values;  // at each step from the first to the last; NaN where there is none
  std::vector<std::int64_t> first_step;     // of each series
  forecast::TimeAxis axis;
  std::string id_column;  // headers as they stand in the file; empty: the file holds one series
  std::string time_column;
  std::string value_column;
  std::uint64_t rows = 0;
  std::uint64_t gaps = 0;    // steps between others that the file leaves out
  std::uint64_t faulty = 0;  // rows that cannot be read, which are left out
  std::optional<Error> first_fault;

  std::int64_t LastStep(std::size_t series) const {
    return first_step[series] + static_cast<std::int64_t>(values[series].size()) - 1;
  }
};

// Errors: kBadInput with file, line and column for columns that are not there, times and values that are none, times
// whose day and month cannot be told apart, two values of one series at one time, and series of mostly gaps; those of
// OpenRows. Times are all whole numbers, or all dates, or all instants.
Result<SeriesInput> ReadSeries(const std::string& path, const ForecastColumns& columns,
                               const std::function<void(const Phrase& stage, double fraction)>& progress);

}  // namespace weir::cli
