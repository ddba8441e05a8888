// Which link holds revenue back most? The kernel of the weakest link: counts of cases in, money a year out. It knows no
// store and no clock; docs/weakest-link.md tells the method, docs/decisions/0024 why it is this one.
//
// A constraint is a way in which a step falls short of what the company itself reaches: its conversion, the wait in it,
// the load of who works in it, the revenue that is not kept. To relieve it is to bring every part of the company (team,
// owner or half-year) to what the best comparable one reaches, each of the others staying as it is. Parts are compared
// after what they were given: the strata of their cases, for conversions the waits, for waits the load.
//
// Parts are drawn together by as much as they are alike: beta-binomial for shares, normal for times, the spread between
// parts itself unknown and integrated over (constraint_parts.h). So the best part is the best by what is likely, not
// the one that had luck. Intervals come from seeded draws; draws of one number serve all constraints, so that two of
// them can be compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir::diagnose {

enum class ConstraintKind : std::uint8_t { kConversion, kWait, kCapacity, kRetention };

inline constexpr std::int64_t kLeastCases = 30;  // ended, of a step: below, nothing is said of it
inline constexpr std::int64_t kLeastOfPart = 10;
inline constexpr std::size_t kConstraintDraws = 1000;
inline constexpr double kApart = 0.9;  // of draws: from here on one constraint is greater than another

// Of the passed cases whose days in the step are known: moments of x = ln(1 + days).
struct DayMoments {
  std::int64_t cases = 0;
  double sum = 0;
  double squares = 0;
  std::int64_t won = 0;
  double sum_of_won = 0;

  DayMoments& operator+=(const DayMoments& other);
};

// Cases of one step that are alike. The order of cells does not matter, nor whether equal ones come together.
struct StepCell {
  std::string part = {};
  std::string stratum = {};
  int wait = -1;            // band of the wait before anything was decided, from the shortest; -1: not known
  int load = -1;            // band of the owner's load at the time, from the lightest; -1: not known
  std::int64_t begun = 0;   // within the last year
  std::int64_t ended = 0;   // decided by now
  std::int64_t passed = 0;  // of those
  std::int64_t closed = 0;  // passed, and their deal is won or lost by now
  std::int64_t won = 0;     // of those
  DayMoments days = {};     // of those that are closed and have days
};

struct Step {
  std::string id = {};
  std::vector<StepCell> cells = {};
  bool has_conversion = true;
  bool has_days = false;         // cells tell the days of those that passed
  bool has_waits = false;        // cells tell the wait before anything was decided
  bool has_loads = false;        // cells tell the load
  bool waits_are_loads = false;  // the bands of waits are those of the load: only the load is measured
};

// What a won deal of a stratum brings: mean, and deviation of the logarithms. The stratum of a worth is that of cells
// up to their first '|'.
struct Worth {
  std::string stratum = {};
  std::int64_t deals = 0;
  double mean = 0;
  double log_sd = 0;
};

struct KeptCell {
  std::string part = {};
  std::string stratum = {};
  double months = 0;   // of customers, in which they could leave
  double lost = 0;     // of those months: 1 where a customer left, a share where he took less
  double revenue = 0;  // recurring, of a year, now
};

struct PartShare {
  std::string part = {};
  std::int64_t cases = 0;
  double measured = 0;    // share, days, or load
  double likely = 0;      // after what it was given and what luck explains
  double attainable = 0;  // what the best would make of its cases
  double gain = 0;        // expected, a year
  bool is_best = false;
};

enum class Lack : std::uint8_t { kNone, kCases, kParts, kWorth, kTimes, kLoads };

struct Constraint {
  ConstraintKind kind = ConstraintKind::kConversion;
  std::string step = {};
  Lack lack = Lack::kNone;
  std::int64_t cases = 0;
  std::string best_part = {};
  double now = 0;         // of the company: share that goes on or leaves, days, share of cases at usual load
  double attainable = 0;  // by the best part
  double median = 0;      // a year, reporting currency; never below zero
  double low = 0;
  double high = 0;
  std::vector<PartShare> parts = {};  // the most to gain first
  std::vector<double> draws = {};     // below zero where the best is not better by luck
};

struct Against {
  std::size_t other = 0;      // index among the constraints
  double chance_above = 0.5;  // that the first is greater
};

struct WeakestLink {
  std::vector<Constraint> constraints = {};  // measured ones first, by median
  // By the first constraint, of each other that is measured. Below kApart nobody can tell them apart.
  std::vector<Against> against = {};
};

struct ConstraintInput {
  std::vector<Step> steps = {};
  std::vector<Worth> worths = {};
  std::vector<KeptCell> kept = {};
};

// Cost O(cells + draws x parts x steps).
WeakestLink FindWeakestLink(const ConstraintInput& input, std::uint64_t seed);

}  // namespace weir::diagnose
