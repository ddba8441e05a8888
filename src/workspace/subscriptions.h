// What of src/delivery a workspace keeps and does: subscriptions, a test of a channel, and the round that makes what is
// due and sends what waits. Internal to workspace/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "analysis/declaration.h"
#include "base/result.h"
#include "delivery/round.h"
#include "delivery/subscription.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/kept_items.h"

namespace weir::workspace {

inline constexpr std::string_view kSetSubscription = "delivery.set";
inline constexpr std::string_view kRemoveSubscription = "delivery.remove";
inline constexpr std::string_view kTestDelivery = "delivery.test";

std::span<const std::string_view> SubscriptionMigrations();
Result<std::vector<delivery::Subscription>> ReadSubscriptions(store::Session& session);

// Puts a test into the outbox; the next round sends it.
std::vector<analysis::Action> DeliveryActions();
Result<analysis::Decision> PerformDeliveryTest(store::Connection& connection, const analysis::RawParams& params,
                                               const KeptSetup& setup);
std::vector<analysis::Analysis> DeliveryAnalyses();

// The round of one workspace that is open for writing.
class Deliveries {
 public:
  Deliveries(const store::Database& database, engine::Engine& engine, access::Access& access,
             std::filesystem::path home);
  ~Deliveries();
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;

  // Nothing is done, and no file read, where nobody subscribed and nothing waits. One at a time.
  Result<delivery::RoundOutcome> Round(std::stop_token stop);
  // Whether the channel that an action names is one of weir.toml.
  Status CheckChannel(std::string_view action, const analysis::RawParams& params) const;

 private:
  Result<analysis::Principal> PrincipalOf(const std::string& owner) const;
  Status NoteProblems(store::Connection& connection, const std::vector<delivery::Subscription>& subscriptions,
                      const std::vector<std::pair<std::int64_t, Error>>& problems);

  const store::Database& database_;
  engine::Engine& engine_;
  access::Access& access_;
  std::filesystem::path home_;
  std::unique_ptr<delivery::Sender> sender_;
  delivery::LeaksSeen seen_;
  std::mutex one_;
};

}  // namespace weir::workspace
