// Every instant and date that is read is written in one form, which reads back as the same moment.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto date = weir::ParseIsoDate(text)) {
    WEIR_CHECK(weir::ParseIsoDate(weir::FormatDate(*date)) == date);
    WEIR_CHECK(weir::FromCivil(weir::ToCivil(*date)) == *date);
  }
  if (const auto instant = weir::ParseIsoInstant(text)) {
    WEIR_CHECK(weir::ParseIsoInstant(weir::FormatInstant(*instant)) == instant);
    WEIR_CHECK(weir::StartOf(weir::DateOf(*instant)) <= *instant);
  }
  return 0;
}
