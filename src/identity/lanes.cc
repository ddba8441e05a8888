#include "identity/lanes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::identity {

namespace {

#define WEIR_LANE_SPACE lanes16
#define WEIR_LANE_WIDTH 16
#define WEIR_LANE_TARGET
#include "identity/lane_kernels.inc"
#undef WEIR_LANE_SPACE
#undef WEIR_LANE_WIDTH
#undef WEIR_LANE_TARGET

#if defined(__x86_64__)
#define WEIR_LANE_SPACE lanes32
#define WEIR_LANE_WIDTH 32
#define WEIR_LANE_TARGET [[gnu::target("avx2")]]
#include "identity/lane_kernels.inc"
#undef WEIR_LANE_SPACE
#undef WEIR_LANE_WIDTH
#undef WEIR_LANE_TARGET

#if defined(WEIR_HAS_LANES64)
#define WEIR_LANE_SPACE lanes64
#define WEIR_LANE_WIDTH 64
#define WEIR_LANE_TARGET [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq")]]
#include "identity/lane_kernels.inc"
#undef WEIR_LANE_SPACE
#undef WEIR_LANE_WIDTH
#undef WEIR_LANE_TARGET
#endif
#endif

struct Choice {
  std::array<LaneKernels, 3> kernels;
  std::size_t count = 0;

  Choice() {
    kernels[count++] = lanes16::KernelsNamed("16 bytes");
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) kernels[count++] = lanes32::KernelsNamed("32 bytes, AVX2");
#if defined(WEIR_HAS_LANES64)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
      kernels[count++] = lanes64::KernelsNamed("64 bytes, AVX-512");
    }
#endif
#endif
  }
};

#if defined(__SSE2__)
// 16 rows of 16 bytes, `stride` apart, into 16 columns: four rounds of interleaving, each of which halves the distance.
void TurnSquare(const std::uint8_t* rows, std::ptrdiff_t stride, std::uint8_t* columns) {
  __m128i from[16];
  __m128i to[16];
  for (int i = 0; i < 16; ++i) from[i] = _mm_load_si128(reinterpret_cast<const __m128i*>(rows + i * stride));
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      to[2 * i] = _mm_unpacklo_epi8(from[i], from[i + 8]);
      to[2 * i + 1] = _mm_unpackhi_epi8(from[i], from[i + 8]);
    }
    for (int i = 0; i < 16; ++i) from[i] = to[i];
  }
  for (int i = 0; i < 16; ++i) {
    _mm_store_si128(reinterpret_cast<__m128i*>(columns + std::ptrdiff_t{i} * kLanes), from[i]);
  }
}
#else
void TurnSquare(const std::uint8_t* rows, std::ptrdiff_t stride, std::uint8_t* columns) {
  for (int i = 0; i < 16; ++i) {
    for (int lane = 0; lane < 16; ++lane) columns[std::ptrdiff_t{i} * kLanes + lane] = rows[lane * stride + i];
  }
}
#endif

}  // namespace

std::span<const LaneKernels> LaneKernelsHere() {
  static const Choice choice;
  return std::span(choice.kernels).first(choice.count);
}

const LaneKernels& WidestLanes() { return LaneKernelsHere().back(); }

void LaneRows::Turn(int longest, std::uint8_t (&columns)[kLaneBytes][kLanes]) const {
  for (int column = 0; column < longest; column += 16) {
    for (int lane = 0; lane < kLanes; lane += 16) {
      TurnSquare(&bytes_[std::size_t{static_cast<unsigned>(lane)} * width_ + column], width_, &columns[column][lane]);
    }
  }
}

}  // namespace weir::identity
