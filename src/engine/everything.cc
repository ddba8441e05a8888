#include "engine/everything.h"

#include <iterator>
#include <memory>

#include "leaks/leaks.h"
#include "metrics/analyses.h"
#include "metrics/catalog.h"
#include "pulse/pulse.h"

namespace weir::engine {
namespace {

void Add(std::vector<analysis::Analysis> some, std::vector<analysis::Analysis>& all) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

}  // namespace

Result<Everything> LoadEverything(const std::filesystem::path& home) {
  const auto own = [&](const char* folder) { return home.empty() ? std::filesystem::path() : home / folder; };
  WEIR_TRY(const std::shared_ptr<const metrics::MetricCatalog> catalog, metrics::LoadCatalog(own("metrics")));
  WEIR_TRY(std::vector<leaks::Rule> rules, leaks::LoadCatalog(own("leaks")));
  const auto shared_rules = std::make_shared<const std::vector<leaks::Rule>>(std::move(rules));
  Everything everything{.analyses = {},
                        .definitions_fingerprint = catalog->fingerprint() + leaks::FingerprintOf(*shared_rules)};
  Add(metrics::Analyses(catalog), everything.analyses);
  Add(leaks::Analyses(shared_rules), everything.analyses);
  Add(pulse::Analyses(catalog), everything.analyses);
  return everything;
}

}  // namespace weir::engine
