#include "identity/link.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/random.h"
#include "base/text.h"
#include "identity/comparer.h"
#include "identity/equal_records.h"
#include "identity/row_order.h"
#include "identity/scorer.h"

namespace weir::identity {
namespace {

constexpr std::size_t kPiece = 2048;                 // records that a thread takes at once
constexpr std::size_t kMostToLearnFrom = 1'000'000;  // pairs
constexpr int kRounds = 2;                           // of learning from the clusters found
constexpr int kRandomPairs = 200'000;

Error Cancelled() { return MakeError(Code::kCancelled, "the linking was cancelled"); }

// How many pairs have each pattern. Open addressing: a pair costs one look-up.
class PatternCounts {
 public:
  struct Slot {
    Pattern pattern = 0;
    double count = 0;
    double most_weight = 0;  // for whoever counts
  };

  // Where it stands now; valid until the next one.
  Slot& Add(Pattern pattern, double count = 1) {
    if (2 * (used_ + 1) > slots_.size()) Grow();
    Slot& slot = Find(slots_, pattern);
    if (slot.count == 0) {
      slot.pattern = pattern;
      ++used_;
    }
    slot.count += count;
    return slot;
  }

  void Add(const PatternCounts& other) {
    for (const Slot& slot : other.slots_) {
      if (slot.count > 0) Add(slot.pattern, slot.count);
    }
  }

  // By pattern.
  std::vector<PatternCount> Sorted() const {
    std::vector<PatternCount> all;
    for (const Slot& slot : slots_) {
      if (slot.count > 0) all.push_back({slot.pattern, slot.count});
    }
    std::ranges::sort(all, {}, &PatternCount::pattern);
    return all;
  }

 private:
  static Slot& Find(std::vector<Slot>& slots, Pattern pattern) {
    const std::size_t mask = slots.size() - 1;
    std::size_t at = (pattern * 0x9e3779b97f4a7c15ULL >> 20) & mask;
    while (slots[at].count > 0 && slots[at].pattern != pattern) at = (at + 1) & mask;
    return slots[at];
  }

