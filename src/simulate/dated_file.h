// Names of files whose rows carry no stamp of their last change: they say of which day they are.
#pragma once

#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {

// "weir-goal-2026-10-31.csv"
inline std::filesystem::path DatedFile(const std::filesystem::path& folder, const View& view, std::string_view name) {
  return folder / fmt::format("{}-{}.csv", name, FormatDate(view.day));
}

}  // namespace weir::simulate
