#include "identity/scorer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace weir::identity {
namespace {

// Of one text: the similarity at which two are as likely one as not, and the bits that a whole unit of it is worth.
// Set by hand between values that were tried on the tasks of Auto-FuzzyJoin and on the affiliations.
constexpr double kEvenSimilarity = 0.47;
constexpr double kBitsOfSimilarity = 30;
constexpr double kBitsOfOtherNumbers = -3;  // the texts have numbers, and share none
constexpr double kBitsOfSameNumbers = 1;

constexpr double kMostRarity = 3;  // bits

bool IsOneTextTable(std::span<const Field> fields) {
  if (fields.empty() || fields[0].kind != FieldKind::kText) return false;
  return fields.size() == 1 ||
         (fields.size() == 2 && fields[1].kind == FieldKind::kNumbers && fields[1].column == fields[0].column);
}

}  // namespace

Scorer::Scorer(std::span<const Field> fields, const LinkModel& model)
    : fields_(fields), model_(model), is_one_text_(IsOneTextTable(fields)), rarities_(fields.size()) {
  constexpr std::size_t kCounts = 256;  // those of greater ones are few, and reckoned when they are met
  for (std::size_t i = 0; i < fields.size() && HasWeights(); ++i) {
    if (HasFewValues(i)) {
      for (const std::uint32_t count : fields[i].counts) rarities_[i].push_back(RarityOfCount(i, count));
      continue;
    }
    const std::size_t counts = std::min(kCounts, fields[i].filled + 1);
    for (std::uint32_t count = 0; count < counts; ++count) rarities_[i].push_back(RarityOfCount(i, count));
  }
}

bool Scorer::HasFewValues(std::size_t field) const {
  constexpr std::size_t kFew = 32'768;
  return fields_[field].counts.size() <= kFew;
}

double Scorer::RarityOfCount(std::size_t field, std::uint32_t count) const {
  constexpr double kLeastShare = 0.0001;
  constexpr double kLeast = -4;
  const double u = model_.fields[field].u[TopLevel(fields_[field].kind)];
  const double share = std::max<double>(count, 2) / static_cast<double>(fields_[field].filled);
  return std::clamp(std::log2(u / std::max(share, kLeastShare)), kLeast, kMostRarity);
}

// Two that share a rare value are one more likely than two that share a common one: against the share of pairs that
// agree by chance, that of the value itself. Bounded, since a count of two says little of how rare it is.
double Scorer::RarityOf(std::size_t field, std::uint32_t code) const {
  if (HasFewValues(field)) return rarities_[field][code];
  const std::uint32_t count = fields_[field].counts[code];
  return count < rarities_[field].size() ? rarities_[field][count] : RarityOfCount(field, count);
}

Scorer::OfPattern Scorer::Prepare(Pattern pattern) const {
  OfPattern of{.pattern = pattern, .weights = {}, .may_be_equal = true};
  if (HasWeights()) of.weights = WeightsOf(model_, pattern);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::uint8_t level = LevelIn(pattern, i);
    if (level == 0) continue;
    if (level == TopLevel(fields_[i].kind)) {
      // How rare a value is is said once.
      const std::size_t repeats = HasWeights() ? model_.fields[i].repeats : kNoField;
      const bool is_said = repeats != kNoField && LevelIn(pattern, repeats) == TopLevel(fields_[repeats].kind);
      if (!is_said) of.tops |= 1U << i;
    } else {
      of.may_be_equal = false;
    }
  }
  return of;
}

double Scorer::MostWeight(const OfPattern& of) const {
  if (!HasWeights() || of.may_be_equal) return std::numeric_limits<double>::infinity();
  return of.weights.chance + kMostRarity * std::popcount(of.tops);
}

