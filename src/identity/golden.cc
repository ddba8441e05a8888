#include "identity/golden.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "base/text.h"
#include "identity/dictionary.h"
#include "identity/fold.h"

namespace weir::identity {
namespace {

constexpr std::array<std::string_view, 5> kRuleNames{"verified", "source_rank", "most_recent", "most_frequent",
                                                     "longest"};
constexpr std::array<SurvivorshipRule, 5> kRules{SurvivorshipRule::kVerified, SurvivorshipRule::kSourceRank,
                                                 SurvivorshipRule::kMostRecent, SurvivorshipRule::kMostFrequent,
                                                 SurvivorshipRule::kLongest};
constexpr std::array kUsual{SurvivorshipRule::kMostFrequent, SurvivorshipRule::kLongest};

std::size_t LettersOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Records with one value, as it is written. A rule asks what the best of them has to say for it.
struct Candidate {
  std::string_view value;
  std::vector<const Testimony*> said_by;  // by record
  std::size_t frequency = 0;              // records that mean the same
  std::size_t letters = 0;
};

// How well a record does by a rule: more is better.
std::int64_t MeritOf(const Candidate& candidate, const Testimony& testimony, SurvivorshipRule rule) {
  switch (rule) {
    case SurvivorshipRule::kVerified:
      return testimony.is_verified ? 1 : 0;
    case SurvivorshipRule::kSourceRank:
      return -std::int64_t{testimony.source_rank};
    case SurvivorshipRule::kMostRecent:
      return testimony.changed_at;
    case SurvivorshipRule::kMostFrequent:
      return static_cast<std::int64_t>(candidate.frequency);
    case SurvivorshipRule::kLongest:
      return static_cast<std::int64_t>(candidate.letters);
  }
  WEIR_CHECK(false);
}

// By value.
std::vector<Candidate> CandidatesOf(std::span<const Testimony> testimonies) {
  std::vector<const Testimony*> said;
  std::map<std::uint32_t, std::size_t> frequencies;
  for (const Testimony& testimony : testimonies) {
    if (TrimBlanks(testimony.value).empty()) continue;
    said.push_back(&testimony);
    if (testimony.meaning != kNoMeaning) ++frequencies[testimony.meaning];
  }
  std::ranges::sort(said, [](const Testimony* a, const Testimony* b) {
    return a->value != b->value ? a->value < b->value : a->record < b->record;
  });
  std::vector<Candidate> candidates;
  for (const Testimony* each : said) {
    if (candidates.empty() || candidates.back().value != each->value) {
      candidates.push_back({each->value, {}, 0, LettersOf(each->value)});
    }
    candidates.back().said_by.push_back(each);
  }
  for (Candidate& candidate : candidates) {
    const std::uint32_t meaning = candidate.said_by.front()->meaning;
    candidate.frequency = meaning == kNoMeaning ? candidate.said_by.size() : frequencies[meaning];
  }
  return candidates;
}

std::vector<std::uint32_t> RecordsOf(const Candidate& candidate) {
  std::vector<std::uint32_t> records;
  records.reserve(candidate.said_by.size());
  for (const Testimony* each : candidate.said_by) records.push_back(each->record);
  return records;
}

}  // namespace

std::string_view NameOf(SurvivorshipRule rule) { return kRuleNames[static_cast<std::size_t>(rule)]; }

const SurvivorshipRule* FindSurvivorshipRule(std::string_view name) {
  const auto found = std::ranges::find(kRuleNames, name);
  return found == kRuleNames.end() ? nullptr : &kRules[static_cast<std::size_t>(found - kRuleNames.begin())];
}

std::span<const SurvivorshipRule> UsualSurvivorship() { return kUsual; }

Survivor Survive(std::span<const Testimony> testimonies, std::span<const SurvivorshipRule> rules) {
  Survivor survivor;
  const std::vector<Candidate> candidates = CandidatesOf(testimonies);
  if (candidates.empty()) return survivor;
  // Single records are held against each other, so that a later rule asks only those that were best by the earlier
  // ones: the most recent of the verified, not a value that was verified once and changed by somebody else since.
  struct Left {
    std::size_t candidate;
    const Testimony* testimony;
  };
  std::vector<Left> left;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (const Testimony* each : candidates[i].said_by) left.push_back({i, each});
  }
  std::vector<bool> is_left(candidates.size(), true);
  std::size_t values_left = candidates.size();
  std::vector<std::vector<Loser>> lost;  // by the step at which they did
  for (const SurvivorshipRule rule : rules) {
    std::int64_t best = INT64_MIN;
    for (const Left& each : left) best = std::max(best, MeritOf(candidates[each.candidate], *each.testimony, rule));
    std::erase_if(left,
                  [&](const Left& each) { return MeritOf(candidates[each.candidate], *each.testimony, rule) < best; });
    std::vector<bool> still(candidates.size(), false);
    for (const Left& each : left) still[each.candidate] = true;
    std::vector<Loser>& now = lost.emplace_back();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!is_left[i] || still[i]) continue;
      now.push_back({candidates[i].value, RecordsOf(candidates[i]), rule});
      --values_left;
    }
    if (!now.empty() && values_left == 1) survivor.decided_by = rule;
    is_left = std::move(still);
  }
  // By value, then by record.
  const Left& first = left.front();
  survivor.value = candidates[first.candidate].value;
  survivor.origin = first.testimony->record;
  survivor.records = RecordsOf(candidates[first.candidate]);
  std::vector<Loser>& equal = lost.emplace_back();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (is_left[i] && i != first.candidate) equal.push_back({candidates[i].value, RecordsOf(candidates[i]), {}});
  }
  for (auto step = lost.rbegin(); step != lost.rend(); ++step) {
    survivor.losers.insert(survivor.losers.end(), std::make_move_iterator(step->begin()),
                           std::make_move_iterator(step->end()));
  }
  return survivor;
}

