#include "leaks/ledger.h"

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/random.h"
#include "leaks/run_rule.h"
#include "leaks/said.h"
#include "metrics/analyses.h"

namespace weir::leaks {
namespace {

using store::Value;

Error InRule(const Rule& rule, const Error& error) {
  return MakeError(error.code(), "the rule does not run: {}", error.phrase()).At(rule.source_file);
}

// Who works on the rules that are built in: one takes them from the front, the other from the back. Neighbours read the
// same, so that two at once seldom make the same shared table.
class Turns {
 public:
  explicit Turns(std::vector<const Rule*> rules) : rules_(std::move(rules)), end_(rules_.size()) {}

  // Null: all are taken.
  const Rule* Take(bool is_from_front) {
    const std::lock_guard lock(mutex_);
    if (begin_ == end_) return nullptr;
    return rules_[is_from_front ? begin_++ : --end_];
  }
  // Nobody takes another.
  void Close() {
    const std::lock_guard lock(mutex_);
    begin_ = end_;
  }
  double share() {
    const std::lock_guard lock(mutex_);
    const std::size_t taken = begin_ + rules_.size() - end_;
    return static_cast<double>(taken) / static_cast<double>(rules_.size());
  }

 private:
  const std::vector<const Rule*> rules_;
  std::mutex mutex_;
  std::size_t begin_ = 0;
  std::size_t end_;
};

using ByRule = std::map<const Rule*, Result<Findings>>;

ByRule RunInTurn(std::span<const Rule> rules, const LedgerScope& scope, Turns& turns, bool is_from_front,
                 analysis::Context& context) {
  ByRule found;
  const std::unique_ptr<metrics::SharedViews> views = ViewsOf(rules, false, scope, context);
  while (const Rule* rule = turns.Take(is_from_front)) {
    if (is_from_front) context.Report(InBoth(rule->title.en, rule->title.ru), turns.share());
    auto findings = RunRule(*rule, scope, *views, context);
    if (!findings) turns.Close();
    found.emplace(rule, std::move(findings));
  }
  return found;
}

// Rules that are built in, by two at once where the model can be read twice.
Result<ByRule> RunBuiltIn(std::span<const Rule> rules, const LedgerScope& scope, analysis::Context& context) {
  std::vector<const Rule*> built_in;
  for (const Rule& rule : rules) {
    if (!rule.is_own) built_in.push_back(&rule);
  }
  WEIR_TRY(const std::unique_ptr<analysis::Context> beside, context.Beside());
  Turns turns(std::move(built_in));
  std::future<ByRule> helper;
  if (beside) {
    helper = std::async(std::launch::async, [&] { return RunInTurn(rules, scope, turns, false, *beside); });
  }
  ByRule found = RunInTurn(rules, scope, turns, true, context);
  if (helper.valid()) found.merge(helper.get());
  for (auto& [rule, findings] : found) {
    if (!findings) return Fail(InRule(*rule, findings.error()));
  }
  return found;
}

// Rules of the workspace. A statement that fails while it runs breaks the transaction that it is in: what people write
// has one of its own. SQL that does not run, or that finds everything, is the fault of one rule; all else is that of
// the question.
Result<ByRule> RunOwn(std::span<const Rule> rules, const LedgerScope& scope, analysis::Context& context) {
  ByRule found;
  std::unique_ptr<analysis::Context> elsewhere;
  std::unique_ptr<metrics::SharedViews> views;
  for (const Rule& rule : rules) {
    if (!rule.is_own) continue;
    context.Report(InBoth(rule.title.en, rule.title.ru), -1);
    if (!elsewhere) {
      WEIR_TRY(elsewhere, context.Elsewhere(std::nullopt, std::nullopt));
      views = ViewsOf(rules, true, scope, *elsewhere);
    }
    auto findings = RunRule(rule, scope, *views, *elsewhere);
    if (!findings) {
      const Error failure = InRule(rule, findings.error());
      const Code code = findings.error().code();
      if (code != Code::kBadInput && code != Code::kTooLarge) return Fail(failure);
      findings = Findings{.rule = &rule, .failure = failure.Whole()};
      views.reset();
      elsewhere.reset();
    }
    found.emplace(&rule, std::move(findings));
  }
  return found;
}

// The range of what the rule counts itself. What is by arithmetic, and yet not certain, has none: it stands in it as it
// is.
void AddInterval(std::uint64_t seed, Findings& findings) {
  double as_it_is = 0;
  double low = 0;
  double high = 0;
  std::vector<Exposure> exposures;
  for (const Leak& leak : findings.leaks) {
    if (!leak.Counts() || !leak.amount) continue;
    if (!leak.is_certain && findings.cases) {
      exposures.push_back(ExposureOf(leak));
    } else if (!leak.is_certain && leak.low && leak.high) {
      low += ToDouble(*leak.low);
      high += ToDouble(*leak.high);
    } else {
      as_it_is += ToDouble(*leak.amount);
    }
  }
  if (findings.cases) findings.draws = findings.cases->DrawLoss(exposures, seed);
  if (findings.draws.empty()) findings.draws.assign(kDraws, 0.0);
  // What the ends of such ranges rest on (minutes of an edit, shares that are paid) is the same for all records of the
  // rule. They are those of eight in ten: the draws go as far beyond them that they are found again.
  constexpr double kBeyond = 0.125;
  RandomStream random(seed, "ranges");
  for (double& draw : findings.draws) {
    const double place = (1 + 2 * kBeyond) * random.Uniform() - kBeyond;
    draw += as_it_is + std::max(0.0, high > low ? low + (high - low) * place : low);
  }
  std::vector<double> draws = findings.draws;
  findings.interval = MiddleOf(draws);
}

// What somebody said by then to be tolerated, or no leak at all.
Status SetAside(std::vector<Findings>& all, analysis::Context& context) {
  WEIR_TRY(const auto said, ReadSaid(context));
  if (said.empty()) return {};
  for (Findings& findings : all) {
    for (Leak& leak : findings.leaks) {
      const auto word = said.find(findings.rule->id + ":" + leak.record_id);
      if (word == said.end() || !IsAside(word->second.state)) continue;
      const bool is_later = word->second.as_of && *word->second.as_of > context.as_of();
      if (!is_later) leak.aside = word->second.state;
    }
  }
  return {};
}

// A claim is counted by the first rule that knows what it is worth, else by the first that found it; of several records
// of one rule by the largest. A false alarm claims nothing: another rule that finds the same is asked about it anew.
void CountOnce(std::vector<Findings>& all) {
  struct Counted {
    const Rule* rule;
    const Leak* leak;
  };
  std::unordered_map<std::string, Counted> counted;
  for (const bool has_amount : {true, false}) {
    for (const Findings& findings : all) {
      for (const Leak& leak : findings.leaks) {
        if (leak.aside == kFalseAlarm || leak.amount.has_value() != has_amount) continue;
        counted.emplace(leak.claim, Counted{findings.rule, &leak});
      }
    }
  }
  for (Findings& findings : all) {
    for (Leak& leak : findings.leaks) {
      const auto by = counted.find(leak.claim);
      if (by != counted.end() && by->second.leak != &leak) leak.counted_by = by->second.rule->id;
    }
  }
}

}  // namespace

std::string AndInScope(const LedgerScope& scope, std::vector<Value>& values) {
  std::string text;
  for (const std::string& id : scope.team_ids) {
    text += text.empty() ? " AND team_id IN (?" : ", ?";
    values.emplace_back(id);
  }
  if (!scope.team_ids.empty()) text += ")";
  if (!scope.segment.empty()) {
    text += " AND segment = ?";
    values.emplace_back(scope.segment);
  }
  return text;
}

Result<LedgerScope> ScopeOf(const std::string& team, const std::string& segment, const metrics::MetricCatalog& catalog,
                            analysis::Context& context) {
  LedgerScope scope{.segment = segment, .catalog = &catalog};
  WEIR_TRY(scope.leave_out, metrics::ReadLeaveOut(context.session()));
  WEIR_TRY(scope.team_ids, metrics::TeamsUnder(team, context.session()));
  return scope;
}

Status CheckRule(std::span<const Rule> rules, const std::string& id) {
  if (id.empty() || std::ranges::find(rules, id, &Rule::id) != rules.end()) return {};
  std::vector<std::string> known;
  known.reserve(rules.size());
  for (const Rule& rule : rules) known.push_back(rule.id);
  const auto near = analysis::NearestName(id, known);
  return Fail(
      NotFound("there is no leak rule '{}'", id)
          .Field("rule")
          .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("Rules: {}", fmt::join(known, ", "))));
}

Result<std::vector<Findings>> RunRules(std::span<const Rule> rules, const LedgerScope& scope,
                                       analysis::Context& context) {
  WEIR_TRY(ByRule found, RunBuiltIn(rules, scope, context));
  WEIR_TRY(ByRule own, RunOwn(rules, scope, context));
  found.merge(own);
  std::vector<Findings> all;
  all.reserve(rules.size());
  for (const Rule& rule : rules) all.push_back(std::move(*found.at(&rule)));
  WEIR_TRY(SetAside(all, context));
  CountOnce(all);
  for (Findings& findings : all) AddInterval(HashText(findings.rule->id) ^ context.seed(), findings);
  return all;
}

}  // namespace weir::leaks