  void Grow() {
    std::vector<Slot> slots(slots_.size() * 4);
    for (const Slot& slot : slots_) {
      if (slot.count > 0) Find(slots, slot.pattern) = slot;
    }
    slots_ = std::move(slots);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::size_t used_ = 0;
};

struct FoundPair {
  Pattern pattern;
  std::uint32_t a;
  std::uint32_t b;
};

struct KeptPair {
  std::uint32_t pattern;  // its place among those counted
  std::uint32_t a;
  std::uint32_t b;
};

Result<std::vector<Field>> FieldsOf(const Table& table, const LinkSpec& spec, const Executor& executor) {
  std::vector<std::size_t> columns;
  for (const FieldSpec& field : spec.fields) {
    const auto found = std::ranges::find(table.columns, field.column, &TextColumn::name);
    if (found == table.columns.end()) {
      return Fail(BadInput("there is no column '{}' to compare by", field.column).Field(field.column));
    }
    columns.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
  std::vector<Field> fields(spec.fields.size());
  executor.ForEach(fields.size(),
                   [&](std::size_t i) { fields[i] = PrepareField(table.columns[columns[i]], spec.fields[i].kind); });
  // What turned out to hold one value or none says nothing, unless nothing else says anything: then those that have the
  // value are one.
  const bool has_difference = std::ranges::any_of(fields, [](const Field& field) { return field.values.size() > 2; });
  std::erase_if(fields,
                [&](const Field& field) { return has_difference ? field.values.size() < 3 : field.filled < 2; });
  if (fields.empty()) {
    return Fail(BadInput("no column holds values that records could be compared by")
                    .Mend("give a file with names, addresses or other values that differ"));
  }
  return fields;
}

Result<std::vector<BlockRule>> RulesOf(std::span<const Field> fields, const LinkSpec& spec, std::size_t records,
                                       const BlockLimits& limits, const Executor& executor) {
  if (spec.rules.empty()) return ChooseRules(fields, records, limits, executor);
  std::vector<BlockRule> rules;
  for (const std::vector<KeyPartSpec>& parts : spec.rules) {
    BlockRule rule;
    for (const KeyPartSpec& part : parts) {
      if (std::ranges::find(fields, part.column, &Field::column) == fields.end()) {
        return Fail(BadInput("a rule names column '{}', which is not compared", part.column).Field(part.column));
      }
      const auto found = std::ranges::find_if(
          fields, [&](const Field& field) { return field.column == part.column && IsKeyForm(field.kind, part.form); });
      if (found == fields.end() || (StandsAlone(part.form) && parts.size() > 1)) {
        return Fail(BadInput("a rule cannot take column '{}' as '{}'", part.column, NameOf(part.form))
                        .Field(part.column)
                        .Mend("words are keys of texts and stand alone in their rule, as parts do; names, "
                              "codes and dates have a beginning; codes, dates and e-mails have a rest"));
      }
      rule.parts.push_back({static_cast<std::size_t>(found - fields.begin()), part.form});
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

LinkSpec WithRules(LinkSpec spec, std::span<const BlockRule> rules, std::span<const Field> fields) {
  spec.rules.clear();
  for (const BlockRule& rule : rules) {
    std::vector<KeyPartSpec>& parts = spec.rules.emplace_back();
    parts.reserve(rule.parts.size());
    for (const KeyPart& part : rule.parts) parts.push_back({fields[part.field].column, part.form});
  }
  return spec;
}

// Of pairs taken at random; all pairs once where they are few.
std::vector<PatternCount> RandomPatterns(const Table& table, const Comparer& comparer, const Executor& executor) {
  std::vector<Comparer::Pair> pairs;
  const auto rows = static_cast<std::uint32_t>(table.rows);
  const auto first = table.IsTwo() ? static_cast<std::uint32_t>(table.second_begins) : rows;
  const std::uint32_t second = table.IsTwo() ? first : 0;  // where partners begin
  const double possible = static_cast<double>(first) * (rows - second) / (table.IsTwo() ? 1 : 2);
  pairs.reserve(static_cast<std::size_t>(std::min<double>(possible, kRandomPairs)));
  if (possible <= kRandomPairs) {
    for (std::uint32_t a = 0; a < first; ++a) {
      for (std::uint32_t b = table.IsTwo() ? second : a + 1; b < rows; ++b) pairs.push_back({a, b});
    }
  } else {
    RandomStream random(0, "identity.random_pairs");
    for (int i = 0; i < kRandomPairs; ++i) {
      const std::int64_t a = random.Integer(0, std::int64_t{first} - 1);
      const std::int64_t b = random.Integer(second, std::int64_t{rows} - 1);
      if (a != b) pairs.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)});
    }
  }
  std::vector<Pattern> patterns(pairs.size());
  executor.ForPieces(pairs.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    comparer.Patterns(std::span(pairs).subspan(begin, end - begin), std::span(patterns).subspan(begin, end - begin));
  });
  PatternCounts counts;
  for (const Pattern pattern : patterns) counts.Add(pattern);
  return counts.Sorted();
}

// Lists the candidates of records and compares them.
class Rounds {
 public:
  Rounds(const Blocks& blocks, const Comparer& comparer) : blocks_(blocks), comparer_(comparer) {}

  // Gives `take` each pair of the records from `begin` on with their partners, and its pattern.
  template <typename Take>
  void ForEach(std::size_t begin, std::size_t end, const Take& take) {
    for (std::size_t from = begin; from < end; from += kAtOnce) {
      const std::size_t to = std::min(end, from + kAtOnce);
      pairs_.clear();
      for (std::size_t record = from; record < to; ++record) {
        blocks_.AskFor(record, end);
        const auto a = static_cast<std::uint32_t>(record);
        for (const Blocks::Candidate& each : blocks_.CandidatesOf(a, scratch_)) pairs_.push_back({a, each.record});
      }
      patterns_.resize(pairs_.size());
      comparer_.Patterns(pairs_, patterns_);
      for (std::size_t i = 0; i < pairs_.size(); ++i) take(pairs_[i].a, pairs_[i].b, patterns_[i]);
    }
  }

 private:
  static constexpr std::size_t kAtOnce = 64;  // records

