#include "pipeline/open_deals.h"

#include <algorithm>

#include "pipeline/rows.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::Context;
using store::Chunk;

// Deals by id, for rows that come in the order of ids.
class Finder {
 public:
  explicit Finder(std::vector<OpenDeal>& deals) : deals_(deals) {}
  OpenDeal* Find(std::string_view id) {
    if (at_ < deals_.size() && deals_[at_].id == id) return &deals_[at_];
    const auto found =
        std::ranges::lower_bound(deals_, id, {}, [](const OpenDeal& deal) { return std::string_view(deal.id); });
    if (found == deals_.end() || found->id != id) return nullptr;
    at_ = static_cast<std::size_t>(found - deals_.begin());
    return &*found;
  }

 private:
  std::vector<OpenDeal>& deals_;
  std::size_t at_ = 0;
};

Status ReadDeals(const std::string& open_sql, store::Session& session, OpenDeals& all) {
  WEIR_TRY(
      EachRow(session,
              "SELECT deal_id, name, account, coalesce(pipeline, '') AS pipeline, stage, forecast_category, owner, "
              "team, currency, next_step, CAST(amount AS DECIMAL(18,4)) AS amount, CAST(amount_reporting AS "
              "DECIMAL(18,4)) AS amount_reporting, close_date, created_at, entered_stage_at, "
              "source_last_activity_at FROM (" +
                  open_sql + ") ORDER BY deal_id NULLS LAST",
              [&](const Chunk& chunk, std::size_t row) {
                all.deals.push_back({.id = store::TextOr(chunk, 0, row),
                                     .name = store::TextOr(chunk, 1, row),
                                     .account = store::TextOr(chunk, 2, row),
                                     .pipeline = store::TextOr(chunk, 3, row),
                                     .stage = store::TextOr(chunk, 4, row),
                                     .category = store::TextOr(chunk, 5, row),
                                     .owner = store::TextOr(chunk, 6, row),
                                     .team = store::TextOr(chunk, 7, row),
                                     .currency = store::TextOr(chunk, 8, row),
                                     .next_step = store::TextOr(chunk, 9, row),
                                     .amount = AmountOf(chunk, 10, row),
                                     .amount_reporting = AmountOf(chunk, 11, row),
                                     .close_day = DayOf(chunk, 12, row),
                                     .created_at = MicrosOf(chunk, 13, row),
                                     .entered_stage_at = MicrosOf(chunk, 14, row),
                                     .last_talk_at = MicrosOf(chunk, 15, row)});
              }));
  for (const OpenDeal& deal : all.deals) {
    all.known.talks = all.known.talks || deal.last_talk_at != kAlways;
    all.known.next_steps = all.known.next_steps || !deal.next_step.empty();
    all.known.close_dates = all.known.close_dates || deal.close_day != kNoDay;
  }
  return {};
}

// One state of a deal on the walk through its history.
struct State {
  std::int32_t version = 0;
  std::int64_t since = kAlways;
  std::string stage = {};
  std::int64_t amount = kNoAmount;
  std::string currency = {};
  std::int32_t close_day = kNoDay;
  std::string category = {};
  std::string owner = {};
  bool is_open = false;
};

std::string MoneyText(std::int64_t amount, const std::string& currency) {
  return amount == kNoAmount ? std::string() : fmt::format("{} {}", FormatDecimal({amount, kAmountScale}), currency);
}
std::string DayText(std::int32_t day) { return day == kNoDay ? std::string() : FormatDate({day}); }

// Walks the states of one deal, the oldest first.
class Walk {
 public:
  Walk(OpenDeal& deal, std::int64_t since) : deal_(deal), since_(since) {}

  void Take(State state) {
    if (last_) Compare(*last_, state);
    if (state.since <= since_) then_ = state;
    last_ = std::move(state);
  }

  // Versions of the last change of each field, in the order in which they are told.
  void Finish(const std::map<std::int32_t, std::string>& editors) {
    if (!last_) return;
    if (!then_) {
      deal_.changes.push_back({.field = "created", .was = {}, .is = last_->stage, .at = deal_.created_at});
      return;
    }
    Add("amount", MoneyText(then_->amount, then_->currency), MoneyText(last_->amount, last_->currency), amount_,
        editors);
    Add("close_date", DayText(then_->close_day), DayText(last_->close_day), close_day_, editors);
    Add("stage", then_->stage, last_->stage, stage_, editors);
    Add("category", then_->category, last_->category, category_, editors);
    Add("owner", then_->owner, last_->owner, owner_, editors);
    deal_.has_shrunk =
        then_->amount != kNoAmount && then_->currency == last_->currency && last_->amount < then_->amount;
  }

 private:
  struct Change {
    std::int32_t version = 0;
    std::int64_t at = kAlways;
  };

