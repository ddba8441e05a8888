#include "access/use_book.h"

#include <array>
#include <utility>

namespace weir::access {
namespace {

constexpr std::int64_t kSameAsk = 60 * kMicrosPerSecond;

// Rows are only added, many a day; the days before become one row a use.
Status MergeBefore(store::Session& session, Date today) {
  const std::array<store::Value, 1> day{today};
  WEIR_TRY(session.Execute(
      R"(CREATE OR REPLACE TEMP TABLE merged_use AS
SELECT day, who, department, kind, thing, CAST(sum(asks) AS BIGINT) AS asks FROM access.use
WHERE day IN (SELECT day FROM access.use WHERE day < ? GROUP BY day, who, department, kind, thing HAVING count(*) > 1)
GROUP BY day, who, department, kind, thing)",
      day));
  WEIR_TRY(session.Execute("DELETE FROM access.use WHERE day IN (SELECT day FROM merged_use)"));
  WEIR_TRY(session.Execute(
      "INSERT INTO access.use SELECT day, who, department, kind, thing, asks FROM merged_use ORDER BY day NULLS LAST, "
      "who NULLS LAST, department NULLS LAST, kind NULLS LAST, thing NULLS LAST"));
  WEIR_TRY(session.Execute("DROP TABLE merged_use"));
  return {};
}

Status ForgetBefore(store::Session& session, Date day) {
  const std::array<store::Value, 1> before{day};
  WEIR_TRY(session.Execute(
      R"(DELETE FROM access.use WHERE day < ? AND EXISTS (
SELECT 1 FROM access.use AS later WHERE later.kind = access.use.kind AND later.thing = access.use.thing
  AND later.day > access.use.day))",
      before));
  WEIR_TRY(session.Execute("UPDATE access.use SET who = '', department = '' WHERE day < ? AND who <> ''", before));
  return {};
}

}  // namespace

void UseBook::Switch(bool is_on) {
  const std::lock_guard lock(mutex_);
  is_on_ = is_on;
}

void UseBook::Note(std::vector<Use> uses, Instant at) {
  const std::lock_guard lock(mutex_);
  if (!is_on_) return;
  for (Use& use : uses) {
    const auto [last, is_new] = recent_.try_emplace(use, at);
    if (!is_new && at.micros - last->second.micros < kSameAsk) continue;
    last->second = at;
    ++noted_[std::move(use)];
  }
}

void UseBook::Add(const std::vector<CountedUse>& counted) {
  const std::lock_guard lock(mutex_);
  for (const CountedUse& one : counted) noted_[one.use] += one.asks;
}

std::vector<CountedUse> UseBook::TakeNoted() {
  const std::lock_guard lock(mutex_);
  std::vector<CountedUse> taken;
  taken.reserve(noted_.size());
  for (auto& [use, asks] : noted_) taken.push_back({.use = use, .asks = asks});
  noted_.clear();
  return taken;
}

bool UseBook::HasNoted() {
  const std::lock_guard lock(mutex_);
  return !noted_.empty();
}

// How long the record goes without a gap is a row of access.use_span.
Status UseBook::Write(store::Session& session, const std::vector<CountedUse>& noted, bool is_on, Date today) {
  WEIR_TRY(const store::Rows span,
           session.Query("SELECT number, kept_until, is_on FROM access.use_span ORDER BY number DESC LIMIT 1"));
  const bool is_known = !span.rows.empty();
  const std::int64_t number = is_known ? span.IntegerAt(0, 0) : 0;
  const bool was_on = is_known && std::get<bool>(span.rows[0][2]);
  const bool is_new_day = is_known && std::get<Date>(span.rows[0][1]) != today;
  if (is_on && !was_on) {
    const std::array<store::Value, 3> row{number + 1, today, today};
    WEIR_TRY(session.Execute("INSERT INTO access.use_span VALUES (?, ?, ?, TRUE)", row));
  } else if (was_on && (!is_on || is_new_day)) {
    const std::array<store::Value, 3> row{today, is_on, number};
    WEIR_TRY(session.Execute("UPDATE access.use_span SET kept_until = ?, is_on = ? WHERE number = ?", row));
  }
  for (const CountedUse& one : noted) {
    const std::array<store::Value, 6> row{one.use.day,  one.use.who,   one.use.department,
                                          one.use.kind, one.use.thing, one.asks};
    WEIR_TRY(session.Execute("INSERT INTO access.use VALUES (?, ?, ?, ?, ?, ?)", row));
  }
  if (!is_new_day) return {};
  WEIR_TRY(MergeBefore(session, today));
  return ForgetBefore(session, Date{today.days - kUseDays});
}

Status UseBook::Maintain(Instant now) {
  const Date today = DateOf(now);
  bool is_on = false;
  {
    const std::lock_guard lock(mutex_);
    is_on = is_on_;
    std::erase_if(recent_, [&](const auto& one) { return now.micros - one.second.micros >= kSameAsk; });
    if (noted_.empty() && written_ == std::pair(today, is_on)) return {};
  }
  const std::vector<CountedUse> noted = TakeNoted();
  Status written =
      tables_.Write([&](store::Session& session) -> Status { return Write(session, noted, is_on, today); });
  const std::lock_guard lock(mutex_);
  if (written) written_ = std::pair(today, is_on);
  for (const CountedUse& one : noted) {
    if (!written) noted_[one.use] += one.asks;
  }
  return written;
}

}  // namespace weir::access
