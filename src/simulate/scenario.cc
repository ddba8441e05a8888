#include "simulate/scenario.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/random.h"

namespace weir::simulate {
namespace {

struct Preset {
  std::string_view name;
  Driver planted;
  double factor;  // at difficulty normal
};

constexpr Preset kPresets[] = {{"thin-demand", Driver::kDemand, 0.65},
                               {"slow-response", Driver::kResponse, 3.2},
                               {"weak-qualification", Driver::kQualification, 0.70},
                               {"weak-closing", Driver::kClosing, 0.78},
                               {"slow-stages", Driver::kSpeed, 1.6},
                               {"leaky-retention", Driver::kRetention, 2.2}};
constexpr std::string_view kNames[] = {"default",         "balanced",           "regime-change", "thin-demand",
                                       "slow-response",   "weak-qualification", "weak-closing",  "slow-stages",
                                       "leaky-retention", "weakest-link"};

// What most territories are weak in, one of four not: so that the company shows by itself how it could be.
constexpr Preset kLinks[] = {{"", Driver::kResponse, 4.0},  {"", Driver::kQualification, 0.60},
                             {"", Driver::kClosing, 0.55},  {"", Driver::kSpeed, 12.0},
                             {"", Driver::kRetention, 3.0}, {"", Driver::kCapacity, 7.0}};
constexpr int kPodsOfLink = 4;

struct Level {
  std::string_view name;
  double dirt;
  double weakness;  // how far the planted driver is from 1, as a share of the preset
};
constexpr Level kLevels[] = {{"easy", 0.25, 1.15}, {"normal", 1.0, 1.0}, {"hard", 2.2, 0.75}};

void Plant(const Preset& preset, const Level& level, Scenario& scenario) {
  scenario.has_planted = true;
  scenario.planted = preset.planted;
  scenario.knobs.Of(preset.planted) = 1.0 + (preset.factor - 1.0) * level.weakness;
}

void PlantLink(const Level& level, std::uint64_t seed, Scenario& scenario) {
  RandomStream stream(seed, "scenario.link");
  const Preset& link = kLinks[stream.Next() % std::size(kLinks)];
  scenario.has_planted = true;
  scenario.planted = link.planted;
  scenario.spared = static_cast<int>(stream.Next() % kPodsOfLink);
  const auto step = static_cast<int>(stream.Next() % kDealSteps);
  if (link.planted == Driver::kClosing || link.planted == Driver::kSpeed) scenario.step = step;
  scenario.knobs.weakness = 1.0 + (link.factor - 1.0) * level.weakness;
}

}  // namespace

std::string_view DriverName(Driver driver) {
  static constexpr std::array<std::string_view, kDrivers> kDriverNames = {
      "demand", "response", "qualification", "closing", "stage_speed", "retention", "capacity"};
  return kDriverNames[static_cast<std::size_t>(driver)];
}

double& Knobs::Of(Driver driver) {
  switch (driver) {
    case Driver::kDemand:
      return demand;
    case Driver::kResponse:
      return response_delay;
    case Driver::kQualification:
      return qualification;
    case Driver::kClosing:
      return closing;
    case Driver::kSpeed:
      return stage_wait;
    case Driver::kRetention:
      return churn;
    case Driver::kCapacity:
      break;
  }
  return capacity;
}

bool Knobs::MoreIsBetter(Driver driver) {
  return driver == Driver::kDemand || driver == Driver::kQualification || driver == Driver::kClosing;
}

bool Scenario::IsSpared(int pod, int pods) const {
  const int of = std::min(kPodsOfLink, pods);
  return spared >= 0 && of > 1 && pod % of == spared % of;
}

Knobs Scenario::KnobsOf(const Knobs& told, int pod, int pods) const {
  Knobs own = told;
  if (own.weakness == 1.0 || IsSpared(pod, pods)) return own;
  if (step < 0) {
    own.Of(planted) *= own.weakness;
  } else {
    (planted == Driver::kClosing ? own.stage_pass : own.stage_days)[static_cast<std::size_t>(step)] *= own.weakness;
  }
  return own;
}

std::span<const std::string_view> ScenarioNames() { return kNames; }

Result<Scenario> MakeScenario(std::string_view name, std::string_view difficulty, std::uint64_t seed) {
  const Level* level = nullptr;
  for (const Level& candidate : kLevels) {
    if (candidate.name == difficulty) level = &candidate;
  }
  if (level == nullptr) {
    return Fail(BadUsage("no such difficulty: '{}'", difficulty).Field("difficulty").Mend("one of easy, normal, hard"));
  }
  Scenario scenario;
  scenario.dirt = level->dirt;
  for (const std::string_view known : kNames) {
    if (known == name) scenario.name = known;
  }
  if (scenario.name.empty()) {
    return Fail(BadUsage("no such scenario: '{}'", name).Field("scenario").Mend("one of {}", fmt::join(kNames, ", ")));
  }
  if (name == "default") {
    Plant(kPresets[RandomStream(seed, "scenario.default").Next() % std::size(kPresets)], *level, scenario);
  } else if (name == "weakest-link") {
    PlantLink(*level, seed, scenario);
  } else if (name == "regime-change") {
    scenario.regime_demand = 0.65;
    scenario.regime_closing = 0.85;
  }
  for (const Preset& preset : kPresets) {
    if (preset.name == name) Plant(preset, *level, scenario);
  }
  return scenario;
}

}  // namespace weir::simulate
