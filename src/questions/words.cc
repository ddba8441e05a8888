#include "questions/words.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace weir::questions {
namespace {

constexpr std::array<std::string_view, 4> kRoman{"I", "II", "III", "IV"};
constexpr std::array<std::array<std::string_view, 2>, 12> kMonthsRu{{{"январе", "января"},
                                                                     {"феврале", "февраля"},
                                                                     {"марте", "марта"},
                                                                     {"апреле", "апреля"},
                                                                     {"мае", "мая"},
                                                                     {"июне", "июня"},
                                                                     {"июле", "июля"},
                                                                     {"августе", "августа"},
                                                                     {"сентябре", "сентября"},
                                                                     {"октябре", "октября"},
                                                                     {"ноябре", "ноября"},
                                                                     {"декабре", "декабря"}}};

std::string Filled(std::string_view pattern, const std::vector<Text>& arguments, std::string Text::* language) {
  std::string filled;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) break;
    filled += pattern.substr(0, open);
    std::size_t at = 0;
    std::from_chars(pattern.data() + open + 1, pattern.data() + close, at);
    filled += arguments.at(at).*language;
    pattern.remove_prefix(close + 1);
  }
  return filled.append(pattern);
}

}  // namespace

Text Say(std::string_view en, std::string_view ru, const std::vector<Text>& arguments) {
  return {Filled(en, arguments, &Text::en), Filled(ru, arguments, &Text::ru)};
}

PeriodWords Speak(metrics::DayRange days) {
  const CivilDate first = ToCivil(days.first);
  const auto is_whole = [&](metrics::Grain grain) { return metrics::PeriodAround(days.first, grain, 1) == days; };
  if (is_whole(metrics::Grain::kMonth)) {
    const std::string name = fmt::format("{} {}", analysis::MonthName(first.month).en, first.year);
    const auto& russian = kMonthsRu.at(static_cast<std::size_t>(first.month - 1));
    return {{"in " + name, fmt::format("в {} {} года", russian[0], first.year)},
            {name, fmt::format("{} {} года", russian[1], first.year)}};
  }
  if (is_whole(metrics::Grain::kQuarter)) {
    const int quarter = (first.month - 1) / 3;
    const std::string_view roman = kRoman.at(static_cast<std::size_t>(quarter));
    const std::string name = fmt::format("Q{} {}", quarter + 1, first.year);
    return {{"in " + name, fmt::format("{} {} квартале {} года", quarter == 1 ? "во" : "в", roman, first.year)},
            {name, fmt::format("{} квартала {} года", roman, first.year)}};
  }
  if (is_whole(metrics::Grain::kYear)) {
    return {{fmt::format("in {}", first.year), fmt::format("в {} году", first.year)},
            {fmt::format("{}", first.year), fmt::format("{} года", first.year)}};
  }
  const Text from = analysis::DayName(days.first);
  const Text to = analysis::DayName(days.last);
  const Text range = Say("from {0} to {1}", "с {0} по {1}", {from, to});
  return {range, Say("the days {0}", "дней {0}", {range})};
}

Text YearWords(const Scope& scope) {
  if (scope.now == LastYear(scope)) return {"in the last twelve months", "за последние двенадцать месяцев"};
  return Speak(scope.now).within;
}

Text Count(std::int64_t count) { return {analysis::GroupedEn(count), analysis::GroupedRu(count)}; }

Text Deals(std::int64_t count) {
  return {fmt::format("{} {}", analysis::GroupedEn(count), count == 1 ? "deal" : "deals"),
          fmt::format("{} {}", analysis::GroupedRu(count), analysis::RussianForm(count, "сделка", "сделки", "сделок"))};
}

Text Money(Decimal amount, std::string_view currency) {
  return analysis::ShortMoney({amount.units < 0 ? -amount.units : amount.units, amount.scale}, currency);
}

Text Signed(Decimal amount, std::string_view currency) {
  const std::string_view sign = amount.units < 0 ? "−{0}" : "+{0}";
  return Say(sign, sign, {Money(amount, currency)});
}

Text Percent(const std::optional<Decimal>& share) { return share ? analysis::PercentOf(*share) : Same("–"); }

}  // namespace weir::questions
