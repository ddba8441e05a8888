// Any bytes as the parts of a workbook, parted by zero bytes (a sheet, the shared texts, the styles, the list of
// sheets): whatever is read as a table has lines that go on, and sound rows read the same from quarantine.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zip.h>

#include "checked_rows.h"
#include "sources/discover.h"

namespace {

using weir::sources::FileInput;
using weir::sources::FormChecks;
using weir::sources::MemoryFile;

constexpr std::string_view kRelations =
    "<Relationships><Relationship Id=\"r\" Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
constexpr std::string_view kParts =
    "<Relationships><Relationship Id=\"r1\" Type=\"/worksheet\" Target=\"sheet.xml\"/><Relationship Id=\"r2\" "
    "Type=\"/sharedStrings\" Target=\"texts.xml\"/><Relationship Id=\"r3\" Type=\"/styles\" Target=\"styles.xml\"/>"
    "</Relationships>";
constexpr std::string_view kSheets = "<workbook><sheets><sheet name=\"s\" r:id=\"r1\"/></sheets></workbook>";

// The archive in memory, unpacked members only.
std::string Zip(const std::vector<std::pair<const char*, std::string_view>>& parts) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  WEIR_CHECK(target != nullptr);
  zip_source_keep(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  WEIR_CHECK(zip != nullptr);
  for (const auto& [name, text] : parts) {
    const zip_int64_t index = zip_file_add(zip, name, zip_source_buffer(zip, text.data(), text.size(), 0), 0);
    WEIR_CHECK(index >= 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  WEIR_CHECK(zip_close(zip) == 0);
  zip_stat_t status;
  WEIR_CHECK(zip_source_stat(target, &status) == 0 && zip_source_open(target) == 0);
  std::string bytes(status.size, '\0');
  WEIR_CHECK(zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::array<std::string_view, 4> parts{"<worksheet/>", "<sst/>", "<styleSheet/>", kSheets};
  std::string_view rest(reinterpret_cast<const char*>(bytes), size);
  for (std::size_t i = 0; i < parts.size() && !rest.empty(); ++i) {
    const std::size_t end = i + 1 == parts.size() ? rest.size() : std::min(rest.find('\0'), rest.size());
    parts[i] = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::string zip = Zip({{"[Content_Types].xml", "<Types/>"},
                               {"_rels/.rels", kRelations},
                               {"xl/_rels/workbook.xml.rels", kParts},
                               {"xl/sheet.xml", parts[0]},
                               {"xl/texts.xml", parts[1]},
                               {"xl/styles.xml", parts[2]},
                               {"xl/workbook.xml", parts[3]}});
  const MemoryFile book(zip, "fuzz.xlsx");
  const auto found = weir::sources::DiscoverFile(book.file());
  WEIR_CHECK(found.has_value());
  const FormChecks checks{.is_below_header = true};
  for (const FileInput& sheet : found->files) weir::sources::CheckRows(sheet, checks);
  return 0;
}
