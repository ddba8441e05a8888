// Records that share a key, put into groups of bounded size. Private to blocking.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "identity/blocking.h"
#include "identity/keyed.h"

namespace weir::identity {

// The further fields by which a group that is too large is divided, each by itself, so that an error in one of them
// loses nothing: those that divide it best. None where none does, or where `used` are many. Reads a sample of the
// group.
std::vector<std::size_t> FieldsToDivideBy(std::span<const Field> fields, std::span<const std::uint32_t> group,
                                          std::span<const std::size_t> used);

// By what they hold in fields that are not among `used`, the first that differs deciding.
std::strong_ordering CompareByValues(std::span<const Field> fields, std::span<const std::size_t> used, std::uint32_t a,
                                     std::uint32_t b);

// Neighbours in sorted order that are looked at together.
inline constexpr std::size_t kWindow = 8;

class Grouper {
 public:
  Grouper(std::span<const Field> fields, std::size_t second_begins, bool is_two, std::size_t most_in_group)
      : fields_(fields), second_begins_(second_begins), is_two_(is_two), most_(most_in_group) {}

  // Takes the records of one rule, rising, whose keys are made of `parts`.
  void Take(std::vector<Keyed> keyed, std::span<const KeyPart> parts);

  std::vector<std::uint32_t> members;  // group by group
  std::vector<std::uint32_t> ends;     // of groups, in members
  RuleReport report;

 private:
  void Add(std::span<const std::uint32_t> group);
  void Divide(std::span<const std::uint32_t> group, std::vector<std::size_t> used);
  void AddWindows(std::span<const std::uint32_t> group, const std::vector<std::size_t>& used);

  std::span<const Field> fields_;
  std::size_t second_begins_;
  bool is_two_;
  std::size_t most_;
};

}  // namespace weir::identity
