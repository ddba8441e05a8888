// Our kernels of similarity, and rapidfuzz's where it is compiled in, on the same pairs: bench/peers/similarity
// compiles and runs this.
//
//   similarity_run PAIRS THREADS DIR    PAIRS: lines "left,right"; a left text stands in kPairsOfOne of them
//
// Each way to compare prints a line of JSON: function, way, program, threads, seconds, cpu_seconds, differ (pairs on
// which it gives something else than our single comparison). The values of the latter go to DIR/FUNCTION.bin.
#include <time.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "identity/damerau_levenshtein.h"
#include "identity/jaro_winkler.h"
#include "identity/levenshtein.h"
#include "similarity_ways.h"

namespace weir::bench {

namespace {

using Similarities = std::span<double>;
using Distances = std::span<std::uint32_t>;

double Clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Query, class Out, class... Limit>
void EachOfOne(Texts left, Texts right, std::span<Out> out, Limit... limit) {
  for (std::size_t first = 0; first < left.size(); first += kPairsOfOne) {
    const Query query(left[first]);
    query.Against(right.subspan(first, kPairsOfOne), out.subspan(first, kPairsOfOne), limit...);
  }
}

template <class Query, class Out, class... Limit>
void SinglyOfOne(Texts left, Texts right, std::span<Out> out, Limit... limit) {
  for (std::size_t first = 0; first < left.size(); first += kPairsOfOne) {
    const Query query(left[first]);
    for (std::size_t i = first; i < first + kPairsOfOne; ++i) out[i] = query.Against(right[i], limit...);
  }
}

using EditDistance = std::uint32_t (*)(std::string_view, std::string_view, std::uint32_t);
using EditPairs = void (*)(Texts, Texts, Distances, std::uint32_t);

template <class Query>
void AddEdits(std::vector<Way>& ways, const char* function, EditDistance single, EditPairs pairs, std::uint32_t limit) {
  const auto add = [&](const char* way, auto run) { ways.push_back({function, way, "weir", run}); };
  add("single", [=](Texts left, Texts right, Similarities, Distances out) {
    for (std::size_t i = 0; i < left.size(); ++i) out[i] = single(left[i], right[i], limit);
  });
  add("one_to_many",
      [=](Texts left, Texts right, Similarities, Distances out) { EachOfOne<Query>(left, right, out, limit); });
  add("one_to_many_singly",
      [=](Texts left, Texts right, Similarities, Distances out) { SinglyOfOne<Query>(left, right, out, limit); });
  add("pairs", [=](Texts left, Texts right, Similarities, Distances out) { pairs(left, right, out, limit); });
}

std::vector<Way> OurWays() {
  using namespace identity;  // NOLINT(google-build-using-namespace)
  std::vector<Way> ways;
  const auto add = [&](const char* way, auto run) { ways.push_back({"jaro_winkler", way, "weir", run}); };
  add("single", [](Texts left, Texts right, Similarities out, Distances) {
    for (std::size_t i = 0; i < left.size(); ++i) out[i] = JaroWinkler(left[i], right[i]);
  });
  add("one_to_many",
      [](Texts left, Texts right, Similarities out, Distances) { EachOfOne<JaroWinklerQuery>(left, right, out); });
  add("one_to_many_singly",
      [](Texts left, Texts right, Similarities out, Distances) { SinglyOfOne<JaroWinklerQuery>(left, right, out); });
  add("pairs", [](Texts left, Texts right, Similarities out, Distances) { JaroWinklerPairs(left, right, out); });
  AddEdits<LevenshteinQuery>(ways, "levenshtein", Levenshtein, LevenshteinPairs, kNoLimit);
  AddEdits<LevenshteinQuery>(ways, "levenshtein_2", Levenshtein, LevenshteinPairs, 2);
  AddEdits<OptimalStringAlignmentQuery>(ways, "osa", OptimalStringAlignment, OptimalStringAlignmentPairs, kNoLimit);
  AddEdits<DamerauLevenshteinQuery>(ways, "damerau_levenshtein", DamerauLevenshtein, DamerauLevenshteinPairs, kNoLimit);
  return ways;
}

struct Pairs {
  std::string text;
  std::vector<std::string_view> left, right;
};

Pairs ReadPairs(const char* path) {
  Pairs pairs;
  std::ifstream file(path, std::ios::binary);
  pairs.text.assign(std::istreambuf_iterator<char>(file), {});
  const std::string_view all = pairs.text;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t comma = all.find(',', at);
    const std::size_t end = all.find('\n', comma);
    pairs.left.push_back(all.substr(at, comma - at));
    pairs.right.push_back(all.substr(comma + 1, end - comma - 1));
    at = end + 1;
  }
  return pairs;
}

void Run(const Way& way, const Pairs& pairs, int threads, Similarities similarities, Distances distances) {
  const std::size_t size = pairs.left.size();
  const std::size_t share = size / kPairsOfOne / threads * kPairsOfOne;
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    const std::size_t first = i * share;
    const std::size_t count = i + 1 == threads ? size - first : share;
    running.emplace_back([&, first, count] {
      way.run(Texts(pairs.left).subspan(first, count), Texts(pairs.right).subspan(first, count),
              similarities.subspan(first, count), distances.subspan(first, count));
    });
  }
}

template <class Value>
void Write(const std::string& path, const std::vector<Value>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(Value)));
}

int Main(char** arguments) {
  const Pairs pairs = ReadPairs(arguments[1]);
  const int threads = std::stoi(arguments[2]);
  const std::size_t size = pairs.left.size();
  std::vector<Way> ways = OurWays();
#if defined(WEIR_HAS_RAPIDFUZZ)
  for (Way& way : RapidfuzzWays()) ways.push_back(std::move(way));
#endif
  struct Values {
    std::vector<double> similarities;
    std::vector<std::uint32_t> distances;
  };
  std::vector<std::pair<std::string, Values>> known;
  Values values{std::vector<double>(size), std::vector<std::uint32_t>(size)};
  for (const Way& way : ways) {
    const double start = Clock(CLOCK_MONOTONIC);
    const double cpu_start = Clock(CLOCK_PROCESS_CPUTIME_ID);
    Run(way, pairs, threads, values.similarities, values.distances);
    const double cpu_seconds = Clock(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
    const double seconds = Clock(CLOCK_MONOTONIC) - start;
    const bool is_similarity = way.function == "jaro_winkler";
    if (way.way == "single" && way.program == "weir") {
      known.emplace_back(way.function, values);
      const std::string path = std::string(arguments[3]) + "/" + way.function + ".bin";
      if (is_similarity) Write(path, values.similarities);
      if (!is_similarity) Write(path, values.distances);
    }
    std::size_t differ = 0;
    for (const auto& [function, right] : known) {
      if (function != way.function) continue;
      for (std::size_t i = 0; i < size; ++i) {
        differ +=
            is_similarity ? values.similarities[i] != right.similarities[i] : values.distances[i] != right.distances[i];
      }
    }
    std::printf(
        "{\"function\": \"%s\", \"way\": \"%s\", \"program\": \"%s\", \"threads\": %d, \"seconds\": %.4f, "
        "\"cpu_seconds\": %.4f, \"differ\": %zu}\n",
        way.function.c_str(), way.way.c_str(), way.program.c_str(), threads, seconds, cpu_seconds, differ);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  if (count != 4) return 2;
  return weir::bench::Main(arguments);
}
