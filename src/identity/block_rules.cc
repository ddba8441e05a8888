#include "identity/block_rules.h"

#include <algorithm>
#include <array>
#include <bitset>

#include <fmt/format.h>

#include "base/random.h"
#include "identity/keyed.h"

namespace weir::identity {
namespace {

// Pairs of records of one thing as they might be: which parts of which fields agree.
class Imagined {
 public:
  static constexpr std::size_t kPairs = 2048;
  using Hits = std::bitset<kPairs>;

  Imagined(std::span<const Field> fields, std::size_t records) : agrees_(fields.size()) {
    RandomStream random(0, "identity.imagined_pairs");
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const double filled =
          static_cast<double>(fields[i].filled) / static_cast<double>(std::max<std::size_t>(records, 1));
      for (std::size_t pair = 0; pair < kPairs; ++pair) {
        const bool has_both = random.Chance(filled * filled);
        const double draw = random.Uniform();
        if (!has_both || draw >= 0.85) continue;
        agrees_[i].whole[pair] = draw < 0.6;
        agrees_[i].beginning[pair] = draw < 0.725;
        agrees_[i].rest[pair] = draw < 0.6 || draw >= 0.725;
      }
    }
  }

  Hits HitsOf(std::span<const KeyPart> parts) const {
    Hits hits;
    hits.set();
    for (const KeyPart& part : parts) {
      const Agreement& agreement = agrees_[part.field];
      hits &= part.form == KeyForm::kWhole       ? agreement.whole
              : part.form == KeyForm::kBeginning ? agreement.beginning
                                                 : agreement.rest;
    }
    return hits;
  }

 private:
  struct Agreement {
    Hits whole, beginning, rest;
  };
  std::vector<Agreement> agrees_;  // by field
};

struct Part {
  KeyPart part;
  std::vector<std::uint64_t> keys;  // of the sampled records; 0: none
  double chance = 0;                // that two records share it
};

// How likely two of the records share a key.
double ChanceOf(std::span<const std::uint64_t> keys) {
  std::vector<Keyed> keyed;
  keyed.reserve(keys.size());
  for (const std::uint64_t key : keys) {
    if (key != 0) keyed.push_back({key, 0});
  }
  double pairs = 0;
  SharedKeys shared(std::move(keyed));
  for (std::size_t count = shared.Next().size(); count > 0; count = shared.Next().size()) {
    pairs += static_cast<double>(count) * static_cast<double>(count - 1);
  }
  const auto all = static_cast<double>(std::max<std::size_t>(keys.size(), 1));
  return pairs / (all * all);
}

std::vector<Part> PartsOf(std::span<const Field> fields, std::size_t records, const Executor& executor) {
  constexpr std::size_t kSample = 100'000;
  const std::size_t step = std::max<std::size_t>(1, records / kSample);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const KeyForm form : FormsOf(fields[i].kind)) parts.push_back({{i, form}, {}, 0});
  }
  executor.ForEach(parts.size(), [&](std::size_t i) {
    const Field& field = fields[parts[i].part.field];
    for (std::size_t record = 0; record < records; record += step) {
      parts[i].keys.push_back(HashOf(field, field.codes[record], parts[i].part.form));
    }
    parts[i].chance = ChanceOf(parts[i].keys);
  });
  return parts;
}

std::vector<BlockRule> PossibleRules(std::span<const Part> parts, std::size_t records, const BlockLimits& limits) {
  const auto all = static_cast<double>(records);
  std::vector<BlockRule> possible;
  const auto consider = [&](std::vector<KeyPart> of, double chance) {
    const double pairs = all * all / 2 * chance;
    if (pairs <= limits.pairs_a_record * all) possible.push_back({std::move(of), pairs});
  };
  constexpr std::size_t kMostForThree = 24;  // parts of which three together are considered
  for (std::size_t a = 0; a < parts.size(); ++a) {
    consider({parts[a].part}, parts[a].chance);
    for (std::size_t b = a + 1; b < parts.size(); ++b) {
      if (parts[a].part.field == parts[b].part.field) continue;
      consider({parts[a].part, parts[b].part}, parts[a].chance * parts[b].chance);
      for (std::size_t c = b + 1; c < parts.size() && parts.size() <= kMostForThree; ++c) {
        if (parts[c].part.field == parts[a].part.field || parts[c].part.field == parts[b].part.field) continue;
        consider({parts[a].part, parts[b].part, parts[c].part}, parts[a].chance * parts[b].chance * parts[c].chance);
      }
    }
  }
  return possible;
}

