// The fixed commands: the main path (up and its parts) and what is around it. Each gives the exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/globals.h"
#include "engine/engine.h"

namespace weir::cli {

struct ImportOptions {
  std::vector<std::string> paths;
  bool dry_run = false;
  bool recursive = false;
  std::string mapping;
  std::string exported_at;
};

struct ProposeOptions {
  std::string path;
  std::string part;
  std::string of;
  std::string source;
  std::string out;
  bool saves = false;
};

struct ServeOptions {
  std::string address = "127.0.0.1";
  int port = 7979;
  bool next_port = false;  // take the next free port if it is in use
  bool opens_browser = false;
  std::vector<std::string> hosts;
  std::vector<std::string> proxies;
};

struct UpOptions {
  ImportOptions import;
  ServeOptions serve;
  bool serves = true;
  std::optional<bool> serves_first;  // before all is read; nothing: where that takes long
};

struct SimulateOptions {
  std::string directory;
  std::uint64_t seed = 1;
  int accounts = 400;
  int months = 24;
  std::string locale = "en";
  std::string crm = "salesforce";
  std::string scenario = "default";
  std::string difficulty = "normal";
  int exports = 2;
  std::string until;
};

struct PullOptions {
  std::vector<std::string> sources;  // none: all that are set up
  std::vector<std::string> only;     // objects
  bool lists = false;
  bool dry_run = false;
};

struct PatchOptions {
  std::string source;
  std::string since;
  std::string out;
};

int RunInit(const Globals& globals);
int RunImport(const Globals& globals, const ImportOptions& options);
// What the columns of a file hold, and a mapping to the generic form.
int RunPropose(const Globals& globals, const ProposeOptions& options);
int RunBuild(const Globals& globals);
int RunServe(const Globals& globals, const ServeOptions& options);
int RunStop(const Globals& globals);
// Writes the store of the workspace anew, without unused room.
int RunCompact(const Globals& globals);
int RunUp(const Globals& globals, const UpOptions& options);
int RunSimulate(const Globals& globals, const SimulateOptions& options);
int RunDoctor(const Globals& globals);
int RunAnalysis(const Globals& globals, const std::string& id, const analysis::RawParams& params,
                const std::optional<engine::ExplainRequest>& explain);
// Messages of a Singer tap on standard input; states come back on standard output.
int RunFeedSinger(const Globals& globals, const std::string& name);
// Tables of a PostgreSQL database, as a file of TOML names them.
int RunFeedPostgres(const Globals& globals, const std::string& file);
// The last state of a feed, for the tap's --state.
int RunFeedState(const Globals& globals, const std::string& name);
// Records of the products that the workspace's weir.toml names, from their API (docs/pulls.md).
int RunPull(const Globals& globals, const PullOptions& options);
// Makes and sends what is due of the subscriptions (docs/delivery.md).
int RunDeliver(const Globals& globals);
// Files that bring corrections back into a source (docs/corrections.md).
int RunPatchExport(const Globals& globals, const PatchOptions& options);
// `only_asks`: it changes nothing (analysis/only_asks.h), so the workspace need not be written to.
int RunAction(const Globals& globals, const std::string& id, const analysis::RawParams& params,
              const std::string& reason, bool only_asks = false);
// Adds the account; then its password is read, unless it is to have none yet.
int RunUserAdd(const Globals& globals, const analysis::RawParams& params, const std::string& reason, bool no_password);
int RunUserPassword(const Globals& globals, const std::string& user);
int RunDocgen(const Globals& globals, const engine::Catalog& catalog, const std::string& directory);

}  // namespace weir::cli
