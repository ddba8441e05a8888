#include "sources/discover.h"

#include <algorithm>

#include <sys/stat.h>

#include "sources/bytes.h"
#include "sources/json_reader.h"

namespace weir::sources {
namespace {

namespace fs = std::filesystem;

std::optional<Instant> ModifiedAt(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Instant{static_cast<std::int64_t>(status.st_mtim.tv_sec) * kMicrosPerSecond + status.st_mtim.tv_nsec / 1000};
}

bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.empty() || name.front() == '.' || name == "Thumbs.db" || name == "desktop.ini";
}

// The file itself, and lists of objects within its records.
void AddWithLists(const FileInput& file, Discovered& found) {
  found.files.push_back(file);
  auto reader = OpenRows(file);
  if (!reader) return;  // said again, with its reason, when the file is read
  const Format format = (*reader)->reading().format;
  if (format != Format::kJson && format != Format::kJsonLines) return;
  const auto lists = NestedLists(file);
  if (!lists) return;
  for (const std::string& list : *lists) {
    FileInput part = file;
    part.records = list;
    found.files.push_back(std::move(part));
  }
}

void AddMembers(const FileInput& file, Discovered& found) {
  const auto members = ListZip(file, {});
  if (!members) {
    found.problems.push_back(members.error());
    return;
  }
  const bool is_workbook =
      std::ranges::any_of(*members, [](const ZipMember& m) { return m.name == "xl/workbook.xml"; });
  if (is_workbook) {
    found.problems.push_back(
        BadInput("this is an Excel workbook").At(file.Title()).Mend("Save each sheet as CSV (UTF-8)"));
    return;
  }
  if (members->empty()) found.problems.push_back(BadInput("the zip is empty").At(file.Title()));
  for (const ZipMember& member : *members) {
    FileInput part = file;
    part.member = member.name;
    AddWithLists(part, found);
  }
}

void AddFile(const FileInput& file, Discovered& found) {
  const auto kind = KindOf(file);
  if (!kind) {
    found.problems.push_back(kind.error());
  } else if (*kind == FileKind::kZip) {
    AddMembers(file, found);
  } else {
    AddWithLists(file, found);
  }
}

Status ListFolder(const fs::path& folder, const DiscoverOptions& options, std::vector<fs::path>& files) {
  std::error_code error;
  std::vector<fs::path> folders;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    if (IsHidden(it->path())) continue;
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      // A link may lead back up.
      if (options.is_recursive && !it->is_symlink(ignored)) folders.push_back(it->path());
    } else if (it->is_regular_file(ignored)) {
      files.push_back(it->path());
    }
    if (files.size() > options.max_files) {
      return Fail(TooLarge("the folder holds more than {} files", options.max_files)
                      .At(folder.string())
                      .Mend("Name the folder of the exports"));
    }
  }
  if (error) return Fail(Unavailable("cannot list the folder: {}", error.message()).At(folder.string()));
  std::ranges::sort(folders);
  for (const fs::path& inner : folders) WEIR_TRY(ListFolder(inner, options, files));
  return {};
}

// What to say of a folder in which no file was found: mostly the exports lie in folders below it.
Error NoFilesIn(const fs::path& folder) {
  std::error_code error;
  const bool has_folders = std::ranges::any_of(fs::directory_iterator(folder, error), [](const auto& entry) {
    std::error_code ignored;
    return !IsHidden(entry.path()) && entry.is_directory(ignored);
  });
  if (!has_folders) return BadInput("the folder is empty").At(folder.string()).Mend("Put the exports into it");
  return BadInput("the folder holds no files, only folders")
      .At(folder.string())
      .Mend("Name the folders of the exports, or add --recursive");
}

FileInput InputOf(const fs::path& path, const fs::path& root) {
  FileInput file;
  file.path = path;
  file.name = root.empty() ? path.filename().string() : path.lexically_relative(root).string();
  file.modified_at = ModifiedAt(path);
  return file;
}

}  // namespace

Result<Discovered> Discover(const fs::path& path, const DiscoverOptions& options) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return Fail(NotFound("there is no such file or folder").At(path.string()));
  }
  if (error) return Fail(Unavailable("cannot look at it: {}", error.message()).At(path.string()));
  Discovered found;
  if (!fs::is_directory(status)) {
    AddFile(InputOf(path, {}), found);
    return found;
  }
  std::vector<fs::path> files;
  WEIR_TRY(ListFolder(path, options, files));
  std::ranges::sort(files);
  for (const fs::path& file : files) AddFile(InputOf(file, path), found);
  if (files.empty()) found.problems.push_back(NoFilesIn(path));
  return found;
}

Result<Discovered> DiscoverFile(const FileInput& file) {
  Discovered found;
  AddFile(file, found);
  return found;
}

}  // namespace weir::sources
