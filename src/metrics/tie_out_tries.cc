#include "metrics/tie_out_tries.h"

#include <algorithm>

#include "metrics/bridge_words.h"

namespace weir::metrics {
namespace {

constexpr double kRivalCost = 2;
constexpr double kSameRowsCost = 2.8;
constexpr double kSameUnitCost = 4;
// Where no metric is named: ratios are less often what a bare figure is.
constexpr double kUnaskedCost = 1;
constexpr double kUnaskedRatioCost = 1.6;
constexpr double kEdgeCost = 2;
constexpr double kShiftCost = 2.4;
constexpr double kToDateCost = 2.2;
constexpr double kOtherGrainCost = 3;
constexpr double kOpenCost = 1;

bool AreRivals(const Metric& one, const Metric& other) {
  const auto names = [](const Metric& metric, const Metric& rival) {
    return std::ranges::find(metric.rivals, rival.id, &Rival::id) != metric.rivals.end();
  };
  return names(one, other) || names(other, one);
}

double CostOf(const MetricCatalog& catalog, const Metric& metric, const Metric& asked) {
  if (&metric == &asked) return 0;
  if (AreRivals(metric, asked)) return kRivalCost;
  return catalog.BasesOf(metric).front()->view == catalog.BasesOf(asked).front()->view ? kSameRowsCost : kSameUnitCost;
}

// Collects periods, each once, the cheapest.
class Periods {
 public:
  explicit Periods(Date as_of) : as_of_(as_of) {}

  void Add(std::optional<Date> from, std::optional<Date> to, double cost, const Text& what) {
    if (from && to && *from > *to) return;
    if (from && *from > as_of_) return;
    // Periods that end after as-of are one and the same.
    const auto end = [&](const std::optional<Date>& day) { return day ? std::min(*day, as_of_) : as_of_; };
    const auto same = std::ranges::find_if(
        periods_, [&](const PeriodTry& period) { return period.from == from && end(period.to) == end(to); });
    if (same != periods_.end()) {
      if (same != periods_.begin() && same->cost > cost) *same = {from, to, Titled(what, from, to), cost};
      return;
    }
    periods_.push_back({from, to, Titled(what, from, to), cost});
  }

  void Add(const DayRange& days, double cost, const Text& what) { Add(days.first, days.last, cost, what); }

  std::vector<PeriodTry> Take() { return std::move(periods_); }

 private:
  static Text Titled(const Text& what, std::optional<Date> from, std::optional<Date> to) {
    return what.en.empty() ? DaysInWords(from, to) : Fill({"{}: {}", "{}: {}"}, {what, DaysInWords(from, to)});
  }

