#include "pipeline/window.h"

#include <algorithm>

#include "metrics/period.h"

namespace weir::pipeline {
namespace {

Error NoMoment(std::string_view text, std::string_view field) {
  return BadUsage("'{}' is not a moment", text)
      .Field(std::string(field))
      .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)");
}

Result<Instant> StartAsked(const std::string& from, const TimeZone& zone, const analysis::Context& context) {
  if (from.empty()) {
    const Date first = metrics::PeriodAround(context.LocalAsOfDate(), metrics::Grain::kQuarter,
                                             context.settings().fiscal_year_start_month)
                           .first;
    return Instant{zone.StartOfDay(first).micros - 1};
  }
  if (const auto day = ParseIsoDate(from)) return Instant{zone.StartOfDay(*day).micros - 1};
  if (const auto instant = ParseIsoInstant(from)) return *instant;
  return Fail(NoMoment(from, "from"));
}

Result<Instant> EndAsked(const std::string& to, const TimeZone& zone, const analysis::Context& context) {
  if (to.empty()) return context.as_of();
  if (const auto day = ParseIsoDate(to)) return Instant{zone.EndOfDay(*day).micros - 1};
  if (const auto instant = ParseIsoInstant(to)) return *instant;
  return Fail(NoMoment(to, "to"));
}

}  // namespace

Result<Span> SpanAsked(const std::string& from, const std::string& to, const analysis::Context& context) {
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  Span span;
  WEIR_TRY(span.start, StartAsked(from, zone, context));
  WEIR_TRY(span.end, EndAsked(to, zone, context));
  span.end = std::min(span.end, context.as_of());
  if (span.start >= span.end) {
    return Fail(BadUsage("the window is empty: it starts at {} and ends at {}", FormatInstant(span.start),
                         FormatInstant(span.end))
                    .Field("from")
                    .Mend("Let it start before it ends, and before as-of"));
  }
  span.start_day = zone.LocalDateOf(span.start);
  span.end_day = zone.LocalDateOf(span.end);
  return span;
}

}  // namespace weir::pipeline
