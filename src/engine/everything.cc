#include "engine/everything.h"

#include <iterator>
#include <memory>

#include "metrics/analyses.h"
#include "metrics/catalog.h"
#include "pulse/pulse.h"

namespace weir::engine {
namespace {

void Add(std::vector<analysis::Analysis> some, std::vector<analysis::Analysis>& all) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

}  // namespace

Result<Everything> LoadEverything(const std::filesystem::path& metrics_directory) {
  WEIR_TRY(const std::shared_ptr<const metrics::MetricCatalog> catalog, metrics::LoadCatalog(metrics_directory));
  Everything everything{.analyses = {}, .definitions_fingerprint = catalog->fingerprint()};
  Add(metrics::Analyses(catalog), everything.analyses);
  Add(pulse::Analyses(catalog), everything.analyses);
  return everything;
}

}  // namespace weir::engine
