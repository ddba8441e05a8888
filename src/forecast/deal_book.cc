#include "forecast/deal_book.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "metrics/analyses.h"
#include "metrics/ask.h"
#include "metrics/left_out.h"
#include "store/database.h"
#include "store/each_row.h"

namespace weir::forecast {
namespace {

using analysis::Context;
using store::Chunk;
using store::EachRow;
using store::IsSo;

// A won deal without a closing date is won in no period, as the metrics have it.
constexpr Day kInNoPeriod = -1'000'000;

std::optional<Day> DayOf(const Chunk& chunk, std::size_t column, std::size_t row) {
  const auto date = store::DateOr(chunk, column, row);
  return date ? std::optional(date->days) : std::nullopt;
}

DealKind KindNamed(std::string_view status) {
  return status == "won" ? DealKind::kWon : status == "lost" ? DealKind::kLost : DealKind::kOpen;
}

double AmountOf(const std::optional<std::int64_t>& units) {
  constexpr double kScale = 1e4;
  return units ? static_cast<double>(*units) / kScale : 0;
}

// Names by number, from 0 in the order in which they come; no name is -1.
class Numbers {
 public:
  int Of(const std::string& key, const std::string& name) {
    if (key.empty()) return -1;
    const auto [at, is_new] = numbers_.emplace(key, static_cast<int>(names_.size()));
    if (is_new) names_.push_back(name);
    return at->second;
  }
  // Keeps the name of one that was numbered without it.
  void Name(const std::string& key, const std::string& name) {
    if (const auto at = numbers_.find(key); at != numbers_.end()) names_[static_cast<std::size_t>(at->second)] = name;
  }
  std::optional<int> Find(const std::string& key) const {
    const auto at = numbers_.find(key);
    return at == numbers_.end() ? std::nullopt : std::optional(at->second);
  }
  const std::vector<std::string>& names() const { return names_; }
  const std::map<std::string, int>& all() const { return numbers_; }

 private:
  std::map<std::string, int> numbers_;
  std::vector<std::string> names_;
};

// What is said of all deals together in warnings.
struct Oddities {
  std::int64_t without_rate = 0;
  std::set<std::string> currencies = {};
  std::int64_t below_zero = 0;
  std::int64_t open_without_amount = 0;
  std::int64_t closes_before_creation = 0;
  std::int64_t lacks_stage = 0;
  std::int64_t lacks_team = 0;
  std::int64_t won_without_date = 0;
  std::int64_t replayed = 0;  // of which only their own dates tell
  std::int64_t seen_later = 0;
};

// A version as the store has it.
struct Version {
  Day from = 0;
  Day recorded = 0;
  Day amount_recorded = 0;
  Day close_recorded = 0;
  std::string stage = {};
  DealKind kind = DealKind::kOpen;
  std::optional<std::int64_t> amount = {};
  std::optional<Day> close_day = {};
  std::string owner = {};
  std::string team = {};
  bool is_first_sight = false;
  bool is_told = false;  // by a history
  bool is_handed_over = false;
};

// Since when a source tells of owners.
struct OwnersOfSource {
  bool are_told = false;
  Day first_export = std::numeric_limits<Day>::max();
};

class BookWriter {
 public:
  BookWriter(DealBook* book, Oddities* oddities) : book_(*book), oddities_(*oddities) {}

  Status ReadDeals(const std::string& counted, store::Session& session);
  Status ReadVersions(const std::string& counted, store::Session& session);
  Status ReadContacts(const std::string& counted, store::Session& session);
  Status SetScope(const BookScope& scope, Context& context);
  void Finish();

 private:
  // What is read of a deal beside what is kept of it.
  struct Beside {
    std::string source = {};
    std::string segment = {};
    std::string pipeline = {};
    std::vector<Version> versions = {};
  };

  void TakeDeal(const Chunk& chunk, std::size_t row);
  void TakeVersion(const Chunk& chunk, std::size_t row, std::size_t deal);
  void WriteStates(std::size_t deal);
  void WriteReplayed(const Version& version, const DealState& whole, DealHistory* history) const;
  std::size_t PlaceOf(std::string_view id) const;

