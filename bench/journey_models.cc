// Mines models of a log: bench_journey_models LOG.xes[.gz] NOISE OUT_PREFIX writes OUT_PREFIX.tree, .pnml and .bpmn,
// and prints the seconds that reading, variants and the model took, as JSON.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "journey/discovery/inductive_miner.h"
#include "journey/log/shown_graph.h"
#include "journey/log/sorted_log.h"
#include "journey/log/variants.h"
#include "journey/log/xes_reader.h"
#include "journey/map/process_map.h"
#include "journey/map/svg.h"
#include "journey/model/bpmn.h"
#include "journey/model/pnml.h"
#include "journey/model/tree_to_net.h"

namespace weir::journey {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

weir::Status Run(const std::string& path, double noise, const std::string& out) {
  const auto start = Clock::now();
  WEIR_TRY(auto bytes, weir::sources::OpenBytes({.name = path, .path = path}, {}));
  WEIR_TRY(const LogReading reading, ReadXes(std::move(bytes), path));
  const double read = SecondsSince(start);
  const EventLog& log = reading.log;
  WEIR_TRY(const SortedLog sorted,
           Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                  static_cast<std::uint32_t>(log.activity_names.size())));
  WEIR_TRY(const Variants variants, VariantsOf(sorted));
  const double to_variants = SecondsSince(start);
  const auto ranks = RanksByName(log.activity_names);
  WEIR_TRY(const InductiveModel model, MineInductive(variants, {.noise = noise, .ranks = ranks}));
  const PetriNet net = NetOf(model.tree);
  const double mined = SecondsSince(start);
  std::ofstream(out + ".tree") << TextOf(model.tree, log.activity_names) << '\n';
  std::ofstream(out + ".pnml") << PnmlOf(net, log.activity_names);
  WEIR_TRY(const std::string bpmn, BpmnOf(model.tree, log.activity_names));
  std::ofstream(out + ".bpmn") << bpmn;
  const auto before_map = Clock::now();
  WEIR_TRY(const ShownGraph graph, ShownGraphOf(variants, {}, {.activities = 1, .paths = .3}));
  WEIR_TRY(const ProcessMap map, ProcessMapOf(graph, log.activity_names));
  std::ofstream(out + ".svg") << SvgOf(map, {.title = path});
  const double mapped = SecondsSince(before_map);
  fmt::print("{{\"read_s\": {:.4f}, \"variants_s\": {:.4f}, \"mine_s\": {:.4f}, \"places\": {}, \"transitions\": {}, ",
             read, to_variants - read, mined - to_variants, net.places, net.transitions.size());
  fmt::print("\"arcs\": {}, \"variants\": {}, \"searches_left_out\": {}, \"map_s\": {:.4f}}}\n", net.arcs(),
             variants.size(), model.searches_left_out, mapped);
  return {};
}

}  // namespace
}  // namespace weir::journey

int main(int count, char** words) {
  if (count != 4) {
    fmt::print(stderr, "bench_journey_models LOG.xes[.gz] NOISE OUT_PREFIX\n");
    return 2;
  }
  const auto done = weir::journey::Run(words[1], std::atof(words[2]), words[3]);
  if (!done) fmt::print(stderr, "{}\n", done.error().ToString());
  return done ? 0 : 1;
}
