// Conditions and measures as people and files write them: any bytes are parsed or refused, never more.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/catalog.h"
#include "metrics/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using weir::metrics::ColumnRef;
  using weir::metrics::ValueType;
  static const std::vector<weir::metrics::View> kViews{
      {.name = "deal",
       .entity = "deal",
       .id = "id",
       .columns = {{.column = "id"},
                   {.column = "amount", .type = ValueType::kDecimal, .scale = 4},
                   {.column = "count", .type = ValueType::kInteger},
                   {.column = "day", .type = ValueType::kDate},
                   {.column = "moment", .type = ValueType::kInstant},
                   {.column = "is_won", .type = ValueType::kBoolean}}}};
  const weir::metrics::ViewNames names(kViews.front(), kViews);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto condition = weir::metrics::ParseCondition(text, names, {.allows_at = true});
  if (!condition && condition.error().message().empty()) __builtin_trap();
  const auto measure = weir::metrics::ParseMeasure(text, names);
  if (!measure && measure.error().message().empty()) __builtin_trap();
  return 0;
}