  Date as_of_;
  std::vector<PeriodTry> periods_;
};

// Days more or less at either end, as of reports that take an end as exclusive, or of another clock.
void AddEdges(const DayRange& days, Periods& periods) {
  const auto add = [&](int first, int last, const Text& what) {
    periods.Add(DayRange{AddDays(days.first, first), AddDays(days.last, last)}, kEdgeCost, what);
  };
  add(0, -1, {"without the last day", "без последнего дня"});
  add(0, 1, {"with a day after the end", "с лишним днём в конце"});
  add(1, 0, {"without the first day", "без первого дня"});
  add(-1, 0, {"with a day before the beginning", "с лишним днём в начале"});
  add(1, 1, {"one day later", "на день позже"});
  add(-1, -1, {"one day earlier", "на день раньше"});
}

void AddAround(const DayRange& days, int first_month, int fiscal_month, Date as_of, Periods& periods) {
  for (const int month : {first_month, fiscal_month}) {
    const DayRange before = SamePartOfLastPeriod(days, month);
    periods.Add(before, kShiftCost, {"the period before", "предыдущий период"});
  }
  periods.Add(DayRange{AddMonths(days.first, -12), AddMonths(days.last, -12)}, kShiftCost, {"a year ago", "год назад"});
  const int length = days.last.days - days.first.days + 1;
  periods.Add(DayRange{AddDays(days.last, 1), AddDays(days.last, length)}, kShiftCost + 0.4,
              {"the period after", "следующий период"});
  periods.Add(DayRange{days.first, as_of}, kToDateCost, {"to date", "по сегодня"});
  struct Named {
    Grain grain;
    Text text;
  };
  const std::vector<Named> grains{{Grain::kWeek, {"week", "неделя"}},
                                  {Grain::kMonth, {"month", "месяц"}},
                                  {Grain::kQuarter, {"quarter", "квартал"}},
                                  {Grain::kYear, {"year", "год"}}};
  for (const Named& named : grains) {
    for (const int month : {1, fiscal_month}) {
      for (const Date day : {days.last, days.first}) {
        const DayRange whole = PeriodAround(day, named.grain, month);
        periods.Add(whole, kOtherGrainCost, named.text);
        periods.Add(DayRange{whole.first, days.last}, kToDateCost, Fill({"{} to date", "{} с начала"}, {named.text}));
      }
    }
  }
  for (const int last : {7, 28, 30, 90, 365}) {
    const std::string count = fmt::format("{}", last);
    periods.Add(DayRange{AddDays(days.last, 1 - last), days.last}, kOtherGrainCost,
                Fill({"last {} days", "последние {} дн."}, {{count, count}}));
  }
  periods.Add(std::nullopt, days.last, kOtherGrainCost, {"from the beginning", "с самого начала"});
}

// Without a period: the calendar's own.
void AddCalendar(Date as_of, int fiscal_month, Periods& periods) {
  const auto add = [&](Grain grain, int month, int count, int months_each) {
    Date day = as_of;
    for (int i = 0; i < count; ++i) {
      periods.Add(PeriodAround(day, grain, month), kOpenCost + 0.02 * i, {});
      day = AddMonths(PeriodAround(day, grain, month).first, -months_each);
    }
  };
  add(Grain::kMonth, 1, 25, 1);
  for (const int month : {1, fiscal_month}) {
    add(Grain::kQuarter, month, 12, 3);
    add(Grain::kYear, month, 5, 12);
  }
}

}  // namespace

bool MayBe(const Figure& figure, const Metric& metric) {
  if (figure.unit) return *figure.unit == metric.unit;
  return true;
}

std::vector<MetricTry> MetricsToTry(const MetricCatalog& catalog, const Figure& figure, const Metric* asked) {
  std::vector<MetricTry> tries;
  for (const Metric& metric : catalog.metrics()) {
    if (&metric != asked && metric.is_part) continue;
    if (asked != nullptr ? metric.unit != asked->unit : !MayBe(figure, metric)) continue;
    const double unasked = metric.IsRatio() ? kUnaskedRatioCost : kUnaskedCost;
    tries.push_back({&metric, asked == nullptr ? unasked : CostOf(catalog, metric, *asked)});
  }
  std::ranges::stable_sort(tries, {}, &MetricTry::cost);
  return tries;
}

std::vector<PeriodTry> PeriodsOf(const Query& query) {
  const Date as_of = query.AsOfDay();
  Periods periods(as_of);
  periods.Add(query.from, query.to, 0, {"as asked", "как спрошено"});
  if (!query.from && !query.to) {
    AddCalendar(as_of, query.first_month, periods);
    return periods.Take();
  }
  const Date last = query.to ? std::min(*query.to, as_of) : as_of;
  if (query.from && *query.from <= last) {
    const DayRange days{*query.from, query.to.value_or(last)};
    AddEdges(days, periods);
    AddAround(days, 1, query.first_month, as_of, periods);
    return periods.Take();
  }
  for (const int days : {-1, 1}) {
    periods.Add(std::nullopt, AddDays(last, days), kEdgeCost,
                days < 0 ? Text{"a day earlier", "на день раньше"} : Text{"a day later", "на день позже"});
  }
  return periods.Take();
}

std::vector<Date> MomentsToTry(const Query& query) {
  const Date as_of = query.AsOfDay();
  const Date end = query.to ? *query.to : PeriodAround(as_of, Grain::kMonth, 1).first;
  std::vector<Date> moments;
  for (const int days : {0, 1, 3, 7}) {
    const Date day = AddDays(end, days);
    if (day < as_of) moments.push_back(day);
  }
  return moments;
}

const std::vector<std::string>& ZonesToTry() {
  static const std::vector<std::string> kZones{"UTC",
                                               "America/Los_Angeles",
                                               "America/New_York",
                                               "America/Sao_Paulo",
                                               "Europe/London",
                                               "Europe/Berlin",
                                               "Europe/Moscow",
                                               "Asia/Dubai",
                                               "Asia/Yekaterinburg",
                                               "Asia/Kolkata",
                                               "Asia/Singapore",
                                               "Asia/Tokyo",
                                               "Australia/Sydney"};
  return kZones;
}

}  // namespace weir::metrics
