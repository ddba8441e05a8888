#include "hygiene/quality_score.h"

namespace weir::hygiene {

void RuleSum::Add(const Tally& part) {
  checked += part.checked;
  failing += part.failing;
  repairable += part.repairable;
  const auto scaled = part.exposed ? Rescale(*part.exposed, kAmountScale) : std::nullopt;
  if (scaled) exposed = Decimal{(exposed ? exposed->units : Int128{0}) + scaled->units, kAmountScale};
}

void Score::Add(const QualityRule& rule, const RuleSum& sum) {
  if (sum.checked == 0) return;
  const double share = static_cast<double>(sum.checked - sum.failing) / static_cast<double>(sum.checked);
  ++rules;
  checked += sum.checked;
  failing += sum.failing;
  repairable += sum.repairable;
  shares_ += share;
  if (share < least_) {
    least_ = share;
    worst_rule = rule.id;
  }
}

std::optional<double> Score::Share() const {
  return rules == 0 ? std::nullopt : std::optional(shares_ / static_cast<double>(rules));
}

RuleSum SumOf(const Tallies& tallies) {
  RuleSum sum;
  for (const Tally& part : tallies.parts) sum.Add(part);
  return sum;
}

std::map<std::string, Group> GroupsOf(std::span<const Tallies> all, const GroupKey& key) {
  std::map<std::string, Group> groups;
  for (const Tallies& tallies : all) {
    std::map<std::string, RuleSum> sums;
    for (const Tally& part : tallies.parts) {
      const auto [id, name] = key(part);
      if (id.empty()) continue;
      sums[id].Add(part);
      groups[id].name = name;
    }
    for (const auto& [id, sum] : sums) groups[id].score.Add(*tallies.rule, sum);
  }
  return groups;
}

}  // namespace weir::hygiene
