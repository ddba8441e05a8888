// From measured lines to a verdict: SalesOps, RevOps, both, or not yet. The kernel of the diagnosis: it knows no store,
// no text and no clock.
//
//   grade of a line   0 at "clear no", 1 at "clear yes", evenly between
//   strength of a sign   mean of the grades of its measured lines, by weight
//   score of a side   mean of the strengths of its measured signs, by weight and by how much of them is measured
//   verdict   the sides whose score reaches `need`; none of them: not yet
//
// Confidence is the share of draws that come to the same verdict. In a draw a measured share of n cases is one of its
// posterior (Jeffreys' prior), any other value is itself, or normal where it has an interval; the thresholds of a line
// shift together by up to `blur` of their distance; and what is not measured of a sign is anything between 0 and 1,
// drawn with `need` as its mean (a beta of two cases), so that what is not known speaks for neither.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "diagnose/sign.h"

namespace weir::diagnose {

inline constexpr std::size_t kDraws = 2000;

struct LineFacts {
  double clear_no = 0;
  double clear_yes = 1;
  double weight = 1;
  std::optional<double> value = {};  // none: not measured
  bool is_share = false;
  double cases = 0;
  std::optional<double> low = {};  // of an interval of 80 %
  std::optional<double> high = {};
};

struct SignFacts {
  Side side = Side::kSalesOps;
  double weight = 1;
  bool needs_no_other = false;
  std::vector<LineFacts> lines = {};
};

struct Interval {
  double low = 0;
  double high = 0;
};

// Between 0 and 1.
double GradeOf(const LineFacts& line, double value);
// Of 80 %; nothing where the value has none.
std::optional<Interval> IntervalOf(const LineFacts& line);

struct SignScore {
  std::optional<double> strength = {};  // none: nothing of it is measured
  double measured = 0;                  // share of its weights
  bool is_silent = false;               // it waits for the other side to be in order
};

enum class Verdict : std::uint8_t { kNotKnown, kNotYet, kSalesOps, kRevOps, kBoth };
std::string_view NameOf(Verdict verdict);

struct SideScore {
  std::optional<double> score = {};
  Interval range = {};  // of 80 % of the draws
  std::int64_t signs = 0;
  std::int64_t measured_signs = 0;
};

struct Judgement {
  Verdict verdict = Verdict::kNotKnown;
  double confidence = 0;
  SideScore salesops = {};
  SideScore revops = {};
  std::vector<SignScore> signs = {};  // as they were given
  // Share of the draws of each verdict, not known to both.
  std::array<double, 5> chances = {};
};

Judgement Judge(std::span<const SignFacts> signs, const Policy& policy, std::uint64_t seed);

}  // namespace weir::diagnose
