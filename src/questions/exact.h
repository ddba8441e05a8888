// Whether a share is worse than another by more than chance, without approximations. Internal to questions/.
#pragma once

#include <cstdint>
#include <vector>

namespace weir::questions {

// What happens by chance less often than this is not called chance.
inline constexpr double kSmallChance = 0.05;

// So many of so many.
struct Cases {
  std::int64_t bad = 0;
  std::int64_t all = 0;
};

// Fisher's exact test, one-sided: the chance of at least as many bad cases on the first side, were both sides alike.
double ChanceOfWorse(Cases first, Cases second);

// Holm: the chances, in their order, so adjusted that whichever fall below 5% are all true with a chance of 95%.
std::vector<double> AdjustedForMany(const std::vector<double>& chances);

}  // namespace weir::questions
