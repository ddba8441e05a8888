// Sends a letter over a channel, within a stated time, and says what came of it.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/phrase.h"
#include "base/result.h"
#include "base/time.h"
#include "delivery/channels.h"
#include "delivery/letter.h"
#include "pulls/http.h"

namespace weir::delivery {

// What is sent where.
struct Parcel {
  std::string key = {};  // the same for every try; a receiver that keeps it takes nothing twice
  std::string kind = {};
  std::string period = {};
  std::string address = {};  // of a mail
  Letter letter = {};
  Instant created_at = {};
};

// Why it did not arrive. Never holds a secret, an address that is one, or what was sent.
struct Failure {
  Phrase reason = {};
  bool is_final = false;                    // another try would end the same
  std::optional<std::int64_t> wait_s = {};  // the receiver asks to wait so long
};

class Sender {
 public:
  virtual ~Sender() = default;
  // Nothing where it arrived. Ends early where `stop` is asked for.
  virtual std::optional<Failure> SendMail(const MailChannel& channel, const Parcel& parcel, std::stop_token stop) = 0;
  virtual std::optional<Failure> SendWebhook(const WebhookChannel& channel, const Parcel& parcel,
                                             std::stop_token stop) = 0;
};

// Through libcurl, which is looked for only when something is sent.
std::unique_ptr<Sender> CurlSender();

// The request of a webhook: its form, its address and, where there is a secret, its signature: HMAC-SHA256 over the
// time, a dot and the body, as X-Weir-Signature: v1=HEX beside X-Weir-Timestamp.
struct HookSecrets {
  std::string address = {};
  std::string key = {};  // that signs
};
Result<HookSecrets> ReadHookSecrets(const WebhookChannel& channel);
pulls::HttpRequest HookRequest(const WebhookChannel& channel, const HookSecrets& secrets, const Parcel& parcel,
                               Instant now);
std::string HmacHex(std::string_view key, std::string_view text);
// What an answer to it means; nothing: it arrived.
std::optional<Failure> JudgeAnswer(const pulls::HttpAnswer& answer);

// The whole mail, over SMTP, in the time of the channel.
std::optional<Failure> SendOverSmtp(const MailChannel& channel, std::string_view to, const std::string& message,
                                    const std::string& password, std::stop_token stop);

}  // namespace weir::delivery
