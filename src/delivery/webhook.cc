#include <array>
#include <charconv>

#include <fmt/format.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "delivery/sender.h"
#include "pulls/secret.h"

namespace weir::delivery {
namespace {

using nlohmann::json;

constexpr std::string_view kTelegram = "https://api.telegram.org";

std::string Dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// At most so many bytes, of whole characters, with a mark that something is missing.
std::string Shortened(std::string text, std::size_t most) {
  constexpr std::string_view kMark = "\n…";
  if (text.size() <= most) return text;
  std::size_t size = most - kMark.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size) + std::string(kMark);
}

// Slack reads these three as its own signs.
std::string SlackText(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '&') {
      plain += "&amp;";
    } else if (c == '<') {
      plain += "&lt;";
    } else if (c == '>') {
      plain += "&gt;";
    } else {
      plain += c;
    }
  }
  return plain;
}

// Mattermost reads Markdown: signs of it in names stay signs.
std::string MarkdownText(std::string_view text) {
  constexpr std::string_view kSigns = "\\`*_{}[]<>#+|~@";
  std::string plain;
  for (const char c : text) {
    if (kSigns.find(c) != std::string_view::npos) plain += '\\';
    plain += c;
  }
  return plain;
}

// Links stand in the text as they are: only the words around them are written otherwise.
template <typename Write>
std::string AroundLinks(std::string_view text, Write write) {
  std::string whole;
  while (!text.empty()) {
    const std::size_t link = std::min(text.find("https://"), text.find("http://"));
    if (link == std::string_view::npos) return whole + write(text);
    whole += write(text.substr(0, link));
    text.remove_prefix(link);
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    whole += text.substr(0, end);
    text.remove_prefix(end);
  }
  return whole;
}

std::string BodyOf(const WebhookChannel& channel, const Parcel& parcel) {
  const Letter& letter = parcel.letter;
  const std::string text = letter.subject + "\n\n" + letter.text;
  switch (channel.form) {
    case WebhookForm::kSlack:
      return Dump({{"text", Shortened(AroundLinks(text, SlackText), 39'000)}});
    case WebhookForm::kMattermost:
      return Dump({{"text", Shortened(AroundLinks(text, MarkdownText), 15'000)}});
    case WebhookForm::kTelegram:
      // 4096 characters; a byte each is the safe side.
      return Dump({{"chat_id", channel.chat},
                   {"text", Shortened(text, 4'000)},
                   {"link_preview_options", {{"is_disabled", true}}}});
    case WebhookForm::kJson:
      break;
  }
  return Dump({{"id", parcel.key},
               {"kind", parcel.kind},
               {"period", parcel.period},
               {"created_at", FormatInstant(parcel.created_at)},
               {"subject", letter.subject},
               {"text", letter.text},
               {"data", json::parse(letter.data, nullptr, false)}});
}

Result<std::string> SecretWord(const std::filesystem::path& file) {
  WEIR_TRY(const std::string text, pulls::ReadPrivate(file));
  std::string word(TrimBlanks(text));
  for (const unsigned char c : word) {
    if (c <= ' ' || c == 127) {
      return Fail(BadInput("the file of the token holds no token, or more than it")
                      .At(file.string())
                      .Mend("Write the token into it, and nothing else"));
    }
  }
  if (word.empty()) return Fail(BadInput("the file of the token holds no token, or more than it").At(file.string()));
  return word;
}

}  // namespace

std::string HmacHex(std::string_view key, std::string_view text) {
  const auto bytes = [](std::string_view of) {
    return reinterpret_cast<const unsigned char*>(of.data());  // NOLINT(*-reinterpret-cast): as libsodium takes them
  };
  crypto_auth_hmacsha256_state state;
  ::crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  ::crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
  ::crypto_auth_hmacsha256_final(&state, hash.data());
  std::string hex;
  for (const unsigned char byte : hash) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<HookSecrets> ReadHookSecrets(const WebhookChannel& channel) {
  HookSecrets secrets{.address = channel.address};
  if (!channel.secret_file.empty()) {
    WEIR_TRY(secrets.key, SecretWord(channel.secret_file));
  }
  if (channel.form == WebhookForm::kTelegram) {
    WEIR_TRY(const std::string token, SecretWord(channel.token_file));
    secrets.address = fmt::format("{}/bot{}/sendMessage", channel.address.empty() ? kTelegram : channel.address, token);
  } else if (!channel.address_file.empty()) {
    WEIR_TRY(secrets.address, SecretWord(channel.address_file));
  }
  const std::string origin = pulls::OriginOf(secrets.address);
  if (origin.empty() || (!origin.starts_with("https://") && !pulls::IsLoopback(origin))) {
    return Fail(BadInput("an address begins with https://, or leads to this machine")
                    .At(channel.address_file.empty() ? channel.token_file.string() : channel.address_file.string()));
  }
  return secrets;
}

pulls::HttpRequest HookRequest(const WebhookChannel& channel, const HookSecrets& secrets, const Parcel& parcel,
                               Instant now) {
  pulls::HttpRequest request{.is_post = true, .url = secrets.address, .content_type = "application/json"};
  request.body = BodyOf(channel, parcel);
  request.headers.push_back("X-Weir-Delivery: " + parcel.key);
  if (secrets.key.empty()) return request;
  const std::string time = std::to_string(now.micros / kMicrosPerSecond);
  request.headers.push_back("X-Weir-Timestamp: " + time);
  request.headers.push_back("X-Weir-Signature: v1=" + HmacHex(secrets.key, time + "." + request.body));
  return request;
}

std::optional<Failure> JudgeAnswer(const pulls::HttpAnswer& answer) {
  constexpr int kTooMany = 429;
  constexpr int kTimeout = 408;
  if (answer.status / 100 == 2) return std::nullopt;
  Failure failure{.reason = MakePhrase("the receiver answered with status {}", answer.status)};
  if (answer.status / 100 == 3) {
    failure = {.reason = MakePhrase("the receiver sends elsewhere (status {}), which is not followed", answer.status),
               .is_final = true};
  } else if (answer.status / 100 == 4 && answer.status != kTooMany && answer.status != kTimeout) {
    failure.is_final = true;
  }
  if (const auto wait = answer.headers.find("retry-after"); wait != answer.headers.end()) {
    std::int64_t seconds = 0;
    const std::string& said = wait->second;
    const auto read = std::from_chars(said.data(), said.data() + said.size(), seconds);
    if (read.ec == std::errc() && seconds > 0) failure.wait_s = seconds;
  }
  return failure;
}

}  // namespace weir::delivery
