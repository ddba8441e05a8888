// The counts of the weakest link, read from scoped.*. Internal to diagnose/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/context.h"
#include "diagnose/constraint.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"

namespace weir::diagnose {

inline constexpr int kWindowDays = 730;  // cases that began within so many days before as-of are counted
inline constexpr int kRipeDays = 30;     // a lead has had its chance after so many days
inline constexpr int kLoadDays =
    91;  // the load of who answers leads: those of so many days, so that it is no matter of chance

// What belongs to selling: new business, not what customers renew. Of scoped.deal AS d.
inline constexpr std::string_view kIsSelling =
    "d.is_not_sales IS NULL AND NOT regexp_matches(lower(coalesce(d.type, '')), 'renew|продл')";

// Tables `versions` and `entries` of a WITH: each time that a deal came into a stage, when it left it and with what
// status.
inline constexpr std::string_view kStageEntries =
    "versions AS (SELECT v.deal_id, v.stage, v.status, v.valid_from, v.origin, v.version, "
    "lag(v.stage) OVER (PARTITION BY v.deal_id ORDER BY v.version NULLS LAST) AS stage_before "
    "FROM scoped.deal_version AS v), "
    "entries AS (SELECT deal_id, stage, status, valid_from AS entered_at, origin, "
    "row_number() OVER (PARTITION BY deal_id, stage ORDER BY version NULLS LAST) AS nth, "
    "lead(valid_from) OVER w AS left_at, lead(status) OVER w AS next_status FROM versions "
    "WHERE stage IS NOT NULL AND stage IS DISTINCT FROM stage_before "
    "WINDOW w AS (PARTITION BY deal_id ORDER BY version NULLS LAST))";

// Rows of scoped.NAME without what exclusion rules leave out, to stand after FROM.
std::string CountedView(std::string_view name, const metrics::MetricCatalog& catalog,
                        const metrics::LeaveOut& leave_out);

// What the company is divided into, to be compared with itself.
enum class PartsBy : std::uint8_t { kTeam, kOwner, kHalf };
std::string_view NameOf(PartsBy by);  // "team"

struct ConstraintSource {
  ConstraintInput input = {};
  PartsBy by = PartsBy::kTeam;
  bool has_stages = false;  // histories of deals tell when they entered their stages
  bool has_leads = false;
};

// `by` empty: teams where two have deals enough, else owners, else half-years. Teams of one unit are one part: the
// units are those of the highest level of the hierarchy at which two have deals enough.
Result<ConstraintSource> ReadConstraints(std::string_view by, const metrics::MetricCatalog& catalog,
                                         analysis::Context& context);

}  // namespace weir::diagnose
