#include "identity/rule_index.h"

#include <algorithm>
#include <cmath>

namespace weir::identity {
namespace {

constexpr std::size_t kWords = 10;  // of a value, that are keys
constexpr std::size_t kParts = 12;

std::uint64_t PartKey(std::uint64_t key, std::size_t field, std::uint32_t code) {
  return MixKeys(key, std::uint64_t{field} << 32 | code);
}

std::uint64_t SmallKey(std::uint32_t number) { return MixKeys(1, number); }

}  // namespace

bool RuleIndex::ByValues::operator()(std::uint32_t a, std::uint32_t b) const {
  const std::strong_ordering order = CompareByValues(fields, used, a, b);
  return order != 0 ? order < 0 : a < b;
}

RuleIndex::RuleIndex(std::span<const Field> fields, const BlockRule& rule, std::size_t records, std::size_t learnt,
                     const BlockLimits& limits)
    : fields_(fields), rule_(rule), learnt_(learnt), most_(limits.most_in_group) {
  for (const KeyPart& part : rule_.parts) used_.push_back(part.field);
  if (rule_.parts.front().form == KeyForm::kParts) CountParts(learnt);
  std::vector<Keyed> keyed = AllKeys(records);
  first_ = KeyRun(keyed);
  std::vector<Keyed> divided;
  std::vector<std::uint32_t> group;
  for (std::size_t begin = 0; begin < keyed.size();) {
    std::size_t end = begin + 1;
    while (end < keyed.size() && keyed[end].key == keyed[begin].key) ++end;
    if (end - begin > most_) {
      group.clear();
      for (std::size_t i = begin; i < end; ++i) group.push_back(keyed[i].record);
      DivideFirst(keyed[begin].key, group, used_, divided);
    }
    begin = end;
  }
  keyed = {};
  first_parts_ = KeyRun(divided);
}

void RuleIndex::CountParts(std::size_t learnt) {
  const Field& field = fields_[rule_.parts.front().field];
  std::vector<std::uint32_t> counts(field.values.size(), 0);
  for (std::size_t record = 0; record < learnt; ++record) ++counts[field.codes[record]];
  for (std::uint32_t code = 1; code < field.values.size(); ++code) {
    if (counts[code] == 0) continue;
    for (const std::uint32_t part : PartsOf(field.values.At(code))) part_counts_[part] += counts[code];
  }
}

// The rarest that are somewhere else as well, as in a full run; and those that are nowhere else yet.
void RuleIndex::KeysOfValue(std::uint32_t code, bool is_learnt, std::vector<std::uint64_t>& keys) const {
  if (code == kNone) return;
  const Field& field = fields_[rule_.parts.front().field];
  const std::uint32_t least = is_learnt ? 2 : 1;  // records of the counted that have it, this one among them
  std::size_t lone = 0;
  std::size_t taken = 0;
  if (rule_.parts.front().form == KeyForm::kWords) {
    for (const std::uint32_t word : field.words.Of(code)) {
      const std::uint32_t count = field.words.counts[word];
      if (count < least) {
        if (lone++ < kWords) keys.push_back(SmallKey(word));
        continue;
      }
      if (taken == kWords || (count > most_ && taken > 1)) break;
      keys.push_back(SmallKey(word));
      ++taken;
    }
    return;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parts;  // by count
  for (const std::uint32_t part : PartsOf(field.values.At(code))) {
    const auto found = part_counts_.find(part);
    parts.emplace_back(found == part_counts_.end() ? 0 : found->second, part);
  }
  std::ranges::sort(parts);
  for (const auto& [count, part] : parts) {
    if ((count < least ? lone : taken)++ < kParts) keys.push_back(SmallKey(part));
  }
}

void RuleIndex::KeysOf(std::uint32_t record, std::vector<std::uint64_t>& keys) const {
  keys.clear();
  const KeyPart& first = rule_.parts.front();
  if (StandsAlone(first.form)) {
    KeysOfValue(fields_[first.field].codes[record], record < learnt_, keys);
    return;
  }
  std::uint64_t key = 1;
  for (const KeyPart& part : rule_.parts) {
    const std::uint64_t hash = HashOf(fields_[part.field], fields_[part.field].codes[record], part.form);
    if (hash == 0) return;
    key = MixKeys(key, hash);
  }
  keys.push_back(key);
}

std::vector<Keyed> RuleIndex::AllKeys(std::size_t records) const {
  std::vector<Keyed> keyed;
  const KeyPart& first = rule_.parts.front();
  if (StandsAlone(first.form)) {
    std::vector<std::uint64_t> keys;
    for (std::uint32_t record = 0; record < records; ++record) {
      KeysOf(record, keys);
      for (const std::uint64_t key : keys) keyed.push_back({key, record});
    }
    return keyed;
  }
  std::vector<std::vector<std::uint64_t>> hashes;
  hashes.reserve(rule_.parts.size());
  for (const KeyPart& part : rule_.parts) hashes.push_back(HashesOf(fields_[part.field], part.form));
  keyed.reserve(records);
  for (std::uint32_t record = 0; record < records; ++record) {
    std::uint64_t key = 1;
    for (std::size_t p = 0; p < rule_.parts.size() && key != 0; ++p) {
      const std::uint64_t hash = hashes[p][fields_[rule_.parts[p].field].codes[record]];
      key = hash == 0 ? 0 : MixKeys(key, hash);
    }
    if (key != 0) keyed.push_back({key, record});
  }
  return keyed;
}

void RuleIndex::DivideFirst(std::uint64_t key, std::span<const std::uint32_t> group, const Used& used,
                            std::vector<Keyed>& divided) {
  Division& division = divisions_[key];
  const std::vector<std::size_t> by = FieldsToDivideBy(fields_, group, used);
  if (by.empty()) {
    division.ordered_begin = static_cast<std::uint32_t>(ordered_.size());
    ordered_.insert(ordered_.end(), group.begin(), group.end());
    division.ordered_end = static_cast<std::uint32_t>(ordered_.size());
    std::sort(ordered_.begin() + division.ordered_begin, ordered_.end(), ByValues{fields_, used});
    return;
  }
  division.count = static_cast<std::uint8_t>(by.size());
  for (std::size_t i = 0; i < by.size(); ++i) division.fields[i] = static_cast<std::uint8_t>(by[i]);
  for (const std::size_t which : by) {
    const std::vector<std::uint32_t>& codes = fields_[which].codes;
    std::vector<Keyed> keyed;
    for (const std::uint32_t record : group) {
      if (codes[record] != kNone) keyed.push_back({codes[record], record});
    }
    SortKeyed(keyed);
    Used now_used = used;
    now_used.push_back(which);
    std::vector<std::uint32_t> part;
    for (std::size_t begin = 0; begin < keyed.size();) {
      const std::uint64_t part_key = PartKey(key, which, static_cast<std::uint32_t>(keyed[begin].key));
      part.clear();
      std::size_t end = begin;
      for (; end < keyed.size() && keyed[end].key == keyed[begin].key; ++end) {
        part.push_back(keyed[end].record);
        divided.push_back({part_key, keyed[end].record});
      }
      if (part.size() > most_) DivideFirst(part_key, part, now_used, divided);
      begin = end;
    }
  }
}

// A group that has become too large.
RuleIndex::Division& RuleIndex::Divide(std::uint64_t key, std::span<const std::uint32_t> group, const Used& used) {
  const std::vector<std::size_t> by = FieldsToDivideBy(fields_, group, used);
  {
    Division& division = divisions_[key];
    if (by.empty()) {
      division.later =
          std::make_unique<std::set<std::uint32_t, ByValues>>(group.begin(), group.end(), ByValues{fields_, used});
      return division;
    }
    division.count = static_cast<std::uint8_t>(by.size());
    for (std::size_t i = 0; i < by.size(); ++i) division.fields[i] = static_cast<std::uint8_t>(by[i]);
  }
  for (const std::size_t which : by) {
    Used now_used = used;
    now_used.push_back(which);
    for (const std::uint32_t record : group) {
      const std::uint32_t code = fields_[which].codes[record];
      if (code != kNone) AddLater(PartKey(key, which, code), record, now_used);
    }
  }
  return divisions_[key];
}

void RuleIndex::AddLater(std::uint64_t key, std::uint32_t record, const Used& used) {
  std::vector<std::uint32_t>& group = later_[key];
  group.push_back(record);
  if (group.size() == most_ + 1) Divide(key, std::vector(group), used);
}

float RuleIndex::WeightOf(std::uint32_t record, std::size_t group) const {
  return std::log2(static_cast<float>(record + 1) / static_cast<float>(group));
}

void RuleIndex::Take(std::uint32_t record, std::vector<Blocks::Candidate>& found) {
  KeysOf(record, keys_);
  for (const std::uint64_t key : keys_) TakeInto(key, false, record, used_, found);
}

void RuleIndex::TakeInto(std::uint64_t key, bool is_part, std::uint32_t record, const Used& used,
                         std::vector<Blocks::Candidate>& found) {
  const std::span<const std::uint32_t> first = (is_part ? first_parts_ : first_).Of(key);
  std::vector<std::uint32_t>& later = later_[key];
  const std::size_t size = first.size() + later.size();
  if (size <= most_) {
    const float weight = WeightOf(record, size + 1);
    for (const std::uint32_t other : first) found.push_back({other, weight});
    for (const std::uint32_t other : later) found.push_back({other, weight});
    later.push_back(record);
    if (size < most_) return;
    std::vector<std::uint32_t> group(first.begin(), first.end());
    group.insert(group.end(), later.begin(), later.end());
    Divide(key, group, used);
    return;
  }
  Division& division = divisions_[key];
  if (division.count == 0) {
    TakeInOrder(division, record, used, found);
    return;
  }
  const auto fields = division.fields;
  const std::size_t count = division.count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t code = fields_[fields[i]].codes[record];
    if (code == kNone) continue;
    Used now_used = used;
    now_used.push_back(fields[i]);
    TakeInto(PartKey(key, fields[i], code), true, record, now_used, found);
  }
}

void RuleIndex::TakeInOrder(Division& division, std::uint32_t record, const Used& used,
                            std::vector<Blocks::Candidate>& found) {
  const ByValues before{fields_, used};
  const float weight = WeightOf(record, 2 * kWindow);
  const auto first = std::span(ordered_).subspan(division.ordered_begin, division.ordered_end - division.ordered_begin);
  const auto place =
      static_cast<std::size_t>(std::lower_bound(first.begin(), first.end(), record, before) - first.begin());
  const std::size_t begin = place - std::min(place, kWindow);
  for (std::size_t i = begin; i < std::min(first.size(), place + kWindow); ++i) found.push_back({first[i], weight});
  if (!division.later) division.later = std::make_unique<std::set<std::uint32_t, ByValues>>(before);
  auto& later = *division.later;
  const auto here = later.insert(record).first;
  auto other = here;
  for (std::size_t i = 0; i < kWindow && other != later.begin(); ++i) found.push_back({*--other, weight});
  other = here;
  for (std::size_t i = 0; i < kWindow && ++other != later.end(); ++i) found.push_back({*other, weight});
}

}  // namespace weir::identity
