// Reading a plain decimal and writing it back keeps its value, at its own scale and at any other that can hold it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::optional<weir::Decimal> value = weir::ParsePlainDecimal(text);
  if (!value) return 0;

  WEIR_CHECK(weir::ParsePlainDecimal(weir::FormatDecimalFixed(*value)) == value);
  const std::optional<weir::Decimal> shortest = weir::ParsePlainDecimal(weir::FormatDecimal(*value));
  WEIR_CHECK(shortest.has_value());
  WEIR_CHECK(weir::FormatDecimal(*shortest) == weir::FormatDecimal(*value));
  if (const auto ledger = weir::Rescale(*value, weir::kAmountScale)) {
    WEIR_CHECK(ledger->scale == weir::kAmountScale);
    WEIR_CHECK(weir::Rescale(*ledger, weir::kAmountScale) == ledger);
  }
  return 0;
}
