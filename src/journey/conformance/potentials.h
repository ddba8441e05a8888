// Lower bounds of what it costs to bring the rest of a trace and a marking together to the end, for the search of
// alignments.
//
// The bound is the marking equation relaxed to a linear program (van der Aalst, Adriansyah, van Dongen 2012), with the
// trace split at places where one equation after another must hold (van Dongen 2018). It is kept as the solution of
// the dual program: a number for each token and a number for each event still to come. Its constraints do not depend
// on marking or position, so that one solution bounds every state of the search, in time of the marked places, and
// the bound never falls by more than a move costs. Solutions are taken over as whole multiples of 1 / kScale, and only
// when all constraints hold exactly in these: no bound hangs on the solver's rounding.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "journey/conformance/net_index.h"

namespace weir::journey {

inline constexpr std::int64_t kScale = 720'720;  // divisible by 1 to 16

struct Potentials {
  std::vector<std::uint32_t> segment_of;         // for each position of the trace, 0 to its length
  std::vector<std::int64_t> left;                // for each position: what the rest of the trace and the end give
  std::vector<std::vector<std::int64_t>> token;  // for each segment and place: what a token there takes off

  // Whole moves that are at least needed from this marking with this many steps of the trace done.
  std::uint32_t Bound(std::span<const std::uint8_t> tokens, std::size_t done) const;
};

// For a trace from the initial marking, split before the steps `splits` (rising, each above 0 and below the length).
// Nothing where the program has no exact solution or more than `most_columns` columns. Cost of one linear program of
// about (splits + 1) x (2 x transitions + activities) columns.
std::optional<Potentials> PotentialsOf(const NetIndex& net, std::span<const ActivityId> trace,
                                       std::span<const std::uint32_t> splits, std::size_t most_columns = 10'000);

}  // namespace weir::journey
