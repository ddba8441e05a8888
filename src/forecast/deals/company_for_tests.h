// A company whose deals win and lose by hazards that a test knows: for tests of what learns them.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "forecast/deals/deal_history.h"

namespace weir::forecast {

struct PlantedCompany {
  int deals = 1000;
  Day days = 728;  // deals are created evenly within these
  std::uint64_t seed = 1;
  double win = .03;  // a week, in the first stage, of the first owner
  double loss = .05;
  double stage_win = 3;    // times as likely in the second stage
  double owner_win = 1.5;  // and times as likely for the second of two owners
  double push = .2;        // that the closing date has been moved when it is reached
};

// Each deal is of owner 0 or 1, goes from stage 0 to stage 1 with a tenth a week, and is open until the hazards end it.
inline std::vector<DealHistory> MakeCompany(const PlantedCompany& planted) {
  std::vector<DealHistory> deals;
  deals.reserve(static_cast<std::size_t>(planted.deals));
  for (int i = 0; i < planted.deals; ++i) {
    RandomStream random(planted.seed, "company", static_cast<std::uint64_t>(i));
    DealHistory deal{.created_day = static_cast<Day>(random.Integer(0, planted.days - 1)),
                     .segment = static_cast<int>(random.Integer(0, 2)),
                     .type = 0};
    DealState state{.from_day = deal.created_day,
                    .known_day = deal.created_day,
                    .stage = 0,
                    .amount = std::round(random.LogNormal(10'000, .7)),
                    .close_day = deal.created_day + 60,
                    .owner = static_cast<int>(random.Integer(0, 1)),
                    .team = 0};
    deal.states.push_back(state);
    for (Day day = deal.created_day + 1; state.kind == DealKind::kOpen; ++day) {
      const double win =
          planted.win / 7 * (state.stage == 1 ? planted.stage_win : 1) * (state.owner == 1 ? planted.owner_win : 1);
      const double drawn = random.Uniform();
      const bool moves = random.Chance(.1 / 7);
      const bool is_due = state.close_day && day >= *state.close_day;
      state.from_day = state.known_day = day;
      if (drawn < win + planted.loss / 7) {
        state.kind = drawn < win ? DealKind::kWon : DealKind::kLost;
        state.close_day = day;
      } else if (state.stage == 0 && moves) {
        state.stage = 1;
      } else if (is_due && random.Chance(planted.push)) {
        state.close_day = day + 30;
      } else {
        if (random.Chance(.05)) deal.contact_days.push_back(day);
        continue;
      }
      deal.states.push_back(state);
    }
    deals.push_back(deal);
  }
  return deals;
}

}  // namespace weir::forecast
