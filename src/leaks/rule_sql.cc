#include <array>

#include "leaks/rule.h"

namespace weir::leaks {

std::span<const std::string_view> FixedColumns() {
  static constexpr std::array<std::string_view, 12> kColumns{"record_id", "claim",    "name",    "account_id",
                                                             "account",   "owner_id", "owner",   "team_id",
                                                             "segment",   "since",    "exposed", "amount"};
  return kColumns;
}

Result<std::string> FillIn(std::string_view sql, const Rule& rule, Instant as_of, Date as_of_date) {
  return metrics::FillIn(sql, rule.parameters, as_of, as_of_date);
}

std::vector<std::string> ReadsOf(const Rule& rule) {
  std::vector<std::string_view> selects{rule.sql, rule.cases_sql};
  for (const Requirement& requirement : rule.requirements) selects.emplace_back(requirement.sql);
  return metrics::ViewsReadBy(selects);
}

}  // namespace weir::leaks
