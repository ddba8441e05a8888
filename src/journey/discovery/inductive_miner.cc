#include "journey/discovery/inductive_miner.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "journey/discovery/cuts.h"
#include "journey/discovery/fall_throughs.h"
#include "journey/discovery/follows_graph.h"
#include "journey/discovery/log_split.h"
#include "journey/discovery/sub_log.h"

namespace weir::journey {
namespace {

// Works through parts of the log from a stack, so that a part is gone before its own parts are worked on: a log that
// gives up one activity at a time would otherwise be held once for each.
class Miner {
 public:
  Miner(const InductiveOptions& options, const std::stop_token& stop) : options_(&options), stop_(stop) {}

  Result<InductiveModel> Mine(SubLog log) {
    nodes_.emplace_back();
    tasks_.push_back({0, std::move(log)});
    while (!tasks_.empty()) {
      if (stop_.stop_requested()) return Fail(Cancelled("the discovery of a model was stopped"));
      Task task = std::move(tasks_.back());
      tasks_.pop_back();
      Work(task.node, std::move(task.log));
    }
    if (stop_.stop_requested()) return Fail(Cancelled("the discovery of a model was stopped"));
    return InductiveModel{.tree = Reduced(Tree(0)), .searches_left_out = searches_left_out_};
  }

 private:
  struct Node {
    TreeOperator op = TreeOperator::kSilent;
    ActivityId activity = kNoValue;
    std::vector<std::uint32_t> children;
  };
  struct Task {
    std::uint32_t node = 0;
    SubLog log;
  };

  std::uint32_t AddChild(std::uint32_t parent) {
    const auto child = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    nodes_[parent].children.push_back(child);
    return child;
  }

  void Branch(std::uint32_t node, TreeOperator op, std::vector<SubLog> parts) {
    nodes_[node].op = op;
    for (SubLog& part : parts) {
      const std::uint32_t child = AddChild(node);
      tasks_.push_back({child, std::move(part)});
    }
  }

  void Work(std::uint32_t node, SubLog log) {
    if (const auto left = TakeEmptyRun(log)) {
      nodes_[node].op = TreeOperator::kExclusive;
      AddChild(node);  // silent
      node = AddChild(node);
    }
    if (log.size() == 0) return;
    if (log.size() == 1 && log.steps.size() == 1) {
      nodes_[node].op = TreeOperator::kActivity;
      nodes_[node].activity = log.activities.front();
      return;
    }
    const FollowsGraph graph = GraphOf(log);
    std::optional<Cut> cut = FindCut(graph);
    if (!cut && options_->noise > 0) cut = FindCut(WithoutNoise(graph, options_->noise));
    if (cut) return Branch(node, cut->op, SplitLog(log, *cut));
    FallBack(node, log, graph);
  }

  // Takes the run of no steps out of the log; its cases, if they are too many to be noise.
  std::optional<std::uint64_t> TakeEmptyRun(SubLog& log) const {
    for (std::size_t run = 0; run < log.size(); ++run) {
      if (!log.RunOf(run).empty()) continue;
      const std::uint64_t all = std::accumulate(log.cases.begin(), log.cases.end(), std::uint64_t{0});
      const std::uint64_t empty = log.cases[run];
      log.cases.erase(log.cases.begin() + static_cast<std::ptrdiff_t>(run));
      log.begin.erase(log.begin.begin() + static_cast<std::ptrdiff_t>(run));
      if (static_cast<double>(empty) > options_->noise * static_cast<double>(all)) return empty;
      return std::nullopt;
    }
    return std::nullopt;
  }

  void FallBack(std::uint32_t node, const SubLog& log, const FollowsGraph& graph) {
    std::optional<FallThrough> way = OncePerRun(log);
    if (!way) {
      if (WorkOfConcurrentActivity(graph) <= options_->most_concurrent_work) {
        way = ConcurrentActivity(log, graph, stop_);
      } else {
        ++searches_left_out_;
      }
    }
    if (!way) way = SilentLoop(log, graph, true);
    if (!way) way = SilentLoop(log, graph, false);
    if (!way) return Flower(node, log);
    const TreeOperator op = way->op;
    Branch(node, op, std::move(way->parts));
    if (op == TreeOperator::kLoop) AddChild(node);  // silent
  }

  // Any activity, any number of times.
  void Flower(std::uint32_t node, const SubLog& log) {
    nodes_[node].op = TreeOperator::kLoop;
    const std::uint32_t any = AddChild(node);
    AddChild(node);  // silent
    nodes_[any].op = TreeOperator::kExclusive;
    for (const ActivityId activity : log.activities) {
      const std::uint32_t leaf = AddChild(any);
      nodes_[leaf].op = TreeOperator::kActivity;
      nodes_[leaf].activity = activity;
    }
  }

  ProcessTree Tree(std::uint32_t node) const {
    ProcessTree tree{.op = nodes_[node].op, .activity = nodes_[node].activity, .children = {}};
    tree.children.reserve(nodes_[node].children.size());
    for (const std::uint32_t child : nodes_[node].children) tree.children.push_back(Tree(child));
    return tree;
  }

  const InductiveOptions* options_;
  std::stop_token stop_;
  std::vector<Node> nodes_;
  std::vector<Task> tasks_;
  std::uint64_t searches_left_out_ = 0;
};

}  // namespace

Result<InductiveModel> MineInductive(const Variants& variants, const InductiveOptions& options,
                                     const std::stop_token& stop) {
  if (!(options.noise >= 0 && options.noise < 1)) {
    return Fail(BadUsage("the noise is from 0 to below 1, not {}", options.noise).Field("noise"));
  }
  WEIR_CHECK(options.ranks.empty() || options.ranks.size() == variants.activities);
  return Miner(options, stop).Mine(WholeLog(variants, options.ranks));
}

std::vector<std::uint32_t> RanksByName(std::span<const std::string> names) {
  std::vector<std::uint32_t> order(names.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t id) -> const std::string& { return names[id]; });
  std::vector<std::uint32_t> ranks(names.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) ranks[order[place]] = place;
  return ranks;
}

}  // namespace weir::journey
