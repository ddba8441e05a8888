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
// Whether keys of a kind may have the form: one of those, kWords of texts, kParts of what has letters.
bool IsKeyForm(FieldKind kind, KeyForm form);
// Of each record there are several, so that they are no part of a key with others.
inline bool StandsAlone(KeyForm form) { return form == KeyForm::kWords || form == KeyForm::kParts; }

// The hash of a part of a value; 0 where it has none.
std::uint64_t HashOf(const Field& field, std::uint32_t code, KeyForm form);
// The same of each value, by code.
std::vector<std::uint64_t> HashesOf(const Field& field, KeyForm form);
// Runs of three letters, blanks at both ends among them, once each, rising. Of long values the beginning.
std::vector<std::uint32_t> PartsOf(std::string_view value);
// One key of two; never 0.
std::uint64_t MixKeys(std::uint64_t a, std::uint64_t b);

}  // namespace weir::identity
