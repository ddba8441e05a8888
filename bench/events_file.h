// A CSV of events in the generic form of activities, as large as wished: what a call centre or a product leaves behind.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "base/random.h"
#include "base/time.h"

namespace weir::bench {

// Columns of the file with the types that the store gets them in.
inline constexpr const char* kEventTypes =
    "{'key': 'VARCHAR', 'kind': 'VARCHAR', 'direction': 'VARCHAR', 'subject': 'VARCHAR', 'owner_key': 'VARCHAR', "
    "'person_key': 'VARCHAR', 'account_key': 'VARCHAR', 'at': 'TIMESTAMP', 'duration_s': 'BIGINT', 'outcome': "
    "'VARCHAR', 'is_done': 'BOOLEAN'}";

// WEIR_BENCH_MB, else 100.
inline std::uint64_t EventMegabytes() {
  const char* wanted = std::getenv("WEIR_BENCH_MB");
  return wanted == nullptr ? 100 : std::strtoull(wanted, nullptr, 10);
}

// Written once a process, beside what earlier runs left; about 130 bytes a row.
inline const std::filesystem::path& EventsFile() {
  static const std::filesystem::path path = [] {
    const std::uint64_t bytes = EventMegabytes() << 20;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / fmt::format("weir-events-{}mb.csv", EventMegabytes());
    std::error_code error;
    if (std::filesystem::file_size(file, error) >= bytes && !error) return file;
    std::ofstream out(file, std::ios::binary);
    std::string piece = "key,kind,direction,subject,owner_key,person_key,account_key,at,duration_s,outcome,is_done\n";
    RandomStream random(1, "events");
    constexpr std::int64_t kFirstDay = 19'000;
    std::uint64_t written = 0;
    for (std::int64_t i = 0; written < bytes; ++i) {
      const Instant at{(kFirstDay + random.Integer(0, 900)) * kMicrosPerDay +
                       random.Integer(0, 86'399) * kMicrosPerSecond};
      fmt::format_to(std::back_inserter(piece),
                     "ev{:012},{},{},\"Call {}, round {}\",u{:04},p{:07},a{:06},{},{},{},{}\n", i,
                     i % 3 == 0 ? "meeting" : "call", i % 2 == 0 ? "out" : "in", i, random.Integer(1, 9),
                     random.Integer(0, 600), random.Integer(0, 900'000), random.Integer(0, 100'000), FormatInstant(at),
                     random.Integer(0, 3'600), i % 5 == 0 ? "no answer" : "reached", i % 7 == 0 ? "false" : "true");
      if (piece.size() < (1 << 20) && written + piece.size() < bytes) continue;
      out << piece;
      written += piece.size();
      piece.clear();
    }
    return file;
  }();
  return path;
}

}  // namespace weir::bench
