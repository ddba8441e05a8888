// A text that people see, in both languages of the product.
#pragma once

#include <string>

namespace weir::analysis {

struct Text {
  std::string en = {};
  std::string ru = {};
};

}  // namespace weir::analysis
