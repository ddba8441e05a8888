#include "diagnose/constraint_kept.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "diagnose/constraint_parts.h"
#include "diagnose/constraint_step.h"

namespace weir::diagnose {

Constraint MeasureKept(std::vector<KeptCell> cells, std::uint64_t seed) {
  Constraint made{.kind = ConstraintKind::kRetention, .step = "kept"};
  std::ranges::sort(cells, [](const KeptCell& a, const KeptCell& b) {
    return std::tie(a.part, a.stratum, a.months, a.lost, a.revenue) <
           std::tie(b.part, b.stratum, b.months, b.lost, b.revenue);
  });
  std::map<std::string, std::pair<double, double>> strata;  // months, lost
  double months = 0;
  double lost = 0;
  for (const KeptCell& cell : cells) {
    strata[cell.stratum].first += cell.months;
    strata[cell.stratum].second += cell.lost;
    months += cell.months;
    lost += cell.lost;
  }
  made.cases = static_cast<std::int64_t>(months);
  constexpr double kYear = 12;
  if (months < kYear * static_cast<double>(kLeastCases) || lost <= 0) return Lacking(std::move(made), Lack::kCases);
  constexpr double kPriorMonths = 100;
  const auto rate_of = [&](const std::string& stratum) {
    const auto& [own_months, own_lost] = strata.at(stratum);
    return (own_lost + kPriorMonths * lost / months) / (own_months + kPriorMonths);
  };
  std::vector<std::string> names;
  std::vector<ShareOfPart> shares;
  std::vector<double> revenue;
  for (const KeptCell& cell : cells) {
    if (names.empty() || names.back() != cell.part) {
      names.push_back(cell.part);
      shares.emplace_back();
      revenue.push_back(0);
    }
    shares.back().good += cell.lost;
    shares.back().cases += cell.months;
    shares.back().expected += cell.months * rate_of(cell.stratum);
    revenue.back() += cell.revenue;
  }
  std::vector<double> part_months;
  for (ShareOfPart& share : shares) {
    part_months.push_back(share.cases);
    share.expected = share.cases > 0 ? share.expected / share.cases : lost / months;
  }
  const PartPosterior posterior = PartPosterior::OfShares(shares);
  std::vector<double> loyalty;
  for (const double mean : posterior.means()) loyalty.push_back(-mean);
  const auto best = BestOf(loyalty, part_months, kYear * static_cast<double>(kLeastOfPart));
  if (!best) return Lacking(std::move(made), Lack::kParts);
  made.best_part = names[*best];
  // Of a year: what is left of a hundred after twelve months.
  const auto leaves = [](double month) { return 1 - std::pow(1 - std::clamp(month, 0.0, 1.0), kYear); };
  const auto gain = [&](std::size_t j, double own, double least) {
    return revenue[j] * (leaves(shares[j].expected + own) - leaves(shares[j].expected + least));
  };
  made.draws.assign(kConstraintDraws, 0.0);
  Draws draws(seed, "diagnose.kept");
  std::vector<double> excess;
  for (std::size_t d = 0; d < kConstraintDraws; ++d) {
    posterior.Draw(draws, excess);
    for (std::size_t j = 0; j < names.size(); ++j) made.draws[d] += gain(j, excess[j], excess[*best]);
  }
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double own = posterior.means()[j];
    const double least = posterior.means()[*best];
    made.parts.push_back({.part = names[j],
                          .cases = static_cast<std::int64_t>(part_months[j]),
                          .measured = part_months[j] > 0 ? leaves(shares[j].good / part_months[j]) : 0,
                          .likely = leaves(shares[j].expected + own),
                          .attainable = leaves(shares[j].expected + least),
                          .gain = gain(j, own, least),
                          .is_best = j == *best});
    made.now += part_months[j] / months * made.parts.back().likely;
    made.attainable += part_months[j] / months * made.parts.back().attainable;
  }
  Close(made);
  return made;
}

}  // namespace weir::diagnose
