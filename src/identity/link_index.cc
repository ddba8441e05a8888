#include "identity/link_index.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "identity/scorer.h"

namespace weir::identity {
namespace {

constexpr std::size_t kAtOnce = 2048;  // records whose candidates are listed together

// The candidates of one record, each once, with the sum of its weights; those of the greatest where they are too many.
void Gather(std::vector<Blocks::Candidate>& found, std::size_t most) {
  std::ranges::stable_sort(found, {}, &Blocks::Candidate::record);
  std::size_t count = 0;
  for (const Blocks::Candidate& each : found) {
    if (count > 0 && found[count - 1].record == each.record) {
      found[count - 1].weight += each.weight;
    } else {
      found[count++] = each;
    }
  }
  found.resize(count);
  if (count <= most) return;
  const auto end = found.begin() + static_cast<std::ptrdiff_t>(most);
  std::ranges::nth_element(found, end, [](const Blocks::Candidate& a, const Blocks::Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.record < b.record;
  });
  found.erase(end, found.end());
  std::ranges::sort(found, {}, &Blocks::Candidate::record);
}

// What each rule finds for some records.
struct Listed {
  std::vector<Blocks::Candidate> found;
  std::vector<std::size_t> ends;  // by record
};

Result<std::vector<Field>> Prepared(const Table& rows, std::span<const Field> fields, const Executor& executor) {
  std::vector<const TextColumn*> columns;
  columns.reserve(fields.size());
  for (const Field& field : fields) {
    const auto found = std::ranges::find(rows.columns, field.column, &TextColumn::name);
    if (found == rows.columns.end()) {
      return Fail(BadInput("there is no column '{}' to compare by", field.column).Field(field.column));
    }
    columns.push_back(&*found);
  }
  std::vector<Field> fresh(fields.size());
  executor.ForEach(fields.size(), [&](std::size_t i) { fresh[i] = PrepareField(*columns[i], fields[i].kind); });
  return fresh;
}

}  // namespace

Result<LinkIndex> LinkIndex::Make(LinkResult linked, const Decisions& decisions, const Executor& executor,
                                  std::size_t least_later) {
  WEIR_TRY(CheckDecisions(decisions, linked.clusters.size()));
  return LinkIndex(std::move(linked), decisions, executor, least_later);
}

LinkIndex::LinkIndex(LinkResult linked, const Decisions& decisions, const Executor& executor, std::size_t least_later)
    : spec_(std::move(linked.spec)),
      model_(std::move(linked.model)),
      calibration_(std::move(linked.calibration)),
      limits_(LimitsFor(linked.clusters.size())),
      learnt_(linked.clusters.size()),
      fields_(std::move(linked.fields)),
      keys_(std::move(linked.keys)),
      least_later_(std::max<std::size_t>(least_later, 1)),
      comparer_(fields_, learnt_, executor),
      decisions_(decisions),
      equal_(std::move(linked.equal)),
      least_(ClusteringOf(spec_, decisions).least),
      first_begins_(learnt_ + 1, 0),
      first_pairs_(std::move(linked.pairs)),
      later_begins_{0},
      parents_(learnt_),
      next_(learnt_),
      ids_(std::move(linked.clusters)),
      places_(learnt_, kNoRecord),
      next_id_(static_cast<std::uint32_t>(learnt_)) {
  std::vector<std::optional<FieldGrowth>> growth(fields_.size());
  executor.ForEach(fields_.size(), [&](std::size_t i) { growth[i].emplace(fields_[i]); });
  growth_.reserve(growth.size());
  for (std::optional<FieldGrowth>& each : growth) growth_.push_back(*std::move(each));
  MakeRules(learnt_, executor);
  std::iota(parents_.begin(), parents_.end(), std::uint32_t{0});
  std::iota(next_.begin(), next_.end(), std::uint32_t{0});
  for (const ScoredPair& pair : first_pairs_) {
    ++first_begins_[pair.a + 1];
    if (pair.weight > least_) Join(pair.a, pair.b);
  }
  std::partial_sum(first_begins_.begin(), first_begins_.end(), first_begins_.begin());
  for (const auto& [a, b] : decisions_.same) Join(a, b);
  for (const auto& [a, b] : equal_) Join(a, b);
}

void LinkIndex::MakeRules(std::size_t records, const Executor& executor) {
  rules_.clear();
  indexed_ = records;
  std::vector<std::optional<RuleIndex>> made(keys_.size());
  executor.ForEach(keys_.size(),
                   [&](std::size_t i) { made[i].emplace(fields_, keys_[i], indexed_, learnt_, limits_); });
  rules_.reserve(made.size());
  for (std::optional<RuleIndex>& each : made) rules_.push_back(*std::move(each));
}

std::uint32_t LinkIndex::RootOf(std::uint32_t record) {
  while (parents_[record] != record) record = parents_[record] = parents_[parents_[record]];
  return record;
}

void LinkIndex::Join(std::uint32_t a, std::uint32_t b) {
  a = RootOf(a);
  b = RootOf(b);
  if (a == b) return;
  parents_[std::max(a, b)] = std::min(a, b);
  std::swap(next_[a], next_[b]);  // of two circles one
}

Result<AddedRecords> LinkIndex::Add(const Table& rows, const Decisions& decisions, const Executor& executor,
                                    const std::stop_token& stop) {
  const auto first = static_cast<std::uint32_t>(records());
  const std::size_t all = records() + rows.rows;
  if (all >= kNoRecord) return Fail(MakeError(Code::kTooLarge, "the index would have {} records", all));
  WEIR_TRY(CheckDecisions(decisions, all));
  std::vector<Field> fresh;
  if (rows.rows > 0) {
    WEIR_TRY(fresh, Prepared(rows, fields_, executor));
  }
  if (stop.stop_requested()) return Fail(MakeError(Code::kCancelled, "the linking was cancelled"));

  AddedRecords added{.first = first};
  executor.ForEach(fresh.size(), [&](std::size_t i) { growth_[i].Append(fresh[i], fields_[i]); });
  comparer_.Grow(all, executor);
  for (auto* each : {&parents_, &next_}) {
    each->resize(all);
    std::iota(each->begin() + first, each->end(), first);
  }
  ids_.resize(all, kNoCluster);
  places_.resize(all, kNoRecord);
  Find(first, executor, added);
  for (const ScoredPair& pair : added.pairs) {
    if (pair.weight > least_) Join(pair.a, pair.b);
  }
  for (const auto& [a, b] : decisions.same) Join(a, b);
  decisions_.same.insert(decisions_.same.end(), decisions.same.begin(), decisions.same.end());
  decisions_.apart.insert(decisions_.apart.end(), decisions.apart.begin(), decisions.apart.end());
  if (!decisions.apart.empty()) LetGoOfParted();
  PutTogether(first, Touched(first, decisions), executor, added);
  added.clusters.assign(ids_.begin() + first, ids_.end());
  return added;
}

// As EqualRecords leaves out groups of which several were parted from somebody.
void LinkIndex::LetGoOfParted() {
  std::unordered_set<std::uint32_t> parted;
  for (const auto& [a, b] : decisions_.apart) parted.insert({a, b});
  std::unordered_map<std::uint32_t, std::size_t> parted_of;  // by the first of a group
  for (const auto& [first, other] : equal_) {
    const auto [found, is_new] = parted_of.try_emplace(first, 0);
    if (is_new) found->second = parted.count(first);
    found->second += parted.count(other);
  }
  std::erase_if(equal_, [&](const RecordPair& pair) { return parted_of.at(pair.first) > 1; });
}

void LinkIndex::Find(std::uint32_t first, const Executor& executor, AddedRecords& added) {
  const std::size_t all = ids_.size();
  for (std::size_t begin = first; begin < all;) {
    // Once later ones are as many as those in sorted arrays they are put there as well: at the same record however
    // they come.
    const std::size_t renewed = std::max(2 * indexed_, indexed_ + least_later_);
    if (begin == renewed) MakeRules(begin, executor);
    const std::size_t end = std::min({all, begin + kAtOnce, begin < renewed ? renewed : all});
    Compare(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), executor, added);
    begin = end;
  }
}

