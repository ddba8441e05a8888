// The dependencies of a log: bench_journey_heuristics_run LOG.xes[.gz] OUT.tsv OUT.pnml writes every arc that was
// measured (from, to, how often, value, whether it is chosen) and the net, and prints the seconds that the model took
// from the variants on, as JSON.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "journey/discovery/dependency_graph.h"
#include "journey/discovery/heuristics_miner.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/log/sorted_log.h"
#include "journey/log/variants.h"
#include "journey/log/xes_reader.h"
#include "journey/model/pnml.h"

namespace weir::journey {
namespace {

using Clock = std::chrono::steady_clock;

Status Run(const std::string& path, const std::string& table, const std::string& net_file) {
  WEIR_TRY(auto bytes, sources::OpenBytes({.name = path, .path = path}, {}));
  WEIR_TRY(const LogReading reading, ReadXes(std::move(bytes), path));
  const EventLog& log = reading.log;
  const std::vector<std::string>& names = log.activity_names;
  WEIR_TRY(const SortedLog sorted,
           Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                  static_cast<std::uint32_t>(names.size())));
  WEIR_TRY(const Variants variants, VariantsOf(sorted));
  const auto ranks = RanksByName(names);
  const auto start = Clock::now();
  WEIR_TRY(const CausalNet causal, MineHeuristics(variants, {.ranks = ranks}));
  const PetriNet net = NetOf(causal);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::ofstream out(table);
  for (const Dependency& arc : MeasuredArcs(variants)) {
    if (arc.from >= names.size() || arc.to >= names.size()) continue;
    const bool is_chosen = FindArc(causal.arcs, arc.from, arc.to) != nullptr;
    out << fmt::format("{}\t{}\t{}\t{:.17g}\t{}\n", names[arc.from], names[arc.to], arc.count, arc.value,
                       is_chosen ? 1 : 0);
  }
  std::ofstream(net_file) << PnmlOf(net, names);
  fmt::print("{{\"mine_s\": {:.6f}, \"places\": {}, \"transitions\": {}, \"arcs\": {}}}\n", seconds, net.places,
             net.transitions.size(), net.arcs());
  return {};
}

}  // namespace
}  // namespace weir::journey

int main(int count, char** words) {
  if (count != 4) {
    fmt::print(stderr, "bench_journey_heuristics_run LOG.xes[.gz] OUT.tsv OUT.pnml\n");
    return 2;
  }
  const auto done = weir::journey::Run(words[1], words[2], words[3]);
  if (!done) fmt::print(stderr, "{}\n", done.error().ToString());
  return done ? 0 : 1;
}
