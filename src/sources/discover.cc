#include "sources/discover.h"

#include <algorithm>

#include <sys/stat.h>

#include "sources/bytes.h"
#include "sources/demo_manifest.h"
#include "sources/json_reader.h"
#include "sources/partition.h"
#include "sources/sheet_reader.h"
#include "sources/workbook.h"

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
  return name.empty() || name.front() == '.' || name == "Thumbs.db" || name == "desktop.ini" || name == kDemoManifest;
}

// The file itself, and lists of objects within its records.
void AddWithLists(const FileInput& file, Discovered& found) {
  found.files.push_back(file);
  const auto is_json = IsJson(file);
  if (!is_json || !*is_json) return;  // what fails is said, with its reason, when the file is read
  const auto lists = NestedLists(file);
  if (!lists) return;
  for (const std::string& list : *lists) {
    FileInput part = file;
    part.records = list;
    found.files.push_back(std::move(part));
  }
}

// Each sheet with a table; those without one are left out, unless no sheet has any.
void AddSheets(const FileInput& file, Discovered& found) {
  auto sheets = ListSheets(file, {});
  if (!sheets) {
    found.problems.push_back(std::move(sheets).error());
    return;
  }
  const bool has_table = std::ranges::any_of(*sheets, [](const ListedSheet& sheet) { return !sheet.lack; });
  if (sheets->empty()) {
    found.problems.push_back(BadInput("the workbook holds no sheets").At(file.Title()).Mend("Export it again"));
  }
  for (ListedSheet& sheet : *sheets) {
    if (sheet.lack) {
      (has_table ? found.left_out : found.problems).push_back(std::move(*sheet.lack));
      continue;
    }
    FileInput part = file;
    part.sheet = std::move(sheet.name);
    const bool is_twin = std::ranges::any_of(found.files, [&](const FileInput& other) {
      return other.path == part.path && other.member == part.member && other.sheet == part.sheet;
    });
    if (is_twin) {
      found.problems.push_back(
          BadInput("two sheets have this name").At(part.Title()).Mend("Rename one of them and save the workbook"));
    } else {
      found.files.push_back(std::move(part));
    }
  }
}

bool IsNamedAsWorkbook(std::string_view name) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"*.xlsx", "*.xlsm", "*.xltx", "*.xltm"},
                             [&](std::string_view glob) { return MatchesGlob(glob, name); });
}

// A member of a zip that may be a workbook; any other zip within it is not opened.
void AddMember(const FileInput& part, Discovered& found) {
  const auto kind = IsNamedAsWorkbook(part.member) ? KindOf(part) : Result<FileKind>(FileKind::kText);
  if (kind && *kind == FileKind::kZip) {
    AddSheets(part, found);
  } else {
    AddWithLists(part, found);
  }
}

