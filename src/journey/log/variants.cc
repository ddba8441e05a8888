#include "journey/log/variants.h"

#include <algorithm>
#include <array>
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
  // Has the place of the hash brought from memory.
  void Fetch(std::uint64_t hash) const { __builtin_prefetch(slots_.data() + (hash & (slots_.size() - 1))); }

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

// The first steps of a run as one number that orders runs as their steps do, as far as it goes.
class Prefixes {
 public:
  explicit Prefixes(std::uint32_t activities)
      : bits_(std::max<unsigned>(1, static_cast<unsigned>(std::bit_width(activities)))), steps_(64 / bits_) {}

  std::uint64_t Of(std::span<const ActivityId> run) const {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < steps_; ++i) {
      prefix = (prefix << bits_) | (i < run.size() ? std::uint64_t{run[i]} + 1 : 0);  // the end is before any step
    }
    return prefix;
  }
  std::size_t steps() const { return steps_; }

 private:
  unsigned bits_;
  std::size_t steps_;
};

struct Rank {
  std::uint32_t cases = 0;
  std::uint32_t run = 0;
  std::uint64_t prefix = 0;
};

// The runs in order, most frequent first; all of them differ. Steps are read a prefix at a time, each once, and runs
// are compared by prefixes alone: runs that begin alike would be looked up in memory at each comparison else.
template <typename RunOf>
class Ranking {
 public:
  Ranking(std::uint32_t activities, const RunOf& steps_of_run) : prefixes_(activities), steps_of_run_(steps_of_run) {}

  std::vector<Rank> Of(const std::vector<std::uint32_t>& cases, const Executor& executor) const {
    std::vector<Rank> ranks(cases.size());
    const std::size_t middle = ranks.size() / 2;
    const auto at = [&](std::size_t place) { return ranks.begin() + static_cast<std::ptrdiff_t>(place); };
    executor.ForEach(2, [&](std::size_t half) {
      const std::size_t begin = half == 0 ? 0 : middle;
      const std::size_t end = half == 0 ? middle : ranks.size();
      for (std::size_t run = begin; run < end; ++run) ranks[run] = {cases[run], static_cast<std::uint32_t>(run), 0};
      Read(std::span(ranks).subspan(begin, end - begin), 0);
      std::sort(at(begin), at(end), IsBefore);
    });
    std::inplace_merge(ranks.begin(), at(middle), ranks.end(), IsBefore);
    std::vector<Group> groups;
    PushAlike(ranks, {.begin = 0, .end = ranks.size(), .steps = 0}, &groups);
    executor.ForPieces(groups.size(), kGroupsAPiece, [&](std::size_t begin, std::size_t end) {
      std::vector<Group> open(groups.begin() + static_cast<std::ptrdiff_t>(begin),
                              groups.begin() + static_cast<std::ptrdiff_t>(end));
      while (!open.empty()) {
        const Group group = open.back();
        open.pop_back();
        Read(std::span(ranks).subspan(group.begin, group.end - group.begin), group.steps);
        std::sort(at(group.begin), at(group.end), IsBefore);
        PushAlike(ranks, group, &open);
      }
    });
    return ranks;
  }

 private:
  static constexpr std::size_t kGroupsAPiece = 256;

  // Runs of as many cases that agree in so many steps.
  struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t steps = 0;
  };

  static bool IsBefore(const Rank& one, const Rank& other) {
    return one.cases != other.cases ? one.cases > other.cases : one.prefix < other.prefix;
  }

  void Read(std::span<Rank> ranks, std::size_t from) const {
    for (Rank& rank : ranks) {
      const std::span<const ActivityId> steps = steps_of_run_(rank.run);
      rank.prefix = prefixes_.Of(steps.subspan(std::min(from, steps.size())));
    }
  }

  // The parts of a sorted group whose order is still open.
  void PushAlike(const std::vector<Rank>& ranks, const Group& group, std::vector<Group>* open) const {
    for (std::size_t begin = group.begin; begin < group.end;) {
      std::size_t end = begin + 1;
      while (end < group.end && !IsBefore(ranks[begin], ranks[end])) ++end;
      if (end - begin > 1) open->push_back({.begin = begin, .end = end, .steps = group.steps + prefixes_.steps()});
      begin = end;
    }
  }

  Prefixes prefixes_;
  const RunOf& steps_of_run_;
};