double Scorer::WeightOfText(Pattern pattern, std::size_t a, std::size_t b) const {
  const std::uint32_t x = fields_[0].codes[a];
  const std::uint32_t y = fields_[0].codes[b];
  if (x == kNone || y == kNone) return -kBitsOfSimilarity;
  const double alike = x == y ? 1 : TextSimilarity(fields_[0], x, y);
  double weight = kBitsOfSimilarity * (alike - kEvenSimilarity);
  const std::uint8_t numbers = fields_.size() > 1 ? LevelIn(pattern, 1) : 0;
  if (numbers == 1) weight += kBitsOfOtherNumbers;
  if (numbers >= TopLevel(FieldKind::kNumbers) - 1) weight += kBitsOfSameNumbers;
  return weight;
}

Weights Scorer::BothWeights(const OfPattern& of, std::size_t a) const {
  Weights weights = of.weights;
  for (std::uint32_t tops = of.tops; tops != 0; tops &= tops - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(tops));
    const double rarity = RarityOf(i, fields_[i].codes[a]);
    weights.chance += rarity;
    // Neighbours share a rare value as well as a common one.
    if (!model_.fields[i].is_shared) weights.near += rarity;
  }
  return weights;
}

// Far below any weight where they do not hold the same.
double Scorer::LeastIfEqual(const OfPattern& of, std::size_t a, std::size_t b) const {
  constexpr double kNothing = -1e9;
  if (!of.may_be_equal) return kNothing;
  double expected = 1;  // share of records that hold the same
  std::size_t records = 2;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    const std::uint8_t level = LevelIn(of.pattern, i);
    if (level == 0 && field.codes[a] != field.codes[b]) return kNothing;
    records = std::max(records, field.filled);
    // The words with digits of a column say nothing that the column itself does not.
    if (level == 0 || field.kind == FieldKind::kNumbers) continue;
    // The share of the value among the other records, of which half a one more may hold it.
    const double others = std::max<double>(field.counts[field.codes[a]], 2) - 1.5;
    expected *= std::min(1.0, others / static_cast<double>(std::max<std::size_t>(field.filled, 2) - 1));
  }
  expected *= static_cast<double>(records - 1);
  return expected < 0.5 ? -std::log2(expected) : kNothing;
}

double Scorer::Weight(const OfPattern& of, std::size_t a, std::size_t b) const {
  if (is_one_text_) return WeightOfText(of.pattern, a, b);
  if (!HasWeights()) return LeastIfEqual(of, a, b);
  const Weights weights = BothWeights(of, a);
  const double weight = model_.has_neighbours ? weights.Both() : weights.chance;
  return std::max(weight, LeastIfEqual(of, a, b));
}

Explanation Scorer::Explain(std::size_t a, std::size_t b) const {
  const Pattern pattern = PatternOf(fields_, a, b);
  const OfPattern of_pattern = Prepare(pattern);
  Explanation explanation;
  explanation.weight = Weight(of_pattern, a, b);
  if (is_one_text_) {
    explanation.bars.push_back({0, LevelIn(pattern, 0), explanation.weight, 0});
    return explanation;
  }
  if (!HasWeights()) {
    explanation.is_equal = explanation.weight > 0;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (LevelIn(pattern, i) != 0) explanation.bars.push_back({i, LevelIn(pattern, i), 0, 0});
    }
    return explanation;
  }
  const Weights weights = BothWeights(of_pattern, a);
  explanation.is_equal = explanation.weight > (model_.has_neighbours ? weights.Both() : weights.chance);
  explanation.is_against_neighbours = model_.has_neighbours && weights.near < weights.chance;
  explanation.prior = explanation.is_against_neighbours ? model_.near_prior : model_.prior;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::uint8_t level = LevelIn(pattern, i);
    if (level == 0) continue;
    const bool is_rarity =
        (of_pattern.tops >> i & 1) != 0 && !(explanation.is_against_neighbours && model_.fields[i].is_shared);
    const Weights of = WeightsOfField(model_, i, pattern);
    explanation.bars.push_back({i, level, explanation.is_against_neighbours ? of.near : of.chance,
                                is_rarity ? RarityOf(i, fields_[i].codes[a]) : 0});
  }
  return explanation;
}

}  // namespace weir::identity
