// The states of deals around a window of time, as the columns of a movement. Internal to pipeline/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "metrics/catalog.h"
#include "pipeline/movement.h"
#include "pipeline/scope.h"

namespace weir::pipeline {

struct StatesQuestion {
  ScopeParams scope = {};
  std::vector<std::string> categories = {};  // empty: any
  bool as_it_stood = true;                   // teams at the start are those of then, else those of the end
  Instant start = {};
  Instant end = {};
};

// A deal as it stood at one of the moments.
struct DealState {
  std::string name = {};
  std::string account = {};
  std::string stage = {};
  std::string category = {};
  std::string owner = {};
  std::string team = {};
  std::string currency = {};
  Standing standing = Standing::kOpen;
  std::int64_t amount = kNoAmount;
  std::int32_t close_day = kNoDay;
  std::int32_t created_day = kNoDay;
  bool lacks_team = false;   // it has an owner, who is of no team
  bool lacks_stage = false;  // of its stage the list of stages knows nothing
  bool fits_fixed = false;
  bool fits = false;
};

// Owns the columns. Deals are numbered in the order of their ids.
struct DealStates {
  std::vector<std::string> ids = {};  // by deal
  std::vector<std::optional<DealState>> at_start = {};
  std::vector<std::optional<DealState>> at_end = {};
  std::vector<std::uint8_t> in_scope_at_start = {};
  std::vector<std::uint8_t> in_scope_at_end = {};
  // What is said of the start was first seen after it, with nothing between that tells how it came to be so.
  std::vector<std::uint8_t> is_start_seen_later = {};

  std::vector<std::int32_t> deal = {};
  std::vector<std::int64_t> since = {};
  std::vector<Standing> standing = {};
  std::vector<std::int64_t> amount = {};
  std::vector<std::uint16_t> currency = {};
  std::vector<std::int32_t> close_day = {};
  std::vector<std::uint8_t> in_category = {};
  std::vector<std::uint8_t> in_scope = {};
  std::vector<std::int32_t> version = {};  // of the model; -1 of a state that no version tells

  std::vector<std::string> currencies = {};  // by number
  std::vector<Rate> rates = {};
  int decimals = 2;
  bool had_team = true;           // false: the team or the owner did not exist at the start
  std::int64_t told_changes = 0;  // states within the window that a history or a difference of imports tells

  DealVersions columns() const { return {deal, since, standing, amount, currency, close_day, in_category, in_scope}; }
  DealScope scope() const { return {in_scope_at_start, in_scope_at_end}; }
};

// Reads both moments, each with the rights and the organisation of its own, and what changed between them.
Result<DealStates> ReadDealStates(const metrics::MetricCatalog& catalog, const StatesQuestion& question,
                                  analysis::Context& context);

}  // namespace weir::pipeline
