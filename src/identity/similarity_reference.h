#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// For tests: the similarities by their definitions, without any cleverness, and texts to try them on.
namespace weir::identity {

enum class Transpositions { kNone, kAdjacent, kFree };

// The whole table; of transpositions every pair of places is tried.
std::uint32_t PlainDistance(std::string_view left, std::string_view right, Transpositions transpositions);
double PlainJaro(std::string_view left, std::string_view right);
double PlainJaroWinkler(std::string_view left, std::string_view right);

// Pairs of texts of few letters, so that much repeats: strangers, and copies with slips (also letters swapped across
// others). Sizes lie around `size`, some are empty.
class TextPairs {
 public:
  explicit TextPairs(std::uint32_t seed) : random_(seed) {}
  std::pair<std::string, std::string> Next(int size);
  // Pairs of all sizes that the kernels tell apart: words of 16, 32, 64 and 128 bytes and their neighbours.
  std::vector<std::pair<std::string, std::string>> Many(int count);

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<std::uint32_t>(end)); }
  std::string Text(int size, int letters);
  void Slip(std::string& text, int letters);

  std::mt19937 random_;
};

}  // namespace weir::identity
