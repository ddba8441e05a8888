// What a weekly hazard of a deal is made of: features at a snapshot, binned into small codes, and the codes of each
// week that comes after it.
//
// Features are taken by what was known on the day of the snapshot alone (deal_history.h). Some stay as they were for
// all weeks (stage, ages, owner), some move with the week in question: how far it lies from the closing date that
// people gave, how many weeks are left in the quarter, and how far ahead it is, for all deals and for each stage apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "forecast/deals/coded_rows.h"
#include "forecast/deals/deal_history.h"

namespace weir::forecast {

// Those that one deal differs from another by; the closing date comes last, since it moves with the week.
enum class Feature : std::uint8_t {
  kStage,
  kStageAge,
  kDealAge,
  kPushes,
  kAmount,
  kOwner,
  kTeam,
  kSegment,
  kType,
  kSilence,
  kCloseDate,
};
inline constexpr std::size_t kFeatures = 11;
inline constexpr std::size_t kFixedFeatures = 10;
// The features, then weeks left in the quarter, weeks ahead, and weeks ahead by stage.
inline constexpr std::size_t kFeatureGroups = 14;

// A short English name, a key for texts: "stage_age".
std::string_view NameOf(Feature feature);

// Whole weeks from `day` to the end of its quarter, 0 in the last week and 13 at most; none where the quarters that
// begin on `quarter_starts` (rising) do not reach around it. O(log quarters).
std::optional<int> WeeksLeftInQuarter(std::span<const Day> quarter_starts, Day day);

// The state of one deal at a snapshot.
struct DealFeatures {
  std::array<std::uint16_t, kFixedFeatures> codes{};
  std::optional<int> days_to_close{};  // below 0 where the closing date has passed
};

// Which names and bands have codes. Made once from what was known on a day, used for all rows of a model.
class FeatureSpace {
 public:
  // `quarter_starts`: the first days of fiscal quarters, rising; a day outside them has no week of the quarter. Names
  // that fewer than 5 deals carry, and those beyond the 200 that most carry, share one code with "none". Amounts fall
  // into fifths of the positive amounts of all deals as they stood on `as_of`.
  static FeatureSpace Make(std::span<const DealHistory> deals, Day as_of, std::vector<Day> quarter_starts);

  // Of a deal that has a state on `day` by what was known that day.
  DealFeatures At(const DealHistory& deal, Day day) const;

  // The groups of all rows, and the codes of one week: the `week`-th (from 1) after `day`, days day + 7 (week - 1) + 1
  // to day + 7 week.
  std::vector<CodedGroup> Groups() const;
  std::array<std::uint16_t, kFeatureGroups> CodesOf(const DealFeatures& features, Day day, int week) const;

 private:
  // Codes by name, from 1; names that are not there have code 0.
  struct Names {
    std::vector<std::uint16_t> code;
    std::uint16_t codes = 1;

    std::uint16_t Of(int name) const;
  };
  static Names MakeNames(const std::vector<int>& carried, std::size_t least, std::size_t most);
  std::uint16_t AmountCode(double amount) const;

  std::array<Names, 5> names_;  // stage, owner, team, segment, type
  std::vector<double> amount_bounds_;
  std::vector<Day> quarter_starts_;
};

}  // namespace weir::forecast
