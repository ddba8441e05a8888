#include "journey/model/process_tree.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace weir::journey {
namespace {

std::string_view MarkOf(TreeOperator op) {
  switch (op) {
    case TreeOperator::kSequence:
      return "->";
    case TreeOperator::kExclusive:
      return "X";
    case TreeOperator::kParallel:
      return "+";
    default:
      return "*";
  }
}

void WriteName(std::string_view name, std::string& out) {
  out += '\'';
  for (const char c : name) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  out += '\'';
}

void WriteTree(const ProcessTree& tree, const std::vector<std::string>& names, std::string& out) {
  if (tree.op == TreeOperator::kSilent) {
    out += "tau";
  } else if (tree.op == TreeOperator::kActivity) {
    WriteName(tree.activity < names.size() ? std::string_view(names[tree.activity]) : "?", out);
  } else {
    out += MarkOf(tree.op);
    out += "( ";
    for (std::size_t i = 0; i < tree.children.size(); ++i) {
      if (i > 0) out += ", ";
      WriteTree(tree.children[i], names, out);
    }
    out += " )";
  }
}

bool IsSilent(const ProcessTree& tree) { return tree.op == TreeOperator::kSilent; }

// Whether the tree may end without a visible step.
bool MayBeEmpty(const ProcessTree& tree) {
  switch (tree.op) {
    case TreeOperator::kActivity:
      return false;
    case TreeOperator::kSilent:
      return true;
    case TreeOperator::kExclusive:
      return std::ranges::any_of(tree.children, MayBeEmpty);
    case TreeOperator::kLoop:
      return tree.children.empty() || MayBeEmpty(tree.children.front());
    default:
      return std::ranges::all_of(tree.children, MayBeEmpty);
  }
}

// Children of the parent's own operator give it their children. In a loop only the first may: what is done and repeated
// in it may be repeated by its parent as well, for *( *( a, b ), c ) is *( a, b, c ).
void Flatten(ProcessTree& tree) {
  std::vector<ProcessTree> flat;
  flat.reserve(tree.children.size());
  for (std::size_t i = 0; i < tree.children.size(); ++i) {
    ProcessTree& child = tree.children[i];
    if (child.op != tree.op || (tree.op == TreeOperator::kLoop && i > 0)) {
      flat.push_back(std::move(child));
    } else {
      std::ranges::move(child.children, std::back_inserter(flat));
    }
  }
  tree.children = std::move(flat);
}

void DropSilent(ProcessTree& tree) {
  std::vector<ProcessTree>& children = tree.children;
  if (tree.op == TreeOperator::kSequence || tree.op == TreeOperator::kParallel) {
    std::erase_if(children, IsSilent);
  } else if (tree.op == TreeOperator::kExclusive) {
    // One silent child says that all may be skipped; none is needed where another child says it.
    const bool is_said =
        std::ranges::any_of(children, [](const ProcessTree& c) { return !IsSilent(c) && MayBeEmpty(c); });
    const auto first = std::ranges::find_if(children, IsSilent);
    if (first == children.end()) return;
    const auto rest = is_said ? first : std::next(first);
    children.erase(std::remove_if(rest, children.end(), IsSilent), children.end());
  } else if (children.size() > 2) {
    const auto rest = std::ranges::find_if(children.begin() + 1, children.end(), IsSilent);
    if (rest != children.end())
      children.erase(std::remove_if(std::next(rest), children.end(), IsSilent), children.end());
  }
}

}  // namespace

std::string TextOf(const ProcessTree& tree, const std::vector<std::string>& activity_names) {
  std::string out;
  WriteTree(tree, activity_names, out);
  return out;
}

ProcessTree Reduced(ProcessTree tree) {
  if (tree.op == TreeOperator::kActivity || IsSilent(tree)) return tree;
  for (ProcessTree& child : tree.children) child = Reduced(std::move(child));
  Flatten(tree);
  DropSilent(tree);
  if (tree.children.empty() || std::ranges::all_of(tree.children, IsSilent)) return {};
  if (tree.children.size() > 1) return tree;
  ProcessTree only = std::move(tree.children.front());
  return only;
}

}  // namespace weir::journey
