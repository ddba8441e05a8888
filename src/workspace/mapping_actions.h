// Saving a mapping in the workspace, and taking that back. A mapping is a file of sources/ and a definition of the data
// versions from then on; the action keeps both in step.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/definitions.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kSaveMapping = "sources.map";
inline constexpr std::string_view kRemoveMapping = "sources.unmap";

std::vector<analysis::Action> MappingActions();

// The mappings of the workspace's own, with their texts.
analysis::Analysis MappingsAnalysis();

// What is to become of one file of sources/. Found sound before anything is written.
struct MappingChange {
  std::string path;                   // "sources/own-leads.toml"
  std::optional<std::string> before;  // its text
  std::optional<std::string> after;   // nothing: the file goes
  std::string subject;                // "mapping:own/leads"
  std::optional<std::int64_t> undoes;
  DefinitionSet from;  // all definitions without it
  DefinitionSet set;   // and with it
  std::shared_ptr<const Definitions> definitions;
};

// What the action does to a mapping, if it saves or removes one or takes that back. Errors name the line of the
// mapping, or what of the workspace rests on it.
Result<std::optional<MappingChange>> MappingChangeOf(store::Session& session, std::string_view action,
                                                     const analysis::RawParams& params);

// The new text on the disk; put back unless Keep() was called.
class MappingFile {
 public:
  static Result<MappingFile> Put(const std::filesystem::path& home, const MappingChange& change);
  MappingFile(MappingFile&& other) noexcept;
  MappingFile& operator=(MappingFile&&) = delete;
  ~MappingFile();
  void Keep() { is_kept_ = true; }

 private:
  MappingFile(std::filesystem::path path, std::optional<std::string> before)
      : path_(std::move(path)), before_(std::move(before)) {}
  std::filesystem::path path_;
  std::optional<std::string> before_;
  bool is_kept_ = false;
};

// Records the definitions at the version, in the caller's transaction.
Result<Effect> ApplyMapping(store::Connection& connection, const MappingChange& change, std::int64_t version,
                            std::string_view who, Instant now);

}  // namespace weir::workspace
