#include "identity/grouper.h"

#include <algorithm>
#include <array>
#include <compare>
#include <unordered_map>

namespace weir::identity {
namespace {

// A further field by which a group may be divided: how much of it would stay together.
struct Way {
  double left;
  std::size_t field;
};

std::vector<Way> WaysToDivide(std::span<const Field> fields, std::span<const std::uint32_t> group,
                              std::span<const std::size_t> used) {
  constexpr std::size_t kSample = 500;
  const std::size_t step = std::max<std::size_t>(1, group.size() / kSample);
  std::vector<Way> ways;
  std::vector<std::uint32_t> codes;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (std::ranges::find(used, i) != used.end() || fields[i].kind == FieldKind::kNumbers) continue;
    codes.clear();
    std::size_t seen = 0;
    for (std::size_t at = 0; at < group.size(); at += step) {
      ++seen;
      const std::uint32_t code = fields[i].codes[group[at]];
      if (code != kNone) codes.push_back(code);
    }
    if (codes.size() < 2) continue;
    std::ranges::sort(codes);
    double same = 0;
    for (std::size_t begin = 0; begin < codes.size();) {
      std::size_t end = begin;
      while (end < codes.size() && codes[end] == codes[begin]) ++end;
      same += static_cast<double>(end - begin) * static_cast<double>(end - begin);
      begin = end;
    }
    const auto filled = static_cast<double>(codes.size());
    ways.push_back({same / (filled * filled) + (1 - filled / static_cast<double>(seen)), i});
  }
  std::ranges::sort(ways,
                    [](const Way& a, const Way& b) { return a.left != b.left ? a.left < b.left : a.field < b.field; });
  return ways;
}

// Records in rising order, those of two files mixed evenly.
void TakeTurns(std::span<std::uint32_t> records, std::size_t second_begins) {
  const std::vector<std::uint32_t> rising(records.begin(), records.end());
  const auto firsts = static_cast<std::size_t>(
      std::ranges::count_if(rising, [&](std::uint32_t record) { return record < second_begins; }));
  const std::size_t seconds = rising.size() - firsts;
  std::size_t first = 0;
  std::size_t second = 0;
  for (std::uint32_t& record : records) {
    const bool is_first = second == seconds || (first < firsts && (first + 1) * seconds <= (second + 1) * firsts);
    record = is_first ? rising[first++] : rising[firsts + second++];
  }
}

}  // namespace

std::vector<std::size_t> FieldsToDivideBy(std::span<const Field> fields, std::span<const std::uint32_t> group,
                                          std::span<const std::size_t> used) {
  constexpr std::size_t kMostUsed = 4;
  constexpr double kHardlyDivides = 0.9;
  const std::size_t wanted = used.size() >= kMostUsed ? 0 : used.size() <= 1 ? 3 : 2;
  std::vector<std::size_t> chosen;
  if (wanted == 0) return chosen;
  for (const Way& way : WaysToDivide(fields, group, used)) {
    if (chosen.size() == wanted || way.left > kHardlyDivides) break;
    chosen.push_back(way.field);
  }
  return chosen;
}

std::strong_ordering CompareByValues(std::span<const Field> fields, std::span<const std::size_t> used, std::uint32_t a,
                                     std::uint32_t b) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].codes[a] == fields[i].codes[b] || std::ranges::find(used, i) != used.end()) continue;
    return fields[i].values.At(fields[i].codes[a]) <=> fields[i].values.At(fields[i].codes[b]);
  }
  return std::strong_ordering::equal;
}

void Grouper::Take(std::vector<Keyed> keyed, std::span<const KeyPart> parts) {
  SharedKeys shared(std::move(keyed));
  std::vector<std::uint32_t> group;
  for (std::span<const std::uint32_t> records = shared.Next(); !records.empty(); records = shared.Next()) {
    group.assign(records.begin(), records.end());
    const auto again = std::ranges::unique(group);
    group.erase(again.begin(), again.end());
    report.largest = std::max(report.largest, group.size());
    if (group.size() > most_) {
      ++report.divided;
      std::vector<std::size_t> used;
      used.reserve(parts.size());
      for (const KeyPart& part : parts) used.push_back(part.field);
      Divide(group, std::move(used));
    } else {
      Add(group);
    }
  }
}

void Grouper::Add(std::span<const std::uint32_t> group) {
  if (group.size() < 2) return;
  const auto first = static_cast<std::uint64_t>(
      std::ranges::count_if(group, [&](std::uint32_t record) { return record < second_begins_; }));
  const std::uint64_t pairs = is_two_ ? first * (group.size() - first) : group.size() * (group.size() - 1) / 2;
  if (pairs == 0) return;
  ++report.groups;
  report.pairs += pairs;
  members.insert(members.end(), group.begin(), group.end());
  ends.push_back(static_cast<std::uint32_t>(members.size()));
}

// By each of the fields that divide it; what is still too large again, and at last by order.
void Grouper::Divide(std::span<const std::uint32_t> group, std::vector<std::size_t> used) {
  const std::vector<std::size_t> by = FieldsToDivideBy(fields_, group, used);
  for (const std::size_t which : by) {
    const Field& field = fields_[which];
    std::vector<Keyed> keyed;
    for (const std::uint32_t record : group) {
      if (field.codes[record] != kNone) keyed.push_back({field.codes[record], record});
    }
    std::ranges::sort(keyed);
    std::vector<std::size_t> now_used = used;
    now_used.push_back(which);
    std::vector<std::uint32_t> part;
    for (std::size_t begin = 0; begin < keyed.size();) {
      part.clear();
      std::size_t end = begin;
      for (; end < keyed.size() && keyed[end].key == keyed[begin].key; ++end) part.push_back(keyed[end].record);
      if (part.size() > most_) {
        Divide(part, now_used);
      } else {
        Add(part);
      }
      begin = end;
    }
  }
  if (by.empty()) AddWindows(group, used);
}

// Neighbours in the order of what they hold: windows that overlap by half. Where they hold the same, those of two files
// take turns, as many of each as there are, so that windows have some of both.
void Grouper::AddWindows(std::span<const std::uint32_t> group, const std::vector<std::size_t>& used) {
  std::vector<std::uint32_t> ordered(group.begin(), group.end());
  const auto order = [&](std::uint32_t a, std::uint32_t b) { return CompareByValues(fields_, used, a, b); };
  std::ranges::sort(ordered, [&](std::uint32_t a, std::uint32_t b) {
    const std::strong_ordering by_values = order(a, b);
    return by_values != 0 ? by_values < 0 : a < b;
  });
  for (std::size_t begin = 0; is_two_ && begin < ordered.size();) {
    std::size_t end = begin + 1;
    while (end < ordered.size() && order(ordered[begin], ordered[end]) == 0) ++end;
    TakeTurns(std::span(ordered).subspan(begin, end - begin), second_begins_);
    begin = end;
  }
  for (std::size_t begin = 0; begin < ordered.size(); begin += kWindow) {
    const std::size_t end = std::min(ordered.size(), begin + 2 * kWindow);
    std::vector<std::uint32_t> window(ordered.begin() + static_cast<std::ptrdiff_t>(begin),
                                      ordered.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(window);
    Add(window);
    if (end == ordered.size()) break;
  }
}

}  // namespace weir::identity
