// Records that were linked, to which new ones are added: each finds its partners among those that are there, joins a
// cluster or begins one. What is there is neither read nor compared again.
//
// The model, and how rare values and words are, stay as they were learnt (LinkResult): a value or word that is new
// since then is as rare as one that is there once or twice. So the weight of a pair never depends on what comes later,
// and records in several batches make the same pairs and the same clusters as in one. What the full run would learn
// from the new records it has not learnt: make the index anew once they are a good part of all.
//
// Clusters are those that ClusterPairs makes of all pairs found so far; only components that new records or decisions
// touch are looked at again. A component of more than kMostTogether records is not, as a whole: of it the clusters that
// new records have links to are put together anew, and the others stay.
//
// The end state differs from that of a full run in what that learns anew, in which groups it divides, and where a
// record has more candidates than its limit.
//
// Deterministic, for any number of threads. Cost of n new records: O(n) candidates, bounded for each as in a full run
// (block_rules.h), and the components that they touch. Memory: some 10 bytes a record and rule, 120 a record, and 12 a
// pair, besides the values. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "identity/comparer.h"
#include "identity/field_growth.h"
#include "identity/link.h"
#include "identity/rule_index.h"
#include "identity/stable_ids.h"

namespace weir::identity {

inline constexpr std::uint32_t kNoRecord = UINT32_MAX;
inline constexpr std::size_t kMostTogether = 20'000;

// Records that changed from one cluster to another: the whole of it, so that its id ends (`is_gone`), or a part.
struct ClusterMove {
  std::uint32_t from = 0;  // ids of clusters
  std::uint32_t to = 0;
  std::uint32_t records = 0;
  std::uint32_t because = kNoRecord;  // the first new record that speaks for it; kNoRecord: a decision
  bool is_gone = false;
};

struct AddedRecords {
  std::uint32_t first = 0;              // the number of the first new record; the others follow
  std::vector<std::uint32_t> clusters;  // of each new record the id
  std::vector<ScoredPair> pairs;        // of new records (b) with those before them (a) that are worth keeping, by b, a
  std::vector<ClusterMove> moves;       // of records that were there before, by from, then to
  std::uint64_t pairs_compared = 0;
};

class LinkIndex {
 public:
  // Of one file that was linked as a whole, under the same decisions. The id of a cluster is the number of its first
  // record. Records that come later are put in sorted arrays as well once they are as many as those that are there, but
  // not before they are `least_later`. Errors: those of CheckDecisions. O(records * rules), some microseconds a record.
  static Result<LinkIndex> Make(LinkResult linked, const Decisions& decisions, const Executor& executor,
                                std::size_t least_later = 200'000);

  // The rows become records in their order; the columns that are compared are found by their names. Decisions are added
  // to the earlier ones, and may name new records; there may be no rows but decisions. Errors: kBadInput for a column
  // that is not there, and those of CheckDecisions; kCancelled, heard before anything changes. On an error the index is
  // as it was.
  Result<AddedRecords> Add(const Table& rows, const Decisions& decisions, const Executor& executor,
                           const std::stop_token& stop);

  std::size_t records() const { return ids_.size(); }
  std::size_t learnt() const { return learnt_; }                    // records of the full run
  std::span<const std::uint32_t> clusters() const { return ids_; }  // ids, by record
  const std::vector<Field>& fields() const { return fields_; }
  const LinkModel& model() const { return model_; }
  const LinkSpec& spec() const { return spec_; }
  // Of all records, those worth keeping, by a, then b.
  std::vector<ScoredPair> Pairs() const;

 private:
  LinkIndex(LinkResult linked, const Decisions& decisions, const Executor& executor, std::size_t least_later);

  void MakeRules(std::size_t records, const Executor& executor);
  void Join(std::uint32_t a, std::uint32_t b);
  std::uint32_t RootOf(std::uint32_t record);
  void LetGoOfParted();
  void Find(std::uint32_t first, const Executor& executor, AddedRecords& added);
  void Compare(std::uint32_t begin, std::uint32_t end, const Executor& executor, AddedRecords& added);
  // Records of components that are to be put together anew, rising.
  std::vector<std::uint32_t> Touched(std::uint32_t first, const Decisions& decisions);
  void KeepNear(std::uint32_t first, const Decisions& decisions, std::vector<std::uint32_t>& records) const;
  void PutTogether(std::uint32_t first, std::span<const std::uint32_t> records, const Executor& executor,
                   AddedRecords& added);
  // By their places among the records, by a, then b.
  std::vector<ScoredPair> PairsAmong(std::span<const std::uint32_t> records) const;
  std::vector<ClusterMove> MovesOf(std::uint32_t first, std::span<const std::uint32_t> records,
                                   std::span<const std::uint32_t> ids, std::span<const ScoredPair> pairs);
  std::span<const ScoredPair> LaterPairsOf(std::uint32_t record) const {
    const std::uint64_t begin = later_begins_[record - learnt_];
    return std::span(later_pairs_).subspan(begin, later_begins_[record - learnt_ + 1] - begin);
  }

  LinkSpec spec_;
  LinkModel model_;
  Calibration calibration_;
  BlockLimits limits_;
  std::size_t learnt_;
  std::vector<Field> fields_;
  std::vector<FieldGrowth> growth_;
  std::vector<BlockRule> keys_;
  std::vector<RuleIndex> rules_;
  std::size_t least_later_;
  std::size_t indexed_ = 0;  // records when the rules were made
  Comparer comparer_;
  Decisions decisions_;
  std::vector<RecordPair> equal_;  // as LinkResult has them, without those that somebody parted
  double least_;
  std::vector<std::uint32_t> first_begins_;  // of the learnt records, as a, in first_pairs_
  std::vector<ScoredPair> first_pairs_;
  std::vector<std::uint64_t> later_begins_;  // of the later records, as b, in later_pairs_
  std::vector<ScoredPair> later_pairs_;
  std::vector<std::uint32_t> parents_;  // components
  std::vector<std::uint32_t> next_;     // in its component, in a circle
  std::vector<std::uint32_t> ids_;
  std::vector<std::uint32_t> places_;  // kNoRecord between uses
  std::uint32_t next_id_;
};

}  // namespace weir::identity
