#include "identity/edits.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace weir::identity {

int EditsBetween(std::string_view a, std::string_view b, int limit) {
  constexpr std::size_t kLongest = 64;
  a = a.substr(0, kLongest);
  b = b.substr(0, kLongest);
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size())) > limit) return limit + 1;
  using Row = std::array<int, kLongest + 1>;
  std::array<Row, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0].at(j) = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Row& row = rows.at(i % 3);
    const Row& above = rows.at((i - 1) % 3);
    const Row& before = rows.at((i + 1) % 3);  // two above
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    // A swap reaches over one row.
    if (least > limit + 1) return limit + 1;
  }
  return std::min(rows.at(a.size() % 3)[b.size()], limit + 1);
}

}  // namespace weir::identity
