// Reads what ToJson and ProblemJson write, for a process that asks another one and goes on with the answer itself.
// Trusts that it reads such a document, but never runs past it. O(bytes).
#pragma once

#include <string_view>

#include "base/result.h"
#include "engine/engine.h"

namespace weir::engine {

// ToJson of the answer gives the same bytes again. Titles of tables and settings that JSON leaves out stay empty.
Result<Answer> FromJson(std::string_view json);

// The error of a problem document; kUnavailable if it is none.
Error ReadProblem(std::string_view json);

}  // namespace weir::engine
