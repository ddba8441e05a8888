#pragma once

#include <string>
#include <string_view>

#include "identity/byte_masks.h"

namespace weir::identity {

// What the edit distances keep of a text that is compared with many: a part of LevenshteinQuery and its like.
struct EditQuery {
  explicit EditQuery(std::string_view of) : text(of), masks(of) {}

  std::string text;
  ByteMasks masks;
};

}  // namespace weir::identity
