#include "journey/discovery/dependency_graph.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "journey/log/directly_follows.h"

namespace weir::journey {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

double Surely(std::uint64_t count) { return static_cast<double>(count) / (static_cast<double>(count) + 1); }

class Chooser {
 public:
  Chooser(const std::vector<Dependency>& measured, std::uint32_t activities, const HeuristicsOptions& options)
      : arcs_(measured),
        is_chosen_(measured.size()),
        partner_(activities + 2, kNoValue),
        beginning_(activities),
        options_(&options) {}

  std::vector<Dependency> Choose(const std::vector<Return>& returns) {
    LoopsOfOne();
    LoopsOfTwo(returns);
    for (const bool by_source : {true, false}) Direct(by_source);
    std::vector<Dependency> chosen;
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
      if (is_chosen_[i]) chosen.push_back(arcs_[i]);
    }
    return chosen;
  }

 private:
  void LoopsOfOne() {
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
      const Dependency& arc = arcs_[i];
      if (arc.from != arc.to || arc.value < options_->loop_one || arc.count < options_->positive_observations) continue;
      is_chosen_[i] = true;
    }
  }

  void LoopsOfTwo(const std::vector<Return>& returns) {
    std::vector<std::uint64_t> most(partner_.size());
    for (const Return& found : returns) {
      const double value = Surely(found.count);
      if (value < options_->loop_two) continue;
      if (found.count < options_->positive_observations) continue;
      for (const auto& [from, to] : {std::pair(found.a, found.b), std::pair(found.b, found.a)}) {
        const auto at = static_cast<std::size_t>(FindArc(arcs_, from, to) - arcs_.data());
        is_chosen_[at] = true;
        if (arcs_[at].value < value) {
          arcs_[at].value = value;
          arcs_[at].kind = DependencyKind::kLoopTwo;
        }
        const bool is_first = found.count == most[from] && Rank(to) < Rank(partner_[from]);
        if (found.count <= most[from] && !is_first) continue;
        most[from] = found.count;
        partner_[from] = to;
      }
    }
  }

  bool IsBetter(const Dependency& arc, const Dependency& than, bool by_source) const {
    if (arc.value != than.value) return arc.value > than.value;
    if (arc.count != than.count) return arc.count > than.count;
    return Rank(by_source ? arc.to : arc.from) < Rank(by_source ? than.to : than.from);
  }
  std::uint32_t Rank(std::uint32_t node) const {
    return node >= beginning_ || options_->ranks.empty() ? node : options_->ranks[node];
  }

  // The best arc of each activity to its results, or from its causes; loops are none.
  std::vector<std::size_t> Best(bool by_source) const {
    std::vector<std::size_t> best(partner_.size(), kNone);
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
      const Dependency& arc = arcs_[i];
      if (arc.from == arc.to || arc.kind == DependencyKind::kLoopTwo) continue;
      std::size_t& now = best[by_source ? arc.from : arc.to];
      if (now == kNone || IsBetter(arc, arcs_[now], by_source)) now = i;
    }
    return best;
  }

  void Direct(bool by_source) {
    const std::vector<std::size_t> best = Best(by_source);
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
      const Dependency& arc = arcs_[i];
      if (arc.from == arc.to || arc.kind == DependencyKind::kLoopTwo) continue;
      const std::size_t top = best[by_source ? arc.from : arc.to];
      const bool is_needed = options_->connects_all && top == i && !PartnerConnects(best, i, by_source);
      const bool is_near_best = options_->connects_all && arcs_[top].value - arc.value < options_->relative_to_best &&
                                !PartnerConnects(best, top, by_source);
      const bool is_sure = arc.value >= options_->dependency || is_near_best;
      if (is_needed || (is_sure && arc.count >= options_->positive_observations)) is_chosen_[i] = true;
    }
  }

  // Of a loop of two, one connects both with the rest: an arc that is not sure is not needed where the other's is
  // clearly better.
  bool PartnerConnects(const std::vector<std::size_t>& best, std::size_t arc, bool by_source) const {
    const std::uint32_t partner = partner_[by_source ? arcs_[arc].from : arcs_[arc].to];
    if (partner == kNoValue || arcs_[arc].value >= options_->dependency || best[partner] == kNone) return false;
    return arcs_[best[partner]].value - arcs_[arc].value > options_->relative_to_best;
  }

  std::vector<Dependency> arcs_;
  std::vector<bool> is_chosen_;
  std::vector<std::uint32_t> partner_;  // with which it most often takes turns
  std::uint32_t beginning_;
  const HeuristicsOptions* options_;
};

}  // namespace

