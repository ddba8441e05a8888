#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Where each byte stands in a text of at most 64 bytes, as the bits of a word: what the bit-parallel kernels of this
// folder go by. Two ways to ask. Bits from the text's size on are of no meaning in PassingMasks.
namespace weir::identity {

inline constexpr std::size_t kWordBytes = 64;

// A table, for a text that is compared with many: 2 KB, some 50 ns to make. Of a longer text it stands empty.
class ByteMasks {
 public:
  explicit ByteMasks(std::string_view text) {
    if (text.size() > kWordBytes) return;
    std::uint64_t bit = 1;
    for (const char byte : text) {
      masks_[static_cast<std::uint8_t>(byte)] |= bit;
      bit <<= 1;
    }
  }
  std::uint64_t Of(char byte) const { return masks_[static_cast<std::uint8_t>(byte)]; }

 private:
  std::array<std::uint64_t, 256> masks_{};
};

#if defined(__SSE2__)
// The text in vector registers, compared anew with each byte asked for: nothing to make, for a text that is met once.
// kVectors x 16 bytes hold the text.
template <int kVectors>
class PassingMasks {
 public:
  explicit PassingMasks(std::string_view text) {
    if constexpr (kVectors == 1) {
      vectors_[0] = LoadShort(text);
    } else {
      alignas(16) std::array<char, std::size_t{16} * kVectors> bytes{};
      std::memcpy(bytes.data(), text.data(), text.size());
      for (int i = 0; i < kVectors; ++i) {
        vectors_[i] = _mm_load_si128(reinterpret_cast<const __m128i*>(bytes.data() + std::ptrdiff_t{16} * i));
      }
    }
  }
  std::uint64_t Of(char byte) const {
    const __m128i wanted = _mm_set1_epi8(byte);
    std::uint64_t mask = 0;
    for (int i = 0; i < kVectors; ++i) {
      const auto part = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(vectors_[i], wanted)));
      mask |= static_cast<std::uint64_t>(part) << (16 * i);
    }
    return mask;
  }

 private:
  template <class Word>
  static std::uint64_t Read(const char* from) {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }
  // At most 16 bytes, without reading beyond them and without a detour through memory.
  static __m128i LoadShort(std::string_view text) {
    const char* const from = text.data();
    const std::size_t size = text.size();
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (size > 8) {
      low = Read<std::uint64_t>(from);
      high = Read<std::uint64_t>(from + size - 8) >> (8 * (16 - size));
    } else if (size == 8) {
      low = Read<std::uint64_t>(from);
    } else if (size >= 4) {
      low = Read<std::uint32_t>(from) | Read<std::uint32_t>(from + size - 4) << (8 * (size - 4));
    } else if (size > 0) {
      low = Read<std::uint8_t>(from) | Read<std::uint8_t>(from + size / 2) << (8 * (size / 2)) |
            Read<std::uint8_t>(from + size - 1) << (8 * (size - 1));
    }
    return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
  }

  __m128i vectors_[kVectors];
};
#endif

// Calls `compare` with the quickest masks of a text of at most 64 bytes that is met once.
template <class Compare>
auto WithPassingMasks(std::string_view text, const Compare& compare) {
#if defined(__SSE2__)
  if (text.size() <= 16) return compare(PassingMasks<1>(text));
  if (text.size() <= 32) return compare(PassingMasks<2>(text));
  return compare(PassingMasks<4>(text));
#else
  return compare(ByteMasks(text));
#endif
}

}  // namespace weir::identity
