#include "pipeline/waterfall_tables.h"

#include <algorithm>
#include <array>

#include "analysis/columns.h"

namespace weir::pipeline {
namespace {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

const Text& TitleOf(Part part) {
  static const std::array<Text, kParts> titles{{{"Created", "Создано"},
                                                {"Reopened", "Открыто заново"},
                                                {"Amount up", "Сумма выросла"},
                                                {"Amount became known", "Сумма стала известна"},
                                                {"Pulled into the period", "Перенесено в период"},
                                                {"Moved into the category", "Перешло в категорию"},
                                                {"Joined the scope", "Вошло в выборку"},
                                                {"Amount down", "Сумма снизилась"},
                                                {"Pushed out of the period", "Перенесено из периода"},
                                                {"Lost", "Проиграно"},
                                                {"Won", "Выиграно"},
                                                {"Moved out of the category", "Вышло из категории"},
                                                {"Left the scope", "Вышло из выборки"},
                                                {"Deleted", "Удалено"},
                                                {"Exchange rate", "Курс валют"}}};
  return titles[static_cast<std::size_t>(part)];
}
const Text kStart{"Open at the start", "Открыто на начало"};
const Text kEnd{"Open at the end", "Открыто на конец"};

Decimal Ledger(Int128 units) { return {units, kAmountScale}; }

// Whether a bar without deals says something: that nothing of the kind came to pass.
bool IsAsked(Part part, const Told& told) {
  switch (part) {
    case Part::kPulledIn:
    case Part::kPushedOut:
      return told.window.has_period;
    case Part::kMovedIn:
    case Part::kMovedOut:
      return told.has_categories;
    case Part::kJoinedScope:
    case Part::kLeftScope:
      return told.has_scope;
    case Part::kFirstKnown:
    case Part::kRemoved:
    case Part::kExchangeRate:
      return false;
    default:
      return true;
  }
}

template <typename AddRow>
void EachBar(const Total& total, const Told& told, const AddRow& add) {
  add("start", kStart, total.start, total.start_deals, Value(told.span.start_day));
  for (std::size_t i = 0; i < kParts; ++i) {
    const Part part = static_cast<Part>(i);
    if (total.deals[i] == 0 && !IsAsked(part, told)) continue;
    add(NameOf(part), TitleOf(part), total.units[i], total.deals[i], Value());
  }
  add("end", kEnd, total.end, total.end_deals, Value(told.span.end_day));
}

TableSpec BarsSpec() {
  return {.name = "waterfall",
          .title = {"From the start to the end", "От начала к концу"},
          .key = {"part"},
          .columns = {TextOf("part", "Part", "Часть"), TextOf("title_en", "What", "Что"),
                      TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"), CountOf("deals", "Deals", "Сделок"),
                      Of("day", ColumnType::kDate, "At the end of", "На конец дня")},
          .chart = analysis::Chart{.kind = "waterfall", .x = "title_en", .y = "amount"}};
}

TableSpec DealsSpec() {
  return {.name = "deals",
          .title = {"Deals behind each part", "Сделки за каждой частью"},
          .key = {"part", "deal_id", "currency"},
          .columns = {
              TextOf("part", "Part", "Часть"), TextOf("deal_id", "Deal id", "Id сделки"),
              TextOf("currency", "Currency of the total", "Валюта итога"), TextOf("deal", "Deal", "Сделка"),
              TextOf("account", "Account", "Компания"),
              Of("amount", ColumnType::kMoney, "Adds to the part", "Вклад в часть"),
              Of("own_amount", ColumnType::kDecimal, "The same where no rate is known", "То же, если курс неизвестен"),
              TextOf("old", "Was", "Было"), TextOf("new", "Became", "Стало"), TextOf("owner", "Owner", "Ответственный"),
              TextOf("team", "Team", "Команда"), Of("changed_at", ColumnType::kInstant, "Changed", "Изменено"),
              TextOf("changed_by", "Changed by", "Кто изменил")}};
}

TableSpec OwnCurrencySpec() {
  return {.name = "own_currency",
          .title = {"Deals in currencies without a rate", "Сделки в валютах без курса"},
          .key = {"currency", "part"},
          .columns = {TextOf("currency", "Currency", "Валюта"), TextOf("part", "Part", "Часть"),
                      TextOf("title_en", "What", "Что"), TextOf("title_ru", "What (Russian)", "Что (по-русски)"),
                      Of("amount", ColumnType::kDecimal, "Amount in that currency", "Сумма в этой валюте"),
                      CountOf("deals", "Deals", "Сделок")}};
}

// --- Old and new ----------------------------------------------------------------------------------------------------

struct Change {
  Value was = {};
  Value became = {};
};

Value OrNothing(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

Value AmountText(const DealStates& states, std::int32_t row) {
  if (row < 0) return {};
  const std::int64_t amount = states.amount[static_cast<std::size_t>(row)];
  if (amount == kNoAmount) return {};
  return fmt::format("{} {}", FormatDecimal(Ledger(amount)),
                     states.currencies[states.currency[static_cast<std::size_t>(row)]]);
}

Value DayText(const DealStates& states, std::int32_t row) {
  if (row < 0) return {};
  const std::int32_t day = states.close_day[static_cast<std::size_t>(row)];
  return day == kNoDay ? Value() : Value(FormatDate({day}));
}

// The rate that held for the state at a moment: of a closed deal that of its closing.
Value RateText(const Told& told, std::int32_t row, std::int32_t other, Date moment) {
  const DealStates& states = told.states;
  const auto at = static_cast<std::size_t>(row);
  const auto of = static_cast<std::size_t>(other);
  std::int32_t day = moment.days;
  const bool is_closed = states.standing[of] == Standing::kWon || states.standing[of] == Standing::kLost;
  if (is_closed && states.close_day[of] != kNoDay) day = states.close_day[of];
  for (const Rate& rate : states.rates) {
    if (rate.currency == states.currency[at] && rate.from_day <= day && day < rate.until_day) {
      return fmt::format("{} {}", FormatDecimal({rate.units, 9}), states.currencies[rate.currency]);
    }
  }
  return {};
}

std::string StageOf(const std::optional<DealState>& state) {
  if (!state) return {};
  if (!state->stage.empty()) return state->stage;
  return state->standing == Standing::kWon ? "won" : state->standing == Standing::kLost ? "lost" : "open";
}
std::string PlaceOf(const std::optional<DealState>& state) {
  if (!state) return {};
  return state->team.empty() || state->owner.empty() ? state->owner + state->team
                                                     : fmt::format("{}, {}", state->owner, state->team);
}

Change ChangeOf(const DealPart& part, const Told& told) {
  const auto deal = static_cast<std::size_t>(part.deal);
  const std::optional<DealState>& before = told.states.at_start[deal];
  const std::optional<DealState>& after = told.states.at_end[deal];
  switch (part.part) {
    case Part::kAmountUp:
    case Part::kAmountDown:
    case Part::kFirstKnown:
      return {AmountText(told.states, part.before), AmountText(told.states, part.after)};
    case Part::kPulledIn:
    case Part::kPushedOut:
      return {DayText(told.states, part.before), DayText(told.states, part.after)};
    case Part::kMovedIn:
    case Part::kMovedOut:
      return {before ? OrNothing(before->category) : Value(), after ? OrNothing(after->category) : Value()};
    case Part::kJoinedScope:
    case Part::kLeftScope:
      return {OrNothing(PlaceOf(before)), OrNothing(PlaceOf(after))};
    case Part::kExchangeRate:
      return {RateText(told, part.before, part.before, told.span.start_day),
              RateText(told, part.before, part.after, told.span.end_day)};
    default:
      return {OrNothing(StageOf(before)), OrNothing(StageOf(after))};
  }
}

// --- Warnings -------------------------------------------------------------------------------------------------------

analysis::Warning Counted(std::string code, std::int64_t count, Phrase message) {
  return {.code = std::move(code), .message = std::move(message), .params = {{"deals", fmt::format("{}", count)}}};
}

template <typename Claim>
std::int64_t CountDeals(const Told& told, const Claim& claim) {
  std::vector<bool> is_concerned(told.states.ids.size());
  for (const DealPart& part : told.movement.parts) is_concerned[static_cast<std::size_t>(part.deal)] = true;
  for (const auto* rows : {&told.movement.start_rows, &told.movement.end_rows}) {
    for (const std::int32_t row : *rows) {
      is_concerned[static_cast<std::size_t>(told.states.deal[static_cast<std::size_t>(row)])] = true;
    }
  }
  std::int64_t count = 0;
  for (std::size_t deal = 0; deal < is_concerned.size(); ++deal) {
    if (!is_concerned[deal]) continue;
    const std::optional<DealState>& state =
        told.states.at_end[deal] ? told.states.at_end[deal] : told.states.at_start[deal];
    count += state && claim(*state) ? 1 : 0;
  }
  return count;
}

std::int64_t SeenLater(const Told& told) {
  return std::ranges::count_if(told.movement.start_rows, [&](std::int32_t row) {
    const auto deal = static_cast<std::size_t>(told.states.deal[static_cast<std::size_t>(row)]);
    return told.states.is_start_seen_later[deal] != 0;
  });
}

void WarnOfHistory(const Told& told, std::vector<analysis::Warning>& warnings) {
  const Total& total = told.movement.totals.front();
  if (const std::int64_t later = SeenLater(told); later > 0) {
    warnings.push_back(Counted(
        "seen_later", later,
        MakePhrase("{} of {} deals open at the start were first seen after it and no history tells of them before: "
                   "their amounts, dates and owners are taken to have been the same, so that what changed before the "
                   "first export is not told",
                   later, told.movement.start_rows.size())));
  }
  if (total.start_unknown > 0) {
    warnings.push_back(Counted("amount_unknown", total.start_unknown,
                               MakePhrase("of {} deals open at the start no amount of then is known: the start is too "
                                          "low by what they were worth",
                                          total.start_unknown)));
  }
  if (total.end_unknown > 0) {
    warnings.push_back(Counted("without_amount", total.end_unknown,
                               MakePhrase("{} deals open at the end have no amount", total.end_unknown)));
  }
}

void WarnOfDeals(const Told& told, std::vector<analysis::Warning>& warnings) {
  const auto warn = [&](const char* code, std::int64_t count, auto&& phrase) {
    if (count > 0) warnings.push_back(Counted(code, count, phrase(count)));
  };
  warn("negative_amount",
       CountDeals(told, [](const DealState& deal) { return deal.amount < 0 && deal.amount != kNoAmount; }),
       [](std::int64_t count) { return MakePhrase("{} deals have a negative amount and are counted with it", count); });
  warn("closes_before_creation",
       CountDeals(told,
                  [](const DealState& deal) {
                    return deal.close_day != kNoDay && deal.created_day != kNoDay && deal.close_day < deal.created_day;
                  }),
       [](std::int64_t count) { return MakePhrase("{} deals close before they were created", count); });
  warn("owner_without_team", CountDeals(told, [](const DealState& deal) { return deal.lacks_team; }),
       [](std::int64_t count) {
         return MakePhrase("the owners of {} deals are of no team: no team's figures have them", count);
       });
  warn("unknown_stage", CountDeals(told, [](const DealState& deal) { return deal.lacks_stage; }),
       [](std::int64_t count) {
         return MakePhrase("{} deals stand in a stage that no list of stages has any more: renamed or deleted", count);
       });
}

}  // namespace

std::vector<TableSpec> WaterfallTables() { return {BarsSpec(), DealsSpec(), OwnCurrencySpec()}; }

Table BarsTable(const Told& told) {
  Table table = Empty(BarsSpec(), told.currency);
  EachBar(told.movement.totals.front(), told,
          [&](std::string_view part, const Text& title, Int128 units, std::int64_t deals, Value day) {
            table.rows.push_back({std::string(part), title.en, title.ru, Ledger(units), deals, std::move(day)});
          });
  return table;
}

Table OwnCurrencyTable(const Told& told) {
  Table table = Empty(OwnCurrencySpec(), told.currency);
  for (const Total& total : told.movement.totals) {
    if (total.currency == kReporting) continue;
    EachBar(total, told,
            [&](std::string_view part, const Text& title, Int128 units, std::int64_t deals, const Value& /*day*/) {
              table.rows.push_back({told.states.currencies[total.currency], std::string(part), title.en, title.ru,
                                    Ledger(units), deals});
            });
  }
  std::ranges::stable_sort(table.rows, {}, [](const auto& row) { return store::ToText(row.front()); });
  return table;
}

Table DealsTable(const Told& told) {
  Table table = Empty(DealsSpec(), told.currency);
  const DealStates& states = told.states;
  std::vector<const DealPart*> parts;
  parts.reserve(told.movement.parts.size());
  for (const DealPart& part : told.movement.parts) parts.push_back(&part);
  // In the order of the bars; the greatest of each first.
  std::ranges::stable_sort(parts, [](const DealPart* one, const DealPart* other) {
    const auto key = [](const DealPart* part) {
      return std::tuple(part->part, part->currency == kReporting ? 0 : 1, -std::abs(part->units));
    };
    return key(one) < key(other);
  });
  table.rows.reserve(parts.size());
  for (const DealPart* part : parts) {
    const auto deal = static_cast<std::size_t>(part->deal);
    const std::optional<DealState>& shown = states.at_end[deal] ? states.at_end[deal] : states.at_start[deal];
    const bool is_converted = part->currency == kReporting;
    const Decimal amount = Ledger(part->units);
    const auto cause = static_cast<std::size_t>(part->cause);
    const bool has_cause = part->cause >= 0 && states.version[cause] >= 0;
    Change change = ChangeOf(*part, told);
    const auto editor = has_cause ? told.editors.find({part->deal, states.version[cause]}) : told.editors.end();
    table.rows.push_back({std::string(NameOf(part->part)), states.ids[deal],
                          is_converted ? told.currency : states.currencies[part->currency],
                          shown ? OrNothing(shown->name) : Value(), shown ? OrNothing(shown->account) : Value(),
                          is_converted ? Value(amount) : Value(), is_converted ? Value() : Value(amount),
                          std::move(change.was), std::move(change.became), shown ? OrNothing(shown->owner) : Value(),
                          shown ? OrNothing(shown->team) : Value(),
                          has_cause ? Value(Instant{states.since[cause]}) : Value(),
                          editor == told.editors.end() ? Value() : Value(editor->second)});
  }
  return table;
}

std::vector<analysis::Warning> WarningsOf(const Told& told) {
  std::vector<analysis::Warning> warnings;
  if (!told.states.had_team) {
    warnings.push_back({.code = "no_team_then",
                        .message = MakePhrase("the team or the owner was not known at the start: what is there now "
                                              "joined the scope since")});
  }
  for (const Total& total : told.movement.totals) {
    if (total.currency == kReporting) continue;
    const std::string& currency = told.states.currencies[total.currency];
    warnings.push_back({.code = "no_exchange_rate",
                        .message = MakePhrase("no rate of {} is known: its deals are counted apart, in the table "
                                              "own_currency; import rates to have them in the sums",
                                              currency),
                        .params = {{"currency", currency}}});
  }
  WarnOfHistory(told, warnings);
  WarnOfDeals(told, warnings);
  const Total& total = told.movement.totals.front();
  if (total.start_deals == 0 && total.end_deals == 0 && told.movement.parts.empty()) {
    warnings.push_back({.code = "no_deals", .message = MakePhrase("no deal was open in this scope in the window")});
  }
  return warnings;
}

analysis::History HistoryOf(const Told& told) {
  const std::int64_t later = SeenLater(told);
  if (later == 0) return analysis::History::kComplete;
  const bool is_all = later == static_cast<std::int64_t>(told.movement.start_rows.size());
  return is_all && told.states.told_changes == 0 ? analysis::History::kNone : analysis::History::kPartial;
}

}  // namespace weir::pipeline
