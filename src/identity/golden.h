// The golden record: of the records of one cluster, which value survives in each field. Rules are asked in their order;
// each keeps the values that it finds best, until one is left. Every value has its origin, and what it was chosen over
// is told with the rule that decided.
//
// Values are told apart as they are written, but for how often they occur: "ACME" and "Acme" are one value said twice
// (the caller's `meanings`), of which the written form is then chosen.
//
// Deterministic, and apart from the order of the records: what no rule decides is decided by the value itself (that
// which comes first by bytes), and the origin among records that say the same by their number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "identity/table.h"

namespace weir::identity {

enum class SurvivorshipRule : std::uint8_t {
  kVerified,      // somebody checked the record
  kSourceRank,    // the most trusted source
  kMostRecent,    // changed last; a time that is not known is before all others
  kMostFrequent,  // what most records say
  kLongest,       // the most letters: the least left out
};
std::string_view NameOf(SurvivorshipRule rule);  // "verified", "source_rank", ...
const SurvivorshipRule* FindSurvivorshipRule(std::string_view name);

// Where nothing is known of records but their cells.
std::span<const SurvivorshipRule> UsualSurvivorship();  // kMostFrequent, then kLongest

inline constexpr std::int64_t kNeverChanged = INT64_MIN;

// What one record says of a field.
struct Testimony {
  std::uint32_t record = 0;   // once in a field
  std::string_view value;     // blank: it says nothing
  std::uint32_t meaning = 0;  // equal for values that say the same; kNoMeaning: as they are written
  bool is_verified = false;
  std::uint32_t source_rank = 0;            // 0 is trusted most
  std::int64_t changed_at = kNeverChanged;  // in any unit, the same for all
};
inline constexpr std::uint32_t kNoMeaning = UINT32_MAX;

// A value that did not survive.
struct Loser {
  std::string_view value;
  std::vector<std::uint32_t> records;       // that say so, rising
  std::optional<SurvivorshipRule> lost_by;  // none: as good as the survivor by all rules, but later by bytes
};

struct Survivor {
  std::string_view value;               // of the origin as it is written; empty where no record says anything
  std::optional<std::uint32_t> origin;  // of the records that say so the best by the rules
  std::vector<std::uint32_t> records;   // that say so, rising
  // The rule after which one value was left; none where there was one from the start, or no rule decided.
  std::optional<SurvivorshipRule> decided_by;
  std::vector<Loser> losers;  // the last to lose first, then by bytes
};

// O(n log n + n * rules) in the records of the cluster.
Survivor Survive(std::span<const Testimony> testimonies, std::span<const SurvivorshipRule> rules);

// What is known of records besides their cells: by record, or empty where nothing is.
struct Standing {
  std::span<const std::uint8_t> verified = {};  // not 0: somebody checked it
  std::span<const std::uint32_t> source_ranks = {};
  std::span<const std::int64_t> changed_at = {};
};

// How the values of a column are chosen.
struct GoldenColumn {
  std::span<const SurvivorshipRule> rules = UsualSurvivorship();
  std::span<const std::uint32_t> meanings = {};  // by record; empty: by FoldText of the cell
};

inline constexpr std::uint32_t kNoOrigin = UINT32_MAX;

struct GoldenTable {
  std::vector<std::uint32_t> clusters;              // by the first record of each, rising
  std::vector<std::vector<std::uint32_t>> origins;  // of each column, by cluster: the record whose cell survives

  // Empty where no record of the cluster says anything.
  std::string_view At(const Table& table, std::size_t column, std::size_t cluster) const {
    const std::uint32_t origin = origins[column][cluster];
    return origin == kNoOrigin ? std::string_view() : table.columns[column].At(origin);
  }
};

// A row a cluster, one value a column. `clusters` gives of each record the first record of its cluster, as LinkResult
// has them; `columns` are those of the table, in their order; empty: the usual rules for all. Memory: 4 bytes a cell.
// The same for any number of threads. Errors: kCancelled.
Result<GoldenTable> GoldenRecords(const Table& table, std::span<const std::uint32_t> clusters,
                                  std::span<const GoldenColumn> columns, const Standing& standing,
                                  const Executor& executor, std::stop_token stop);

// What the records of one cluster say of a column, as GoldenRecords takes it: for Survive, which tells the losers.
std::vector<Testimony> TestimoniesOf(const Table& table, std::size_t column, std::span<const std::uint32_t> records,
                                     const GoldenColumn& how, const Standing& standing);

}  // namespace weir::identity
