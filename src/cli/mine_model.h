// The model behind a log that `weir mine` finds, how well the log fits it, and the files in which others read it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/executor.h"
#include "base/result.h"
#include "journey/conformance/alignment.h"
#include "journey/conformance/precision.h"
#include "journey/conformance/token_replay.h"
#include "journey/log/event_log.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"
#include "journey/model/process_tree.h"

namespace weir::cli {

struct MineModelOptions {
  std::string miner = "inductive";  // or heuristics
  double noise = 0;
  bool checks_conformance = false;
  std::string out;  // a folder; empty: nothing is written
};

struct MinedConformance {
  journey::LogAlignment alignment;
  journey::Precision precision;  // over aligned runs
  journey::LogReplay replay;
  double seconds = 0;
};

struct MinedModel {
  std::optional<journey::ProcessTree> tree;  // of the inductive miner
  journey::PetriNet net;
  std::uint64_t searches_left_out = 0;
  std::optional<MinedConformance> conformance;
  double seconds = 0;  // of discovery alone
};

// Errors: kNotFound for a miner that there is not, kBadUsage for a noise out of range, or with a miner that has none.
Status CheckMineModel(const MineModelOptions& options);

// Errors: those of the kernels.
Result<MinedModel> MineModel(const journey::EventLog& log, const journey::Variants& variants,
                             const MineModelOptions& options, const Executor& executor);

// model.pnml and, of a tree, model.bpmn in the folder, which is made where it is not there; each under its name once it
// is whole.
// Errors: kUnavailable, kTooLarge where the picture of the model would be too large.
Status WriteMinedModel(const journey::EventLog& log, const MinedModel& model, const std::string& folder);

}  // namespace weir::cli
