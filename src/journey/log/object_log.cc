#include "journey/log/object_log.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "journey/log/sorted_log.h"

namespace weir::journey {
namespace {

// Events of a type's objects, a case an object; names are left out.
Result<EventLog> ColumnsOf(const ObjectLog& log, std::uint32_t type, std::vector<CaseId>* case_of_object) {
  EventLog flat;
  case_of_object->assign(log.object_names.size(), kNoValue);
  std::uint32_t cases = 0;
  for (ObjectId object = 0; object < log.type_of_object.size(); ++object) {
    if (log.type_of_object[object] == type) (*case_of_object)[object] = cases++;
  }
  for (std::size_t event = 0; event < log.events(); ++event) {
    for (const ObjectId object : log.ObjectsOf(event)) {
      const CaseId id = (*case_of_object)[object];
      if (id == kNoValue) continue;
      flat.case_of.push_back(id);
      flat.activity_of.push_back(log.activity_of[event]);
      flat.at.push_back(log.at[event]);
    }
    if (flat.size() >= kNoValue) {
      return Fail(TooLarge("the objects of type '{}' have more than {} events", log.object_types[type], kNoValue - 1));
    }
  }
  flat.case_names.resize(cases);
  return flat;
}

}  // namespace

Result<EventLog> Flattened(const ObjectLog& log, std::string_view object_type) {
  const auto found = std::ranges::find(log.object_types, object_type);
  if (found == log.object_types.end()) {
    return Fail(NotFound("the log has no objects of type '{}'", object_type)
                    .Mend("The types are: {}", fmt::join(log.object_types, ", ")));
  }
  std::vector<CaseId> case_of_object;
  WEIR_TRY(EventLog flat,
           ColumnsOf(log, static_cast<std::uint32_t>(found - log.object_types.begin()), &case_of_object));
  for (ObjectId object = 0; object < case_of_object.size(); ++object) {
    if (case_of_object[object] != kNoValue) flat.case_names[case_of_object[object]] = log.object_names[object];
  }
  flat.activity_names = log.activity_names;
  return flat;
}

Result<std::vector<TypedFollows>> FollowsByType(const ObjectLog& log, const Executor& executor,
                                                const std::stop_token& stop) {
  std::vector<TypedFollows> all;
  std::vector<CaseId> case_of_object;
  for (std::uint32_t type = 0; type < log.object_types.size(); ++type) {
    WEIR_TRY(const EventLog flat, ColumnsOf(log, type, &case_of_object));
    const auto cases = static_cast<std::uint32_t>(flat.case_names.size());
    WEIR_TRY(const SortedLog sorted, Sorted(flat.case_of, flat.activity_of, flat.at, cases,
                                            static_cast<std::uint32_t>(log.activity_names.size()), executor, stop));
    WEIR_TRY(DirectlyFollows graph, DirectlyFollowsOf(sorted, executor, stop));
    all.push_back(
        {.object_type = log.object_types[type], .objects = cases, .events = flat.size(), .graph = std::move(graph)});
  }
  return all;
}

}  // namespace weir::journey
