// A workspace is a directory that one process owns: settings, the store, inbox, backups, log. Here is the main job in
// one place: open and lock, import, build, ask, act, undo.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "analysis/context.h"
#include "base/result.h"
#include "engine/engine.h"
#include "model/build.h"
#include "sources/mapping_draft.h"

namespace weir::workspace {

enum class Access : std::uint8_t { kRead, kWrite };

struct OpenOptions {
  std::filesystem::path home;  // the directory; see DefaultHome
  Access access = Access::kWrite;
  bool create = false;                 // make it if there is none
  std::chrono::seconds lock_wait{10};  // how long to wait for a process that has the workspace
  analysis::Progress progress = {};    // of bringing the model up to date where definitions have changed
  int threads = 0;
  std::string memory_limit;
  access::AccessOptions accounts = {};
  std::int64_t least_rows_by_parts = model::kLeastRowsByParts;  // smaller tables of the model are built whole
};

// One input of an import: a path to open, or an open descriptor with the name to show.
struct ImportInput {
  std::filesystem::path path;
  int descriptor = -1;
  std::string name;
  std::vector<std::string> mappings = {};  // each reads it ("stripe/invoice"); empty: it is recognised
};

// Which of the files: a large import may come in two parts, so that the first page stands while the rest is read.
enum class ImportPart : std::uint8_t {
  kAll,
  // What the first page needs: all, where the rest is not large; nothing, where a large model stands that can be served
  // as it stands. What is left is named by LeftBehind.
  kFirstScreen,
  kBehind,  // what the last kFirstScreen left; its files must still lie where they lay
};

struct ImportRequest {
  std::vector<ImportInput> inputs;
  bool dry_run = false;
  bool recursive = false;
  std::string mapping;      // force this mapping ("salesforce/opportunity")
  std::string exported_at;  // instant or date: when the export was taken
  bool is_whole = false;    // each file holds all that its table has: what is not in it is gone
  ImportPart part = ImportPart::kAll;
  std::uint64_t least_bytes_behind = std::uint64_t{200} << 20;  // less is read at once
  std::int64_t least_observations_served = 2'000'000;  // a model of fewer is brought up to date before it is served
};

struct ProposalRequest {
  std::string part;    // of the file, where it holds several tables
  std::string table;   // what its rows are; empty: the likeliest
  std::string source;  // empty: by the name of the file
};
struct FileProposal;
enum class BuildReach : std::uint8_t;
struct WhoAsks;
struct DraftTrial;
struct Definitions;
class Deliveries;

// --home, else $WEIR_HOME, else ./.weir.
std::filesystem::path DefaultHome(std::string_view home_flag);

struct SurveyReply;

class Workspace final : public engine::ModelHost {
 public:
  static Result<std::unique_ptr<Workspace>> Open(const OpenOptions& options);
  ~Workspace() override;

  const std::filesystem::path& home() const;
  engine::Engine& engine();
  access::Access& access();

  // Imports and answers with tables files, columns, problems. Each file is wholly in or not at all.
  Result<engine::Answer> Import(const ImportRequest& request, const analysis::Principal& principal,
                                const analysis::Progress& progress, std::stop_token stop);
  // Files that an import of the first part left; answers warn of them until they are in.
  std::vector<std::string> LeftBehind() const;
  // A mapping proposed for a file, and a draft of one tried on it: by the mappings and settings in force, and without a
  // change. `part` as PartOf has it.
  Result<FileProposal> Propose(const ImportInput& input, const ProposalRequest& request,
                               const analysis::Principal& principal, std::stop_token stop);
  Result<DraftTrial> Try(const ImportInput& input, std::string_view part, const sources::MappingDraft& draft,
                         const analysis::Principal& principal, std::stop_token stop);
  // The mappings in force.
  std::shared_ptr<const Definitions> definitions() const;
  // Brings the model to the newest data version; does nothing where nothing changed.
  Status Build(const analysis::Progress& progress, std::stop_token stop);
  // Brings the day-grain marts to the model; questions are answered without them until then, slower. False: not now,
  // for the model itself is behind.
  Result<bool> KeepMarts(std::stop_token stop);
  // The survey of departments, for people without an account who have a link to it: what it asks, as JSON, and their
  // answers. A wrong, revoked, ended or full link is refused with the reason, and so is a second answer.
  Result<std::string> SurveyForm(std::string_view token);
  Status TakeSurveyReply(const SurveyReply& reply);
  // What is sent to whom; of a workspace that is open for writing.
  Deliveries& deliveries();
  // The answer to identity.match where it takes a millisecond (match_desk.h); else nothing: the engine is to be asked.
  std::optional<Result<engine::Answer>> MatchNow(const analysis::RawParams& params,
                                                 const analysis::Principal& principal);
  // Called after every commit that raised the data version.
  void OnChange(std::function<void(std::int64_t data_version)> listener);

  Result<std::unique_ptr<engine::Snapshot>> Take(std::optional<std::int64_t> known_at, std::stop_token stop) override;
  std::optional<std::uint64_t> writes() const override;
  std::uint64_t words_on_leaks() const override;
  Result<analysis::Decision> Perform(std::string_view action, const analysis::RawParams& params,
                                     std::string_view reason, const analysis::Principal& principal,
                                     const analysis::Progress& progress, std::stop_token stop) override;

 private:
  class State;
  Result<store::Connection> Connect();
  // Who asks before it is seen; null: nobody.
  Status Build(BuildReach reach, const WhoAsks* who, const analysis::Progress& progress, std::stop_token stop);
  Result<std::optional<analysis::Decision>> PerformAside(std::string_view action, const analysis::RawParams& params,
                                                         std::string_view reason, const analysis::Principal& principal);
  Result<analysis::Decision> PerformOnMetric(std::string_view action, const analysis::RawParams& params,
                                             std::string_view reason, const analysis::Principal& principal,
                                             const analysis::Progress& progress, std::stop_token stop);
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::workspace
