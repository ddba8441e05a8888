#include "identity/link.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/text.h"
#include "identity/candidate_pairs.h"
#include "identity/comparer.h"
#include "identity/equal_records.h"
#include "identity/row_order.h"
#include "identity/scorer.h"

namespace weir::identity {
namespace {

constexpr int kRounds = 2;  // of learning from the clusters found

Error Cancelled() { return MakeError(Code::kCancelled, "the linking was cancelled"); }

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
  FindSwaps(fields);
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

// The words with digits of a column are in its text as well.
void SetRepeats(std::span<const Field> fields, LinkModel& model) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::kNumbers) continue;
    const auto text = std::ranges::find_if(
        fields, [&](const Field& field) { return field.column == fields[i].column && field.kind == FieldKind::kText; });
    if (text != fields.end()) model.fields[i].repeats = static_cast<std::size_t>(text - fields.begin());
  }
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

void Expect(LinkResult& result, const Executor& executor) {
  double linked = 0;
  double right = 0;
  double all = 0;
  const auto take = [&](double probability, double times, bool is_linked) {
    all += probability * times;
    if (!is_linked) return;
    linked += times;
    right += probability * times;
  };
  // Sums of pieces, so that they are the same for any number of threads.
  constexpr std::size_t kPiece = 65'536;  // pairs
  struct Sums {
    double all = 0;
    double linked = 0;
    double right = 0;
  };
  std::vector<Sums> of_pieces((result.pairs.size() + kPiece - 1) / kPiece);
  executor.ForPieces(result.pairs.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    Sums& sums = of_pieces[begin / kPiece];
    for (std::size_t i = begin; i < end; ++i) {
      const ScoredPair& pair = result.pairs[i];
      const double probability = Probability(pair.weight);
      sums.all += probability;
      if (result.clusters[pair.a] != result.clusters[pair.b]) continue;
      sums.linked += 1;
      sums.right += probability;
    }
  });
  for (const Sums& sums : of_pieces) {
    all += sums.all;
    linked += sums.linked;
    right += sums.right;
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

// Of the pairs that were decided those that have a weight.
std::vector<LabelledPair> LabelsOf(std::span<const ScoredPair> pairs, const Decisions& decisions) {
  std::vector<LabelledPair> labels;
  const auto add = [&](std::uint32_t a, std::uint32_t b, bool is_same) {
    if (a > b) std::swap(a, b);
    const auto found = std::ranges::lower_bound(pairs, std::pair(a, b), {},
                                                [](const ScoredPair& pair) { return std::pair(pair.a, pair.b); });
    if (found != pairs.end() && found->a == a && found->b == b) labels.push_back({found->weight, is_same});
  };
  for (const auto& [a, b] : decisions.same) add(a, b, true);
  for (const auto& [a, b] : decisions.apart) add(a, b, false);
  return labels;
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
    Expect(result, executor);
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
  CandidatePairs candidates(blocks, comparer);
  LinkModel first = FirstModel(kinds, RandomPatterns(table, comparer, executor));
  SetRepeats(fields, first);
  result.model = Estimate(kinds, candidates.Sample(executor), std::move(first), {}, executor);
  if (!step("compare")) return Fail(Cancelled());
  const Compared compared = candidates.CompareAll(Scorer(fields, result.model), executor, stop);
  result.pairs_compared = compared.count;

  const bool is_one_to_one = table.IsTwo() && spec.one_to_one;
  const EqualRecords equal(fields, table.rows, decisions.apart, executor);
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
    result.model =
        Learn(kinds, compared.patterns, MatchedShares(compared, result.clusters, executor), result.model, executor);
  }
  if (decisions.are_labels) {
    result.calibration = Calibrate(LabelsOf(result.pairs, decisions));
    if (result.calibration.is_used) {
      for (ScoredPair& pair : result.pairs) {
        pair.weight = static_cast<float>(result.calibration.WeightOf(pair.weight));
      }
      result.clusters = is_one_to_one ? TakeBest(table.rows, result.pairs, options)
                                      : ClusterPairs(table.rows, result.pairs, options, executor);
    }
  }
  Expect(result, executor);
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
