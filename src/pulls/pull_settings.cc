#include "pulls/pull_settings.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "pulls/http.h"
#include "pulls/request.h"
#include "sources/toml_reader.h"

namespace weir::pulls {
namespace {

namespace fs = std::filesystem;
using sources::TomlReader;

constexpr std::array<std::string_view, 10> kOwnKeys{"token_file", "only",      "skip", "since", "address",
                                                    "ca_file",    "timeout_s", "add",  "rate",  "every_h"};

bool IsLabel(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  return !text.empty() && text.size() <= kLongest && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool IsHost(std::string_view text) {
  constexpr std::size_t kLongest = 253;
  if (text.size() > kLongest || text.find('.') == std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    if (!IsLabel(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

bool Suits(const PullSetting& setting, const std::string& value) {
  constexpr std::size_t kLongest = 200;
  if (setting.is_text) {
    return !value.empty() && value.size() <= kLongest &&
           std::ranges::none_of(value, [](unsigned char c) { return c < ' ' || c == 127; });
  }
  if (!setting.is_host) return IsLabel(value);
  return IsHost(value) && (setting.ends.empty() || std::ranges::any_of(setting.ends, [&](const std::string& end) {
                             return value.ends_with(end);
                           }));
}

class SettingsReader {
 public:
  SettingsReader(const TomlReader& toml, const fs::path& folder) : toml_(toml), folder_(folder) {}

  Result<PullSettings> Read(const toml::table& table, const Puller& puller) {
    std::vector<std::string> known(kOwnKeys.begin(), kOwnKeys.end());
    for (const PullSetting& setting : puller.settings) known.push_back(setting.name);
    for (const auto& [key, node] : table) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      return Fail(toml_.At(node, sources::UnknownName(MakePhrase("key"), key.str(), known)));
    }
    PullSettings settings;
    settings.source = puller.source;
    WEIR_TRY(const std::string token_file, toml_.RequiredText(table, "token_file"));
    settings.token_file = folder_ / token_file;
    for (const PullSetting& setting : puller.settings) {
      WEIR_TRY(std::string value, toml_.RequiredText(table, setting.name));
      if (!Suits(setting, value)) {
        return Fail(
            toml_.At(*table.get(setting.name), BadInput("'{}' is no {} of {}", value, setting.name, puller.source)
                                                   .Mend("It looks like this: {}", setting.example)));
      }
      settings.values[setting.name] = std::move(value);
    }
    WEIR_TRY(settings.only, Objects(table, "only", puller));
    WEIR_TRY(settings.skip, Objects(table, "skip", puller));
    WEIR_TRY(settings.adds, Adds(table, puller));
    WEIR_TRY(settings.since, ReadSince(table));
    WEIR_TRY(settings.ca_file, toml_.TextOr(table, "ca_file", ""));
    WEIR_TRY(settings.address, toml_.TextOr(table, "address", ""));
    if (const std::string origin = OriginOf(settings.address); !settings.address.empty()) {
      const bool may_be = !origin.empty() && (origin.starts_with("https://") || IsLoopback(origin));
      if (!may_be) {
        return Fail(
            toml_.At(*table.get("address"), BadInput("an address begins with https://, or leads to this machine")));
      }
    }
    if (const toml::node* timeout = table.get("timeout_s")) {
      constexpr std::int64_t kMost = 900;
      const auto* seconds = timeout->as_integer();
      if (seconds == nullptr || seconds->get() < 1 || seconds->get() > kMost) {
        return Fail(toml_.At(*timeout, BadInput("a number of seconds is expected here, at most {}", kMost)));
      }
      settings.timeout = std::chrono::seconds(seconds->get());
    }
    if (const toml::node* rate = table.get("rate")) {
      constexpr std::int64_t kMost = 1000;
      const auto* requests = rate->as_integer();
      if (requests == nullptr || requests->get() < 1 || requests->get() > kMost) {
        return Fail(toml_.At(*rate, BadInput("a number of requests a second is expected here, at most {}", kMost)));
      }
      settings.rate = static_cast<int>(requests->get());
    }
    WEIR_TRY(settings.every_h, HoursOf(toml_, table));
    return settings;
  }

 private:
  Result<std::vector<std::string>> Objects(const toml::table& table, std::string_view key, const Puller& puller) const {
    WEIR_TRY(std::vector<std::string> names, toml_.TextsOr(table, key));
    std::vector<std::string> known;
    known.reserve(puller.objects.size());
    for (const PullObject& object : puller.objects) known.push_back(object.name);
    for (const std::string& name : names) {
      if (puller.Find(name) != nullptr) continue;
      return Fail(toml_.At(*table.get(key), sources::UnknownName(MakePhrase("object"), name, known)));
    }
    return names;
  }

  // Names of fields go into queries: nothing but names may stand there.
  Result<std::map<std::string, std::string>> Adds(const toml::table& table, const Puller& puller) const {
    std::map<std::string, std::string> adds;
    const toml::node* node = table.get("add");
    if (node == nullptr) return adds;
    WEIR_TRY(const toml::table* said, toml_.Table(*node));
    for (const auto& [object, fields] : TomlReader::InOrder(*said)) {
      if (puller.Find(object) == nullptr) {
        return Fail(toml_.At(*fields, BadInput("{} has no object '{}'", puller.source, object)));
      }
      WEIR_TRY(const std::vector<std::string> names, toml_.Texts(*fields));
      std::string& add = adds[std::string(object)];
      for (const std::string& name : names) {
        const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        });
        if (!is_name) return Fail(toml_.At(*fields, BadInput("'{}' is no name of a field", name)));
        add += "," + name;
      }
    }
    return adds;
  }

  Result<std::optional<Instant>> ReadSince(const toml::table& table) const {
    const toml::node* node = table.get("since");
    if (node == nullptr) return std::optional<Instant>();
    if (const auto* date = node->as_date()) {
      const auto& day = date->get();
      return std::optional(StartOf(FromCivil({day.year, day.month, day.day})));
    }
    WEIR_TRY(const std::string text, toml_.Text(*node));
    const auto date = ParseIsoDate(text);
    if (!date) return Fail(toml_.At(*node, BadInput("'{}' is not a date", text).Mend("Write 2024-12-31")));
    return std::optional(StartOf(*date));
  }

  const TomlReader& toml_;
  const fs::path& folder_;
};

}  // namespace

fs::path InboxOf(const fs::path& home, const std::string& source) { return home / "inbox" / ("pull-" + source); }

Result<std::optional<int>> HoursOf(const TomlReader& toml, const toml::table& table) {
  const toml::node* node = table.get("every_h");
  if (node == nullptr) return std::optional<int>();
  constexpr std::int64_t kMost = 24 * 366;
  const auto* hours = node->as_integer();
  if (hours == nullptr || hours->get() < 1 || hours->get() > kMost) {
    return Fail(toml.At(*node, BadInput("a number of hours is expected here, at most {}", kMost)));
  }
  return std::optional(static_cast<int>(hours->get()));
}

bool PullSettings::Wants(const PullObject& object) const {
  if (std::ranges::find(skip, object.name) != skip.end()) return false;
  if (only.empty()) return !object.is_optional;
  return std::ranges::find(only, object.name) != only.end();
}

const PullSettings* PullConfiguration::Find(const std::string& source) const {
  const auto found = std::ranges::find(pulls, source, &PullSettings::source);
  return found == pulls.end() ? nullptr : &*found;
}

Result<PullConfiguration> ReadPullSettings(const fs::path& home, const PullerCatalog& pullers) {
  PullConfiguration configuration;
  configuration.file = home / "weir.toml";
  std::ifstream file(configuration.file);
  if (!file) return configuration;
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  WEIR_TRY(const TomlReader toml, TomlReader::Parse(text, configuration.file.string()));
  const toml::node* node = toml.root().get("pull");
  if (node == nullptr) return configuration;
  WEIR_TRY(const toml::table* pulls, toml.Table(*node));
  std::vector<std::string> known;
  known.reserve(pullers.pullers.size());
  for (const Puller& puller : pullers.pullers) known.push_back(puller.source);
  for (const auto& [source, said] : TomlReader::InOrder(*pulls)) {
    WEIR_TRY(const toml::table* table, toml.Table(*said));
    const Puller* puller = pullers.Find(source);
    if (puller == nullptr) return Fail(toml.At(*said, sources::UnknownName(MakePhrase("source"), source, known)));
    WEIR_TRY(PullSettings settings, SettingsReader(toml, home).Read(*table, *puller));
    configuration.pulls.push_back(std::move(settings));
  }
  std::ranges::sort(configuration.pulls, {}, &PullSettings::source);
  return configuration;
}

std::vector<Secret> Credentials::All() const {
  std::vector<Secret> all{token};
  for (const auto& [name, secret] : parts) {
    if (name != "client_id") all.push_back(secret);
  }
  return all;
}

Result<Credentials> ReadCredentials(const Puller& puller, const PullSettings& settings) {
  WEIR_TRY(const std::string text, ReadPrivate(settings.token_file));
  Credentials credentials;
  if (puller.auth == AuthKind::kOAuth) {
    auto toml = TomlReader::Parse(text, settings.token_file.string());
    // What stands around an error of the file may be a secret: only its place is told.
    if (!toml) {
      return Fail(
          BadInput("the file of the token is no TOML").At(toml.error().place().file, toml.error().place().line));
    }
    WEIR_TRY(toml->OnlyKeys(toml->root(), {"client_id", "client_secret", "refresh_token", "redirect_uri"}));
    for (const auto& [name, node] : TomlReader::InOrder(toml->root())) {
      WEIR_TRY(const std::string part, toml->Text(*node));
      credentials.parts[std::string(name)] = Secret(part);
    }
    for (const char* needed : {"client_id", "client_secret"}) {
      if (!credentials.parts.contains(needed)) {
        return Fail(BadInput("'{}' is missing", needed).At(settings.token_file.string()));
      }
    }
    return credentials;
  }
  const std::string_view token = TrimBlanks(text);
  const bool is_one =
      !token.empty() && std::ranges::none_of(token, [](unsigned char c) { return c <= ' ' || c == 127; });
  if (!is_one) {
    return Fail(BadInput("the file of the token holds no token, or more than it")
                    .At(settings.token_file.string())
                    .Mend("Write the token into it, and nothing else"));
  }
  credentials.token = Secret(std::string(token));
  // A service may quote the end of a secret address alone.
  if (puller.auth == AuthKind::kAddress) {
    std::string_view code = token;
    while (code.ends_with('/')) code.remove_suffix(1);
    credentials.parts["code"] = Secret(std::string(code.substr(code.rfind('/') + 1)));
  }
  return credentials;
}

Status SaveCredentials(const PullSettings& settings, const Credentials& credentials) {
  std::string text;
  for (const auto& [name, secret] : credentials.parts) {
    if (secret.Reveal().find_first_of("'\r\n") != std::string::npos) {
      return Fail(BadInput("a renewed token cannot be written").At(settings.token_file.string()));
    }
    text += fmt::format("{} = '{}'\n", name, secret.Reveal());
  }
  const fs::path fresh = settings.token_file.string() + ".new";
  const auto failed = [&] {
    return Fail(Unavailable("cannot write the file: {}", std::generic_category().message(errno)).At(fresh.string()));
  };
  ::unlink(fresh.c_str());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failed();
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (!is_written || ::rename(fresh.c_str(), settings.token_file.c_str()) != 0) return failed();
  return {};
}

Result<std::string> BaseOf(const Puller& puller, const PullSettings& settings, const Credentials& credentials) {
  if (puller.auth == AuthKind::kAddress) {
    std::string base = credentials.token.Reveal();
    while (base.ends_with('/')) base.pop_back();
    const std::string origin = OriginOf(base);
    if (origin.empty() || (!origin.starts_with("https://") && !IsLoopback(origin)) ||
        base.find_first_of("?#") != std::string::npos) {
      return Fail(BadInput("the file of the token holds no address that begins with https://")
                      .At(settings.token_file.string()));
    }
    return base;
  }
  if (!settings.address.empty()) {
    std::string base = settings.address;
    while (base.ends_with('/')) base.pop_back();
    return base;
  }
  return FilledIn(puller.base, settings.values);
}

}  // namespace weir::pulls
