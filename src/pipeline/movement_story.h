// For tests: states of deals written one a line, as the columns of a movement.
#pragma once

#include <string>
#include <vector>

#include "pipeline/movement.h"

namespace weir::pipeline::testing {

struct State {
  std::int32_t deal = 0;
  std::int64_t since = 0;
  Standing standing = Standing::kOpen;
  std::int64_t amount = 1'000'000;
  std::int32_t close_day = kNoDay;
  std::uint16_t currency = 0;
  bool in_category = true;
  bool in_scope = true;
};

// Owns the columns. Scope at a moment is that of the state in force, unless set otherwise.
class States {
 public:
  States(const std::vector<State>& states, const Window& window) {
    for (const State& state : states) {
      deal_.push_back(state.deal);
      since_.push_back(state.since);
      standing_.push_back(state.standing);
      amount_.push_back(state.amount);
      close_day_.push_back(state.close_day);
      currency_.push_back(state.currency);
      in_category_.push_back(state.in_category ? 1 : 0);
      in_scope_.push_back(state.in_scope ? 1 : 0);
      const auto count = static_cast<std::size_t>(state.deal) + 1;
      at_start.resize(std::max(at_start.size(), count));
      at_end.resize(at_start.size());
      if (state.since <= window.start) at_start[count - 1] = state.in_scope ? 1 : 0;
      if (state.since <= window.end) at_end[count - 1] = state.in_scope ? 1 : 0;
    }
  }

  DealVersions columns() const {
    return {deal_, since_, standing_, amount_, currency_, close_day_, in_category_, in_scope_};
  }
  DealScope scope() const { return {at_start, at_end}; }

  std::vector<std::uint8_t> at_start;
  std::vector<std::uint8_t> at_end;

 private:
  std::vector<std::int32_t> deal_;
  std::vector<std::int64_t> since_;
  std::vector<Standing> standing_;
  std::vector<std::int64_t> amount_;
  std::vector<std::int32_t> close_day_;
  std::vector<std::uint16_t> currency_;
  std::vector<std::uint8_t> in_category_;
  std::vector<std::uint8_t> in_scope_;
};

}  // namespace weir::pipeline::testing
