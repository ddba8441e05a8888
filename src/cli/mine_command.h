// `weir mine LOG`: how the cases of an event log really run. Needs no workspace. Gives the exit status.
#pragma once

#include <cstdint>

#include "cli/globals.h"
#include "cli/mine_input.h"

namespace weir::cli {

struct MineCommandOptions {
  MineInputOptions input;
  std::uint64_t top_variants = 20;
};

int RunMine(const Globals& globals, const MineCommandOptions& options);

}  // namespace weir::cli
