#include "sources/partition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/core.h>

namespace weir::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoValue = "__HIVE_DEFAULT_PARTITION__";

// The name that was given tells more than the path of a descriptor, and less than the path of a folder that was named.
fs::path PlaceOf(const FileInput& file) {
  if (file.path.has_parent_path() && file.path.filename() == fs::path(file.name).filename()) return file.path;
  return file.name.empty() ? file.path : fs::path(file.name);
}

// Writers escape what a folder may not be called: %3A is a colon.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const first = text.data() + i + 1;
      if (std::from_chars(first, first + 2, code, 16).ptr == first + 2) {
        plain.push_back(static_cast<char>(code));
        i += 2;
        continue;
      }
    }
    plain.push_back(text[i]);
  }
  return plain;
}

bool IsPlainFile(const FileInput& file) { return file.member.empty() && file.sheet.empty(); }

// ".parquet", ".csv.gz": the ending of a file whose name is not shortened by it twice.
std::string EndingOf(const std::string& name) {
  for (const std::string_view packed : {std::string_view(".gz"), std::string_view()}) {
    if (!name.ends_with(packed)) continue;
    for (const std::string_view ending : {".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json"}) {
      const std::string whole = fmt::format("{}{}", ending, packed);
      if (name.ends_with(whole)) return whole;
    }
  }
  return {};
}

bool IsParquet(const FileInput& file) { return IsPlainFile(file) && PlaceOf(file).extension() == ".parquet"; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t DigitsAtEnd(std::string_view text) {
  const std::size_t last = text.find_last_not_of("0123456789");
  return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

// Of a piece that engines write, what stands before its number: the name of the table, or nothing. Nothing at all for
// other names.
std::optional<std::string_view> BeforeNumber(std::string_view stem, bool is_parquet) {
  // Text is exported by hand as well, under such names as data_2025.
  constexpr std::string_view kSpark = "part-";
  constexpr std::string_view kSnowflake = "data_";
  const bool is_spark = stem.starts_with(kSpark) && stem.size() > kSpark.size() && IsDigit(stem[kSpark.size()]);
  const bool is_snowflake =
      stem.starts_with(kSnowflake) && std::ranges::count(stem, '_') == 3 &&
      std::ranges::all_of(stem.substr(kSnowflake.size()), [](char c) { return IsDigit(c) || c == '_'; });
  const bool is_loose = stem.starts_with(kSpark) || stem.starts_with("part_") || stem.starts_with(kSnowflake);
  if (is_spark || is_snowflake || (is_parquet && is_loose)) return std::string_view();
  constexpr std::size_t kBigQuery = 12;  // deals-000000000012; 202603011230 is a time
  const std::size_t digits = DigitsAtEnd(stem);
  if (digits == kBigQuery && stem.substr(stem.size() - digits).starts_with("0000")) {
    stem.remove_suffix(digits);
    if (stem.ends_with('-') || stem.ends_with('_')) stem.remove_suffix(1);
    return stem;
  }
  constexpr std::string_view kRedshift = "_part_";  // deals0000_part_00
  if (digits > 0 && stem.substr(0, stem.size() - digits).ends_with(kRedshift)) {
    stem.remove_suffix(digits + kRedshift.size());
    if (DigitsAtEnd(stem) == 4) return stem.substr(0, stem.size() - 4);
  }
  return std::nullopt;
}

std::optional<Partition> PartitionNamed(const std::string& folder) {
  const std::size_t equals = folder.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  Partition partition{.key = Unescaped(std::string_view(folder).substr(0, equals)), .value = {}};
  const std::string_view value = std::string_view(folder).substr(equals + 1);
  if (value != kNoValue) partition.value = Unescaped(value);
  return partition;
}

}  // namespace

std::vector<Partition> PartitionsOf(const FileInput& file) {
  std::vector<Partition> partitions;
  if (!IsParquet(file)) return partitions;
  for (const fs::path& folder : PlaceOf(file).parent_path()) {
    if (auto partition = PartitionNamed(folder.string())) partitions.push_back(std::move(*partition));
  }
  return partitions;
}

bool IsPartOfTable(const FileInput& file) {
  const fs::path place = PlaceOf(file);
  const std::string name = place.filename().string();
  const std::string ending = EndingOf(name);
  if (!IsPlainFile(file) || ending.empty()) return false;
  const std::string_view stem = std::string_view(name).substr(0, name.size() - ending.size());
  return BeforeNumber(stem, IsParquet(file)) || std::ranges::any_of(place.parent_path(), [](const fs::path& folder) {
           return PartitionNamed(folder.string()).has_value();
         });
}

std::string TableNameOf(const FileInput& file) {
  const fs::path place = PlaceOf(file);
  const std::string name = place.filename().string();
  const std::string ending = EndingOf(name);
  const std::string_view stem = std::string_view(name).substr(0, name.size() - ending.size());
  fs::path folder = place.parent_path();
  while (!folder.empty() && PartitionNamed(folder.filename().string())) folder = folder.parent_path();
  // Text within a partition may have the name of its table; a piece of Parquet has none of worth.
  std::string_view own = IsParquet(file) ? std::string_view() : stem;
  if (const auto before = BeforeNumber(stem, IsParquet(file))) own = *before;
  if (!own.empty()) return (folder.filename() / fmt::format("{}{}", own, ending)).string();
  const fs::path above = folder.parent_path().filename();
  return (above / (folder.filename().string() + ending)).string();
}

bool IsLeftByEngine(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames{
      "_SUCCESS", "_temporary", "_metadata", "_common_metadata", "_spark_metadata", "_delta_log", "_committed_vacuum"};
  return std::ranges::find(kNames, name) != kNames.end() || name.starts_with("_started_") ||
         name.starts_with("_committed_") || (name.starts_with('.') && name.ends_with(".crc"));
}

std::optional<std::string_view> FolderOfTableLog(std::string_view path) {
  for (const std::string_view log : {"_delta_log/", ".hoodie/"}) {
    const std::size_t at = path.find(log);
    if (at != std::string_view::npos && (at == 0 || path[at - 1] == '/')) return path.substr(0, at);
  }
  constexpr std::string_view kIceberg = "metadata/";
  const std::size_t at = path.rfind(kIceberg);
  const bool is_iceberg =
      at != std::string_view::npos && (at == 0 || path[at - 1] == '/') && path.ends_with(".metadata.json");
  return is_iceberg ? std::optional(path.substr(0, at)) : std::nullopt;
}

}  // namespace weir::sources
