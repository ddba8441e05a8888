// What became of leaks, and how rules fare over time. Internal to leaks/; declared by leaks.h.
//   leaks.list   the ledger with what was said of each leak; money that came back
//   leaks.show   one leak: its rule, why, what was said of it and when
//   leaks.rules  how often a rule was right, by what was said of its leaks
//   The same three of openings: openings.list, openings.show, openings.rules.
//   leaks.trend  what leaked at the end of each month, what came and what went
//   leaks.effects  whether another step got worse after fixes
//   leaks.try    the same of one rule, live or not: how it would have spoken
//
// A leak that somebody works on, or said to have fixed, and that the ledger finds no more, has been recovered: with the
// amount that it had when that was last said.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "leaks/kind.h"
#include "leaks/rule.h"
#include "metrics/catalog.h"

namespace weir::leaks {

std::vector<analysis::Analysis> LifeAnalyses(const Kind& kind, std::shared_ptr<const std::vector<Rule>> rules);
std::vector<analysis::Analysis> TrendAnalyses(std::shared_ptr<const std::vector<Rule>> rules,
                                              std::shared_ptr<const metrics::MetricCatalog> catalog,
                                              const std::vector<std::string>& needs);
analysis::Analysis EffectsAnalysis(std::shared_ptr<const std::vector<Rule>> rules,
                                   std::shared_ptr<const metrics::MetricCatalog> catalog,
                                   std::vector<std::string> needs);

}  // namespace weir::leaks
