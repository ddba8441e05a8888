#include "identity/jaro_winkler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "identity/lanes.h"

namespace weir::identity {

namespace {

constexpr double kBonusFrom = 0.7;
constexpr double kBonusPerByte = 0.1;
constexpr std::size_t kBonusBytes = 4;

struct InCommon {
  std::size_t pairs = 0;
  std::size_t out_of_order = 0;
};

// One rounding a step, in the order of the formula: the last bit depends on it. (A table of quotients is slower than
// the divisions, which wait for nothing.)
double JaroOf(InCommon common, std::size_t left_size, std::size_t right_size) {
  if (common.pairs == 0) return 0;
  const auto pairs = static_cast<double>(common.pairs);
  const std::size_t transpositions = common.out_of_order / 2;
  double sum = pairs / static_cast<double>(left_size);
  sum += pairs / static_cast<double>(right_size);
  sum += (pairs - static_cast<double>(transpositions)) / pairs;
  return sum / 3.0;
}

double WithBonus(double jaro, std::size_t prefix) {
  if (jaro <= kBonusFrom) return jaro;
  return jaro + static_cast<double>(prefix) * kBonusPerByte * (1.0 - jaro);
}

std::size_t BonusPrefix(std::string_view left, std::string_view right) {
  const std::size_t size = std::min({left.size(), right.size(), kBonusBytes});
  std::size_t prefix = 0;
  while (prefix < size && left[prefix] == right[prefix]) ++prefix;
  return prefix;
}

constexpr std::size_t ReachOf(std::size_t left_size, std::size_t right_size) {
  const std::size_t half = std::max(left_size, right_size) / 2;
  return half > 0 ? half - 1 : 0;
}

// Neither text is empty, none over 64 bytes.
template <class Masks>
InCommon CommonInWord(const Masks& masks, std::string_view left, std::string_view right) {
  const auto reach = static_cast<unsigned>(ReachOf(left.size(), right.size()));
  const std::uint64_t valid = ~std::uint64_t{0} >> (kWordBytes - left.size());
  std::uint64_t window = (std::uint64_t{2} << reach) - 1;  // places within reach
  std::uint64_t free = valid;
  std::uint64_t found = 0;
  std::uint64_t bit = 1;
  const std::size_t size = std::min<std::size_t>(right.size(), left.size() + reach);
  for (std::size_t j = 0; j < size; ++j) {
    const std::uint64_t matches = masks.Of(right[j]) & window & free;
    free &= ~(matches & (0 - matches));
    found |= matches != 0 ? bit : 0;
    bit <<= 1;
    window = (window << 1) | (j < reach ? 1 : 0);
  }
  InCommon common;
  common.pairs = static_cast<std::size_t>(std::popcount(found));
  std::uint64_t used = valid & ~free;
  while (found != 0) {
    common.out_of_order += left[std::countr_zero(used)] != right[std::countr_zero(found)] ? 1 : 0;
    used &= used - 1;
    found &= found - 1;
  }
  return common;
}

// Of one byte, pairing the first free place within reach is merging its places in both texts in order.
InCommon CommonOfLong(std::string_view left, std::string_view right) {
  const std::size_t reach = ReachOf(left.size(), right.size());
  std::array<std::size_t, 257> start{};  // of each byte's places in `places`
  for (const char byte : left) ++start[static_cast<std::uint8_t>(byte) + 1];
  for (std::size_t byte = 0; byte < 256; ++byte) start[byte + 1] += start[byte];
  std::vector<std::size_t> places(left.size());
  std::array<std::size_t, 256> next{};
  std::copy_n(start.begin(), 256, next.begin());
  for (std::size_t i = 0; i < left.size(); ++i) places[next[static_cast<std::uint8_t>(left[i])]++] = i;

  std::copy_n(start.begin(), 256, next.begin());
  std::vector<bool> is_used(left.size());
  std::vector<char> found;  // the bytes of the right text that have a pair, in order
  for (std::size_t j = 0; j < right.size(); ++j) {
    const auto byte = static_cast<std::uint8_t>(right[j]);
    std::size_t& at = next[byte];
    while (at < start[byte + 1] && places[at] + reach < j) ++at;
    if (at == start[byte + 1] || places[at] > j + reach) continue;
    is_used[places[at++]] = true;
    found.push_back(right[j]);
  }
  InCommon common{.pairs = found.size()};
  std::size_t pair = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (is_used[i]) common.out_of_order += left[i] != found[pair++] ? 1 : 0;
  }
  return common;
}

// The most that texts of these sizes can reach.
double Ceiling(std::size_t left_size, std::size_t right_size, std::size_t prefix) {
  return WithBonus(JaroOf({.pairs = std::min(left_size, right_size)}, left_size, right_size), prefix);
}

InCommon CommonOf(std::string_view left, std::string_view right) {
  // The shorter one is walked along: fewer steps.
  if (left.size() < right.size()) std::swap(left, right);
  if (right.empty()) return {};
  if (left.size() > kWordBytes) return CommonOfLong(left, right);
  return WithPassingMasks(left, [&](const auto& masks) { return CommonInWord(masks, left, right); });
}

double AtLeast(double value, double cutoff) { return value < cutoff ? 0 : value; }

// What becomes of a tile: the values of its lanes.
struct Finish {
  std::span<double> out;
  double cutoff;

