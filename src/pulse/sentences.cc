#include "pulse/sentences.h"

#include <algorithm>
#include <cmath>

#include "pulse/words.h"

namespace weir::pulse {
namespace {

using analysis::Text;
using store::Value;

// Below this many, a share is too uncertain to be compared.
constexpr std::int64_t kEnough = 30;
// Of a share, in parts of 10^9: smaller falls are not worth a sentence.
constexpr std::int64_t kOnePoint = 10'000'000;
constexpr std::int64_t kStaleDays = 7;

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Decimal{*integer, 0};
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  return std::nullopt;
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
  const Text day = DayName(findings.view->zone.LocalDateOf(findings.view->as_of));
  if (findings.sources->empty()) {
    sentences.push_back({"empty",
                         {"Nothing has been imported yet. Drop the exports of your CRM on the page Sources.",
                          "Пока ничего не загружено. Перетащите выгрузки из CRM на страницу «Источники»."}});
  } else {
    sentences.push_back(
        {"empty",
         {fmt::format("As of {}, the sources hold no dated deals, leads or invoices that you may see.", day.en),
          fmt::format("На {} в источниках нет сделок, лидов и счетов с датой, которые вам видны.", day.ru)}});
  }
}

Text Capital(Text text) {
  if (!text.en.empty()) text.en[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text.en[0])));
  for (const auto& [small, large] : {std::pair{"в ", "В "}, std::pair{"с ", "С "}}) {
    if (text.ru.starts_with(small)) text.ru.replace(0, std::string_view(small).size(), large);
  }
  return text;
}

// ", 12% more than at this point of last quarter"; nothing where the last period is not known.
Text Comparison(const HeadlineNumber& won, const Text& at) {
  const auto before = AsDecimal(won.previous);
  if (!before) return {};
  if (!won.change || before->units == 0) {
    return {fmt::format(", after nothing {}", at.en), fmt::format(", а {} — ничего", at.ru)};
  }
  if (won.change->units == 0) {
    return {fmt::format(", as much as {}", at.en), fmt::format(", столько же, сколько {}", at.ru)};
  }
  const Decimal change = *Rescale(*won.change, 6);
  constexpr Int128 kOne = 1'000'000;
  if (change.units >= kOne) {
    const Decimal times = Rescale({change.units + kOne, 6}, 1).value_or(change);
    const std::string en = FormatDecimal(times);
    std::string ru = en;
    std::ranges::replace(ru, '.', ',');
    const bool is_whole = times.units % 10 == 0;
    const std::string_view form =
        is_whole ? RussianForm(static_cast<std::int64_t>(times.units / 10), "раз", "раза", "раз") : "раза";
    return {fmt::format(", {} times as much as {}", en, at.en),
            fmt::format(", в {} {} больше, чем {}", ru, form, at.ru)};
  }
  const Text percent = PercentOf(change);
  const bool is_less = change.units < 0;
  return {fmt::format(", {} {} than {}", percent.en, is_less ? "less" : "more", at.en),
          fmt::format(", на {} {}, чем {}", percent.ru, is_less ? "меньше" : "больше", at.ru)};
}

struct Fall {
  std::size_t step = 0;  // the share of those that went on to it fell
  Decimal now;
  Decimal before;
};

// The step whose share fell most against the last period, where both rest on enough cases and the fall is more than
// twice its standard error.
struct Comparable {
  bool any = false;
  std::optional<Fall> worst = {};
};
Comparable WeakestLink(const Findings& findings) {
  const auto& now = *findings.funnel_now;
  const auto& before = *findings.funnel_before;
  Comparable found;
  Int128 deepest = -kOnePoint;
  for (std::size_t i = 1; i < now.size(); ++i) {
    if (!now[i].transition || !before[i].transition) continue;
    const Transition& left = *now[i].transition;
    const Transition& right = *before[i].transition;
    if (left.entered < kEnough || right.entered < kEnough) continue;
    found.any = true;
    const Decimal share = *left.Share();
    const Decimal share_before = *right.Share();
    const Int128 change = share.units - share_before.units;
    const auto cases = static_cast<double>(left.entered + right.entered);
    const double pooled = static_cast<double>(left.went_on + right.went_on) / cases;
    const double error = std::sqrt(pooled * (1 - pooled) * cases / static_cast<double>(left.entered) /
                                   static_cast<double>(right.entered));
    if (change > deepest || ToDouble({-change, 9}) < 2 * error) continue;
    deepest = change;
    found.worst = {i, share, share_before};
  }
  return found;
}

