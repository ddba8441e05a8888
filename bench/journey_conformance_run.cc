// Conformance of a log to a net, both in plain text as bench/peers/mine_alignments.py writes them:
//
//   bench_journey_conformance_run NET LOG [THREADS]
//
// Prints a line for each figure and, as `cost N`, the cost of each variant in the order of the file.
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "journey/conformance/alignment.h"
#include "journey/conformance/precision.h"
#include "journey/conformance/token_replay.h"

namespace weir::journey {
namespace {

PetriNet ReadNet(const std::string& path) {
  PetriNet net;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    if (word == "places") {
      words >> net.places;
      net.initial.assign(net.places, 0);
      net.final.assign(net.places, 0);
    } else if (word == "initial" || word == "final") {
      words >> first >> second;
      (word == "initial" ? net.initial : net.final).at(first) = second;
    } else if (word == "transition") {
      Transition transition;
      words >> word;
      if (word != "-") transition.activity = static_cast<ActivityId>(std::stoul(word));
      std::vector<std::uint32_t>* arcs = nullptr;
      while (words >> word) {
        if (word == "in" || word == "out") {
          arcs = word == "in" ? &transition.inputs : &transition.outputs;
        } else {
          arcs->push_back(static_cast<std::uint32_t>(std::stoul(word)));
        }
      }
      net.transitions.push_back(std::move(transition));
    }
  }
  return net;
}

Variants ReadLog(const std::string& path) {
  Variants variants;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  variants.activities = static_cast<std::uint32_t>(std::stoul(line.substr(line.find(' '))));
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::uint32_t number = 0;
    words >> number;
    variants.cases.push_back(number);
    while (words >> number) variants.steps.push_back(number);
    variants.begin.push_back(variants.steps.size());
  }
  return variants;
}

template <typename Work>
auto Timed(const char* name, const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  auto result = work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  fmt::print("{}_seconds {:.4f}\n", name, taken.count());
  if (!result) {
    fmt::print("{}\n", result.error().ToString());
    std::exit(1);
  }
  return *std::move(result);
}

void Run(const PetriNet& net, const Variants& variants, int threads) {
  const Executor executor(threads);
  const LogReplay replay = Timed("replay", [&] { return Replayed(net, variants, {}, executor); });
  fmt::print("replay_fitness {:.6f}\nreplay_fitting_share {:.8f}\nreplay_cut_cases {}\n", replay.fitness,
             replay.fitting_share, replay.cut_cases);
  const Precision precision = Timed("precision", [&] { return PrecisionOf(net, variants, {}, executor); });
  fmt::print("precision {:.6f}\nunfitting_beginnings {} of {}\nprecision_cut {}\n", precision.precision,
             precision.unfitting_beginnings, precision.beginnings, precision.is_cut);
  const LogAlignment aligned = Timed("align", [&] { return Aligned(net, variants, {}, executor); });
  fmt::print("fitness {:.6f}\nmean_fitness {:.6f}\nfitting_share {:.8f}\nbounded_cases {}\nshortest_run {}\n",
             aligned.fitness, aligned.mean_fitness, aligned.fitting_share, aligned.bounded_cases, aligned.shortest_run);
  std::uint64_t states = 0;
  std::uint64_t most = 0;
  for (const Alignment& alignment : aligned.variants) {
    states += alignment.states;
    most = std::max(most, alignment.states);
  }
  fmt::print("states {}\nmost_states {}\n", states, most);
  for (const Alignment& alignment : aligned.variants) fmt::print("cost {}\n", alignment.cost);
}

}  // namespace
}  // namespace weir::journey

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "NET LOG [THREADS]\n";
    return 2;
  }
  weir::journey::Run(weir::journey::ReadNet(arguments[1]), weir::journey::ReadLog(arguments[2]),
                     count > 3 ? std::stoi(arguments[3]) : 1);
  return 0;
}
