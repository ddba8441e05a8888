// Which metrics and which columns of the model a question, a query or a decision names. Texts of people are read for
// names only, and never kept. Internal to workspace/.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>

#include "access/use_book.h"
#include "engine/engine.h"
#include "metrics/catalog.h"

namespace weir::workspace {

struct Thing {
  std::string kind;  // analysis, metric, object, column
  std::string name;  // "won_amount", "deal.amount", "ext.salesforce.opportunity.budget_holder"
  auto operator<=>(const Thing&) const = default;
};
using Things = std::set<Thing>;

// The whole words of a text, in small letters.
std::set<std::string, std::less<>> WordsIn(std::string_view text);

Things ThingsAsked(const metrics::MetricCatalog& catalog, const engine::Question& question,
                   const engine::Answer& answer);
// `after` is the JSON that the decision left.
Things ThingsDecided(const metrics::MetricCatalog& catalog, std::string_view action, std::string_view subject,
                     const std::string& after);
// The columns of the views that metrics read, "deal.amount": what its measure, condition and date name, or those of the
// metrics that it is made of.
Things ColumnsOf(const metrics::MetricCatalog& catalog, const metrics::Metric& metric);

}  // namespace weir::workspace
