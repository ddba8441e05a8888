// rapidfuzz's C++ the way its users call it, with all that this processor can do. Compiled by bench/peers/similarity
// where the header is there.
#include <rapidfuzz_amalgamated.hpp>

#include "similarity_ways.h"

namespace weir::bench {

namespace {

template <class Compare, class Out>
void Each(Texts left, Texts right, std::span<Out> out, const Compare& compare) {
  for (std::size_t i = 0; i < left.size(); ++i) out[i] = static_cast<Out>(compare(left[i], right[i]));
}

template <class Cached, class Compare, class Out>
void EachOfOne(Texts left, Texts right, std::span<Out> out, const Compare& compare) {
  for (std::size_t first = 0; first < left.size(); first += kPairsOfOne) {
    const Cached query(left[first]);
    for (std::size_t i = first; i < first + kPairsOfOne; ++i) out[i] = static_cast<Out>(compare(query, right[i]));
  }
}

}  // namespace

std::vector<Way> RapidfuzzWays() {
  using Similarities = std::span<double>;
  using Distances = std::span<std::uint32_t>;
  std::vector<Way> ways;
  const auto add = [&](const char* function, const char* way, auto run) {
    ways.push_back({function, way, "rapidfuzz", run});
  };
  add("jaro_winkler", "single", [](Texts left, Texts right, Similarities out, Distances) {
    Each(left, right, out, [](auto a, auto b) { return rapidfuzz::jaro_winkler_similarity(a, b); });
  });
  add("jaro_winkler", "one_to_many", [](Texts left, Texts right, Similarities out, Distances) {
    EachOfOne<rapidfuzz::CachedJaroWinkler<char>>(left, right, out,
                                                  [](const auto& query, auto b) { return query.similarity(b); });
  });
  add("levenshtein", "single", [](Texts left, Texts right, Similarities, Distances out) {
    Each(left, right, out, [](auto a, auto b) { return rapidfuzz::levenshtein_distance(a, b); });
  });
  add("levenshtein", "one_to_many", [](Texts left, Texts right, Similarities, Distances out) {
    EachOfOne<rapidfuzz::CachedLevenshtein<char>>(left, right, out,
                                                  [](const auto& query, auto b) { return query.distance(b); });
  });
  add("levenshtein_2", "single", [](Texts left, Texts right, Similarities, Distances out) {
    Each(left, right, out, [](auto a, auto b) { return rapidfuzz::levenshtein_distance(a, b, {1, 1, 1}, 2); });
  });
  add("levenshtein_2", "one_to_many", [](Texts left, Texts right, Similarities, Distances out) {
    EachOfOne<rapidfuzz::CachedLevenshtein<char>>(left, right, out,
                                                  [](const auto& query, auto b) { return query.distance(b, 2); });
  });
  add("osa", "single", [](Texts left, Texts right, Similarities, Distances out) {
    Each(left, right, out, [](auto a, auto b) { return rapidfuzz::osa_distance(a, b); });
  });
  add("osa", "one_to_many", [](Texts left, Texts right, Similarities, Distances out) {
    EachOfOne<rapidfuzz::CachedOSA<char>>(left, right, out,
                                          [](const auto& query, auto b) { return query.distance(b); });
  });
  add("damerau_levenshtein", "single", [](Texts left, Texts right, Similarities, Distances out) {
    Each(left, right, out, [](auto a, auto b) { return rapidfuzz::experimental::damerau_levenshtein_distance(a, b); });
  });
  add("damerau_levenshtein", "one_to_many", [](Texts left, Texts right, Similarities, Distances out) {
    EachOfOne<rapidfuzz::experimental::CachedDamerauLevenshtein<char>>(
        left, right, out, [](const auto& query, auto b) { return query.distance(b); });
  });
  return ways;
}

}  // namespace weir::bench
