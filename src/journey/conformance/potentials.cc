#include "journey/conformance/potentials.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>

namespace weir::journey {
namespace {

constexpr double kMostPrice = 1e11;  // beyond it sums over a marking could leave 64 bits

// One constraint of the dual, which is one column of the program: sum of coefficient x variable at most `cost`.
struct Entry {
  std::uint32_t row = 0;
  std::int32_t coefficient = 0;
};

// Rows are the variables of the dual: for each segment its places, then its activities, then the events that cross
// from one segment into the next.
class PotentialProgram {
 public:
  PotentialProgram(const NetIndex& net, std::span<const ActivityId> trace, std::span<const std::uint32_t> splits)
      : net_(&net), trace_(trace) {
    segments_ = splits.size() + 1;
    segment_of_.resize(trace.size() + 1);
    std::size_t segment = 0;
    for (std::size_t at = 0; at <= trace.size(); ++at) {
      if (segment < splits.size() && at >= splits[segment]) ++segment;
      segment_of_[at] = static_cast<std::uint32_t>(segment);
    }
    activity_rows_.resize(segments_);
    rows_ = segments_ * net.places;
    for (std::size_t event = 0; event < trace.size(); ++event) RowOf(event);
    right_.assign(rows_, 0);
  }

  std::size_t ColumnsAtMost() const {
    return segments_ * (2 * net_->transitions() + net_->places) + (rows_ - segments_ * net_->places) * 2;
  }

  void Fill() {
    for (std::size_t segment = 0; segment < segments_; ++segment) AddModelMoves(segment);
    for (std::size_t segment = 0; segment < segments_; ++segment) AddWithin(segment);
    for (std::size_t event = 0; event < trace_.size(); ++event) {
      if (segment_of_[event] != segment_of_[event + 1]) AddCrossing(event);
      right_[RowOf(event)] += 1;
    }
    for (std::size_t segment = 0; segment + 1 < segments_; ++segment) {
      for (std::uint32_t place = 0; place < net_->places; ++place) {
        column_ = {{TokenRow(segment + 1, place), 1}, {TokenRow(segment, place), -1}};
        Close(0);
      }
    }
    for (std::uint32_t place = 0; place < net_->places; ++place) {
      right_[TokenRow(segments_ - 1, place)] += net_->final[place];
      right_[TokenRow(0, place)] -= net_->initial[place];
    }
  }

  std::optional<Potentials> Solve() const {
    ClpSimplex solver;
    solver.setLogLevel(0);
    const std::vector<double> low(costs_.size(), 0);
    const std::vector<double> high(costs_.size(), COIN_DBL_MAX);
    const CoinPackedMatrix matrix(true, static_cast<int>(rows_), static_cast<int>(costs_.size()),
                                  static_cast<CoinBigIndex>(items_.size()), coefficients_.data(), items_.data(),
                                  begins_.data(), nullptr);
    solver.loadProblem(matrix, low.data(), high.data(), costs_.data(), right_.data(), right_.data());
    solver.setMaximumIterations(static_cast<int>(std::min<std::size_t>(50 * costs_.size(), 1'000'000)));
    solver.dual();
    if (!solver.isProvenOptimal()) return std::nullopt;
    std::vector<std::int64_t> prices(rows_);
    for (std::size_t row = 0; row < rows_; ++row) {
      const double price = solver.getRowPrice()[row] * static_cast<double>(kScale);
      if (!(std::abs(price) < kMostPrice)) return std::nullopt;
      prices[row] = std::llround(price);
    }
    if (!Hold(prices)) return std::nullopt;
    return Taken(prices);
  }

 private:
  std::uint32_t TokenRow(std::size_t segment, std::uint32_t place) const {
    return static_cast<std::uint32_t>(segment * net_->places + place);
  }

  // The events of one activity within a segment share a row: they can change places in the program.
  std::uint32_t RowOf(std::size_t event) {
    if (segment_of_[event] != segment_of_[event + 1]) {
      const auto [place, is_new] = crossing_rows_.try_emplace(event, static_cast<std::uint32_t>(rows_));
      rows_ += is_new ? 1 : 0;
      return place->second;
    }
    const auto [place, is_new] =
        activity_rows_[segment_of_[event]].try_emplace(trace_[event], static_cast<std::uint32_t>(rows_));
    rows_ += is_new ? 1 : 0;
    return place->second;
  }

  void Close(double cost) {
    std::ranges::sort(column_, {}, &Entry::row);
    for (std::size_t at = 0; at < column_.size();) {
      const std::uint32_t row = column_[at].row;
      std::int32_t sum = 0;
      for (; at < column_.size() && column_[at].row == row; ++at) sum += column_[at].coefficient;
      if (sum == 0) continue;
      items_.push_back(static_cast<int>(row));
      coefficients_.push_back(sum);
    }
    begins_.push_back(static_cast<CoinBigIndex>(items_.size()));
    costs_.push_back(cost);
  }

