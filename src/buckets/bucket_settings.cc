#include "buckets/bucket_settings.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/core.h>

#include "base/text.h"
#include "pulls/http.h"
#include "pulls/pull_settings.h"
#include "sources/toml_reader.h"

namespace weir::buckets {
namespace {

namespace fs = std::filesystem;
using sources::TomlReader;

constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30U;
constexpr std::int64_t kUsualGigabytes = 64;
constexpr int kUsualRate = 50;

// What is fetched unless `only` says otherwise: not what engines leave beside their tables, nor pictures and programs.
constexpr std::array<std::string_view, 15> kTables{"*.parquet", "*.csv",      "*.csv.gz", "*.tsv",       "*.tsv.gz",
                                                   "*.jsonl",   "*.jsonl.gz", "*.ndjson", "*.ndjson.gz", "*.json",
                                                   "*.json.gz", "*.xlsx",     "*.zip",    "*.ics",       "*.xes"};

bool IsNamePart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

// As services name buckets: 3 to 63 of letters, digits, hyphens and dots.
bool IsBucketName(std::string_view text) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 63;
  return text.size() >= kShortest && text.size() <= kLongest && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return IsNamePart(c) || c == '.' || c == '_' || (c >= 'A' && c <= 'Z');
         });
}

bool IsRegion(std::string_view text) {
  return !text.empty() && text.size() <= 63 &&
         std::ranges::all_of(text, [](char c) { return IsNamePart(c) || c == '_'; });
}

bool MatchesKey(std::string_view glob, std::string_view key) {
  if (glob.find('/') != std::string_view::npos) return MatchesGlob(glob, key);
  return MatchesGlob(glob, key.substr(key.rfind('/') + 1));
}

class SettingsReader {
 public:
  SettingsReader(const TomlReader& toml, const fs::path& folder) : toml_(toml), folder_(folder) {}

