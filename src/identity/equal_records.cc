#include "identity/equal_records.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "identity/grouper.h"
#include "identity/keyed.h"

namespace weir::identity {
namespace {

// Groups of more than `least`, by their first records; records without any value are in none.
std::vector<std::vector<std::uint32_t>> GroupsOf(std::span<const Field> fields, std::size_t records, std::size_t least,
                                                 const Executor& executor) {
  // Most hold a value that too few others have.
  const auto is_rare = [&](std::uint32_t record) {
    return std::ranges::any_of(fields, [&](const Field& field) {
      return field.codes[record] != kNone && field.counts[field.codes[record]] <= least;
    });
  };
  constexpr std::size_t kPiece = 65'536;  // records
  std::vector<std::vector<Keyed>> of_pieces((records + kPiece - 1) / kPiece);
  executor.ForPieces(records, kPiece, [&](std::size_t begin, std::size_t end) {
    for (auto record = static_cast<std::uint32_t>(begin); record < end; ++record) {
      if (is_rare(record)) continue;
      std::uint64_t key = 1;
      bool is_filled = false;
      for (const Field& field : fields) {
        key = MixKeys(key, field.codes[record]);
        is_filled = is_filled || field.codes[record] != kNone;
      }
      if (is_filled) of_pieces[begin / kPiece].push_back({key, record});
    }
  });
  std::vector<Keyed> keyed;
  for (const std::vector<Keyed>& each : of_pieces) keyed.insert(keyed.end(), each.begin(), each.end());
  const auto are_equal = [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::all_of(fields, [&](const Field& field) { return field.codes[a] == field.codes[b]; });
  };
  std::vector<std::vector<std::uint32_t>> groups;
  SharedKeys shared(std::move(keyed));
  for (std::span<const std::uint32_t> same = shared.Next(); !same.empty(); same = shared.Next()) {
    if (same.size() <= least) continue;
    std::vector<std::uint32_t> group;
    for (const std::uint32_t record : same) {
      if (are_equal(same.front(), record)) group.push_back(record);
    }
    if (group.size() > least) groups.push_back(std::move(group));
  }
  std::ranges::sort(groups);
  return groups;
}

}  // namespace

EqualRecords::EqualRecords(std::span<const Field> fields, std::size_t records, std::span<const RecordPair> apart,
                           const Executor& executor)
    : fields_(fields), groups_(GroupsOf(fields, records, kWindow, executor)) {
  std::unordered_set<std::uint32_t> parted;
  for (const auto& [a, b] : apart) parted.insert({a, b});
  std::erase_if(groups_, [&](const std::vector<std::uint32_t>& group) {
    return !parted.empty() &&
           std::ranges::count_if(group, [&](std::uint32_t each) { return parted.contains(each); }) > 1;
  });
}

std::vector<RecordPair> EqualRecords::LinksBy(const Scorer& scorer, double least) const {
  std::vector<RecordPair> links;
  for (const std::vector<std::uint32_t>& group : groups_) {
    const Pattern pattern = PatternOf(fields_, group[0], group[1]);
    if (scorer.Weight(pattern, group[0], group[1]) <= least) continue;
    for (const std::uint32_t other : std::span(group).subspan(1)) links.emplace_back(group[0], other);
  }
  return links;
}

void JoinEqual(const Table& table, bool is_one_to_one, ClusterOptions options, const Executor& executor,
               LinkResult& result) {
  constexpr float kSure = 20;
  const std::unordered_set<std::uint32_t> parted = [&] {
    std::unordered_set<std::uint32_t> records;
    for (const auto& [a, b] : options.apart) records.insert({a, b});
    return records;
  }();
  for (const std::vector<std::uint32_t>& records : GroupsOf(result.fields, table.rows, 1, executor)) {
    const auto middle =
        table.IsTwo()
            ? static_cast<std::size_t>(std::ranges::lower_bound(records, table.second_begins) - records.begin())
            : 0;
    if (is_one_to_one) {
      for (std::size_t i = 0; i < std::min(middle, records.size() - middle); ++i) {
        result.pairs.push_back({records[i], records[middle + i], kSure});
      }
      continue;
    }
    if (table.IsTwo() && (middle == 0 || middle == records.size())) continue;
    // Each with one of which nobody said anything, if there is one; of two files with the first of the other.
    const auto is_free = [&](std::uint32_t record) { return !parted.contains(record); };
    const auto hub = std::ranges::find_if(records, is_free);
    for (const std::uint32_t record : records) {
      const std::uint32_t partner = !table.IsTwo()                 ? (hub == records.end() ? records[0] : *hub)
                                    : record < table.second_begins ? records[middle]
                                                                   : records[0];
      if (record == partner) continue;
      if (!table.IsTwo() || record != records[0]) {
        result.pairs.push_back({std::min(record, partner), std::max(record, partner), kSure});
      }
      if (hub != records.end() && *hub != record && is_free(record)) result.equal.emplace_back(*hub, record);
    }
  }
  std::ranges::sort(result.pairs, {}, [](const ScoredPair& pair) { return std::pair(pair.a, pair.b); });
  std::vector<RecordPair> same(options.same.begin(), options.same.end());
  same.insert(same.end(), result.equal.begin(), result.equal.end());
  if (!is_one_to_one) options.same = same;
  options.unseen = kSure;  // within a group all are as sure as those that are listed
  result.clusters = is_one_to_one ? MatchOneToOne(table.rows, result.pairs, options)
                                  : ClusterPairs(table.rows, result.pairs, options, executor);
  result.pairs_compared = result.pairs.size();
}

}  // namespace weir::identity
