#include "pipeline/inspect.h"

#include <algorithm>
#include <array>

#include "analysis/columns.h"
#include "analysis/words.h"
#include "pipeline/open_deals.h"
#include "store/database.h"
#include "store/dialect.h"

namespace weir::pipeline {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

constexpr int kUsualDaysBack = 7;

struct InspectParams {
  std::string since = {};
  ScopeParams scope = {};
  std::optional<Date> close_from = {};
  std::optional<Date> close_to = {};
  std::vector<std::string> category = {};
  bool changed = false;

  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "since",
                 .help = {"Changes since the end of this day, or this instant; without it, of the last seven days",
                          "Изменения с конца этого дня или с этого момента; без него — за последние семь дней"}},
                since);
    scope.Describe(visitor);
    visitor.Add({.name = "close_from",
                 .help = {"Only deals that are to close on this day or later",
                          "Только сделки с закрытием в этот день или позже"}},
                close_from);
    visitor.Add({.name = "close_to",
                 .help = {"Only deals that are to close on this day or earlier",
                          "Только сделки с закрытием в этот день или раньше"}},
                close_to);
    visitor.Add({.name = "category",
                 .help = {"Only deals of these forecast categories", "Только сделки этих категорий прогноза"}},
                category);
    visitor.Add({.name = "changed", .help = {"Only deals of which something changed", "Только сделки с изменениями"}},
                changed);
  }
};

std::string ConditionOf(const InspectParams& params) {
  std::string condition = "TRUE";
  if (params.close_from) condition += " AND close_date >= " + store::DateLiteral(*params.close_from);
  if (params.close_to) condition += " AND close_date <= " + store::DateLiteral(*params.close_to);
  if (params.category.empty()) return condition;
  std::string list;
  for (const std::string& one : params.category) list.append(list.empty() ? "" : ", ").append(store::QuoteText(one));
  return fmt::format("{} AND forecast_category IN ({})", condition, list);
}

Result<Instant> SinceAsked(const InspectParams& params, const Context& context) {
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  if (params.since.empty()) {
    return Instant{zone.EndOfDay({context.LocalAsOfDate().days - kUsualDaysBack}).micros - 1};
  }
  if (const auto day = ParseIsoDate(params.since)) return Instant{zone.EndOfDay(*day).micros - 1};
  if (const auto instant = ParseIsoInstant(params.since)) return *instant;
  return Fail(BadUsage("'{}' is not a moment", params.since)
                  .Field("since")
                  .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)"));
}

// --- What is said of a deal -----------------------------------------------------------------------------------------

struct Inspected {
  const OpenDeal* deal = nullptr;
  Signs signs = {};
  std::vector<Reason> reasons = {};
  std::int64_t points = 0;
};

std::optional<std::int64_t> DaysSince(std::int64_t then, Instant now) {
  if (then == kAlways) return std::nullopt;
  return std::max<std::int64_t>(0, (now.micros - then) / kMicrosPerDay);
}

Inspected Inspect(const OpenDeal& deal, const OpenDeals& all, Instant now, Date today) {
  Signs signs{.lacks_close_date = all.known.close_dates && deal.close_day == kNoDay,
              .pushes = deal.pushes,
              .days_in_stage = DaysSince(deal.entered_stage_at, now),
              .owner_changes = deal.owner_changes,
              .has_shrunk = deal.has_shrunk};
  if (deal.close_day != kNoDay) signs.days_past_close = today.days - deal.close_day;
  // Nobody ever talked about it: silent since it was created.
  if (all.known.talks)
    signs.silence_days = DaysSince(deal.last_talk_at != kAlways ? deal.last_talk_at : deal.created_at, now);
  if (all.known.contacts) signs.contacts = deal.contacts;
  if (all.known.next_steps) signs.has_next_step = !deal.next_step.empty();
  signs.next_step_days = deal.next_step.empty() ? std::nullopt : DaysSince(deal.next_step_at, now);
  if (const auto stage = all.stages.find({deal.pipeline, deal.stage}); stage != all.stages.end()) {
    std::optional<bool> is_large;
    if (deal.amount_reporting != kNoAmount && all.large_from != kNoAmount)
      is_large = deal.amount_reporting > all.large_from;
    const Norm* norm = NormFor(all.norms, stage->second, is_large);
    if (norm != nullptr) signs.usual_days = norm->median_days;
  }
  // Where no history tells, the deal stands in its stage for all that is known, which is not how long it has.
  if (!deal.is_told) signs.days_in_stage.reset();
  Inspected inspected{.deal = &deal, .signs = signs, .reasons = ReasonsOf(signs)};
  inspected.points = PointsOf(inspected.reasons);
  return inspected;
}

