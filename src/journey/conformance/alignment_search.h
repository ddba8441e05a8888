// The cheapest way to bring one trace and one model together: A* over pairs of a marking and a number of steps done.
//
// A move of both costs nothing, a silent one nothing, one of the trace or of the model alone costs 1. What a state
// still costs at least comes from Potentials: none while traces fit, then of the marking equation, then, as the
// search grows, with more and more splits of the trace. For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "journey/conformance/marking_space.h"
#include "journey/conformance/potentials.h"

namespace weir::journey {

enum class MoveKind : std::uint8_t { kBoth, kLog, kModel };

struct Move {
  MoveKind kind = MoveKind::kBoth;
  ActivityId activity = kNoValue;

  bool operator==(const Move&) const = default;
};

// Silent moves are left out.
struct Alignment {
  std::uint32_t cost = 0;
  std::uint32_t least_cost = 0;  // the cost itself, or where the budget ended, what it is at least
  std::vector<Move> moves;
  std::uint64_t states = 0;  // looked at

  bool is_optimal() const { return cost == least_cost; }
};

struct SearchLimits {
  std::size_t states = 2'000'000;                // of one trace
  std::size_t markings = std::size_t{1} << 20U;  // of the space
};

class AlignmentSearch {
 public:
  AlignmentSearch(const NetIndex& net, const SearchLimits& limits);

  // Nothing when the budget ended or no run of the model leads to its end; LeastCost() then bounds the cost. When
  // stopped, nothing as well.
  std::optional<Alignment> Run(std::span<const ActivityId> trace, const std::stop_token& stop);
  std::uint32_t LeastCost() const { return least_cost_; }
  // Whether the last run ended because there was nothing left to look at.
  bool WasExhausted() const { return was_exhausted_; }
  std::uint64_t StatesSeen() const { return expanded_; }

 private:
  struct Node {
    MarkingId marking = 0;
    std::uint32_t done = 0;
    std::uint32_t cost = 0;
    std::uint32_t bound = 0;
    std::uint32_t parent = kNoValue;
    std::uint32_t transition = kNoValue;  // of the move that led here; kNoValue: of the trace alone
    std::uint32_t bounds_used = 0;        // how many potentials `bound` is from
    bool is_sync = false;
    bool is_closed = false;
  };
  struct Entry {
    std::uint32_t node = 0;
    std::uint32_t cost = 0;
  };

  void Reset();
  void Reach(MarkingId marking, std::uint32_t done, std::uint32_t cost, std::uint32_t parent, std::uint32_t transition,
             bool is_sync);
  std::uint32_t NodeOf(MarkingId marking, std::uint32_t done);
  void GrowSlots();
  void Refresh(Node& node);
  void Queue(std::uint32_t node);
  bool Next(Entry& entry);
  void Expand(std::uint32_t at, std::span<const ActivityId> trace);
  void Strengthen(std::span<const ActivityId> trace);
  Alignment Traced(std::uint32_t at, std::span<const ActivityId> trace) const;

  const NetIndex* net_;
  SearchLimits limits_;
  MarkingSpace space_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::vector<Entry>> buckets_;  // by cost and bound together
  std::size_t lowest_ = 0;
  std::vector<Potentials> potentials_;
  std::vector<Firing> firings_;
  std::size_t stage_ = 0;
  std::uint64_t next_stage_at_ = 0;
  std::uint64_t expanded_ = 0;
  std::uint32_t least_cost_ = 0;
  bool was_exhausted_ = false;
};

}  // namespace weir::journey