  const Blocks& blocks_;
  const Comparer& comparer_;
  Blocks::Scratch scratch_;
  std::vector<Comparer::Pair> pairs_;
  std::vector<Pattern> patterns_;
};

// Patterns of the pairs of every so many-th piece of records.
std::vector<PatternCount> SampledPatterns(const Blocks& blocks, const Comparer& comparer, const Executor& executor) {
  std::uint64_t in_groups = 0;
  for (const RuleReport& report : blocks.reports()) in_groups += report.pairs;
  const std::size_t step = std::max<std::size_t>(1, in_groups / kMostToLearnFrom);
  constexpr std::size_t kSmallPiece = 256;
  const std::size_t pieces = (blocks.records() + kSmallPiece - 1) / kSmallPiece;
  const std::size_t taken = (pieces + step - 1) / step;
  const auto groups = std::min<std::size_t>(taken, static_cast<std::size_t>(executor.threads()) * 4);
  std::vector<PatternCounts> counts(groups);
  executor.ForEach(groups, [&](std::size_t group) {
    Rounds rounds(blocks, comparer);
    for (std::size_t piece = group; piece < taken; piece += groups) {
      const std::size_t begin = piece * step * kSmallPiece;
      rounds.ForEach(begin, std::min(blocks.records(), begin + kSmallPiece),
                     [&](std::uint32_t, std::uint32_t, Pattern pattern) { counts[group].Add(pattern); });
    }
  });
  PatternCounts all;
  for (const PatternCounts& each : counts) all.Add(each);
  return all.Sorted();
}

// All candidates once: how many pairs have each pattern, and the pairs that may become links.
struct Compared {
  std::vector<PatternCount> patterns;
  std::vector<KeptPair> pairs;
  std::uint64_t count = 0;
};

Compared CompareAll(const Blocks& blocks, const Comparer& comparer, const Scorer& scorer, const Executor& executor,
                    const std::stop_token& stop) {
  const std::size_t pieces = (blocks.records() + kPiece - 1) / kPiece;
  std::vector<std::vector<FoundPair>> kept(pieces);
  const auto groups = std::min<std::size_t>(pieces, static_cast<std::size_t>(executor.threads()) * 4);
  std::vector<PatternCounts> counts(groups);
  std::vector<std::uint64_t> compared(groups, 0);
  executor.ForEach(groups, [&](std::size_t group) {
    Rounds rounds(blocks, comparer);
    for (std::size_t piece = group; piece < pieces && !stop.stop_requested(); piece += groups) {
      rounds.ForEach(piece * kPiece, std::min(blocks.records(), (piece + 1) * kPiece),
                     [&](std::uint32_t a, std::uint32_t b, Pattern pattern) {
                       PatternCounts::Slot& slot = counts[group].Add(pattern);
                       ++compared[group];
                       if (slot.count == 1) slot.most_weight = scorer.MostWeight(pattern);
                       if (slot.most_weight < kLeastWeight) return;
                       if (scorer.Weight(pattern, a, b) >= kLeastWeight) kept[piece].push_back({pattern, a, b});
                     });
    }
  });
  Compared all;
  PatternCounts patterns;
  for (const PatternCounts& each : counts) patterns.Add(each);
  all.patterns = patterns.Sorted();
  for (const std::uint64_t count : compared) all.count += count;
  std::vector<std::size_t> begins;
  std::size_t size = 0;
  for (const std::vector<FoundPair>& each : kept) {
    begins.push_back(size);
    size += each.size();
  }
  all.pairs.resize(size);
  executor.ForPieces(pieces, 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      std::size_t at = begins[piece];
      for (const FoundPair& each : kept[piece]) {
        const auto found = std::ranges::lower_bound(all.patterns, each.pattern, {}, &PatternCount::pattern);
        all.pairs[at++] = {static_cast<std::uint32_t>(found - all.patterns.begin()), each.a, each.b};
      }
      kept[piece] = {};
    }
  });
  return all;
}

std::vector<ScoredPair> ScoreAll(const Compared& compared, const Scorer& scorer, const Executor& executor) {
  const std::span<const KeptPair> pairs(compared.pairs);
  std::vector<ScoredPair> scored(pairs.size());
  constexpr std::size_t kPairsAtOnce = 65'536;
  executor.ForPieces(pairs.size(), kPairsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const KeptPair& pair = pairs[i];
      scored[i] = {pair.a, pair.b,
                   static_cast<float>(scorer.Weight(compared.patterns[pair.pattern].pattern, pair.a, pair.b))};
    }
  });
  return scored;
}

