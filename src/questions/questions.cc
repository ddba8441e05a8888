#include "questions/questions.h"

#include "questions/why.h"

namespace weir::questions {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {WhyAnalysis(catalog)};
}

}  // namespace weir::questions
