// The groups of one rule of blocking (blocking.h), which take in further records. A record is a candidate for those
// that come after it and share a key; groups that are too large are divided as those of a full run are. What stands
// there at first is in sorted arrays, what comes later in a hash table beside them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "identity/block_rules.h"
#include "identity/blocking.h"
#include "identity/field.h"
#include "identity/grouper.h"
#include "identity/key_run.h"

namespace weir::identity {

class RuleIndex {
 public:
  // Takes in the first `records` of the fields, which are to live as long. Words and runs of letters are as rare as
  // they were among the first `learnt`, of which the fields count them. O(n log n); some 10 bytes a record and key.
  RuleIndex(std::span<const Field> fields, const BlockRule& rule, std::size_t records, std::size_t learnt,
            const BlockLimits& limits);

  // Appends records that were taken in before and are to be compared with this one, once for each group that they
  // share; then takes it in. Records come one after the other. However many have a key, those appended are bounded.
  void Take(std::uint32_t record, std::vector<Blocks::Candidate>& found);

 private:
  using Used = std::vector<std::size_t>;  // fields by which a group was divided, those of the rule among them
  struct ByValues {
    std::span<const Field> fields;
    Used used;
    bool operator()(std::uint32_t a, std::uint32_t b) const;
  };
  // How a group that is too large is divided: by fields, or, by none, into neighbours in sorted order.
  struct Division {
    std::array<std::uint8_t, 3> fields{};
    std::uint8_t count = 0;
    std::uint32_t ordered_begin = 0;  // in ordered_
    std::uint32_t ordered_end = 0;
    std::unique_ptr<std::set<std::uint32_t, ByValues>> later;
  };

  void KeysOfValue(std::uint32_t code, bool is_learnt, std::vector<std::uint64_t>& keys) const;
  void KeysOf(std::uint32_t record, std::vector<std::uint64_t>& keys) const;
  void CountParts(std::size_t learnt);
  std::vector<Keyed> AllKeys(std::size_t records) const;
  // Divides what is too large among groups that are there at first.
  void DivideFirst(std::uint64_t key, std::span<const std::uint32_t> group, const Used& used,
                   std::vector<Keyed>& divided);
  Division& Divide(std::uint64_t key, std::span<const std::uint32_t> group, const Used& used);
  void TakeInto(std::uint64_t key, bool is_part, std::uint32_t record, const Used& used,
                std::vector<Blocks::Candidate>& found);
  void TakeInOrder(Division& division, std::uint32_t record, const Used& used, std::vector<Blocks::Candidate>& found);
  void AddLater(std::uint64_t key, std::uint32_t record, const Used& used);
  float WeightOf(std::uint32_t record, std::size_t group) const;

  std::span<const Field> fields_;
  BlockRule rule_;
  Used used_;
  std::size_t learnt_;
  std::size_t most_;
  std::unordered_map<std::uint32_t, std::uint32_t> part_counts_;  // learnt; of a rule of parts
  KeyRun first_;                                                  // of the records at first, by the keys of the rule
  KeyRun first_parts_;                                            // and by those of parts of divided groups
  std::vector<std::uint32_t> ordered_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> later_;  // by key: records that came later
  std::unordered_map<std::uint64_t, Division> divisions_;
  std::vector<std::uint64_t> keys_;  // of a record, while it is taken in
};

}  // namespace weir::identity
