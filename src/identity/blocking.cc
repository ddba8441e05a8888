#include "identity/blocking.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "identity/grouper.h"

namespace weir::identity {
namespace {

void AddWordKeys(const Field& field, std::size_t most, std::size_t cap, std::vector<Keyed>& keyed) {
  for (std::uint32_t record = 0; record < field.codes.size(); ++record) {
    if (field.codes[record] == kNone) continue;
    std::size_t taken = 0;
    for (const std::uint32_t word : field.words.Of(field.codes[record])) {
      if (taken == most) break;
      const std::uint32_t count = field.words.counts[word];
      if (count < 2) continue;
      if (count > cap && taken > 1) break;
      keyed.push_back({word, record});
      ++taken;
    }
  }
}

void AddPartKeys(const Field& field, std::size_t most, std::vector<Keyed>& keyed) {
  std::unordered_map<std::uint32_t, std::uint32_t> counts;
  std::vector<std::vector<std::uint32_t>> of(field.values.size());
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    of[code] = PartsOf(field.values.At(code));
    for (const std::uint32_t part : of[code]) counts[part] += field.counts[code];
  }
  for (std::vector<std::uint32_t>& parts : of) {
    std::erase_if(parts, [&](std::uint32_t part) { return counts[part] < 2; });
    std::ranges::sort(parts, [&](std::uint32_t a, std::uint32_t b) {
      return counts[a] != counts[b] ? counts[a] < counts[b] : a < b;
    });
    if (parts.size() > most) parts.resize(most);
  }
  for (std::uint32_t record = 0; record < field.codes.size(); ++record) {
    for (const std::uint32_t part : of[field.codes[record]]) keyed.push_back({part, record});
  }
}

// The hashes of parts, by code: several rules have the same parts.
class PartHashes {
 public:
  PartHashes(std::span<const Field> fields, std::span<const BlockRule> rules, const Executor& executor) {
    for (const BlockRule& rule : rules) {
      for (const KeyPart& part : rule.parts) {
        const bool is_hashed = part.form != KeyForm::kWords && part.form != KeyForm::kParts;
        if (is_hashed && std::ranges::find(parts_, part) == parts_.end()) parts_.push_back(part);
      }
    }
    hashes_.resize(parts_.size());
    executor.ForEach(parts_.size(),
                     [&](std::size_t i) { hashes_[i] = HashesOf(fields[parts_[i].field], parts_[i].form); });
  }

  std::span<const std::uint64_t> Of(const KeyPart& part) const {
    return hashes_[static_cast<std::size_t>(std::ranges::find(parts_, part) - parts_.begin())];
  }

 private:
  std::vector<KeyPart> parts_;
  std::vector<std::vector<std::uint64_t>> hashes_;
};

// Keys of the parts together, of records that have all of them.
void AddWholeKeys(std::span<const Field> fields, const BlockRule& rule, const PartHashes& part_hashes,
                  std::vector<Keyed>& keyed) {
  std::vector<std::span<const std::uint64_t>> hashes;
  hashes.reserve(rule.parts.size());
  for (const KeyPart& part : rule.parts) hashes.push_back(part_hashes.Of(part));
  const std::size_t records = fields[rule.parts.front().field].codes.size();
  keyed.reserve(records);
  for (std::uint32_t record = 0; record < records; ++record) {
    std::uint64_t key = 1;
    for (std::size_t p = 0; p < rule.parts.size() && key != 0; ++p) {
      const std::uint64_t hash = hashes[p][fields[rule.parts[p].field].codes[record]];
      key = hash == 0 ? 0 : MixKeys(key, hash);
    }
    if (key != 0) keyed.push_back({key, record});
  }
}

}  // namespace

