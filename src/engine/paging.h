// Sorts and cuts the tables of an answer as the caller asked, always with a total order.
#pragma once

#include "analysis/result.h"
#include "base/result.h"
#include "engine/engine.h"

namespace weir::engine {

// Order of cells: nulls last, numbers by value, text by bytes.
bool CellLess(const store::Value& a, const store::Value& b);

// The part of an answer's output that the page shows; of what it does not show nothing is copied.
Result<analysis::Output> PageOf(const Page& page, const analysis::Output& whole);
// How many cells that copies or compares.
std::size_t CellsOfPage(const Page& page, const analysis::Output& whole);

}  // namespace weir::engine
