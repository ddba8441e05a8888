#include "sources/demo_manifest.h"

#include <fstream>
#include <iterator>
#include <vector>

#include <nlohmann/json.hpp>

#include "sources/known_files.h"

namespace weir::sources {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

Status WriteManifest(const fs::path& folder, const std::vector<fs::path>& files) {
  json digests = json::object();
  for (const fs::path& path : files) {
    FileInput file;
    file.name = path.filename().string();
    file.path = path;
    WEIR_TRY(std::string digest, DigestOfFile(file));
    digests[file.name] = std::move(digest);
  }
  const fs::path to = folder / kDemoManifest;
  std::ofstream out(to, std::ios::binary);
  out << json{{"weir_demo", 1}, {"files", std::move(digests)}}.dump(1) << '\n';
  if (!out.flush()) return Fail(Unavailable("cannot write the file: {}", to.filename().string()).At(to.string()));
  return {};
}

std::set<std::string, std::less<>> ReadManifest(const fs::path& folder) {
  std::ifstream in(folder / kDemoManifest, std::ios::binary);
  if (!in) return {};
  std::string text(kMostBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("weir_demo") || !document.contains("files")) return {};
  std::set<std::string, std::less<>> digests;
  for (const json& digest : document["files"]) {
    if (digest.is_string()) digests.insert(digest.get<std::string>());
  }
  return digests;
}

}  // namespace

Status WriteDemoManifests(const fs::path& folder) {
  std::map<fs::path, std::vector<fs::path>> folders;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (entry->is_regular_file(error) && path.filename() != kDemoManifest) folders[path.parent_path()].push_back(path);
  }
  if (error) return Fail(Unavailable("cannot list the folder: {}", error.message()).At(folder.string()));
  for (const auto& [parent, files] : folders) WEIR_TRY(WriteManifest(parent, files));
  return {};
}

bool DemoFiles::Holds(const FileInput& file, std::string_view digest) {
  if (file.path.empty()) return false;
  const fs::path folder = file.path.parent_path();
  const std::lock_guard guard(mutex_);
  auto found = digests_.find(folder);
  if (found == digests_.end()) found = digests_.emplace(folder, ReadManifest(folder)).first;
  return found->second.contains(digest);
}

}  // namespace weir::sources
