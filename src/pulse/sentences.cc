#include "pulse/sentences.h"

#include <algorithm>
#include <array>
#include <map>

namespace weir::pulse {
namespace {

using analysis::Text;
using store::Value;

// Below this many, a share is too uncertain to be compared.
constexpr std::int64_t kEnough = 30;
// Of a share, in parts of 10^9: smaller falls are not worth a sentence.
constexpr std::int64_t kOnePoint = 10'000'000;
constexpr std::int64_t kStaleDays = 7;

std::string Grouped(Decimal value, std::string_view separator) {
  const auto whole = Rescale(value, 0);
  std::string digits = FormatDecimal(whole.value_or(value));
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, separator);
  }
  return digits;
}

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
}

// A share or a relative change as percent with one digit: "12.5". Russian has the comma.
std::string Percent(Decimal share) {
  const auto tenths = Rescale({share.units * 100, share.scale}, 1);
  return FormatDecimal(tenths.value_or(share));
}
std::string Comma(std::string number) {
  std::ranges::replace(number, '.', ',');
  return number;
}

std::string Magnitude(const std::string& number) { return number.starts_with('-') ? number.substr(1) : number; }

// 1 сделка, 2 сделки, 5 сделок.
std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many) {
  const std::int64_t tens = count % 100;
  const std::int64_t ones = count % 10;
  if (tens >= 11 && tens <= 14) return many;
  return ones == 1 ? one : ones >= 2 && ones <= 4 ? few : many;
}

const HeadlineNumber* Find(const Headline& headline, std::string_view id) {
  const auto found =
      std::ranges::find_if(headline.numbers, [&](const HeadlineNumber& number) { return number.metric->id == id; });
  return found == headline.numbers.end() ? nullptr : &*found;
}

bool IsEmpty(const Headline& headline) {
  return std::ranges::all_of(headline.numbers, [](const HeadlineNumber& number) { return number.trend.empty(); });
}

void SayNothingKnown(const Findings& findings, std::vector<Sentence>& sentences) {
  const std::string day = FormatDate(findings.view->zone.LocalDateOf(findings.view->as_of));
  if (findings.sources->empty()) {
    sentences.push_back({"empty",
                         {"Nothing has been imported yet. Drop the exports of your CRM on the page Sources.",
                          "Пока ничего не загружено. Перетащите выгрузки из CRM на страницу «Источники»."}});
  } else {
    sentences.push_back({"empty",
                         {fmt::format("As of {}, the sources hold no deals, leads or invoices that you may see.", day),
                          fmt::format("На {} в источниках нет сделок, лидов и счетов, которые вам видны.", day)}});
  }
}

void SayWon(const Findings& findings, std::vector<Sentence>& sentences) {
  const HeadlineNumber* won = Find(*findings.headline, "won_amount");
  const Funnel& funnel = *findings.funnel_now;
  const std::int64_t count = funnel[3].count.value_or(0);
  if (!funnel[3].count) return;
  const std::string from = FormatDate(findings.view->now.first);
  const std::string to = FormatDate(findings.view->now.last);
  const auto amount = won == nullptr ? std::nullopt : AsDecimal(won->value);
  if (count == 0) {
    sentences.push_back({"nothing_won",
                         {fmt::format("Nothing was won from {} to {}.", from, to),
                          fmt::format("С {} по {} не выиграно ни одной сделки.", from, to)}});
    return;
  }
  const std::string_view deals_ru = RussianForm(count, "сделка", "сделки", "сделок");
  const std::string_view won_ru = RussianForm(count, "выиграна", "выиграны", "выиграно");
  if (!amount) {
    sentences.push_back(
        {"won_without_amount",
         {fmt::format("{} {} won from {} to {}; their amounts are not known.", count,
                      count == 1 ? "deal was" : "deals were", from, to),
          fmt::format("С {} по {} {} {} {}; их суммы неизвестны.", from, to, won_ru, count, deals_ru)}});
    return;
  }
  const std::string& currency = findings.view->currency;
  const std::string unit = currency == kNoCurrency ? "" : " " + currency;
  Text text{fmt::format("{} {} won from {} to {}, {}{} in all", count, count == 1 ? "deal was" : "deals were", from, to,
                        GroupedEn(*amount), unit),
            fmt::format("С {} по {} {} {} {} на {}{}", from, to, won_ru, count, deals_ru, GroupedRu(*amount), unit)};
  if (won->change) {
    const std::string percent = Magnitude(Percent(*won->change));
    const bool is_less = won->change->units < 0;
    if (won->change->units == 0) {
      text.en += ", as much as by the same day of the last period";
      text.ru += ", столько же, сколько к тому же дню прошлого периода";
    } else {
      text.en += fmt::format(", {}% {} than by the same day of the last period", percent, is_less ? "less" : "more");
      text.ru += fmt::format(", на {} % {}, чем к тому же дню прошлого периода", Comma(percent),
                             is_less ? "меньше" : "больше");
    }
  }
  sentences.push_back({"won", {text.en + ".", text.ru + "."}});
}

