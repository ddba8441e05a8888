#include "journey/conformance/declare.h"

#include <algorithm>
#include <array>

namespace weir::journey {
namespace {

constexpr std::size_t kPiece = 4'096;  // cases
constexpr std::uint8_t kOf = 1;
constexpr std::uint8_t kTo = 2;

constexpr std::array<RuleFormFacts, 19> kForms{{
    {.name = "existence", .has_times = true},
    {.name = "absence", .has_times = true},
    {.name = "exactly", .has_times = true},
    {.name = "init"},
    {.name = "end"},
    {.name = "responded existence", .has_other = true, .has_time = true},
    {.name = "co-existence", .has_other = true, .has_time = true},
    {.name = "response", .has_other = true, .has_time = true},
    {.name = "alternate response", .has_other = true, .has_time = true},
    {.name = "chain response", .has_other = true, .has_time = true},
    {.name = "precedence", .has_other = true, .has_time = true},
    {.name = "alternate precedence", .has_other = true, .has_time = true},
    {.name = "chain precedence", .has_other = true, .has_time = true},
    {.name = "succession", .has_other = true, .has_time = true},
    {.name = "alternate succession", .has_other = true, .has_time = true},
    {.name = "chain succession", .has_other = true, .has_time = true},
    {.name = "not co-existence", .has_other = true, .has_time = true},
    {.name = "not succession", .has_other = true, .has_time = true},
    {.name = "not chain succession", .has_other = true, .has_time = true},
}};

enum class Verdict : std::uint8_t { kKept, kBroken, kPending };

// One rule over one case at a time.
class Checker {
 public:
  Checker(const SortedLog& log, const Rule& rule, const Observation& observation, std::size_t most_breaches)
      : log_(&log), rule_(&rule), observation_(&observation), most_breaches_(most_breaches), role_(log.activities, 0) {
    for (const ActivityId activity : rule.of) role_[activity] |= kOf;
    for (const ActivityId activity : rule.to) role_[activity] |= kTo;
  }

  void Check(CaseId id) {
    if (!rule_->is_exempt.empty() && rule_->is_exempt[id]) {
      ++outcome_.exempt_cases;
      return;
    }
    case_ = id;
    begin_ = log_->begin_of_case[id];
    end_ = log_->begin_of_case[id + 1];
    is_open_ = !observation_->is_open.empty() && observation_->is_open[id];
    activations_ = violations_ = pending_ = 0;
    Judge();
    ++outcome_.cases;
    outcome_.activations += activations_;
    outcome_.violations += violations_;
    outcome_.pending += pending_;
    outcome_.activated_cases += activations_ > 0 ? 1 : 0;
    outcome_.violating_cases += violations_ > 0 ? 1 : 0;
    outcome_.pending_cases += violations_ == 0 && pending_ > 0 ? 1 : 0;
  }

  RuleOutcome& outcome() { return outcome_; }

 private:
  bool Is(std::uint32_t event, std::uint8_t role) const { return (role_[log_->activity_of[event]] & role) != 0; }

  bool IsInTime(Micros from, Micros to) const {
    if (!rule_->within) return true;
    if (!rule_->within->is_working_time) return to - from <= rule_->within->micros;
    const std::int64_t seconds = WorkingSeconds({from}, {to}, observation_->hours, observation_->zone);
    return seconds * kMicrosPerSecond <= rule_->within->micros;
  }

  // Whether what has not come may still come in time.
  bool MayStillCome(Micros from) const { return is_open_ && IsInTime(from, std::max(from, observation_->until)); }
  bool MayStillCome(std::uint32_t event) const {
    return is_open_ && (!rule_->within || observation_->until == std::numeric_limits<Micros>::max() ||
                        MayStillCome(log_->at[event]));
  }

  void Say(Verdict verdict, std::uint32_t event, std::uint32_t other = kNoValue) {
    ++activations_;
    pending_ += verdict == Verdict::kPending ? 1 : 0;
    if (verdict != Verdict::kBroken) return;
    ++violations_;
    if (outcome_.breaches.size() < most_breaches_) {
      outcome_.breaches.push_back({.case_id = case_, .event = event, .other = other});
    }
  }

  void Judge() {
    switch (rule_->form) {
      case RuleForm::kExistence:
      case RuleForm::kAbsence:
      case RuleForm::kExactly:
        return JudgeTimes();
      case RuleForm::kInit:
      case RuleForm::kEnd:
        return JudgeBorder();
      case RuleForm::kRespondedExistence:
        return JudgeBeside(kOf, kTo, false);
      case RuleForm::kCoExistence:
        JudgeBeside(kOf, kTo, false);
        return JudgeBeside(kTo, kOf, false);
      case RuleForm::kNotCoExistence:
        return JudgeBeside(kOf, kTo, true);
      case RuleForm::kResponse:
      case RuleForm::kAlternateResponse:
      case RuleForm::kChainResponse:
      case RuleForm::kNotSuccession:
      case RuleForm::kNotChainSuccession:
        return JudgeAfter();
      case RuleForm::kPrecedence:
      case RuleForm::kAlternatePrecedence:
      case RuleForm::kChainPrecedence:
        return JudgeBefore();
      case RuleForm::kSuccession:
      case RuleForm::kAlternateSuccession:
      case RuleForm::kChainSuccession:
        JudgeAfter();
        return JudgeBefore();
    }
  }

