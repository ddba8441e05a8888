// Boosted trees (Friedman 2001; Chen, Guestrin 2016) of what comes in a week: none, won or lost, by XGBoost's softmax.
//
// Ordered groups are one column, others one column a code; crossed groups are left out, since trees cross by
// themselves. They start from the rates of all rows. One thread, no sampling, a fixed seed: the same rows give the same
// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "forecast/deals/coded_rows.h"

namespace weir::forecast {

struct BoostOptions {
  int rounds = 200;  // at most
  int depth = 4;
  double rate = .1;
  double least_child = 5;  // the weight of rows, times their spread, that a leaf needs
  double weight = 1;       // what a count is worth; 1 / repeats of landmarks
  // Rows of later weeks: rounds end where their log loss has not fallen for `patience` rounds, and are cut to the best.
  const CodedRows* stop_by = nullptr;
  int patience = 15;
};

class HazardBoosted {
 public:
  // not_enough_data where no row was won or lost; unavailable, with XGBoost's words, where it fails.
  // O(rounds * rows * groups).
  static Result<HazardBoosted> Fit(const CodedRows& rows, const BoostOptions& options = {});

  // Of rows of codes, row by row, as those that it was fitted to.
  Result<std::vector<WeeklyHazard>> Predict(std::span<const std::uint16_t> codes) const;

  int rounds() const { return rounds_; }  // that are used
  // The model as XGBoost writes it.
  Result<std::string> Bytes() const;

 private:
  HazardBoosted() = default;

  std::vector<CodedGroup> groups_;
  std::array<float, 3> start_{};  // log rates of none, won, lost
  int rounds_ = 0;
  std::shared_ptr<void> booster_;
};

}  // namespace weir::forecast
