// Conditions, columns and days of a bridge in the words of both languages. Internal to metrics/.
#pragma once

#include <string>
#include <string_view>

#include "analysis/text.h"
#include "metrics/catalog.h"
#include "metrics/expression.h"
#include "metrics/period.h"

namespace weir::metrics {

using analysis::Text;

// en and ru with each {} filled in turn by the text in that language.
Text Fill(const Text& pattern, std::initializer_list<Text> arguments);

// "close date", "дата закрытия".
Text ColumnInWords(const ColumnRef& column, const View& view, const MetricCatalog& catalog);
// "status is won"; of a negated one "status is not won".
Text InWords(const Condition& condition, const View& view, const MetricCatalog& catalog, bool is_negated = false);
// Whether rows that miss the condition are told apart by what they hold instead: a state of a few.
bool TellsStates(const Condition& condition);
// How a row stands that does not meet the condition: "status is lost" where states are told, "amount is empty".
Text WhatIsInstead(const Condition& condition, const std::string& held, const View& view, const MetricCatalog& catalog);
// "1 January 2026 – 31 January 2026"; an open end is left out.
Text DaysInWords(std::optional<Date> from, std::optional<Date> to);

}  // namespace weir::metrics
