#include "identity/catalog_rows.h"

#include <optional>

#include "base/embedded.h"
#include "base/result.h"
#include "base/text.h"

namespace weir::identity {

std::vector<std::string_view> Pieces(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    const std::string_view piece = TrimBlanks(text.substr(0, end));
    if (!piece.empty()) pieces.push_back(piece);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return pieces;
}

std::vector<std::vector<std::string_view>> CatalogRows(std::string_view file) {
  const std::optional<std::string_view> bytes = FindEmbedded("catalog", file);
  WEIR_CHECK(bytes.has_value());
  std::vector<std::vector<std::string_view>> rows;
  std::size_t columns = 0;
  for (std::string_view line : Pieces(*bytes, '\n')) {
    std::vector<std::string_view> cells;
    for (std::size_t end = 0; end != std::string_view::npos;) {
      end = line.find(',');
      cells.push_back(TrimBlanks(line.substr(0, end)));
      if (end != std::string_view::npos) line.remove_prefix(end + 1);
    }
    if (columns == 0) {
      columns = cells.size();
      continue;
    }
    WEIR_CHECK(cells.size() == columns);
    rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace weir::identity
