// What an action did, before its decision is written. Internal to workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "analysis/result.h"

namespace weir::workspace {

struct Effect {
  std::string kind = {};  // of the data version
  std::string subject = {};
  nlohmann::json before = {};
  nlohmann::json after = {};
  std::optional<std::int64_t> undoes = {};
  analysis::Output output = {};
};

}  // namespace weir::workspace
