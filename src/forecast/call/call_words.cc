#include "forecast/call/call_words.h"

#include <algorithm>

#include "base/text.h"
#include "metrics/ask.h"
#include "store/engine.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using metrics::DayRange;
using store::Value;

// Exports call the categories as their products do.
constexpr std::string_view kSubmittedSql = R"(
SELECT f.forecast_submission_id, f.member_id, f.team_id, f.period_start, f.period_end,
  CASE WHEN f.said IN ('commit', 'committed', 'forecast') THEN 0
       WHEN f.said IN ('most_likely', 'mostlikely') THEN 1
       WHEN f.said IN ('best_case', 'bestcase', 'upside') THEN 2
       WHEN f.said IN ('pipeline', 'open_pipeline') THEN 3 END AS category,
  CAST(f.amount AS DECIMAL(18,4)) AS amount, f.currency, to_reporting(f.amount, r.rate) AS amount_reporting,
  f."at", f.member, f.comment, f.source
FROM (SELECT *, replace(lower(trim(category)), ' ', '_') AS said FROM scoped.forecast_submission) AS f
LEFT JOIN scoped.rate AS r ON r.currency = f.currency AND r.valid_from <= local_date(f."at") AND r.valid_to > local_date(f."at")
WHERE coalesce(f.period_start, f.period_end) >= ? AND coalesce(f.period_end, f.period_start) <= ?
ORDER BY f."at" NULLS LAST, f.forecast_submission_id NULLS LAST)";

constexpr std::string_view kWordsSql = R"(
SELECT w.word_id, w.kind, w.period_start, w.period_end, w.member_id, w.team_id, w.category,
  CAST(w.amount AS DECIMAL(18,4)) AS amount, w.currency, to_reporting(w.amount, r.rate) AS amount_reporting, w.deal_id, w.text,
  w.locked_from, w.as_of, w.is_removed, w.action, w.reason, w.changed_by, w.changed_at, w.decision_id
FROM scoped.forecast_word AS w
LEFT JOIN scoped.rate AS r ON r.currency = w.currency AND r.valid_from <= local_date(w.as_of) AND r.valid_to > local_date(w.as_of)
WHERE w.period_start >= ? AND w.period_end <= ?
ORDER BY w.decision_id NULLS LAST)";

template <typename T>
std::optional<T> CellOf(const Value& value) {
  const auto* held = std::get_if<T>(&value);
  return held != nullptr ? std::optional(*held) : std::nullopt;
}

std::int32_t CategoryNamed(std::string_view name) {
  const auto found = std::ranges::find(kCallCategories, name);
  return found == kCallCategories.end() ? 0 : static_cast<std::int32_t>(found - kCallCategories.begin());
}

// Whether the word can be summed; what cannot is counted.
bool TakeAmount(const Value& reporting, SubmittedWord& word, CallWords& all) {
  if (word.said.units < 0) {
    ++all.negative;
    return false;
  }
  const auto amount = metrics::MoneyOf(reporting);
  if (!amount) {
    ++all.without_rate[word.currency];
    return false;
  }
  word.amount = amount->units;
  return true;
}

Status ReadSubmitted(DayRange days, store::Session& session, CallWords& all) {
  const std::array<Value, 2> values{days.first, days.last};
  WEIR_TRY(const store::Rows rows, session.Query(kSubmittedSql, values));
  all.words.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::vector<Value>& cells = rows.rows[i];
    const auto amount = metrics::MoneyOf(cells[6]);
    const auto at = CellOf<Instant>(cells[9]);
    if (store::IsNull(cells[5]) || !amount || !at) {
      ++all.unread;
      continue;
    }
    SubmittedWord word{.id = rows.TextAt(i, 0),
                       .first = CellOf<Date>(cells[3]),
                       .last = CellOf<Date>(cells[4]),
                       .member_id = rows.TextAt(i, 1),
                       .category = static_cast<std::int32_t>(rows.IntegerAt(i, 5)),
                       .said = *amount,
                       .currency = rows.TextAt(i, 7),
                       .at = *at,
                       .said_at = *at,
                       .by = rows.TextAt(i, 10),
                       .note = rows.TextAt(i, 11),
                       .source = rows.TextAt(i, 12)};
    // With a member it is that member's own word; the team only says where he stood.
    if (word.member_id.empty()) word.team_id = rows.TextAt(i, 2);
    if (TakeAmount(cells[8], word, all)) all.words.push_back(std::move(word));
  }
  return {};
}

// The rows of one word of this workspace, and what its newest row makes of it.
struct Kept {
  SubmittedWord word = {};
  CallNote note = {};
  CallLock lock = {};
  std::string kind = {};
  bool is_removed = false;
  bool counts = true;
};

