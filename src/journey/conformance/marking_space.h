// The markings of a net that a search has met, each under a number, with what can fire in each. They are made as they
// are asked for and kept, so that all variants of a log walk the same graph.
//
// For one thread. Silent transitions that lose nothing (NetIndex::is_eager) fire as soon as they are enabled: the
// space holds only markings in which none of them is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "journey/conformance/net_index.h"

namespace weir::journey {

using MarkingId = std::uint32_t;

struct Firing {
  std::uint32_t transition = 0;
  MarkingId to = 0;
  std::uint32_t consumed = 0;  // tokens taken by it and by the eager ones after it
  std::uint32_t silent = 0;    // silent transitions among these
};

class MarkingSpace {
 public:
  // Holds at most `most_markings`; `net` must live longer.
  MarkingSpace(const NetIndex& net, std::size_t most_markings);

  MarkingId initial() const { return initial_; }
  MarkingId final() const { return final_; }
  // What the eager transitions took on the way from the initial marking of the net to initial().
  std::uint32_t consumed_at_first() const { return at_first_.consumed; }

  std::size_t size() const { return size_; }
  std::span<const std::uint8_t> Tokens(MarkingId id) const {
    return std::span(tokens_).subspan(std::size_t{id} * net_->places, net_->places);
  }
  bool IsEnabled(MarkingId id, std::uint32_t transition) const;
  // All that is enabled, by transition, but what would go beyond a limit. Valid until the next call of a member that
  // is not const.
  std::span<const Firing> FiringsOf(MarkingId id) { return Known(all_, id, false); }
  // The silent ones of these alone: no marking is made that only a visible one leads to.
  std::span<const Firing> SilentFiringsOf(MarkingId id) { return Known(silent_, id, true); }
  // Of one transition that is enabled; kNoValue in `to` beyond a limit.
  Firing Fire(MarkingId id, std::uint32_t transition);
  // The marking with these tokens, after its eager transitions; the counts of `so_far` grow by theirs. kNoValue beyond
  // a limit.
  MarkingId Keep(std::vector<std::uint8_t>& tokens, Firing& so_far);

  // Whether anything was refused for a limit: answers from this space may then be short of some runs.
  bool was_cut() const { return was_cut_; }
  // Forgets all but the initial and the final marking.
  void Clear();

 private:
  // What can fire in each marking, filled as it is asked for.
  struct FiringLists {
    std::vector<std::uint32_t> begin;  // for each marking; kNoValue: not asked for yet
    std::vector<std::uint32_t> count;
    std::vector<Firing> firings;
  };

  std::span<const Firing> Known(FiringLists& lists, MarkingId id, bool only_silent);
  // Those that the places in `waiting_` let fire, and what follows from them.
  void FireEager(std::vector<std::uint8_t>& tokens, Firing& so_far);
  bool Move(std::vector<std::uint8_t>& tokens, std::uint32_t transition);
  MarkingId Intern(std::span<const std::uint8_t> tokens);
  void Grow();

  const NetIndex* net_;
  std::size_t most_markings_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> tokens_;
  std::vector<std::uint32_t> slots_;  // open addressing; kNoValue: free
  std::vector<std::uint64_t> hashes_;
  FiringLists all_;
  FiringLists silent_;
  std::vector<std::uint8_t> scratch_;
  std::vector<std::uint32_t> enabled_;
  std::vector<std::uint32_t> waiting_;
  MarkingId initial_ = 0;
  MarkingId final_ = 0;
  Firing at_first_;
  bool was_cut_ = false;
};

}  // namespace weir::journey
