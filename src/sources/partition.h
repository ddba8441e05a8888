// Tables that a warehouse keeps as many files, split by folders named key=value
// (deals/region=eu/day=2025-03-01/part-0.parquet), and what engines keep beside them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/reader.h"

namespace weir::sources {

struct Partition {
  std::string key;
  std::optional<std::string> value;  // nothing: the partition of rows without a value
};

// What the folders of a Parquet file say of its rows, from the outermost in.
std::vector<Partition> PartitionsOf(const FileInput& file);

// A file that is one of several of a table: within a partition, or named as engines name the pieces that they write
// (part-0.parquet, data_0_1_0.csv.gz, deals-000000000012.json, deals0000_part_00.csv).
bool IsPartOfTable(const FileInput& file);

// The name that the whole table would have as one file, with the folder that it lies in: "crm/deals.parquet".
std::string TableNameOf(const FileInput& file);

// What an engine leaves beside a table and is none: _SUCCESS, _temporary, .part-0.crc. `name` is of a file or a folder.
bool IsLeftByEngine(std::string_view name);

// The folder of a table of Delta Lake, Iceberg or Hudi to whose log the file of this path belongs, with a slash at its
// end where it is not empty: only that log says which files of the folder count.
std::optional<std::string_view> FolderOfTableLog(std::string_view path);

}  // namespace weir::sources
