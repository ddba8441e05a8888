#include "journey/discovery/bindings.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace weir::journey {
namespace {

using Places = std::vector<std::uint32_t>;  // rising

Places Common(const Places& a, const Places& b) {
  Places both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

// Bron and Kerbosch 1973, with the pivot of Tomita, Tanaka and Takahashi 2006.
class Cliques {
 public:
  Cliques(const std::vector<Places>& neighbours, std::size_t most) : neighbours_(&neighbours), most_(most) {}

  // Those of one part of the graph.
  void Find(const Places& part) {
    const std::size_t before = found_.size();
    limit_ = before + most_;
    Places clique;
    Extend(clique, part, {});
    if (found_.size() < limit_) return;
    if (!was_cut_) return;
    is_complete_ = false;
    was_cut_ = false;
    Cover(part, before);
  }

  std::vector<Places> Take() { return std::move(found_); }
  bool is_complete() const { return is_complete_; }

 private:
  void Extend(Places& clique, Places candidates, Places done) {
    if (candidates.empty() && done.empty()) {
      if (found_.size() == limit_) {
        was_cut_ = true;
        return;
      }
      found_.push_back(clique);
      std::ranges::sort(found_.back());
      return;
    }
    const Places& of_pivot = (*neighbours_)[Pivot(candidates, done)];
    Places next;
    std::ranges::set_difference(candidates, of_pivot, std::back_inserter(next));
    for (const std::uint32_t node : next) {
      if (was_cut_) return;
      clique.push_back(node);
      Extend(clique, Common(candidates, (*neighbours_)[node]), Common(done, (*neighbours_)[node]));
      clique.pop_back();
      candidates.erase(std::ranges::lower_bound(candidates, node));
      done.insert(std::ranges::lower_bound(done, node), node);
    }
  }

  std::uint32_t Pivot(const Places& candidates, const Places& done) const {
    std::uint32_t best = 0;
    std::size_t most = 0;
    bool is_first = true;
    for (const Places* side : {&candidates, &done}) {
      for (const std::uint32_t node : *side) {
        const std::size_t count = Common(candidates, (*neighbours_)[node]).size();
        if (!is_first && count <= most) continue;
        best = node;
        most = count;
        is_first = false;
      }
    }
    return best;
  }

  // Puts each node that is in no set yet into one that cannot grow.
  void Cover(const Places& part, std::size_t from) {
    std::vector<bool> is_covered(neighbours_->size());
    for (std::size_t i = from; i < found_.size(); ++i) {
      for (const std::uint32_t node : found_[i]) is_covered[node] = true;
    }
    for (const std::uint32_t node : part) {
      if (is_covered[node]) continue;
      Places clique{node};
      for (Places open = (*neighbours_)[node]; !open.empty();) {
        clique.push_back(open.front());
        open = Common(open, (*neighbours_)[open.front()]);
      }
      for (const std::uint32_t member : clique) is_covered[member] = true;
      std::ranges::sort(clique);
      found_.push_back(std::move(clique));
    }
  }

  const std::vector<Places>* neighbours_;
  std::size_t most_;
  std::size_t limit_ = 0;
  bool was_cut_ = false;
  bool is_complete_ = true;
  std::vector<Places> found_;
};

// Parts of the graph that hang together, by their first node.
std::vector<Places> Parts(const std::vector<Places>& neighbours) {
  std::vector<Places> parts;
  std::vector<bool> is_seen(neighbours.size());
  for (std::uint32_t first = 0; first < neighbours.size(); ++first) {
    if (is_seen[first]) continue;
    is_seen[first] = true;
    Places part{first};
    for (std::size_t at = 0; at < part.size(); ++at) {
      for (const std::uint32_t next : neighbours[part[at]]) {
        if (is_seen[next]) continue;
        is_seen[next] = true;
        part.push_back(next);
      }
    }
    std::ranges::sort(part);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

FoundBindings BindingsOf(std::span<const std::uint32_t> nodes,
                         std::span<const std::pair<std::uint32_t, std::uint32_t>> pairs, std::size_t most) {
  std::vector<Places> neighbours(nodes.size());
  for (const auto& [a, b] : pairs) {
    neighbours[a].push_back(b);
    neighbours[b].push_back(a);
  }
  for (Places& of_node : neighbours) std::ranges::sort(of_node);
  Cliques cliques(neighbours, most);
  for (const Places& part : Parts(neighbours)) cliques.Find(part);
  FoundBindings found{.bindings = cliques.Take(), .is_complete = cliques.is_complete()};
  for (auto& binding : found.bindings) {
    for (std::uint32_t& place : binding) place = nodes[place];
  }
  std::ranges::sort(found.bindings);
  return found;
}

}  // namespace weir::journey
