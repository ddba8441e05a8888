#include "pulse/brief_sentences.h"

#include <algorithm>

#include "analysis/words.h"

namespace weir::pulse {
namespace {

using analysis::GroupedEn;
using analysis::GroupedRu;
using analysis::Output;
using analysis::RussianForm;
using analysis::ShortMoney;
using analysis::Table;
using analysis::Text;

// A sum of amounts; those that are not known add nothing.
void AddUnits(const std::optional<Decimal>& amount, Decimal& sum) {
  const auto scaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
  if (scaled) sum.units += scaled->units;
}

// "€12K since yesterday, €80K in seven days".
std::optional<BriefSaid> SayWon(const BriefScope& scope, const BriefNumbers& numbers) {
  const auto won = std::ranges::find_if(numbers.known, [](const BriefNumber& one) {
    return one.metric->id == "won_amount" && one.since_day && one.since_week;
  });
  if (won == numbers.known.end()) return std::nullopt;
  const Text day = ShortMoney(*won->since_day, scope.view.currency);
  const Text week = ShortMoney(*won->since_week, scope.view.currency);
  return BriefSaid{"won",
                   {fmt::format("Won since yesterday: {}; in seven days: {}.", day.en, week.en),
                    fmt::format("Выиграно со вчерашнего дня: {}; за семь дней: {}.", day.ru, week.ru)}};
}

BriefSaid SayDeals(const BriefScope& scope, const BriefDeals& deals, const BriefSums& sums) {
  const auto waiting = static_cast<std::int64_t>(deals.waiting.size());
  if (waiting == 0) {
    return {"no_deals",
            {"No open deal wants a decision today.", "Сегодня ни одна открытая сделка не требует решения."}};
  }
  const Text money = ShortMoney(sums.deals, scope.view.currency);
  return {"deals",
          {fmt::format("{} open {} a decision or a next step, {} in all.", GroupedEn(waiting),
                       waiting == 1 ? "deal wants" : "deals want", money.en),
           fmt::format("{} {} решения или следующего шага, всего на {}.", GroupedRu(waiting),
                       RussianForm(waiting, "открытая сделка ждёт", "открытые сделки ждут", "открытых сделок ждут"),
                       money.ru)}};
}

BriefSaid SayLeaks(const BriefScope& scope, std::size_t leaks, const BriefSums& sums) {
  const auto count = static_cast<std::int64_t>(leaks);
  if (count == 0) {
    return {
        "no_leaks",
        {"No leak is known that money can be won back from.", "Утечек, по которым можно вернуть деньги, не видно."}};
  }
  const Text money = ShortMoney(sums.won_back, scope.view.currency);
  return {"leaks",
          {fmt::format("{} can be won back from {} {} of known amount; {} began in the last seven days.", money.en,
                       GroupedEn(count), count == 1 ? "leak" : "leaks", GroupedEn(sums.new_leaks)),
           fmt::format("Можно вернуть {}: {} {} с известной суммой, из них за семь дней началось {}.", money.ru,
                       GroupedRu(count), RussianForm(count, "утечка", "утечки", "утечек"), GroupedRu(sums.new_leaks))}};
}

// What nobody has owned for days, and who has it now; nothing where everything is owned.
std::optional<BriefSaid> SayUnowned(const Output& unowned) {
  const Table& summary = *unowned.Find("summary");
  const Table& people = *unowned.Find("people");
  if (summary.rows.empty() || people.rows.empty()) return std::nullopt;
  const auto count = [&](std::string_view column) {
    const auto* whole = std::get_if<std::int64_t>(&summary.rows[0][summary.IndexOf(column)]);
    return whole == nullptr ? 0 : *whole;
  };
  Text what;
  const auto add = [&](std::int64_t n, std::string_view one, std::string_view many, std::string_view ru) {
    if (n == 0) return;
    what.en += fmt::format("{}{} {}", what.en.empty() ? "" : ", ", GroupedEn(n), n == 1 ? one : many);
    what.ru += fmt::format("{}{}: {}", what.ru.empty() ? "" : ", ", ru, GroupedRu(n));
  };
  add(count("leaks"), "leak", "leaks", "утечек");
  add(count("processes"), "process", "processes", "процессов");
  add(count("metrics"), "definition of a metric", "definitions of metrics", "определений показателей");
  std::string who;
  constexpr std::size_t kNamed = 3;
  std::size_t named = 0;
  std::size_t others = 0;
  for (const auto& row : people.rows) {
    const std::string person = store::ToText(row[people.IndexOf("person")]);
    if (person.empty()) continue;
    if (++named > kNamed) {
      ++others;
    } else {
      who += (who.empty() ? "" : ", ") + person;
    }
  }
  Text whom = {who, who};
  if (others > 0) {
    whom.en += fmt::format(" and {} more", others);
    whom.ru += fmt::format(" и ещё {}", others);
  }
  if (who.empty()) whom = {"nobody: who is above is not known", "ни к кому: кто выше, неизвестно"};
  const std::int64_t days = count("days");
  return BriefSaid{"unowned",
                   {fmt::format("Without an owner for {} {} or more: {}; gone up to {}.", GroupedEn(days),
                                days == 1 ? "day" : "days", what.en, whom.en),
                    fmt::format("Без ответственного {} {} и дольше: {}; перешло {}{}.", GroupedRu(days),
                                RussianForm(days, "день", "дня", "дней"), what.ru, who.empty() ? "" : "к: ", whom.ru)}};
}

}  // namespace

BriefSums SumsOf(const BriefDeals& deals, const std::vector<BriefLeak>& leaks) {
  BriefSums sums;
  for (const BriefDeal& deal : deals.waiting) AddUnits(deal.amount, sums.deals);
  for (const BriefLeak& leak : leaks) {
    AddUnits(leak.won_back, sums.won_back);
    sums.new_leaks += leak.is_new ? 1 : 0;
  }
  return sums;
}

std::vector<BriefSaid> SayBrief(const BriefScope& scope, const BriefNumbers& numbers, const BriefDeals& deals,
                                const BriefSums& sums, std::size_t leaks, const std::optional<Output>& unowned) {
  std::vector<BriefSaid> said;
  if (auto won = SayWon(scope, numbers)) said.push_back(std::move(*won));
  said.push_back(SayDeals(scope, deals, sums));
  said.push_back(SayLeaks(scope, leaks, sums));
  if (unowned) {
    if (auto nobody = SayUnowned(*unowned)) said.push_back(std::move(*nobody));
  }
  return said;
}

}  // namespace weir::pulse
