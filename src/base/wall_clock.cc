#include "base/wall_clock.h"

namespace weir {
namespace {

// Clocks change at a quarter of an hour everywhere since 1972.
constexpr std::int64_t kQuarter = 15 * 60 * kMicrosPerSecond;

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

void WallClock::Fill(Slot& slot, std::int64_t quarter) const {
  const std::int64_t local = quarter * kQuarter;
  const Instant first = zone_.FromLocalMicros(local);
  slot.quarter = quarter;
  slot.offset = local - first.micros;
  slot.second_offset = slot.offset;
  slot.is_missing = zone_.ToLocalMicros(first) != local;
  slot.is_repeated = false;
  if (slot.is_missing) return;
  // Clocks go back by an hour, by half of one (Lord Howe Island), or by two.
  for (const std::int64_t quarters : {4, 2, 8}) {
    const Instant again{first.micros + quarters * kQuarter};
    if (zone_.ToLocalMicros(again) == local) {
      slot.is_repeated = true;
      slot.second_offset = local - again.micros;
      return;
    }
  }
}

WallClock::Reading WallClock::At(std::int64_t local_micros) {
  if (zone_.is_utc()) return {{local_micros}, {local_micros}, false, false};
  const std::int64_t quarter = FloorDivide(local_micros, kQuarter);
  Slot& slot = slots_[static_cast<std::uint64_t>(quarter) % slots_.size()];
  if (slot.quarter != quarter) Fill(slot, quarter);
  return {{local_micros - slot.offset}, {local_micros - slot.second_offset}, slot.is_repeated, slot.is_missing};
}

std::int64_t WallClock::Show(Instant instant) {
  if (zone_.is_utc()) return instant.micros;
  const std::int64_t quarter = FloorDivide(instant.micros, kQuarter);
  Offset& shown = shown_[static_cast<std::uint64_t>(quarter) % shown_.size()];
  if (shown.quarter != quarter) {
    const Instant begin{quarter * kQuarter};
    shown = {quarter, zone_.ToLocalMicros(begin) - begin.micros};
  }
  return instant.micros + shown.offset;
}

}  // namespace weir
