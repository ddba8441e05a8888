#include "journey/model/tree_to_net.h"

#include <cstdint>

namespace weir::journey {
namespace {

// A place as seen by the part of the net that is built between two of them. A loop may begin in a free place: nobody
// else takes from it, so that putting a token back is harmless; and end in one that nobody else puts into.
struct Edge {
  std::uint32_t place = 0;
  bool is_free = false;
};

// Whether the part takes tokens back from the place it ends in.
bool EndsInLoop(const ProcessTree& tree) {
  const ProcessTree* last = &tree;
  while (last->op == TreeOperator::kSequence && !last->children.empty()) last = &last->children.back();
  return last->op == TreeOperator::kLoop;
}

class Builder {
 public:
  PetriNet Build(const ProcessTree& tree) {
    const std::uint32_t source = NewPlace();
    const std::uint32_t sink = NewPlace();
    Part(tree, {source, false}, {sink, false});
    net_.initial.assign(net_.places, 0);
    net_.final.assign(net_.places, 0);
    net_.initial[source] = 1;
    net_.final[sink] = 1;
    return std::move(net_);
  }

 private:
  std::uint32_t NewPlace() { return net_.places++; }

  void Silent(std::uint32_t from, std::uint32_t to) { net_.transitions.push_back({kNoValue, {from}, {to}}); }

  void Part(const ProcessTree& tree, Edge in, Edge out) {
    switch (tree.op) {
      case TreeOperator::kActivity:
        net_.transitions.push_back({tree.activity, {in.place}, {out.place}});
        break;
      case TreeOperator::kSequence:
        Sequence(tree, in, out);
        break;
      case TreeOperator::kExclusive:
        for (const ProcessTree& child : tree.children) Part(child, {in.place, false}, {out.place, false});
        break;
      case TreeOperator::kParallel:
        Parallel(tree, in, out);
        break;
      case TreeOperator::kLoop:
        Loop(tree, in, out);
        break;
      default:
        Silent(in.place, out.place);
    }
  }

  void Sequence(const ProcessTree& tree, Edge in, Edge out) {
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      const bool is_last = i + 1 == tree.children.size();
      const Edge next = is_last ? out : Edge{NewPlace(), true};
      Part(tree.children[i], in, next);
      in = {next.place, !EndsInLoop(tree.children[i])};
    }
    if (tree.children.empty()) Silent(in.place, out.place);
  }

  void Parallel(const ProcessTree& tree, Edge in, Edge out) {
    Transition split{kNoValue, {in.place}, {}};
    Transition join{kNoValue, {}, {out.place}};
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      split.outputs.push_back(NewPlace());
      join.inputs.push_back(NewPlace());
    }
    net_.transitions.push_back(split);
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      Part(tree.children[i], {split.outputs[i], true}, {join.inputs[i], true});
    }
    net_.transitions.push_back(std::move(join));
  }

  void Loop(const ProcessTree& tree, Edge in, Edge out) {
    const std::uint32_t first = in.is_free ? in.place : NewPlace();
    const std::uint32_t last = out.is_free ? out.place : NewPlace();
    if (!in.is_free) Silent(in.place, first);
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      if (i == 0) {
        Part(tree.children[i], {first, true}, {last, true});
      } else {
        Part(tree.children[i], {last, false}, {first, false});
      }
    }
    if (!out.is_free) Silent(last, out.place);
  }

  PetriNet net_;
};

}  // namespace

PetriNet NetOf(const ProcessTree& tree) { return Builder().Build(tree); }

}  // namespace weir::journey
