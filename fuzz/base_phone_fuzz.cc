// Whatever the quick way understands is what the library understands.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/phone.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  static constexpr std::array<std::string_view, 6> kRegions{"", "DE", "RU", "US", "GB", "AG"};
  const std::string_view region = kRegions.at(bytes[0] % kRegions.size());
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  WEIR_CHECK(weir::ParsePhone(text, region) == weir::ParsePhoneByLibrary(text, region));
  return 0;
}
