// A workbook as Excel and its like write it (Office Open XML: a zip of XML parts): its sheets, the styles of its cells
// and the texts that cells share. Private to sources/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/bytes.h"
#include "sources/reader.h"
#include "sources/sheet_cells.h"
#include "sources/text_store.h"
#include "sources/xml_stream.h"

namespace weir::sources {

struct Sheet {
  std::string name;
  std::string part;  // the member of the zip that holds it; empty: it is no table (a chart, a macro, another file)
  bool is_hidden = false;
};

class Workbook {
 public:
  static Result<std::unique_ptr<Workbook>> Open(const FileInput& file, const ReadLimits& limits);
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;
  ~Workbook();

  const std::vector<Sheet>& sheets() const { return sheets_; }
  bool is_1904() const { return is_1904_; }  // days are counted from 1904-01-01

  // Of a cell, by its number of style.
  CellStyle StyleAt(std::size_t style) const { return style < styles_.size() ? styles_[style] : CellStyle::kPlain; }
  // The shared text of this number. The part that holds them is read only as far as is asked for, and what was read is
  // kept, within a limit. The view lives as long as the workbook.
  Result<std::string_view> SharedText(std::uint64_t number);

  Result<std::unique_ptr<ByteSource>> OpenPart(const std::string& part, const std::string& title) const;

 private:
  class SharedTexts;

  Workbook(PlainFile file, const ReadLimits& limits, std::string title);
  Status ReadParts();
  Status ReadPart(const std::string& part, XmlHandler& handler) const;

  PlainFile file_;
  ReadLimits limits_;
  std::string title_;
  std::vector<Sheet> sheets_;
  std::vector<CellStyle> styles_;
  bool is_1904_ = false;
  std::string shared_part_;  // empty: the workbook has none
  std::unique_ptr<SharedTexts> shared_;
};

// By the members of a zip.
bool IsWorkbook(const std::vector<ZipMember>& members);
// Why a zip that is the document of a program cannot be read; nothing for other zips.
std::optional<Error> ObjectionToZip(const std::vector<ZipMember>& members);
// Why a document in the form of Excel before 2007 cannot be read; one with a password has that form too.
Error ObjectionToOldDocument(const FileInput& file);

}  // namespace weir::sources
