// Whether a query of a person may run. The store parses the text; each node of its tree must be of a kind that is
// allowed here, each table a documented view or a name that the query gives itself, each function one of the list. What
// this file does not know is refused, so a new construct of the store is closed until somebody opens it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "base/result.h"
#include "explore/views.h"
#include "store/engine.h"

namespace weir::explore {

// What a column of the answer measures, as far as the query tells.
struct Measure {
  analysis::ColumnType type = analysis::ColumnType::kText;
  std::string unit;
  bool operator==(const Measure&) const = default;
};
struct Outputs {
  std::vector<std::optional<Measure>> by_position;  // empty where the query takes all columns of something
  std::map<std::string, Measure, std::less<>> by_name;
};

struct Statement {
  std::string text;                // the query with `scoped.` blanked out: places stay what they are
  std::vector<const View*> reads;  // each once, by name; of the offer that was given
  bool reads_moment = false;       // the pseudo-view `moment`
  Outputs outputs;
};

inline constexpr std::size_t kLongestQuery = 20'000;  // bytes
// What the query may ask of the moment it is answered for, by this name.
inline constexpr std::string_view kMoment = "moment";

Result<Statement> CheckStatement(store::Session& session, std::string_view text, const Offer& offer);

}  // namespace weir::explore
