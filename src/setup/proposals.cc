#include "setup/proposals.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "metrics/period.h"
#include "setup/words.h"

namespace weir::setup {
namespace {

using analysis::Text;

constexpr std::size_t kMostOptions = 8;

Text Same(const std::string& text) { return {text, text}; }

// Words in names of pipelines that sell nothing.
bool IsNamedForOtherThings(const std::string& name) {
  static const std::vector<std::string> kWords{
      "hiring",  "recruit",  "candidate", "onboard",   "implement", "support",   "ticket",   "purchas", "procure",
      "vendor",  "supplier", "complain",  "legal",     "наим",      "подбор",    "кандидат", "рекрут",  "ваканс",
      "внедрен", "поддержк", "закуп",     "поставщик", "претензи",  "рекламаци", "юрист",    "обучени"};
  const std::string folded = NameKey(name);
  return std::ranges::any_of(kWords, [&](const std::string& word) { return folded.find(word) != std::string::npos; });
}

// A pipeline without money, in which nothing is ever won, sells nothing; nor does one that says so.
bool IsOther(const PipelineUse& pipeline) {
  constexpr std::int64_t kEnough = 10;
  const bool is_moneyless =
      pipeline.deals >= kEnough && pipeline.won == 0 && pipeline.with_amount * 20 < pipeline.deals;
  return is_moneyless || IsNamedForOtherThings(pipeline.name);
}

Text DealsIn(const PipelineUse& pipeline) {
  return {fmt::format("{} {}, {} won, {} with an amount", GroupedEn(pipeline.deals),
                      pipeline.deals == 1 ? "deal" : "deals", GroupedEn(pipeline.won), GroupedEn(pipeline.with_amount)),
          fmt::format("{} {}, выиграно {}, с суммой {}", GroupedRu(pipeline.deals),
                      RussianForm(pipeline.deals, "сделка", "сделки", "сделок"), GroupedRu(pipeline.won),
                      GroupedRu(pipeline.with_amount))};
}

// Of periods as long as a year, or a quarter, the months in which they begin; weighted by how often they are named.
std::map<int, std::int64_t> MonthsOfPeriods(const Evidence& evidence, int shortest, int longest) {
  std::map<int, std::int64_t> months;
  for (const NamedPeriod& period : evidence.periods) {
    const int days = period.last.days - period.first.days + 1;
    const CivilDate begins = ToCivil(period.first);
    if (days >= shortest && days <= longest && begins.day == 1) months[begins.month] += period.times;
  }
  return months;
}

int MostNamed(const std::map<int, std::int64_t>& months) {
  return std::ranges::max_element(months, {}, [](const auto& entry) { return entry.second; })->first;
}

std::int64_t SumOf(const std::map<int, std::int64_t>& months) {
  std::int64_t sum = 0;
  for (const auto& [month, times] : months) sum += times;
  return sum;
}

void AddMonths(int proposed, Proposal& proposal) {
  for (int step = 0; step < 12; ++step) {
    const int month = (proposed - 1 + step) % 12 + 1;
    proposal.options.push_back({std::to_string(month), MonthName(month), {}});
  }
}

}  // namespace

Proposal ProposeCurrency(const Evidence& evidence) {
  Proposal proposal;
  std::int64_t amounts = 0;
  for (const CurrencyUse& use : evidence.currencies) amounts += use.amounts;
  if (amounts == 0) {
    proposal.evidence = {"No amount in the data names its currency.", "Ни у одной суммы в данных нет валюты."};
    return proposal;
  }
  const CurrencyUse& most = evidence.currencies.front();
  proposal.value = most.currency;
  proposal.share = ShareOf(most.amounts, amounts);
  const Text percent = PercentOf(*proposal.share);
  proposal.evidence = {
      fmt::format("{} of {} deals and invoices with an amount are in {}.", percent.en, GroupedEn(amounts),
                  most.currency),
      fmt::format("{} из {} сделок и счетов с суммой — в {}.", percent.ru, GroupedRu(amounts), most.currency)};
  for (const CurrencyUse& use : evidence.currencies) {
    if (proposal.options.size() == kMostOptions) break;
    const Text part = PercentOf(ShareOf(use.amounts, amounts));
    proposal.options.push_back({use.currency, Same(use.currency), part});
  }
  return proposal;
}

Proposal ProposeFiscalYear(const Evidence& evidence) {
  Proposal proposal;
  const auto years = MonthsOfPeriods(evidence, 360, 370);
  const auto quarters = MonthsOfPeriods(evidence, 85, 95);
  if (!years.empty()) {
    const int month = MostNamed(years);
    proposal.value = std::to_string(month);
    proposal.share = ShareOf(years.at(month), SumOf(years));
    proposal.evidence = {
        fmt::format("{} of the goals for a year begin in {}.", PercentOf(*proposal.share).en, MonthName(month).en),
        fmt::format("{} годовых целей начинаются в месяце {}.", PercentOf(*proposal.share).ru, MonthName(month).ru)};
  } else if (!quarters.empty()) {
    // Quarters tell the year up to three months; of the four possible months January is the usual one.
    std::map<int, std::int64_t> phases;
    for (const auto& [month, times] : quarters) phases[(month - 1) % 3] += times;
    const int month = MostNamed(phases) + 1;
    proposal.value = std::to_string(month);
    proposal.share = ShareOf(phases.at(month - 1), SumOf(phases));
    const Text percent = PercentOf(*proposal.share);
    const Text name = MonthName(month);
    proposal.evidence = {
        fmt::format("{} of the quarters that goals and forecasts name fit a year from {}.", percent.en, name.en),
        fmt::format("{} кварталов в целях и прогнозах согласуются с годом, который начинает {}.", percent.ru, name.ru)};
  } else {
    proposal.value = "1";
    proposal.evidence = {"No goal or forecast names a year or a quarter: January is usual.",
                         "В данных нет целей и прогнозов на год или квартал; обычно год начинается в январе."};
  }
  AddMonths(std::stoi(*proposal.value), proposal);
  return proposal;
}

Proposal ProposePipelines(const Evidence& evidence) {
  Proposal proposal;
  std::vector<std::string> others;
  std::int64_t deals = 0;
  std::int64_t sales = 0;
  for (const PipelineUse& pipeline : evidence.pipelines) {
    const bool is_other = IsOther(pipeline);
    deals += pipeline.deals;
    sales += is_other ? 0 : pipeline.deals;
    if (is_other) others.push_back(pipeline.name);
    proposal.options.push_back({pipeline.name, Same(pipeline.name), DealsIn(pipeline)});
  }
  proposal.value = fmt::format("{}", fmt::join(others, "; "));
  if (evidence.pipelines.size() < 2) {
    proposal.evidence = {"The data know one pipeline only: every deal is a sale.",
                         "В данных всего одна воронка: каждая сделка — продажа."};
    return proposal;
  }
  proposal.share = ShareOf(sales, deals);
  const Text percent = PercentOf(*proposal.share);
  proposal.evidence =
      others.empty()
          ? Text{fmt::format("In each of the {} pipelines deals have amounts or are won.", evidence.pipelines.size()),
                 fmt::format("В каждой из воронок ({}) у сделок есть суммы или победы.", evidence.pipelines.size())}
          : Text{fmt::format("{} of the deals are in sales pipelines; the others have no amounts, or are named for "
                             "something else.",
                             percent.en),
                 fmt::format("{} сделок — в воронках продаж; в остальных нет сумм или они названы иначе.", percent.ru)};
  return proposal;
}

Proposal ProposePlan(const Evidence& evidence, int first_month, const std::string& currency) {
  Proposal proposal;
  struct Year {
    Decimal target{0, kAmountScale};
    std::int64_t days = 0;  // that goals cover
    std::int64_t goals = 0;
  };
  std::map<int, Year> years;  // by the year in which they begin
  for (const GoalOfSales& goal : evidence.goals) {
    const metrics::DayRange year = metrics::PeriodAround(goal.first, metrics::Grain::kYear, first_month);
    if (goal.last > year.last || (goal.currency != currency && goal.currency != "XXX")) continue;
    Year& of = years[ToCivil(year.first).year];
    of.target.units += Rescale(goal.target, kAmountScale)->units;
    of.days += goal.last.days - goal.first.days + 1;
    ++of.goals;
  }
  std::vector<std::string> values;
  std::int64_t goals = 0;
  for (const auto& [year, of] : years) {
    constexpr std::int64_t kShortestYear = 365;
    if (of.days < kShortestYear || of.days > kShortestYear + 1) continue;  // a part of the year, or twice
    values.push_back(fmt::format("{}={}", year, FormatDecimal(of.target)));
    goals += of.goals;
  }
  if (values.empty()) {
    proposal.evidence = {"No goals for the amount won cover a whole year. Without a plan Pulse shows the fact alone.",
                         "Целей по выигранной сумме на целый год нет. Без плана Пульс показывает только факт."};
    return proposal;
  }
  proposal.value = fmt::format("{}", fmt::join(values, ", "));
  proposal.evidence = {
      fmt::format("{} {} for the amount won {} up to it.", goals, goals == 1 ? "goal" : "goals",
                  goals == 1 ? "adds" : "add"),
      fmt::format("Столько {} {} {} по выигранной сумме.", RussianForm(goals, "составляет", "составляют", "составляют"),
                  goals, RussianForm(goals, "цель", "цели", "целей"))};
  return proposal;
}

Proposal ProposeSourceOrder(const Evidence& evidence) {
  Proposal proposal;
  if (evidence.merged == 0) {
    proposal.evidence = {
        "No company or person is known from several sources: there is nothing to choose.",
        "Ни одна компания и ни один человек не известны из нескольких источников: выбирать не из чего."};
    return proposal;
  }
  std::vector<std::string> names;
  for (const SourceUse& use : evidence.sources) {
    if (names.size() == kMostOptions) break;
    names.push_back(use.source);
  }
  proposal.value = fmt::format("{}", fmt::join(names, " > "));
  proposal.share = ShareOf(evidence.merged, evidence.known);
  const std::string most = GroupedEn(evidence.merged);
  proposal.evidence = {
      fmt::format("{} of {} companies and people are known from several sources: in each field one of them wins.", most,
                  GroupedEn(evidence.known)),
      fmt::format("{} из {} компаний и людей известны из нескольких источников: в каждом поле побеждает один.",
                  GroupedRu(evidence.merged), GroupedRu(evidence.known))};
  proposal.note = {
      "weir hygiene survivorship preview shows what another order would change; single fields may have a rule "
      "of their own.",
      "Что изменит другой порядок, покажет weir hygiene survivorship preview; у отдельных полей могут быть "
      "свои правила."};
  // Each of them first, the others as they were.
  for (const std::string& first : names) {
    std::vector<std::string> order{first};
    std::ranges::copy_if(names, std::back_inserter(order), [&](const std::string& name) { return name != first; });
    const std::string value = fmt::format("{}", fmt::join(order, " > "));
    const auto use = std::ranges::find(evidence.sources, first, &SourceUse::source);
    proposal.options.push_back({value,
                                Same(value),
                                {fmt::format("{} companies and people", GroupedEn(use->records)),
                                 fmt::format("{} компаний и людей", GroupedRu(use->records))}});
  }
  return proposal;
}

Text ShownValue(std::string_view setting, const std::string& value) {
  if (setting == "fiscal_year_start_month" && !value.empty()) return MonthName(std::stoi(value));
  if (setting == "working_hours") {
    const auto hours = ParseWorkingHours(value);
    return hours ? ShownHours(*hours) : Text{"Day and night", "Круглосуточно"};
  }
  if (setting == "non_sales_pipelines") {
    if (value.empty()) return {"All pipelines", "Все воронки"};
    return {"All but " + value, "Все, кроме: " + value};
  }
  if (setting == "plan_won_amount") {
    const auto plan = analysis::ParsePlan(value);
    if (!plan || plan->empty()) return {"No plan", "Без плана"};
    Text shown;
    for (const auto& [year, amount] : *plan) {
      const std::string before = shown.en.empty() ? "" : ", ";
      shown.en += before + GroupedEn(amount) + (year == 0 ? " a year" : fmt::format(" in {}", year));
      shown.ru += before + GroupedRu(amount) + (year == 0 ? " в год" : fmt::format(" в {} г.", year));
    }
    return shown;
  }
  return Same(value);
}

}  // namespace weir::setup
