// What the model says beside the call: asked of forecast.deals and forecast.backtest by id, the only place that knows
// their tables. Internal to call/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "base/decimal.h"
#include "base/phrase.h"

namespace weir::forecast {

inline constexpr std::string_view kModelAnalysis = "forecast.deals";
inline constexpr std::string_view kBacktestAnalysis = "forecast.backtest";

struct ModelLine {
  std::optional<Decimal> p10 = {};
  std::optional<Decimal> p50 = {};
  std::optional<Decimal> p90 = {};
  std::optional<double> target_probability = {};
};

struct ModelDeal {
  std::optional<double> probability = {};
  std::optional<Decimal> expected = {};
  std::string reasons_en = {};
  std::string reasons_ru = {};
};

struct ModelAnswer {
  std::optional<ModelLine> line = {};
  std::map<std::string, ModelDeal, std::less<>> deals = {};
  Phrase why_not = {};  // where there is no line
};

// Of the period of this kind that holds as-of; of the company, or of the team by its name. Fails only where the
// question itself was stopped.
Result<ModelAnswer> AskModel(const std::string& period, const std::string& team, analysis::Context& context);

// What the model would have said in a week of a past period, by what was known then.
struct ModelPast {
  Date period = {};  // its first day
  std::int32_t week = 1;
  double p50 = 0;
  double came = 0;
};
struct ModelPasts {
  std::vector<ModelPast> pasts = {};
  Phrase why_not = {};  // where there are none
};
Result<ModelPasts> AskModelPasts(const std::string& period, const std::string& team, analysis::Context& context);

// A number of any kind; absent where it is none.
std::optional<double> NumberOf(const store::Value& value);

}  // namespace weir::forecast
