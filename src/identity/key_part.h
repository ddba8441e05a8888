// The parts of values that keys of blocking are made of.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "identity/field.h"

namespace weir::identity {

enum class KeyForm : std::uint8_t {
  kWhole,
  kBeginning,  // the first letters of a name or of a code, the year of a date
  kRest,       // the name before @ of an address, the end of a code, month and day of a date
  kWords,      // each of the rarest words
  kParts,      // each of the rarest runs of three letters
};
std::string_view NameOf(KeyForm form);
const KeyForm* FindKeyForm(std::string_view name);

// The forms that whole keys of a kind may have, kWords and kParts left out.
std::span<const KeyForm> FormsOf(FieldKind kind);

// Of each value of a field the hash of its part, by code; 0 where it has none.
std::vector<std::uint64_t> HashesOf(const Field& field, KeyForm form);

// How likely two records share the part by chance.
double ChanceOf(const Field& field, std::span<const std::uint64_t> hashes, std::size_t records);

}  // namespace weir::identity
