// Over which channels this workspace may send, as the tables [mail], [webhook.NAME] and [delivery] of its weir.toml
// say. Without one nothing leaves the machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::delivery {

inline constexpr std::string_view kMail = "mail";

struct MailChannel {
  std::string server = {};
  int port = 587;
  std::string security = "starttls";  // starttls, tls; none for this machine alone
  std::string from = {};              // an address, or "Name <address>"
  std::string user = {};              // empty: the server asks for none
  std::filesystem::path password_file = {};
  std::vector<std::string> to = {};  // addresses and whole domains ("@acme.example") that may be written to
  std::string ca_file = {};
  std::chrono::seconds timeout{30};
};

enum class WebhookForm : std::uint8_t { kJson, kSlack, kMattermost, kTelegram };

struct WebhookChannel {
  std::string name = {};
  WebhookForm form = WebhookForm::kJson;
  std::string address = {};                 // https://..., or of this machine; or
  std::filesystem::path address_file = {};  // a file that holds it, where the address is a secret
  std::filesystem::path token_file = {};    // of Telegram: the token of the bot
  std::string chat = {};                    // of Telegram
  std::filesystem::path secret_file = {};   // signs what is sent
  std::string ca_file = {};
  std::chrono::seconds timeout{20};
};

struct Channels {
  std::filesystem::path file = {};
  std::optional<MailChannel> mail = {};
  std::vector<WebhookChannel> webhooks = {};  // by name
  std::string address = {};                   // of the page, for links: "https://weir.acme.example"; empty: no links

  bool IsNothing() const { return !mail && webhooks.empty(); }
  const WebhookChannel* FindWebhook(std::string_view name) const;
  // "mail" and the names of the webhooks.
  std::vector<std::string> Names() const;
};

// Of the workspace's weir.toml; empty where there is none. Errors name the line.
Result<Channels> ReadChannels(const std::filesystem::path& home);

// One plain address: a name, @ and a host, nothing that would end a line or begin another address.
bool IsMailAddress(std::string_view text);
// Whether the settings let it be written to.
bool MayWriteTo(const MailChannel& mail, std::string_view address);
// "ann@acme.example" of "Ann <ann@acme.example>".
std::string_view AddressIn(std::string_view from);

}  // namespace weir::delivery
