#include "identity/evaluate.h"

#include <algorithm>
#include <numeric>

namespace weir::identity {
namespace {

double Share(double part, double whole) { return whole > 0 ? part / whole : 0; }

void SetF1(Quality& quality) {
  quality.f1 = Share(2 * quality.precision * quality.recall, quality.precision + quality.recall);
}

// Of each record the first one of its component.
std::vector<std::uint32_t> ComponentsOf(std::size_t records, std::span<const RecordPair> pairs) {
  std::vector<std::uint32_t> parents(records);
  std::iota(parents.begin(), parents.end(), 0);
  const auto root = [&](std::uint32_t record) {
    while (parents[record] != record) {
      parents[record] = parents[parents[record]];
      record = parents[record];
    }
    return record;
  };
  for (const auto& [a, b] : pairs) {
    const std::uint32_t root_a = root(a);
    const std::uint32_t root_b = root(b);
    parents[std::max(root_a, root_b)] = std::min(root_a, root_b);
  }
  for (std::uint32_t record = 0; record < records; ++record) parents[record] = root(record);
  return parents;
}

std::vector<double> SizesOf(std::span<const std::uint32_t> clusters) {
  std::vector<double> sizes(clusters.size(), 0);
  for (const std::uint32_t cluster : clusters) ++sizes[cluster];
  return sizes;
}

}  // namespace

std::uint64_t PairsWithin(std::span<const std::uint32_t> clusters, std::size_t second_begins) {
  const std::size_t first_ends = std::min(second_begins, clusters.size());
  std::vector<std::uint64_t> first(clusters.size(), 0);
  for (const std::uint32_t cluster : clusters.first(first_ends)) ++first[cluster];
  std::uint64_t pairs = 0;
  if (first_ends < clusters.size()) {
    for (const std::uint32_t cluster : clusters.subspan(first_ends)) pairs += first[cluster];
  } else {
    for (const std::uint64_t size : first) pairs += size < 2 ? 0 : size * (size - 1) / 2;
  }
  return pairs;
}

PairQuality EvaluatePairs(std::span<const std::uint32_t> clusters, std::span<const RecordPair> truth,
                          std::size_t second_begins) {
  const bool is_two = second_begins < clusters.size();
  std::vector<RecordPair> pairs;
  pairs.reserve(truth.size());
  for (const auto& [a, b] : truth) {
    const auto [low, high] = std::minmax(a, b);
    const bool counts = is_two ? low < second_begins && high >= second_begins : low != high;
    if (counts) pairs.emplace_back(low, high);
  }
  std::ranges::sort(pairs);
  const auto [end, last] = std::ranges::unique(pairs);
  pairs.erase(end, last);
  PairQuality quality;
  quality.found = PairsWithin(clusters, second_begins);
  quality.truth = pairs.size();
  quality.right = static_cast<std::uint64_t>(std::ranges::count_if(
      pairs, [&](const RecordPair& pair) { return clusters[pair.first] == clusters[pair.second]; }));
  quality.precision = Share(static_cast<double>(quality.right), static_cast<double>(quality.found));
  quality.recall = Share(static_cast<double>(quality.right), static_cast<double>(quality.truth));
  SetF1(quality);
  return quality;
}

Quality EvaluateClusters(std::span<const std::uint32_t> clusters, std::span<const RecordPair> truth) {
  const std::vector<std::uint32_t> things = ComponentsOf(clusters.size(), truth);
  const std::vector<double> cluster_sizes = SizesOf(clusters);
  const std::vector<double> thing_sizes = SizesOf(things);
  std::vector<RecordPair> both(clusters.size());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = {clusters[i], things[i]};
  std::ranges::sort(both);
  Quality quality;
  for (std::size_t begin = 0; begin < both.size();) {
    std::size_t end = begin;
    while (end < both.size() && both[end] == both[begin]) ++end;
    const auto shared = static_cast<double>(end - begin);
    quality.precision += shared * shared / cluster_sizes[both[begin].first];
    quality.recall += shared * shared / thing_sizes[both[begin].second];
    begin = end;
  }
  const auto all = static_cast<double>(clusters.size());
  quality.precision = Share(quality.precision, all);
  quality.recall = Share(quality.recall, all);
  SetF1(quality);
  return quality;
}

}  // namespace weir::identity
