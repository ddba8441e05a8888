// Any bytes as an object-centric log: relations lead to objects that are there, each once an event, each event of the
// file is in the log or set aside, and what each type sees adds up.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "journey/log/ocel_reader.h"
#include "sources/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::journey;
  const auto reading =
      ReadOcel(weir::sources::BytesOf(std::string_view(reinterpret_cast<const char*>(bytes), size)), "log.json");
  if (!reading) {
    WEIR_CHECK(!reading.error().message().empty());
    return 0;
  }
  const ObjectLog& log = reading->log;
  WEIR_CHECK(log.type_of_object.size() == log.object_names.size());
  WEIR_CHECK(log.begin_of_event.size() == log.events() + 1 &&
             log.begin_of_event.back() == log.objects_of_events.size());
  std::uint64_t aside = 0;
  for (const SetAside& each : reading->set_aside) {
    const bool is_event =
        each.code == "no_activity" || each.code == "no_time" || each.code == "bad_time" || each.code == "no_object";
    aside += is_event ? each.count : 0;
  }
  WEIR_CHECK(log.events() + aside == reading->events);
  for (std::size_t event = 0; event < log.events(); ++event) {
    const auto objects = log.ObjectsOf(event);
    WEIR_CHECK(!objects.empty() && std::set<ObjectId>(objects.begin(), objects.end()).size() == objects.size());
    for (const ObjectId object : objects) WEIR_CHECK(object < log.object_names.size());
  }
  const auto follows = FollowsByType(log);
  WEIR_CHECK(follows);
  std::uint64_t events = 0;
  for (const TypedFollows& each : *follows) events += each.events;
  WEIR_CHECK(events == log.objects_of_events.size());
  return 0;
}
