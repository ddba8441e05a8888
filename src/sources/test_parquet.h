// Parquet files for the tests of this folder.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "sources/test_files.h"
#include "store/database.h"

namespace weir::sources {

// The bytes of a file that holds what the statement selects; nothing if it does not run.
inline std::string ParquetBytes(const std::string& select) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "rows.parquet";
  store::OpenOptions open;
  open.external_access = true;
  auto database = store::Database::Open({}, open);
  auto connection = database->Connect();
  EXPECT_TRUE(connection->Execute("COPY (" + select + ") TO '" + path.string() + "' (FORMAT parquet)"));
  std::ifstream bytes(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(bytes), {});
}

}  // namespace weir::sources