Blocks::Blocks(std::span<const Field> fields, std::span<const BlockRule> rules, std::size_t records,
               std::size_t second_begins, const BlockLimits& limits, const Executor& executor)
    : records_(records), second_begins_(second_begins), most_candidates_(limits.most_candidates) {
  std::vector<Grouper> groupers(rules.size(), Grouper(fields, second_begins, IsTwo(), limits.most_in_group));
  std::optional<PartHashes> part_hashes(std::in_place, fields, rules, executor);
  executor.ForEach(rules.size(), [&](std::size_t i) {
    const BlockRule& rule = rules[i];
    const KeyPart& first = rule.parts.front();
    constexpr std::size_t kWords = 10;
    constexpr std::size_t kParts = 12;
    std::vector<Keyed> keyed;
    if (first.form == KeyForm::kWords) {
      AddWordKeys(fields[first.field], kWords, limits.most_in_group, keyed);
    } else if (first.form == KeyForm::kParts) {
      AddPartKeys(fields[first.field], kParts, keyed);
    } else {
      AddWholeKeys(fields, rule, *part_hashes, keyed);
    }
    groupers[i].report.rule = NameOf(rule, fields);
    groupers[i].Take(keyed, rule.parts);
  });
  part_hashes.reset();
  group_begins_.push_back(0);
  for (Grouper& grouper : groupers) {
    const auto offset = static_cast<std::uint32_t>(members_.size());
    members_.insert(members_.end(), grouper.members.begin(), grouper.members.end());
    for (const std::uint32_t end : grouper.ends) {
      const auto size = static_cast<float>(offset + end - group_begins_.back());
      group_weights_.push_back(std::log2(static_cast<float>(records) / size));
      group_begins_.push_back(offset + end);
    }
    reports_.push_back(std::move(grouper.report));
    grouper.members = {};
    grouper.ends = {};
  }
  record_begins_.assign(records + 1, 0);
  for (const std::uint32_t member : members_) ++record_begins_[member + 1];
  for (std::size_t i = 1; i <= records; ++i) record_begins_[i] += record_begins_[i - 1];
  groups_of_.resize(members_.size());
  std::vector<std::uint32_t> next(record_begins_.begin(), record_begins_.end() - 1);
  for (std::uint32_t group = 0; group + 1 < group_begins_.size(); ++group) {
    for (std::uint32_t i = group_begins_[group]; i < group_begins_[group + 1]; ++i) {
      groups_of_[next[members_[i]]++] = group;
    }
  }
}

Blocks::Scratch Blocks::MakeScratch() const {
  return {std::vector<std::uint32_t>(records_, UINT32_MAX), std::vector<std::uint32_t>(records_), {}};
}

void Blocks::AskFor(std::size_t record, std::size_t end) const {
  constexpr std::size_t kAhead = 4;
  if (record + 2 * kAhead < end) {
    const std::size_t later = record + 2 * kAhead;
    for (std::uint32_t g = record_begins_[later]; g < record_begins_[later + 1]; ++g) {
      __builtin_prefetch(&group_begins_[groups_of_[g]]);
      __builtin_prefetch(&group_weights_[groups_of_[g]]);
    }
  }
  if (record + kAhead < end) {
    const std::size_t later = record + kAhead;
    for (std::uint32_t g = record_begins_[later]; g < record_begins_[later + 1]; ++g) {
      __builtin_prefetch(&members_[group_begins_[groups_of_[g]]]);
    }
  }
}

std::span<const Blocks::Candidate> Blocks::CandidatesOf(std::uint32_t record, Scratch& scratch) const {
  scratch.found.clear();
  if (IsTwo() && record >= second_begins_) return {};
  const std::uint32_t last_before = IsTwo() ? static_cast<std::uint32_t>(second_begins_) - 1 : record;
  for (std::uint32_t g = record_begins_[record]; g < record_begins_[record + 1]; ++g) {
    const std::uint32_t group = groups_of_[g];
    const auto begin = members_.begin() + group_begins_[group];
    const auto end = members_.begin() + group_begins_[group + 1];
    for (auto member = std::upper_bound(begin, end, last_before); member != end; ++member) {
      if (scratch.seen_for[*member] != record) {
        scratch.seen_for[*member] = record;
        scratch.place[*member] = static_cast<std::uint32_t>(scratch.found.size());
        scratch.found.push_back({*member, group_weights_[group]});
      } else {
        scratch.found[scratch.place[*member]].weight += group_weights_[group];
      }
    }
  }
  // As it was: the next record, or the same one again, finds nothing seen.
  for (const Candidate& each : scratch.found) scratch.seen_for[each.record] = UINT32_MAX;
  if (scratch.found.size() > most_candidates_) {
    const auto most = scratch.found.begin() + static_cast<std::ptrdiff_t>(most_candidates_);
    std::ranges::nth_element(scratch.found, most, [](const Candidate& a, const Candidate& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.record < b.record;
    });
    scratch.found.erase(most, scratch.found.end());
  }
  std::ranges::sort(scratch.found, {}, &Candidate::record);
  return scratch.found;
}

}  // namespace weir::identity
