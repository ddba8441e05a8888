#include "hygiene/surviving_values.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "identity/company_name.h"
#include "identity/golden.h"

namespace weir::hygiene {
namespace {

using identity::SurvivorshipRule;

// Rules of golden records that say what a settled rule says (model/field_rules.h).
std::span<const SurvivorshipRule> RulesOf(const model::FieldRule* rule) {
  static constexpr std::array kRanked{SurvivorshipRule::kSourceRank, SurvivorshipRule::kMostRecent};
  static constexpr std::array kNewest{SurvivorshipRule::kMostRecent, SurvivorshipRule::kSourceRank};
  static constexpr std::array kLongest{SurvivorshipRule::kLongest, SurvivorshipRule::kSourceRank,
                                       SurvivorshipRule::kMostRecent};
  static constexpr std::array kFrequent{SurvivorshipRule::kMostFrequent, SurvivorshipRule::kSourceRank,
                                        SurvivorshipRule::kMostRecent};
  switch (rule == nullptr ? model::Choice::kRanked : rule->choice) {
    case model::Choice::kNewest:
      return kNewest;
    case model::Choice::kLongest:
      return kLongest;
    case model::Choice::kFrequent:
      return kFrequent;
    case model::Choice::kRanked:
      break;
  }
  return kRanked;
}

constexpr std::uint32_t kUnnamed = 100;

// The named sources come before all others, in their order.
std::uint32_t RankOf(const std::string& source, const model::FieldRule* rule, const SourceRanks& ranks) {
  constexpr std::uint32_t kUnknown = 9;
  if (rule != nullptr) {
    const auto named = std::ranges::find(rule->sources, source);
    if (named != rule->sources.end()) return static_cast<std::uint32_t>(named - rule->sources.begin());
  }
  const auto known = ranks.find(source);
  return kUnnamed + (known == ranks.end() ? kUnknown : known->second);
}

}  // namespace

Result<std::vector<Told>> ReadTold(std::string_view entity, const std::vector<Field>& fields,
                                   std::string_view condition, std::span<const store::Value> values,
                                   store::Session& session) {
  std::string words;
  for (const Field& field : fields) {
    const std::string name = store::QuoteName(field.name);
    words += fmt::format(
        ", max_by(CAST({0} AS VARCHAR), observation) FILTER (WHERE {0} IS NOT NULL AND "
        "trim(CAST({0} AS VARCHAR)) <> '')",
        name);
  }
  WEIR_TRY(const store::Rows rows,
           session.Query(
               fmt::format("SELECT source, source_key, {0}_id, row_number() OVER (ORDER BY max(observed_at) NULLS "
                           "FIRST, max(observation) NULLS FIRST, source_key NULLS LAST) AS turn{1} FROM (SELECT *, "
                           "row_number() OVER (PARTITION BY source, object, source_key ORDER BY observed_at "
                           "NULLS LAST, observation NULLS LAST) AS sight FROM scoped.{0}_record WHERE {2}) "
                           "AS seen WHERE observed_at <= getvariable('as_of') OR sight = 1 GROUP "
                           "BY source, source_key, {0}_id ORDER BY source NULLS LAST, source_key NULLS LAST, "
                           "{0}_id NULLS LAST",
                           entity, words, condition),
               values));
  std::vector<Told> told;
  told.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Told one{.source = rows.TextAt(i, 0),
             .key = rows.TextAt(i, 1),
             .entity_id = rows.TextAt(i, 2),
             .turn = rows.IntegerAt(i, 3),
             .words = {}};
    one.words.reserve(fields.size());
    for (std::size_t field = 0; field < fields.size(); ++field) one.words.push_back(rows.TextAt(i, 4 + field));
    told.push_back(std::move(one));
  }
  return told;
}

Result<SourceRanks> ReadSourceRanks(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query("SELECT source, rank FROM scoped.source_rank"));
  SourceRanks ranks;
  for (std::size_t i = 0; i < rows.size(); ++i)
    ranks[rows.TextAt(i, 0)] = static_cast<std::uint32_t>(rows.IntegerAt(i, 1));
  return ranks;
}

SurvivingValue Surviving(const std::vector<const Told*>& records, std::size_t field, const model::FieldRule* rule,
                         const SourceRanks& ranks) {
  std::vector<identity::Testimony> testimonies;
  testimonies.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    testimonies.push_back({.record = static_cast<std::uint32_t>(i),
                           .value = records[i]->words[field],
                           .meaning = identity::kNoMeaning,
                           .source_rank = RankOf(records[i]->source, rule, ranks),
                           .changed_at = records[i]->turn});
  }
  const identity::Survivor survivor = identity::Survive(testimonies, RulesOf(rule));
  SurvivingValue chosen{.value = std::string(survivor.value), .origin = {}, .decided_by = {}};
  if (survivor.origin) chosen.origin = records[*survivor.origin]->Record();
  if (survivor.decided_by) chosen.decided_by = std::string(identity::NameOf(*survivor.decided_by));
  return chosen;
}

std::string SurvivingName(const std::vector<const Told*>& records, std::size_t field,
                          const std::vector<const Told*>& all, const model::FieldRule* rule, const SourceRanks& ranks) {
  if (rule != nullptr && rule->choice != model::Choice::kRanked) return Surviving(records, field, rule, ranks).value;
  struct Standing {
    std::uint32_t rank = kUnnamed;  // of the first of the named sources that says so
    std::int64_t records = 0;
  };
  std::map<std::string, Standing> by_core;
  for (const Told* one : all) {
    if (one->words.front().empty()) continue;
    Standing& standing = by_core[identity::ParseCompanyName(one->words.front()).core];
    standing.rank = std::min(standing.rank, RankOf(one->source, rule, ranks));
    ++standing.records;
  }
  const Told* best = nullptr;
  Standing best_standing;
  for (const Told* one : records) {
    if (one->words[field].empty()) continue;
    const Standing standing = by_core[identity::ParseCompanyName(one->words[field]).core];
    const bool is_better = best == nullptr || standing.rank < best_standing.rank ||
                           (standing.rank == best_standing.rank && standing.records > best_standing.records);
    if (!is_better) continue;
    best = one;
    best_standing = standing;
  }
  return best == nullptr ? std::string() : best->words[field];
}

}  // namespace weir::hygiene
