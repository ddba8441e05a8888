#include "delivery/channels.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "pulls/http.h"
#include "sources/toml_reader.h"

namespace weir::delivery {
namespace {

namespace fs = std::filesystem;
using sources::TomlReader;

bool IsHostLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool IsHost(std::string_view text) {
  constexpr std::size_t kLongest = 253;
  return !text.empty() && text.size() <= kLongest && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, IsHostLetter);
}

bool IsLocalHost(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

bool HasControl(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 127; });
}

Result<std::int64_t> NumberOr(const TomlReader& toml, const toml::table& table, std::string_view key,
                              std::int64_t otherwise, std::int64_t most) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto* number = node->as_integer();
  if (number == nullptr || number->get() < 1 || number->get() > most) {
    return Fail(toml.At(*node, BadInput("a number from 1 to {} is expected here", most)));
  }
  return number->get();
}

Result<fs::path> FileOf(const TomlReader& toml, const toml::table& table, std::string_view key, const fs::path& home) {
  WEIR_TRY(const std::string name, toml.TextOr(table, key, ""));
  return name.empty() ? fs::path() : home / name;
}

Result<MailChannel> ReadMail(const TomlReader& toml, const toml::table& table, const fs::path& home) {
  WEIR_TRY(toml.OnlyKeys(
      table, {"server", "port", "security", "from", "user", "password_file", "to", "ca_file", "timeout_s"}));
  MailChannel mail;
  WEIR_TRY(mail.server, toml.RequiredText(table, "server"));
  if (!IsHost(mail.server) && mail.server != "::1") {
    return Fail(toml.At(
        *table.get("server"),
        BadInput("'{}' is no name of a mail server", mail.server).Mend("It looks like this: {}", "smtp.acme.example")));
  }
  WEIR_TRY(mail.security, toml.TextOr(table, "security", mail.security));
  if (mail.security != "starttls" && mail.security != "tls" && mail.security != "none") {
    return Fail(toml.At(*table.get("security"), BadInput("'{}' is none of starttls, tls and none", mail.security)));
  }
  if (mail.security == "none" && !IsLocalHost(mail.server)) {
    return Fail(toml.At(
        *table.get("security"),
        BadInput("mail goes without TLS to this machine alone").Mend("Write security = \"starttls\" or \"tls\"")));
  }
  WEIR_TRY(const std::int64_t port, NumberOr(toml, table, "port",
                                             mail.security == "tls"    ? 465
                                             : mail.security == "none" ? 25
                                                                       : 587,
                                             65'535));
  mail.port = static_cast<int>(port);
  WEIR_TRY(mail.from, toml.RequiredText(table, "from"));
  if (HasControl(mail.from) || !IsMailAddress(AddressIn(mail.from))) {
    return Fail(toml.At(
        *table.get("from"),
        BadInput("'{}' is no mail address", mail.from).Mend("It looks like this: {}", "Weir <weir@acme.example>")));
  }
  WEIR_TRY(mail.user, toml.TextOr(table, "user", ""));
  WEIR_TRY(mail.password_file, FileOf(toml, table, "password_file", home));
  if (mail.user.empty() != mail.password_file.empty()) {
    return Fail(toml.At(table, BadInput("'user' and 'password_file' go together")));
  }
  WEIR_TRY(mail.to, toml.TextsOr(table, "to"));
  for (const std::string& one : mail.to) {
    if (one.starts_with('@') ? IsHost(std::string_view(one).substr(1)) : IsMailAddress(one)) continue;
    return Fail(toml.At(
        *table.get("to"),
        BadInput("'{}' is neither a mail address nor a domain", one).Mend("It looks like this: {}", "@acme.example")));
  }
  WEIR_TRY(mail.ca_file, toml.TextOr(table, "ca_file", ""));
  WEIR_TRY(const std::int64_t seconds, NumberOr(toml, table, "timeout_s", mail.timeout.count(), 300));
  mail.timeout = std::chrono::seconds(seconds);
  return mail;
}

constexpr std::array<std::pair<std::string_view, WebhookForm>, 4> kForms{{{"json", WebhookForm::kJson},
                                                                          {"slack", WebhookForm::kSlack},
                                                                          {"mattermost", WebhookForm::kMattermost},
                                                                          {"telegram", WebhookForm::kTelegram}}};

Status CheckWebhook(const TomlReader& toml, const toml::table& table, const WebhookChannel& hook) {
  const std::string origin = pulls::OriginOf(hook.address);
  if (!hook.address.empty() && (origin.empty() || (!origin.starts_with("https://") && !pulls::IsLoopback(origin)))) {
    return Fail(toml.At(*table.get("address"), BadInput("an address begins with https://, or leads to this machine")));
  }
  if (hook.form == WebhookForm::kTelegram) {
    if (hook.token_file.empty()) return Fail(toml.At(table, BadInput("'{}' is missing", "token_file")));
    if (hook.chat.empty()) return Fail(toml.At(table, BadInput("'{}' is missing", "chat")));
    return {};
  }
  if (hook.address.empty() == hook.address_file.empty()) {
    return Fail(toml.At(table, BadInput("one of 'address' and 'address_file' is expected here")));
  }
  if (hook.form == WebhookForm::kJson && hook.secret_file.empty()) {
    return Fail(toml.At(
        table, BadInput("'{}' is missing", "secret_file").Mend("The receiver knows by it that the message is yours")));
  }
  return {};
}

Result<WebhookChannel> ReadWebhook(const TomlReader& toml, const toml::table& table, std::string_view name,
                                   const fs::path& home) {
  WEIR_TRY(toml.OnlyKeys(
      table, {"form", "address", "address_file", "token_file", "chat", "secret_file", "ca_file", "timeout_s"}));
  WebhookChannel hook{.name = std::string(name)};
  const bool is_name = !name.empty() && name != kMail && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!is_name) {
    return Fail(toml.At(
        table, BadInput("'{}' is no name of a webhook", name).Mend("Small letters, digits, dashes; mail is taken")));
  }
  WEIR_TRY(const std::string form, toml.RequiredText(table, "form"));
  const auto found = std::ranges::find(kForms, form, &std::pair<std::string_view, WebhookForm>::first);
  if (found == kForms.end()) {
    return Fail(toml.At(*table.get("form"), BadInput("'{}' is none of json, slack, mattermost and telegram", form)));
  }
  hook.form = found->second;
  WEIR_TRY(hook.address, toml.TextOr(table, "address", ""));
  WEIR_TRY(hook.address_file, FileOf(toml, table, "address_file", home));
  WEIR_TRY(hook.token_file, FileOf(toml, table, "token_file", home));
  WEIR_TRY(hook.secret_file, FileOf(toml, table, "secret_file", home));
  WEIR_TRY(hook.chat, toml.TextOr(table, "chat", ""));
  WEIR_TRY(hook.ca_file, toml.TextOr(table, "ca_file", ""));
  WEIR_TRY(const std::int64_t seconds, NumberOr(toml, table, "timeout_s", hook.timeout.count(), 300));
  hook.timeout = std::chrono::seconds(seconds);
  WEIR_TRY(CheckWebhook(toml, table, hook));
  return hook;
}

Status ReadAddress(const TomlReader& toml, const toml::node& node, Channels& channels) {
  WEIR_TRY(const toml::table* table, toml.Table(node));
  WEIR_TRY(toml.OnlyKeys(*table, {"address"}));
  WEIR_TRY(channels.address, toml.TextOr(*table, "address", ""));
  while (channels.address.ends_with('/')) channels.address.pop_back();
  if (!channels.address.empty() && (pulls::OriginOf(channels.address).empty() || HasControl(channels.address))) {
    return Fail(toml.At(*table->get("address"), BadInput("'{}' is no address of a page", channels.address)
                                                    .Mend("It looks like this: {}", "https://weir.acme.example")));
  }
  return {};
}

}  // namespace

