// Reads tables and queries of a PostgreSQL database into CSV files: all of them as they stood at one moment, in a
// transaction that can write nothing. Nothing is connected to unless somebody names such a file; libpq is looked for
// only then, so that the program runs where there is none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::sources {

struct PostgresRead {
  std::string name;       // as a file would be called: it speaks for recognition
  std::string table;      // "deal" or "public.deal" ...
  std::string query;      // ... or one SELECT
  bool is_whole = false;  // it holds all that there is: what is absent is gone
};

struct PostgresSource {
  std::string name;           // of the feed
  std::string connection;     // as libpq takes it: "host=db dbname=crm user=reader", or a URI
  std::string password_file;  // holds the password alone; empty: what libpq finds (PGPASSWORD, ~/.pgpass)
  std::vector<PostgresRead> reads;
};

// From TOML (docs/feeds.md). A relative password_file is beside the file.
Result<PostgresSource> ReadPostgresSource(const std::filesystem::path& file);

// Writes NAME.csv into the folder for each of them, in their order. `progress` hears of bytes read. Fails with
// kUnavailable where libpq, the server or the disk does not answer, with kBadInput for what the server refuses.
Result<std::vector<std::filesystem::path>> CopyFromPostgres(
    const PostgresSource& source, const std::filesystem::path& folder,
    const std::function<void(const PostgresRead& read, std::uint64_t bytes)>& progress);

}  // namespace weir::sources
