// Tables that a warehouse keeps as many Parquet files, split by folders named key=value
// (deals/region=eu/day=2025-03-01/part-0.parquet).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sources/reader.h"

namespace weir::sources {

struct Partition {
  std::string key;
  std::optional<std::string> value;  // nothing: the partition of rows without a value
};

// What the folders of the file say of its rows, from the outermost in.
std::vector<Partition> PartitionsOf(const FileInput& file);

// A file that is one of several of a table: within a partition, or named as engines name the pieces that they write.
bool IsPartOfTable(const FileInput& file);

// The name that the whole table would have as one file, with the folder that it lies in: "crm/deals.parquet".
std::string TableNameOf(const FileInput& file);

}  // namespace weir::sources
