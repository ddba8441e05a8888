// Deterministic random streams keyed by (seed, subsystem, entity): adding one entity or one subsystem never shifts
// the draws of another. The generator is SplitMix64 (Steele, Lea, Flood 2014), the samplers are ours because those
// of the standard library differ between implementations.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

// FNV-1a of the text, mixed: a key for a stream or a stable 64-bit fingerprint of short text.
std::uint64_t HashText(std::string_view text);

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view subsystem, std::uint64_t entity = 0);

  std::uint64_t Next();
  double Uniform();                                           // [0, 1)
  double Uniform(double low, double high);                    // [low, high)
  std::int64_t Integer(std::int64_t low, std::int64_t high);  // both inclusive, unbiased
  bool Chance(double probability);
  double Normal(double mean, double deviation);
  double LogNormal(double median, double sigma);
  double Exponential(double mean);
  std::int64_t Poisson(double mean);
  std::size_t Weighted(std::span<const double> weights);  // index, by weight

 private:
  std::uint64_t state_;
};

}  // namespace weir
