// Which keys records are to share to be looked at together, and how they are chosen.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "identity/key_part.h"

namespace weir::identity {

struct KeyPart {
  std::size_t field;
  KeyForm form = KeyForm::kWhole;
  auto operator<=>(const KeyPart&) const = default;
};

struct BlockRule {
  std::vector<KeyPart> parts;  // all of them agree
  double chance_pairs = 0;     // pairs that agree by chance, as expected
};
std::string NameOf(const BlockRule& rule, std::span<const Field> fields);

struct BlockLimits {
  std::size_t most_in_group = 50;
  std::size_t most_candidates = 200;  // of a record: those that share the rarest keys
  std::size_t most_rules = 40;
  double pairs_a_record = 40;  // that a rule may make by chance
};
// The fewer records, the more pairs a record can be looked at.
BlockLimits LimitsFor(std::size_t records);

// Rules whose keys are rare enough, chosen one after the other, each the one that finds most of what the others miss in
// pairs of records that are imagined to be one: a value of theirs agrees in whole with a probability of 0.6 and in its
// beginning or its rest with 0.125 each, where both have it. Words of texts are keys in any case, and runs of three
// letters where there is little else. Deterministic.
std::vector<BlockRule> ChooseRules(std::span<const Field> fields, std::size_t records, const BlockLimits& limits,
                                   const Executor& executor);

}  // namespace weir::identity