// "fewer leads qualify" and the like: what a fall of the step's share means.
Text FallOf(std::string_view step, bool knows_qualified) {
  if (step == "qualified") return {"fewer leads qualify", "лиды реже квалифицируются"};
  if (step == "opportunities") {
    return knows_qualified
               ? Text{"fewer qualified leads become deals", "квалифицированные лиды реже становятся сделками"}
               : Text{"fewer leads become deals", "лиды реже становятся сделками"};
  }
  if (step == "won") return {"fewer of the new deals are won so far", "из новых сделок пока выиграно меньше"};
  return {"fewer of the won deals are paid so far", "из выигранных сделок пока оплачено меньше"};
}

Text Weakness(const Findings& findings, const Fall& fall) {
  const Funnel& funnel = *findings.funnel_now;
  const Text what = FallOf(funnel[fall.step].name, funnel[1].count.has_value());
  const Text now = PercentOf(fall.now);
  const Text before = PercentOf(fall.before);
  return {fmt::format("{}, {} instead of {}", what.en, now.en, before.en),
          fmt::format("{}: {} вместо {}", what.ru, now.ru, before.ru)};
}

// ", 52% of the plan with 58% of the days gone"; empty without a plan.
Text AgainstPlan(const std::optional<PlanFact>& plan) {
  if (!plan || !plan->share_of_plan) return {};
  const Text share = PercentOf(*plan->share_of_plan);
  const bool is_over = plan->share_of_days->units >= 1'000'000;
  if (is_over) return {fmt::format(", {} of the plan", share.en), fmt::format(", {} плана", share.ru)};
  const Text days = PercentOf(*plan->share_of_days);
  return {fmt::format(", {} of the plan with {} of the days gone", share.en, days.en),
          fmt::format(", {} плана, а дней прошло {}", share.ru, days.ru)};
}

// What was won in the period, against what; empty where the data know no deals.
Text WonInPeriod(const Findings& findings, const SpokenPeriod& period) {
  const std::optional<std::int64_t> count = (*findings.funnel_now)[3].count;
  if (!count) return {};
  const Text within = Capital(period.within);
  if (*count == 0) {
    const bool may_come = findings.view->is_current;
    return {fmt::format("Nothing {} {}", may_come ? "is won yet" : "was won", period.within.en),
            fmt::format("{} {} ни одной сделки", within.ru, may_come ? "пока не выиграно" : "не выиграно")};
  }
  const HeadlineNumber* won = Find(*findings.headline, "won_amount");
  const auto amount = won == nullptr ? std::nullopt : AsDecimal(won->value);
  const std::string deals_ru = fmt::format("{} {} {}", RussianForm(*count, "выиграна", "выиграны", "выиграно"),
                                           GroupedRu({*count, 0}), RussianForm(*count, "сделка", "сделки", "сделок"));
  const std::string deals_en = fmt::format("{} {}", GroupedEn({*count, 0}), *count == 1 ? "deal" : "deals");
  if (!amount) {
    return {fmt::format("{} won {}, their amounts are not known", deals_en, period.within.en),
            fmt::format("{} {}, их суммы неизвестны", within.ru, deals_ru)};
  }
  const Text money = ShortMoney(*amount, findings.view->currency);
  const Text planned = AgainstPlan(*findings.plan);
  const Text comparison = planned.en.empty() ? Comparison(*won, period.at) : planned;
  return {fmt::format("{} won in {} {}{}", money.en, deals_en, period.within.en, comparison.en),
          fmt::format("{} {} на {}{}", within.ru, deals_ru, money.ru, comparison.ru)};
}

// Of all deals closed, where the steps look at those created in the period; empty where it did not fall clearly.
Text WinRateFall(const Findings& findings) {
  constexpr std::int64_t kFewestWon = 10;
  constexpr Int128 kFivePoints = 50'000;  // of 10^6
  const HeadlineNumber* rate = Find(*findings.headline, "win_rate");
  if (rate == nullptr || !rate->change || rate->change->units > -kFivePoints) return {};
  if ((*findings.funnel_now)[3].count.value_or(0) < kFewestWon) return {};
  if ((*findings.funnel_before)[3].count.value_or(0) < kFewestWon) return {};
  const Text now = PercentOf(*AsDecimal(rate->value));
  const Text before = PercentOf(*AsDecimal(rate->previous));
  return {fmt::format("the win rate fell from {} to {}", before.en, now.en),
          fmt::format("доля выигранных упала с {} до {}", before.ru, now.ru)};
}

