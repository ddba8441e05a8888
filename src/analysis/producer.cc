#include "analysis/producer.h"

#include <algorithm>
#include <set>

namespace weir::analysis {

std::vector<Producer> InOrderOfNeeds(std::vector<Producer> producers) {
  std::ranges::sort(producers, {}, [](const Producer& producer) { return producer.info.id; });
  std::set<std::string, std::less<>> waiting;
  for (const Producer& producer : producers) {
    WEIR_CHECK(producer.info.tables.size() == 1 && producer.make);
    WEIR_CHECK(waiting.insert("model." + producer.table().name).second);
  }
  std::vector<Producer> ordered;
  while (!producers.empty()) {
    const auto ready = std::ranges::find_if(producers, [&](const Producer& producer) {
      return std::ranges::none_of(producer.info.needs, [&](const std::string& need) { return waiting.contains(need); });
    });
    if (ready == producers.end()) throw Bug("producers need each other in a circle: " + producers.front().info.id);
    waiting.erase("model." + ready->table().name);
    ordered.push_back(std::move(*ready));
    producers.erase(ready);
  }
  return ordered;
}

}  // namespace weir::analysis
