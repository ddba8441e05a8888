#include "metrics/bridge_reasons.h"

#include <algorithm>
#include <array>

#include "metrics/bridge_words.h"

namespace weir::metrics {
namespace {

// Where a row stands to the conditions of a side that does not count it.
enum class Miss : std::uint8_t { kAbsent, kCondition, kPeriod, kAsked };

Miss MissOf(const Side& side, const Fact* fact) {
  if (fact == nullptr) return Miss::kAbsent;
  const auto conditions = static_cast<int>(ConditionsOf(*side.metric).size());
  if (fact->failed < conditions) return Miss::kCondition;
  return fact->failed == conditions ? Miss::kPeriod : Miss::kAsked;
}

// "earlier", "later" or "undated": where a day lies to the period that it misses.
std::string_view PlaceOf(const Side& side, const Fact& fact) {
  if (!fact.day) return "undated";
  return side.query.from && *fact.day < *side.query.from ? "earlier" : "later";
}

// Which of the three texts the place takes.
const Text& ByPlace(std::string_view place, const Text& earlier, const Text& later, const Text& undated) {
  return place == "earlier" ? earlier : place == "later" ? later : undated;
}

struct State {
  std::string key;
  Text words;
};

// What the row holds instead of what the condition that it misses asks for.
State StateOf(const Side& side, const Fact& fact) {
  const Condition& condition = *ConditionsOf(*side.metric)[static_cast<std::size_t>(fact.failed)];
  std::string key = fmt::format("{}", fact.failed + 1);
  if (fact.why.empty()) {
    key += "_empty";
  } else if (TellsStates(condition)) {
    key += "_" + fact.why;
  }
  return {std::move(key), WhatIsInstead(condition, fact.why, side.view(), *side.catalog)};
}

Reason ByDefinition(const Comparison& comparison, bool is_start, const Fact* other) {
  const Side& counts = is_start ? comparison.start : comparison.end;
  const Side& leaves = is_start ? comparison.end : comparison.start;
  const std::string side = is_start ? "start" : "end";
  const Text& in = counts.metric->title;
  const Text& out = leaves.metric->title;
  const int rank = is_start ? 1 : 2;
  switch (MissOf(leaves, other)) {
    case Miss::kAbsent:
      return {side + "_only", rank, Fill({"Only in “{}”", "Только в «{}»"}, {in})};
    case Miss::kCondition: {
      const State state = StateOf(leaves, *other);
      return {fmt::format("{}_without_{}", side, state.key), rank,
              Fill({"Only in “{}”: {}", "Только в «{}» — {}"}, {in, state.words})};
    }
    case Miss::kPeriod: {
      const std::string_view place = PlaceOf(leaves, *other);
      const Text column = ColumnInWords(*leaves.metric->time, leaves.view(), *leaves.catalog);
      return {fmt::format("{}_{}", side, place), rank,
              Fill(ByPlace(place, {"In “{}” of an earlier period, by {}", "В «{}» — в более раннем периоде ({})"},
                           {"In “{}” of a later period, by {}", "В «{}» — в более позднем периоде ({})"},
                           {"In “{}” of no period: {} is empty", "В «{}» — ни в каком периоде ({}: пусто)"}),
                   {out, column})};
    }
    case Miss::kAsked:
      return {side + "_filtered", rank, Fill({"Outside the filter in “{}”", "В «{}» не проходит отбор"}, {out})};
  }
  ThrowBug(__FILE__, __LINE__, "a row that is missed without a reason");
}

Reason ByPeriodOfFlow(const Comparison& comparison, bool is_start) {
  const Query& query = is_start ? comparison.start.query : comparison.end.query;
  const Text days = DaysInWords(query.from, query.to);
  if (is_start) return {"start_period", 1, Fill({"Not repeated from {}", "Было только: {}"}, {days})};
  return {"end_period", 2, Fill({"New in {}", "Стало: {}"}, {days})};
}

// What came between two moments, or from the one day of a stock to the other.
Reason Entered(const Comparison& comparison, const Fact& counted, const Fact* before) {
  const Side& side = comparison.start;
  switch (MissOf(side, before)) {
    case Miss::kAbsent: {
      // Of one moment by two data versions.
      if (comparison.what == Compared::kMoments && side.query.as_of == comparison.end.query.as_of) {
        return {"learned", 1, {"Learned since", "Стало известно позже"}};
      }
      const bool is_late = comparison.what == Compared::kMoments && counted.day && *counted.day <= side.query.AsOfDay();
      if (is_late) {
        return {"late", 2,
                Fill({"Came late: dated {} or before", "Пришло с опозданием: дата не позже {}"},
                     {DaysInWords(side.query.AsOfDay(), side.query.AsOfDay())})};
      }
      return {"new", 1, {"New", "Новые"}};
    }
    case Miss::kCondition: {
      const State state = StateOf(side, *before);
      return {"entered_" + state.key, 3, Fill({"Entered; before that {}", "Появились; раньше — {}"}, {state.words})};
    }
    case Miss::kPeriod: {
      const std::string_view place = PlaceOf(side, *before);
      const Text column = ColumnInWords(*side.metric->time, side.view(), *side.catalog);
      return {fmt::format("moved_in_{}", place), 4,
              Fill(ByPlace(place, {"Moved in from an earlier period: {}", "Перенесены из более раннего периода ({})"},
                           {"Moved in from a later period: {}", "Перенесены из более позднего периода ({})"},
                           {"Got a date: {}", "Получили дату ({})"}),
                   {column})};
    }
    case Miss::kAsked:
      return {"entered_filter", 5, {"Came into the filter", "Вошли в отбор"}};
  }
  ThrowBug(__FILE__, __LINE__, "a row that entered without a reason");
}

Reason Left(const Comparison& comparison, const Fact* after) {
  const Side& side = comparison.end;
  switch (MissOf(side, after)) {
    case Miss::kAbsent:
      return {"gone", 9, {"No longer there", "Больше нет в данных"}};
    case Miss::kCondition: {
      const State state = StateOf(side, *after);
      return {"left_" + state.key, 6, Fill({"Left: {}", "Ушли: {}"}, {state.words})};
    }
    case Miss::kPeriod: {
      const std::string_view place = PlaceOf(side, *after);
      const Text column = ColumnInWords(*side.metric->time, side.view(), *side.catalog);
      return {fmt::format("moved_out_{}", place), 7,
              Fill(ByPlace(place, {"Moved to an earlier period: {}", "Перенесены в более ранний период ({})"},
                           {"Moved to a later period: {}", "Перенесены в более поздний период ({})"},
                           {"Lost the date: {}", "Потеряли дату ({})"}),
                   {column})};
    }
    case Miss::kAsked:
      return {"left_filter", 8, {"Left the filter", "Вышли из отбора"}};
  }
  ThrowBug(__FILE__, __LINE__, "a row that left without a reason");
}

}  // namespace

analysis::Text EntityInWords(std::string_view entity) {
  struct Known {
    std::string_view entity;
    std::string_view en;
    std::string_view ru;
  };
  static constexpr std::array<Known, 6> kKnown{{{"account", "customer", "клиент"},
                                                {"deal", "deal", "сделка"},
                                                {"invoice", "invoice", "счёт"},
                                                {"lead", "lead", "лид"},
                                                {"person", "person", "человек"},
                                                {"subscription", "subscription", "подписка"}}};
  const auto found = std::ranges::find(kKnown, entity, &Known::entity);
  if (found == kKnown.end()) return {std::string(entity), std::string(entity)};
  return {std::string(found->en), std::string(found->ru)};
}

Reason ReasonOf(const Comparison& comparison, bool is_start, const Fact& counted, const Fact* other) {
  if (comparison.what == Compared::kDefinitions) return ByDefinition(comparison, is_start, other);
  const bool is_flow = !comparison.start.metric->IsStock();
  if (comparison.what == Compared::kPeriods && is_flow) return ByPeriodOfFlow(comparison, is_start);
  return is_start ? Left(comparison, other) : Entered(comparison, counted, other);
}

Reason ReasonAcross(const Comparison& comparison, bool is_start, std::string_view entity, const Fact* other,
                    bool has_counted) {
  const Side& counts = is_start ? comparison.start : comparison.end;
  const std::string side = is_start ? "start" : "end";
  const int rank = is_start ? 1 : 2;
  if (entity.empty()) {
    return {side + "_unlinked", rank,
            Fill({"Only in “{}”, of no customer that is known", "Только в «{}», клиент не известен"},
                 {counts.metric->title})};
  }
  const Text same = EntityInWords(entity);
  if (other != nullptr) {
    Reason reason = ByDefinition(comparison, is_start, other);
    reason.key += fmt::format("_{}", entity);
    reason.title = Fill({"{} (by the same {})", "{} (связь: {})"}, {reason.title, same});
    return reason;
  }
  if (has_counted) {
    return {fmt::format("{}_rest_{}", side, entity), rank,
            Fill({"Only in “{}”: the other side has other rows of the same {}",
                  "Только в «{}»: по другую сторону иные строки ({})"},
                 {counts.metric->title, same})};
  }
  return {fmt::format("{}_only_{}", side, entity), rank,
          Fill({"Only in “{}”: the other side has nothing of the same {}",
                "Только в «{}»: по другую сторону ничего нет ({})"},
               {counts.metric->title, same})};
}

}  // namespace weir::metrics