  void Compare(const State& before, const State& after) {
    if (before.is_open && after.is_open && before.close_day != kNoDay && after.close_day > before.close_day) {
      ++deal_.pushes;
      deal_.days_pushed += after.close_day - before.close_day;
    }
    if (before.owner != after.owner && !before.owner.empty()) ++deal_.owner_changes;
    const auto note = [&](bool is_other, Change& change) {
      if (is_other && after.since > since_) change = {after.version, after.since};
    };
    note(before.amount != after.amount || before.currency != after.currency, amount_);
    note(before.close_day != after.close_day, close_day_);
    note(before.stage != after.stage, stage_);
    note(before.category != after.category, category_);
    note(before.owner != after.owner, owner_);
  }

  void Add(const char* field, std::string was, std::string is, Change change,
           const std::map<std::int32_t, std::string>& editors) {
    if (was == is) return;
    const auto editor = editors.find(change.version);
    deal_.changes.push_back({.field = field,
                             .was = std::move(was),
                             .is = std::move(is),
                             .at = change.at,
                             .by = editor == editors.end() ? std::string() : editor->second});
  }

  OpenDeal& deal_;
  std::int64_t since_;
  std::optional<State> last_;
  std::optional<State> then_;
  Change amount_;
  Change close_day_;
  Change stage_;
  Change category_;
  Change owner_;
};

Status ReadHistory(const std::string& open_sql, Instant since, store::Session& session, OpenDeals& all) {
  std::map<std::string, std::map<std::int32_t, std::string>, std::less<>> editors;
  WEIR_TRY(
      EachRow(session,
              fmt::format("SELECT deal_id, CAST(version AS BIGINT) AS version, editor FROM "
                          "scoped.deal_version_brief WHERE editor IS NOT NULL AND valid_from > {} ORDER BY deal_id "
                          "NULLS LAST, version NULLS LAST",
                          store::InstantLiteral(since)),
              [&](const Chunk& chunk, std::size_t row) {
                editors[store::TextOr(chunk, 0, row)].emplace(
                    static_cast<std::int32_t>(chunk.Column(1).Integers()[row]), store::TextOr(chunk, 2, row));
              }));
  const std::map<std::int32_t, std::string> nobody;
  Finder finder(all.deals);
  OpenDeal* deal = nullptr;
  std::optional<Walk> walk;
  const auto finish = [&] {
    if (!walk) return;
    const auto own = editors.find(deal->id);
    walk->Finish(own == editors.end() ? nobody : own->second);
    walk.reset();
  };
  WEIR_TRY(EachRow(
      session,
      fmt::format(
          "SELECT v.deal_id, CAST(v.version AS BIGINT) AS version, v.valid_from, v.stage, CAST(v.amount AS "
          "DECIMAL(18,4)) AS amount, v.currency, v.close_date, v.forecast_category, coalesce(m.name, v.owner_id) "
          "AS owner, v.status, v.origin <> 'first_sight' AS is_told FROM scoped.deal_version AS v JOIN ({}) AS o "
          "ON o.home_slot = v.home_slot AND o.deal_id = v.deal_id LEFT JOIN scoped.member AS m ON m.member_id = "
          "v.owner_id ORDER BY v.deal_id NULLS LAST, v.version NULLS LAST",
          open_sql),
      [&](const Chunk& chunk, std::size_t row) {
        OpenDeal* found = finder.Find(chunk.Column(0).TextAt(row));
        if (found == nullptr) return;
        if (found != deal || !walk) {
          finish();
          deal = found;
          walk.emplace(*deal, since.micros);
        }
        deal->is_told = deal->is_told || IsSo(chunk, 10, row);
        walk->Take({.version = static_cast<std::int32_t>(chunk.Column(1).Integers()[row]),
                    .since = MicrosOf(chunk, 2, row),
                    .stage = store::TextOr(chunk, 3, row),
                    .amount = AmountOf(chunk, 4, row),
                    .currency = store::TextOr(chunk, 5, row),
                    .close_day = DayOf(chunk, 6, row),
                    .category = store::TextOr(chunk, 7, row),
                    .owner = store::TextOr(chunk, 8, row),
                    .is_open = store::TextOr(chunk, 9, row) == "open"});
      }));
  finish();
  return {};
}

Status ReadTalks(store::Session& session, OpenDeals& all) {
  Finder finder(all.deals);
  return EachRow(
      session,
      "SELECT deal_id, max(\"at\") AS last_at FROM scoped.deal_talk GROUP BY deal_id ORDER BY deal_id NULLS LAST",
      [&](const Chunk& chunk, std::size_t row) {
        all.known.talks = true;
        OpenDeal* deal = finder.Find(chunk.Column(0).TextAt(row));
        if (deal != nullptr) deal->last_talk_at = std::max(deal->last_talk_at, MicrosOf(chunk, 1, row));
      });
}

