// Wall-clock readings of a zone as instants, fast: one look-up of the zone for each quarter of an hour that a file
// mentions. Private to sources/.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace weir::sources {

class WallClock {
 public:
  explicit WallClock(TimeZone zone) : zone_(std::move(zone)) {}

  struct Reading {
    Instant instant;  // the first passing, or the missing time moved forward
    Instant second;   // the second passing of a repeated hour; else the same
    bool is_repeated = false;
    bool is_missing = false;
  };
  Reading At(std::int64_t local_micros);

  const TimeZone& zone() const { return zone_; }

 private:
  struct Slot {
    std::int64_t quarter = INT64_MIN;
    std::int64_t offset = 0;  // local minus UTC
    std::int64_t second_offset = 0;
    bool is_repeated = false;
    bool is_missing = false;
  };
  void Fill(Slot& slot, std::int64_t quarter) const;

  TimeZone zone_;
  std::array<Slot, 1024> slots_{};
};

}  // namespace weir::sources
