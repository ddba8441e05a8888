// Event logs as XES (IEEE 1849), packed or not, as a stream: of the text a piece is in memory at a time, of the log
// what is asked for.
//
// A case is a trace, named by its concept:name; a trace without one, or whose name stood before, keeps a case of its
// own. Events keep the order of the file. Attributes of attributes, lists, globals and classifiers of the log are not
// read; document types and so entities are refused.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "journey/log/log_reading.h"
#include "sources/bytes.h"

namespace weir::journey {

struct XesOptions {
  // What names an activity; several values are joined by "+".
  std::vector<std::string> classifier{"concept:name"};
  // Attributes of events and of traces to be kept as columns: org:resource, lifecycle:transition.
  std::vector<std::string> event_attributes{};
  std::vector<std::string> case_attributes{};
};

// Events without an activity or a time are set aside. kBadInput with file, line and column where the text is no XML,
// no log, or ends early: nothing of a damaged file is kept. O(bytes). `report` is told the share that is read.
Result<LogReading> ReadXes(std::unique_ptr<sources::ByteSource> bytes, const std::string& title,
                           const XesOptions& options = {}, const std::function<void(double)>& report = {});

}  // namespace weir::journey
