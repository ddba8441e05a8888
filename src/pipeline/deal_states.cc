#include "pipeline/deal_states.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>

#include "pipeline/rows.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::Context;
using store::Chunk;

using StatesById = std::map<std::string, DealState>;

Result<StatesById> ReadMoment(const Scope& scope, store::Session& session) {
  const std::string sql = fmt::format(
      "SELECT d.deal_id, d.name, d.account, d.stage, d.forecast_category, d.owner, d.team, d.currency, d.status, "
      "CAST(d.amount AS DECIMAL(18,4)) AS amount, d.close_date, d.created_date, "
      "d.owner_id IS NOT NULL AND d.team_id IS NULL AS lacks_team, "
      "d.stage IS NOT NULL AND d.stage_position IS NULL AS lacks_stage, coalesce({0}, FALSE) AS fits_fixed, "
      "coalesce({0} AND {1}, FALSE) AS fits FROM ({2}) AS d ORDER BY d.deal_id NULLS LAST",
      scope.fixed, scope.moving, scope.counted);
  StatesById states;
  WEIR_TRY(EachRow(session, sql, [&](const Chunk& chunk, std::size_t row) {
    states.emplace_hint(states.end(), store::TextOr(chunk, 0, row),
                        DealState{.name = store::TextOr(chunk, 1, row),
                                  .account = store::TextOr(chunk, 2, row),
                                  .stage = store::TextOr(chunk, 3, row),
                                  .category = store::TextOr(chunk, 4, row),
                                  .owner = store::TextOr(chunk, 5, row),
                                  .team = store::TextOr(chunk, 6, row),
                                  .currency = store::TextOr(chunk, 7, row),
                                  .standing = StandingNamed(store::TextOr(chunk, 8, row)),
                                  .amount = AmountOf(chunk, 9, row),
                                  .close_day = DayOf(chunk, 10, row),
                                  .created_day = DayOf(chunk, 11, row),
                                  .lacks_team = IsSo(chunk, 12, row),
                                  .lacks_stage = IsSo(chunk, 13, row),
                                  .fits_fixed = IsSo(chunk, 14, row),
                                  .fits = IsSo(chunk, 15, row)});
  }));
  return states;
}

// One state of the store on its way into the columns.
struct State {
  std::int64_t since = kAlways;
  Standing standing = Standing::kOpen;
  std::int64_t amount = kNoAmount;
  std::string currency = {};
  std::int32_t close_day = kNoDay;
  std::string category = {};
  bool in_scope = false;
  std::int32_t version = -1;
};

// Puts states deal by deal, in the order of ids, into the columns.
class Writer {
 public:
  Writer(const StatesQuestion& question, StatesById start, StatesById end, DealStates& out)
      : question_(question), start_(std::move(start)), end_(std::move(end)), out_(out) {
    next_unseen_ = start_.begin();
  }

  void Take(const Chunk& chunk, std::size_t row) {
    const std::string_view id = chunk.Column(0).TextAt(row);
    if (id != id_ || is_first_) Begin(std::string(id));
    if (!is_taken_) return;
    const std::int64_t from = chunk.Column(2).Instants()[row].micros;
    const auto version = static_cast<std::int32_t>(chunk.Column(1).Integers()[row]);
    if (from > question_.start.micros) {
      if (!has_rows_ && out_.at_start.back()) {
        PutStart({}, false);
      } else if (!has_rows_ && version > 1) {
        Put({.since = kAlways, .standing = Standing::kUnseen});
      }
      if (ended_at_ && *ended_at_ != from) PutUnseen(*ended_at_);
    }
    State state{.since = from,
                .standing = IsSo(chunk, 7, row) ? Standing::kGone : StandingNamed(chunk.Column(6).TextAt(row)),
                .amount = AmountOf(chunk, 8, row),
                .currency = store::TextOr(chunk, 9, row),
                .close_day = DayOf(chunk, 10, row),
                .category = store::TextOr(chunk, 11, row),
                .in_scope = fits_fixed_ && IsSo(chunk, 12, row),
                .version = version};
    const bool is_first_sight = IsSo(chunk, 5, row);
    const std::int64_t known_from = chunk.Column(4).Instants()[row].micros;
    if (from <= question_.start.micros) {
      PutStart(std::move(state), is_first_sight && known_from > question_.start.micros);
    } else {
      out_.told_changes += is_first_sight ? 0 : 1;
      Put(std::move(state));
    }
    ended_at_.reset();
    if (!chunk.Column(3).IsNullAt(row)) ended_at_ = chunk.Column(3).Instants()[row].micros;
  }

