// Which buckets this workspace may read, as the tables [bucket.NAME] of its weir.toml say. Without one nothing is
// asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "buckets/signature.h"

namespace weir::buckets {

enum class KeyFrom : std::uint8_t { kFile, kEnvironment, kNobody };

struct BucketSettings {
  std::string name;
  std::string bucket;
  std::string prefix;
  std::string endpoint;  // "https://storage.example.com": scheme, host and port
  std::string region;
  bool is_path_style = false;  // https://HOST/BUCKET/KEY; else https://BUCKET.HOST/KEY
  KeyFrom key_from = KeyFrom::kNobody;
  std::filesystem::path key_file;
  std::vector<std::string> only;  // globs of keys, or of the names at their ends
  std::vector<std::string> skip;
  std::vector<std::pair<std::string, std::string>> mappings;  // glob of keys -> "source/object"; the first counts
  std::uint64_t max_objects = 100'000;                        // in the list
  std::uint64_t max_bytes = 0;                                // fetched by one pull
  std::string ca_file;
  std::chrono::seconds timeout{120};
  int rate = 0;                // requests a second
  std::optional<int> every_h;  // how often somebody means to pull it, in hours

  // Whether an object of this key is meant.
  bool Wants(std::string_view key) const;
  // The mappings that read it; none: it is recognised.
  std::vector<std::string> MappingsOf(std::string_view key) const;
};

struct BucketConfiguration {
  std::filesystem::path file;
  std::vector<BucketSettings> buckets;  // by name
  const BucketSettings* Find(std::string_view name) const;
};

// What is kept of a bucket between pulls.
std::filesystem::path InboxOf(const std::filesystem::path& home, const std::string& name);

// Of the workspace's weir.toml; empty where there is none. No bucket may have one of the `taken` names. Errors name the
// line.
Result<BucketConfiguration> ReadBucketSettings(const std::filesystem::path& home,
                                               const std::vector<std::string>& taken);

// Nothing for a bucket that anybody may read. Fails unless the file is this user's alone.
Result<std::optional<AccessKey>> ReadAccessKey(const BucketSettings& settings);

}  // namespace weir::buckets
