#include "explore/explore.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "explore/run.h"
#include "explore/views_analysis.h"

namespace weir::explore {

Result<std::vector<analysis::Analysis>> Analyses(const std::vector<DefinitionFile>& files) {
  WEIR_TRY(Offer loaded, Offer::Load(files));
  const auto offer = std::make_shared<const Offer>(std::move(loaded));
  // A server answers pages with two to four threads: at most half of them are lent to queries of people's own.
  const int places = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, 4) / 2;
  std::vector<analysis::Analysis> all;
  all.push_back(SqlAnalysis(offer, std::make_shared<Gate>(places)));
  all.push_back(ViewsAnalysis(offer));
  return all;
}

}  // namespace weir::explore