Text StepName(std::string_view step) {
  static const std::map<std::string_view, Text> kNames{{"leads", {"leads", "лиды"}},
                                                       {"qualified", {"qualified", "квалифицированные"}},
                                                       {"opportunities", {"opportunities", "сделки"}},
                                                       {"won", {"won", "выигранные"}},
                                                       {"paid", {"paid", "оплаченные"}}};
  return kNames.at(step);
}

// The step whose share fell most against the last period, if it fell at all and both rest on enough cases.
void SayWeakestLink(const Findings& findings, std::vector<Sentence>& sentences) {
  const auto& now = *findings.funnel_now;
  const auto& before = *findings.funnel_before;
  std::size_t weakest = 0;
  Int128 deepest = -kOnePoint;
  bool is_comparable = false;
  for (std::size_t i = 1; i < now.size(); ++i) {
    if (!now[i].transition || !before[i].transition) continue;
    if (now[i].transition->entered < kEnough || before[i].transition->entered < kEnough) continue;
    is_comparable = true;
    const Int128 change = now[i].transition->Share()->units - before[i].transition->Share()->units;
    if (change > deepest) continue;
    deepest = change;
    weakest = i;
  }
  if (!is_comparable) return;
  if (weakest == 0) {
    sentences.push_back({"funnel_steady",
                         {"No step of the funnel lets through clearly less than in the last period.",
                          "Ни один шаг воронки не пропускает заметно меньше, чем в прошлом периоде."}});
    return;
  }
  std::size_t previous = weakest - 1;
  while (previous > 0 && !now[previous].count) --previous;
  const Text from = StepName(now[previous].name);
  const Text to = StepName(now[weakest].name);
  const std::string share_now = Percent(*now[weakest].transition->Share());
  const std::string share_before = Percent(*before[weakest].transition->Share());
  sentences.push_back(
      {"weakest_link",
       {fmt::format(
            "The link that weakened most: {} to {}. {}% went on, against {}% by the same day of the last period.",
            from.en, to.en, share_now, share_before),
        fmt::format("Сильнее всего ослаб переход «{} - {}»: дальше прошло {} %, а к тому же дню прошлого периода {} %.",
                    from.ru, to.ru, Comma(share_now), Comma(share_before))}});
}

void SayShortPast(const Findings& findings, std::vector<Sentence>& sentences) {
  if (!findings.headline->is_before_incomplete) return;
  const std::string day = FormatDate(findings.view->before.first);
  sentences.push_back(
      {"short_past",
       {fmt::format("The data begin after {}: the last period is not whole, so compare with care.", day),
        fmt::format("Данные начинаются позже {}: прошлый период неполон, сравнивайте осторожно.", day)}});
}

void SaySources(const Findings& findings, std::vector<Sentence>& sentences) {
  std::int64_t quarantined = 0;
  for (const SourceState& source : *findings.sources) {
    quarantined += source.quarantined;
    if (!source.age_days || source.age_days->units < Int128{kStaleDays} * 100) continue;
    const std::string days = FormatDecimal(*Rescale(*source.age_days, 0));
    const std::int64_t count = static_cast<std::int64_t>(Rescale(*source.age_days, 0)->units);
    sentences.push_back({"stale_source",
                         {fmt::format("{}: the newest record is {} days old.", source.source, days),
                          fmt::format("{}: самой новой записи {} {}.", source.source, days,
                                      RussianForm(count, "день", "дня", "дней"))}});
  }
  if (quarantined > 0) {
    const Decimal count{quarantined, 0};
    sentences.push_back({"rows_set_aside",
                         {fmt::format("{} {} set aside on import; the page Sources says why.", GroupedEn(count),
                                      quarantined == 1 ? "row was" : "rows were"),
                          fmt::format("При загрузке {} {} {}; причины - на странице «Источники».",
                                      RussianForm(quarantined, "отложена", "отложены", "отложено"), GroupedRu(count),
                                      RussianForm(quarantined, "строка", "строки", "строк"))}});
  }
}

}  // namespace

std::string GroupedEn(Decimal value) { return Grouped(value, ","); }
std::string GroupedRu(Decimal value) { return Grouped(value, "\u202F"); }

std::vector<Sentence> MakeSentences(const Findings& findings) {
  std::vector<Sentence> sentences;
  if (IsEmpty(*findings.headline)) {
    SayNothingKnown(findings, sentences);
  } else {
    SayWon(findings, sentences);
    SayWeakestLink(findings, sentences);
    SayShortPast(findings, sentences);
  }
  SaySources(findings, sentences);
  return sentences;
}

}  // namespace weir::pulse