// Of each pattern the share of its pairs whose records are in one cluster.
std::vector<double> MatchedShares(const Compared& compared, std::span<const std::uint32_t> clusters) {
  std::vector<double> matched(compared.patterns.size(), 0);
  for (const KeptPair& pair : compared.pairs) {
    if (clusters[pair.a] == clusters[pair.b]) ++matched[pair.pattern];
  }
  for (std::size_t n = 0; n < matched.size(); ++n) matched[n] /= compared.patterns[n].count;
  return matched;
}

// Whether there is nothing to learn from: one value in each field, or one field whose values are equal or not.
bool IsEqualOrNot(std::span<const Field> fields) {
  const FieldKind kind = fields.front().kind;
  return std::ranges::all_of(fields, [](const Field& field) { return field.values.size() < 3; }) ||
         (fields.size() == 1 && kind != FieldKind::kText && kind != FieldKind::kName);
}

// Records that hold the same, of which few pairs are listed: how many pairs there are besides, by the first record.
std::unordered_map<std::uint32_t, double> UnlistedPairs(const LinkResult& result) {
  std::unordered_map<std::uint32_t, double> of_first;
  std::unordered_map<std::uint32_t, std::uint32_t> first_of;
  for (const auto& [first, other] : result.equal) {
    first_of[first] = first_of[other] = first;
    of_first[first] += 1;
  }
  for (auto& [first, others] : of_first) others = others * (others + 1) / 2;
  if (of_first.empty()) return of_first;
  for (const ScoredPair& pair : result.pairs) {
    const auto a = first_of.find(pair.a);
    const auto b = first_of.find(pair.b);
    if (a != first_of.end() && b != first_of.end() && a->second == b->second) of_first[a->second] -= 1;
  }
  return of_first;
}

void Expect(LinkResult& result) {
  double linked = 0;
  double right = 0;
  double all = 0;
  const auto take = [&](double probability, double times, bool is_linked) {
    all += probability * times;
    if (!is_linked) return;
    linked += times;
    right += probability * times;
  };
  for (const ScoredPair& pair : result.pairs) {
    take(Probability(pair.weight), 1, result.clusters[pair.a] == result.clusters[pair.b]);
  }
  if (!result.equal.empty() && !result.model.fields.empty()) {
    const Scorer scorer(result.fields, result.model);
    const std::unordered_map<std::uint32_t, double> unlisted = UnlistedPairs(result);
    std::uint32_t before = UINT32_MAX;
    for (const auto& [first, other] : result.equal) {  // those of one first follow each other
      if (first == before) continue;
      before = first;
      const double weight = scorer.Weight(PatternOf(result.fields, first, other), first, other);
      take(Probability(weight), unlisted.at(first), result.clusters[first] == result.clusters[other]);
    }
  }
  result.expected_precision = linked > 0 ? right / linked : 0;
  result.expected_recall = all > 0 ? right / all : 0;
}

}  // namespace

Status CheckDecisions(const Decisions& decisions, std::size_t records) {
  for (const auto* pairs : {&decisions.same, &decisions.apart}) {
    for (const auto& [a, b] : *pairs) {
      if (a < records && b < records && a != b) continue;
      return Fail(a == b ? BadInput("a decision names record {} twice", a)
                         : BadInput("a decision names record {}, but there are {} records", std::max(a, b), records));
    }
  }
  return {};
}

ClusterOptions ClusteringOf(const LinkSpec& spec, const Decisions& decisions) {
  const double least = std::clamp(spec.least_probability, 1e-9, 1 - 1e-9);
  return {.least = std::log2(least / (1 - least)), .same = decisions.same, .apart = decisions.apart};
}

