// What the cells of a column that no mapping names have in common. Private to sources/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::sources {

class ColumnProfile {
 public:
  void Note(std::string_view text);  // a filled cell

  std::uint64_t filled() const { return filled_; }
  // integer, decimal, boolean, date, instant or text; text if nothing was seen.
  std::string_view type() const;

 private:
  std::uint64_t filled_ = 0;
  bool may_be_integer_ = true;
  bool may_be_decimal_ = true;
  bool may_be_boolean_ = true;
  bool may_be_date_ = true;
  bool may_be_instant_ = true;
};

// The narrowest type that holds both.
std::string_view CommonType(std::string_view a, std::string_view b);

}  // namespace weir::sources
