// Why a deal is as likely to be won as it is said to be, in words. Internal to forecast/.
#pragma once

#include <span>
#include <vector>

#include "analysis/text.h"
#include "forecast/deal_book.h"
#include "forecast/deals/deal_outlook.h"
#include "forecast/deals/forecast_change.h"

namespace weir::forecast {

// The three features that move the probability most, those of less than half a point left out: "stage Proposal (+12
// points); closing date passed 8 days ago (-6 points)". Empty where nothing moves it.
analysis::Text ReasonsOf(const DealBook& book, std::size_t deal, std::span<const FeatureEffect> effects);

// The title of a kind of change, and its name as a key.
analysis::Text TitleOf(ChangeKind kind);
std::string_view NameOf(ChangeKind kind);

}  // namespace weir::forecast
