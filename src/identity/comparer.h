// Compares pairs of records. Most of the time of linking is spent here, waiting for memory. So the codes and outlines
// of all fields of a record stand together in a line or two of the cache; what they leave open is looked up in the
// sketches of values, and what those leave open in the values, each asked for while other pairs are compared.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "identity/compare.h"
#include "identity/field.h"
#include "identity/outline.h"

namespace weir::identity {

class Comparer {
 public:
  // The fields are to live as long. Memory: 10 bytes a record and field, rounded up to 64.
  Comparer(std::span<const Field> fields, std::size_t records, const Executor& executor);

  // The fields have so many records now.
  void Grow(std::size_t records, const Executor& executor);

  struct Pair {
    std::uint32_t a;
    std::uint32_t b;
  };
  // out[i] of pairs[i]; both have one size. Best given some hundred pairs, those of one record one after the other.
  void Patterns(std::span<const Pair> pairs, std::span<Pattern> out) const;

 private:
  struct alignas(64) Line {
    std::array<std::uint32_t, 16> words;
  };
  // Leaves what it makes as it is: many threads fill it at once, and be the first to touch it.
  template <typename T>
  struct Bare : std::allocator<T> {
    template <typename U>
    struct rebind {
      using other = Bare<U>;
    };
    template <typename U>
    void construct(U* place) noexcept {
      ::new (static_cast<void*>(place)) U;
    }
    template <typename U, typename... Arguments>
    void construct(U* place, Arguments&&... arguments) {
      ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
    }
  };
  // A field of a pair that is open.
  struct Open {
    std::uint32_t pair;
    std::uint32_t field;
    std::uint32_t a;
    std::uint32_t b;
  };
  // Of a record: the codes of its fields, the letters of their outlines, their lengths, their first letters.
  struct Row {
    const std::uint32_t* codes;
    const std::uint32_t* letters;
    const std::uint8_t* lengths;
    const std::uint8_t* firsts;
  };
  Row RowOf(std::uint32_t record) const;
  void Lay(std::size_t record);
  void AskForRow(std::uint32_t record) const;
  Pattern ByOutlines(const Pair& pair, std::uint32_t number, std::vector<Open>& open) const;
  // By their outlines first: hardly any pair goes on from there.
  bool HasSwappedNames(const Row& a, const Row& b) const;

  std::span<const Field> fields_;
  std::size_t lines_a_record_;
  std::size_t given_ = SIZE_MAX;  // the fields of names that may be swapped
  std::size_t family_ = SIZE_MAX;
  std::vector<Line, Bare<Line>> lines_;
};

}  // namespace weir::identity