void LinkIndex::Compare(std::uint32_t begin, std::uint32_t end, const Executor& executor, AddedRecords& added) {
  std::vector<Listed> listed(rules_.size());
  executor.ForEach(rules_.size(), [&](std::size_t i) {
    listed[i].ends.reserve(end - begin);
    for (std::uint32_t record = begin; record < end; ++record) {
      rules_[i].Take(record, listed[i].found);
      listed[i].ends.push_back(listed[i].found.size());
    }
  });
  const Scorer scorer(fields_, model_);
  constexpr std::size_t kPiece = 64;
  const std::size_t count = end - begin;
  std::vector<std::vector<ScoredPair>> kept(count);
  std::vector<std::uint64_t> compared((count + kPiece - 1) / kPiece, 0);
  executor.ForPieces(count, kPiece, [&](std::size_t from, std::size_t to) {
    std::vector<Blocks::Candidate> found;
    std::vector<Comparer::Pair> pairs;
    std::vector<Pattern> patterns;
    for (std::size_t i = from; i < to; ++i) {
      found.clear();
      for (const Listed& each : listed) {
        found.insert(found.end(), each.found.begin() + static_cast<std::ptrdiff_t>(i == 0 ? 0 : each.ends[i - 1]),
                     each.found.begin() + static_cast<std::ptrdiff_t>(each.ends[i]));
      }
      Gather(found, limits_.most_candidates);
      const auto record = static_cast<std::uint32_t>(begin + i);
      for (const Blocks::Candidate& each : found) pairs.push_back({each.record, record});
    }
    patterns.resize(pairs.size());
    comparer_.Patterns(pairs, patterns);
    compared[from / kPiece] += pairs.size();
    for (std::size_t n = 0; n < pairs.size(); ++n) {
      const double weight = scorer.Weight(patterns[n], pairs[n].a, pairs[n].b);
      if (weight < kLeastWeight) continue;
      kept[pairs[n].b - begin].push_back({pairs[n].a, pairs[n].b, static_cast<float>(calibration_.WeightOf(weight))});
    }
  });
  for (const std::uint64_t each : compared) added.pairs_compared += each;
  for (const std::vector<ScoredPair>& each : kept) {
    added.pairs.insert(added.pairs.end(), each.begin(), each.end());
    later_pairs_.insert(later_pairs_.end(), each.begin(), each.end());
    later_begins_.push_back(later_pairs_.size());
  }
}

