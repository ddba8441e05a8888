// A CSV of events in the generic form of activities, as large as wished: what a call centre or a product leaves behind.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/random.h"
#include "base/time.h"

namespace weir::bench {

inline constexpr std::string_view kEventHeader =
    "key,kind,direction,subject,owner_key,person_key,account_key,at,duration_s,outcome,is_done";

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

// The row of this number, in turn; about 130 bytes.
inline std::string EventRow(RandomStream& random, std::int64_t i, std::string_view call, std::string_view round) {
  constexpr std::int64_t kFirstDay = 19'000;
  const Instant at{(kFirstDay + random.Integer(0, 900)) * kMicrosPerDay + random.Integer(0, 86'399) * kMicrosPerSecond};
  return fmt::format("ev{:012},{},{},\"{} {}, {} {}\",u{:04},p{:07},a{:06},{},{},{},{}\n", i,
                     i % 3 == 0 ? "meeting" : "call", i % 2 == 0 ? "out" : "in", call, i, round, random.Integer(1, 9),
                     random.Integer(0, 600), random.Integer(0, 900'000), random.Integer(0, 100'000), FormatInstant(at),
                     random.Integer(0, 3'600), i % 5 == 0 ? "no answer" : "reached", i % 7 == 0 ? "false" : "true");
}

enum class Letters { kLatin, kCyrillic, kWindows1251 };

// Of the Russian alphabet what stands in U+0410 to U+044F: all that is written here.
inline std::string InWindows1251(std::string_view utf8) {
  std::string bytes;
  bytes.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    if (first < 0x80U) {
      bytes += utf8[i];
      continue;
    }
    const unsigned code = (first & 0x1FU) << 6U | (static_cast<unsigned char>(utf8[++i]) & 0x3FU);
    bytes += static_cast<char>(code - 0x410U + 0xC0U);
  }
  return bytes;
}

// Written once, beside what earlier runs left. The last row may end beyond the size.
inline std::filesystem::path WriteEvents(std::uint64_t bytes, Letters letters, std::string_view name) {
  std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("weir-events-{}mb{}.csv", bytes >> 20U, name);
  std::error_code error;
  if (std::filesystem::file_size(file, error) >= bytes && !error) return file;
  std::ofstream out(file, std::ios::binary);
  std::string piece = fmt::format("{}\n", kEventHeader);
  const bool is_latin = letters == Letters::kLatin;
  RandomStream random(1, "events");
  std::uint64_t written = 0;
  for (std::int64_t i = 0; written < bytes; ++i) {
    piece += EventRow(random, i, is_latin ? "Call" : "Звонок", is_latin ? "round" : "раунд");
    if (piece.size() < (1U << 20U) && written + piece.size() < bytes) continue;
    if (letters == Letters::kWindows1251) piece = InWindows1251(piece);
    out << piece;
    written += piece.size();
    piece.clear();
  }
  return file;
}

inline const std::filesystem::path& EventsFile() {
  static const std::filesystem::path path = WriteEvents(EventMegabytes() << 20U, Letters::kLatin, "");
  return path;
}

}  // namespace weir::bench