  void Finish() {
    EndDeal();
    PutUnseenUntil(nullptr);
  }

 private:
  void Begin(std::string id) {
    EndDeal();
    is_first_ = false;
    id_ = std::move(id);
    PutUnseenUntil(&id_);
    const auto before = start_.find(id_);
    const auto after = end_.find(id_);
    is_taken_ = before != start_.end() || after != end_.end();
    if (!is_taken_) return;
    AddDeal(id_, before, after);
  }

  void AddDeal(const std::string& id, StatesById::iterator before, StatesById::iterator after) {
    fits_fixed_ = after != end_.end() ? after->second.fits_fixed : before->second.fits_fixed;
    has_rows_ = false;
    ended_at_.reset();
    out_.ids.push_back(id);
    out_.in_scope_at_start.push_back(before != start_.end() && before->second.fits ? 1 : 0);
    out_.in_scope_at_end.push_back(after != end_.end() && after->second.fits ? 1 : 0);
    out_.is_start_seen_later.push_back(0);
    out_.at_start.emplace_back();
    if (before != start_.end()) out_.at_start.back() = before->second;
    out_.at_end.emplace_back();
    if (after != end_.end()) out_.at_end.back() = std::move(after->second);
  }

  // What may be seen at the end of no longer, or not yet: out of the scope then.
  void PutUnseen(std::int64_t since) {
    State state = last_;
    state.since = since;
    state.standing = Standing::kUnseen;
    state.in_scope = false;
    state.version = -1;
    Put(std::move(state));
  }
  void EndDeal() {
    if (!is_taken_ || !ended_at_) return;
    PutUnseen(*ended_at_);
    ended_at_.reset();
  }

  // Deals of the start of which no state may be seen at the end, that come before the id.
  void PutUnseenUntil(const std::string* id) {
    for (; next_unseen_ != start_.end() && (id == nullptr || next_unseen_->first <= *id); ++next_unseen_) {
      if (id != nullptr && next_unseen_->first == *id) continue;
      if (!out_.ids.empty() && next_unseen_->first <= out_.ids.back()) continue;
      AddDeal(next_unseen_->first, next_unseen_, end_.end());
      PutStart({}, false);
      PutUnseen(question_.start.micros + 1);
    }
  }

  // The state at the start is what may be seen there, with the rights of then.
  void PutStart(State state, bool is_seen_later) {
    const std::optional<DealState>& then = out_.at_start.back();
    const bool in_scope_now = state.in_scope;
    if (then) {
      state.standing = then->standing;
      state.amount = then->amount;
      state.currency = then->currency;
      state.close_day = then->close_day;
      state.category = then->category;
      state.in_scope = then->fits;
      out_.is_start_seen_later.back() = is_seen_later ? 1 : 0;
      if (!question_.as_it_stood) out_.in_scope_at_start.back() = in_scope_now ? 1 : 0;
    } else if (state.standing != Standing::kGone) {
      state.standing = Standing::kUnseen;
    }
    state.since = std::min(state.since, question_.start.micros);
    Put(std::move(state));
  }

  void Put(State state) {
    const auto [found, is_new] =
        numbers_.try_emplace(state.currency, static_cast<std::uint16_t>(out_.currencies.size()));
    if (is_new) out_.currencies.push_back(state.currency);
    const auto& wanted = question_.categories;
    out_.deal.push_back(static_cast<std::int32_t>(out_.ids.size()) - 1);
    out_.since.push_back(state.since);
    out_.standing.push_back(state.standing);
    out_.amount.push_back(state.amount);
    out_.currency.push_back(found->second);
    out_.close_day.push_back(state.close_day);
    out_.in_category.push_back(wanted.empty() || std::ranges::find(wanted, state.category) != wanted.end() ? 1 : 0);
    out_.in_scope.push_back(state.in_scope ? 1 : 0);
    out_.version.push_back(state.version);
    has_rows_ = true;
    last_ = std::move(state);
  }