std::vector<std::uint32_t> LinkIndex::Touched(std::uint32_t first, const Decisions& decisions) {
  std::vector<std::uint32_t> roots;
  roots.reserve(ids_.size() - first);
  for (auto record = first; record < ids_.size(); ++record) roots.push_back(RootOf(record));
  for (const auto* pairs : {&decisions.same, &decisions.apart}) {
    for (const auto& [a, b] : *pairs) roots.insert(roots.end(), {RootOf(a), RootOf(b)});
  }
  std::ranges::sort(roots);
  const auto again = std::ranges::unique(roots);
  roots.erase(again.begin(), again.end());
  std::vector<std::uint32_t> touched;
  std::vector<std::uint32_t> component;
  for (const std::uint32_t root : roots) {
    component.assign(1, root);
    for (std::uint32_t record = next_[root]; record != root; record = next_[record]) component.push_back(record);
    if (component.size() > kMostTogether) KeepNear(first, decisions, component);
    touched.insert(touched.end(), component.begin(), component.end());
  }
  std::ranges::sort(touched);
  return touched;
}

void LinkIndex::KeepNear(std::uint32_t first, const Decisions& decisions, std::vector<std::uint32_t>& records) const {
  std::unordered_set<std::uint32_t> near;
  for (const std::uint32_t record : records) {
    if (record < first) continue;
    for (const ScoredPair& pair : LaterPairsOf(record)) {
      if (pair.weight > least_) near.insert(ids_[pair.a]);
    }
  }
  for (const auto* pairs : {&decisions.same, &decisions.apart}) {
    for (const auto& [a, b] : *pairs) near.insert({ids_[a], ids_[b]});
  }
  std::erase_if(records, [&](std::uint32_t record) { return record < first && !near.contains(ids_[record]); });
}

