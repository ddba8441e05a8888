// Do we know this person? An index of a million made-up people (names by a law of Zipf, so that the commonest are
// thousands of people; 50,000 companies; one in five has a second record) is built once: its time and bytes are told.
// Then questions as a form asks them, each timed by itself: `p50_us`, `p99_us` and `max_us` are of one question.
// WEIR_BENCH_PEOPLE sets another number of people.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.h"
#include "identity/match_index.h"

namespace weir::identity {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

std::string Syllables(std::int64_t count, RandomStream& random) {
  static constexpr std::array<std::string_view, 30> kSyllables{
      "ba", "den", "fi",  "gor", "hal", "ju", "kem", "lo", "mi",  "nar", "os", "pel", "ra", "sin", "to",
      "ul", "ven", "wes", "ya",  "zo",  "ma", "ri",  "ko", "ste", "an",  "el", "dra", "vi", "no",  "ler"};
  std::string word;
  for (std::int64_t i = 0; i < count; ++i) word += kSyllables[static_cast<std::size_t>(random.Integer(0, 29))];
  return word;
}

// Words of which the n-th is drawn 1/n as often as the first.
class Zipf {
 public:
  Zipf(std::size_t count, std::int64_t syllables, RandomStream& random) {
    words_.reserve(count);
    sums_.reserve(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      words_.push_back(Syllables(syllables, random));
      sums_.push_back(sum += 1.0 / static_cast<double>(i + 1));
    }
  }
  const std::string& Draw(RandomStream& random) const {
    const auto found = std::ranges::lower_bound(sums_, random.Uniform() * sums_.back());
    return words_[static_cast<std::size_t>(found - sums_.begin())];
  }
  const std::string& Commonest() const { return words_.front(); }

 private:
  std::vector<std::string> words_;
  std::vector<double> sums_;
};

class People {
 public:
  static const People& Made() {
    static const People people;
    return people;
  }

  People() {
    const char* asked = std::getenv("WEIR_BENCH_PEOPLE");
    const std::size_t count = asked == nullptr ? 1'000'000 : std::strtoull(asked, nullptr, 10);
    RandomStream random(1, "bench.match");
    given_ = std::make_unique<Zipf>(2'000, 2, random);
    family_ = std::make_unique<Zipf>(60'000, 3, random);
    cities_ = std::make_unique<Zipf>(500, 3, random);
    MatchIndexBuilder builder(false);
    double seconds = 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<EntityWords> records{Draw(random)};
      if (random.Chance(0.2)) {
        records.push_back(records[0]);
        records[1][1].clear();
        records[1][5] = "Owner";
      }
      const std::string id = fmt::format("hubspot:{}", 100'000'000 + i * 7919 % 900'000'000);
      if (i % std::max<std::size_t>(count / 20'000, 1) == 0) asked_.push_back(records[0]);
      const auto began = Clock::now();
      builder.Add(id, records);
      seconds += SecondsSince(began);
    }
    const auto began = Clock::now();
    index = std::move(builder).Build(Executor());
    build_seconds = seconds + SecondsSince(began);
  }

  // Of those who are known, and of those who are not.
  EntityWords Draw(RandomStream& random) const {
    const std::string& given = given_->Draw(random);
    const std::string& family = family_->Draw(random);
    const std::int64_t company = random.Integer(0, 49'999);
    EntityWords words;
    words[0] = fmt::format("{}{} {}{}", static_cast<char>(given[0] - 32), given.substr(1),
                           static_cast<char>(family[0] - 32), family.substr(1));
    words[1] = random.Chance(0.3) ? fmt::format("{}.{}{}@gmail.com", given, family, random.Integer(1, 99))
                                  : fmt::format("{}.{}@company{}.com", given, family, company);
    words[2] = fmt::format("+4930{:08}", random.Integer(0, 99'999'999));
    if (random.Chance(0.3)) words[3] = fmt::format("+49151{:08}", random.Integer(0, 99'999'999));
    words[4] = fmt::format("hubspot:{}", 700'000'000 + company);
    words[5] = random.Chance(0.5) ? "Head of Sales" : "Managing Director";
    words[6] = "Germany";
    words[7] = cities_->Draw(random);
    return words;
  }
  std::string CommonestName() const { return given_->Commonest() + " " + family_->Commonest(); }
  const EntityWords& Someone(RandomStream& random) const {
    return asked_[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(asked_.size()) - 1))];
  }

  MatchIndex index;
  double build_seconds = 0;

 private:
  std::unique_ptr<Zipf> given_;
  std::unique_ptr<Zipf> family_;
  std::unique_ptr<Zipf> cities_;
  std::vector<EntityWords> asked_;  // some of the people
};

template <typename Question>
void Ask(benchmark::State& state, const Question& question) {
  const People& people = People::Made();
  RandomStream random(2, "bench.match.questions");
  std::vector<double> micros;
  double weighed = 0;
  double known = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const MatchQuery query{question(people, random)};
    state.ResumeTiming();
    const auto began = Clock::now();
    const MatchAnswer answer = people.index.Find(query);
    micros.push_back(SecondsSince(began) * 1e6);
    weighed += static_cast<double>(answer.weighed);
    known += !answer.matches.empty() && answer.matches[0].probability >= kLeastLinked ? 1 : 0;
  }
  std::ranges::sort(micros);
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  const auto count = static_cast<double>(micros.size());
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["max_us"] = at(1);
  state.counters["weighed"] = weighed / count;
  state.counters["known"] = known / count;
  const auto people_count = static_cast<double>(people.index.size());
  state.counters["bytes_each"] = static_cast<double>(people.index.bytes()) / people_count;
  state.counters["build_s"] = people.build_seconds;
}

// As a form has them: name, address, phone, company.
const auto kWhole = [](const People& people, RandomStream& random) {
  EntityWords words = people.Someone(random);
  words[5].clear();
  return words;
};
const auto kAddress = [](const People& people, RandomStream& random) {
  EntityWords words;
  words[1] = people.Someone(random)[1];
  return words;
};
// Another address and a slip in the phone, as somebody who comes again is.
const auto kAgain = [](const People& people, RandomStream& random) {
  EntityWords words = people.Someone(random);
  words[1] = fmt::format("me{}@post.example.com", random.Integer(0, 999'999));
  words[2].back() = words[2].back() == '0' ? '1' : '0';
  return words;
};
const auto kNew = [](const People& people, RandomStream& random) { return people.Draw(random); };
const auto kNameAlone = [](const People& people, RandomStream& random) {
  EntityWords words;
  words[0] = people.Someone(random)[0];
  return words;
};
const auto kCommonestName = [](const People& people, RandomStream& random) {
  EntityWords words = people.Draw(random);
  words[0] = people.CommonestName();
  return words;
};

BENCHMARK_CAPTURE(Ask, whole_form, kWhole)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Ask, address_alone, kAddress)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Ask, comes_again, kAgain)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Ask, somebody_new, kNew)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Ask, name_alone, kNameAlone)->Iterations(20'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Ask, commonest_name, kCommonestName)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weir::identity