  DealBook& book_;
  Oddities& oddities_;
  std::vector<Beside> beside_;
  std::map<std::string, OwnersOfSource> sources_;
  Numbers stages_;
  Numbers owners_;
  Numbers teams_;
  Numbers types_;
};

void BookWriter::TakeDeal(const Chunk& chunk, std::size_t row) {
  BookedDeal deal{.id = store::TextOr(chunk, 0, row),
                  .name = store::TextOr(chunk, 1, row),
                  .account = store::TextOr(chunk, 2, row),
                  .stage = store::TextOr(chunk, 4, row),
                  .owner = store::TextOr(chunk, 6, row),
                  .team = store::TextOr(chunk, 8, row),
                  .type = store::TextOr(chunk, 9, row),
                  .kind = KindNamed(store::TextOr(chunk, 10, row)),
                  .amount = store::UnitsOr(chunk, 11, row),
                  .close_day = DayOf(chunk, 14, row)};
  if (!deal.amount && IsSo(chunk, 12, row)) {
    ++oddities_.without_rate;
    oddities_.currencies.insert(store::TextOr(chunk, 13, row));
    return;
  }
  const std::string owner_id = store::TextOr(chunk, 5, row);
  const std::string team_id = store::TextOr(chunk, 7, row);
  owners_.Of(owner_id, deal.owner.empty() ? owner_id : deal.owner);
  teams_.Of(team_id, deal.team.empty() ? team_id : deal.team);
  const auto created = DayOf(chunk, 15, row);
  const bool is_open = deal.kind == DealKind::kOpen;
  oddities_.below_zero += deal.amount && *deal.amount < 0 ? 1 : 0;
  oddities_.open_without_amount += is_open && deal.amount.value_or(0) == 0 ? 1 : 0;
  oddities_.closes_before_creation += created && deal.close_day && *deal.close_day < *created ? 1 : 0;
  oddities_.won_without_date += deal.kind == DealKind::kWon && !deal.close_day ? 1 : 0;
  oddities_.lacks_stage += is_open && IsSo(chunk, 18, row) ? 1 : 0;
  oddities_.lacks_team += is_open && !owner_id.empty() && team_id.empty() ? 1 : 0;
  book_.histories.push_back(
      {.created_day = created.value_or(std::numeric_limits<Day>::max()), .type = types_.Of(deal.type, deal.type)});
  beside_.push_back({.source = store::TextOr(chunk, 16, row),
                     .segment = store::TextOr(chunk, 17, row),
                     .pipeline = store::TextOr(chunk, 3, row)});
  book_.deals.push_back(std::move(deal));
}

Status BookWriter::ReadDeals(const std::string& counted, store::Session& session) {
  return EachRow(session,
                 fmt::format("SELECT d.deal_id, d.name, d.account, coalesce(d.pipeline, '') AS pipeline, d.stage, "
                             "d.owner_id, d.owner, d.team_id, d.team, d.type, d.status, CAST(d.amount_reporting AS "
                             "DECIMAL(18,4)) AS amount, d.amount IS NOT NULL AS has_amount, d.currency, d.close_date, "
                             "d.created_date, d.source, d.segment, d.stage IS NOT NULL AND d.stage_position IS NULL AS "
                             "lacks_stage FROM ({}) AS d ORDER BY d.deal_id NULLS LAST",
                             counted),
                 [&](const Chunk& chunk, std::size_t row) { TakeDeal(chunk, row); });
}

std::size_t BookWriter::PlaceOf(std::string_view id) const {
  const auto found =
      std::ranges::lower_bound(book_.deals, id, {}, [](const BookedDeal& deal) { return std::string_view(deal.id); });
  return found == book_.deals.end() || found->id != id ? book_.deals.size()
                                                       : static_cast<std::size_t>(found - book_.deals.begin());
}

void BookWriter::TakeVersion(const Chunk& chunk, std::size_t row, std::size_t deal) {
  Version version{.from = *DayOf(chunk, 1, row)};
  version.recorded = std::max(version.from, DayOf(chunk, 2, row).value_or(version.from));
  version.amount_recorded = std::max(version.recorded, DayOf(chunk, 3, row).value_or(version.recorded));
  version.close_recorded = std::max(version.recorded, DayOf(chunk, 4, row).value_or(version.recorded));
  version.stage = store::TextOr(chunk, 5, row);
  version.kind = KindNamed(store::TextOr(chunk, 6, row));
  version.amount = store::UnitsOr(chunk, 7, row);
  version.close_day = DayOf(chunk, 8, row);
  version.owner = store::TextOr(chunk, 9, row);
  version.team = store::TextOr(chunk, 10, row);
  const std::string origin = store::TextOr(chunk, 11, row);
  version.is_told = origin == "history";
  version.is_first_sight = origin == "first_sight";
  version.is_handed_over = IsSo(chunk, 12, row);
  OwnersOfSource& source = sources_[beside_[deal].source];
  source.are_told = source.are_told || (version.is_told && version.is_handed_over);
  if (!version.is_told) source.first_export = std::min(source.first_export, version.recorded);
  for (const Day later : {version.amount_recorded, version.close_recorded}) {
    if (later > version.recorded) source.first_export = std::min(source.first_export, later);
  }
  beside_[deal].versions.push_back(std::move(version));
}

Status BookWriter::ReadVersions(const std::string& counted, store::Session& session) {
  std::size_t place = 0;
  return EachRow(
      session,
      fmt::format("SELECT v.deal_id, local_date(v.valid_from) AS from_day, local_date(v.recorded_at) AS "
                  "recorded, local_date(v.amount_recorded_at) AS amount_recorded, "
                  "local_date(v.close_date_recorded_at) AS close_recorded, v.stage, v.status, "
                  "CAST(v.amount_reporting AS DECIMAL(18,4)) AS amount, v.close_date, v.owner_id, v.team_id, "
                  "v.origin, v.handed_over_at IS NOT NULL AS is_handed_over FROM scoped.deal_version AS v "
                  "JOIN ({}) AS d ON d.home_slot = v.home_slot AND d.deal_id = v.deal_id "
                  "WHERE NOT v.is_deleted ORDER BY v.deal_id NULLS LAST, v.version NULLS LAST",
                  counted),
      [&](const Chunk& chunk, std::size_t row) {
        const std::string_view id = chunk.Column(0).TextAt(row);
        if (place >= book_.deals.size() || book_.deals[place].id != id) place = PlaceOf(id);
        if (place < book_.deals.size()) TakeVersion(chunk, row, place);
      });
}

// Before the export that first saw it, all that is taken as known of a deal is what its own dates tell.
void BookWriter::WriteReplayed(const Version& version, const DealState& whole, DealHistory* history) const {
  DealState known{.from_day = version.from, .known_day = version.from, .kind = version.kind};
  if (version.kind != DealKind::kOpen) {
    known.amount = whole.amount;
    known.close_day = whole.close_day;
  }
  history->states.push_back(known);
  history->states.push_back(whole);
}

void BookWriter::WriteStates(std::size_t deal) {
  const Beside& beside = beside_[deal];
  const OwnersOfSource& source = sources_[beside.source];
  DealHistory& history = book_.histories[deal];
  bool is_replayed = false;
  for (const Version& version : beside.versions) {
    const bool is_closed = version.kind != DealKind::kOpen;
    DealState whole{
        .from_day = version.from,
        .known_day = version.recorded,
        .stage = stages_.Of(version.stage.empty() ? "" : beside.pipeline + '\n' + version.stage, version.stage),
        .kind = version.kind,
        .amount = AmountOf(version.amount),
        .close_day = version.close_day,
        .owner = owners_.Of(version.owner, version.owner),
        .team = teams_.Of(version.team, version.team)};
    if (version.kind == DealKind::kWon && !version.close_day) whole.close_day = kInNoPeriod;
    if (version.is_first_sight && version.recorded > version.from) {
      is_replayed = true;
      WriteReplayed(version, whole, &history);
      continue;
    }
    const Day owner_known =
        version.is_told && !source.are_told ? std::max(version.recorded, source.first_export) : version.recorded;
    const bool is_owner_ever = owner_known != std::numeric_limits<Day>::max();
    const Day amount_known = is_closed ? version.recorded : version.amount_recorded;
    const Day close_known = is_closed ? version.recorded : version.close_recorded;
    std::set<Day> days{version.recorded, amount_known, close_known};
    if (is_owner_ever) days.insert(owner_known);
    for (const Day day : days) {
      DealState state = whole;
      state.known_day = day;
      if (amount_known > day) state.amount = 0;
      if (close_known > day) state.close_day.reset();
      if (is_owner_ever && owner_known > day) state.owner = state.team = -1;
      history.states.push_back(state);
    }
  }
  if (is_replayed) ++oddities_.replayed;
  // What is closed now is known now.
  if (!beside.versions.empty() && beside.versions.back().kind != DealKind::kOpen) {
    const Day from = beside.versions.back().from;
    for (DealState& state : history.states) {
      if (state.from_day == from) state.known_day = std::min(state.known_day, book_.as_of);
    }
  }
  if (history.states.empty()) return;
  SortStates(&history);
  history.created_day = std::min(history.created_day, history.states.front().from_day);
  if (StateAt(history, book_.as_of, book_.as_of) == nullptr) ++oddities_.seen_later;
}

Status BookWriter::ReadContacts(const std::string& counted, store::Session& session) {
  std::size_t place = 0;
  return EachRow(session,
                 fmt::format("SELECT DISTINCT t.deal_id, local_date(t.\"at\") AS day FROM scoped.deal_talk AS t JOIN "
                             "({}) AS d ON d.deal_id = t.deal_id ORDER BY t.deal_id NULLS LAST, day NULLS LAST",
                             counted),
                 [&](const Chunk& chunk, std::size_t row) {
                   const std::string_view id = chunk.Column(0).TextAt(row);
                   if (place >= book_.deals.size() || book_.deals[place].id != id) place = PlaceOf(id);
                   const auto day = DayOf(chunk, 1, row);
                   if (place < book_.deals.size() && day) book_.histories[place].contact_days.push_back(*day);
                 });
}

Result<std::vector<std::string>> OwnersNamed(const std::string& owner, const Numbers& owners) {
  std::vector<std::string> ids;
  for (const auto& [id, number] : owners.all()) {
    if (id == owner || owners.names()[static_cast<std::size_t>(number)] == owner) ids.push_back(id);
  }
  if (!ids.empty()) return ids;
  return Fail(metrics::NoSuchOwner(owner, owners.names()));
}

// Rising numbers of these names; of none a number that no deal has, so that nothing is in the scope.
std::vector<int> NumbersOf(const std::vector<std::string>& ids, const Numbers& numbers) {
  std::vector<int> list;
  for (const std::string& id : ids) {
    if (const auto number = numbers.Find(id)) list.push_back(*number);
  }
  if (list.empty()) list.push_back(std::numeric_limits<int>::max());
  std::ranges::sort(list);
  return list;
}

Status BookWriter::SetScope(const BookScope& scope, Context& context) {
  if (!scope.team.empty()) {
    WEIR_TRY(const std::vector<std::string> teams, metrics::TeamsUnder(scope.team, context.session()));
    book_.scope.teams = NumbersOf(teams, teams_);
  }
  if (!scope.owner.empty()) {
    WEIR_TRY(const std::vector<std::string> owners, OwnersNamed(scope.owner, owners_));
    book_.scope.owners = NumbersOf(owners, owners_);
  }
  if (scope.segment.empty()) return {};
  book_.scope.deals.reserve(beside_.size());
  for (const Beside& beside : beside_) book_.scope.deals.push_back(beside.segment == scope.segment ? 1 : 0);
  return {};
}

void BookWriter::Finish() {
  book_.first_known = book_.as_of;
  // Of a deal without a day of creation the store says the beginning of time.
  constexpr Day kLongAgo = 20 * 365;
  for (std::size_t i = 0; i < book_.histories.size(); ++i) {
    WriteStates(i);
    for (const DealState& state : book_.histories[i].states) {
      const Day day = std::max(state.from_day, state.known_day);
      if (day > book_.as_of - kLongAgo) book_.first_known = std::min(book_.first_known, day);
    }
  }
  book_.stages = stages_.names();
  book_.owners = owners_.names();
  book_.teams = teams_.names();
}

std::string ListOf(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

std::vector<analysis::Warning> WarningsOf(const Oddities& oddities, std::size_t deals) {
  std::vector<analysis::Warning> warnings;
  const auto add = [&](std::int64_t count, const char* code, Phrase message) {
    if (count == 0) return;
    warnings.push_back({.code = code, .message = std::move(message), .params = {{"deals", fmt::format("{}", count)}}});
  };
  add(oddities.without_rate, "without_rate",
      MakePhrase("{} deals are in currencies without a rate ({}): they are left out; import rates, or set them",
                 oddities.without_rate, ListOf(oddities.currencies)));
  add(oddities.below_zero, "below_zero",
      MakePhrase("{} deals have an amount below zero: they take away", oddities.below_zero));
  add(oddities.open_without_amount, "without_amount",
      MakePhrase("{} open deals have no amount: each counts with what such deals were won at",
                 oddities.open_without_amount));
  add(oddities.won_without_date, "won_without_date",
      MakePhrase("{} won deals have no closing date: they are won in no period", oddities.won_without_date));
  add(oddities.closes_before_creation, "closes_before_creation",
      MakePhrase("{} deals have a closing date before their creation", oddities.closes_before_creation));
  add(oddities.lacks_stage, "unknown_stage",
      MakePhrase("{} open deals are in a stage that the list of stages does not have: it is taken as one of its own",
                 oddities.lacks_stage));
  add(oddities.lacks_team, "no_team",
      MakePhrase("{} open deals have an owner who is of no team: they are taken together", oddities.lacks_team));
  add(oddities.seen_later, "seen_later",
      MakePhrase("{} open deals were first seen after this day: a forecast of it could not know them",
                 oddities.seen_later));
  add(oddities.replayed, "no_history",
      MakePhrase("of {} of {} deals no history tells: their own dates stand in, their stages and amounts while they "
                 "were open are not known",
                 oddities.replayed, deals));
  return warnings;
}

std::vector<Day> QuarterStarts(Day first, Day as_of, int first_month) {
  constexpr int kDaysAhead = 800;
  std::vector<Day> starts;
  metrics::DayRange quarter = metrics::PeriodAround({first}, metrics::Grain::kQuarter, first_month);
  for (; quarter.first.days <= as_of + kDaysAhead;
       quarter = metrics::PeriodAround(metrics::AddDays(quarter.last, 1), metrics::Grain::kQuarter, first_month)) {
    starts.push_back(quarter.first.days);
  }
  return starts;
}

}  // namespace

void BookScope::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "owner", .help = {"Only deals of this owner", "Только сделки этого ответственного"}}, owner);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
}

bool DealBook::IsAsked(std::size_t deal) const {
  const DealState* state = StateAt(histories[deal], as_of, as_of);
  return state != nullptr && scope.Has(deal, *state);
}

Result<DealBook> ReadDealBook(const metrics::MetricCatalog& catalog, const BookScope& scope, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const std::string counted, metrics::CountedSql(catalog, "deal", session));
  DealBook book{.as_of = context.LocalAsOfDate().days};
  Oddities oddities;
  BookWriter writer(&book, &oddities);
  WEIR_TRY(writer.ReadDeals(counted, session));
  WEIR_TRY(writer.ReadVersions(counted, session));
  WEIR_TRY(writer.ReadContacts(counted, session));
  writer.Finish();
  WEIR_TRY(writer.SetScope(scope, context));
  book.quarter_starts = QuarterStarts(book.first_known, book.as_of, context.settings().fiscal_year_start_month);
  const auto all = static_cast<std::int64_t>(book.deals.size());
  if (oddities.replayed > 0) {
    book.history = oddities.replayed == all ? analysis::History::kNone : analysis::History::kPartial;
  }
  book.warnings = WarningsOf(oddities, book.deals.size());
  return book;
}

}  // namespace weir::forecast
