// Which mapping fits a file: by header, values and name, with a score and its reason.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/import.h"
#include "sources/mapping.h"
#include "sources/reader.h"

namespace weir::sources {

inline constexpr double kAcceptedScore = 0.9;

struct Candidate {
  const Mapping* mapping = nullptr;
  double score = 0;                  // 0..1
  bool has_key = false;              // all columns of its key, or of its natural key, are there
  Phrase reason;                     // what was found, what is missing
  std::vector<std::string> missing;  // required columns that were not found
  bool IsAccepted() const { return score >= kAcceptedScore && has_key; }
};

// The beginning of a file: enough to tell what it is.
struct Sample {
  std::string file_name;  // a sheet is named as if it were a file of its own: "book/March.xlsx"
  std::string book_name;  // of the workbook that a sheet is of; it speaks for the sheet too
  std::string records;    // nested list that is looked at; empty: the main one
  std::vector<SourceColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

Result<Sample> TakeSample(const FileInput& file, const ReadOptions& options = {}, std::size_t rows = 50);

// What the columns of the sample hold, for a file that nothing recognises.
std::vector<ColumnReport> DescribeSample(const Sample& sample);

// Best first; those with score 0 are left out. Two that fit equally well are both put below kAcceptedScore.
std::vector<Candidate> Recognise(const MappingCatalog& catalog, const Sample& sample);

// Which column of the file feeds each column of the mapping: several where a header is repeated (the last filled one
// counts), none where it is absent.
std::vector<std::vector<std::size_t>> BindColumns(const Mapping& mapping, std::span<const SourceColumn> columns);

}  // namespace weir::sources
