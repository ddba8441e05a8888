#include "metrics/question.h"

#include <algorithm>

#include "metrics/analyses.h"
#include "metrics/left_out.h"

namespace weir::metrics {

void QuestionParams::DescribePeriod(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "from", .help = {"First day", "Первый день"}}, from);
  visitor.Add({.name = "to", .help = {"Last day", "Последний день"}}, to);
}

void QuestionParams::DescribeRows(analysis::ParamVisitor& visitor) {
  visitor.Add({.name = "where",
               .help = {"Only rows that meet this, such as: segment = '1000+' and amount > 1000",
                        "Только строки с условием, например: segment = '1000+' and amount > 1000"}},
              where);
  visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
              team);
  visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
  visitor.Add({.name = "calendar",
               .help = {"Which quarters and years", "Какие кварталы и годы"},
               .allowed = {"gregorian", "fiscal"}},
              calendar);
  visitor.Add({.name = "with_excluded",
               .help = {"Count what exclusion rules leave out as well",
                        "Считать и то, что не учитывается по правилам исключения"}},
              with_excluded);
}

Result<Query> QueryOf(const QuestionParams& params, analysis::Context& context) {
  Query query{.from = params.from,
              .to = params.to,
              .where = params.where,
              .segment = params.segment,
              .first_month = FirstMonthOf(params.calendar, context.settings()),
              .as_of = context.as_of(),
              .currency = context.settings().currency};
  WEIR_TRY(query.zone, TimeZone::Find(context.settings().time_zone));
  WEIR_TRY(query.team_ids, TeamsUnder(params.team, context.session()));
  if (!params.with_excluded) {
    WEIR_TRY(query.leave_out, ReadLeaveOut(context.session()));
  }
  WEIR_TRY(query.marts, ReadMarts(context, query.leave_out));
  return query;
}

analysis::Warning NoExchangeRate(std::int64_t count, const std::string& currency) {
  return {.code = "no_exchange_rate",
          .message = MakePhrase("{} amounts have no exchange rate to {} and are left out of the sums", count, currency),
          .params = {{"count", fmt::format("{}", count)}, {"currency", currency}}};
}

void AllowMetrics(const MetricCatalog& catalog, std::vector<analysis::ParamSpec>& params) {
  for (analysis::ParamSpec& spec : params) {
    if (spec.info.name != "metric") continue;
    spec.info.is_open = true;
    for (const Metric& metric : catalog.metrics()) {
      if (!metric.is_part) spec.info.allowed.push_back(metric.id);
    }
  }
}

std::vector<std::string> NeedsOf(const MetricCatalog& catalog) {
  std::vector<std::string> needs{"excluded", "member", "team"};
  for (const View& view : catalog.views()) needs.push_back(view.name);
  std::ranges::sort(needs);
  return needs;
}

}  // namespace weir::metrics
