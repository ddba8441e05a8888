// What the analyses of data quality share. Internal to hygiene/.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "hygiene/quality_score.h"

namespace weir::hygiene {

analysis::TableSpec ScoresTable();
// A row for all rules and one a dimension, each behind these cells.
void AddScores(std::span<const Tallies> all, const std::vector<store::Value>& before, analysis::Table& table);
std::map<std::string, Group> EntitiesOf(std::span<const Tallies> all);

analysis::Analysis RowsAnalysis(std::shared_ptr<const std::vector<QualityRule>> rules, std::vector<std::string> needs);
analysis::Analysis QualityTrendAnalysis(std::shared_ptr<const std::vector<QualityRule>> rules,
                                        std::vector<std::string> needs);

}  // namespace weir::hygiene