namespace {

// The rows as they stand.
Result<LinkResult> LinkInOrder(const Table& table, const LinkSpec& spec, const Decisions& decisions,
                               const Executor& executor, const std::stop_token& stop, const LinkProgress& progress) {
  const auto step = [&](std::string_view name) {
    if (progress) progress(name);
    return !stop.stop_requested();
  };
  LinkResult result;
  if (!step("prepare")) return Fail(Cancelled());
  WEIR_TRY(result.fields, FieldsOf(table, spec, executor));
  const std::span<const Field> fields(result.fields);
  ClusterOptions options = ClusteringOf(spec, decisions);
  if (table.IsTwo()) options.second_begins = table.second_begins;
  if (IsEqualOrNot(fields)) {
    JoinEqual(table, table.IsTwo() && spec.one_to_one, options, executor, result);
    result.spec = spec;
    Expect(result);
    return result;
  }
  if (!step("block")) return Fail(Cancelled());
  const BlockLimits limits = LimitsFor(table.rows);
  WEIR_TRY(result.keys, RulesOf(fields, spec, table.rows, limits, executor));
  result.spec = WithRules(spec, result.keys, fields);
  const Blocks blocks(fields, result.keys, table.rows, table.second_begins, limits, executor);
  result.rules = blocks.reports();
  if (!step("learn")) return Fail(Cancelled());
  std::vector<FieldKind> kinds;
  kinds.reserve(fields.size());
  for (const Field& field : fields) kinds.push_back(field.kind);
  const Comparer comparer(fields, table.rows, executor);
  result.model = Estimate(kinds, SampledPatterns(blocks, comparer, executor),
                          FirstModel(kinds, RandomPatterns(table, comparer, executor)));
  if (!step("compare")) return Fail(Cancelled());
  const Compared compared = CompareAll(blocks, comparer, Scorer(fields, result.model), executor, stop);
  result.pairs_compared = compared.count;

  const bool is_one_to_one = table.IsTwo() && spec.one_to_one;
  const EqualRecords equal(fields, table.rows, decisions.apart);
  std::vector<RecordPair> same;
  for (int round = 0;; ++round) {
    if (!step("cluster")) return Fail(Cancelled());
    const Scorer scorer(fields, result.model);
    result.equal = is_one_to_one ? std::vector<RecordPair>() : equal.LinksBy(scorer, options.least);
    same = decisions.same;
    same.insert(same.end(), result.equal.begin(), result.equal.end());
    options.same = same;
    result.pairs = ScoreAll(compared, scorer, executor);
    result.clusters = is_one_to_one ? MatchOneToOne(table.rows, result.pairs, options)
                                    : ClusterPairs(table.rows, result.pairs, options, executor);
    if (round == kRounds || scorer.IsOneText()) break;
    result.model = Learn(kinds, compared.patterns, MatchedShares(compared, result.clusters), result.model);
  }
  Expect(result);
  return result;
}

Result<LinkSpec> CompleteInOrder(const Table& table, const LinkSpec& spec, const Executor& executor) {
  WEIR_TRY(const std::vector<Field> fields, FieldsOf(table, spec, executor));
  if (IsEqualOrNot(fields)) return spec;
  WEIR_TRY(const std::vector<BlockRule> rules, RulesOf(fields, spec, table.rows, LimitsFor(table.rows), executor));
  return WithRules(spec, rules, fields);
}

}  // namespace

Result<LinkResult> Link(const Table& table, const LinkSpec& spec, const Decisions& decisions, const Executor& executor,
                        std::stop_token stop, const LinkProgress& progress) {
  WEIR_TRY(CheckDecisions(decisions, table.rows));
  if (table.rows > kMostInOrder) return LinkInOrder(table, spec, decisions, executor, stop, progress);
  const RowOrder order(table, spec);
  WEIR_TRY(LinkResult result, LinkInOrder(order.Apply(table), spec, order.Apply(decisions), executor, stop, progress));
  order.Restore(result);
  return result;
}

Result<LinkSpec> CompleteSpec(const Table& table, const LinkSpec& spec, const Executor& executor) {
  if (table.rows <= kMostInOrder) return CompleteInOrder(RowOrder(table, spec).Apply(table), spec, executor);
  return CompleteInOrder(table, spec, executor);
}

}  // namespace weir::identity
