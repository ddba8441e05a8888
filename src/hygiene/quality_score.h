// Scores over tallies. Internal to hygiene/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/decimal.h"
#include "hygiene/quality_run.h"

namespace weir::hygiene {

// Sums over parts of one rule.
struct RuleSum {
  std::int64_t checked = 0;
  std::int64_t failing = 0;
  std::int64_t repairable = 0;
  std::optional<Decimal> exposed = {};

  void Add(const Tally& part);
};

// Of several rules: how many check something, and the mean of their shares of good records.
struct Score {
  std::int64_t rules = 0;
  std::int64_t checked = 0;
  std::int64_t failing = 0;
  std::int64_t repairable = 0;
  std::string worst_rule = {};  // the one with the least share; empty where nothing fails

  void Add(const QualityRule& rule, const RuleSum& sum);
  // Nothing where no rule checks anything.
  std::optional<double> Share() const;

 private:
  double shares_ = 0;
  double least_ = 1;
};

RuleSum SumOf(const Tallies& tallies);

// Scores by what `key` says of a part; parts with an empty key are in none.
struct Group {
  std::string name = {};
  Score score = {};
};
using GroupKey = std::function<std::pair<std::string, std::string>(const Tally&)>;  // id, name
std::map<std::string, Group> GroupsOf(std::span<const Tallies> all, const GroupKey& key);

}  // namespace weir::hygiene
