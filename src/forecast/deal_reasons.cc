#include "forecast/deal_reasons.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "analysis/words.h"

namespace weir::forecast {
namespace {

using analysis::Text;

Text Days(std::int64_t count) {
  return {fmt::format("{} {}", count, count == 1 ? "day" : "days"),
          fmt::format("{} {}", count, analysis::RussianForm(count, "день", "дня", "дней"))};
}

std::string NameAt(const std::vector<std::string>& names, int number) {
  return number < 0 || static_cast<std::size_t>(number) >= names.size() ? std::string()
                                                                        : names[static_cast<std::size_t>(number)];
}

Text Named(const char* en, const char* ru, const std::string& name) {
  return name.empty() ? Text{fmt::format("{} not known", en), fmt::format("{}: неизвестно", ru)}
                      : Text{fmt::format("{} {}", en, name), fmt::format("{}: {}", ru, name)};
}

Text ClosingDate(const std::optional<Day>& closes, Day today) {
  if (!closes) return {"no closing date", "нет даты закрытия"};
  const Text days = Days(std::abs(*closes - today));
  if (*closes < today) {
    return {fmt::format("closing date passed {} ago", days.en), fmt::format("дата закрытия прошла {} назад", days.ru)};
  }
  return {fmt::format("closing date in {}", days.en), fmt::format("дата закрытия через {}", days.ru)};
}

Text Silence(const std::optional<Day>& last, Day today) {
  if (!last) return {"no contact known", "контактов не было"};
  const Text days = Days(today - *last);
  return {fmt::format("last contact {} ago", days.en), fmt::format("последний контакт {} назад", days.ru)};
}

Text Pushes(int pushes) {
  if (pushes == 0) return {"never pushed", "без переносов"};
  return {pushes == 1 ? std::string("pushed once") : fmt::format("pushed {} times", pushes),
          fmt::format("переносов: {}", pushes)};
}

Text WordsOf(const DealBook& book, std::size_t deal, Feature feature) {
  const DealHistory& history = book.histories[deal];
  const DealState& state = *StateAt(history, book.as_of, book.as_of);
  const DealConduct conduct = ConductAt(history, book.as_of);
  switch (feature) {
    case Feature::kStage:
      return Named("stage", "этап", NameAt(book.stages, state.stage));
    case Feature::kStageAge: {
      const Text days = Days(book.as_of - conduct.stage_since);
      return {fmt::format("{} in its stage", days.en), fmt::format("{} на этапе", days.ru)};
    }
    case Feature::kDealAge: {
      const Text days = Days(book.as_of - history.created_day);
      return {fmt::format("created {} ago", days.en), fmt::format("создана {} назад", days.ru)};
    }
    case Feature::kPushes:
      return Pushes(conduct.pushes);
    case Feature::kAmount:
      return state.amount == 0 ? Text{"no amount", "нет суммы"} : Text{"its amount", "её сумма"};
    case Feature::kOwner:
      return Named("owner", "ответственный", NameAt(book.owners, state.owner));
    case Feature::kTeam:
      return Named("team", "команда", NameAt(book.teams, state.team));
    case Feature::kType:
      return Named("type", "тип", book.deals[deal].type);
    case Feature::kSilence:
      return Silence(conduct.last_contact, book.as_of);
    case Feature::kCloseDate:
      return ClosingDate(state.close_day, book.as_of);
    case Feature::kSegment:
      break;
  }
  return {"segment", "сегмент"};
}

struct Kind {
  std::string_view name;
  const char* en;
  const char* ru;
};

constexpr std::array<Kind, kChangeKinds> kKinds{{
    {"won", "Won", "Выиграны"},
    {"lost", "Lost", "Проиграны"},
    {"created", "New deals", "Новые сделки"},
    {"reopened", "Opened again", "Открыты снова"},
    {"left", "Left: deleted or no longer in the scope", "Ушли: удалены или больше не входят в отбор"},
    {"amount_up", "Amount up", "Сумма выросла"},
    {"amount_down", "Amount down", "Сумма снизилась"},
    {"pulled_in", "Closing date earlier", "Закрытие раньше"},
    {"pushed_out", "Closing date later", "Закрытие позже"},
    {"stage", "Stage changed", "Этап изменился"},
    {"age", "Time passed, and what people did", "Прошло время, и что сделано"},
    {"model", "What the model has learnt since", "Чему модель научилась за это время"},
    {"arrivals", "Deals not created yet", "Ещё не созданные сделки"},
    {"spread", "Distance of the median from the mean", "Отличие медианы от среднего"},
}};

const Kind& Of(ChangeKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace

Text ReasonsOf(const DealBook& book, std::size_t deal, std::span<const FeatureEffect> effects) {
  constexpr std::size_t kMost = 3;
  constexpr double kLeast = .005;
  Text text;
  std::size_t told = 0;
  for (const FeatureEffect& effect : effects) {
    if (told == kMost || std::abs(effect.won) < kLeast) break;
    const Text words = WordsOf(book, deal, effect.feature);
    const auto points = std::lround(100 * effect.won);
    text.en += fmt::format("{}{} ({:+} {})", told == 0 ? "" : "; ", words.en, points,
                           std::abs(points) == 1 ? "point" : "points");
    text.ru += fmt::format("{}{} ({:+} п.)", told == 0 ? "" : "; ", words.ru, points);
    ++told;
  }
  return text;
}

Text TitleOf(ChangeKind kind) { return {Of(kind).en, Of(kind).ru}; }
std::string_view NameOf(ChangeKind kind) { return Of(kind).name; }

}  // namespace weir::forecast
