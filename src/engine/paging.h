// Sorts and cuts the tables of an answer as the caller asked, always with a total order.
#pragma once

#include "analysis/result.h"
#include "base/result.h"
#include "engine/engine.h"

namespace weir::engine {

// Order of cells: nulls last, numbers by value, text by bytes.
bool CellLess(const store::Value& a, const store::Value& b);

Status ApplyPage(const Page& page, analysis::Output& output);

}  // namespace weir::engine