  void Put(std::uint32_t transition, std::size_t before, std::size_t after) {
    for (const std::uint32_t place : net_->inputs[transition]) column_.push_back({TokenRow(before, place), -1});
    for (const std::uint32_t place : net_->outputs[transition]) column_.push_back({TokenRow(after, place), 1});
  }

  void AddModelMoves(std::size_t segment) {
    for (std::uint32_t transition = 0; transition < net_->transitions(); ++transition) {
      column_.clear();
      Put(transition, segment, segment);
      Close(net_->IsSilent(transition) ? 0 : 1);
    }
  }

  void AddEvent(std::uint32_t row, ActivityId activity, std::size_t before, std::size_t after) {
    column_ = {{row, 1}};
    Close(1);
    if (activity >= net_->activities) return;
    for (const std::uint32_t transition : net_->doing[activity]) {
      column_ = {{row, 1}};
      Put(transition, before, after);
      Close(0);
    }
  }

  void AddWithin(std::size_t segment) {
    for (const auto& [activity, row] : activity_rows_[segment]) AddEvent(row, activity, segment, segment);
  }

  void AddCrossing(std::size_t event) {
    AddEvent(crossing_rows_.at(event), trace_[event], segment_of_[event], segment_of_[event + 1]);
  }

  bool Hold(std::span<const std::int64_t> prices) const {
    for (std::size_t column = 0; column < costs_.size(); ++column) {
      std::int64_t sum = 0;
      for (auto at = begins_[column]; at < begins_[column + 1]; ++at) {
        sum += static_cast<std::int64_t>(coefficients_[at]) * prices[items_[at]];
      }
      if (sum > static_cast<std::int64_t>(costs_[column]) * kScale) return false;
    }
    return true;
  }

  Potentials Taken(std::span<const std::int64_t> prices) const {
    Potentials potentials;
    potentials.segment_of = segment_of_;
    for (std::size_t segment = 0; segment < segments_; ++segment) {
      const auto begin = prices.begin() + static_cast<std::ptrdiff_t>(segment * net_->places);
      potentials.token.emplace_back(begin, begin + net_->places);
    }
    potentials.left.resize(trace_.size() + 1);
    std::int64_t left = 0;
    for (std::uint32_t place = 0; place < net_->places; ++place) {
      left += potentials.token.back()[place] * net_->final[place];
    }
    potentials.left[trace_.size()] = left;
    for (std::size_t event = trace_.size(); event-- > 0;) {
      const bool crosses = segment_of_[event] != segment_of_[event + 1];
      left += prices[crosses ? crossing_rows_.at(event) : activity_rows_[segment_of_[event]].at(trace_[event])];
      potentials.left[event] = left;
    }
    return potentials;
  }

  const NetIndex* net_;
  std::span<const ActivityId> trace_;
  std::size_t segments_ = 1;
  std::size_t rows_ = 0;
  std::vector<std::uint32_t> segment_of_;
  std::vector<std::map<ActivityId, std::uint32_t>> activity_rows_;
  std::map<std::size_t, std::uint32_t> crossing_rows_;
  std::vector<double> right_;
  std::vector<Entry> column_;
  std::vector<CoinBigIndex> begins_{0};
  std::vector<int> items_;
  std::vector<double> coefficients_;
  std::vector<double> costs_;
};

}  // namespace

std::uint32_t Potentials::Bound(std::span<const std::uint8_t> tokens, std::size_t done) const {
  const std::vector<std::int64_t>& taken = token[segment_of[done]];
  std::int64_t bound = left[done];
  // Of many places few hold tokens: eight without any are passed over at once.
  std::size_t place = 0;
  for (; place + 8 <= tokens.size(); place += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, tokens.data() + place, 8);
    if (eight == 0) continue;
    for (std::size_t at = place; at < place + 8; ++at) bound -= taken[at] * tokens[at];
  }
  for (; place < tokens.size(); ++place) bound -= taken[place] * tokens[place];
  return bound <= 0 ? 0 : static_cast<std::uint32_t>((bound + kScale - 1) / kScale);
}

std::optional<Potentials> PotentialsOf(const NetIndex& net, std::span<const ActivityId> trace,
                                       std::span<const std::uint32_t> splits, std::size_t most_columns) {
  PotentialProgram program(net, trace, splits);
  if (program.ColumnsAtMost() > most_columns) return std::nullopt;
  program.Fill();
  return program.Solve();
}

}  // namespace weir::journey