void SayWhatMatters(const Findings& findings, std::vector<Sentence>& sentences) {
  const SpokenPeriod period = Speak(*findings.view);
  const Comparable link = WeakestLink(findings);
  Text lead = WonInPeriod(findings, period);
  if (link.worst) {
    const Text weakness = Weakness(findings, *link.worst);
    if (lead.en.empty()) {
      const Text within = Capital(period.within);
      lead = {fmt::format("{}, {} {}", within.en, weakness.en, period.at.en),
              fmt::format("{} {} {}", within.ru, weakness.ru, period.at.ru)};
    } else {
      lead = {fmt::format("{}; {}", lead.en, weakness.en), fmt::format("{}; {}", lead.ru, weakness.ru)};
    }
  }
  const Text win_rate = link.worst ? Text{} : WinRateFall(findings);
  if (!win_rate.en.empty() && !lead.en.empty()) {
    lead = {fmt::format("{}; {}", lead.en, win_rate.en), fmt::format("{}; {}", lead.ru, win_rate.ru)};
  }
  const bool is_steady = link.any && !link.worst && win_rate.en.empty();
  if (is_steady && !lead.en.empty()) {
    lead.en += "; no step of the funnel has weakened";
    lead.ru += "; ни один шаг воронки не ослаб";
  }
  if (!lead.en.empty()) sentences.push_back({"lead", {lead.en + ".", lead.ru + "."}});
  if (is_steady && lead.en.empty()) {
    sentences.push_back({"funnel_steady",
                         {fmt::format("No step of the funnel lets through clearly less than {}.", period.at.en),
                          fmt::format("Ни один шаг воронки не пропускает заметно меньше, чем {}.", period.at.ru)}});
  }
}

void SayShortPast(const Findings& findings, std::vector<Sentence>& sentences) {
  if (!findings.headline->is_before_incomplete) return;
  const Text day = DayName(findings.view->before.first);
  sentences.push_back(
      {"short_past",
       {fmt::format("The data begin after {}: the last period is not whole, so compare with care.", day.en),
        fmt::format("Данные начинаются позже {}: прошлый период неполон, сравнивайте осторожно.", day.ru)}});
}

void SaySources(const Findings& findings, std::vector<Sentence>& sentences) {
  std::int64_t quarantined = 0;
  for (const SourceState& source : *findings.sources) {
    quarantined += source.quarantined;
    if (!source.age_days || source.age_days->units < Int128{kStaleDays} * 100) continue;
    const std::string days = FormatDecimal(*Rescale(*source.age_days, 0));
    const std::int64_t count = static_cast<std::int64_t>(Rescale(*source.age_days, 0)->units);
    sentences.push_back({"stale_source",
                         {fmt::format("The newest record of {} is {} days old.", source.title.en, days),
                          fmt::format("Самой новой записи {} {}: {}.", days, RussianForm(count, "день", "дня", "дней"),
                                      source.title.ru)}});
  }
  if (quarantined > 0) {
    const Decimal count{quarantined, 0};
    sentences.push_back({"rows_set_aside",
                         {fmt::format("{} {} set aside on import; the page Sources says why.", GroupedEn(count),
                                      quarantined == 1 ? "row was" : "rows were"),
                          fmt::format("При загрузке {} {} {}; причины — на странице «Источники».",
                                      RussianForm(quarantined, "отложена", "отложены", "отложено"), GroupedRu(count),
                                      RussianForm(quarantined, "строка", "строки", "строк"))}});
  }
}

}  // namespace

std::vector<Sentence> MakeSentences(const Findings& findings) {
  std::vector<Sentence> sentences;
  if (IsEmpty(*findings.headline)) {
    SayNothingKnown(findings, sentences);
  } else {
    SayWhatMatters(findings, sentences);
    SayShortPast(findings, sentences);
  }
  SaySources(findings, sentences);
  return sentences;
}

}  // namespace weir::pulse