std::string AmountText(const SubmittedWord& word) {
  return fmt::format("{} {}", FormatDecimal(word.said), word.currency);
}

std::string LockText(const std::optional<Instant>& from) { return from ? FormatInstant(*from) : std::string(); }

void Read(const store::Rows& rows, std::size_t i, bool is_first, Kept& kept, CallWords& all) {
  const std::vector<Value>& cells = rows.rows[i];
  kept.is_removed = CellOf<bool>(cells[14]).value_or(false);
  const Instant changed_at = CellOf<Instant>(cells[18]).value_or(Instant{});
  const DayRange period{CellOf<Date>(cells[2]).value_or(Date{}), CellOf<Date>(cells[3]).value_or(Date{})};
  if (kept.kind == "lock") {
    kept.lock = {
        .period = period, .team_id = rows.TextAt(i, 5), .from = CellOf<Instant>(cells[12]), .by = rows.TextAt(i, 17)};
    kept.lock.is_at_once = kept.lock.from && *kept.lock.from <= changed_at;
    return;
  }
  if (!is_first) return;  // a later row only takes the word back
  const Instant at = CellOf<Instant>(cells[13]).value_or(changed_at);
  if (kept.kind == "note") {
    kept.note = {.deal_id = rows.TextAt(i, 10),
                 .member_id = rows.TextAt(i, 4),
                 .team_id = rows.TextAt(i, 5),
                 .text = rows.TextAt(i, 11),
                 .by = rows.TextAt(i, 17),
                 .at = at,
                 .said_at = changed_at};
    return;
  }
  kept.word = {.id = "weir:" + rows.TextAt(i, 0),
               .first = period.first,
               .last = period.last,
               .member_id = rows.TextAt(i, 4),
               .team_id = rows.TextAt(i, 5),
               .category = CategoryNamed(rows.TextAt(i, 6)),
               .said = metrics::MoneyOf(cells[7]).value_or(Decimal{}),
               .currency = rows.TextAt(i, 8),
               .at = at,
               .said_at = changed_at,
               .by = rows.TextAt(i, 17),
               .note = rows.TextAt(i, 11),
               .source = "weir"};
  kept.counts = TakeAmount(cells[9], kept.word, all);
}

// What a decision made of the word: from what to what.
CallDecision DecisionAt(const store::Rows& rows, std::size_t i, const std::optional<Instant>& locked_before,
                        const Kept& kept, std::map<std::string, std::string>& standing) {
  const std::string action = rows.TextAt(i, 15);
  CallDecision decision{.id = rows.IntegerAt(i, 19),
                        .what = action.starts_with("forecast.") ? action.substr(9) : "undo",
                        .text = rows.TextAt(i, 11),
                        .reason = rows.TextAt(i, 16),
                        .by = rows.TextAt(i, 17),
                        .at = CellOf<Instant>(rows.rows[i][18]).value_or(Instant{})};
  if (kept.kind == "lock") {
    decision.node = kept.lock.team_id.empty() ? std::string(kCompanyNode) : TeamNode(kept.lock.team_id);
    decision.was = LockText(locked_before);
    decision.is = LockText(kept.lock.from);
    return decision;
  }
  if (kept.kind == "note") {
    decision.deal_id = kept.note.deal_id;
    SubmittedWord line{.member_id = kept.note.member_id, .team_id = kept.note.team_id};
    if (decision.deal_id.empty()) decision.node = line.Node();
    return decision;
  }
  decision.node = kept.word.Node();
  decision.category = kCallCategories[static_cast<std::size_t>(kept.word.category)];
  const std::string text = AmountText(kept.word);
  if (kept.is_removed) {
    decision.was = text;
    return decision;
  }
  std::string& before =
      standing[fmt::format("{}|{}|{}", decision.node, decision.category, rows.TextAt(i, 2) + rows.TextAt(i, 3))];
  decision.was = before;
  decision.is = text;
  before = text;
  return decision;
}

Status ReadOwn(DayRange days, store::Session& session, CallWords& all) {
  const std::array<Value, 2> values{days.first, days.last};
  WEIR_TRY(const store::Rows rows, session.Query(kWordsSql, values));
  std::map<std::int64_t, Kept> kept;  // by number: as they were first said
  std::map<std::string, std::string> standing;
  all.decisions.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [found, is_first] = kept.try_emplace(rows.IntegerAt(i, 0));
    Kept& one = found->second;
    if (is_first) one.kind = rows.TextAt(i, 1);
    const std::optional<Instant> locked_before = one.lock.from;
    Read(rows, i, is_first, one, all);
    all.decisions.push_back(DecisionAt(rows, i, locked_before, one, standing));
  }
  for (auto& [number, one] : kept) {
    if (one.kind == "lock") all.locks.push_back(std::move(one.lock));
    if (one.is_removed) continue;
    if (one.kind == "note") all.notes.push_back(std::move(one.note));
    if (one.kind == "submission" && one.counts) all.words.push_back(std::move(one.word));
  }
  return {};
}

}  // namespace

void CallPeriodParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "period",
               .help = {"What kind of period; quarters and years are fiscal ones",
                        "Какой период; кварталы и годы — финансовые"},
               .allowed = metrics::PeriodNames()},
              period);
  visitor.Add({.name = "day",
               .help = {"The period that holds this day; without it the one that holds as-of",
                        "Период, в который попадает этот день; без него — дата отчёта"}},
              day);
}

DayRange CallPeriodParams::Days(const Context& context) const {
  return metrics::PeriodAround(day.value_or(context.LocalAsOfDate()),
                               metrics::GrainNamed(period).value_or(metrics::Grain::kQuarter),
                               context.settings().fiscal_year_start_month);
}

bool SubmittedWord::IsOf(DayRange period) const {
  return (!first || *first == period.first) && (!last || *last == period.last) && (first || last);
}

std::string SubmittedWord::Node() const {
  if (!member_id.empty()) return MemberNode(member_id);
  return team_id.empty() ? std::string(kCompanyNode) : TeamNode(team_id);
}

std::string MemberNode(const std::string& id) { return "member:" + id; }
std::string TeamNode(const std::string& id) { return "team:" + id; }

Result<CallWords> ReadCallWords(DayRange days, Context& context) {
  store::Session& session = context.session();
  CallWords all;
  WEIR_TRY(const store::Rows teams,
           session.Query("SELECT team_id, parent_team_id FROM scoped.team ORDER BY team_id NULLS LAST"));
  for (std::size_t i = 0; i < teams.size(); ++i) all.team_above[teams.TextAt(i, 0)] = teams.TextAt(i, 1);
  WEIR_TRY(ReadSubmitted(days, session, all));
  WEIR_TRY(ReadOwn(days, session, all));
  std::ranges::stable_sort(all.words, [](const SubmittedWord& a, const SubmittedWord& b) {
    return a.at != b.at ? a.at < b.at : a.said_at < b.said_at;
  });
  return all;
}

std::vector<analysis::Warning> WarningsOf(const CallWords& words, const std::string& currency) {
  std::vector<analysis::Warning> warnings;
  if (words.unread > 0) {
    warnings.push_back({.code = "submissions_unread",
                        .message = MakePhrase("{} submitted forecasts have no amount, no moment or a category that is "
                                              "none, and count nowhere",
                                              words.unread)});
  }
  if (words.negative > 0) {
    warnings.push_back(
        {.code = "submissions_negative",
         .message = MakePhrase("{} submitted forecasts are below nothing and count nowhere", words.negative)});
  }
  for (const auto& [code, count] : words.without_rate) {
    warnings.push_back({.code = "submissions_without_rate",
                        .message = MakePhrase("{} submitted forecasts are in {}, of which no rate to {} is known: they "
                                              "count nowhere until rates are imported",
                                              count, code, currency),
                        .params = {{"currency", code}}});
  }
  return warnings;
}

const CallLock* LockOf(const CallWords& words, DayRange period, const std::string& team_id, Instant as_of) {
  const CallLock* earliest = nullptr;
  const auto look = [&](const std::string& team) {
    for (const CallLock& lock : words.locks) {
      // The data may be older than the clock by which a lock begins at once.
      const bool is_in_force = lock.from && (*lock.from <= as_of || lock.is_at_once);
      if (lock.period != period || lock.team_id != team || !is_in_force) continue;
      if (earliest == nullptr || *lock.from < *earliest->from) earliest = &lock;
    }
  };
  look("");
  std::string team = team_id;
  for (std::size_t steps = 0; !team.empty() && steps <= words.team_above.size(); ++steps) {
    look(team);
    const auto above = words.team_above.find(team);
    team = above == words.team_above.end() ? std::string() : above->second;
  }
  return earliest;
}

bool IsLate(const CallWords& words, const SubmittedWord& word, DayRange period, const std::string& team_id,
            Instant as_of) {
  const CallLock* lock = LockOf(words, period, team_id, as_of);
  return lock != nullptr && word.said_at > *lock->from;
}

}  // namespace weir::forecast
