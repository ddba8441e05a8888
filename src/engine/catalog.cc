#include <algorithm>
#include <set>

#include "engine/engine.h"

namespace weir::engine {
namespace {

// Fails as a bug where a declaration asks for an analysis that is not there, or the asking goes in a circle.
void CheckAsks(const std::vector<analysis::Analysis>& analyses) {
  std::set<std::string, std::less<>> known;
  for (const analysis::Analysis& analysis : analyses) known.insert(analysis.info.id);
  std::set<std::string, std::less<>> done;
  std::size_t before = 0;
  do {
    before = done.size();
    for (const analysis::Analysis& analysis : analyses) {
      // "?id" need not be there: Run then says that it is not found.
      const auto is_done = [&](const std::string& id) {
        if (!id.starts_with('?')) return done.contains(id);
        return done.contains(id.substr(1)) || !known.contains(id.substr(1));
      };
      if (std::ranges::all_of(analysis.info.asks, is_done)) {
        done.insert(analysis.info.id);
      }
    }
  } while (done.size() > before);
  if (done.size() != analyses.size()) throw Bug("an analysis asks for one that is missing, or they ask in a circle");
}

// Whose answer rests on that of another, rests on what people said of leaks where that one does.
void InheritLeakStates(std::vector<analysis::Analysis>& analyses) {
  static constexpr std::string_view kLeakStates = "leak_state";
  const auto needs_them = [](const analysis::Analysis& one) {
    return std::ranges::find(one.info.needs, kLeakStates) != one.info.needs.end();
  };
  std::set<std::string, std::less<>> resting;
  std::size_t before = 0;
  do {
    before = resting.size();
    for (analysis::Analysis& one : analyses) {
      const bool rests = std::ranges::any_of(one.info.asks, [&](const std::string& id) {
        return resting.contains(id.starts_with('?') ? id.substr(1) : id);
      });
      if (rests && !needs_them(one)) one.info.needs.emplace_back(kLeakStates);
      if (rests || needs_them(one)) resting.insert(one.info.id);
    }
  } while (resting.size() > before);
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
  InheritLeakStates(analyses_);
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
