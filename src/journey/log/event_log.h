// An event log as it is read: columns in the order of the input, and the names of what their codes stand for.
//
// A reader (xes_reader.h, csv_log.h, ocel_reader.h, the workspace) makes one; SortedLog (sorted_log.h) puts it in order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::journey {

using ActivityId = std::uint32_t;  // a place in EventLog::activity_names
using CaseId = std::uint32_t;      // a place in EventLog::case_names
using Micros = std::int64_t;       // since 1970-01-01 UTC; may be below nothing

inline constexpr std::uint32_t kNoValue = 0xFFFFFFFF;

// A column of texts as codes, one for each event; kNoValue where an event has none.
struct CodedColumn {
  std::string name;                  // as the source calls it: org:resource
  std::vector<std::uint32_t> codes;  // as many as events
  std::vector<std::string> values;   // what a code stands for
};

struct EventLog {
  std::vector<CaseId> case_of;
  std::vector<ActivityId> activity_of;
  std::vector<Micros> at;
  std::vector<std::string> case_names;
  std::vector<std::string> activity_names;
  // What the reader was asked to keep beside these: the life-cycle transition, the resource, attributes.
  std::vector<CodedColumn> event_columns;
  std::vector<CodedColumn> case_columns;  // codes: one for each case

  std::size_t size() const { return case_of.size(); }
};

}  // namespace weir::journey
