// What follows what in a part of a log, as the cuts of the inductive miner need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journey/discovery/sub_log.h"

namespace weir::journey {

struct FollowsArc {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint64_t count = 0;

  bool operator==(const FollowsArc&) const = default;
};

// Arcs by source, then target. Memory O(arcs + activities).
class FollowsGraph {
 public:
  FollowsGraph() = default;
  // Arcs in any order, each pair once.
  FollowsGraph(std::vector<FollowsArc> arcs, std::vector<std::uint64_t> starts, std::vector<std::uint64_t> ends);

  std::uint32_t size() const { return static_cast<std::uint32_t>(starts_.size()); }
  std::span<const FollowsArc> arcs() const { return arcs_; }
  std::span<const FollowsArc> From(std::uint32_t activity) const {
    return std::span(arcs_).subspan(begin_[activity], begin_[activity + 1] - begin_[activity]);
  }
  // By binary search among the arcs of the source.
  bool Has(std::uint32_t from, std::uint32_t to) const;
  std::uint64_t starts(std::uint32_t activity) const { return starts_[activity]; }
  std::uint64_t ends(std::uint32_t activity) const { return ends_[activity]; }

 private:
  std::vector<FollowsArc> arcs_;
  std::vector<std::uint32_t> begin_;  // activities + 1
  std::vector<std::uint64_t> starts_;
  std::vector<std::uint64_t> ends_;
};

// O(steps) where the square of the activities is small, O(steps log steps) else: never more memory than O(steps) and a
// table of 512 x 512.
FollowsGraph GraphOf(const SubLog& log);

// Without the arcs whose count is not above `noise` times the largest way out of their source, an end being a way out
// (Leemans, Fahland and van der Aalst 2013, "infrequent"). Starts and ends stay.
FollowsGraph WithoutNoise(const FollowsGraph& graph, double noise);

}  // namespace weir::journey
