#include "store/memory_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace weir::store {

// It is told as text: "1.1 GiB".
Result<double> MemoryLimit(Connection& connection) {
  WEIR_TRY(const Rows rows, connection.Query("SELECT current_setting('memory_limit')"));
  const std::string text = rows.TextAt(0, 0);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  WEIR_CHECK(error == std::errc());
  constexpr std::array<std::string_view, 5> kUnits{" bytes", " KiB", " MiB", " GiB", " TiB"};
  const auto unit = std::ranges::find(kUnits, std::string_view(end, text.data() + text.size()));
  WEIR_CHECK(unit != kUnits.end());
  for (auto step = kUnits.begin(); step != unit; ++step) number *= 1024;
  return number;
}

}  // namespace weir::store