  const StatesQuestion& question_;
  StatesById start_;
  StatesById end_;
  DealStates& out_;
  StatesById::iterator next_unseen_;
  std::string id_;
  bool is_first_ = true;
  bool is_taken_ = false;
  bool fits_fixed_ = false;
  bool has_rows_ = false;
  std::optional<std::int64_t> ended_at_;
  State last_;
  std::unordered_map<std::string, std::uint16_t> numbers_;
};

std::string VersionsSql(const Scope& scope, Instant start) {
  return fmt::format(
      "SELECT deal_id, CAST(version AS BIGINT) AS version, valid_from, valid_to, recorded_at, origin = 'first_sight' "
      "AS "
      "is_first_sight, status, is_deleted, CAST(amount AS DECIMAL(18,4)) AS amount, currency, close_date, "
      "forecast_category, coalesce({}, FALSE) AS fits FROM scoped.deal_version WHERE valid_to IS NULL OR valid_to > {} "
      "ORDER BY deal_id NULLS LAST, version NULLS LAST",
      scope.moving, store::InstantLiteral(start));
}

Status ReadRates(store::Session& session, DealStates& states) {
  std::map<std::string, std::uint16_t, std::less<>> numbers;
  for (std::size_t i = 0; i < states.currencies.size(); ++i) {
    numbers.emplace(states.currencies[i], static_cast<std::uint16_t>(i));
  }
  WEIR_TRY(
      EachRow(session,
              "SELECT currency, valid_from, valid_to, CAST(rate AS DECIMAL(18,9)) AS rate, CAST(decimals AS BIGINT) "
              "AS decimals FROM scoped.rate ORDER BY currency NULLS LAST, valid_from NULLS LAST",
              [&](const Chunk& chunk, std::size_t row) {
                states.decimals = static_cast<int>(chunk.Column(4).Integers()[row]);
                const auto found = numbers.find(chunk.Column(0).TextAt(row));
                if (found == numbers.end()) return;
                states.rates.push_back({.currency = found->second,
                                        .from_day = DayOf(chunk, 1, row),
                                        .until_day = DayOf(chunk, 2, row),
                                        .units = static_cast<std::int64_t>(chunk.Column(3).UnitsAt(row))});
              }));
  std::ranges::sort(states.rates, [](const Rate& one, const Rate& other) {
    return std::pair(one.currency, one.from_day) < std::pair(other.currency, other.from_day);
  });
  return {};
}

}  // namespace

Result<DealStates> ReadDealStates(const metrics::MetricCatalog& catalog, const StatesQuestion& question,
                                  Context& context) {
  DealStates states;
  StatesById start;
  {
    WEIR_TRY(const std::unique_ptr<Context> then, context.Elsewhere(question.start, std::nullopt));
    WEIR_TRY(const Scope scope, ScopeAt(catalog, question.scope, *then, true));
    states.had_team = scope.has_team;
    WEIR_TRY(start, ReadMoment(scope, then->session()));
  }
  std::unique_ptr<Context> elsewhere;
  if (question.end < context.as_of()) {
    WEIR_TRY(elsewhere, context.Elsewhere(question.end, std::nullopt));
  }
  Context& end_context = elsewhere ? *elsewhere : context;
  WEIR_TRY(const Scope scope, ScopeAt(catalog, question.scope, end_context));
  WEIR_TRY(StatesById end, ReadMoment(scope, end_context.session()));
  Writer writer(question, std::move(start), std::move(end), states);
  WEIR_TRY(EachRow(end_context.session(), VersionsSql(scope, question.start),
                   [&](const Chunk& chunk, std::size_t row) { writer.Take(chunk, row); }));
  writer.Finish();
  WEIR_TRY(ReadRates(end_context.session(), states));
  return states;
}

}  // namespace weir::pipeline
