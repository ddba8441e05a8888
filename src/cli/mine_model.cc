#include "cli/mine_model.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/ranges.h>

#include "base/whole_file.h"
#include "cli/text_file.h"
#include "journey/discovery/heuristics_miner.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/model/bpmn.h"
#include "journey/model/pnml.h"
#include "journey/model/tree_to_net.h"

namespace weir::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kHeuristics = "heuristics";

double SecondsSince(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

Result<MinedConformance> ConformanceOf(const journey::PetriNet& net, const journey::Variants& variants,
                                       const Executor& executor) {
  const Clock::time_point began = Clock::now();
  MinedConformance conformance;
  WEIR_TRY(conformance.replay, journey::Replayed(net, variants, {}, executor));
  WEIR_TRY(conformance.alignment, journey::Aligned(net, variants, {}, executor));
  const journey::Variants runs = journey::RunsOf(conformance.alignment, variants);
  WEIR_TRY(conformance.precision, journey::PrecisionOf(net, runs, {}, executor));
  conformance.seconds = SecondsSince(began);
  return conformance;
}

}  // namespace

Status CheckMineModel(const MineModelOptions& options) {
  static constexpr std::array<std::string_view, 2> kMiners{"inductive", kHeuristics};
  if (std::ranges::find(kMiners, options.miner) == kMiners.end()) {
    return Fail(NotFound("there is no miner '{}'", options.miner)
                    .Field("miner")
                    .Mend("The miners are: {}", fmt::join(kMiners, ", ")));
  }
  if (!(options.noise >= 0 && options.noise < 1)) {
    return Fail(BadUsage("the noise has to be from 0 to below 1")
                    .Field("noise")
                    .Mend("0 keeps all that ever happened; .2 leaves out what is rare beside the rest"));
  }
  if (options.miner == kHeuristics && options.noise > 0) {
    return Fail(BadUsage("the heuristics miner has no noise")
                    .Field("noise")
                    .Mend("Leave --noise out: what is rare is weighed by the miner itself"));
  }
  return {};
}

Result<MinedModel> MineModel(const journey::EventLog& log, const journey::Variants& variants,
                             const MineModelOptions& options, const Executor& executor) {
  const Clock::time_point began = Clock::now();
  const std::vector<std::uint32_t> ranks = journey::RanksByName(log.activity_names);
  MinedModel model;
  if (options.miner == kHeuristics) {
    WEIR_TRY(const journey::CausalNet found, journey::MineHeuristics(variants, {.ranks = ranks}));
    model.net = journey::NetOf(found);
  } else {
    WEIR_TRY(journey::InductiveModel found, journey::MineInductive(variants, {.noise = options.noise, .ranks = ranks}));
    model.net = journey::NetOf(found.tree);
    model.tree = std::move(found.tree);
    model.searches_left_out = found.searches_left_out;
  }
  model.seconds = SecondsSince(began);
  if (options.checks_conformance) {
    WEIR_TRY(model.conformance, ConformanceOf(model.net, variants, executor));
  }
  return model;
}

Status WriteMinedModel(const journey::EventLog& log, const MinedModel& model, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(CannotWrite(folder, error.message()));
  const std::filesystem::path into(folder);
  WEIR_TRY(WriteWholeFile(into / "model.pnml", journey::PnmlOf(model.net, log.activity_names)));
  if (!model.tree) return {};
  WEIR_TRY(const std::string bpmn, journey::BpmnOf(*model.tree, log.activity_names));
  return WriteWholeFile(into / "model.bpmn", bpmn);
}

}  // namespace weir::cli
