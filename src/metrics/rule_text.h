// The SELECTs of rules that a business user may write (leaks, data quality): how their text is read, what it may read,
// and how its parameters are put in place. Cost of each: O(length of the text).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::metrics {

using RuleParameters = std::map<std::string, std::int64_t, std::less<>>;

// What must hold before a rule can say anything: one row with the boolean `is_met`; its other columns fill the text.
struct Requirement {
  std::string sql = {};
  analysis::Text missing = {};
};

// Puts `:name` in place: the parameters, `:as_of` (TIMESTAMP) and `:as_of_date` (DATE). Quoted text, quoted names and
// casts (`::`) are left alone. Unknown names are errors.
Result<std::string> FillIn(std::string_view sql, const RuleParameters& parameters, Instant as_of, Date as_of_date);

// How a SELECT is read byte by byte: the end of a name; of quoted text, a quoted name or a comment that begins at `at`,
// or `at` itself where none begins.
bool IsNameByte(char c);
std::size_t EndOfName(std::string_view sql, std::size_t at);
std::size_t EndOfOpaque(std::string_view sql, std::size_t at);

// Fails on a SELECT that reads anything but scoped.* by a qualified name, or holds more than one statement.
Status CheckReads(std::string_view sql);

// Tables of scoped.* that the SELECTs read, in order of their names.
std::vector<std::string> ViewsReadBy(std::span<const std::string_view> selects);

}  // namespace weir::metrics