  void JudgeTimes() {
    std::uint32_t count = 0;
    std::uint32_t beyond = kNoValue;  // the first event too many
    for (std::uint32_t event = begin_; event < end_; ++event) {
      if (!Is(event, kOf)) continue;
      ++count;
      if (count > rule_->times && beyond == kNoValue) beyond = event;
    }
    const bool needs_all = rule_->form != RuleForm::kAbsence;
    const bool has_limit = rule_->form != RuleForm::kExistence;
    if (has_limit && beyond != kNoValue) return Say(Verdict::kBroken, kNoValue, beyond);
    if (needs_all && count < rule_->times) return Say(is_open_ ? Verdict::kPending : Verdict::kBroken, kNoValue);
    Say(Verdict::kKept, kNoValue);
  }

  void JudgeBorder() {
    if (begin_ == end_) return;
    if (rule_->form == RuleForm::kInit) {
      return Say(Is(begin_, kOf) ? Verdict::kKept : Verdict::kBroken, kNoValue, begin_);
    }
    if (is_open_) return Say(Verdict::kPending, kNoValue);
    Say(Is(end_ - 1, kOf) ? Verdict::kKept : Verdict::kBroken, kNoValue, end_ - 1);
  }

  // The nearest on either side decides whether one is in time.
  void JudgeBeside(std::uint8_t role, std::uint8_t other, bool is_forbidden) {
    FillNext(other);
    std::uint32_t before = kNoValue;
    for (std::uint32_t event = begin_; event < end_; ++event) {
      if (Is(event, role)) {
        const std::uint32_t after = next_[event - begin_];
        const bool has_before = before != kNoValue && IsInTime(log_->at[before], log_->at[event]);
        const bool has_after = after != kNoValue && IsInTime(log_->at[event], log_->at[after]);
        const std::uint32_t found = has_before ? before : has_after ? after : kNoValue;
        if (is_forbidden) {
          Say(found != kNoValue ? Verdict::kBroken : Verdict::kKept, event, found);
        } else if (found != kNoValue) {
          Say(Verdict::kKept, event);
        } else {
          Say(after == kNoValue && MayStillCome(event) ? Verdict::kPending : Verdict::kBroken, event, after);
        }
      }
      if (Is(event, other)) before = event;
    }
  }

  bool IsChain() const {
    return rule_->form == RuleForm::kChainResponse || rule_->form == RuleForm::kChainPrecedence ||
           rule_->form == RuleForm::kChainSuccession || rule_->form == RuleForm::kNotChainSuccession;
  }
  bool IsAlternate() const {
    return rule_->form == RuleForm::kAlternateResponse || rule_->form == RuleForm::kAlternatePrecedence ||
           rule_->form == RuleForm::kAlternateSuccession;
  }
  bool IsForbidding() const {
    return rule_->form == RuleForm::kNotSuccession || rule_->form == RuleForm::kNotChainSuccession;
  }

  void JudgeAfter() {
    FillNext(kTo);
    std::uint32_t again = kNoValue;  // the next `of`, for alternation
    for (std::uint32_t event = end_; event-- > begin_;) {
      if (!Is(event, kOf)) continue;
      order_.push_back({event, again});
      again = event;
    }
    for (; !order_.empty(); order_.pop_back()) {
      const auto [event, next_of] = order_.back();
      const std::uint32_t next = next_[event - begin_];
      if (IsForbidding()) {
        const bool is_there =
            next != kNoValue && (!IsChain() || next == event + 1) && IsInTime(log_->at[event], log_->at[next]);
        Say(is_there ? Verdict::kBroken : Verdict::kKept, event, is_there ? next : kNoValue);
        continue;
      }
      const std::uint32_t border = IsChain() ? event + 1 : IsAlternate() && next_of != kNoValue ? next_of : end_;
      const bool is_reached = next != kNoValue && next <= border;
      if (is_reached && IsInTime(log_->at[event], log_->at[next])) {
        Say(Verdict::kKept, event);
      } else if (!is_reached && border >= end_ && MayStillCome(event)) {
        Say(Verdict::kPending, event);
      } else {
        Say(Verdict::kBroken, event, is_reached ? next : border < end_ ? border : kNoValue);
      }
    }
  }

