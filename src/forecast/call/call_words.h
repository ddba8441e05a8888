// What people said in the call, from exports and from this workspace, read for the analyses. Internal to call/.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "base/decimal.h"
#include "metrics/period.h"

namespace weir::forecast {

// From the surest on; each includes those before it.
inline constexpr std::array<std::string_view, 4> kCallCategories{"commit", "most_likely", "best_case", "pipeline"};
inline constexpr std::size_t kCallCategoryCount = kCallCategories.size();

// Which period a question about the call is about.
struct CallPeriodParams {
  std::string period = "quarter";
  std::optional<Date> day = {};

  void Describe(analysis::ParamVisitor& visitor);
  metrics::DayRange Days(const analysis::Context& context) const;
};

struct SubmittedWord {
  std::string id = {};  // "weir:12" of one that was submitted here, else that of the export
  std::optional<Date> first = {};
  std::optional<Date> last = {};
  std::string member_id = {};  // both empty: the company's
  std::string team_id = {};
  std::int32_t category = 0;
  Decimal said = {};  // as it was said
  std::string currency = {};
  Int128 amount = 0;  // in the currency of reports at the rate of its day, with kAmountScale
  Instant at = {};    // business time
  Instant said_at = {};
  std::string by = {};  // who said it, where that is told
  std::string note = {};
  std::string source = {};

  bool IsOf(metrics::DayRange period) const;
  std::string Node() const;  // as CallTree names it
};

struct CallNote {
  std::string deal_id = {};
  std::string member_id = {};
  std::string team_id = {};
  std::string text = {};
  std::string by = {};
  Instant at = {};
  Instant said_at = {};
};

struct CallLock {
  metrics::DayRange period = {};
  std::string team_id = {};  // empty: everybody
  std::optional<Instant> from = {};
  bool is_at_once = false;  // in force since it was set; else once `from` has come
  std::string by = {};
};

// A decision on the call, the oldest first.
struct CallDecision {
  std::int64_t id = 0;
  std::string what = {};  // submit, note, lock, unlock, undo
  std::string node = {};
  std::string category = {};
  std::string deal_id = {};
  std::string was = {};
  std::string is = {};
  std::string text = {};
  std::string reason = {};
  std::string by = {};
  Instant at = {};
};

struct CallWords {
  std::vector<SubmittedWord> words = {};  // that stand, by business time, then as they were said
  std::vector<CallNote> notes = {};       // the oldest first
  std::vector<CallLock> locks = {};
  std::vector<CallDecision> decisions = {};
  std::map<std::string, std::string, std::less<>> team_above = {};
  std::int64_t unread = 0;                                // of a category or period that is none
  std::int64_t negative = 0;                              // left out
  std::map<std::string, std::int64_t> without_rate = {};  // by currency; left out
};

// Of periods that lie within these days.
Result<CallWords> ReadCallWords(metrics::DayRange days, analysis::Context& context);
std::vector<analysis::Warning> WarningsOf(const CallWords& words, const std::string& currency);

// The lock of the period that holds for the team as of the moment; null: it is open.
const CallLock* LockOf(const CallWords& words, metrics::DayRange period, const std::string& team_id, Instant as_of);
// The word came after a lock of its line.
bool IsLate(const CallWords& words, const SubmittedWord& word, metrics::DayRange period, const std::string& team_id,
            Instant as_of);

std::string MemberNode(const std::string& id);
std::string TeamNode(const std::string& id);
inline constexpr std::string_view kCompanyNode = "company";
inline constexpr std::string_view kNoTeamNode = "no_team";

}  // namespace weir::forecast
