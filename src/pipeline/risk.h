// What speaks against an open deal, and how much: a sum of points whose reasons are told one by one. It is a rule that
// everybody can check and no probability; what a deal is likely to become is the forecast's to say.
//
// Points are 100 at most. A sign of which nothing is known gives none: the caller leaves it out (docs/pipeline.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weir::pipeline {

struct Signs {
  std::optional<std::int64_t> days_past_close = {};  // above 0: it should have been closed
  bool lacks_close_date = false;
  std::int64_t pushes = 0;
  std::optional<std::int64_t> silence_days = {};
  std::optional<std::int64_t> days_in_stage = {};
  std::optional<std::int64_t> usual_days = {};  // that won deals stood in that stage, the median
  std::optional<bool> has_next_step = {};
  std::optional<std::int64_t> next_step_days = {};  // since it was written
  std::optional<std::int64_t> contacts = {};
  std::int64_t owner_changes = 0;
  bool has_shrunk = false;  // since the day asked about
};

enum class Sign : std::uint8_t {
  kPastClose,
  kNoCloseDate,
  kSilent,
  kPushed,
  kSlow,
  kNoNextStep,
  kOldNextStep,
  kFewContacts,
  kHandedOver,
  kShrunk,
};
std::string_view NameOf(Sign sign);

struct Reason {
  Sign sign = Sign::kPastClose;
  std::int64_t points = 0;
};

inline constexpr std::int64_t kMostPoints = 100;

// The heaviest first; equal ones in the order of the signs.
std::vector<Reason> ReasonsOf(const Signs& signs);
std::int64_t PointsOf(std::span<const Reason> reasons);

// How long a won deal stood in a stage.
struct Stay {
  std::int32_t stage = 0;  // a number of the caller's
  bool is_large = false;
  std::int64_t days = 0;
};

struct Norm {
  std::int32_t stage = 0;
  std::optional<bool> is_large = {};  // none: of deals of every size
  std::int64_t deals = 0;
  std::int64_t median_days = 0;  // the lower of the two middle ones
};

// A median of fewer deals says nothing.
inline constexpr std::int64_t kFewestStays = 10;

// The medians of each stage with enough stays, of every size and of each; O(n log n). By stage, all sizes first.
std::vector<Norm> NormsOf(std::span<const Stay> stays);
// That of the stage and size where there is one, else of the stage.
const Norm* NormFor(std::span<const Norm> norms, std::int32_t stage, std::optional<bool> is_large);

}  // namespace weir::pipeline