void AddMembers(const FileInput& file, Discovered& found) {
  const auto members = ListZip(file, {});
  if (!members) {
    found.problems.push_back(members.error());
    return;
  }
  if (auto objection = ObjectionToZip(*members)) {
    found.problems.push_back(std::move(*objection).At(file.Title()));
    return;
  }
  if (IsWorkbook(*members)) {
    AddSheets(file, found);
    return;
  }
  if (members->empty()) {
    found.problems.push_back(BadInput("the zip holds no file to import").At(file.Title()).Mend("Pack it again"));
  }
  for (auto member = members->begin(); member != members->end();) {
    const auto next =
        std::find_if(member, members->end(), [&](const ZipMember& other) { return other.name != member->name; });
    FileInput part = file;
    part.member = member->name;
    if (next - member == 1) {
      AddMember(part, found);
    } else {
      found.problems.push_back(BadInput("the zip holds {} files of this name", next - member)
                                   .At(part.Title())
                                   .Mend("Unpack it under names of their own and import the files"));
    }
    member = next;
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

bool IsWithin(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

// Why an entry of a folder that is no folder cannot be imported; nothing for a file. A link may show a file of the
// folder under another name, but nothing from outside: who drops a folder in means what lies in it.
std::optional<Error> Objection(const fs::directory_entry& entry, const fs::path& root) {
  std::error_code error;
  if (entry.is_symlink(error)) {
    const fs::path target = fs::canonical(entry.path(), error);
    if (error) return BadInput("this link leads nowhere").Mend("Remove it, or put the file in its place");
    if (!IsWithin(target, fs::canonical(root, error))) {
      return BadInput("this link leads out of the folder").Mend("Name the file itself if you mean it");
    }
  }
  if (entry.is_regular_file(error)) return std::nullopt;
  return BadInput("this is not a regular file").Mend("Remove it from the folder");
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

// Whether only a log within the folder says which of its files count.
bool HasTableLog(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder / "_delta_log", error) || fs::is_directory(folder / ".hoodie", error)) return true;
  return std::ranges::any_of(fs::directory_iterator(folder / "metadata", error), [](const auto& entry) {
    return entry.path().filename().string().ends_with(".metadata.json");
  });
}

class FolderLister {
 public:
  FolderLister(const fs::path& root, const DiscoverOptions& options) : root_(root), options_(options) {}

  Status List(const fs::path& folder) {
    if (HasTableLog(folder)) {
      problems.push_back(
          BadInput(
              "this is a table of Delta Lake, Iceberg or Hudi, which holds files that count no more; it is not read")
              .At(folder == root_ ? root_.string() : folder.lexically_relative(root_).string())
              .Mend("Unload it as plain Parquet"));
      return {};
    }
    std::error_code error;
    std::vector<fs::path> folders;
    for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator();
         it.increment(error)) {
      if (IsHidden(it->path()) || IsLeftByEngine(it->path().filename().string())) continue;
      WEIR_TRY(Take(*it, folders));
    }
    if (error) return Fail(Unavailable("cannot list the folder: {}", error.message()).At(folder.string()));
    std::ranges::sort(folders);
    for (const fs::path& inner : folders) WEIR_TRY(List(inner));
    return {};
  }

  std::vector<fs::path> files;
  std::vector<Error> problems;

 private:
  Status Take(const fs::directory_entry& entry, std::vector<fs::path>& folders) {
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      // A link may lead back up.
      if (options_.is_recursive && !entry.is_symlink(ignored)) folders.push_back(entry.path());
      return {};
    }
    if (auto objection = Objection(entry, root_)) {
      problems.push_back(std::move(*objection).At(entry.path().lexically_relative(root_).string()));
    } else {
      files.push_back(entry.path());
    }
    if (files.size() + problems.size() <= options_.max_files) return {};
    return Fail(TooLarge("the folder holds more than {} files", options_.max_files)
                    .At(root_.string())
                    .Mend("Name the folder of the exports"));
  }

  fs::path root_;
  DiscoverOptions options_;
};

FileInput InputOf(const fs::path& path, const fs::path& root) {
  FileInput file;
  file.path = path;
  file.name = root.empty() ? path.filename().string() : path.lexically_relative(root).string();
  file.modified_at = ModifiedAt(path);
  return file;
}

}  // namespace

Result<Listed> ListFiles(const fs::path& path, const DiscoverOptions& options) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return Fail(NotFound("there is no such file or folder").At(path.string()).Mend("Check its name"));
  }
  if (error) return Fail(Unavailable("cannot look at it: {}", error.message()).At(path.string()));
  Listed listed;
  if (!fs::is_directory(status)) {
    listed.files.push_back(InputOf(path, {}));
    return listed;
  }
  FolderLister lister(path, options);
  WEIR_TRY(lister.List(path));
  if (lister.files.empty() && lister.problems.empty()) lister.problems.push_back(NoFilesIn(path));
  std::ranges::sort(lister.files);
  std::ranges::sort(lister.problems, {}, [](const Error& problem) { return problem.place().file; });
  for (const fs::path& file : lister.files) listed.files.push_back(InputOf(file, path));
  listed.problems = std::move(lister.problems);
  return listed;
}

Result<Discovered> Discover(const fs::path& path, const DiscoverOptions& options) {
  Discovered found;
  WEIR_TRY(Listed listed, ListFiles(path, options));
  for (const FileInput& file : listed.files) AddFile(file, found);
  found.problems.insert(found.problems.begin(), listed.problems.begin(), listed.problems.end());
  return found;
}

Result<Discovered> DiscoverFile(const FileInput& file) {
  Discovered found;
  AddFile(file, found);
  return found;
}

}  // namespace weir::sources
