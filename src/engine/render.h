// Answers as text for a terminal and as CSV. No figure is computed here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/engine.h"

namespace weir::engine {

enum class Format : std::uint8_t { kTable, kJson, kCsv };
Result<Format> ParseFormat(std::string_view name);

struct RenderOptions {
  Format format = Format::kTable;
  std::string language = "en";
  std::string table;           // only this one; csv of an answer with several needs a name
  std::size_t width = 0;       // of the terminal; 0: as wide as needed
  std::size_t max_rows = 200;  // of a table on a terminal; the rest is said in a line
};

// `kJson` gives the result form; the other two are for people and spreadsheets (RFC 4180, safe from formula injection).
Result<std::string> Render(const Answer& answer, const RenderOptions& options);

// One CSV cell: quoted where needed; text that a spreadsheet would run as a formula gets a leading apostrophe.
std::string CsvCell(std::string_view text, bool is_text);

}  // namespace weir::engine
