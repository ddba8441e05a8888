// What one comparison of two names costs: 1000 names made of syllables against each of 16 of them, by each way to ask;
// then the kernels of each width of vectors by themselves, on full tiles. `items_per_second` are pairs. Peers on the
// same pairs: bench/peers/similarity.
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "identity/damerau_levenshtein.h"
#include "identity/jaro_winkler.h"
#include "identity/lanes.h"
#include "identity/levenshtein.h"

namespace weir::identity {
namespace {

constexpr std::size_t kNames = 1000;
constexpr std::size_t kQueries = 16;

struct Names {
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  std::vector<std::string_view> left, right;  // every query with every name

  // Names of `syllables` or one or two more.
  explicit Names(unsigned syllables) {
    constexpr std::string_view kSyllables[] = {"an",  "son", "ber", "ger", "mar", "lo",  "vi",  "ko",
                                               "ski", "ev",  "ham", "ton", "ri",  "sch", "wal", "ter",
                                               "de",  "la",  "fon", "ta",  "ne",  "bro"};
    std::mt19937 random(1);
    for (std::size_t i = 0; i < kNames; ++i) {
      std::string& name = texts.emplace_back();
      for (auto left_over = syllables + random() % 3; left_over > 0; --left_over) {
        name += kSyllables[random() % std::size(kSyllables)];
      }
    }
    views.assign(texts.begin(), texts.end());
    for (std::size_t query = 0; query < kQueries; ++query) {
      left.insert(left.end(), kNames, views[query]);
      right.insert(right.end(), views.begin(), views.end());
    }
  }
};

void CountPairs(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kNames * kQueries));
}

template <class Value, auto kCompare>
void Single(benchmark::State& state) {
  const Names names(static_cast<unsigned>(state.range(0)));
  for (auto _ : state) {
    for (std::size_t i = 0; i < names.left.size(); ++i) {
      benchmark::DoNotOptimize(kCompare(names.left[i], names.right[i]));
    }
  }
  CountPairs(state);
}

template <class Value, class Query>
void OneToMany(benchmark::State& state) {
  const Names names(static_cast<unsigned>(state.range(0)));
  std::vector<Value> out(kNames);
  for (auto _ : state) {
    for (std::size_t query = 0; query < kQueries; ++query) {
      Query(names.views[query]).Against(names.views, out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  CountPairs(state);
}

template <class Value, auto kCompare>
void Pairs(benchmark::State& state) {
  const Names names(static_cast<unsigned>(state.range(0)));
  std::vector<Value> out(names.left.size());
  for (auto _ : state) {
    kCompare(names.left, names.right, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountPairs(state);
}

constexpr auto kJaroWinkler = [](std::string_view a, std::string_view b) { return JaroWinkler(a, b); };
constexpr auto kJaroWinklerHigh = [](std::string_view a, std::string_view b) { return JaroWinkler(a, b, 0.9); };
constexpr auto kLevenshtein = [](std::string_view a, std::string_view b) { return Levenshtein(a, b); };
constexpr auto kLevenshteinNear = [](std::string_view a, std::string_view b) { return Levenshtein(a, b, 2); };
constexpr auto kAlignment = [](std::string_view a, std::string_view b) { return OptimalStringAlignment(a, b); };
constexpr auto kDamerau = [](std::string_view a, std::string_view b) { return DamerauLevenshtein(a, b); };

// Names of 2 to 4 syllables, then longer ones, which are companies' or whole addresses.
#define WEIR_SIZES ->Arg(2)->Arg(6)->Arg(15)
BENCHMARK(Single<double, kJaroWinkler>)->Name("JaroWinkler/single") WEIR_SIZES;
BENCHMARK(Single<double, kJaroWinklerHigh>)->Name("JaroWinkler/single_at_least_0.9") WEIR_SIZES;
BENCHMARK(OneToMany<double, JaroWinklerQuery>)->Name("JaroWinkler/one_to_many") WEIR_SIZES;
BENCHMARK(Pairs<double, [](auto a, auto b, auto& out) { JaroWinklerPairs(a, b, out); }>)
    -> Name("JaroWinkler/pairs") WEIR_SIZES;
BENCHMARK(Single<std::uint32_t, kLevenshtein>)->Name("Levenshtein/single") WEIR_SIZES;
BENCHMARK(Single<std::uint32_t, kLevenshteinNear>)->Name("Levenshtein/single_at_most_2") WEIR_SIZES;
BENCHMARK(OneToMany<std::uint32_t, LevenshteinQuery>)->Name("Levenshtein/one_to_many") WEIR_SIZES;
BENCHMARK(Pairs<std::uint32_t, [](auto a, auto b, auto& out) { LevenshteinPairs(a, b, out); }>)
    -> Name("Levenshtein/pairs") WEIR_SIZES;
BENCHMARK(Single<std::uint32_t, kAlignment>)->Name("OptimalStringAlignment/single") WEIR_SIZES;
BENCHMARK(OneToMany<std::uint32_t, OptimalStringAlignmentQuery>)->Name("OptimalStringAlignment/one_to_many") WEIR_SIZES;
BENCHMARK(Single<std::uint32_t, kDamerau>)->Name("DamerauLevenshtein/single") WEIR_SIZES;
BENCHMARK(OneToMany<std::uint32_t, DamerauLevenshteinQuery>)->Name("DamerauLevenshtein/one_to_many") WEIR_SIZES;
BENCHMARK(Pairs<std::uint32_t, [](auto a, auto b, auto& out) { DamerauLevenshteinPairs(a, b, out); }>)
    -> Name("DamerauLevenshtein/pairs") WEIR_SIZES;
#undef WEIR_SIZES

struct KeepTile {
  LaneTile& kept;
  void operator()(const LaneKernels&, const LaneTile& tile) const { kept = tile; }
};

template <class Answer>
void Kernel(benchmark::State& state, void (*kernel)(const LaneTile&, Answer&)) {
  const Names names(2);
  LaneTile tile;
  LaneFiller<KeepTile> lanes(WidestLanes(), KeepTile{tile});
  for (std::size_t i = 0; i < kLanes; ++i) lanes.Take(i, names.views[i], names.views[i + kLanes]);
  Answer answer;
  for (auto _ : state) {
    kernel(tile, answer);
    benchmark::DoNotOptimize(answer);
  }
  state.SetItemsProcessed(state.iterations() * kLanes);
}

const bool kKernelsAreThere = [] {
  for (const LaneKernels& kernels : LaneKernelsHere()) {
    const std::string name(kernels.name);
    benchmark::RegisterBenchmark(("Kernel/Jaro/" + name).c_str(), Kernel<LaneCommon>, kernels.jaro);
    benchmark::RegisterBenchmark(("Kernel/Levenshtein/" + name).c_str(), Kernel<LaneDistances>, kernels.levenshtein);
    benchmark::RegisterBenchmark(("Kernel/OptimalStringAlignment/" + name).c_str(), Kernel<LaneDistances>,
                                 kernels.optimal_string_alignment);
    benchmark::RegisterBenchmark(("Kernel/DamerauLevenshtein/" + name).c_str(), Kernel<LaneDistances>,
                                 kernels.damerau_levenshtein);
  }
  return true;
}();

}  // namespace
}  // namespace weir::identity
