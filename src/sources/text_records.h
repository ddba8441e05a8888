// Text that is no table but a row of records of a known form: how each form is divided and read. Private to sources/.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sources/reader.h"

namespace weir::sources {

// The next part of a text: a record, or what lies between records.
struct TextPart {
  std::size_t size = 0;    // bytes up to the next part
  std::string_view raw;    // of a record, without its last line break; empty: no record
  std::uint64_t line = 0;  // lines above the record's first one, within the part
};

class TextForm {
 public:
  virtual ~TextForm() = default;
  virtual Format format() const = 0;
  virtual const std::vector<SourceColumn>& columns() const = 0;
  // Nothing where the text ends before the part does; never so if `is_last` says that nothing follows.
  virtual std::optional<TextPart> Next(std::string_view text, bool is_last) const = 0;
  // The cells of one record, in the order of the columns; they point into the record or into `texts`.
  virtual std::optional<RowFault> Cells(std::string_view record, std::deque<std::string>& texts,
                                        std::span<std::string_view> cells) const = 0;
};

// The form of this name of Format; null for the tables.
std::unique_ptr<TextForm> FormOf(Format format);
// The form that the beginning of a file shows; null if it shows none.
std::unique_ptr<TextForm> FormOfText(std::string_view beginning);

// Use OpenRows.
Result<std::unique_ptr<RowReader>> OpenTextRecords(const FileInput& file, const ReadOptions& options,
                                                   std::unique_ptr<TextForm> form);

}  // namespace weir::sources
