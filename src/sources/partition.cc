#include "sources/partition.h"

#include <algorithm>
#include <array>
#include <charconv>

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

bool IsParquet(const FileInput& file) {
  return file.member.empty() && file.sheet.empty() && PlaceOf(file).extension() == ".parquet";
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
  if (!IsParquet(file)) return false;
  const std::string name = PlaceOf(file).filename().string();
  const bool is_piece = std::ranges::any_of(std::array<std::string_view, 3>{"part-", "part_", "data_"},
                                            [&](std::string_view prefix) { return name.starts_with(prefix); });
  return is_piece || !PartitionsOf(file).empty();
}

std::string TableNameOf(const FileInput& file) {
  fs::path folder = PlaceOf(file).parent_path();
  while (!folder.empty() && PartitionNamed(folder.filename().string())) folder = folder.parent_path();
  const fs::path above = folder.parent_path().filename();
  return (above / (folder.filename().string() + ".parquet")).string();
}

}  // namespace weir::sources
