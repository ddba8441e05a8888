#include "base/embedded.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/embedded_table.h"

namespace weir {

extern const EmbeddedRoot kEmbeddedRoots[];

namespace {

using Files = std::vector<EmbeddedFile>;

std::map<std::string_view, Files> ReadTables() {
  std::map<std::string_view, Files> roots;
  for (const EmbeddedRoot* root = kEmbeddedRoots; root->name != nullptr; ++root) {
    Files& files = roots[root->name];
    for (const EmbeddedBytes* row = root->files; row->path != nullptr; ++row) {
      files.push_back({row->path, std::string_view(row->begin, row->end)});
    }
    std::ranges::sort(files, {}, &EmbeddedFile::path);
  }
  return roots;
}

const std::map<std::string_view, Files>& Tables() {
  static const std::map<std::string_view, Files> tables = ReadTables();
  return tables;
}

}  // namespace

std::span<const EmbeddedFile> EmbeddedFiles(std::string_view root) {
  const auto found = Tables().find(root);
  if (found == Tables().end()) return {};
  return found->second;
}

std::optional<std::string_view> FindEmbedded(std::string_view root, std::string_view path) {
  const std::span<const EmbeddedFile> files = EmbeddedFiles(root);
  const auto found = std::ranges::lower_bound(files, path, {}, &EmbeddedFile::path);
  if (found == files.end() || found->path != path) return std::nullopt;
  return found->bytes;
}

}  // namespace weir
