#include "questions/questions.h"

#include "questions/help.h"
#include "questions/lose.h"
#include "questions/quarter.h"
#include "questions/why.h"

namespace weir::questions {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {WhyAnalysis(catalog), LoseAnalysis(catalog), HelpAnalysis(catalog), QuarterAnalysis(catalog)};
}

}  // namespace weir::questions
