// A block of at most a few thousand rows by typed columns. Kernels read chunks, never rows. The memory belongs to the
// stream that gave the chunk and is valid until its next Next().
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "store/value.h"

namespace weir::store {

class ColumnView {
 public:
  virtual ~ColumnView() = default;

  Type type() const { return type_; }
  std::uint8_t scale() const { return scale_; }
  std::size_t size() const { return size_; }
  bool IsNullAt(std::size_t row) const { return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1U) == 0; }

  // Spans over fixed-width columns; a bug if the column has another type. Values under a null are undefined.
  std::span<const bool> Booleans() const;
  std::span<const std::int64_t> Integers() const;  // BIGINT columns only: cast in SQL
  std::span<const double> Doubles() const;
  std::span<const Date> Dates() const;
  std::span<const Instant> Instants() const;

  // Any width of integer and decimal.
  virtual Int128 UnitsAt(std::size_t row) const = 0;
  virtual std::string_view TextAt(std::size_t row) const = 0;
  Value ValueAt(std::size_t row) const;

 protected:
  Type type_ = Type::kNull;
  std::uint8_t scale_ = 0;
  std::uint8_t width_ = 8;  // bytes of a fixed-width value
  std::size_t size_ = 0;
  const std::uint64_t* validity_ = nullptr;
  const void* data_ = nullptr;
};

class Chunk {
 public:
  virtual ~Chunk() = default;
  virtual std::size_t size() const = 0;
  virtual std::size_t column_count() const = 0;
  virtual const ColumnView& Column(std::size_t index) const = 0;
};

}  // namespace weir::store
