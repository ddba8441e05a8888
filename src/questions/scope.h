// What a question is about - which days against which, whose deals - and the governed numbers over it. Internal to
// questions/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "base/time.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"
#include "metrics/period.h"
#include "metrics/query.h"

namespace weir::questions {

inline constexpr std::size_t kMaxEvidence = 1000;

struct ScopeParams {
  std::string team = {};
  std::string segment = {};

  void Describe(analysis::ParamVisitor& visitor);
};

struct Scope {
  const metrics::MetricCatalog* catalog = nullptr;
  metrics::DayRange now = {};
  metrics::DayRange before = {};
  Date today = {};
  int first_month = 1;  // of the fiscal year
  std::string team = {};
  std::string segment = {};
  std::vector<std::string> team_ids = {};
  metrics::LeaveOut leave_out = {};
  std::string currency = {};
  TimeZone zone = TimeZone::Utc();
  Instant as_of = {};
};

// The days of questions that look at a year: the last twelve months, unless others are asked for.
struct YearParams {
  std::optional<Date> from = {};
  std::optional<Date> to = {};

  void Describe(analysis::ParamVisitor& visitor);
  Result<metrics::DayRange> Days(const Scope& scope) const;
};
metrics::DayRange LastYear(const Scope& scope);

// All but the days.
Result<Scope> MakeScope(const metrics::MetricCatalog& catalog, const ScopeParams& params, analysis::Context& context);
// From the one day to the other, to as-of at the latest. An error where it ends before it begins.
Result<metrics::DayRange> DaysAsked(const std::optional<Date>& from, const std::optional<Date>& to,
                                    metrics::DayRange otherwise, const Scope& scope);
// The same days a year before; the last day of a month stays one.
metrics::DayRange YearBefore(metrics::DayRange days);

// The governed numbers of these metrics over the days, and what is to be warned of.
class Numbers {
 public:
  static Result<Numbers> Ask(const Scope& scope, const std::vector<std::string>& metrics, metrics::DayRange days,
                             analysis::Context& context);

  const store::Value& At(std::string_view metric) const;
  std::int64_t Count(std::string_view metric) const;  // unknown is 0
  Decimal Amount(std::string_view metric) const;      // with the digits of ledgers; unknown is 0
  const std::vector<analysis::Warning>& warnings() const { return warnings_; }

 private:
  std::map<std::string, store::Value, std::less<>> values_;
  std::vector<analysis::Warning> warnings_;
};

// SELECT of the rows of a view that count in the scope: not left out by a rule, of its teams and segment; of deals,
// those of pipelines that sell.
std::string CountedSql(const Scope& scope, std::string_view view);
// The day as a literal, and a condition that a column lies in the days.
std::string DaySql(Date day);
std::string InDaysSql(std::string_view column, metrics::DayRange days);

// The amount with the digits of ledgers; null and what is no number are 0.
Decimal AmountOf(const store::Value& value);
inline Decimal LedgerAmount(Int128 units) { return {units, kAmountScale}; }
// part / whole with six digits, half away from zero; none where the whole is 0.
std::optional<Decimal> ShareOf(Int128 part, Int128 whole);

// Rounded to so many digits.
Decimal Rounded(double value, std::uint8_t scale);

// Ids in the first column of a statement, as evidence of that table.
Result<analysis::Evidence> EvidenceOf(std::string_view table, const std::string& sql, store::Session& session);

}  // namespace weir::questions
