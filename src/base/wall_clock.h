// What clocks on the wall of a zone show, and when, fast: the zone is looked up once for each quarter of an hour that
// is asked about. Not for several threads at once.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace weir {

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

  // What the clock shows, as if it were UTC micros.
  std::int64_t Show(Instant instant);

  const TimeZone& zone() const { return zone_; }

 private:
  struct Slot {
    std::int64_t quarter = INT64_MIN;
    std::int64_t offset = 0;  // local minus UTC
    std::int64_t second_offset = 0;
    bool is_repeated = false;
    bool is_missing = false;
  };
  struct Offset {
    std::int64_t quarter = INT64_MIN;
    std::int64_t offset = 0;
  };
  void Fill(Slot& slot, std::int64_t quarter) const;

  TimeZone zone_;
  std::array<Slot, 1024> slots_{};
  std::array<Offset, 1024> shown_{};
};

}  // namespace weir
