// Which services this workspace may ask, as the tables [pull.SOURCE] of its weir.toml say. Without one nothing is
// asked.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pulls/puller.h"
#include "pulls/secret.h"
#include "sources/toml_reader.h"

namespace weir::pulls {

struct PullSettings {
  std::string source;
  std::filesystem::path token_file;
  std::map<std::string, std::string> values;  // of the settings that the puller names
  std::map<std::string, std::string> adds;    // object -> fields that are asked for besides: {add}
  std::vector<std::string> only;              // objects; empty: all that are not optional
  std::vector<std::string> skip;
  std::optional<Instant> since;  // what is older is not asked for
  std::string address;           // in place of the puller's; http for this machine alone
  std::string ca_file;
  std::chrono::seconds timeout{120};
  std::optional<int> rate;     // requests a second, in place of the puller's rate
  std::optional<int> every_h;  // how often somebody means to run it, in hours

  bool Wants(const PullObject& object) const;
};

struct PullConfiguration {
  std::filesystem::path file;
  std::vector<PullSettings> pulls;  // by source
  const PullSettings* Find(const std::string& source) const;
};

// What is kept of a pull between its runs.
std::filesystem::path InboxOf(const std::filesystem::path& home, const std::string& source);

// Of the workspace's weir.toml; empty where there is none. Errors name the line.
Result<PullConfiguration> ReadPullSettings(const std::filesystem::path& home, const PullerCatalog& pullers);

// How often a pull or a bucket is meant to be pulled: every_h of its table.
Result<std::optional<int>> HoursOf(const sources::TomlReader& toml, const toml::table& table);

// What the file of the token holds. OAuth has more than the token: client_id, client_secret, refresh_token.
struct Credentials {
  Secret token;
  std::map<std::string, Secret> parts;

  std::vector<Secret> All() const;
};

// Fails unless the file belongs to this user (or root) and nobody else may read it.
Result<Credentials> ReadCredentials(const Puller& puller, const PullSettings& settings);
// Writes a renewed part back, whole or not at all.
Status SaveCredentials(const PullSettings& settings, const Credentials& credentials);

// The beginning of every address: the puller's with the settings filled in, or the one of the settings, or of the
// token.
Result<std::string> BaseOf(const Puller& puller, const PullSettings& settings, const Credentials& credentials);

}  // namespace weir::pulls