  Result<BucketSettings> Read(std::string_view name, const toml::table& table) const {
    WEIR_TRY(toml_.OnlyKeys(
        table, {"bucket", "prefix", "endpoint", "region", "path_style", "key_file", "key_from", "only", "skip",
                "mappings", "max_objects", "max_gib", "ca_file", "timeout_s", "rate", "every_h"}));
    BucketSettings settings;
    settings.name = name;
    WEIR_TRY(settings.bucket, toml_.RequiredText(table, "bucket"));
    if (!IsBucketName(settings.bucket)) {
      return Fail(toml_.At(*table.get("bucket"), BadInput("'{}' is no name of a bucket", settings.bucket)
                                                     .Mend("Its address has a place of its own: endpoint")));
    }
    WEIR_TRY(settings.prefix, toml_.TextOr(table, "prefix", ""));
    if (!IsValidUtf8(settings.prefix) ||
        std::ranges::any_of(settings.prefix, [](unsigned char c) { return c < ' ' || c == 127; })) {
      return Fail(toml_.At(*table.get("prefix"), BadInput("a prefix has no control characters")));
    }
    WEIR_TRY(Place(table, settings));
    WEIR_TRY(Key(table, settings));
    WEIR_TRY(settings.only, toml_.TextsOr(table, "only"));
    if (settings.only.empty()) settings.only.assign(kTables.begin(), kTables.end());
    WEIR_TRY(settings.skip, toml_.TextsOr(table, "skip"));
    WEIR_TRY(settings.ca_file, toml_.TextOr(table, "ca_file", ""));
    if (const toml::node* mappings = table.get("mappings")) {
      WEIR_TRY(const toml::table* said, toml_.Table(*mappings));
      for (const auto& [glob, mapping] : TomlReader::InOrder(*said)) {
        WEIR_TRY(std::string named, toml_.Text(*mapping));
        settings.mappings.emplace_back(glob, std::move(named));
      }
    }
    WEIR_TRY(const std::int64_t objects, Number(table, "max_objects", 100'000, 10'000'000));
    settings.max_objects = static_cast<std::uint64_t>(objects);
    WEIR_TRY(const std::int64_t gigabytes, Number(table, "max_gib", kUsualGigabytes, 100'000));
    settings.max_bytes = static_cast<std::uint64_t>(gigabytes) * kGigabyte;
    WEIR_TRY(const std::int64_t timeout, Number(table, "timeout_s", 120, 900));
    settings.timeout = std::chrono::seconds(timeout);
    WEIR_TRY(const std::int64_t rate, Number(table, "rate", kUsualRate, 1000));
    settings.rate = static_cast<int>(rate);
    WEIR_TRY(settings.every_h, pulls::HoursOf(toml_, table));
    return settings;
  }

 private:
  Status Place(const toml::table& table, BucketSettings& settings) const {
    WEIR_TRY(settings.endpoint, toml_.TextOr(table, "endpoint", ""));
    const bool is_amazon = settings.endpoint.empty();
    WEIR_TRY(settings.region,
             is_amazon ? toml_.RequiredText(table, "region") : toml_.TextOr(table, "region", "us-east-1"));
    if (!IsRegion(settings.region)) {
      return Fail(
          toml_.At(*table.get("region"),
                   BadInput("'{}' is no region", settings.region).Mend("It looks like this: {}", "eu-central-1")));
    }
    if (is_amazon) {
      settings.endpoint = fmt::format("https://s3.{}.amazonaws.com", settings.region);
    } else {
      while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
      const std::string origin = pulls::OriginOf(settings.endpoint);
      const bool may_be = !origin.empty() && (origin.starts_with("https://") || pulls::IsLoopback(origin));
      if (!may_be) {
        return Fail(
            toml_.At(*table.get("endpoint"), BadInput("an address begins with https://, or leads to this machine")));
      }
      const bool has_path = settings.endpoint.find('/', settings.endpoint.find("://") + 3) != std::string::npos;
      if (has_path || settings.endpoint.find_first_of("?#") != std::string::npos) {
        return Fail(toml_.At(*table.get("endpoint"), BadInput("an endpoint is scheme, host and port alone")
                                                         .Mend("The bucket and the prefix have places of their own")));
      }
      settings.endpoint = origin;
    }
    // A certificate for *.HOST vouches for one word before it.
    const bool is_usual = !is_amazon || settings.bucket.find_first_of("._") != std::string::npos;
    WEIR_TRY(settings.is_path_style, toml_.BooleanOr(table, "path_style", is_usual));
    const bool is_word = std::ranges::all_of(settings.bucket, [](char c) { return IsNamePart(c) || c == '.'; });
    if (!settings.is_path_style && !is_word) {
      return Fail(toml_.At(
          *table.get("bucket"),
          BadInput("'{}' cannot be part of the name of a host", settings.bucket).Mend("Write path_style = true")));
    }
    return {};
  }

  Status Key(const toml::table& table, BucketSettings& settings) const {
    WEIR_TRY(const std::string file, toml_.TextOr(table, "key_file", ""));
    WEIR_TRY(const std::string from, toml_.TextOr(table, "key_from", ""));
    if (file.empty() == from.empty()) {
      return Fail(toml_.At(table, BadInput("a bucket needs either key_file or key_from")
                                      .Mend("A bucket that anybody may read has key_from = \"nobody\"")));
    }
    if (!file.empty()) {
      settings.key_from = KeyFrom::kFile;
      settings.key_file = folder_ / file;
      return {};
    }
    if (from != "environment" && from != "nobody") {
      return Fail(toml_.At(*table.get("key_from"), BadInput("a key comes from \"environment\" or from \"nobody\"")));
    }
    settings.key_from = from == "environment" ? KeyFrom::kEnvironment : KeyFrom::kNobody;
    return {};
  }

  Result<std::int64_t> Number(const toml::table& table, std::string_view key, std::int64_t usual,
                              std::int64_t most) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return usual;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < 1 || number->get() > most) {
      return Fail(toml_.At(*node, BadInput("a number from 1 to {} is expected here", most)));
    }
    return number->get();
  }

  const TomlReader& toml_;
  const fs::path& folder_;
};

bool IsKeyText(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](unsigned char c) { return c <= ' ' || c >= 127; });
}

Result<std::optional<AccessKey>> KeyOfEnvironment() {
  const auto named = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  AccessKey key{.id = named("AWS_ACCESS_KEY_ID"),
                .secret = pulls::Secret(named("AWS_SECRET_ACCESS_KEY")),
                .session = pulls::Secret(named("AWS_SESSION_TOKEN"))};
  if (!IsKeyText(key.id) || !IsKeyText(key.secret.Reveal()) ||
      (!key.session.empty() && !IsKeyText(key.session.Reveal()))) {
    return Fail(BadInput("the environment holds no key")
                    .Mend("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a key_file"));
  }
  return std::optional(std::move(key));
}

}  // namespace

