// What `weir link` reads: one file or two as one table, the ids of its records, and pairs of ids that are known to be
// one. Any form and encoding that sources/reader.h reads. Memory: the columns that both files have, and the ids.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "identity/cluster.h"
#include "identity/link.h"
#include "identity/table.h"

namespace weir::cli {

// The column that by its header holds ids, and does not: the first row that has none of its own.
struct NoIds {
  std::string column;
  std::string id;  // empty: the row has none
  std::uint64_t line = 0;
  std::uint64_t first_line = 0;  // of the row that has it as well
};

struct LinkFile {
  std::string path;  // as it was given
  std::string name;  // as results show it: that of the file, or the path where both files have one name
  std::uint64_t rows = 0;
  std::uint64_t faulty = 0;           // rows that cannot be read, which are left out
  std::optional<Error> first_fault;   // where and why
  std::string id_column;              // empty: records are numbered by their rows
  std::optional<NoIds> no_ids;        // where they are: the column that might have been it
  std::vector<std::string> left_out;  // columns that only this file has
};

struct LinkInput {
  identity::Table table;         // without the columns of ids
  identity::TextColumn ids{""};  // of all records, those of the first file before those of the second
  std::vector<LinkFile> files;

  std::size_t FileOf(std::size_t record) const { return record < table.second_begins ? 0 : 1; }
};

// Told how much of the input has been read, from 0 to 1.
using ReadProgress = std::function<void(const Phrase& stage, double fraction)>;

// `paths`: one or two; a part of a workbook or of a zip is named after it ("book.xlsx/March"). Columns of the second
// are those of the first by normalised header. `id_columns`: none, one for both, or one each; where none is named,
// a column is taken whose header says so and whose values are all there and all different.
// Errors: kBadUsage for a file that is given twice; kBadInput with file, line and column for missing, empty and
// repeated ids, files without rows, and headers that share nothing; those of OpenRows.
Result<LinkInput> ReadLinkInput(const std::vector<std::string>& paths, const std::vector<std::string>& id_columns,
                                const ReadProgress& progress);

// The pairs of a file of two columns of ids; with two files the first column has ids of the first. Errors: kBadInput
// for fewer columns, rows that cannot be read, and ids that no record has: how many, and where the first one stands.
Result<std::vector<identity::RecordPair>> ReadTruth(const std::string& path, const LinkInput& input);

// The same with a third column: whether the two are one, as yes or no. They are labels. Errors: those of ReadTruth;
// kBadInput for other words, a record with itself, and a pair that is judged both ways.
Result<identity::Decisions> ReadLabels(const std::string& path, const LinkInput& input);

}  // namespace weir::cli
