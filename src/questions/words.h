// How the answers speak: periods, counts and sentences in both languages. Internal to questions/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/words.h"
#include "metrics/period.h"
#include "questions/scope.h"

namespace weir::questions {

using analysis::Text;

// The patterns with {0}, {1}, ... replaced, in each language by its own words.
Text Say(std::string_view en, std::string_view ru, const std::vector<Text>& arguments = {});
// The same words in both languages: a name of the workspace.
inline Text Same(std::string_view words) { return {std::string(words), std::string(words)}; }

struct PeriodWords {
  Text within;  // "in Q3 2026", "in October 2026", "from 1 to 5 May"; «в III квартале 2026 года»
  Text name;    // "Q3 2026"; genitive in Russian: «III квартала 2026 года»
};
PeriodWords Speak(metrics::DayRange days);

// Of the days of a question that looks at a year: "in the last twelve months", else as above.
Text YearWords(const Scope& scope);

Text Deals(std::int64_t count);  // "13 deals", «13 сделок»
Text Count(std::int64_t count);
// Of at most three digits, without its sign.
Text Money(Decimal amount, std::string_view currency);
// The same with its sign: "+€12.4K".
Text Signed(Decimal amount, std::string_view currency);
// A share with its sign lost; "–" where there is none.
Text Percent(const std::optional<Decimal>& share);

}  // namespace weir::questions
