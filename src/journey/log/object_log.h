// An event log in which an event may concern several objects at once: an order, its items, their parcel.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/log/directly_follows.h"
#include "journey/log/event_log.h"

namespace weir::journey {

using ObjectId = std::uint32_t;

struct ObjectLog {
  std::vector<std::string> object_types;
  std::vector<std::string> object_names;
  std::vector<std::uint32_t> type_of_object;
  std::vector<std::string> activity_names;  // types of events
  std::vector<ActivityId> activity_of;      // of each event, in the order of the file
  std::vector<Micros> at;
  std::vector<std::uint64_t> begin_of_event{0};  // events + 1, into objects_of_events
  std::vector<ObjectId> objects_of_events;       // each once an event, in the order of the file

  std::size_t events() const { return activity_of.size(); }
  std::span<const ObjectId> ObjectsOf(std::size_t event) const {
    return std::span(objects_of_events)
        .subspan(begin_of_event[event], begin_of_event[event + 1] - begin_of_event[event]);
  }
};

// The log as the objects of one type see it: each is a case with the events that concern it; an event of three items
// stands there three times. Objects without an event are cases without one. kNotFound for a type that is not there,
// kTooLarge where it grows beyond 4,294,967,294 events. O(relations).
Result<EventLog> Flattened(const ObjectLog& log, std::string_view object_type);

// What follows what, for each type by itself.
struct TypedFollows {
  std::string object_type;
  std::uint64_t objects = 0;
  std::uint64_t events = 0;  // an event counts once for each object
  DirectlyFollows graph;     // activities are those of the whole log
};

// In the order of object_types. O(relations).
Result<std::vector<TypedFollows>> FollowsByType(const ObjectLog& log, const Executor& executor = Executor(1),
                                                const std::stop_token& stop = {});

}  // namespace weir::journey
