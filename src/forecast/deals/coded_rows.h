// Rows from which a weekly hazard is learnt: a code in each group of features, and how often nothing, a win and a loss
// followed. Rows of equal codes are one row with counts added up, so that size is that of what is different.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::forecast {

struct CodedGroup {
  std::uint16_t codes = 1;  // each row has one of 0 .. codes - 1
  bool is_ordered = false;  // codes rise with what they stand for (0 may be "none")
  bool is_crossed = false;  // made of two other groups: what trees find by themselves
};

struct OutcomeCounts {
  double none = 0;
  double won = 0;
  double lost = 0;

  double All() const { return none + won + lost; }
};

// That an open deal is won, and that it is lost, in a week; each within [0, 1], and so is their sum.
struct WeeklyHazard {
  double won = 0;
  double lost = 0;
};

struct CodedRows {
  std::vector<CodedGroup> groups{};
  std::vector<std::uint16_t> codes{};  // row by row, a code for each group
  std::vector<OutcomeCounts> counts{};

  std::size_t size() const { return counts.size(); }
  std::span<const std::uint16_t> CodesOf(std::size_t row) const {
    return {codes.data() + row * groups.size(), groups.size()};
  }
};

// The same rows in rising order of codes, equal ones added up. O(n log n).
CodedRows Merged(const CodedRows& rows);

OutcomeCounts TotalOf(const CodedRows& rows);

// The mean of -log(probability of what came); probabilities below 1e-12 count as that. 0 for no rows.
double LogLoss(std::span<const OutcomeCounts> counts, std::span<const WeeklyHazard> hazards);

}  // namespace weir::forecast
