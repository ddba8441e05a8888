// For tests: a simulated company in a folder of its own, and its files read back by an independent reader.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/simulate.h"

namespace weir::simulate {

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// RFC 4180, strictly: CRLF after each record, quotes doubled inside quotes. Throws where a file breaks the rule.
inline std::vector<std::vector<std::string>> ParseCsv(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      for (++at;; ++at) {
        if (at >= text.size()) throw std::runtime_error("an open quote");
        if (text[at] != '"') {
          cell.push_back(text[at]);
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          cell.push_back('"');
          ++at;
        } else {
          ++at;
          break;
        }
      }
    } else {
      while (at < text.size() && text[at] != ',' && text[at] != '\r') cell.push_back(text[at++]);
      if (cell.find('"') != std::string::npos) throw std::runtime_error("a quote in a bare cell");
    }
    record.push_back(std::move(cell));
    cell.clear();
    if (at < text.size() && text[at] == ',') {
      ++at;
      continue;
    }
    if (text.substr(at, 2) != "\r\n") throw std::runtime_error("a record without its end");
    at += 2;
    records.push_back(std::move(record));
    record.clear();
  }
  return records;
}

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, std::size_t, std::less<>> columns;

  const std::string& Get(std::size_t row, std::string_view column) const {
    const auto found = columns.find(column);
    if (found == columns.end()) throw std::runtime_error("no column " + std::string(column));
    return rows[row][found->second];
  }
  double Number(std::size_t row, std::string_view column) const { return std::atof(Get(row, column).c_str()); }
  std::map<std::string, std::size_t> Index(std::string_view column) const {
    std::map<std::string, std::size_t> index;
    for (std::size_t row = 0; row < rows.size(); ++row) index[Get(row, column)] = row;
    return index;
  }
};

inline Table ReadTable(const std::filesystem::path& path) {
  Table table;
  table.rows = ParseCsv(ReadFile(path));
  if (table.rows.empty()) throw std::runtime_error("empty: " + path.string());
  table.header = table.rows.front();
  table.rows.erase(table.rows.begin());
  for (std::size_t i = 0; i < table.header.size(); ++i) table.columns[table.header[i]] = i;
  if (table.columns.size() != table.header.size()) throw std::runtime_error("a column twice: " + path.string());
  for (const auto& row : table.rows) {
    if (row.size() != table.header.size()) throw std::runtime_error("a ragged row: " + path.string());
  }
  return table;
}

class SimulatedFolder {
 public:
  explicit SimulatedFolder(std::string_view name) {
    path_ = std::filesystem::path(testing::TempDir()) / ("weir_simulate_" + std::string(name));
    std::filesystem::remove_all(path_);
  }
  SimulatedFolder(const SimulatedFolder&) = delete;
  SimulatedFolder& operator=(const SimulatedFolder&) = delete;
  ~SimulatedFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  // The folder of the export with this number.
  std::filesystem::path Export(int number) const {
    const std::string prefix = "export-" + std::to_string(number) + "-";
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().filename().string().starts_with(prefix)) return entry.path();
    }
    throw std::runtime_error("no " + prefix);
  }
  // The file of that export whose name begins so.
  Table Read(int number, std::string_view begin) const {
    for (const auto& entry : std::filesystem::directory_iterator(Export(number))) {
      if (entry.path().filename().string().starts_with(begin)) return ReadTable(entry.path());
    }
    throw std::runtime_error("no " + std::string(begin));
  }
  Table Truth(std::string_view name) const { return ReadTable(path_ / "truth" / name); }

 private:
  std::filesystem::path path_;
};

}  // namespace weir::simulate
