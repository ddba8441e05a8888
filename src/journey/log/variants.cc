#include "journey/log/variants.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace weir::journey {
namespace {

constexpr std::size_t kCasesAPiece = 1U << 14U;

__extension__ typedef unsigned __int128 Wide;  // the mark keeps -Wpedantic quiet

std::uint64_t HashOf(std::span<const ActivityId> steps) {
  // Multiply and fold, as wyhash does: one multiplication a step.
  constexpr std::uint64_t kOne = 0xA0761D6478BD642FULL;
  constexpr std::uint64_t kTwo = 0xE7037ED1A0B428DBULL;
  std::uint64_t hash = kOne ^ steps.size();
  for (const ActivityId step : steps) {
    const Wide product = static_cast<Wide>(hash ^ step) * kTwo;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  return hash;
}

// Runs that were seen, each by the first that had it.
class RunTable {
 public:
  explicit RunTable(std::size_t expected) { Grow(std::bit_ceil(std::max<std::size_t>(64, expected * 2))); }

  // The number of the run, by whose first was `first` when it is new.
  template <typename RunOf>
  std::uint32_t Of(std::uint64_t hash, std::uint32_t first, const RunOf& run_of) {
    if ((firsts_.size() + 1) * 2 > slots_.size()) Grow(slots_.size() * 2);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.run == kNoValue) {
        slots_[at] = {.hash = hash, .run = static_cast<std::uint32_t>(firsts_.size())};
        firsts_.push_back(first);
        return slots_[at].run;
      }
      if (slot.hash == hash && std::ranges::equal(run_of(firsts_[slot.run]), run_of(first))) return slot.run;
    }
  }

  const std::vector<std::uint32_t>& firsts() const { return firsts_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t run = kNoValue;
  };

  void Grow(std::size_t size) {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(size));
    for (const Slot& slot : old) {
      if (slot.run == kNoValue) continue;
      std::size_t at = slot.hash & (size - 1);
      while (slots_[at].run != kNoValue) at = (at + 1) & (size - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> firsts_;
};

struct Rank {
  std::uint32_t cases = 0;
  std::uint32_t run = 0;
};

// The place of each run in order, most frequent first.
template <typename RunOf>
std::vector<Rank> Ranked(const std::vector<std::uint32_t>& cases, const RunOf& steps_of_run) {
  std::vector<Rank> ranks(cases.size());
  for (std::uint32_t run = 0; run < ranks.size(); ++run) ranks[run] = {.cases = cases[run], .run = run};
  std::sort(ranks.begin(), ranks.end(), [&](const Rank& one, const Rank& other) {
    if (one.cases != other.cases) return one.cases > other.cases;
    return std::ranges::lexicographical_compare(steps_of_run(one.run), steps_of_run(other.run));
  });
  return ranks;
}

// Fills all but variant_of; says which variant a run is.
template <typename RunOf>
std::vector<std::uint32_t> Fill(const std::vector<std::uint32_t>& cases, const RunOf& steps_of_run,
                                Variants* variants) {
  const std::vector<Rank> ranks = Ranked(cases, steps_of_run);
  std::vector<std::uint32_t> variant_of_run(ranks.size());
  variants->begin.reserve(ranks.size() + 1);
  variants->cases.reserve(ranks.size());
  std::size_t steps = 0;
  for (const Rank& rank : ranks) steps += steps_of_run(rank.run).size();
  variants->steps.reserve(steps);
  for (std::uint32_t place = 0; place < ranks.size(); ++place) {
    const std::span<const ActivityId> run = steps_of_run(ranks[place].run);
    variants->steps.insert(variants->steps.end(), run.begin(), run.end());
    variants->begin.push_back(variants->steps.size());
    variants->cases.push_back(ranks[place].cases);
    variant_of_run[ranks[place].run] = place;
  }
  return variant_of_run;
}

}  // namespace

Result<Variants> VariantsOf(const SortedLog& log, const Executor& executor, const std::stop_token& stop) {
  std::vector<std::uint64_t> hashes(log.cases());
  executor.ForPieces(log.cases(), kCasesAPiece, [&](std::size_t begin, std::size_t end) {
    if (stop.stop_requested()) return;
    for (std::size_t id = begin; id < end; ++id) hashes[id] = HashOf(log.StepsOf(static_cast<CaseId>(id)));
  });
  const auto run_of = [&](std::uint32_t id) { return log.StepsOf(id); };
  RunTable table(std::min<std::size_t>(log.cases(), 1U << 16U));
  Variants variants{.activities = log.activities};
  variants.variant_of.resize(log.cases());
  std::vector<std::uint32_t> cases;
  for (std::uint32_t id = 0; id < log.cases(); ++id) {
    if (id % kCasesAPiece == 0 && stop.stop_requested()) break;
    const std::uint32_t run = table.Of(hashes[id], id, run_of);
    if (run == cases.size()) cases.push_back(0);
    ++cases[run];
    variants.variant_of[id] = run;
  }
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  const std::vector<std::uint32_t> variant_of_run =
      Fill(cases, [&](std::uint32_t run) { return log.StepsOf(table.firsts()[run]); }, &variants);
  for (std::uint32_t& variant : variants.variant_of) variant = variant_of_run[variant];
  return variants;
}

Variants VariantsOfRuns(std::span<const std::vector<ActivityId>> runs, std::span<const std::uint32_t> cases,
                        std::uint32_t activities) {
  WEIR_CHECK(runs.size() == cases.size());
  const auto run_of = [&](std::uint32_t run) { return std::span<const ActivityId>(runs[run]); };
  RunTable table(runs.size());
  Variants variants{.activities = activities};
  std::vector<std::uint32_t> counts;
  for (std::uint32_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t run = table.Of(HashOf(runs[i]), i, run_of);
    if (run == counts.size()) counts.push_back(0);
    counts[run] += cases[i];
  }
  Fill(counts, [&](std::uint32_t run) { return run_of(table.firsts()[run]); }, &variants);
  return variants;
}

}  // namespace weir::journey
