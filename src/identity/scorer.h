// The weight of a pair: by the model from its pattern, and by how rare the values are that agree. Of a table with
// nothing but one text there are no fields to learn from: how much alike the texts are is turned into a weight
// directly.
//
// Two records that hold the same in all fields are one unless chance would make another like them, whatever was learnt:
// a table of few rows teaches little. They weigh at least -log2 of how many others it would make, if fields were
// independent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "identity/compare.h"
#include "identity/fellegi_sunter.h"
#include "identity/field.h"

namespace weir::identity {

// What one field says of a pair: a bar of the waterfall from the prior to the weight of the pair.
struct Evidence {
  std::size_t field = 0;
  std::uint8_t level = 0;
  double weight = 0;  // of the level
  double rarity = 0;  // more or less than that for the value that agrees
};

struct Explanation {
  double weight = 0;
  double prior = 0;
  bool is_equal = false;               // the weight is that of records that hold the same in all fields
  bool is_against_neighbours = false;  // they explain the pair better than chance does
  std::vector<Evidence> bars;          // a field that both records have each; with the prior they make up the weight,
                                       // but for what the other sort of pairs takes off it
};

class Scorer {
 public:
  // Both are to live as long.
  Scorer(std::span<const Field> fields, const LinkModel& model);

  bool IsOneText() const { return is_one_text_; }
  // Whether fields have weights. They have none in one text, nor where nothing was learnt: records that hold the same
  // are one then, and others are not.
  bool HasWeights() const { return !is_one_text_ && !model_.fields.empty(); }

  // What a pattern says whatever the records hold: of a pattern that many pairs have it is worked out once.
  struct OfPattern {
    Pattern pattern = 0;
    Weights weights;
    std::uint32_t tops = 0;     // a bit for each field whose values agree
    bool may_be_equal = false;  // all that both records have agrees
  };
  OfPattern Prepare(Pattern pattern) const;
  double Weight(const OfPattern& of, std::size_t a, std::size_t b) const;
  double Weight(Pattern pattern, std::size_t a, std::size_t b) const { return Weight(Prepare(pattern), a, b); }
  // No pair of the pattern has a greater weight.
  double MostWeight(const OfPattern& of) const;
  Explanation Explain(std::size_t a, std::size_t b) const;

 private:
  Weights BothWeights(const OfPattern& of, std::size_t a) const;
  bool HasFewValues(std::size_t field) const;
  double RarityOf(std::size_t field, std::uint32_t code) const;
  double RarityOfCount(std::size_t field, std::uint32_t count) const;
  double LeastIfEqual(const OfPattern& of, std::size_t a, std::size_t b) const;
  double WeightOfText(Pattern pattern, std::size_t a, std::size_t b) const;

  std::span<const Field> fields_;
  const LinkModel& model_;
  bool is_one_text_;
  // Of each field: of its values, where they are few, else of values that so many records have.
  std::vector<std::vector<double>> rarities_;
};

}  // namespace weir::identity
