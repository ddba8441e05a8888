#include "metrics/bridge_parts.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "metrics/bridge_across.h"
#include "metrics/bridge_changes.h"
#include "metrics/bridge_reasons.h"

namespace weir::metrics {
namespace {

struct Pair {
  std::vector<Fact> start;
  std::vector<Fact> end;
};
using Pairs = std::map<std::string, Pair>;  // in a total order, so that answers have one

// Of rows that are not counted, the one that meets the most conditions.
const Fact* Nearest(const std::vector<Fact>& facts) {
  const Fact* nearest = nullptr;
  for (const Fact& fact : facts) {
    if (nearest == nullptr || fact.failed > nearest->failed) nearest = &fact;
  }
  return nearest;
}

// How a side has the rows that it does not count and the other does.
Result<std::unordered_map<std::string, std::vector<Fact>>> ReadMissed(const Side& side, const Pairs& pairs,
                                                                      bool is_start) {
  std::unordered_set<std::string_view> missed;
  for (const auto& [id, pair] : pairs) {
    if ((is_start ? pair.start : pair.end).empty()) missed.insert(id);
  }
  std::unordered_map<std::string, std::vector<Fact>> found;
  if (missed.empty()) return found;
  WEIR_TRY(std::vector<Fact> facts,
           ReadFacts(side, {.wanted = [&](const Fact& fact) { return missed.contains(fact.id); }}));
  for (Fact& fact : facts) {
    std::string id = fact.id;
    found[std::move(id)].push_back(std::move(fact));
  }
  return found;
}

PartRow RowOf(const Side& side, const Fact& fact, bool is_start, std::uint8_t scale) {
  const Int128 units = UnitsAt(*side.metric, fact, scale);
  PartRow row{.entity = side.view().entity, .id = fact.id, .name = fact.name, .change = is_start ? -units : units};
  (is_start ? row.start : row.end) = units;
  return row;
}

// One row on both sides: each of its changes is a row of a part of its own.
void AddChanges(const Comparison& comparison, const Fact& start, const Fact& end, std::uint8_t scale, PartList& parts) {
  for (const Change& change : ChangesOf(comparison, start, end, scale)) {
    parts.Add("changed_" + change.key, 10, change.title,
              {.entity = comparison.end.view().entity,
               .id = end.id,
               .name = end.name,
               .start = UnitsAt(*comparison.start.metric, start, scale),
               .end = UnitsAt(*comparison.end.metric, end, scale),
               .change = change.amount});
  }
}

// Several rows of one id: they are compared as a sum.
void AddSum(const Comparison& comparison, const Pair& pair, std::uint8_t scale, PartList& parts) {
  PartRow row{.entity = comparison.end.view().entity, .id = pair.end.front().id, .name = pair.end.front().name};
  row.start = 0;
  row.end = 0;
  for (const Fact& fact : pair.start) *row.start += UnitsAt(*comparison.start.metric, fact, scale);
  for (const Fact& fact : pair.end) *row.end += UnitsAt(*comparison.end.metric, fact, scale);
  row.change = *row.end - *row.start;
  parts.Add("changed_value", 10, {"Counts for another amount", "Даёт другую сумму"}, std::move(row));
}

Status AddReasons(const Comparison& comparison, const Pairs& pairs, std::uint8_t scale, PartList& parts) {
  // Over two periods of a flow nothing is asked of the rows of the other one.
  const bool is_plain = comparison.what == Compared::kPeriods && !comparison.start.metric->IsStock();
  std::unordered_map<std::string, std::vector<Fact>> missed_by_start;
  std::unordered_map<std::string, std::vector<Fact>> missed_by_end;
  if (!is_plain) {
    WEIR_TRY(missed_by_start, ReadMissed(comparison.start, pairs, true));
    WEIR_TRY(missed_by_end, ReadMissed(comparison.end, pairs, false));
  }
  for (const auto& [id, pair] : pairs) {
    if (!pair.start.empty() && !pair.end.empty()) {
      const bool is_one = pair.start.size() == 1 && pair.end.size() == 1;
      if (is_one) AddChanges(comparison, pair.start.front(), pair.end.front(), scale, parts);
      if (!is_one) AddSum(comparison, pair, scale, parts);
      continue;
    }
    const bool is_start = !pair.start.empty();
    const auto& missed = is_start ? missed_by_end : missed_by_start;
    const auto other = missed.find(id);
    const Fact* nearest = other == missed.end() ? nullptr : Nearest(other->second);
    for (const Fact& fact : is_start ? pair.start : pair.end) {
      const Reason reason = ReasonOf(comparison, is_start, fact, nearest);
      parts.Add(reason.key, reason.rank, reason.title,
                RowOf(is_start ? comparison.start : comparison.end, fact, is_start, scale));
    }
  }
  return {};
}

// What each value of a dimension adds to the difference.
Status AddGroups(const Comparison& comparison, SumBridge& bridge, PartList& parts) {
  for (const bool is_start : {true, false}) {
    const Side& side = is_start ? comparison.start : comparison.end;
    WEIR_TRY(std::vector<Fact> facts, ReadFacts(side, {.by = comparison.by}));
    std::ranges::sort(facts, {}, &Fact::id);
    for (const Fact& fact : facts) {
      const analysis::Text title =
          fact.group.empty() ? analysis::Text{"Not said", "Не указано"} : analysis::Text{fact.group, fact.group};
      parts.Add("by:" + fact.group, 1, title, RowOf(side, fact, is_start, bridge.scale), fact.group);
      const Int128 units = UnitsAt(*side.metric, fact, bridge.scale);
      GroupSum& group = bridge.groups[fact.group];
      (is_start ? bridge.start : bridge.end) += units;
      (is_start ? group.start : group.end) += units;
    }
  }
  return {};
}

// The two rows of a record that both sides have become one.
void JoinRows(std::vector<SumPart>& parts) {
  for (SumPart& part : parts) {
    std::ranges::stable_sort(part.rows, {}, [](const PartRow& row) { return std::tie(row.entity, row.id); });
    std::vector<PartRow> joined;
    for (PartRow& row : part.rows) {
      const bool is_same = !joined.empty() && joined.back().entity == row.entity && joined.back().id == row.id;
      if (!is_same || (joined.back().end && row.end) || (joined.back().start && row.start)) {
        joined.push_back(std::move(row));
        continue;
      }
      PartRow& one = joined.back();
      if (row.start) one.start = row.start;
      if (row.end) one.end = row.end;
      one.change += row.change;
    }
    std::erase_if(joined, [](const PartRow& row) { return row.change == 0; });
    part.rows = std::move(joined);
  }
  std::erase_if(parts, [](const SumPart& part) { return part.rows.empty(); });
}

Int128 Magnitude(Int128 number) { return number < 0 ? -number : number; }

}  // namespace

void PartList::Add(const std::string& key, int rank, const analysis::Text& title, PartRow row,
                   const std::string& group) {
  if (row.change == 0) return;
  const auto [found, is_new] = index_.try_emplace(key, parts_.size());
  if (is_new) parts_.push_back({.key = key, .rank = rank, .title = title, .group = group});
  SumPart& part = parts_[found->second];
  part.change += row.change;
  part.rows.push_back(std::move(row));
}

std::vector<SumPart> PartList::Take() {
  JoinRows(parts_);
  std::ranges::sort(parts_, [](const SumPart& a, const SumPart& b) {
    return std::tuple(a.rank, -Magnitude(a.change), std::string_view(a.key)) <
           std::tuple(b.rank, -Magnitude(b.change), std::string_view(b.key));
  });
  for (SumPart& part : parts_) {
    std::ranges::sort(part.rows, [](const PartRow& a, const PartRow& b) {
      return std::tuple(-Magnitude(a.change), std::string_view(a.entity), std::string_view(a.id)) <
             std::tuple(-Magnitude(b.change), std::string_view(b.entity), std::string_view(b.id));
    });
  }
  return std::move(parts_);
}

Result<SumBridge> BridgeSums(const Comparison& comparison) {
  const Metric& from = *comparison.start.metric;
  const Metric& to = *comparison.end.metric;
  SumBridge bridge{.scale = std::max(from.measure.scale, to.measure.scale), .per_unit = from.measure.per_unit};
  WEIR_CHECK(from.measure.per_unit == to.measure.per_unit);
  PartList parts;
  if (!comparison.by.empty()) {
    WEIR_TRY(AddGroups(comparison, bridge, parts));
    bridge.parts = parts.Take();
    return bridge;
  }
  if (comparison.start.view().entity != comparison.end.view().entity) {
    WEIR_TRY(AddAcross(comparison, bridge, parts));
    bridge.parts = parts.Take();
    return bridge;
  }
  Pairs pairs;
  WEIR_TRY(std::vector<Fact> before, ReadFacts(comparison.start, {}));
  for (Fact& fact : before) {
    bridge.start += UnitsAt(from, fact, bridge.scale);
    std::string id = fact.id;
    pairs[std::move(id)].start.push_back(std::move(fact));
  }
  WEIR_TRY(std::vector<Fact> after, ReadFacts(comparison.end, {}));
  for (Fact& fact : after) {
    bridge.end += UnitsAt(to, fact, bridge.scale);
    std::string id = fact.id;
    pairs[std::move(id)].end.push_back(std::move(fact));
  }
  WEIR_TRY(AddReasons(comparison, pairs, bridge.scale, parts));
  bridge.parts = parts.Take();
  return bridge;
}

}  // namespace weir::metrics