std::vector<Testimony> TestimoniesOf(const Table& table, std::size_t column, std::span<const std::uint32_t> records,
                                     const GoldenColumn& how, const Standing& standing) {
  std::vector<Testimony> testimonies;
  Dictionary forms;
  for (const std::uint32_t record : records) {
    Testimony& each = testimonies.emplace_back();
    each.record = record;
    each.value = table.columns[column].At(record);
    each.meaning = !how.meanings.empty() ? how.meanings[record]
                   : records.size() > 2  ? forms.NumberOf(FoldText(each.value))
                                         : kNoMeaning;  // which of two makes no difference
    if (!standing.verified.empty()) each.is_verified = standing.verified[record] != 0;
    if (!standing.source_ranks.empty()) each.source_rank = standing.source_ranks[record];
    if (!standing.changed_at.empty()) each.changed_at = standing.changed_at[record];
  }
  return testimonies;
}

Result<GoldenTable> GoldenRecords(const Table& table, std::span<const std::uint32_t> clusters,
                                  std::span<const GoldenColumn> columns, const Standing& standing,
                                  const Executor& executor, std::stop_token stop) {
  GoldenTable golden;
  // Records by cluster, in their order.
  std::vector<std::uint32_t> begins(table.rows + 1, 0);
  for (const std::uint32_t cluster : clusters) ++begins[cluster + 1];
  for (std::uint32_t i = 0; i < table.rows; ++i) {
    if (begins[i + 1] > 0) golden.clusters.push_back(i);
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<std::uint32_t> members(table.rows);
  std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
  for (std::uint32_t i = 0; i < table.rows; ++i) members[next[clusters[i]]++] = i;

  golden.origins.assign(table.columns.size(), std::vector<std::uint32_t>(golden.clusters.size(), kNoOrigin));
  constexpr std::size_t kPiece = 4096;
  executor.ForPieces(golden.clusters.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    if (stop.stop_requested()) return;
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t cluster = golden.clusters[i];
      const std::span<const std::uint32_t> records =
          std::span(members).subspan(begins[cluster], begins[cluster + 1] - begins[cluster]);
      for (std::size_t column = 0; column < table.columns.size(); ++column) {
        if (records.size() == 1) {
          const bool is_blank = TrimBlanks(table.columns[column].At(cluster)).empty();
          golden.origins[column][i] = is_blank ? kNoOrigin : cluster;
          continue;
        }
        const GoldenColumn& how = columns.empty() ? GoldenColumn{} : columns[column];
        const Survivor survivor = Survive(TestimoniesOf(table, column, records, how, standing), how.rules);
        if (survivor.origin) golden.origins[column][i] = *survivor.origin;
      }
    }
  });
  if (stop.stop_requested()) return Fail(MakeError(Code::kCancelled, "the linking was cancelled"));
  return golden;
}

}  // namespace weir::identity
