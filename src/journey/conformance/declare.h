// Rules that a process should keep, each checked by itself (Declare; Pesic, Schonenberg, van der Aalst 2007): what must
// follow, what must come before, what must not be, within which time.
//
// A rule speaks of each event that calls for it (an activation): it is kept, broken, or still pending, when the case
// may go on and the time is not over.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/executor.h"
#include "base/result.h"
#include "journey/log/sorted_log.h"

namespace weir::journey {

enum class RuleForm : std::uint8_t {
  kExistence,            // a case has an event of `of`, `times` at least
  kAbsence,              // `times` at most; 0 forbids it
  kExactly,              // `times`
  kInit,                 // a case begins with one of `of`
  kEnd,                  // and ends with one
  kRespondedExistence,   // a case with an `of` has a `to`, before or after it
  kCoExistence,          // that, and the other way round
  kResponse,             // after each `of` comes a `to`
  kAlternateResponse,    // before the next `of`
  kChainResponse,        // as the next event
  kPrecedence,           // before each `to` comes an `of`
  kAlternatePrecedence,  // after the `to` before
  kChainPrecedence,      // as the event before
  kSuccession,           // response and precedence
  kAlternateSuccession,
  kChainSuccession,
  kNotCoExistence,      // no case has both
  kNotSuccession,       // after no `of` comes a `to`
  kNotChainSuccession,  // as the next event
};

struct RuleFormFacts {
  std::string_view name;   // as catalogues write it: "responded existence"
  bool has_other = false;  // it speaks of `to`
  bool has_times = false;
  bool has_time = false;  // it can have a limit of time
};
const RuleFormFacts& FactsOf(RuleForm form);
std::span<const RuleFormFacts> RuleForms();  // in the order of the forms

struct TimeLimit {
  Micros micros = 0;
  bool is_working_time = false;
};

struct Rule {
  RuleForm form = RuleForm::kResponse;
  std::vector<ActivityId> of;  // any of these
  std::vector<ActivityId> to;
  std::uint32_t times = 1;
  // Between `of` and `to`. Where `to` must not be, it must not be within this time.
  std::optional<TimeLimit> within;
  std::vector<bool> is_exempt;  // for each case; empty: none is
};

struct Observation {
  Micros until = std::numeric_limits<Micros>::max();  // what is later is not known yet
  std::vector<bool> is_open;                          // for each case; empty: all have ended
  WorkingHours hours;
  TimeZone zone = TimeZone::Utc();
};

struct Breach {
  CaseId case_id = 0;
  std::uint32_t event = kNoValue;  // that called for it, in the order of the sorted log; kNoValue: the case as a whole
  std::uint32_t other = kNoValue;  // that came too late or should not be; kNoValue: nothing came
};

struct RuleOutcome {
  std::uint64_t cases = 0;  // without exempt ones
  std::uint64_t exempt_cases = 0;
  std::uint64_t activated_cases = 0;
  std::uint64_t violating_cases = 0;
  std::uint64_t pending_cases = 0;  // and not violating
  std::uint64_t activations = 0;    // pending ones as well
  std::uint64_t violations = 0;
  std::uint64_t pending = 0;
  double support = 0;            // of cases: activated, nothing broken or pending
  double confidence = 1;         // of activations that are not pending: kept
  std::vector<Breach> breaches;  // by case and event, the first `most_breaches`
};

// One outcome for each rule. bad_input where a rule names an activity that the log does not have or lists do not have
// the length of the cases; cancelled. O(rules x events), and for working time the days between.
Result<std::vector<RuleOutcome>> Checked(const SortedLog& log, std::span<const Rule> rules,
                                         const Observation& observation = {}, std::size_t most_breaches = 10'000,
                                         const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
