// Any bytes within an event log, and as one: columns are of one length, codes name something, each event of the file is
// in the log or set aside, and the same bytes give the same log.
#include <cstddef>
#include <cstdint>
#include <string>

#include "journey/log/directly_follows.h"
#include "journey/log/log_doubts.h"
#include "journey/log/variants.h"
#include "journey/log/xes_reader.h"
#include "sources/bytes.h"

namespace weir::journey {
namespace {

Result<LogReading> Read(std::string_view text) {
  return ReadXes(sources::BytesOf(text), "log.xes",
                 {.event_attributes = {"org:resource"}, .case_attributes = {"channel"}});
}

void Check(std::string_view text) {
  const auto reading = Read(text);
  if (!reading) return;
  const EventLog& log = reading->log;
  std::uint64_t aside = 0;
  for (const SetAside& each : reading->set_aside) aside += each.count;
  WEIR_CHECK(log.size() + aside == reading->events);
  WEIR_CHECK(log.activity_of.size() == log.size() && log.at.size() == log.size());
  WEIR_CHECK(log.event_columns[0].codes.size() == log.size());
  WEIR_CHECK(log.case_columns[0].codes.size() == log.case_names.size());
  for (std::size_t i = 0; i < log.size(); ++i) {
    WEIR_CHECK(log.case_of[i] < log.case_names.size() && log.activity_of[i] < log.activity_names.size());
  }
  const auto sorted = Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                             static_cast<std::uint32_t>(log.activity_names.size()));
  WEIR_CHECK(sorted);
  const auto variants = VariantsOf(*sorted);
  WEIR_CHECK(variants);
  std::uint64_t events = 0;
  for (const std::uint64_t each : DirectlyFollowsOf(*variants).events_of) events += each;
  WEIR_CHECK(events == log.size());
  (void)DoubtsOf(log, *sorted);
  const auto again = Read(text);
  WEIR_CHECK(again && again->log.case_names == log.case_names && again->log.at == log.at);
}

}  // namespace
}  // namespace weir::journey

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  weir::journey::Check(text);
  weir::journey::Check(std::string("<log><trace>").append(text).append("</trace></log>"));
  return 0;
}
