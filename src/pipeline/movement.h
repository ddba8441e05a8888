// What became of the pipeline between two moments, deal by deal: what it was, the parts of its change, and what it is.
//
// A deal is counted at a moment if it is open then, in the scope that is asked about, is to close in the period and is
// of the category. Only the two moments and what stands at them are compared: a deal whose date moved out and back
// has no part. Parts of one deal, in this order:
//   - Of a deal counted at the start: `exchange_rate`, its old amount at the rate of the end less the same at that of
//     the start; then what its amount changed by, at the rate of the end (`amount_up`, `amount_down`; `first_known` of
//     one that had no amount); then, if it is counted no more, why it left, with all that it has come to.
//   - Of a deal counted at the end alone: why it came, with its amount at the end.
//   - Of a deal counted at neither, but at some moment between: why it came and why it left, with its amount at the
//     end. So is one that is closed at the end, was not at the start and fits the scope, the period and the category.
// Why it came is the first that kept it out at the start: it did not exist (`created`), was closed (`reopened`), was
// deleted, unseen or out of the scope (`joined_scope`), out of the period (`pulled_in`), of another category
// (`moved_in`). Why it left is the first that keeps it out at the end: it is deleted (`removed`), unseen or out of
// the scope (`left_scope`), to close or closed after the period (`pushed_out`), `won`, `lost`, to close before the
// period (`pushed_out` too), of another category (`moved_out`). So a deal created, pushed and won in the window was
// created and won.
//
// Rates are those of contracts.md, 2: open deals at the day of the moment, closed ones at the day of their closing,
// each rounded half to even. An amount in a currency without a rate is not converted: its deals have totals of their
// own in that currency, and one that changes between two such totals goes down in the one and up in the other. Every
// total closes: start and its parts are its end, exactly.
//
// Cost: O(versions), one pass; O(counted deals) of memory. Deterministic; safe to call from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace weir::pipeline {

enum class Standing : std::uint8_t { kOpen, kWon, kLost, kGone, kUnseen };

inline constexpr std::int64_t kNoAmount = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();

// One row a state: those of a deal together, the oldest first, each valid until the next. All spans are of one length.
struct DealVersions {
  std::span<const std::int32_t> deal = {};    // from 0 up, rising
  std::span<const std::int64_t> since = {};   // microseconds since 1970, rising within a deal
  std::span<const Standing> standing = {};    // of a deal that is gone or unseen the other columns are the last known
  std::span<const std::int64_t> amount = {};  // of 10^-4; kNoAmount where it is not known
  std::span<const std::uint16_t> currency = {};
  std::span<const std::int32_t> close_day = {};  // days since 1970; kNoDay where there is none
  std::span<const std::uint8_t> in_category = {};
  std::span<const std::uint8_t> in_scope = {};  // for states between the moments
};

// Whether a deal is in the scope at each of the moments: teams change without a new state of their deals.
struct DealScope {
  std::span<const std::uint8_t> at_start = {};  // by deal
  std::span<const std::uint8_t> at_end = {};
};

// What one unit of a currency is worth, of 10^-9, from a day until another, which is excluded.
struct Rate {
  std::uint16_t currency = 0;
  std::int32_t from_day = 0;
  std::int32_t until_day = 0;
  std::int64_t units = 0;
};

struct Window {
  std::int64_t start = 0;  // the last microsecond before the window
  std::int64_t end = 0;    // the last one of it
  std::int32_t start_day = 0;
  std::int32_t end_day = 0;
  // Days on which deals are to close; a deal without such a day is in no period.
  bool has_period = false;
  std::int32_t first_close_day = 0;
  std::int32_t last_close_day = 0;
  int decimals = 2;  // of the reporting currency
};

enum class Part : std::uint8_t {
  kCreated,
  kReopened,
  kAmountUp,
  kFirstKnown,
  kPulledIn,
  kMovedIn,
  kJoinedScope,
  kAmountDown,
  kPushedOut,
  kLost,
  kWon,
  kMovedOut,
  kLeftScope,
  kRemoved,
  kExchangeRate,
};
inline constexpr std::size_t kParts = 15;
std::string_view NameOf(Part part);

inline constexpr std::uint16_t kReporting = std::numeric_limits<std::uint16_t>::max();

struct DealPart {
  std::int32_t deal = 0;
  Part part = Part::kCreated;
  std::uint16_t currency = kReporting;  // of the total that it is of
  std::int64_t units = 0;               // of 10^-4, with its sign
  std::int32_t before = -1;             // rows of the states at the start and at the end; -1 where there is none
  std::int32_t after = -1;
  std::int32_t cause = -1;  // row of the state that brought it; -1 where none did: a rate, a change of teams
};

struct Total {
  std::uint16_t currency = kReporting;
  Int128 start = 0;
  Int128 end = 0;
  std::int64_t start_deals = 0;
  std::int64_t end_deals = 0;
  std::int64_t start_unknown = 0;  // counted deals without an amount
  std::int64_t end_unknown = 0;
  std::array<Int128, kParts> units = {};
  std::array<std::int64_t, kParts> deals = {};
};

struct Movement {
  std::vector<DealPart> parts = {};           // by deal
  std::vector<std::int32_t> start_rows = {};  // states counted at the start, by deal
  std::vector<std::int32_t> end_rows = {};
  std::vector<Total> totals = {};  // of the reporting currency; then of each without a rate, by its number
};

// `rates` rise by currency and day. Columns of different lengths and a window that ends before it starts are bugs.
Movement MovementOf(const DealVersions& versions, const DealScope& scope, std::span<const Rate> rates,
                    const Window& window);

// The amount at a rate, both as above, rounded half to even to `decimals`; at a rate of 1 as it is. kNoAmount beyond
// what a ledger holds.
std::int64_t AtRate(std::int64_t amount, std::int64_t rate, int decimals);

}  // namespace weir::pipeline
