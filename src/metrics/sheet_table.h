// The table of a report as people copy it from a sheet: cells between tabs, or CSV; a header and rows. And what a label
// says of a period: "2026-03", "Q1 2026", "март 2026". Internal to metrics/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/period.h"

namespace weir::metrics {

struct SheetRow {
  std::uint64_t line = 0;               // from 1, as in the text
  std::vector<std::string> cells = {};  // one for each column; trimmed
};

struct SheetTable {
  std::vector<std::string> header = {};
  std::vector<SheetRow> rows = {};  // without blank ones
};

constexpr std::size_t kMostSheetBytes = 768U << 10U;
constexpr std::size_t kMostSheetColumns = 200;
constexpr std::size_t kMostSheetRows = 5000;

// Tabs, semicolons or commas, by what the first line has; quotes as in CSV. Errors name line and column of `file`.
Result<SheetTable> ReadSheet(std::string_view text, const std::string& file);

struct PeriodLabel {
  Date first = {};
  Grain grain = Grain::kNone;
  bool operator==(const PeriodLabel&) const = default;
};

// A day, month, quarter or year; years are those of the calendar that begins with `first_month`.
std::optional<PeriodLabel> ReadPeriod(std::string_view label, int first_month);

// Days that stand for whole periods: the first day of each month, quarter or year. By what lies between them.
Grain GrainOf(std::vector<Date> days, int first_month);

// For comparing: without case, repeated blanks, marks, and a currency in brackets.
std::string LabelKey(std::string_view label);

// Of a value: without case and repeated blanks.
std::string FoldKey(std::string_view value);

// "Total", "Итого".
bool IsTotalLabel(std::string_view label);

}  // namespace weir::metrics