const Dependency* FindArc(const std::vector<Dependency>& arcs, std::uint32_t from, std::uint32_t to) {
  const auto key = [](const Dependency& arc) { return std::pair(arc.from, arc.to); };
  const auto found = std::ranges::lower_bound(arcs, std::pair(from, to), {}, key);
  return found != arcs.end() && found->from == from && found->to == to ? &*found : nullptr;
}

std::vector<Dependency> MeasuredArcs(const Variants& variants) {
  const DirectlyFollows graph = DirectlyFollowsOf(variants);
  const std::uint32_t beginning = variants.activities;
  const std::uint32_t end = beginning + 1;
  std::vector<Dependency> arcs;
  arcs.reserve(graph.arcs.size() + graph.starts.size() + graph.ends.size() + 1);
  for (const Arc& arc : graph.arcs) arcs.push_back({.from = arc.from, .to = arc.to, .count = arc.count});
  for (const ActivityCount& last : graph.ends) arcs.push_back({.from = last.activity, .to = end, .count = last.count});
  for (const ActivityCount& first : graph.starts) {
    arcs.push_back({.from = beginning, .to = first.activity, .count = first.count});
  }
  if (graph.empty_cases > 0) arcs.push_back({.from = beginning, .to = end, .count = graph.empty_cases});
  std::ranges::sort(arcs, {}, [](const Dependency& arc) { return std::pair(arc.from, arc.to); });
  for (Dependency& arc : arcs) {
    if (arc.from == arc.to) {
      arc.kind = DependencyKind::kLoopOne;
      arc.value = Surely(arc.count);
      continue;
    }
    const Dependency* back = FindArc(arcs, arc.to, arc.from);
    const auto forth = static_cast<double>(arc.count);
    const double against = back == nullptr ? 0 : static_cast<double>(back->count);
    arc.value = (forth - against) / (forth + against + 1);
  }
  return arcs;
}

std::vector<Return> Returns(const Variants& variants) {
  std::vector<Return> all;
  const auto key = [](const Return& found) { return std::pair(found.a, found.b); };
  const auto join = [&] {
    std::ranges::sort(all, {}, key);
    std::size_t kept = 0;
    for (const Return& found : all) {
      if (kept > 0 && key(all[kept - 1]) == key(found)) {
        all[kept - 1].count += found.count;
      } else {
        all[kept++] = found;
      }
    }
    all.resize(kept);
  };
  // Joined whenever it has doubled: memory is that of the pairs, not of the steps.
  std::size_t enough = 1U << 16U;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    const auto steps = variants.StepsOf(variant);
    for (std::size_t i = 2; i < steps.size(); ++i) {
      if (steps[i] != steps[i - 2] || steps[i] == steps[i - 1]) continue;
      const auto [a, b] = std::minmax(steps[i], steps[i - 1]);
      all.push_back({.a = a, .b = b, .count = variants.cases[variant]});
    }
    if (all.size() < enough) continue;
    join();
    enough = std::max(enough, 2 * all.size());
  }
  join();
  return all;
}

std::vector<Dependency> ChosenArcs(const std::vector<Dependency>& measured, const std::vector<Return>& returns,
                                   std::uint32_t activities, const HeuristicsOptions& options) {
  return Chooser(measured, activities, options).Choose(returns);
}

}  // namespace weir::journey