std::vector<ScoredPair> LinkIndex::PairsAmong(std::span<const std::uint32_t> records) const {
  std::vector<ScoredPair> pairs;
  for (const std::uint32_t record : records) {
    const auto of_record =
        record < learnt_
            ? std::span(first_pairs_).subspan(first_begins_[record], first_begins_[record + 1] - first_begins_[record])
            : LaterPairsOf(record);
    for (const ScoredPair& pair : of_record) {
      const std::uint32_t a = places_[pair.a];
      const std::uint32_t b = places_[pair.b];
      if (a != kNoRecord && b != kNoRecord) pairs.push_back({a, b, pair.weight});
    }
  }
  std::ranges::sort(pairs,
                    [](const ScoredPair& x, const ScoredPair& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
  return pairs;
}

void LinkIndex::PutTogether(std::uint32_t first, std::span<const std::uint32_t> records, const Executor& executor,
                            AddedRecords& added) {
  for (std::uint32_t i = 0; i < records.size(); ++i) places_[records[i]] = i;
  const std::vector<ScoredPair> pairs = PairsAmong(records);
  Decisions decisions;
  const auto hand_over = [&](const std::vector<RecordPair>& from, std::vector<RecordPair>& to) {
    for (const auto& [a, b] : from) {
      if (places_[a] != kNoRecord && places_[b] != kNoRecord) to.emplace_back(places_[a], places_[b]);
    }
  };
  hand_over(decisions_.same, decisions.same);
  hand_over(equal_, decisions.same);
  hand_over(decisions_.apart, decisions.apart);
  const std::vector<std::uint32_t> groups =
      ClusterPairs(records.size(), pairs, ClusteringOf(spec_, decisions), executor);
  std::vector<std::uint32_t> previous;
  previous.reserve(records.size());
  for (const std::uint32_t record : records) previous.push_back(ids_[record]);
  const std::vector<std::uint32_t> ids = KeepIds(groups, previous, next_id_);
  added.moves = MovesOf(first, records, ids, pairs);
  for (std::size_t i = 0; i < records.size(); ++i) {
    ids_[records[i]] = ids[i];
    places_[records[i]] = kNoRecord;
  }
}

std::vector<ClusterMove> LinkIndex::MovesOf(std::uint32_t first, std::span<const std::uint32_t> records,
                                            std::span<const std::uint32_t> ids, std::span<const ScoredPair> pairs) {
  struct Moved {
    std::uint32_t records = 0;
    std::uint32_t component = 0;
    std::uint32_t because = kNoRecord;
  };
  std::map<RecordPair, Moved> moved;  // by the ids, from and to
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint32_t before = ids_[records[i]];
    if (before == kNoCluster || before == ids[i]) continue;
    Moved& move = moved[{before, ids[i]}];
    ++move.records;
    move.component = RootOf(records[i]);
  }
  if (moved.empty()) return {};
  // A new record that is where they are now and has a link to one of them; else one that has a link to one of where
  // they were; else one that is connected with them at all.
  std::unordered_map<std::uint32_t, std::uint32_t> linked;     // by the id before
  std::unordered_map<std::uint32_t, std::uint32_t> connected;  // by component
  const auto lower = [](std::unordered_map<std::uint32_t, std::uint32_t>& of, std::uint32_t key, std::uint32_t record) {
    const auto [found, is_new] = of.try_emplace(key, record);
    if (!is_new) found->second = std::min(found->second, record);
  };
  for (const ScoredPair& pair : pairs) {
    const std::uint32_t record = records[pair.b];
    const std::uint32_t before = ids_[records[pair.a]];
    if (record < first || before == kNoCluster || pair.weight <= least_) continue;
    lower(linked, before, record);
    const auto found = moved.find({before, ids[pair.a]});
    if (found != moved.end() && ids[pair.b] == ids[pair.a]) {
      found->second.because = std::min(found->second.because, record);
    }
  }
  for (const std::uint32_t record : records) {
    if (record >= first) lower(connected, RootOf(record), record);
  }
  const std::unordered_set<std::uint32_t> standing(ids.begin(), ids.end());
  std::vector<ClusterMove> moves;
  moves.reserve(moved.size());
  for (const auto& [which, move] : moved) {
    std::uint32_t because = move.because;
    if (because == kNoRecord && linked.contains(which.first)) because = linked.at(which.first);
    if (because == kNoRecord && connected.contains(move.component)) because = connected.at(move.component);
    moves.push_back({which.first, which.second, move.records, because, !standing.contains(which.first)});
  }
  return moves;
}

std::vector<ScoredPair> LinkIndex::Pairs() const {
  std::vector<ScoredPair> pairs(first_pairs_);
  pairs.insert(pairs.end(), later_pairs_.begin(), later_pairs_.end());
  std::ranges::sort(pairs,
                    [](const ScoredPair& x, const ScoredPair& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
  return pairs;
}

}  // namespace weir::identity