const WebhookChannel* Channels::FindWebhook(std::string_view name) const {
  const auto found = std::ranges::find(webhooks, name, &WebhookChannel::name);
  return found == webhooks.end() ? nullptr : &*found;
}

std::vector<std::string> Channels::Names() const {
  std::vector<std::string> names;
  if (mail) names.emplace_back(kMail);
  for (const WebhookChannel& hook : webhooks) names.push_back(hook.name);
  return names;
}

bool IsMailAddress(std::string_view text) {
  constexpr std::size_t kLongest = 254;
  constexpr std::string_view kSigns = "!#$%&'*+-/=?^_`{|}~.";
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.size() > kLongest) return false;
  const bool is_name = std::ranges::all_of(text.substr(0, at), [&](char c) {
    return (c != '.' && IsHostLetter(c)) || kSigns.find(c) != std::string_view::npos;
  });
  return is_name && IsHost(text.substr(at + 1));
}

std::string_view AddressIn(std::string_view from) {
  const std::size_t open = from.rfind('<');
  if (open == std::string_view::npos || !from.ends_with('>')) return TrimBlanks(from);
  return TrimBlanks(from.substr(open + 1, from.size() - open - 2));
}

bool MayWriteTo(const MailChannel& mail, std::string_view address) {
  if (!IsMailAddress(address)) return false;
  const std::string folded = FoldCase(address);
  return std::ranges::any_of(mail.to, [&](const std::string& one) {
    const std::string allowed = FoldCase(one);
    return allowed.starts_with('@') ? folded.ends_with(allowed) && folded.find('@') == folded.size() - allowed.size()
                                    : folded == allowed;
  });
}

Result<Channels> ReadChannels(const fs::path& home) {
  Channels channels{.file = home / "weir.toml"};
  std::ifstream file(channels.file);
  if (!file) return channels;
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  WEIR_TRY(const TomlReader toml, TomlReader::Parse(text, channels.file.string()));
  if (const toml::node* node = toml.root().get("delivery")) WEIR_TRY(ReadAddress(toml, *node, channels));
  if (const toml::node* node = toml.root().get("mail")) {
    WEIR_TRY(const toml::table* table, toml.Table(*node));
    WEIR_TRY(channels.mail, ReadMail(toml, *table, home));
  }
  if (const toml::node* node = toml.root().get("webhook")) {
    WEIR_TRY(const toml::table* hooks, toml.Table(*node));
    for (const auto& [name, said] : TomlReader::InOrder(*hooks)) {
      WEIR_TRY(const toml::table* table, toml.Table(*said));
      WEIR_TRY(WebhookChannel hook, ReadWebhook(toml, *table, name, home));
      channels.webhooks.push_back(std::move(hook));
    }
  }
  std::ranges::sort(channels.webhooks, {}, &WebhookChannel::name);
  return channels;
}

}  // namespace weir::delivery
