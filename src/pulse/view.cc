#include "pulse/view.h"

#include <algorithm>

#include "metrics/analyses.h"

namespace weir::pulse {

using metrics::AddDays;
using metrics::DayRange;
using metrics::Grain;

namespace {

// The month, quarter or year that begins with the range and holds it.
std::optional<Grain> GrainOf(DayRange range, int first_month) {
  for (const Grain grain : {Grain::kMonth, Grain::kQuarter, Grain::kYear}) {
    const DayRange whole = metrics::PeriodAround(range.first, grain, first_month);
    if (whole.first == range.first && range.last <= whole.last) return grain;
  }
  return std::nullopt;
}

}  // namespace

void PulseParams::Describe(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "from",
               .help = {"First day; else that of the current fiscal quarter",
                        "Первый день; иначе — начало текущего финансового квартала"}},
              from);
  visitor.Add({.name = "to", .help = {"Last day; else that of as-of", "Последний день; иначе — дата отчёта"}}, to);
  visitor.Add({.name = "part_of",
               .help = {"Of which period from..to is a part: what it is compared with",
                        "Частью какого периода является from..to: с чем сравнивать"},
               .allowed = {"auto", "month", "quarter", "year"}},
              part_of);
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
}

Result<PulseView> MakeView(const metrics::MetricCatalog& catalog, const PulseParams& params,
                           analysis::Context& context) {
  const int first_month = context.settings().fiscal_year_start_month;
  const Date today = context.LocalAsOfDate();
  const DayRange quarter = metrics::PeriodAround(today, Grain::kQuarter, first_month);
  PulseView view{.catalog = &catalog,
                 .segment = params.segment,
                 .as_of = context.as_of(),
                 .currency = context.settings().currency};
  view.now = {params.from.value_or(quarter.first), params.to.value_or(today)};
  if (view.now.first > view.now.last) {
    return Fail(
        BadUsage("the period ends on {}, before it begins on {}", FormatDate(view.now.last), FormatDate(view.now.first))
            .Field("from"));
  }
  // The whole period decides what comes before it; then as many days of that as have passed of this.
  if (params.part_of != "auto") {
    view.part_of = metrics::GrainNamed(params.part_of);
  } else {
    view.part_of = params.from || params.to ? GrainOf(view.now, first_month) : Grain::kQuarter;
  }
  const DayRange asked = view.now;
  const DayRange whole = view.part_of ? metrics::PeriodAround(asked.first, *view.part_of, first_month) : asked;
  view.now.last = std::max(std::min(asked.last, today), asked.first);
  const bool is_part = whole.first == view.now.first && view.now.last < whole.last;
  view.is_to_date = is_part;
  view.whole = is_part ? whole : view.now;
  if (view.part_of && whole.first != view.now.first) view.part_of.reset();  // some days inside
  view.is_current = whole.first <= today && today <= whole.last;
  view.is_last =
      view.part_of && metrics::PeriodAround(today, *view.part_of, first_month).first == AddDays(whole.last, 1);
  view.before = metrics::SamePartOfLastPeriod(is_part ? whole : view.now, first_month);
  if (is_part) {
    const int days = view.now.last.days - view.now.first.days;
    view.before.last = std::min(view.before.last, AddDays(view.before.first, days));
  }
  WEIR_TRY(view.zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(view.team_ids, metrics::TeamsUnder(params.team, context.session()));
  WEIR_TRY(view.leave_out, metrics::ReadLeaveOut(context.session()));
  return view;
}

}  // namespace weir::pulse
