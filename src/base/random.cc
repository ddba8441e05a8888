#include "base/random.h"

#include <cmath>
#include <numbers>

#include "base/result.h"

namespace weir {
namespace {

std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return Mix(hash);
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view subsystem, std::uint64_t entity)
    : state_(Mix(Mix(seed + 0x9E3779B97F4A7C15ULL) ^ HashText(subsystem)) + Mix(entity ^ 0xD1B54A32D192ED03ULL)) {}

std::uint64_t RandomStream::Next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  return Mix(state_);
}

double RandomStream::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double RandomStream::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

std::int64_t RandomStream::Integer(std::int64_t low, std::int64_t high) {
  WEIR_CHECK(low <= high);
  const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (width == 0) return static_cast<std::int64_t>(Next());
  const std::uint64_t reject_below = (0 - width) % width;
  std::uint64_t draw = Next();
  while (draw < reject_below) draw = Next();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw % width);
}

bool RandomStream::Chance(double probability) { return Uniform() < probability; }

double RandomStream::Normal(double mean, double deviation) {
  // Box-Muller; the second value is thrown away so that every draw costs the same two steps of the stream.
  const double u = 1.0 - Uniform();
  const double v = Uniform();
  return mean + deviation * std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

double RandomStream::LogNormal(double median, double sigma) { return median * std::exp(Normal(0.0, sigma)); }

double RandomStream::Exponential(double mean) { return -mean * std::log(1.0 - Uniform()); }

std::int64_t RandomStream::Poisson(double mean) {
  if (mean <= 0.0) return 0;
  if (mean > 60.0) {
    const double draw = std::round(Normal(mean, std::sqrt(mean)));
    return draw < 0.0 ? 0 : static_cast<std::int64_t>(draw);
  }
  const double limit = std::exp(-mean);
  double product = Uniform();
  std::int64_t count = 0;
  while (product > limit) {
    product *= Uniform();
    ++count;
  }
  return count;
}

std::size_t RandomStream::Weighted(std::span<const double> weights) {
  WEIR_CHECK(!weights.empty());
  double total = 0.0;
  for (const double weight : weights) total += weight;
  double left = Uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return weights.size() - 1;
}

}  // namespace weir