Text Words(const Reason& reason, const Inspected& of) {
  const Signs& signs = of.signs;
  const auto days = [](std::int64_t count) {
    return Text{fmt::format("{} {}", count, count == 1 ? "day" : "days"),
                fmt::format("{} {}", count, analysis::RussianForm(count, "день", "дня", "дней"))};
  };
  switch (reason.sign) {
    case Sign::kPastClose: {
      const Text past = days(*signs.days_past_close);
      return {fmt::format("closing date passed {} ago", past.en),
              fmt::format("дата закрытия прошла {} назад", past.ru)};
    }
    case Sign::kNoCloseDate:
      return {"no closing date", "нет даты закрытия"};
    case Sign::kSilent: {
      const Text silent = days(*signs.silence_days);
      return of.deal->last_talk_at == kAlways
                 ? Text{fmt::format("nobody talked about it in {}", silent.en),
                        fmt::format("ни одного контакта за {}", silent.ru)}
                 : Text{fmt::format("silent for {}", silent.en), fmt::format("тишина {}", silent.ru)};
    }
    case Sign::kPushed: {
      const Text pushed = days(of.deal->days_pushed);
      return {fmt::format("pushed {} by {} in all", signs.pushes == 1 ? "once" : fmt::format("{} times", signs.pushes),
                          pushed.en),
              fmt::format("переносов: {}, всего на {}", signs.pushes, pushed.ru)};
    }
    case Sign::kSlow: {
      const Text stay = days(*signs.days_in_stage);
      return {fmt::format("{} in its stage, won deals took {}", stay.en, *signs.usual_days),
              fmt::format("{} на этапе, у выигранных — {}", stay.ru, *signs.usual_days)};
    }
    case Sign::kNoNextStep:
      return {"no next step", "нет следующего шага"};
    case Sign::kOldNextStep: {
      const Text old = days(*signs.next_step_days);
      return {fmt::format("next step written {} ago", old.en), fmt::format("следующий шаг записан {} назад", old.ru)};
    }
    case Sign::kFewContacts:
      return *signs.contacts == 0 ? Text{"no contact", "нет контактов"} : Text{"a single contact", "один контакт"};
    case Sign::kHandedOver:
      return {signs.owner_changes == 1 ? "its owner changed"
                                       : fmt::format("its owner changed {} times", signs.owner_changes),
              fmt::format("смен ответственного: {}", signs.owner_changes)};
    case Sign::kShrunk:
      return {"its amount fell", "сумма снизилась"};
  }
  return {};
}

// --- Tables ---------------------------------------------------------------------------------------------------------

