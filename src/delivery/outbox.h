// What is to be sent, kept in the workspace until it has been: meta.delivery has a row a delivery, found by its key
// (who, what, which period), so that nothing is made twice; meta.delivery_told which leaks a subscription has heard of.
//
// A delivery is written before anything is sent, and each try is written before and after it. Where the program ends
// between the two, the delivery is tried again under the same key, which receivers get with it: nothing is lost, and
// what came twice can be told by its key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/time.h"
#include "delivery/letter.h"
#include "delivery/sender.h"
#include "store/database.h"

namespace weir::delivery {

// Steps of the store's schema.
std::span<const std::string_view> OutboxMigrations();

struct ToldLeak {
  std::string leak = {};
  std::optional<Decimal> amount = {};  // that can be won back; not known
};

struct NewDelivery {
  std::int64_t subscription_id = 0;
  std::string owner = {};
  std::string kind = {};
  std::string period = {};
  std::string channel = {};
  std::string address = {};
  std::string key = {};
  Letter letter = {};
  std::vector<ToldLeak> told = {};  // that it tells of
};

struct PendingDelivery {
  std::int64_t id = 0;
  std::int64_t subscription_id = 0;
  std::string channel = {};
  Parcel parcel = {};
  std::int64_t attempts = 0;
  Instant give_up_at = {};
};

class Outbox {
 public:
  explicit Outbox(store::Connection& connection) : connection_(connection) {}

  // "12:brief:2026-11-23".
  static std::string KeyOf(std::int64_t subscription_id, std::string_view kind, std::string_view period);
  Result<bool> Has(const std::string& key);
  // In one transaction with what it tells of. Its number, or none where the key is known already.
  Result<std::optional<std::int64_t>> Put(const NewDelivery& delivery, Instant now);

  // What may be tried now, the oldest first: what waits, and what was being sent when the program ended.
  Result<std::vector<std::int64_t>> DueNow(Instant now);
  // Counts the try before it is made. Nothing where the delivery is done already.
  Result<std::optional<PendingDelivery>> Begin(std::int64_t id, Instant now);
  // What came of the try. A delivery that is given up forgets what it told of, so that the next one tells it.
  Status End(const PendingDelivery& delivery, const std::optional<Failure>& failure, Instant now);
  // Puts a try off that is not to be made now, without counting it.
  Status PutOff(std::int64_t id, Instant until);

  // Leaks that the subscription has heard of, with what they were then.
  Result<std::map<std::string, std::optional<Decimal>>> Told(std::int64_t subscription_id);
  // Drops what was done with long ago.
  Status Forget(Instant before);

 private:
  store::Connection& connection_;
};

// Whether a leak is to be told: one that was not, or that has grown by a quarter or more since.
bool IsNews(const std::map<std::string, std::optional<Decimal>>& told, const std::string& leak,
            const std::optional<Decimal>& amount);

}  // namespace weir::delivery
