#include "pulse/words.h"

#include <array>

#include <fmt/format.h>

namespace weir::pulse {
namespace {

using analysis::Text;
using metrics::DayRange;
using metrics::Grain;

constexpr std::array<std::string_view, 12> kInMonthRu{"январе", "феврале", "марте",    "апреле",  "мае",    "июне",
                                                      "июле",   "августе", "сентябре", "октябре", "ноябре", "декабре"};

Text InMonth(Date day) {
  const CivilDate civil = ToCivil(day);
  const auto month = static_cast<std::size_t>(civil.month - 1);
  return {fmt::format("in {} {}", analysis::MonthName(civil.month).en, civil.year),
          fmt::format("в {} {} года", kInMonthRu.at(month), civil.year)};
}

Text InDays(DayRange days) {
  if (days.first == days.last) {
    const Text day = DayName(days.first);
    return {"on " + day.en, day.ru};
  }
  const Text first = DayName(days.first);
  const Text last = DayName(days.last);
  return {fmt::format("from {} to {}", first.en, last.en), fmt::format("с {} по {}", first.ru, last.ru)};
}

struct GrainWords {
  Text now;
  Text last;        // a whole one just over
  Text point;       // of the one before the current
  Text same_point;  // of the one before any other
  Text before;      // the whole one before
};

GrainWords WordsOf(Grain grain) {
  if (grain == Grain::kMonth) {
    return {{"this month", "в этом месяце"},
            {"last month", "в прошлом месяце"},
            {"at this point of last month", "к этому дню прошлого месяца"},
            {"at the same point of the month before", "к тому же дню предыдущего месяца"},
            {"in the month before", "в предыдущем месяце"}};
  }
  if (grain == Grain::kYear) {
    return {{"this year", "в этом году"},
            {"last year", "в прошлом году"},
            {"at this point of last year", "к этому дню прошлого года"},
            {"at the same point of the year before", "к тому же дню предыдущего года"},
            {"in the year before", "в предыдущем году"}};
  }
  return {{"this quarter", "в этом квартале"},
          {"last quarter", "в прошлом квартале"},
          {"at this point of last quarter", "к этому дню прошлого квартала"},
          {"at the same point of the quarter before", "к тому же дню предыдущего квартала"},
          {"in the quarter before", "в предыдущем квартале"}};
}

}  // namespace

SpokenPeriod Speak(const PulseView& view) {
  if (!view.part_of) {
    const int days = view.now.last.days - view.now.first.days + 1;
    if (days == 1) return {InDays(view.now), {"on the day before", "днём раньше"}};
    return {InDays(view.now),
            {fmt::format("in the {} days before", days),
             fmt::format("за предыдущие {} {}", days, RussianForm(days, "день", "дня", "дней"))}};
  }
  const GrainWords words = WordsOf(*view.part_of);
  SpokenPeriod spoken;
  spoken.at = !view.is_to_date ? words.before : view.is_current ? words.point : words.same_point;
  if (view.is_current) {
    spoken.within = words.now;
    if (!view.is_to_date) spoken.at = words.last;
  } else if (view.is_to_date) {
    spoken.within = InDays(view.now);
  } else {
    spoken.within = view.is_last                     ? words.last
                    : *view.part_of == Grain::kMonth ? InMonth(view.now.first)
                                                     : InDays(view.now);
  }
  return spoken;
}

}  // namespace weir::pulse