// Fields hang together (a city and its post codes), so that a rule makes more pairs than its parts by themselves let
// expect: counted in the sample.
double ChancePairsOf(const BlockRule& rule, std::span<const Part> parts, std::size_t records) {
  std::vector<std::uint64_t> keys;
  for (const KeyPart& wanted : rule.parts) {
    const auto part = std::ranges::find(parts, wanted, &Part::part);
    if (keys.empty()) keys.assign(part->keys.size(), 1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      keys[i] = keys[i] == 0 || part->keys[i] == 0 ? 0 : MixKeys(keys[i], part->keys[i]);
    }
  }
  const auto all = static_cast<double>(records);
  return all * all / 2 * ChanceOf(keys);
}

}  // namespace

std::string NameOf(const BlockRule& rule, std::span<const Field> fields) {
  std::string name;
  for (const KeyPart& part : rule.parts) {
    if (!name.empty()) name += " + ";
    name += fields[part.field].column;
    if (part.form != KeyForm::kWhole) name += fmt::format(" ({})", NameOf(part.form));
  }
  return name;
}

BlockLimits LimitsFor(std::size_t records) {
  BlockLimits limits;
  limits.pairs_a_record = std::clamp(2e6 / static_cast<double>(std::max<std::size_t>(records, 1)), 2.0, 100.0);
  if (records < 20'000) {
    limits.most_in_group = 300;
    limits.most_rules = 60;
    limits.most_candidates = 300;
  } else if (records < 200'000) {
    limits.most_in_group = 100;
    limits.most_rules = 30;
  } else {
    limits.most_rules = 8;
  }
  return limits;
}

std::vector<BlockRule> ChooseRules(std::span<const Field> fields, std::size_t records, const BlockLimits& limits,
                                   const Executor& executor) {
  std::vector<BlockRule> chosen;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind == FieldKind::kText) chosen.push_back({{{i, KeyForm::kWords}}});
  }
  const std::vector<Part> parts = PartsOf(fields, records, executor);
  std::vector<BlockRule> possible = PossibleRules(parts, records, limits);
  const Imagined imagined(fields, records);
  std::vector<Imagined::Hits> hits(possible.size());
  executor.ForPieces(possible.size(), 256, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) hits[i] = imagined.HitsOf(possible[i].parts);
  });
  // How often a pair has been found so far: the second time is worth a fifth of the first, and so on.
  constexpr std::size_t kTimes = 4;
  constexpr double kMostOverBudget = 1.5;
  std::array<Imagined::Hits, kTimes> found;
  found[0].set();
  const double budget = static_cast<double>(records) * limits.pairs_a_record;
  while (chosen.size() < limits.most_rules) {
    double best = 0;
    std::size_t which = possible.size();
    for (std::size_t i = 0; i < possible.size(); ++i) {
      double gain = 0;
      double worth = 1;
      for (const Imagined::Hits& times : found) {
        gain += worth * static_cast<double>((hits[i] & times).count());
        worth *= 0.2;
      }
      gain /= 1 + possible[i].chance_pairs / budget;
      if (gain > best) {
        best = gain;
        which = i;
      }
    }
    if (best < 0.0005 * Imagined::kPairs) break;
    const Imagined::Hits now_found = hits[which];
    hits[which].reset();
    possible[which].chance_pairs = ChancePairsOf(possible[which], parts, records);
    if (possible[which].chance_pairs > kMostOverBudget * budget) continue;
    for (std::size_t times = kTimes - 1; times > 0; --times) {
      found[times] = (found[times] & ~now_found) | (found[times - 1] & now_found);
    }
    found[0] &= ~now_found;
    chosen.push_back(possible[which]);
  }
  if (fields.size() <= 3) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const bool has_letters = fields[i].kind == FieldKind::kText || fields[i].kind == FieldKind::kName;
      if (has_letters) chosen.push_back({{{i, KeyForm::kParts}}});
    }
  }
  return chosen;
}

}  // namespace weir::identity
