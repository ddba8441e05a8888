#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What bench/peers/similarity measures: ways to compare pairs of texts, ours and those of a peer.
namespace weir::bench {

// Pairs that follow each other and have one left text are compared as one against many.
inline constexpr std::size_t kPairsOfOne = 1000;

using Texts = std::span<const std::string_view>;

struct Way {
  std::string function;  // jaro_winkler, levenshtein, ...
  std::string way;       // single, one_to_many, pairs, ...
  std::string program;
  // Compares a run of pairs, a multiple of kPairsOfOne.
  std::function<void(Texts left, Texts right, std::span<double> similarities, std::span<std::uint32_t> distances)> run;
};

std::vector<Way> RapidfuzzWays();

}  // namespace weir::bench