// Fills all but variant_of; says which variant a run is.
template <typename RunOf>
std::vector<std::uint32_t> Fill(const std::vector<std::uint32_t>& cases, const RunOf& steps_of_run, Variants* variants,
                                const Executor& executor = Executor(1)) {
  const std::vector<Rank> ranks = Ranking(variants->activities, steps_of_run).Of(cases, executor);
  std::vector<std::uint32_t> variant_of_run(ranks.size());
  variants->begin.reserve(ranks.size() + 1);
  variants->cases.reserve(ranks.size());
  for (std::uint32_t place = 0; place < ranks.size(); ++place) {
    variants->begin.push_back(variants->begin.back() + steps_of_run(ranks[place].run).size());
    variants->cases.push_back(ranks[place].cases);
    variant_of_run[ranks[place].run] = place;
  }
  variants->steps.resize(variants->begin.back());
  executor.ForPieces(ranks.size(), kCasesAPiece, [&](std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place) {
      std::ranges::copy(steps_of_run(ranks[place].run),
                        variants->steps.begin() + static_cast<std::ptrdiff_t>(variants->begin[place]));
    }
  });
  return variant_of_run;
}

// Cases by their hashes in parts, each of which is gone through by itself: equal runs are in one part.
class Parts {
 public:
  static constexpr std::size_t kParts = 32;

  Parts(const SortedLog& log, const Executor& executor, const std::stop_token& stop) : hashes_(log.cases()) {
    executor.ForPieces(log.cases(), kCasesAPiece, [&](std::size_t begin, std::size_t end) {
      if (stop.stop_requested()) return;
      for (std::size_t id = begin; id < end; ++id) hashes_[id] = HashOf(log.StepsOf(static_cast<CaseId>(id)));
    });
    for (const std::uint64_t hash : hashes_) ++begin_[PartOf(hash) + 1];
    for (std::size_t part = 0; part < kParts; ++part) begin_[part + 1] += begin_[part];
    std::array<std::size_t, kParts> next{};
    std::copy_n(begin_.begin(), kParts, next.begin());
    cases_.resize(log.cases());
    for (CaseId id = 0; id < log.cases(); ++id) cases_[next[PartOf(hashes_[id])]++] = id;
  }

  std::span<const CaseId> Of(std::size_t part) const {
    return std::span(cases_).subspan(begin_[part], begin_[part + 1] - begin_[part]);
  }
  std::uint64_t HashAt(CaseId id) const { return hashes_[id]; }

 private:
  static std::size_t PartOf(std::uint64_t hash) { return hash >> 59U; }

  std::vector<std::uint64_t> hashes_;
  std::array<std::size_t, kParts + 1> begin_{};
  std::vector<CaseId> cases_;
};

// The runs of a part, each by the first case that took it.
struct PartRuns {
  std::vector<CaseId> firsts;
  std::vector<std::uint32_t> cases;
};

PartRuns RunsOf(const SortedLog& log, const Parts& parts, std::size_t part, std::vector<std::uint32_t>* run_of_case) {
  constexpr std::size_t kAhead = 8;  // cases whose steps are on their way from memory
  const std::span<const CaseId> ids = parts.Of(part);
  const auto run_of = [&](std::uint32_t id) { return log.StepsOf(id); };
  RunTable table(ids.size() / 2);
  PartRuns runs;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i + kAhead < ids.size()) {
      __builtin_prefetch(log.activity_of.data() + log.begin_of_case[ids[i + kAhead]]);
      table.Fetch(parts.HashAt(ids[i + kAhead]));
    }
    const std::uint32_t run = table.Of(parts.HashAt(ids[i]), ids[i], run_of);
    if (run == runs.cases.size()) runs.cases.push_back(0);
    ++runs.cases[run];
    (*run_of_case)[ids[i]] = run;
  }
  runs.firsts = table.firsts();
  return runs;
}

}  // namespace

Result<Variants> VariantsOf(const SortedLog& log, const Executor& executor, const std::stop_token& stop) {
  const Parts parts(log, executor, stop);
  Variants variants{.activities = log.activities};
  variants.variant_of.resize(log.cases());
  std::array<PartRuns, Parts::kParts> runs;
  executor.ForEach(Parts::kParts, [&](std::size_t part) {
    if (!stop.stop_requested()) runs[part] = RunsOf(log, parts, part, &variants.variant_of);
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  std::vector<CaseId> firsts;
  std::vector<std::uint32_t> cases;
  std::array<std::size_t, Parts::kParts> first_run{};
  for (std::size_t part = 0; part < Parts::kParts; ++part) {
    first_run[part] = firsts.size();
    firsts.insert(firsts.end(), runs[part].firsts.begin(), runs[part].firsts.end());
    cases.insert(cases.end(), runs[part].cases.begin(), runs[part].cases.end());
  }
  const std::vector<std::uint32_t> variant_of_run =
      Fill(cases, [&](std::uint32_t run) { return log.StepsOf(firsts[run]); }, &variants, executor);
  executor.ForEach(Parts::kParts, [&](std::size_t part) {
    for (const CaseId id : parts.Of(part)) {
      variants.variant_of[id] = variant_of_run[first_run[part] + variants.variant_of[id]];
    }
  });
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
