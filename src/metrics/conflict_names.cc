#include "metrics/conflict_names.h"

#include <algorithm>
#include <array>
#include <set>

#include "metrics/sheet_table.h"

namespace weir::metrics {
namespace {

using analysis::Text;

struct Synonym {
  std::string_view key;
  std::string_view id;
};

// Names that mean one thing only. "Revenue" and "Amount" do not: they are asked for.
constexpr std::array kMetricSynonyms{Synonym{"closed won", "won_amount"},
                                     Synonym{"closed won amount", "won_amount"},
                                     Synonym{"won revenue", "won_amount"},
                                     Synonym{"amount won", "won_amount"},
                                     Synonym{"сумма побед", "won_amount"},
                                     Synonym{"выиграно на сумму", "won_amount"},
                                     Synonym{"won deals", "deals_won"},
                                     Synonym{"выигранные сделки", "deals_won"},
                                     Synonym{"выиграно", "deals_won"},
                                     Synonym{"lost deals", "deals_lost"},
                                     Synonym{"проигранные сделки", "deals_lost"},
                                     Synonym{"new deals", "deals_created"},
                                     Synonym{"created deals", "deals_created"},
                                     Synonym{"новые сделки", "deals_created"},
                                     Synonym{"создано сделок", "deals_created"},
                                     Synonym{"pipeline amount", "pipeline_amount"},
                                     Synonym{"доля побед", "win_rate"},
                                     Synonym{"average deal size", "average_deal_amount"},
                                     Synonym{"средний чек сделки", "average_deal_amount"},
                                     Synonym{"ad spend", "spend"},
                                     Synonym{"рекламный бюджет", "spend"},
                                     Synonym{"cpl", "cost_per_lead"},
                                     Synonym{"cpc", "cost_per_click"},
                                     Synonym{"ctr", "click_through_rate"}};
constexpr std::array kDimensionSynonyms{
    Synonym{"owner", "owner"},        Synonym{"sales rep", "owner"},  Synonym{"rep", "owner"},
    Synonym{"manager", "owner"},      Synonym{"менеджер", "owner"},   Synonym{"ответственный", "owner"},
    Synonym{"department", "team"},    Synonym{"отдел", "team"},       Synonym{"company", "account"},
    Synonym{"клиент", "account"},     Synonym{"customer", "account"}, Synonym{"регион", "country"},
    Synonym{"lead source", "source"}, Synonym{"источник", "source"}};
}  // namespace

const Metric* MetricNamed(const MetricCatalog& catalog, std::string_view label) {
  const std::string key = LabelKey(label);
  for (const Metric& metric : catalog.metrics()) {
    if (metric.is_part) continue;
    if (key == LabelKey(metric.id) || key == LabelKey(metric.title.en) || key == LabelKey(metric.title.ru)) {
      return &metric;
    }
  }
  for (const Synonym& synonym : kMetricSynonyms) {
    if (key == synonym.key) return catalog.FindMetric(synonym.id);
  }
  return nullptr;
}

std::optional<std::string> DimensionNamed(const MetricCatalog& catalog, std::string_view label) {
  const std::string key = LabelKey(label);
  std::set<std::string> all;
  for (const Metric& metric : catalog.metrics()) all.insert(metric.dimensions.begin(), metric.dimensions.end());
  for (const std::string& id : all) {
    const Text title = catalog.DimensionTitle(id);
    if (key == LabelKey(id) || key == LabelKey(title.en) || key == LabelKey(title.ru)) return id;
  }
  for (const Synonym& synonym : kDimensionSynonyms) {
    if (key == synonym.key && all.contains(std::string(synonym.id))) return std::string(synonym.id);
  }
  return std::nullopt;
}

bool IsBlank(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kBlanks{"", "-", "—", "–", "n/a", "н/д"};
  return std::ranges::find(kBlanks, FoldKey(text)) != kBlanks.end();
}

}  // namespace weir::metrics