fs::path InboxOf(const fs::path& home, const std::string& name) { return home / "inbox" / ("bucket-" + name); }

bool BucketSettings::Wants(std::string_view key) const {
  const auto matches = [&](const std::string& glob) { return MatchesKey(glob, key); };
  return std::ranges::any_of(only, matches) && std::ranges::none_of(skip, matches);
}

std::vector<std::string> BucketSettings::MappingsOf(std::string_view key) const {
  for (const auto& [glob, mapping] : mappings) {
    if (MatchesKey(glob, key)) return {mapping};
  }
  return {};
}

const BucketSettings* BucketConfiguration::Find(std::string_view name) const {
  const auto found = std::ranges::find(buckets, name, &BucketSettings::name);
  return found == buckets.end() ? nullptr : &*found;
}

Result<BucketConfiguration> ReadBucketSettings(const fs::path& home, const std::vector<std::string>& taken) {
  BucketConfiguration configuration;
  configuration.file = home / "weir.toml";
  std::ifstream file(configuration.file);
  if (!file) return configuration;
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  WEIR_TRY(const TomlReader toml, TomlReader::Parse(text, configuration.file.string()));
  const toml::node* node = toml.root().get("bucket");
  if (node == nullptr) return configuration;
  WEIR_TRY(const toml::table* buckets, toml.Table(*node));
  for (const auto& [name, said] : TomlReader::InOrder(*buckets)) {
    WEIR_TRY(const toml::table* table, toml.Table(*said));
    constexpr std::size_t kLongest = 40;
    if (name.size() > kLongest || !std::ranges::all_of(name, IsNamePart)) {
      return Fail(toml.At(*said, BadInput("a bucket is called by small letters, digits and hyphens here")));
    }
    if (std::ranges::find(taken, name) != taken.end()) {
      return Fail(
          toml.At(*said, BadInput("'{}' is a service that is pulled", name).Mend("Give the bucket another name")));
    }
    WEIR_TRY(BucketSettings settings, SettingsReader(toml, home).Read(name, *table));
    configuration.buckets.push_back(std::move(settings));
  }
  std::ranges::sort(configuration.buckets, {}, &BucketSettings::name);
  return configuration;
}

Result<std::optional<AccessKey>> ReadAccessKey(const BucketSettings& settings) {
  if (settings.key_from == KeyFrom::kNobody) return std::optional<AccessKey>();
  if (settings.key_from == KeyFrom::kEnvironment) return KeyOfEnvironment();
  WEIR_TRY(const std::string text, pulls::ReadPrivate(settings.key_file));
  const std::string file = settings.key_file.string();
  const auto toml = TomlReader::Parse(text, file);
  // What stands around an error of the file may be a secret: only its place is told.
  if (!toml) {
    return Fail(BadInput("the file of the key is no TOML")
                    .At(toml.error().place().file, toml.error().place().line)
                    .Mend("Write access_key_id = \"...\" and secret_access_key = \"...\" into it"));
  }
  WEIR_TRY(toml->OnlyKeys(toml->root(), {"access_key_id", "secret_access_key", "session_token"}));
  AccessKey key;
  WEIR_TRY(key.id, toml->TextOr(toml->root(), "access_key_id", ""));
  WEIR_TRY(const std::string secret, toml->TextOr(toml->root(), "secret_access_key", ""));
  WEIR_TRY(const std::string session, toml->TextOr(toml->root(), "session_token", ""));
  const std::array<std::pair<const char*, bool>, 3> parts{{{"access_key_id", IsKeyText(key.id)},
                                                           {"secret_access_key", IsKeyText(secret)},
                                                           {"session_token", session.empty() || IsKeyText(session)}}};
  for (const auto& [name, is_sound] : parts) {
    if (!is_sound) return Fail(BadInput("'{}' is missing, or is no key", name).At(file));
  }
  key.secret = pulls::Secret(secret);
  key.session = pulls::Secret(session);
  return std::optional(std::move(key));
}

}  // namespace weir::buckets
