// For tests: sets whose truth is known, read where they lie (WEIR_SHARED_DATA).
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

namespace weir {

inline std::filesystem::path SharedData() {
  if (const char* told = std::getenv("WEIR_SHARED_DATA"); told != nullptr) return told;
  const char* root = std::getenv("WEIR_SOURCE_DIR");
  return std::filesystem::path(root != nullptr ? root : ".") / "../shared/data";
}

// Of a plain file as well; empty where there is none.
inline std::string Unzipped(const std::filesystem::path& path) {
  std::string text;
  std::vector<char> piece(1U << 16U);
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  for (int read = 1; read > 0;) {
    read = gzread(file, piece.data(), static_cast<unsigned>(piece.size()));
    if (read > 0) text.append(piece.data(), static_cast<std::size_t>(read));
  }
  gzclose(file);
  return text;
}

// RFC 4180; line ends within quotes are part of the cell.
inline std::vector<std::vector<std::string>> CsvRows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && is_quoted && at + 1 < text.size() && text[at + 1] == '"') {
      row.back().push_back(c);
      ++at;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      row.emplace_back();
    } else if (c == '\n' && !is_quoted) {
      rows.push_back(std::move(row));
      row = std::vector<std::string>(1);
    } else if (c != '\r') {
      row.back().push_back(c);
    }
  }
  return rows;
}

}  // namespace weir
