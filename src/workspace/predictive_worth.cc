#include "workspace/predictive_worth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace weir::workspace {
namespace {

constexpr std::size_t kQuantiles = 8;
constexpr std::int64_t kLeastOfGroup = 5;
constexpr std::int64_t kLeastShare = 100;  // a value of its own is at least one case in so many

struct Cell {
  std::int64_t cases = 0;
  std::int64_t won = 0;
  auto operator<=>(const Cell&) const = default;
  void Add(bool is_won) {
    ++cases;
    won += is_won ? 1 : 0;
  }
  void Add(const Cell& other) {
    cases += other.cases;
    won += other.won;
  }
};

std::optional<double> OrderOf(const store::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return ToDouble(*decimal);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* date = std::get_if<Date>(&value)) return date->days;
  if (const auto* instant = std::get_if<Instant>(&value)) return static_cast<double>(instant->micros);
  return std::nullopt;
}

void AddOrdered(const std::map<double, Cell>& ordered, std::int64_t count, std::vector<Cell>& groups) {
  Cell group;
  std::int64_t before = 0;
  for (const auto& [value, cell] : ordered) {
    group.Add(cell);
    before += cell.cases;
    const auto filled = static_cast<std::int64_t>(groups.size()) + 1;
    if (before * static_cast<std::int64_t>(kQuantiles) < count * filled) continue;
    groups.push_back(group);
    group = {};
  }
  if (group.cases > 0) groups.push_back(group);
}

std::vector<Cell> GroupsOf(std::span<const Case> cases) {
  Cell missing;
  std::map<double, Cell> ordered;
  std::int64_t count = 0;
  std::map<std::string, Cell> named;
  for (const Case& one : cases) {
    if (store::IsNull(one.value)) {
      missing.Add(one.is_won);
    } else if (const std::optional<double> order = OrderOf(one.value)) {
      ordered[*order].Add(one.is_won);
      ++count;
    } else {
      named[store::ToText(one.value)].Add(one.is_won);
    }
  }
  std::vector<Cell> groups;
  AddOrdered(ordered, count, groups);
  const std::int64_t least = std::max(kLeastOfGroup, static_cast<std::int64_t>(cases.size()) / kLeastShare);
  Cell rare;
  for (const auto& [value, cell] : named) {
    if (cell.cases >= least) {
      groups.push_back(cell);
    } else {
      rare.Add(cell);
    }
  }
  for (const Cell& other : {missing, rare}) {
    if (other.cases > 0) groups.push_back(other);
  }
  // What is summed below is summed in an order that rests on the counts alone.
  std::ranges::sort(groups);
  return groups;
}

double PartOf(double joint, double row, double column, double all) {
  return joint == 0 ? 0 : joint / all * std::log(all * joint / (row * column));
}

double LogChoose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

// The mutual information that groups of this size have on average if the outcomes are dealt out anew: exact, by the
// hypergeometric distribution of each group (Vinh, Epps, Bailey 2010).
double ExpectedOf(std::int64_t group, std::int64_t won, std::int64_t all) {
  const auto n = static_cast<double>(all);
  const auto a = static_cast<double>(group);
  const auto b = static_cast<double>(won);
  double expected = 0;
  for (std::int64_t k = std::max<std::int64_t>(0, group + won - all); k <= std::min(group, won); ++k) {
    const auto hits = static_cast<double>(k);
    const double likely = std::exp(LogChoose(b, hits) + LogChoose(n - b, a - hits) - LogChoose(n, a));
    expected += likely * (PartOf(hits, a, b, n) + PartOf(a - hits, a, n - b, n));
  }
  return expected;
}

// The upper tail of the chi-squared distribution: the regularised incomplete gamma function, by its series or its
// continued fraction.
double TailOf(double value, double freedom) {
  constexpr int kSteps = 500;
  constexpr double kEnough = 1e-14;
  const double a = freedom / 2;
  const double x = value / 2;
  if (x <= 0) return 1;
  const double scale = std::exp(-x + a * std::log(x) - std::lgamma(a));
  if (x < a + 1) {
    double term = 1 / a;
    double sum = term;
    for (int i = 1; i < kSteps && term > sum * kEnough; ++i) {
      term *= x / (a + i);
      sum += term;
    }
    return std::clamp(1 - sum * scale, 0.0, 1.0);
  }
  double b = x + 1 - a;
  double c = 1e300;
  double d = 1 / b;
  double h = d;
  for (int i = 1; i < kSteps; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const double step = d * c;
    h *= step;
    if (std::abs(step - 1) < kEnough) break;
  }
  return std::clamp(scale * h, 0.0, 1.0);
}

}  // namespace

Worth WorthOf(std::span<const Case> cases) {
  Worth worth{.cases = static_cast<std::int64_t>(cases.size())};
  worth.won = std::ranges::count_if(cases, &Case::is_won);
  const std::vector<Cell> groups = GroupsOf(cases);
  worth.groups = static_cast<std::int64_t>(groups.size());
  const auto n = static_cast<double>(worth.cases);
  const auto won = static_cast<double>(worth.won);
  if (worth.won == 0 || worth.won == worth.cases || groups.size() < 2) return worth;
  const double uncertainty = -(won / n * std::log(won / n) + (n - won) / n * std::log((n - won) / n));
  double told = 0;
  double by_chance = 0;
  for (const Cell& group : groups) {
    const auto size = static_cast<double>(group.cases);
    const auto hits = static_cast<double>(group.won);
    told += PartOf(hits, size, won, n) + PartOf(size - hits, size, n - won, n);
    by_chance += ExpectedOf(group.cases, worth.won, worth.cases);
  }
  if (uncertainty > by_chance) worth.share = std::clamp((told - by_chance) / (uncertainty - by_chance), 0.0, 1.0);
  worth.chance = TailOf(2 * n * told, static_cast<double>(groups.size() - 1));
  return worth;
}

}  // namespace weir::workspace
