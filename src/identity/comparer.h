// Compares one record with many. Most of the time of linking is spent here, waiting for memory: the codes of a record
// stand together in one line of the cache, and what the comparisons will read is asked for ahead.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "identity/compare.h"
#include "identity/field.h"

namespace weir::identity {

class Comparer {
 public:
  // The fields are to live as long. Memory: 64 bytes a record.
  Comparer(std::span<const Field> fields, std::size_t records) : fields_(fields) { Grow(records); }

  // The fields have so many records now.
  void Grow(std::size_t records);

  // out[i] of `record` and others[i]; both have one size.
  void Patterns(std::uint32_t record, std::span<const std::uint32_t> others, std::span<Pattern> out) const;

 private:
  struct alignas(64) Codes {
    std::array<std::uint32_t, kMostFields> of_field{};
  };

  std::span<const Field> fields_;
  std::vector<Codes> codes_;  // by record
};

}  // namespace weir::identity
