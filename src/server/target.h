// Reads the target of a request into path segments and query parameters, percent-decoded. What other programs might
// read differently (dot segments, encoded slashes or control bytes, text that is not UTF-8) is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weir::server {

struct Target {
  std::vector<std::string> segments;                       // "/api/v1/pulse" is api, v1, pulse; "/" is none
  bool ends_in_slash = false;                              // "/api/"
  std::vector<std::pair<std::string, std::string>> query;  // in the order of the request

  // "/api/v1/pulse", decoded.
  std::string Path() const;
};

inline constexpr std::size_t kMaxQueryParameters = 200;

// `target` in origin form, visible ASCII: as the guard has passed it.
Result<Target> ParseTarget(std::string_view target);

// Replaces %41 by A and, if asked, + by a blank. Nothing on a broken escape, a control byte or text that is not UTF-8.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_blank = false);

}  // namespace weir::server
