// The text of a rule as somebody may write it for a workspace. For tests.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace weir::leaks {

inline std::string OwnRule(std::string_view entity, std::string_view sql) {
  return fmt::format(R"(version = 1
position = 5
title = {{ en = "Mine", ru = "Моё" }}
meaning = {{ en = "m", ru = "м" }}
fix = {{ en = "f", ru = "ф" }}
formula = {{ en = "m", ru = "м" }}
department = "sales"
certainty = "certain"
entity = "{}"
detail = {{ en = "d", ru = "д" }}
sql = "{}"
)",
                     entity, sql);
}

}  // namespace weir::leaks