Status ReadContacts(store::Session& session, OpenDeals& all) {
  Finder finder(all.deals);
  return EachRow(
      session,
      "SELECT deal_id, count(DISTINCT person_id) AS people FROM scoped.deal_contact GROUP BY deal_id ORDER BY "
      "deal_id NULLS LAST",
      [&](const Chunk& chunk, std::size_t row) {
        all.known.contacts = true;
        OpenDeal* deal = finder.Find(chunk.Column(0).TextAt(row));
        if (deal != nullptr) deal->contacts = chunk.Column(1).Integers()[row];
      });
}

// When the next step was written, and what it was on the day: where a history tells of that field.
Status ReadNextSteps(Instant since, store::Session& session, OpenDeals& all) {
  Finder finder(all.deals);
  const OpenDeal* told = nullptr;
  return EachRow(
      session,
      "SELECT record_id, \"at\", old_value, new_value, writer FROM scoped.field_write WHERE entity = 'deal' AND "
      "field = 'next_step' ORDER BY record_id NULLS LAST, \"at\" NULLS LAST, field_write_id NULLS LAST",
      [&](const Chunk& chunk, std::size_t row) {
        OpenDeal* deal = finder.Find(chunk.Column(0).TextAt(row));
        all.known.next_step_times = true;
        if (deal == nullptr) return;
        const std::int64_t at = MicrosOf(chunk, 1, row);
        deal->next_step_at = at;
        if (at <= since.micros) return;
        if (told != deal) {
          deal->changes.push_back({.field = "next_step", .was = store::TextOr(chunk, 2, row)});
          told = deal;
        }
        FieldChange& change = deal->changes.back();
        change.is = store::TextOr(chunk, 3, row);
        change.at = at;
        change.by = store::TextOr(chunk, 4, row);
      });
}

// How long won deals stood in each stage, where a history tells of their stages.
Status ReadNorms(const Scope& scope, store::Session& session, OpenDeals& all) {
  struct Seen {
    std::string deal;
    std::int64_t amount = kNoAmount;
    std::map<std::int32_t, std::int64_t> micros;
  };
  std::vector<Seen> won;
  WEIR_TRY(EachRow(
      session,
      fmt::format(
          "SELECT v.deal_id, coalesce(d.pipeline, '') AS pipeline, v.stage, v.valid_from, v.valid_to, "
          "CAST(d.amount_reporting AS DECIMAL(18,4)) AS amount FROM ({}) AS d JOIN scoped.deal_version AS v ON "
          "v.home_slot = d.home_slot AND v.deal_id = d.deal_id WHERE d.status = 'won' AND v.status = 'open' AND "
          "v.stage IS NOT NULL AND v.valid_to IS NOT NULL ORDER BY v.deal_id NULLS LAST, v.version NULLS LAST",
          scope.counted),
      [&](const Chunk& chunk, std::size_t row) {
        const std::string_view id = chunk.Column(0).TextAt(row);
        if (won.empty() || won.back().deal != id) won.push_back({std::string(id), AmountOf(chunk, 5, row), {}});
        const auto stage = all.stages.try_emplace({store::TextOr(chunk, 1, row), store::TextOr(chunk, 2, row)},
                                                  static_cast<std::int32_t>(all.stages.size()));
        won.back().micros[stage.first->second] += MicrosOf(chunk, 4, row) - MicrosOf(chunk, 3, row);
      }));
  std::vector<std::int64_t> amounts;
  for (const Seen& deal : won) {
    if (deal.amount != kNoAmount) amounts.push_back(deal.amount);
  }
  if (!amounts.empty()) {
    const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>((amounts.size() - 1) / 2);
    std::ranges::nth_element(amounts, middle);
    all.large_from = *middle;
  }
  std::vector<Stay> stays;
  for (const Seen& deal : won) {
    for (const auto& [stage, micros] : deal.micros) {
      stays.push_back({stage, deal.amount > all.large_from, micros / kMicrosPerDay});
    }
  }
  all.norms = NormsOf(stays);
  return {};
}

}  // namespace

Result<OpenDeals> ReadOpenDeals(const Scope& scope, const std::string& condition, Instant since, Context& context) {
  store::Session& session = context.session();
  const std::string open_sql =
      fmt::format("SELECT * FROM ({}) WHERE status = 'open' AND {}", ScopedDealsSql(scope), condition);
  OpenDeals all;
  WEIR_TRY(ReadDeals(open_sql, session, all));
  WEIR_TRY(ReadHistory(open_sql, since, session, all));
  WEIR_TRY(ReadTalks(session, all));
  WEIR_TRY(ReadContacts(session, all));
  WEIR_TRY(ReadNextSteps(since, session, all));
  WEIR_TRY(ReadNorms(scope, session, all));
  return all;
}

}  // namespace weir::pipeline
