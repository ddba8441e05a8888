// Event logs as tables: a row an event, with a column for its case, its activity and its time, in any form and
// encoding that sources/reader.h reads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "journey/log/log_reading.h"
#include "sources/reader.h"

namespace weir::journey {

// Headers as they stand in the file or in their normalised form; empty: found by the names that common tools write
// (case:concept:name, Case ID, _CASE_KEY; concept:name, Activity; time:timestamp, Complete Timestamp, ...).
struct LogColumns {
  std::string case_id;
  std::string activity;
  std::string time;
};

struct TableOptions {
  LogColumns columns;
  std::vector<std::string> event_attributes{};  // headers of columns to be kept beside
};

struct TableReading {
  LogReading reading;
  LogColumns columns;  // as they stand in the file
};

// Rows without a case, an activity or a time, and rows that cannot be read, are set aside. Times without an offset are
// UTC. kBadInput with file, line and column: a column that is not there or is there twice, a column of times of which
// most are none, times whose day and month cannot be told apart; those of OpenRows. O(bytes).
Result<TableReading> ReadLogTable(const sources::FileInput& file, const TableOptions& options = {},
                                  const std::function<void(double)>& report = {});

}  // namespace weir::journey
