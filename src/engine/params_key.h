// How parameters stand in keys: equal for equal parameters alone, whatever signs their values hold.
#pragma once

#include <string>

#include "analysis/params.h"

namespace weir::engine {

inline void AppendParams(const analysis::RawParams& params, std::string& key) {
  for (const auto& [name, values] : params) {
    key += fmt::format("|{}:", name);
    for (const std::string& value : values) key += fmt::format("{}:{},", value.size(), value);
  }
}

}  // namespace weir::engine
