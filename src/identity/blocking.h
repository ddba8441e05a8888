// Which pairs are looked at at all. Records that share a key of a rule are a group, and pairs within a group are
// candidates. A group that is too large is divided by further fields, and at last into windows of neighbours in sorted
// order (Hernandez and Stolfo 1995): no group is dropped, and the work is bounded whatever the data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "identity/block_rules.h"
#include "identity/field.h"

namespace weir::identity {

class Grouper;

struct RuleReport {
  std::string rule;
  std::size_t groups = 0;
  std::size_t largest = 0;  // before it was divided
  std::size_t divided = 0;  // groups that were too large
  std::uint64_t pairs = 0;  // within its groups, those of other rules among them
};

// The groups of all rules, and of each record those that it is in. Memory: some 8 bytes a record and group.
class Blocks {
 public:
  // Records from `second_begins` on are of a second file; only pairs of one of each are candidates then.
  Blocks(std::span<const Field> fields, std::span<const BlockRule> rules, std::size_t records,
         std::size_t second_begins, const BlockLimits& limits, const Executor& executor);

  struct Candidate {
    std::uint32_t record;
    float weight;  // of the keys that are shared: log2 of records to members, summed
  };
  // What a thread needs to list candidates: as much as a record has of them.
  struct Scratch {
    std::vector<std::uint32_t> slots;
    std::vector<Candidate> found;
  };

  // The partners of a record that come after it (of the second file, where there are two), by their numbers. At most
  // most_candidates: those of the greatest weight.
  std::span<const Candidate> CandidatesOf(std::uint32_t record, Scratch& scratch) const;

  // Brings to the cache, where records are listed in order, what CandidatesOf will read of records soon after this one,
  // before `end`.
  void AskFor(std::size_t record, std::size_t end) const;

  const std::vector<RuleReport>& reports() const { return reports_; }
  std::size_t records() const { return records_; }

 private:
  bool IsTwo() const { return second_begins_ < records_; }
  void GatherGroups(std::span<Grouper> groupers, const Executor& executor);
  void ListGroups(const Executor& executor);
  // Each once, by the weights of all keys that it shares.
  static void JoinTwice(Scratch& scratch);

  std::size_t records_;
  std::size_t second_begins_;
  std::size_t most_candidates_;
  std::vector<std::uint32_t> members_;        // group by group, rising
  std::vector<std::uint32_t> group_begins_;   // into members_
  std::vector<float> group_weights_;          // log2 of records to members
  std::vector<std::uint32_t> record_begins_;  // into groups_of_
  std::vector<std::uint32_t> groups_of_;
  std::vector<RuleReport> reports_;
};

}  // namespace weir::identity
