// Any text as a specification of linking: an error has a place in the file, and what is read is written and read again
// as it was.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "identity/compare.h"
#include "identity/spec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::identity;
  const auto spec = ReadSpec({reinterpret_cast<const char*>(bytes), size}, "fuzz.toml");
  if (!spec) {
    WEIR_CHECK(spec.error().place().file == "fuzz.toml");
    return 0;
  }
  WEIR_CHECK(!spec->fields.empty() && spec->fields.size() <= kMostFields);
  WEIR_CHECK(spec->least_probability > 0 && spec->least_probability < 1);
  const std::string written = ToToml(*spec);
  const auto again = ReadSpec(written, "fuzz.toml");
  WEIR_CHECK(again.has_value());
  WEIR_CHECK(ToToml(*again) == written);
  WEIR_CHECK(again->fields.size() == spec->fields.size() && again->rules.size() == spec->rules.size());
  for (std::size_t i = 0; i < spec->fields.size(); ++i) {
    WEIR_CHECK(again->fields[i].column == spec->fields[i].column && again->fields[i].kind == spec->fields[i].kind);
  }
  for (std::size_t i = 0; i < spec->rules.size(); ++i) {
    WEIR_CHECK(again->rules[i].size() == spec->rules[i].size());
    for (std::size_t part = 0; part < spec->rules[i].size(); ++part) {
      WEIR_CHECK(again->rules[i][part].column == spec->rules[i][part].column);
      WEIR_CHECK(again->rules[i][part].form == spec->rules[i][part].form);
    }
  }
  return 0;
}
