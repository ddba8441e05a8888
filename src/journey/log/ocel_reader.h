// Object-centric event logs as OCEL 2.0 writes them in JSON, as a stream: types, objects and events with what they
// relate to, in any order.
//
// Attributes, qualifiers of relationships, relationships between objects and the ids of events are not kept. Types that
// are used but not declared are taken as they come.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "journey/log/log_reading.h"
#include "journey/log/object_log.h"
#include "sources/bytes.h"

namespace weir::journey {

struct ObjectReading {
  ObjectLog log;
  // Events without a type, a time or an object, objects without an id or a type or whose id stood before, relationships
  // to objects that are nowhere declared.
  std::vector<SetAside> set_aside;
  std::uint64_t events = 0;  // that the file holds
};

// kBadInput with file, line and column where the text is no JSON, no such log, or ends early; kTooLarge for a single
// text beyond 16 MiB. O(bytes); memory that of the log, beside a piece of the text.
Result<ObjectReading> ReadOcel(std::unique_ptr<sources::ByteSource> bytes, const std::string& title,
                               const std::function<void(double)>& report = {});

}  // namespace weir::journey
