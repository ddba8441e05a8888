#include "identity/blocking.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
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

// The hashes of parts, by record, so that they are read in order: several rules have the same parts.
class PartHashes {
 public:
  PartHashes(std::span<const Field> fields, std::span<const BlockRule> rules, const Executor& executor) {
    for (const BlockRule& rule : rules) {
      for (const KeyPart& part : rule.parts) {
        if (!StandsAlone(part.form) && std::ranges::find(parts_, part) == parts_.end()) parts_.push_back(part);
      }
    }
    hashes_.resize(parts_.size());
    executor.ForEach(parts_.size(), [&](std::size_t i) {
      const Field& field = fields[parts_[i].field];
      const std::vector<std::uint64_t> by_code = HashesOf(field, parts_[i].form);
      hashes_[i].reserve(field.codes.size());
      for (const std::uint32_t code : field.codes) hashes_[i].push_back(by_code[code]);
    });
  }

  std::span<const std::uint64_t> Of(const KeyPart& part) const {
    return hashes_[static_cast<std::size_t>(std::ranges::find(parts_, part) - parts_.begin())];
  }

 private:
  std::vector<KeyPart> parts_;
  std::vector<std::vector<std::uint64_t>> hashes_;
};

// Keys of the parts together, of records that have all of them.
void AddWholeKeys(const BlockRule& rule, const PartHashes& part_hashes, std::vector<Keyed>& keyed) {
  std::vector<std::span<const std::uint64_t>> hashes;
  hashes.reserve(rule.parts.size());
  for (const KeyPart& part : rule.parts) hashes.push_back(part_hashes.Of(part));
  const std::size_t records = hashes.front().size();
  keyed.reserve(records);
  for (std::uint32_t record = 0; record < records; ++record) {
    std::uint64_t key = 1;
    for (std::size_t p = 0; p < hashes.size() && key != 0; ++p) {
      const std::uint64_t hash = hashes[p][record];
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
      AddWholeKeys(rule, *part_hashes, keyed);
    }
    groupers[i].report.rule = NameOf(rule, fields);
    groupers[i].Take(std::move(keyed), rule.parts);
  });
  part_hashes.reset();
  GatherGroups(groupers, executor);
  ListGroups(executor);
}

void Blocks::GatherGroups(std::span<Grouper> groupers, const Executor& executor) {
  std::vector<std::size_t> first_group;  // of each rule
  std::vector<std::size_t> first_member;
  std::size_t groups = 0;
  std::size_t members = 0;
  for (const Grouper& grouper : groupers) {
    first_group.push_back(groups);
    first_member.push_back(members);
    groups += grouper.ends.size();
    members += grouper.members.size();
  }
  members_.resize(members);
  group_begins_.assign(groups + 1, 0);
  group_weights_.resize(groups);
  executor.ForEach(groupers.size(), [&](std::size_t i) {
    Grouper& grouper = groupers[i];
    std::ranges::copy(grouper.members, members_.begin() + static_cast<std::ptrdiff_t>(first_member[i]));
    std::uint32_t begin = 0;
    for (std::size_t group = 0; group < grouper.ends.size(); ++group) {
      const std::uint32_t end = grouper.ends[group];
      const auto size = static_cast<float>(end - begin);
      group_weights_[first_group[i] + group] = std::log2(static_cast<float>(records_) / size);
      group_begins_[first_group[i] + group + 1] = static_cast<std::uint32_t>(first_member[i] + end);
      begin = end;
    }
    grouper.members = {};
    grouper.ends = {};
  });
  for (Grouper& grouper : groupers) reports_.push_back(std::move(grouper.report));
}

// Each thread reads all groups, and lists those of its share of the records.
void Blocks::ListGroups(const Executor& executor) {
  record_begins_.assign(records_ + 1, 0);
  const auto shares = static_cast<std::size_t>(executor.threads());
  const auto of_each_share = [&](const std::function<void(std::size_t, std::size_t)>& work) {
    executor.ForEach(shares, [&](std::size_t i) { work(records_ * i / shares, records_ * (i + 1) / shares); });
  };
  of_each_share([&](std::size_t begin, std::size_t end) {
    for (const std::uint32_t member : members_) {
      if (member >= begin && member < end) ++record_begins_[member + 1];
    }
  });
  for (std::size_t i = 1; i <= records_; ++i) record_begins_[i] += record_begins_[i - 1];
  groups_of_.resize(members_.size());
  of_each_share([&](std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> next(record_begins_.begin() + static_cast<std::ptrdiff_t>(begin),
                                    record_begins_.begin() + static_cast<std::ptrdiff_t>(end));
    for (std::uint32_t group = 0; group + 1 < group_begins_.size(); ++group) {
      for (std::uint32_t i = group_begins_[group]; i < group_begins_[group + 1]; ++i) {
        const std::uint32_t member = members_[i];
        if (member >= begin && member < end) groups_of_[next[member - begin]++] = group;
      }
    }
  });
}

void Blocks::JoinTwice(Scratch& scratch) {
  std::vector<Candidate>& found = scratch.found;
  if (found.size() < 2) return;
  // Which of them is where: 1 + its place. Few, so that the table lies in the nearest cache.
  std::vector<std::uint32_t>& slots = scratch.slots;
  slots.assign(std::bit_ceil(2 * found.size()), 0);
  const std::size_t mask = slots.size() - 1;
  std::size_t count = 0;
  for (const Candidate each : found) {
    std::size_t at = (each.record * 0x9e3779b97f4a7c15ULL >> 32) & mask;
    while (slots[at] != 0 && found[slots[at] - 1].record != each.record) at = (at + 1) & mask;
    if (slots[at] == 0) {
      found[count++] = each;
      slots[at] = static_cast<std::uint32_t>(count);
    } else {
      found[slots[at] - 1].weight += each.weight;
    }
  }
  found.resize(count);
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
  std::vector<Candidate>& found = scratch.found;
  found.clear();
  if (IsTwo() && record >= second_begins_) return {};
  const std::uint32_t last_before = IsTwo() ? static_cast<std::uint32_t>(second_begins_) - 1 : record;
  for (std::uint32_t g = record_begins_[record]; g < record_begins_[record + 1]; ++g) {
    const std::uint32_t group = groups_of_[g];
    const auto begin = members_.begin() + group_begins_[group];
    const auto end = members_.begin() + group_begins_[group + 1];
    for (auto member = std::upper_bound(begin, end, last_before); member != end; ++member) {
      found.push_back({*member, group_weights_[group]});
    }
  }
  JoinTwice(scratch);
  if (found.size() > most_candidates_) {
    const auto most = found.begin() + static_cast<std::ptrdiff_t>(most_candidates_);
    std::ranges::nth_element(found, most, [](const Candidate& a, const Candidate& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.record < b.record;
    });
    found.erase(most, found.end());
  }
  std::ranges::sort(found, {}, &Candidate::record);
  return found;
}

}  // namespace weir::identity
