// Splits text into records of separated cells after RFC 4180, with what exports do beyond it: any of four separators,
// any line break, quotes that are never closed. Private to sources/.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.h"

namespace weir::sources {

struct CsvRecord {
  std::vector<std::string_view> cells;
  std::string_view raw;           // without the line break
  std::uint64_t lines = 1;        // physical lines that the record takes
  std::size_t faulty_cell = 0;    // from 1: a quote of this cell is broken; 0: none is
  const Phrase* fault = nullptr;  // what is wrong with it
  std::size_t size = 0;           // bytes up to the next record
};

class CsvScanner {
 public:
  explicit CsvScanner(char separator) : separator_(separator) {}

  enum class Outcome : std::uint8_t { kRecord, kNeedsMore };
  // Reads the record at the beginning of `text`. `is_last` says that nothing follows the text. A record whose quotes
  // are broken is its first physical line, as one cell. Cells point into `text`, or into `texts` where they had to be
  // written anew.
  Outcome Next(std::string_view text, bool is_last, CsvRecord& record, std::deque<std::string>& texts) const;

 private:
  void TakeFirstLine(std::string_view text, std::size_t cell, const Phrase& fault, CsvRecord& record) const;

  char separator_;
};

}  // namespace weir::sources