  void operator()(const LaneKernels& kernels, const LaneTile& tile) const {
    LaneCommon common;
    kernels.jaro(tile, common);
    for (int lane = 0; lane < tile.count; ++lane) {
      const double jaro =
          JaroOf({common.pairs[lane], common.out_of_order[lane]}, tile.left_size[lane], tile.right_size[lane]);
      out[tile.index[lane]] = AtLeast(WithBonus(jaro, common.prefix[lane]), cutoff);
    }
  }
};

// Whether sizes and beginnings leave no way to the cut-off.
bool IsHopeless(std::string_view left, std::string_view right, double cutoff) {
  return cutoff > 0 && Ceiling(left.size(), right.size(), kBonusBytes) < cutoff &&
         Ceiling(left.size(), right.size(), BonusPrefix(left, right)) < cutoff;
}

}  // namespace

double Jaro(std::string_view left, std::string_view right, double cutoff) {
  if (cutoff > 0 && Ceiling(left.size(), right.size(), 0) < cutoff) return 0;
  return AtLeast(JaroOf(CommonOf(left, right), left.size(), right.size()), cutoff);
}

double JaroWinkler(std::string_view left, std::string_view right, double cutoff) {
  if (IsHopeless(left, right, cutoff)) return 0;
  const double jaro = JaroOf(CommonOf(left, right), left.size(), right.size());
  return AtLeast(WithBonus(jaro, BonusPrefix(left, right)), cutoff);
}

double JaroWinklerQuery::Against(std::string_view other, double cutoff) const {
  const std::string_view text = text_;
  if (text.empty() || other.empty() || text.size() > kWordBytes || other.size() > kWordBytes) {
    return JaroWinkler(text, other, cutoff);
  }
  if (IsHopeless(text, other, cutoff)) return 0;
  const double jaro = JaroOf(CommonInWord(masks_, text, other), text.size(), other.size());
  return AtLeast(WithBonus(jaro, BonusPrefix(text, other)), cutoff);
}

void JaroWinklerPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                      std::span<double> out, double cutoff) {
  LaneFiller<Finish> lanes(WidestLanes(), Finish{out, cutoff});
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (IsHopeless(left[i], right[i], cutoff)) {
      out[i] = 0;
    } else if (!lanes.Take(i, left[i], right[i])) {
      out[i] = JaroWinkler(left[i], right[i], cutoff);
    }
  }
  lanes.Close();
}

void JaroWinklerQuery::Against(std::span<const std::string_view> others, std::span<double> out, double cutoff) const {
  const std::string_view text = text_;
  LaneFiller<Finish> lanes(WidestLanes(), Finish{out, cutoff}, text);
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (IsHopeless(text, others[i], cutoff)) {
      out[i] = 0;
    } else if (!lanes.Take(i, others[i])) {
      out[i] = Against(others[i], cutoff);
    }
  }
  lanes.Close();
}

}  // namespace weir::identity