TableSpec DealsSpec() {
  return {.name = "deals",
          .title = {"Open deals, the riskiest first", "Открытые сделки, сначала самые рискованные"},
          .key = {"deal_id"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"),
                      TextOf("deal", "Deal", "Сделка"),
                      TextOf("account", "Account", "Компания"),
                      Of("amount", ColumnType::kMoney, "Amount", "Сумма"),
                      TextOf("stage", "Stage", "Этап"),
                      TextOf("category", "Category", "Категория"),
                      Of("close_date", ColumnType::kDate, "Closes", "Закрытие"),
                      TextOf("owner", "Owner", "Ответственный"),
                      TextOf("team", "Team", "Команда"),
                      Of("risk", ColumnType::kInteger, "Risk, of 100", "Риск из 100", "count"),
                      TextOf("reasons_en", "Why", "Почему"),
                      TextOf("reasons_ru", "Why (Russian)", "Почему (по-русски)"),
                      CountOf("changes", "Fields changed", "Изменено полей"),
                      CountOf("pushes", "Pushes", "Переносов"),
                      Of("days_pushed", ColumnType::kInteger, "Pushed by", "Перенесено на", "days"),
                      Of("days_in_stage", ColumnType::kInteger, "In its stage", "На этапе", "days"),
                      Of("usual_days", ColumnType::kInteger, "Won deals stood there", "Выигранные стояли", "days"),
                      Of("silence_days", ColumnType::kInteger, "Silent for", "Тишина", "days"),
                      TextOf("next_step", "Next step", "Следующий шаг"),
                      Of("next_step_days", ColumnType::kInteger, "Next step is from", "Шаг записан", "days"),
                      CountOf("contacts", "Contacts", "Контактов"),
                      CountOf("owner_changes", "Owner changes", "Смен ответственного"),
                      Of("days_past_close", ColumnType::kInteger, "Closing date passed", "Дата прошла", "days"),
                      Of("age_days", ColumnType::kInteger, "Age", "Возраст", "days")},
          .chart = analysis::Chart{.kind = "bar", .x = "deal", .y = "risk"}};
}

TableSpec ChangesSpec() {
  return {.name = "changes",
          .title = {"What changed", "Что изменилось"},
          .key = {"deal_id", "field"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"), TextOf("deal", "Deal", "Сделка"),
                      TextOf("field", "Field", "Поле"), TextOf("old", "Was", "Было"), TextOf("new", "Is", "Стало"),
                      Of("changed_at", ColumnType::kInstant, "Changed", "Изменено"),
                      TextOf("changed_by", "Changed by", "Кто изменил")}};
}

TableSpec ReasonsSpec() {
  return {.name = "reasons",
          .title = {"Points of each deal", "Баллы каждой сделки"},
          .key = {"deal_id", "reason"},
          .columns = {TextOf("deal_id", "Deal id", "Id сделки"), TextOf("reason", "Reason", "Причина"),
                      Of("points", ColumnType::kInteger, "Points", "Баллов", "count"), TextOf("text_en", "What", "Что"),
                      TextOf("text_ru", "What (Russian)", "Что (по-русски)")}};
}

TableSpec NormsSpec() {
  return {.name = "norms",
          .title = {"How long won deals stood in each stage", "Сколько выигранные сделки стояли на этапах"},
          .key = {"pipeline", "stage", "size"},
          .columns = {TextOf("pipeline", "Pipeline", "Воронка"), TextOf("stage", "Stage", "Этап"),
                      TextOf("size", "Size: all, small, large", "Размер: все (all), мелкие (small), крупные (large)"),
                      Of("median_days", ColumnType::kInteger, "Median", "Медиана", "days"),
                      CountOf("deals", "Won deals", "Выигранных сделок")}};
}

