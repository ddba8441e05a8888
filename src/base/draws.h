// Draws from a stream of random.h by distributions of Boost, the same on every machine: what posteriors are drawn with.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "base/random.h"

namespace weir {

class Draws {
 public:
  Draws(std::uint64_t seed, std::string_view stream) : generator_{RandomStream(seed, stream)} {}
  double Gamma(double shape);  // of scale 1; nothing of no shape
  double Beta(double good, double bad);
  double Normal();
  double Uniform() { return generator_.stream.Uniform(); }

 private:
  struct Generator {
    using result_type = std::uint64_t;
    RandomStream stream;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    result_type operator()() { return stream.Next(); }
  };
  Generator generator_;
};

}  // namespace weir
