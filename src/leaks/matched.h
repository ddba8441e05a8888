// What is lost by records that did not go as they should, learnt from past cases of both kinds that are alike in what
// matters (a stratum). The kernel of probable leaks: it knows no store and no clock.
//
//   loss of a record = its worth x (chance of a good end if right - chance as it is)
//
// Each chance has a beta posterior: Jeffreys' prior over all cases of the other strata gives a stratum its expectation,
// worth so many cases of its own as the strata are alike: that strength has a posterior itself, over a grid, and both
// the means and the draws go over it. So a stratum of few cases is drawn towards others that are like it, and not
// towards others that are not. Where no case at all is right, being right means a good end for certain. A record whose
// worth nobody knows is worth what the good cases of its stratum were: log-normal, mean and variance with the usual
// conjugate posterior, drawn towards the other strata by kPriorCases cases. Source of the method: beta-binomial and
// normal-inverse-gamma conjugacy, and the hierarchy over groups (Gelman et al., Bayesian Data Analysis, 2.4, 3.3, 5.3).
//
// Where no case is right and of enough cases of a stratum none ended well, it may be that none can (who was given up
// pays no more): as likely before the cases as that some do. Without that no interval could reach the whole of what is
// owed.
//
// Doing it right never costs. Where it seems to, in a stratum, that is luck; so is as much of what the other strata
// seem to lose, and it is taken from them, in proportion: else many strata in which nothing is lost would add up to a
// loss.
//
// Where one case stands in several strata (a debt of ninety days was once one of thirty), what is not known of one is
// not known of the other: their chances are then drawn together, from the same place of each distribution.
//
// Money is decimal: the chance is rounded to nine digits and multiplied exactly. The interval comes from draws, seeded;
// it speaks of what is not known of chances and worths, not of the luck of each record.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/decimal.h"

namespace weir::leaks {

// Past cases of one stratum on one side. The value is of those that ended well and have one.
struct CaseCount {
  std::string stratum = {};
  bool is_right = false;
  std::int64_t cases = 0;
  std::int64_t good = 0;
  std::int64_t value_cases = 0;
  double value_log_mean = 0;
  double value_log_sd = 0;
};

inline constexpr std::int64_t kLeastCases = 5;  // on a side, over all strata: below, no amount is told
inline constexpr double kPriorCases = 8;
inline constexpr std::size_t kDraws = 2000;

struct Exposure {
  std::string stratum = {};
  std::optional<Decimal> worth = {};  // none: to be learnt
};

// Whether a case stands in one stratum alone.
enum class Strata : std::uint8_t { kApart, kOverlapping };

class MatchedCases {
 public:
  explicit MatchedCases(std::span<const CaseCount> cases, Strata strata = Strata::kApart);

  // Why nothing can be said: the side with too few cases. Empty where something can.
  struct Lack {
    std::int64_t right = 0;
    std::int64_t as_it_is = 0;
  };
  std::optional<Lack> lack() const { return lack_; }

  // Expected loss, never below zero, with two digits after the point. Nothing where cases lack, or where neither the
  // worth is given nor any case had one. Cost O(log strata).
  std::optional<Decimal> LossOf(const Exposure& exposure) const;

  // Draws of the summed loss, each at least zero. Cost O(exposures + draws x strata), all strata of the cases. Empty
  // where LossOf gives nothing for all of them. The order of the exposures does not matter.
  std::vector<double> DrawLoss(std::span<const Exposure> exposures, std::uint64_t seed) const;

 private:
  struct Chance {
    double good = 0;
    double cases = 0;
    double expected = 0;     // by the others
    bool is_alone = false;   // they have no cases: Jeffreys' prior, which is worth one
    double impossible = 0;   // chance that it never ends well: of enough cases none did
    double others_good = 0;  // parameters of the beta distribution of what they say
    double others_bad = 0;
    // With a prior that is worth so many cases.
    double Mean(double strength) const { return (1 - impossible) * (good + strength * expected) / (cases + strength); }
  };
  // How many cases the expectation of a stratum is worth, on one side: shares of a grid that add up to one.
  struct Strength {
    std::vector<double> shares = {};
    double Mean(const Chance& chance) const;
    double At(double uniform) const;  // of the grid
  };
  struct Worth {
    double mean = 0;  // of logarithms
    double strength = 0;
    double shape = 0;  // of the inverse gamma of their variance
    double scale = 0;
    double Mean() const;
  };
  struct Stratum {
    std::optional<Chance> right = {};  // none: certain
    Chance as_it_is = {};
    std::optional<Worth> worth = {};
    double difference = 0;  // of the expected chances; below zero where things seem better as they are
  };
  static Strength StrengthOf(std::span<const Chance> chances);
  double DifferenceOf(const Stratum& stratum) const;
  // Of this name; an unknown one is like all taken together.
  const Stratum& Of(const std::string& name) const;

  bool are_overlapping_ = false;
  std::optional<Lack> lack_ = {};
  std::map<std::string, Stratum> strata_;
  Stratum all_;
  Strength right_;
  Strength as_it_is_;
  double held_ = 1;  // of what strata lose, the part that is no luck
};

// The least and the greatest of the middle eight of ten draws; nothing without any. Reorders the draws.
struct Interval {
  double low = 0;
  double high = 0;
};
std::optional<Interval> MiddleOf(std::vector<double>& draws);

}  // namespace weir::leaks
