#include "forecast/call/roll_up.h"

#include <algorithm>
#include <numeric>

#include "base/result.h"

namespace weir::forecast {
namespace {

// Places of the words from the oldest to the newest.
std::vector<std::size_t> InOrder(std::span<const CallWord> words) {
  std::vector<std::size_t> order(words.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return words[i].at; });
  return order;
}

void Add(const std::optional<Int128>& amount, std::optional<Int128>& sum) {
  if (amount) sum = sum.value_or(0) + *amount;
}

// What each node stands for by the own words of its cells.
void Climb(std::span<const CallNode> nodes, CallBoard& board) {
  for (std::size_t node = nodes.size(); node-- > 0;) {
    for (std::size_t category = 0; category < board.categories; ++category) {
      CallCell& cell = board.cells[node * board.categories + category];
      cell.standing = cell.own ? cell.own : cell.below;
      if (nodes[node].parent < 0) continue;
      const auto parent = static_cast<std::size_t>(nodes[node].parent);
      Add(cell.standing, board.cells[parent * board.categories + category].below);
    }
  }
}

CallBoard BoardAt(std::span<const CallNode> nodes, std::span<const CallWord> words, std::size_t categories,
                  std::span<const std::size_t> order, std::int64_t moment) {
  CallBoard board{.categories = categories, .cells = std::vector<CallCell>(nodes.size() * categories)};
  for (const std::size_t place : order) {
    const CallWord& word = words[place];
    if (word.at > moment) break;
    const auto node = static_cast<std::size_t>(word.node);
    const auto category = static_cast<std::size_t>(word.category);
    WEIR_CHECK(node < nodes.size() && category < categories);
    CallCell& cell = board.cells[node * categories + category];
    cell.before = cell.word;
    cell.word = place;
    cell.own = word.amount;
  }
  Climb(nodes, board);
  return board;
}

}  // namespace

CallBoard RollUp(std::span<const CallNode> nodes, std::span<const CallWord> words, std::size_t categories,
                 std::int64_t now, std::int64_t then) {
  std::vector<bool> has_children(nodes.size());
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    WEIR_CHECK(nodes[node].parent < static_cast<std::int32_t>(node));
    if (nodes[node].parent >= 0) has_children[static_cast<std::size_t>(nodes[node].parent)] = true;
  }
  const std::vector<std::size_t> order = InOrder(words);
  CallBoard board = BoardAt(nodes, words, categories, order, now);
  const CallBoard earlier = BoardAt(nodes, words, categories, order, then);
  board.turnout.resize(nodes.size());
  for (std::size_t node = nodes.size(); node-- > 0;) {
    CallTurnout& turnout = board.turnout[node];
    bool has_said = false;
    for (std::size_t category = 0; category < categories; ++category) {
      const std::size_t place = node * categories + category;
      CallCell& cell = board.cells[place];
      const std::optional<Int128>& stood = earlier.cells[place].standing;
      if (cell.standing || stood) cell.delta = cell.standing.value_or(0) - stood.value_or(0);
      if (cell.own && has_children[node]) cell.judgement = *cell.own - cell.below.value_or(0);
      has_said = has_said || cell.own.has_value();
    }
    if (nodes[node].is_expected) {
      ++turnout.expected;
      turnout.said += has_said ? 1 : 0;
    }
    if (nodes[node].parent < 0) continue;
    CallTurnout& above = board.turnout[static_cast<std::size_t>(nodes[node].parent)];
    above.expected += turnout.expected;
    above.said += turnout.said;
  }
  return board;
}

}  // namespace weir::forecast
