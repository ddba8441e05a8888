#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// How much two texts are made of the same short pieces, wherever these stand: for texts whose words change places, or
// are run together, where edit distances see strangers.
namespace weir::identity {

// The pieces of a text: all runs of q bytes (q-grams), each as often as it occurs. A text shorter than q is one piece
// by itself; an empty one has none. Cost: size x log(size), some 0.1 us for a name; 4 bytes of memory a byte.
class QgramProfile {
 public:
  // q from 1 to 3.
  explicit QgramProfile(std::string_view text, int q = 2);

  // Rising; equal pieces follow each other. Two profiles are comparable if they have one q.
  std::span<const std::uint32_t> pieces() const { return pieces_; }
  // Length of the vector of counts.
  double norm() const { return norm_; }

 private:
  std::vector<std::uint32_t> pieces_;
  double norm_ = 0;
};

// Pieces in common: of each as many as both have.
std::size_t CommonPieces(const QgramProfile& left, const QgramProfile& right);

// 0 to 1, symmetric; with a text that has no pieces 0. Cost: the sum of the sizes, some 20 ns for two names.
double QgramJaccard(const QgramProfile& left, const QgramProfile& right);  // common / (all of both - common)
double QgramDice(const QgramProfile& left, const QgramProfile& right);     // 2 common / all of both
double QgramCosine(const QgramProfile& left, const QgramProfile& right);   // of the vectors of counts

}  // namespace weir::identity
