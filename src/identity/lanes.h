#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

// Many short pairs at once: inner parts of this folder. A tile holds 64 pairs of texts turned on their side, byte i of
// all of them next to each other, and a kernel walks through the table of the 64 comparisons in step, one byte of a
// vector register each. The kernels are compiled for several widths of vectors, and the widest that the processor has
// is taken at run time; all give the same answers.
namespace weir::identity {

inline constexpr int kLanes = 64;

// Of the widest vectors. The address sanitizer keeps local variables on a stack of its own, which is aligned for
// narrower ones only: with it the kernels of 64 bytes are left out.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t kLaneAlignment = 32;
#else
#define WEIR_HAS_LANES64
inline constexpr std::size_t kLaneAlignment = 64;
#endif
inline constexpr int kLaneBytes = 64;  // longest text of a lane

struct LaneTile {
  alignas(kLaneAlignment) std::uint8_t left[kLaneBytes][kLanes];
  alignas(kLaneAlignment) std::uint8_t right[kLaneBytes][kLanes];
  // Of lanes that hold no pair 1, as what is compared then is nothing that anybody asks for.
  alignas(kLaneAlignment) std::array<std::uint8_t, kLanes> left_size;
  alignas(kLaneAlignment) std::array<std::uint8_t, kLanes> right_size;
  int left_longest = 0;
  int right_longest = 0;
  int count = 0;
  std::array<std::size_t, kLanes> index;  // where in the answer each lane belongs
};

using LaneDistances = std::array<std::uint8_t, kLanes>;

struct LaneCommon {
  alignas(kLaneAlignment) std::array<std::uint8_t, kLanes> pairs;
  alignas(kLaneAlignment) std::array<std::uint8_t, kLanes> out_of_order;
  alignas(kLaneAlignment) std::array<std::uint8_t, kLanes> prefix;  // 4 at most
};

// Texts of a tile are never empty.
struct LaneKernels {
  std::string_view name;
  void (*levenshtein)(const LaneTile&, LaneDistances&);
  void (*optimal_string_alignment)(const LaneTile&, LaneDistances&);
  void (*damerau_levenshtein)(const LaneTile&, LaneDistances&);
  void (*jaro)(const LaneTile&, LaneCommon&);
};

// Those that this processor can run, from the narrowest on.
std::span<const LaneKernels> LaneKernelsHere();
const LaneKernels& WidestLanes();

// Texts of up to `width` bytes, row after row, as they come.
class LaneRows {
 public:
  explicit LaneRows(int width) : width_(width), bytes_(std::make_unique<std::uint8_t[]>(std::size_t{kLanes} * width)) {}

  void Put(int lane, std::string_view text) {
    std::uint8_t* const row = &bytes_[std::size_t{static_cast<unsigned>(lane)} * width_];
    const char* const from = text.data();
    const std::size_t size = text.size();
    // Two halves that may overlap: copies of fixed sizes, where one of any size would be a call.
    if (size > 16) {
      std::memcpy(row, from, size);
    } else if (size >= 8) {
      std::memcpy(row, from, 8);
      std::memcpy(row + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(row, from, 4);
      std::memcpy(row + size - 4, from + size - 4, 4);
    } else if (size > 0) {
      row[0] = static_cast<std::uint8_t>(from[0]);
      row[size / 2] = static_cast<std::uint8_t>(from[size / 2]);
      row[size - 1] = static_cast<std::uint8_t>(from[size - 1]);
    }
  }
  // Turns the first `longest` bytes of all rows into columns.
  void Turn(int longest, std::uint8_t (&columns)[kLaneBytes][kLanes]) const;

 private:
  int width_;
  std::unique_ptr<std::uint8_t[]> bytes_;
};

// Collects pairs into tiles, short ones by themselves, so that one long text does not hold up 63 short ones.
// `Finish(kernels, tile)` is called for each tile that is full, and in Close.
template <class Finish>
class LaneFiller {
 public:
  // With `query` all pairs have that left text.
  LaneFiller(const LaneKernels& kernels, Finish finish, std::optional<std::string_view> query = std::nullopt)
      : kernels_(kernels), finish_(std::move(finish)), query_(query) {
    if (query_ && query_->size() <= std::size_t{kLaneBytes}) SpreadQuery();
  }
  LaneFiller(const LaneFiller&) = delete;
  LaneFiller& operator=(const LaneFiller&) = delete;

