// `weir mine LOG`: how the cases of an event log really run. Needs no workspace. Gives the exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/globals.h"
#include "cli/mine_input.h"
#include "cli/mine_model.h"

namespace weir::cli {

struct MineCommandOptions {
  MineInputOptions input;
  std::uint64_t top_variants = 20;
  // A model is looked for where one of these is asked for.
  std::optional<std::string> miner;
  std::optional<double> noise;
  bool checks_conformance = false;
  std::string out;
};

int RunMine(const Globals& globals, const MineCommandOptions& options);

}  // namespace weir::cli
