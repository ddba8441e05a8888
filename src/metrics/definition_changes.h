// What differs between two definitions of a metric, field by field and in words. Internal to metrics/.
#pragma once

#include <string>
#include <vector>

#include "analysis/text.h"
#include "metrics/catalog.h"

namespace weir::metrics {

struct DefinitionChange {
  std::string field = {};  // as its file calls it
  analysis::Text what = {};
  std::string before = {};  // as its file says it; empty: nothing
  std::string after = {};
};

// In the order of the form of the file. The number of the version and its note are no meaning.
std::vector<DefinitionChange> ChangesBetween(const Metric& before, const MetricCatalog& before_in, const Metric& after,
                                             const MetricCatalog& after_in);

// One sentence of them all; of none, that only the number is new.
analysis::Text InOneSentence(const std::vector<DefinitionChange>& changes);

// The same number and meaning.
bool IsSameDefinition(const Metric& one, const MetricCatalog& one_in, const Metric& other,
                      const MetricCatalog& other_in);

}  // namespace weir::metrics
