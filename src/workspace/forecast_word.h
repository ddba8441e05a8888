// One word of the call as it is kept, and how it is read and written. Internal to forecast_words.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/decimal.h"
#include "base/result.h"
#include "metrics/period.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kSubmission = "submission";
inline constexpr std::string_view kNote = "note";
inline constexpr std::string_view kLock = "lock";

struct ForecastWord {
  std::int64_t id = 0;  // 0: a new one
  std::string kind = {};
  metrics::DayRange period = {};
  std::string member_id = {};  // whose line it is; both empty: the company's
  std::string team_id = {};
  std::string sight_team = {};  // who sees this team sees the word
  std::string category = {};    // of a submission
  std::optional<Decimal> amount = {};
  std::string currency = {};
  std::string deal_id = {};  // of a note on a deal
  std::string text = {};
  std::optional<Instant> locked_from = {};  // of a lock; absent: it is open
  std::string said_by = {};
  Instant said_at = {};
  bool is_removed = false;

  nlohmann::json Fields() const;
};
nlohmann::json FieldsOf(const std::optional<ForecastWord>& word);
// From when a lock was in force by what a decision kept; absent: it was open.
std::optional<Instant> LockedFromFields(const std::string& text);

// The newest row of a word.
Result<std::optional<ForecastWord>> FindWord(store::Session& session, std::int64_t id);
// The submission of that line, period and category that stands.
Result<std::optional<ForecastWord>> FindStanding(store::Session& session, const ForecastWord& like);
// The lock of the period for the team, empty for the company.
Result<std::optional<ForecastWord>> FindLock(store::Session& session, metrics::DayRange period,
                                             const std::string& team_id);
// The one in force at the moment that holds for the team, its own or one above; for the company that of the company.
Result<std::optional<ForecastWord>> LockOver(store::Session& session, metrics::DayRange period,
                                             const std::string& team_id, Instant now);

struct WordChange {
  std::optional<ForecastWord> before = {};  // what stood in its place
  ForecastWord after = {};
};
// Writes the row and its decision; `newest` is the newest moment in the data.
Result<analysis::Decision> WriteWord(store::Connection& connection, std::string_view action, WordChange change,
                                     Instant newest, const KeptSetup& setup, std::optional<std::int64_t> undoes);

}  // namespace weir::workspace
