#include <algorithm>
#include <set>

#include "engine/engine.h"

namespace weir::engine {
namespace {

// Fails as a bug where a declaration asks for an analysis that is not there, or the asking goes in a circle.
void CheckAsks(const std::vector<analysis::Analysis>& analyses) {
  std::set<std::string, std::less<>> done;
  std::size_t before = 0;
  do {
    before = done.size();
    for (const analysis::Analysis& analysis : analyses) {
      if (std::ranges::all_of(analysis.info.asks, [&](const std::string& id) { return done.contains(id); })) {
        done.insert(analysis.info.id);
      }
    }
  } while (done.size() > before);
  if (done.size() != analyses.size()) throw Bug("an analysis asks for one that is missing, or they ask in a circle");
}

}  // namespace

Catalog::Catalog(std::vector<analysis::Analysis> analyses, std::vector<analysis::Action> actions,
                 std::vector<analysis::Producer> producers)
    : analyses_(std::move(analyses)),
      actions_(std::move(actions)),
      producers_(analysis::InOrderOfNeeds(std::move(producers))) {
  std::ranges::sort(analyses_, {}, [](const analysis::Analysis& a) { return a.info.id; });
  std::ranges::sort(actions_, {}, [](const analysis::Action& a) { return a.info.id; });
  for (std::size_t i = 1; i < analyses_.size(); ++i) WEIR_CHECK(analyses_[i - 1].info.id != analyses_[i].info.id);
  CheckAsks(analyses_);
}

const analysis::Analysis* Catalog::FindAnalysis(std::string_view id) const {
  const auto found = std::ranges::lower_bound(analyses_, id, {},
                                              [](const analysis::Analysis& a) { return std::string_view(a.info.id); });
  return found != analyses_.end() && found->info.id == id ? &*found : nullptr;
}

const analysis::Action* Catalog::FindAction(std::string_view id) const {
  const auto found =
      std::ranges::lower_bound(actions_, id, {}, [](const analysis::Action& a) { return std::string_view(a.info.id); });
  return found != actions_.end() && found->info.id == id ? &*found : nullptr;
}

}  // namespace weir::engine
