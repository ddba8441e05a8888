#include <algorithm>
#include <memory>

#include "base/text.h"
#include "delivery/sender.h"
#include "pulls/libcurl.h"
#include "pulls/secret.h"

namespace weir::delivery {
namespace {

using pulls::Libcurl;

struct Outgoing {
  std::string_view left;
  std::stop_token stop;
};

std::size_t GiveBytes(char* to, std::size_t size, std::size_t count, void* from) {
  auto& outgoing = *static_cast<Outgoing*>(from);
  const std::size_t bytes = std::min(size * count, outgoing.left.size());
  outgoing.left.copy(to, bytes);
  outgoing.left.remove_prefix(bytes);
  return bytes;
}

std::size_t DropBytes(char* /*data*/, std::size_t size, std::size_t count, void* /*to*/) { return size * count; }

// Asked at least once a second: whether to go on.
int LookForStop(void* from, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Outgoing*>(from)->stop.stop_requested() ? 1 : 0;
}

std::string UrlOf(const MailChannel& channel) {
  const bool is_ipv6 = channel.server.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", channel.security == "tls" ? "smtps" : "smtp", is_ipv6 ? "[" : "", channel.server,
                     is_ipv6 ? "]" : "", channel.port);
}

Failure FailureOf(CURLcode code, long status, const Libcurl& curl) {
  constexpr long kRefused = 5;
  if (code == CURLE_LOGIN_DENIED) return {.reason = MakePhrase("the mail server does not take the password")};
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_USE_SSL_FAILED) {
    return {.reason = MakePhrase("the mail server cannot be spoken to safely: {}", curl.error(code))};
  }
  if (status / 100 == kRefused) {
    return {.reason = MakePhrase("the mail server refuses it (status {})", status), .is_final = true};
  }
  if (status >= 400) return {.reason = MakePhrase("the mail server puts it off (status {})", status)};
  if (code == CURLE_OPERATION_TIMEDOUT) return {.reason = MakePhrase("the receiver did not answer in time")};
  return {.reason = MakePhrase("the receiver cannot be reached: {}", curl.error(code))};
}

class Sending final : public Sender {
 public:
  std::optional<Failure> SendMail(const MailChannel& channel, const Parcel& parcel, std::stop_token stop) override {
    if (!MayWriteTo(channel, parcel.address)) {
      return Failure{.reason = MakePhrase("'{}' is not among the addresses that [mail] may write to", parcel.address)};
    }
    std::string password;
    if (!channel.password_file.empty()) {
      const auto read = pulls::ReadPrivate(channel.password_file);
      if (!read) return Failure{.reason = read.error().phrase()};
      password = TrimBlanks(*read);
    }
    const std::string message = MailMessage(
        parcel.letter, {.from = channel.from, .to = parcel.address, .key = parcel.key, .at = parcel.created_at});
    return SendOverSmtp(channel, parcel.address, message, password, std::move(stop));
  }

  std::optional<Failure> SendWebhook(const WebhookChannel& channel, const Parcel& parcel,
                                     std::stop_token stop) override {
    const auto secrets = ReadHookSecrets(channel);
    if (!secrets) return Failure{.reason = secrets.error().phrase()};
    pulls::CurlOptions options{.limits = {}, .ca_file = channel.ca_file};
    options.limits.whole = channel.timeout;
    options.limits.connect = std::min(options.limits.connect, options.limits.whole);
    options.limits.answer_bytes = std::uint64_t{64} << 10;
    const auto client = pulls::OpenCurl(options);
    if (!client) return Failure{.reason = client.error().phrase()};
    pulls::HttpRequest request = HookRequest(channel, *secrets, parcel, WallClockNow());
    request.stop = std::move(stop);
    const auto answer = (*client)->Send(request);
    if (!answer) return Failure{.reason = MakePhrase("the receiver cannot be reached: {}", answer.error().phrase())};
    return JudgeAnswer(*answer);
  }
};

}  // namespace

std::unique_ptr<Sender> CurlSender() { return std::make_unique<Sending>(); }

std::optional<Failure> SendOverSmtp(const MailChannel& channel, std::string_view to, const std::string& message,
                                    const std::string& password, std::stop_token stop) {
  const auto loaded = pulls::LoadLibcurl();
  if (!loaded) return Failure{.reason = loaded.error().phrase()};
  const Libcurl& curl = **loaded;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> held(curl.init(), curl.cleanup);
  CURL* handle = held.get();
  if (handle == nullptr) return Failure{.reason = MakePhrase("libcurl cannot be used here")};
  const std::string from = fmt::format("<{}>", AddressIn(channel.from));
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> receivers(
      curl.append(nullptr, fmt::format("<{}>", to).c_str()), curl.free_list);
  Outgoing outgoing{.left = message, .stop = std::move(stop)};
  const std::string url = UrlOf(channel);
  const std::string ca_file = channel.ca_file.empty() ? pulls::SystemCertificates() : channel.ca_file;
  constexpr std::int64_t kMillis = 1000;
  curl.set(handle, CURLOPT_URL, url.c_str());
  curl.set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  // "none" is for this machine alone, as the settings hold.
  const long tls = channel.security == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL;
  curl.set(handle, CURLOPT_USE_SSL, tls);
  curl.set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl.set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl.set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) curl.set(handle, CURLOPT_CAINFO, ca_file.c_str());
  curl.set(handle, CURLOPT_PROXY, "");
  curl.set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl.set(handle, CURLOPT_NOSIGNAL, 1L);
  curl.set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(channel.timeout.count() * kMillis));
  curl.set(handle, CURLOPT_CONNECTTIMEOUT_MS,
           static_cast<long>(std::min<std::int64_t>(channel.timeout.count(), 15) * kMillis));
  if (!channel.user.empty()) {
    curl.set(handle, CURLOPT_USERNAME, channel.user.c_str());
    curl.set(handle, CURLOPT_PASSWORD, password.c_str());
  }
  curl.set(handle, CURLOPT_MAIL_FROM, from.c_str());
  curl.set(handle, CURLOPT_MAIL_RCPT, receivers.get());
  curl.set(handle, CURLOPT_UPLOAD, 1L);
  curl.set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  curl.set(handle, CURLOPT_READFUNCTION, &GiveBytes);
  curl.set(handle, CURLOPT_READDATA, &outgoing);
  curl.set(handle, CURLOPT_WRITEFUNCTION, &DropBytes);
  curl.set(handle, CURLOPT_NOPROGRESS, 0L);
  curl.set(handle, CURLOPT_XFERINFOFUNCTION, &LookForStop);
  curl.set(handle, CURLOPT_XFERINFODATA, &outgoing);
  const CURLcode code = curl.perform(handle);
  if (code == CURLE_OK) return std::nullopt;
  if (code == CURLE_ABORTED_BY_CALLBACK) return Failure{.reason = MakePhrase("stopped before it was sent")};
  long status = 0;
  curl.info(handle, CURLINFO_RESPONSE_CODE, &status);
  return FailureOf(code, status, curl);
}

}  // namespace weir::delivery
