// What people said of past periods, week by week, beside what came: the ground of accuracy and of pooling. Internal to
// call/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "forecast/call/call_model.h"
#include "forecast/call/call_money.h"
#include "forecast/call/call_tree.h"
#include "forecast/call/call_words.h"
#include "forecast/call/judgement.h"

namespace weir::forecast {

// What a submitted amount stands for.
inline constexpr std::string_view kTotalCounts = "total";  // all that the period brings
inline constexpr std::string_view kOpenCounts = "open";    // what is not won yet

// Words on the lines of a tree; those of lines that it lacks and those that came after a lock are left out.
struct PlacedWords {
  std::vector<CallWord> words = {};
  std::vector<std::size_t> sources = {};  // of each, its place in CallWords
  std::vector<std::size_t> late = {};     // places in CallWords
};
PlacedWords PlaceWords(const CallWords& all, metrics::DayRange period, const CallTree& tree, Instant as_of);
// Of words that tell only what is open: what was won on their line in the period up to their day comes on top.
void AddWonSoFar(const CallTree& tree, const std::vector<DealMoney>& deals, metrics::DayRange period,
                 const TimeZone& zone, PlacedWords& placed);
// The lines and people that have to be there for these.
void AddPresent(const CallWords& words, const std::vector<DealMoney>& deals, CallPresent& present);

struct PastSaid {
  std::size_t line = 0;
  std::int32_t category = 0;
  std::size_t period = 0;  // place in CallHistory::periods
  std::int32_t week = 1;
  Int128 said = 0;  // the own word that stood at the end of the week
  Int128 came = 0;  // by the end of the period
};

struct CallHistory {
  std::vector<metrics::DayRange> periods = {};  // complete ones, the newest first
  CallTree tree = {};
  std::vector<PastSaid> said = {};   // by period, week, line, category
  std::vector<PastSaid> whole = {};  // of the first line: what stood there in the surest category, own or from below
  std::vector<analysis::Warning> warnings = {};
};

struct HistoryAsked {
  std::string period = "quarter";
  std::string team = {};
  std::int64_t periods = 8;
  std::string counts = std::string(kTotalCounts);
};
Result<CallHistory> ReadCallHistory(const metrics::MetricCatalog& catalog, const HistoryAsked& asked,
                                    analysis::Context& context);

// 1 in the first seven days. The last week takes the days that are left over or lacks some, so that all quarters have
// 13, months 4 and years 52.
std::int32_t WeekOf(Date day, metrics::DayRange period);

// How the first line is pooled with the model in a week: by the model's snapshots nearest before it.
struct PoolingFound {
  Pooling pooling = {};
  std::int32_t model_week = 0;  // 0: the model has no pasts
};
PoolingFound PoolingOfWhole(const CallHistory& history, const std::vector<ModelPast>& model, std::int32_t week);
// The share of a line's words of the surest category that does not come, drawn to that of the whole.
double BiasShareOfLine(const CallHistory& history, const std::string& node, std::int32_t week, double of_whole);

inline double PlainAmount(Int128 units) { return ToDouble({units, kAmountScale}); }

}  // namespace weir::forecast
