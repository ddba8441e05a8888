// What a scenario and a difficulty make of the company: multipliers on the drivers of its revenue, and how fast its
// records decay. A change of any figure here is a new version.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "simulate/lexicon.h"

namespace weir::simulate {

inline constexpr int kGeneratorVersion = 3;

// What can hold revenue back. One of them is planted as the weakest link.
enum class Driver : std::uint8_t { kDemand, kResponse, kQualification, kClosing, kSpeed, kRetention, kCapacity };
inline constexpr int kDrivers = 7;
std::string_view DriverName(Driver driver);

inline constexpr std::size_t kDealSteps = 5;  // the open stages of a deal

// Each is 1 in an ordinary company. Above 1: more demand, slower answers, more qualified, more won, longer stages,
// more churn, more work for each who answers leads.
struct Knobs {
  double demand = 1.0;
  double response_delay = 1.0;
  double qualification = 1.0;
  double closing = 1.0;
  double stage_wait = 1.0;
  double churn = 1.0;
  double capacity = 1.0;  // above 1 one of a territory does the work of all who answer leads
  std::array<double, kDealSteps> stage_pass = {1.0, 1.0, 1.0, 1.0, 1.0};  // times the chance to go on
  std::array<double, kDealSteps> stage_days = {1.0, 1.0, 1.0, 1.0, 1.0};
  double weakness = 1.0;  // times the planted driver, in the territories that have it (Scenario::KnobsOf)
  std::array<bool, kChannels> channel_on = {true, true, true, true, true, true, true, true};

  double& Of(Driver driver);
  // True for drivers where more is better.
  static bool MoreIsBetter(Driver driver);
};

struct Scenario {
  std::string_view name;
  Knobs knobs;
  bool has_planted = false;
  Driver planted = Driver::kDemand;
  int step = -1;               // of deals, where the weakness is of one stage alone
  int spared = -1;             // of four territories the one that does not have it; -1: all have
  double dirt = 1.0;           // multiplies every share of blemished records
  double regime_demand = 1.0;  // of the second half of the period
  double regime_closing = 1.0;

  // Of a territory among so many.
  bool IsSpared(int pod, int pods) const;
  Knobs KnobsOf(const Knobs& told, int pod, int pods) const;
};

std::span<const std::string_view> ScenarioNames();
// "default" plants one weakness that the seed chooses.
Result<Scenario> MakeScenario(std::string_view name, std::string_view difficulty, std::uint64_t seed);

}  // namespace weir::simulate
