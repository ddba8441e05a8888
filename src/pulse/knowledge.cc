#include "pulse/knowledge.h"

namespace weir::pulse {
namespace {

constexpr std::string_view kWhatIsKnown =
    "SELECT 'deal' AS view, count(*) AS known, min(coalesce(created_date, close_date)) AS first_day, count(*) FILTER "
    "(WHERE FALSE) AS "
    "qualified "
    "FROM scoped.deal UNION ALL "
    "SELECT 'lead', count(*), min(created_date), count(*) FILTER (WHERE is_qualified) FROM scoped.lead UNION ALL "
    "SELECT 'invoice', count(*), min(issued_date), 0 FROM scoped.invoice UNION ALL "
    "SELECT 'payment', count(*), min(day), 0 FROM scoped.payment UNION ALL "
    "SELECT 'activity', count(*), min(day), 0 FROM scoped.activity";

}  // namespace

Result<Knowledge> Knowledge::Read(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(kWhatIsKnown));
  Knowledge knowledge;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.IntegerAt(row, 1) == 0) continue;
    const auto* first = std::get_if<Date>(&rows.rows[row][2]);
    knowledge.first_days_[rows.TextAt(row, 0)] = first == nullptr ? std::nullopt : std::optional(*first);
    if (rows.IntegerAt(row, 3) > 0) knowledge.has_qualified_leads_ = true;
  }
  return knowledge;
}

std::optional<Date> Knowledge::FirstDay(std::string_view view) const {
  const auto found = first_days_.find(view);
  return found == first_days_.end() ? std::nullopt : found->second;
}

}  // namespace weir::pulse
