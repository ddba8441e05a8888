// Open deals with all that is known of how they stand and how they came to. Internal to pipeline/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "pipeline/movement.h"
#include "pipeline/risk.h"
#include "pipeline/scope.h"

namespace weir::pipeline {

// What a field was on the day asked about, and who made it what it is.
struct FieldChange {
  std::string field =
      {};  // amount, close_date, stage, category, owner, next_step; created of a deal newer than the day
  std::string was = {};
  std::string is = {};
  std::int64_t at = kAlways;
  std::string by = {};
};

struct OpenDeal {
  std::string id = {};
  std::string name = {};
  std::string account = {};
  std::string pipeline = {};
  std::string stage = {};
  std::string category = {};
  std::string owner = {};
  std::string team = {};
  std::string currency = {};
  std::string next_step = {};
  std::int64_t amount = kNoAmount;            // in its own currency
  std::int64_t amount_reporting = kNoAmount;  // in that of reports
  std::int32_t close_day = kNoDay;
  std::int64_t created_at = kAlways;
  std::int64_t entered_stage_at = kAlways;
  std::int64_t last_talk_at = kAlways;
  std::int64_t next_step_at = kAlways;
  std::int64_t contacts = 0;
  std::int64_t pushes = 0;
  std::int64_t days_pushed = 0;
  std::int64_t owner_changes = 0;
  bool is_told = false;  // by a history or by differences of imports
  bool has_shrunk = false;
  std::vector<FieldChange> changes = {};
};

// What the data tell at all: a sign that no deal has is none.
struct Known {
  bool talks = false;
  bool next_steps = false;
  bool next_step_times = false;
  bool contacts = false;
  bool close_dates = false;
};

struct StageName {
  std::string pipeline = {};
  std::string stage = {};
  auto operator<=>(const StageName&) const = default;
};

struct OpenDeals {
  std::vector<OpenDeal> deals = {};  // by id
  Known known = {};
  std::map<StageName, std::int32_t> stages = {};
  std::vector<Norm> norms = {};         // of these stages, by won deals of the whole company
  std::int64_t large_from = kNoAmount;  // the median of won amounts; deals of more are large
};

// `condition` is SQL over a row of scoped.deal.
Result<OpenDeals> ReadOpenDeals(const Scope& scope, const std::string& condition, Instant since,
                                analysis::Context& context);

}  // namespace weir::pipeline
