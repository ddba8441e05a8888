// Who asked for what: a count by day, caller and thing, for the ranking of what the data are used for. Small and apart
// from the data version: what an answer says never rests on it, but for the answers about use. Noting is O(log n) in
// memory and never touches the disk; Maintain writes it down now and then. Safe from any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/tables.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::access {

struct Use {
  Date day;  // in UTC
  std::string who;
  std::string department;  // of the caller, as it was then; empty: not known
  std::string kind;        // analysis, metric, object, column
  std::string thing;       // "won_amount", "deal.amount"
  auto operator<=>(const Use&) const = default;
};

struct CountedUse {
  Use use;
  std::int64_t asks = 0;
};

inline constexpr int kUseDays = 400;  // older than that, of each thing only the last day is kept, and nobody's name

class UseBook {
 public:
  explicit UseBook(Tables& tables) : tables_(tables) {}

  // Off, nothing is noted; what is there stays for its time. On again, the record begins anew.
  void Switch(bool is_on);
  // Pages ask again and again: within a minute the same use counts once.
  void Note(std::vector<Use> uses, Instant at);
  // Counted elsewhere, by a process that could not write.
  void Add(const std::vector<CountedUse>& counted);
  // What is noted and not written down yet; it is then no longer noted here.
  std::vector<CountedUse> TakeNoted();
  bool HasNoted();
  Status Maintain(Instant now);

 private:
  Status Write(store::Session& session, const std::vector<CountedUse>& noted, bool is_on, Date today);

  Tables& tables_;
  std::mutex mutex_;
  bool is_on_ = false;
  std::map<Use, std::int64_t> noted_;
  std::map<Use, Instant> recent_;
  std::optional<std::pair<Date, bool>> written_;  // day and state of what was written last
};

}  // namespace weir::access
