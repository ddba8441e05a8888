// What the cases of one step tell: chances by stratum, what the wait and the load change, what a case that goes on is
// worth. Internal to diagnose/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/constraint.h"
#include "diagnose/constraint_parts.h"

namespace weir::diagnose {

using DrawsOf = std::vector<double>;  // one number a draw

// Draws of what a won deal of each stratum brings, the same for every step. A stratum that no deal had is like all.
class WorthDraws {
 public:
  WorthDraws(std::span<const Worth> worths, std::uint64_t seed);
  bool is_known() const { return is_known_; }
  const DrawsOf& Of(std::string_view stratum) const;

 private:
  bool is_known_ = false;
  DrawsOf all_;
  std::map<std::string, DrawsOf, std::less<>> strata_;
};

// A step's cells by number, sorted, equal ones added up.
class StepCells {
 public:
  explicit StepCells(const Step& step);

  struct Cell {
    std::size_t part = 0;
    std::size_t stratum = 0;
    int wait = -1;
    int load = -1;
    double begun = 0;
    double ended = 0;
    double passed = 0;
    double closed = 0;
    double won = 0;
    DayMoments days = {};
  };
  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<std::string>& parts() const { return parts_; }
  const std::vector<std::string>& strata() const { return strata_; }
  std::size_t waits() const { return waits_; }
  std::size_t loads() const { return loads_; }
  double ended() const { return ended_; }
  double passed() const { return passed_; }
  std::int64_t ended_cases() const { return static_cast<std::int64_t>(ended_); }

 private:
  std::vector<std::string> parts_;
  std::vector<std::string> strata_;
  std::vector<Cell> cells_;
  std::size_t waits_ = 0;
  std::size_t loads_ = 0;
  double ended_ = 0;
  double passed_ = 0;
};

// chance of a case = chance of its stratum x what its wait changes x what its part changes, fitted so that every margin
// adds up to what was counted (iterative proportional fitting).
class StepFit {
 public:
  explicit StepFit(const StepCells& cells);

  double ChanceOf(std::size_t stratum) const { return strata_[stratum]; }
  // 1 where the wait is not known or not told.
  double FactorOf(int wait) const { return wait < 0 ? 1 : waits_[static_cast<std::size_t>(wait)]; }
  double Expected(const StepCells::Cell& cell) const {
    return cell.ended * ChanceOf(cell.stratum) * FactorOf(cell.wait);
  }
  // By one draw, of each wait.
  void DrawFactors(Draws& draws, std::vector<double>& into) const;
  // What one wait was expected to give without its factor.
  const std::vector<double>& wait_cases() const { return wait_expected_; }

 private:
  std::vector<double> strata_;
  std::vector<double> waits_;
  std::vector<double> wait_passed_;
  std::vector<double> wait_expected_;
};

// Of each part: what one case that goes on brings, by draw, and how many begin in a year.
struct PartWorth {
  std::vector<double> begun;
  std::vector<DrawsOf> worth;
};
PartWorth WorthOfParts(const StepCells& cells, const WorthDraws& worths, const std::string& step, std::uint64_t seed);

// Median and interval of the draws, never below zero: to relieve a constraint costs no revenue.
void Close(Constraint& constraint);

inline Constraint Lacking(Constraint constraint, Lack lack) {
  constraint.lack = lack;
  return constraint;
}

}  // namespace weir::diagnose