  void JudgeBefore() {
    std::uint32_t cause = kNoValue;  // the last `of`
    std::uint32_t last = kNoValue;   // the last `to`
    for (std::uint32_t event = begin_; event < end_; ++event) {
      if (Is(event, kTo)) {
        const bool is_near = !IsChain() || (cause != kNoValue && cause + 1 == event);
        const bool is_new = !IsAlternate() || last == kNoValue || (cause != kNoValue && cause >= last);
        const bool is_kept = cause != kNoValue && is_near && is_new && IsInTime(log_->at[cause], log_->at[event]);
        Say(is_kept ? Verdict::kKept : Verdict::kBroken, event, is_kept ? kNoValue : cause);
        last = event;
      }
      if (Is(event, kOf)) cause = event;
    }
  }

  // For each event the next one after it that has the role.
  void FillNext(std::uint8_t role) {
    next_.assign(end_ - begin_, kNoValue);
    std::uint32_t next = kNoValue;
    for (std::uint32_t event = end_; event-- > begin_;) {
      next_[event - begin_] = next;
      if (Is(event, role)) next = event;
    }
  }

  const SortedLog* log_;
  const Rule* rule_;
  const Observation* observation_;
  std::size_t most_breaches_;
  std::vector<std::uint8_t> role_;
  std::vector<std::uint32_t> next_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order_;
  CaseId case_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  bool is_open_ = false;
  std::uint64_t activations_ = 0;
  std::uint64_t violations_ = 0;
  std::uint64_t pending_ = 0;
  RuleOutcome outcome_;
};

Status CheckRule(const SortedLog& log, const Rule& rule, std::size_t number) {
  const auto is_unknown = [&log](ActivityId activity) { return activity >= log.activities; };
  if (std::ranges::any_of(rule.of, is_unknown) || std::ranges::any_of(rule.to, is_unknown)) {
    return Fail(BadInput("rule {} names an activity that the log does not have", number));
  }
  if (!rule.is_exempt.empty() && rule.is_exempt.size() != log.cases()) {
    return Fail(BadInput("rule {} exempts cases of another log", number));
  }
  if (rule.within && rule.within->micros < 0) return Fail(BadInput("rule {} has a limit of time below zero", number));
  return {};
}

void Join(RuleOutcome& whole, RuleOutcome& part, std::size_t most_breaches) {
  whole.cases += part.cases;
  whole.exempt_cases += part.exempt_cases;
  whole.activated_cases += part.activated_cases;
  whole.violating_cases += part.violating_cases;
  whole.pending_cases += part.pending_cases;
  whole.activations += part.activations;
  whole.violations += part.violations;
  whole.pending += part.pending;
  const std::size_t room = most_breaches - whole.breaches.size();
  const auto end = part.breaches.begin() + static_cast<std::ptrdiff_t>(std::min(room, part.breaches.size()));
  whole.breaches.insert(whole.breaches.end(), part.breaches.begin(), end);
}

void Weigh(RuleOutcome& outcome) {
  const std::uint64_t kept = outcome.activations - outcome.violations - outcome.pending;
  const std::uint64_t decided = outcome.activations - outcome.pending;
  if (decided > 0) outcome.confidence = static_cast<double>(kept) / static_cast<double>(decided);
  const std::uint64_t good = outcome.activated_cases - outcome.violating_cases - outcome.pending_cases;
  if (outcome.cases > 0) outcome.support = static_cast<double>(good) / static_cast<double>(outcome.cases);
}

}  // namespace

const RuleFormFacts& FactsOf(RuleForm form) { return kForms[static_cast<std::size_t>(form)]; }
std::span<const RuleFormFacts> RuleForms() { return kForms; }

Result<std::vector<RuleOutcome>> Checked(const SortedLog& log, std::span<const Rule> rules,
                                         const Observation& observation, std::size_t most_breaches,
                                         const Executor& executor, const std::stop_token& stop) {
  for (std::size_t at = 0; at < rules.size(); ++at) WEIR_TRY(CheckRule(log, rules[at], at));
  if (!observation.is_open.empty() && observation.is_open.size() != log.cases()) {
    return Fail(
        BadInput("{} cases are said to be open or not, the log has {}", observation.is_open.size(), log.cases()));
  }
  const std::size_t pieces = (log.cases() + kPiece - 1) / kPiece;
  std::vector<RuleOutcome> parts(pieces * rules.size());
  executor.ForEach(parts.size(), [&](std::size_t part) {
    if (stop.stop_requested()) return;
    const std::size_t piece = part / rules.size();
    Checker checker(log, rules[part % rules.size()], observation, most_breaches);
    const std::size_t end = std::min((piece + 1) * kPiece, log.cases());
    for (std::size_t id = piece * kPiece; id < end; ++id) checker.Check(static_cast<CaseId>(id));
    parts[part] = std::move(checker.outcome());
  });
  if (stop.stop_requested()) return Fail(Cancelled("the check of rules was stopped"));
  std::vector<RuleOutcome> outcomes(rules.size());
  for (std::size_t part = 0; part < parts.size(); ++part) {
    Join(outcomes[part % rules.size()], parts[part], most_breaches);
  }
  for (RuleOutcome& outcome : outcomes) Weigh(outcome);
  return outcomes;
}

}  // namespace weir::journey
