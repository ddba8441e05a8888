// Reads one line of catalog/diagnosis/*.toml. Internal to diagnose/.
#pragma once

#include "base/result.h"
#include "diagnose/sign.h"
#include "metrics/table_reader.h"

namespace weir::diagnose {

enum class LineOf : std::uint8_t { kSign, kBoard };

// A line of the workspace (`is_own`) asks an analysis: SQL stands in the files of the program alone.
Result<Line> ReadLine(metrics::TableReader& reader, LineOf of, bool is_own);
// Changes what a file of the workspace says of a line that is there.
Status ChangeLine(metrics::TableReader& reader, Line& line);

// A whole or broken number above zero, or the fallback where none is given.
Result<double> PositiveOr(metrics::TableReader& reader, std::string_view name, double fallback);

}  // namespace weir::diagnose
