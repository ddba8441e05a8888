#include "forecast/counted_rows.h"

#include <fmt/format.h>

#include "metrics/left_out.h"

namespace weir::forecast {

Result<std::string> CountedSql(const metrics::MetricCatalog& catalog, std::string_view view, store::Session& session) {
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(session));
  std::string rows = metrics::CountedRowsSql(catalog, *catalog.FindView(view), leave_out);
  return view == "deal" ? fmt::format("SELECT * FROM ({}) WHERE is_not_sales IS NULL", rows) : rows;
}

std::string DaySql(Date day) { return fmt::format("DATE '{}'", FormatDate(day)); }

}  // namespace weir::forecast
