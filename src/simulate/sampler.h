// Draws for the simulator, the same bits on every machine: over the keyed streams of base/random.h, and with
// logarithm and exponential computed from correctly rounded operations only, because those of the C library may
// differ in the last place from one version to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/random.h"

namespace weir::simulate {

// Natural logarithm of a positive number and e^x, accurate to about 1e-15 relative.
double PortableLog(double x);
double PortableExp(double x);

class Sampler {
 public:
  // The stream depends on these three alone.
  Sampler(std::uint64_t seed, std::string_view subsystem, std::uint64_t entity) : stream_(seed, subsystem, entity) {}

  double Uniform() { return stream_.Uniform(); }  // [0, 1)
  double Uniform(double low, double high) { return stream_.Uniform(low, high); }
  int Integer(int low, int high) { return static_cast<int>(stream_.Integer(low, high)); }  // both inclusive
  bool Chance(double probability) { return stream_.Chance(probability); }
  double Normal();  // mean 0, deviation 1
  double LogNormal(double median, double sigma);
  double Exponential(double mean);
  int Poisson(double mean);
  std::size_t Weighted(std::span<const double> weights) { return stream_.Weighted(weights); }

  template <typename T>
  const T& Pick(std::span<const T> values) {
    return values[static_cast<std::size_t>(stream_.Integer(0, static_cast<std::int64_t>(values.size()) - 1))];
  }

 private:
  RandomStream stream_;
};

// Joins an account's index and a number that is unique inside the account into the key of a stream.
constexpr std::uint64_t EntityKey(int account, std::uint64_t local) {
  return (static_cast<std::uint64_t>(account) + 1) * 0x9E3779B97F4A7C15ULL + local * 0xC2B2AE3D27D4EB4FULL;
}

}  // namespace weir::simulate
