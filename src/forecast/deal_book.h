// Every deal of the company as the kernels of deals/ need it: its states with since when each field of them was known.
//
// A state is known from the moment that the source recorded it (recorded_at), its amount and its closing date from
// their own moments (docs/decisions/0013), its owner and team, where no history tells of owners, from the first export
// on. Where the only sight of a deal tells what it is and nothing of how it came to be so, its own dates stand in: that
// it was there is taken as known from its creation, that it closed, and with what amount, from its closing day; stage,
// amount and owner of the open deal from the export alone. What is closed now counts as known now, so that what is won
// equals the metric won_amount.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "forecast/deals/deal_history.h"
#include "forecast/deals/period_forecast.h"
#include "metrics/catalog.h"
#include "metrics/period.h"

namespace weir::forecast {

// Whose deals a forecast is of.
struct BookScope {
  std::string team = {};
  std::string owner = {};
  std::string segment = {};

  void Describe(analysis::ParamVisitor& visitor);
};

// A deal as it stands at as-of.
struct BookedDeal {
  std::string id = {};
  std::string name = {};
  std::string account = {};
  std::string stage = {};
  std::string owner = {};
  std::string team = {};
  std::string type = {};
  DealKind kind = DealKind::kOpen;
  std::optional<std::int64_t> amount = {};  // of the reporting currency, in units of kAmountScale
  std::optional<Day> close_day = {};
};

struct DealBook {
  std::vector<DealHistory> histories = {};  // by id
  std::vector<BookedDeal> deals = {};       // in the same places
  // By number.
  std::vector<std::string> stages = {};
  std::vector<std::string> owners = {};
  std::vector<std::string> teams = {};
  ForecastScope scope = {};  // what was asked for
  Day as_of = 0;
  Day first_known = 0;  // the first day of which a state is known
  std::vector<Day> quarter_starts = {};
  analysis::History history = analysis::History::kComplete;
  std::vector<analysis::Warning> warnings = {};

  // Whether a deal as it stands now is in the scope.
  bool IsAsked(std::size_t deal) const;
};

// Deals of pipelines that sell and that no rule leaves out. An unknown team or owner is an error that suggests the
// nearest name; deals in a currency without a rate are left out and told of in `warnings`.
Result<DealBook> ReadDealBook(const metrics::MetricCatalog& catalog, const BookScope& scope,
                              analysis::Context& context);

// The whole periods before this one, the latest first, as far as something is known of them; `most` at most.
std::vector<ForecastPeriod> PeriodsBefore(const ForecastPeriod& period, metrics::Grain grain, int first_month,
                                          Day first_known, std::size_t most);

// How a model of the book is learnt as of a day for a period of the grain: with the pasts that are over by then.
LearnOptions OptionsOf(const DealBook& book, Day as_of, const ForecastPeriod& period, metrics::Grain grain,
                       int first_month);

}  // namespace weir::forecast
