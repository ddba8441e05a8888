#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "identity/edit_distance.h"
#include "identity/lanes.h"

// Batches of edit distances: what lanes can take goes there, the rest one by one. Inner part of this folder.
namespace weir::identity {

using EditKernel = void (*LaneKernels::*)(const LaneTile&, LaneDistances&);

// What becomes of a tile: the distances of its lanes.
struct FinishEdits {
  EditKernel kernel;
  std::span<std::uint32_t> out;
  std::uint32_t limit;

  void operator()(const LaneKernels& kernels, const LaneTile& tile) const {
    LaneDistances distances;
    (kernels.*kernel)(tile, distances);
    for (int lane = 0; lane < tile.count; ++lane) {
      out[tile.index[lane]] = std::min<std::uint32_t>(distances[lane], limit + 1);
    }
  }
};

template <class Single>
void EditPairs(EditKernel kernel, std::span<const std::string_view> left, std::span<const std::string_view> right,
               std::span<std::uint32_t> out, std::uint32_t limit, const Single& single) {
  LaneFiller<FinishEdits> lanes(WidestLanes(), {kernel, out, limit});
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (IsFarBySize(left[i].size(), right[i].size(), limit)) {
      out[i] = limit + 1;
    } else if (!lanes.Take(i, left[i], right[i])) {
      out[i] = single(left[i], right[i], limit);
    }
  }
  lanes.Close();
}

template <class Single>
void EditAgainst(EditKernel kernel, std::string_view query, std::span<const std::string_view> others,
                 std::span<std::uint32_t> out, std::uint32_t limit, const Single& single) {
  LaneFiller<FinishEdits> lanes(WidestLanes(), {kernel, out, limit}, query);
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (IsFarBySize(query.size(), others[i].size(), limit)) {
      out[i] = limit + 1;
    } else if (!lanes.Take(i, others[i])) {
      out[i] = single(others[i]);
    }
  }
  lanes.Close();
}

}  // namespace weir::identity
