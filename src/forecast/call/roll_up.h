// The call: what people said a period will bring, rolled up along a hierarchy. Each node may have a word of its own in
// each category, newer words take the place of older ones; where it has none, what those below it say stands for it.
//   below     what the nodes right below stand for
//   standing  the node's own word, else what is below
//   judgement own word less what is below: what a manager thinks better or worse of than his people say
// So, with nought for what is not known, the standing of a node = own words of its leaves + judgements within it, where
// a leaf under a node with a word counts as well: the judgement of that node is the difference. Amounts are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/decimal.h"

namespace weir::forecast {

struct CallNode {
  std::int32_t parent = -1;  // stands before its children; -1: of nobody
  bool is_expected = false;  // a person of whom a word is expected
};

struct CallWord {
  std::int32_t node = 0;
  std::int32_t category = 0;
  std::int64_t at = 0;  // microseconds
  Int128 amount = 0;
};

struct CallCell {
  std::optional<std::size_t> word = {};    // the own word that stands, by its place among the words
  std::optional<std::size_t> before = {};  // the one in whose place it came
  std::optional<Int128> own = {};
  std::optional<Int128> below = {};
  std::optional<Int128> standing = {};
  std::optional<Int128> judgement = {};  // of a node with children and a word of its own
  // Standing less what stood at the earlier moment, nought where nothing did; absent where nothing ever stood.
  std::optional<Int128> delta = {};
};

// Of the persons within a node, itself included.
struct CallTurnout {
  std::int64_t expected = 0;
  std::int64_t said = 0;  // of these, with a word in any category
};

struct CallBoard {
  std::size_t categories = 0;
  std::vector<CallCell> cells = {};  // by node, then category
  std::vector<CallTurnout> turnout = {};

  const CallCell& At(std::size_t node, std::size_t category) const { return cells[node * categories + category]; }
};

// As of `now`, against `then`. Of words at the same moment the later in the span is the newer. Words in no order of
// time are sorted. O(words log words + nodes x categories).
CallBoard RollUp(std::span<const CallNode> nodes, std::span<const CallWord> words, std::size_t categories,
                 std::int64_t now, std::int64_t then);

}  // namespace weir::forecast
