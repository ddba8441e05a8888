// For tests: reads a tree as TextOf writes it, and says whether a run is in its language.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "journey/model/process_tree.h"

namespace weir::journey::testing {

class TreeReader {
 public:
  TreeReader(std::string_view text, std::vector<std::string>& names) : text_(text), names_(&names) {}

  ProcessTree Read() {
    Skip();
    if (Take("tau")) return {};
    if (Take("'")) return Leaf();
    ProcessTree tree;
    if (Take("->")) {
      tree.op = TreeOperator::kSequence;
    } else if (Take("X")) {
      tree.op = TreeOperator::kExclusive;
    } else if (Take("+")) {
      tree.op = TreeOperator::kParallel;
    } else if (Take("*")) {
      tree.op = TreeOperator::kLoop;
    } else {
      throw std::invalid_argument("not a tree: " + std::string(text_));
    }
    Skip();
    if (!Take("(")) throw std::invalid_argument("not a tree: " + std::string(text_));
    do {
      tree.children.push_back(Read());
      Skip();
    } while (Take(","));
    if (!Take(")")) throw std::invalid_argument("not a tree: " + std::string(text_));
    return tree;
  }

 private:
  void Skip() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  bool Take(std::string_view mark) {
    if (!text_.starts_with(mark)) return false;
    text_.remove_prefix(mark.size());
    return true;
  }
  ProcessTree Leaf() {
    std::string name;
    while (!Take("'")) {
      Take("\\");
      if (text_.empty()) throw std::invalid_argument("a name does not end");
      name += text_.front();
      text_.remove_prefix(1);
    }
    std::size_t id = 0;
    while (id < names_->size() && (*names_)[id] != name) ++id;
    if (id == names_->size()) names_->push_back(name);
    return {.op = TreeOperator::kActivity, .activity = static_cast<ActivityId>(id)};
  }

  std::string_view text_;
  std::vector<std::string>* names_;
};

// Names that are not known yet are added.
inline ProcessTree TreeOf(std::string_view text, std::vector<std::string>& names) {
  return TreeReader(text, names).Read();
}

// A random tree of so many activities, each once.
inline ProcessTree RandomTree(RandomStream& random, ActivityId from, ActivityId to) {
  if (to - from == 1) {
    return random.Chance(.2) ? ProcessTree{} : ProcessTree{.op = TreeOperator::kActivity, .activity = from};
  }
  ProcessTree tree{.op = static_cast<TreeOperator>(random.Integer(2, 5))};
  while (from < to) {
    const bool is_first = tree.children.empty();
    const auto end = static_cast<ActivityId>(random.Integer(from + 1, is_first ? to - 1 : to));
    tree.children.push_back(RandomTree(random, from, end));
    from = end;
  }
  return tree;
}

// Exact membership, by the definition of the operators. Activities must be in one leaf each, as in every mined tree but
// for what a noise filter split: then a parallel node shares its events out by the children's alphabets, and this says
// no where a share is not unique.
class Membership {
 public:
  explicit Membership(const ProcessTree& tree) : tree_(&tree) { Learn(tree); }

  bool Has(std::span<const ActivityId> run) {
    known_.clear();
    return Accepts(*tree_, std::vector<ActivityId>(run.begin(), run.end()));
  }

 private:
  using Run = std::vector<ActivityId>;

  const std::set<ActivityId>& Learn(const ProcessTree& tree) {
    std::set<ActivityId> all;
    if (tree.op == TreeOperator::kActivity) all.insert(tree.activity);
    for (const ProcessTree& child : tree.children) {
      const std::set<ActivityId>& part = Learn(child);
      all.insert(part.begin(), part.end());
    }
    return alphabet_[&tree] = std::move(all);
  }

  bool Accepts(const ProcessTree& tree, const Run& run) {
    const auto key = std::pair(&tree, run);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    known_[key] = false;  // a loop around nothing gives nothing new
    const bool is_in = Decide(tree, run);
    known_[key] = is_in;
    return is_in;
  }

  bool Decide(const ProcessTree& tree, const Run& run) {
    switch (tree.op) {
      case TreeOperator::kSilent:
        return run.empty();
      case TreeOperator::kActivity:
        return run.size() == 1 && run[0] == tree.activity;
      case TreeOperator::kExclusive:
        for (const ProcessTree& child : tree.children) {
          if (Accepts(child, run)) return true;
        }
        return false;
      case TreeOperator::kParallel:
        return Parallel(tree, run);
      case TreeOperator::kSequence:
        return Ways(tree, run, 0).contains(run.size());
      default:
        return Loop(tree, run);
    }
  }

  bool Parallel(const ProcessTree& tree, const Run& run) {
    std::vector<Run> parts(tree.children.size());
    for (const ActivityId step : run) {
      std::size_t at = tree.children.size();
      for (std::size_t i = 0; i < tree.children.size(); ++i) {
        if (alphabet_[&tree.children[i]].contains(step)) at = i;
      }
      if (at == tree.children.size()) return false;
      parts[at].push_back(step);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!Accepts(tree.children[i], parts[i])) return false;
    }
    return true;
  }

  // Where a child that begins at `from` may end. Events that are not of its alphabet end it.
  std::set<std::size_t> Ends(const ProcessTree& tree, const Run& run, std::size_t from) {
    std::set<std::size_t> ends;
    const std::set<ActivityId>& own = alphabet_[&tree];
    for (std::size_t to = from;; ++to) {
      if (Accepts(tree, Run(run.begin() + static_cast<long>(from), run.begin() + static_cast<long>(to))))
        ends.insert(to);
      if (to == run.size() || !own.contains(run[to])) return ends;
    }
  }

  std::set<std::size_t> Ways(const ProcessTree& tree, const Run& run, std::size_t from) {
    std::set<std::size_t> now{from};
    for (const ProcessTree& child : tree.children) {
      std::set<std::size_t> next;
      for (const std::size_t at : now) next.merge(Ends(child, run, at));
      now = std::move(next);
    }
    return now;
  }

  bool Loop(const ProcessTree& tree, const Run& run) {
    std::set<std::size_t> done = Ends(tree.children[0], run, 0);
    std::vector<std::size_t> open(done.begin(), done.end());
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      for (std::size_t i = 1; i < tree.children.size(); ++i) {
        for (const std::size_t again : Ends(tree.children[i], run, at)) {
          for (const std::size_t end : Ends(tree.children[0], run, again)) {
            if (done.insert(end).second) open.push_back(end);
          }
        }
      }
    }
    return done.contains(run.size());
  }

  const ProcessTree* tree_;
  std::map<const ProcessTree*, std::set<ActivityId>> alphabet_;
  std::map<std::pair<const ProcessTree*, Run>, bool> known_;
};

}  // namespace weir::journey::testing
