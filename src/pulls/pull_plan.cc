#include "pulls/pull_plan.h"

#include <algorithm>

namespace weir::pulls {
namespace {

Instant Earlier(Instant instant, std::int64_t seconds) {
  return std::max(BeginningOfTime(), Instant{instant.micros - seconds * kMicrosPerSecond});
}

// In a plan an id stands where ids will.
constexpr const char* kPlanned = "weir-id";
std::string Marked(std::string text) {
  for (std::size_t at = text.find(kPlanned); at != std::string::npos; at = text.find(kPlanned, at)) {
    text.replace(at, std::string_view(kPlanned).size(), "{id}");
  }
  return text;
}

}  // namespace

Instant BeginningOfTime() { return StartOf(FromCivil({2000, 1, 1})); }

const Ask& WayOf(const PullObject& object, bool is_changes) {
  return is_changes && object.changes ? *object.changes : object.all;
}

std::string FirstCursor(const Paging& paging) {
  return paging.kind == PagingKind::kPage ? fmt::format("{}", paging.first) : paging.begin;
}

Listing Beginning(const PullObject& object, const PullSettings& settings, const ObjectState& state, Instant now) {
  Listing listing;
  const bool is_recent = [&] {
    if (!object.changes || !state.since) return false;
    return object.changes->keeps_days == 0 ||
           now.micros - state.since->micros < object.changes->keeps_days * kMicrosPerDay;
  }();
  listing.is_changes = is_recent;
  const Ask& ask = WayOf(object, is_recent);
  if (ask.since || object.changes) {
    const Instant first = settings.since.value_or(BeginningOfTime());
    // A list of all is asked whole, whatever is known, where changes are asked in another way.
    const bool goes_on = state.since && (is_recent || !object.changes);
    listing.since = goes_on ? std::max(first, Earlier(*state.since, ask.since ? ask.since->overlap_s : 0)) : first;
  }
  listing.cursor = state.kept;
  if (listing.cursor.empty()) listing.cursor = FirstCursor(ask.paging);
  return listing;
}

Fill FillOf(const PullObject& object, const PullSettings& settings, const Listing& listing) {
  Fill fill{.since = listing.since,
            .until = listing.until,
            .cursor = listing.cursor,
            .ids = {},
            .add = {},
            .settings = settings.values};
  if (const auto add = settings.adds.find(object.name); add != settings.adds.end()) fill.add = add->second;
  return fill;
}

std::vector<PlannedRequest> PlanPull(const Puller& puller, const PullSettings& settings, const PullState& state,
                                     Instant now) {
  std::vector<PlannedRequest> plan;
  for (const PullObject& object : puller.objects) {
    if (!settings.Wants(object)) continue;
    const auto known = state.objects.find(object.name);
    const ObjectState at = known == state.objects.end() ? ObjectState{} : known->second;
    const Listing listing = at.listing.value_or(Beginning(object, settings, at, now));
    const Ask& ask = WayOf(object, listing.is_changes);
    Fill fill = FillOf(object, settings, listing);
    if (!object.of.empty()) fill.ids = {kPlanned};
    const bool is_address = ask.paging.kind == PagingKind::kUrl && !listing.cursor.empty();
    PlannedRequest planned{.object = object.name,
                           .method = ask.is_post ? "POST" : "GET",
                           .target = Marked(is_address ? listing.cursor : TargetOf(ask, fill)),
                           .body = ask.is_post ? Marked(BodyOf(ask, fill)) : "",
                           .mappings = {},
                           .since = ask.since ? listing.since : std::nullopt,
                           .kind = "all"};
    for (const std::string& map : object.maps) planned.mappings += (planned.mappings.empty() ? "" : ", ") + map;
    if (listing.is_changes) planned.kind = "changes";
    if (at.listing || !at.kept.empty()) planned.kind = "goes_on";
    if (!object.of.empty()) planned.kind = "each";
    plan.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace weir::pulls