Value TextOrNothing(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value MoneyOrNothing(std::int64_t amount) {
  return amount == kNoAmount ? Value() : Value(Decimal{amount, kAmountScale});
}

std::vector<Value> RowOf(const Inspected& one, Instant now) {
  const OpenDeal& deal = *one.deal;
  Text why;
  for (const Reason& reason : one.reasons) {
    const Text words = Words(reason, one);
    why.en.append(why.en.empty() ? "" : "; ").append(words.en);
    why.ru.append(why.ru.empty() ? "" : "; ").append(words.ru);
  }
  const auto past = one.signs.days_past_close;
  return {deal.id,
          TextOrNothing(deal.name),
          TextOrNothing(deal.account),
          MoneyOrNothing(deal.amount_reporting),
          TextOrNothing(deal.stage),
          TextOrNothing(deal.category),
          deal.close_day == kNoDay ? Value() : Value(Date{deal.close_day}),
          TextOrNothing(deal.owner),
          TextOrNothing(deal.team),
          one.points,
          TextOrNothing(why.en),
          TextOrNothing(why.ru),
          static_cast<std::int64_t>(deal.changes.size()),
          deal.pushes,
          deal.days_pushed,
          Maybe(one.signs.days_in_stage),
          Maybe(one.signs.usual_days),
          Maybe(one.signs.silence_days),
          TextOrNothing(deal.next_step),
          Maybe(one.signs.next_step_days),
          Maybe(one.signs.contacts),
          deal.owner_changes,
          past && *past > 0 ? Value(*past) : Value(),
          Maybe(DaysSince(deal.created_at, now))};
}

void AddChanges(const OpenDeal& deal, Table& table) {
  for (const FieldChange& change : deal.changes) {
    table.rows.push_back({deal.id, TextOrNothing(deal.name), change.field, TextOrNothing(change.was),
                          TextOrNothing(change.is), change.at == kAlways ? Value() : Value(Instant{change.at}),
                          TextOrNothing(change.by)});
  }
}

Table NormsTable(const OpenDeals& all, const std::string& currency) {
  Table table = Empty(NormsSpec(), currency);
  for (const auto& [name, number] : all.stages) {
    for (const Norm& norm : all.norms) {
      if (norm.stage != number) continue;
      table.rows.push_back({name.pipeline, name.stage,
                            std::string(!norm.is_large   ? "all"
                                        : *norm.is_large ? "large"
                                                         : "small"),
                            norm.median_days, norm.deals});
    }
  }
  return table;
}

std::vector<analysis::Warning> WarningsOf(const OpenDeals& all) {
  std::vector<analysis::Warning> warnings;
  if (all.deals.empty()) {
    warnings.push_back({.code = "no_deals", .message = MakePhrase("no deal is open in this scope")});
    return warnings;
  }
  const auto untold = std::ranges::count_if(all.deals, [](const OpenDeal& deal) { return !deal.is_told; });
  if (untold > 0) {
    warnings.push_back({.code = "no_history",
                        .message = MakePhrase("of {} of {} open deals no history tells: how long they stand in their "
                                              "stage, their pushes and changes are not known",
                                              untold, all.deals.size()),
                        .params = {{"deals", fmt::format("{}", untold)}}});
  }
  const auto lacking = [&](bool is_known, const char* code, Phrase message) {
    if (!is_known) warnings.push_back({.code = code, .message = std::move(message)});
  };
  lacking(all.known.close_dates, "no_close_dates", MakePhrase("no open deal has a closing date: that is not judged"));
  lacking(all.known.talks, "no_talks",
          MakePhrase("no calls, mails or meetings of deals are known: silence is not judged"));
  lacking(all.known.contacts, "no_contacts", MakePhrase("no contacts of deals are known: their number is not judged"));
  lacking(all.known.next_steps, "no_next_steps", MakePhrase("no deal has a next step: that is not judged"));
  lacking(!all.known.next_steps || all.known.next_step_times, "no_next_step_times",
          MakePhrase("no history tells when next steps were written: their age is not known"));
  lacking(!all.norms.empty(), "no_norms",
          MakePhrase("fewer than {} won deals have a history of their stages: what is usual there is not known",
                     kFewestStays));
  return warnings;
}

Result<Output> RunInspect(const metrics::MetricCatalog& catalog, const InspectParams& params, Context& context) {
  WEIR_TRY(const Scope scope, ScopeAt(catalog, params.scope, context));
  WEIR_TRY(const Instant since, SinceAsked(params, context));
  WEIR_TRY(const OpenDeals all, ReadOpenDeals(scope, ConditionOf(params), since, context));
  std::vector<Inspected> inspected;
  inspected.reserve(all.deals.size());
  for (const OpenDeal& deal : all.deals) {
    if (params.changed && deal.changes.empty()) continue;
    inspected.push_back(Inspect(deal, all, context.as_of(), context.LocalAsOfDate()));
  }
  std::ranges::stable_sort(inspected, [](const Inspected& one, const Inspected& other) {
    return std::pair(-one.points, -one.deal->amount_reporting) <
           std::pair(-other.points, -other.deal->amount_reporting);
  });
  const std::string& currency = context.settings().currency;
  Table deals = Empty(DealsSpec(), currency);
  Table changes = Empty(ChangesSpec(), currency);
  Table reasons = Empty(ReasonsSpec(), currency);
  for (const Inspected& one : inspected) {
    deals.rows.push_back(RowOf(one, context.as_of()));
    AddChanges(*one.deal, changes);
    for (const Reason& reason : one.reasons) {
      const Text words = Words(reason, one);
      reasons.rows.push_back({one.deal->id, std::string(NameOf(reason.sign)), reason.points, words.en, words.ru});
    }
  }
  const auto told = std::ranges::count_if(all.deals, [](const OpenDeal& deal) { return deal.is_told; });
  Output output{.warnings = WarningsOf(all)};
  if (!all.deals.empty() && told < std::ssize(all.deals)) {
    output.history = told == 0 ? analysis::History::kNone : analysis::History::kPartial;
  }
  output.tables = {std::move(deals), std::move(changes), std::move(reasons), NormsTable(all, currency)};
  return output;
}

Result<Evidence> ExplainInspect(const metrics::MetricCatalog& catalog, const InspectParams& params,
                                const std::string& table, const std::vector<std::string>& key, Context& context) {
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "deals" || table == "changes" || table == "reasons")
    return Evidence{.table = "deal", .ids = {key.front()}};
  if (table != "norms") return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  if (key.size() != 3) return Fail(BadUsage("the key is not a pipeline, a stage and a size").Field("explain"));
  WEIR_TRY(const Scope scope, ScopeAt(catalog, params.scope, context));
  WEIR_TRY(const OpenDeals none, ReadOpenDeals(scope, "FALSE", context.as_of(), context));
  std::string size = "TRUE";
  if (key[2] != "all" && none.large_from != kNoAmount) {
    size = fmt::format("coalesce(d.amount_reporting > {}, FALSE) = {}", FormatDecimal({none.large_from, kAmountScale}),
                       key[2] == "large" ? "TRUE" : "FALSE");
  }
  return DealsOf(
      fmt::format("SELECT d.deal_id FROM ({}) AS d WHERE d.status = 'won' AND coalesce(d.pipeline, '') = {} AND {} AND "
                  "d.deal_id IN (SELECT v.deal_id FROM scoped.deal_version AS v WHERE v.status = 'open' AND "
                  "v.valid_to IS NOT NULL AND v.stage = {}) ORDER BY d.amount_reporting DESC NULLS LAST, "
                  "d.deal_id NULLS LAST",
                  scope.counted, store::QuoteText(key[0]), size, store::QuoteText(key[1])),
      context.session());
}

analysis::Info InspectInfo() {
  return {.id = "pipeline.inspect",
          .title = {"Deal inspection", "Осмотр сделок"},
          .help = {"Every open deal: what changed since a day (amount, close date, stage, category, owner, next step), "
                   "pushes, days in its stage against won deals of that stage and size, silence, next step, contacts, "
                   "owner changes, closing date in the past, and a risk in points with its reasons",
                   "Каждая открытая сделка: что изменилось с заданного дня (сумма, дата закрытия, этап, категория, "
                   "ответственный, следующий шаг), переносы, дни на этапе против выигранных того же этапа и размера, "
                   "тишина, следующий шаг, контакты, смены ответственного, прошедшая дата закрытия и риск в баллах с "
                   "причинами"},
          .needs = {"deal", "deal_version", "deal_contact", "activity", "message", "field_change", "account", "member",
                    "team", "excluded"},
          .tables = {DealsSpec(), ChangesSpec(), ReasonsSpec(), NormsSpec()}};
}

}  // namespace

analysis::Analysis InspectAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return analysis::DeclareOver<InspectParams>(catalog, InspectInfo(), &RunInspect, &ExplainInspect);
}

}  // namespace weir::pipeline
