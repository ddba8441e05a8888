#include "store/chunk.h"

#include "base/result.h"

namespace weir::store {

static_assert(sizeof(Date) == 4 && sizeof(Instant) == 8, "columns are read in place");

std::span<const bool> ColumnView::Booleans() const {
  WEIR_CHECK(type_ == Type::kBoolean);
  return {static_cast<const bool*>(data_), size_};
}

std::span<const std::int64_t> ColumnView::Integers() const {
  WEIR_CHECK(type_ == Type::kInteger && width_ == 8);
  return {static_cast<const std::int64_t*>(data_), size_};
}

std::span<const double> ColumnView::Doubles() const {
  WEIR_CHECK(type_ == Type::kDouble && width_ == 8);
  return {static_cast<const double*>(data_), size_};
}

std::span<const Date> ColumnView::Dates() const {
  WEIR_CHECK(type_ == Type::kDate);
  return {static_cast<const Date*>(data_), size_};
}

std::span<const Instant> ColumnView::Instants() const {
  WEIR_CHECK(type_ == Type::kInstant);
  return {static_cast<const Instant*>(data_), size_};
}

Value ColumnView::ValueAt(std::size_t row) const {
  if (IsNullAt(row)) return {};
  switch (type_) {
    case Type::kNull:
      return {};
    case Type::kBoolean:
      return Booleans()[row];
    case Type::kInteger:
      return static_cast<std::int64_t>(UnitsAt(row));
    case Type::kDecimal:
      return Decimal{UnitsAt(row), scale_};
    case Type::kDouble:
      return width_ == 8 ? Doubles()[row] : static_cast<double>(static_cast<const float*>(data_)[row]);
    case Type::kText:
      return std::string(TextAt(row));
    case Type::kDate:
      return Dates()[row];
    case Type::kInstant:
      return Instants()[row];
  }
  return {};
}

}  // namespace weir::store