  // False: no pair for lanes, since a text is empty or too long.
  bool Take(std::size_t index, std::string_view left, std::string_view right) {
    Waiting* const waiting = WaitingFor(left.size(), right.size());
    if (waiting == nullptr) return false;
    waiting->left->Put(waiting->count, left);
    waiting->left_size[waiting->count] = static_cast<std::uint8_t>(left.size());
    Add(*waiting, index, right);
    return true;
  }
  // The same with the query as the left text.
  bool Take(std::size_t index, std::string_view right) {
    Waiting* const waiting = WaitingFor(query_->size(), right.size());
    if (waiting == nullptr) return false;
    Add(*waiting, index, right);
    return true;
  }
  void Close() {
    for (std::optional<Waiting>& waiting : waiting_) {
      if (waiting && waiting->count > 0) Compare(*waiting);
    }
  }

 private:
  static constexpr int kWidths[] = {16, 32, 64};

  struct Waiting {
    explicit Waiting(int width, bool has_query) : right(width) {
      if (!has_query) left.emplace(width);
    }

    std::optional<LaneRows> left;
    LaneRows right;
    int count = 0;
    std::array<std::uint8_t, kLanes> left_size{};
    std::array<std::uint8_t, kLanes> right_size{};
    std::array<std::size_t, kLanes> index{};
  };

  Waiting* WaitingFor(std::size_t left_size, std::size_t right_size) {
    const std::size_t longest = std::max(left_size, right_size);
    if (longest > std::size_t{kLaneBytes} || left_size == 0 || right_size == 0) return nullptr;
    const std::size_t which = longest <= 16 ? 0 : longest <= 32 ? 1 : 2;
    std::optional<Waiting>& waiting = waiting_[which];
    if (!waiting) waiting.emplace(kWidths[which], query_.has_value());
    return &*waiting;
  }
  void Add(Waiting& waiting, std::size_t index, std::string_view right) {
    waiting.right.Put(waiting.count, right);
    waiting.right_size[waiting.count] = static_cast<std::uint8_t>(right.size());
    waiting.index[waiting.count] = index;
    if (++waiting.count == kLanes) Compare(waiting);
  }
  void SpreadQuery() {
    for (std::size_t i = 0; i < query_->size(); ++i) std::memset(tile_->left[i], (*query_)[i], kLanes);
    tile_->left_size.fill(static_cast<std::uint8_t>(query_->size()));
    tile_->left_longest = static_cast<int>(query_->size());
  }
  void Compare(Waiting& waiting) {
    LaneTile& tile = *tile_;
    tile.count = waiting.count;
    tile.index = waiting.index;
    std::fill(waiting.right_size.begin() + waiting.count, waiting.right_size.end(), std::uint8_t{1});
    tile.right_size = waiting.right_size;
    tile.right_longest = *std::ranges::max_element(tile.right_size);
    waiting.right.Turn(tile.right_longest, tile.right);
    if (waiting.left) {
      std::fill(waiting.left_size.begin() + waiting.count, waiting.left_size.end(), std::uint8_t{1});
      tile.left_size = waiting.left_size;
      tile.left_longest = *std::ranges::max_element(tile.left_size);
      waiting.left->Turn(tile.left_longest, tile.left);
    }
    finish_(kernels_, tile);
    waiting.count = 0;
  }

  const LaneKernels& kernels_;
  Finish finish_;
  std::optional<std::string_view> query_;
  std::unique_ptr<LaneTile> tile_ = std::make_unique<LaneTile>();
  std::array<std::optional<Waiting>, 3> waiting_;
};

}  // namespace weir::identity
