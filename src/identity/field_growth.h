// A field that takes in further records. Values, words and runs of letters that were there before keep their codes and
// what they weigh; what is new is numbered on, and weighs what one that is there once weighs. So what is said of two
// records never changes with what comes later, and several batches make the same field as one.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "identity/dictionary.h"
#include "identity/field.h"

namespace weir::identity {

class FieldGrowth {
 public:
  // Finds what the field has. O(values); some 16 bytes a value, a word and a run of letters.
  explicit FieldGrowth(const Field& field);

  // The records of `fresh`, which was prepared by itself, come after those of the field. `counts` and `filled` stay as
  // they were learnt: new values have none. The same field at each call. O(bytes of `fresh`).
  void Append(const Field& fresh, Field& field);

 private:
  TextSlots values_;
  TextSlots words_;
  std::unordered_map<std::uint32_t, std::uint32_t> grams_;  // their numbers by their letters
};

}  // namespace weir::identity
