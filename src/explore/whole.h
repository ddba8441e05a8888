// The text that the store runs for a checked query: its views by their names, then the query as it was written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "explore/statement.h"

namespace weir::explore {

inline constexpr std::size_t kMostRows = 100'000;

struct Ran {
  std::string text;
  std::size_t query_begin = 0;  // the query stands on lines of its own from here
};

// `moment` is the SELECT of the view of that name.
Ran WholeOf(const Statement& statement, std::string_view moment, bool sees_all_rows);

}  // namespace weir::explore
