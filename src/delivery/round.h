// One look at what is due: makes what subscriptions ask for, and sends what waits. To be called now and then by whoever
// owns the workspace, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "analysis/principal.h"
#include "base/result.h"
#include "base/time.h"
#include "delivery/channels.h"
#include "delivery/outbox.h"
#include "delivery/page.h"
#include "delivery/sender.h"
#include "delivery/subscription.h"
#include "engine/engine.h"
#include "store/database.h"

namespace weir::delivery {

struct RoundSetup {
  store::Connection& connection;
  const std::vector<Subscription>& subscriptions;  // that are on
  const Channels& channels;
  Sender& sender;
  TimeZone zone = TimeZone::Utc();
  std::int64_t data_version = 0;
  std::function<Instant()> clock;
  // An answer as the account that subscribed sees it; an error where the account is no more.
  std::function<Result<engine::Answer>(const std::string& owner, const engine::Question& question)> ask;
  // Into the audit log: what became of a delivery.
  std::function<void(const std::string& owner, std::string_view what, const std::string& subject)> record;
  std::stop_token stop = {};
};

// Which data version a subscription to new leaks was last made for; of one process.
using LeaksSeen = std::map<std::int64_t, std::int64_t>;

// A subscription that cannot be made now (its account is gone, its team too) leaves the others; why is said in
// `problems`.
struct RoundOutcome {
  std::int64_t made = 0;
  std::int64_t sent = 0;
  std::int64_t failed = 0;  // and tried again later
  std::int64_t given_up = 0;
  std::vector<std::pair<std::int64_t, Error>> problems = {};  // by subscription
};
Result<RoundOutcome> MakeRound(const RoundSetup& setup, LeaksSeen& seen);

// Sends one delivery now, whatever the hour; what became of it.
Result<std::optional<Failure>> SendNow(std::int64_t id, const RoundSetup& setup);

}  // namespace weir::delivery
