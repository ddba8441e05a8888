// An answer as bytes, to be kept beyond the process that computed it. Unlike the JSON that people are sent, each value
// keeps its kind and scale: an analysis that asks for the answer of another reads what was computed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.h"

namespace weir::engine {

// Size: that of all texts, and nine bytes a number.
std::string ToBytes(const Answer& answer);
// Nothing where these are not the bytes of an answer, whole and of this form.
std::optional<Answer> FromBytes(std::string_view bytes);

}  // namespace weir::engine
