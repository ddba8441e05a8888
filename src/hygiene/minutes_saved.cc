#include "hygiene/minutes_saved.h"

#include <utility>

#include "analysis/columns.h"
#include "base/decimal.h"

namespace weir::hygiene {

analysis::Column MinutesOf(std::string en, std::string ru) {
  return analysis::Of("minutes_saved", analysis::ColumnType::kDecimal, std::move(en), std::move(ru), "minutes");
}

Result<std::int64_t> SecondsPerEdit(store::Session& session) {
  return session.QueryInteger(
      "SELECT coalesce((SELECT CAST(value AS BIGINT) FROM scoped.setting WHERE name = 'seconds_per_edit'), 20)");
}

store::Value Minutes(std::int64_t values, std::int64_t seconds) {
  constexpr std::int64_t kTenth = 6;
  return Decimal{(Int128{2} * values * seconds + kTenth) / (2 * kTenth), 1};
}

}  // namespace weir::hygiene
