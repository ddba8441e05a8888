// Finds which records of a table, or of two, are the same person, company or thing: prepares the fields, chooses the
// pairs to look at, learns what agreement is worth without labels, scores, and puts together what belongs together.
//
// What is learnt is learnt twice more from the clusters found: whoever is one through others shows how records of one
// thing differ. The same bytes for any number of threads.
//
// Of tables of at most kMostInOrder rows the order of rows has no part in the result, but for which of several rows
// that hold the same is meant; of greater ones it has a part in what is sampled, and in what is cut off.
//
// Cost: a record has at most so many candidates (block_rules.h), besides sorting. Memory: the values once, some 8 bytes
// a record and rule, 16 a pair that is worth keeping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "identity/blocking.h"
#include "identity/calibration.h"
#include "identity/cluster.h"
#include "identity/fellegi_sunter.h"
#include "identity/field.h"
#include "identity/spec.h"
#include "identity/table.h"

namespace weir::identity {

inline constexpr std::size_t kMostInOrder = 200'000;

// What people decided: pairs of records that are one, and that are not. It outranks the model.
struct Decisions {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> same;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;
  // They are labels as well: what they say of the weights of their pairs is applied to all others (calibration.h).
  bool are_labels = false;
};

// Errors: kBadInput for records that are not there, and for one that is held against itself.
Status CheckDecisions(const Decisions& decisions, std::size_t records);

struct LinkResult {
  LinkSpec spec;  // as it was used: with the rules that were chosen, where it named none
  std::vector<Field> fields;
  std::vector<BlockRule> keys;  // those rules
  std::vector<RuleReport> rules;
  LinkModel model;
  std::uint64_t pairs_compared = 0;
  std::vector<ScoredPair> pairs;  // those worth keeping, by a, then b
  Calibration calibration;        // of those that were decided and are among them
  // Records that hold the same in all fields and are links by that: where they are more than are compared with one
  // another, each with the first. They are together like those of `same`, but for what people said is apart.
  std::vector<RecordPair> equal;
  std::vector<std::uint32_t> clusters;  // of each record the first record of its cluster
  // As the model sees it: of the pairs within clusters the share that are one, and of those that are one the share
  // within clusters.
  double expected_precision = 0;
  double expected_recall = 0;
};

// Of a pair that is worth keeping: others never become links. The first model, by which it is decided, does not know
// yet how records of one thing differ: of people who moved, all of the address.
inline constexpr double kLeastWeight = -30;

// How the records of one file are put together: by the threshold of the specification, and what people decided, which
// is to live as long.
ClusterOptions ClusteringOf(const LinkSpec& spec, const Decisions& decisions);

// Told which step begins.
using LinkProgress = std::function<void(std::string_view step)>;

// Errors: those of CheckDecisions; kBadInput where no column can be compared, where the spec names one that is not
// there, or where a rule asks for a form that keys of its kind do not have; kCancelled.
Result<LinkResult> Link(const Table& table, const LinkSpec& spec, const Decisions& decisions, const Executor& executor,
                        std::stop_token stop, const LinkProgress& progress = {});

// The specification as Link would use it: with the rules that are chosen, where it names none. Errors: those of Link.
Result<LinkSpec> CompleteSpec(const Table& table, const LinkSpec& spec, const Executor& executor);

}  // namespace weir::identity
