#include "pulls/requester.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <thread>

#include "base/internet.h"
#include "base/plain_line.h"
#include "base/text.h"
#include "pulls/json_path.h"
#include "pulls/request.h"

namespace weir::pulls {
namespace {

using std::chrono::milliseconds;

constexpr int kMostRedirects = 3;
constexpr int kOk = 200;
constexpr int kNoContent = 204;
constexpr int kRedirects = 300;
constexpr int kNotModified = 304;
constexpr int kRefusals = 400;
constexpr int kWho = 401;
constexpr int kNothingThere = 404;
constexpr int kTooMany = 429;
constexpr int kBroken = 500;

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kLetters[group >> (18U - 6U * static_cast<unsigned>(k)) & 63U];
    }
  }
  return text;
}

}  // namespace

Instant PullClock::Now() { return WallClockNow(); }
void PullClock::Sleep(milliseconds time) { std::this_thread::sleep_for(time); }

void RateLimiter::Wait() {
  const std::int64_t span = rate_.second * kMicrosPerSecond;
  const Instant now = clock_.Now();
  while (!last_.empty() && now.micros - last_.front().micros >= span) last_.pop_front();
  if (last_.size() >= static_cast<std::size_t>(rate_.first)) {
    constexpr std::int64_t kMicrosPerMilli = 1000;
    const std::int64_t wait = span - (now.micros - last_.front().micros);
    // A clock that was set back must not make it wait for ever.
    clock_.Sleep(milliseconds(std::min(wait, span) / kMicrosPerMilli + 1));
    last_.pop_front();
  }
  last_.push_back(clock_.Now());
}

std::optional<Instant> ParseHttpDate(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::size_t comma = text.find(", ");
  constexpr std::size_t kLength = 20;  // 21 Oct 2015 07:28:00
  if (comma == std::string_view::npos || text.size() < comma + 2 + kLength) return std::nullopt;
  const std::string_view rest = text.substr(comma + 2, kLength);
  const auto* const month = std::ranges::find(kMonths, rest.substr(3, 3));
  if (month == kMonths.end()) return std::nullopt;
  return ParseIsoInstant(fmt::format("{}-{:02}-{}T{}Z", rest.substr(7, 4), month - kMonths.begin() + 1,
                                     rest.substr(0, 2), rest.substr(12, 8)));
}

// How far one question has come.
struct Requester::Attempt {
  std::string url;
  int redirects = 0;
  std::optional<milliseconds> wait;  // as the service says
  bool is_over = false;              // trying again does not help
};

Requester::Requester(const Puller& puller, const PullSettings& settings, Credentials credentials, std::string base,
                     HttpClient& client, PullClock& clock, Patience patience)
    : puller_(puller),
      settings_(settings),
      credentials_(std::move(credentials)),
      base_(std::move(base)),
      client_(client),
      clock_(clock),
      patience_(patience),
      rate_(settings.rate ? std::pair(*settings.rate, 1) : puller.rate, clock),
      chance_(static_cast<std::uint64_t>(clock.Now().micros), "pulls") {}

std::optional<std::string> Requester::Relative(std::string_view address) const {
  if (address.starts_with('/') && !address.starts_with("//")) {
    // Behind the host: the base may have a path of its own.
    const std::size_t path = base_.find('/', base_.find("://") + 3);
    if (path != std::string::npos && address.starts_with(base_.substr(path) + "/")) {
      address.remove_prefix(base_.size() - path);
    }
    return std::string(address);
  }
  const std::string origin = OriginOf(address);
  if (origin.empty() || origin != OriginOf(base_)) return std::nullopt;
  const std::size_t host = address.find("://") + 3;
  const std::size_t begin = address.find_first_of("/?#", host);
  return Relative(begin == std::string_view::npos ? std::string_view("/") : address.substr(begin));
}

Result<HttpAnswer> Requester::Send(const Question& question, const std::string& url) {
  HttpRequest request{.is_post = question.is_post,
                      .url = url,
                      .headers = {"Accept: application/json"},
                      .body = question.body,
                      .content_type = "application/json"};
  for (const auto& [name, value] : puller_.headers) request.headers.push_back(fmt::format("{}: {}", name, value));
  const std::string& token = credentials_.token.Reveal();
  switch (puller_.auth) {
    case AuthKind::kBearer:
    case AuthKind::kOAuth:
      request.headers.push_back("Authorization: Bearer " + token);
      break;
    case AuthKind::kBasic:
      request.headers.push_back("Authorization: Basic " +
                                Base64(FilledIn(puller_.user, settings_.values) + ":" + token));
      break;
    case AuthKind::kHeader:
      request.headers.push_back(fmt::format("{}: {}", puller_.header, token));
      break;
    case AuthKind::kAddress:
      break;
  }
  rate_.Wait();
  if (question.rate != nullptr) question.rate->Wait();
  ++requests_;
  return client_.Send(request);
}

Status Requester::Renew() {
  const auto part = [&](const char* name) {
    const auto found = credentials_.parts.find(name);
    return found == credentials_.parts.end() ? std::string() : found->second.Reveal();
  };
  const std::string grant = !puller_.oauth.grant.empty()
                                ? puller_.oauth.grant
                                : (part("refresh_token").empty() ? "client_credentials" : "refresh_token");
  std::string form;
  std::string document = "{}";
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    form += fmt::format("{}{}={}", form.empty() ? "" : "&", name, PercentEncoded(value));
    document = WithMember(document, name, value);
  };
  add("grant_type", grant);
  add("client_id", part("client_id"));
  add("client_secret", part("client_secret"));
  if (grant == "refresh_token") add("refresh_token", part("refresh_token"));
  add("redirect_uri", part("redirect_uri"));
  rate_.Wait();
  ++requests_;
  const auto answer =
      client_.Send({.is_post = true,
                    .url = base_ + puller_.oauth.path,
                    .headers = {"Accept: application/json"},
                    .body = puller_.oauth.is_json ? document : form,
                    .content_type = puller_.oauth.is_json ? "application/json" : "application/x-www-form-urlencoded"});
  if (!answer) return Fail(answer.error());
  const std::string token = answer->status == kOk ? ScalarAt(answer->body, "access_token") : "";
  if (token.empty()) {
    return Fail(Forbidden("{} gives no token: {} {}", puller_.title_en, answer->status, Quoted(answer->body))
                    .At(settings_.token_file.string())
                    .Mend("Check what the file of the token holds"));
  }
  credentials_.token = Secret(token);
  const std::string next = ScalarAt(answer->body, "refresh_token");
  if (grant == "refresh_token" && !next.empty() && next != part("refresh_token")) {
    credentials_.parts["refresh_token"] = Secret(next);
    WEIR_TRY(SaveCredentials(settings_, credentials_));  // the old one is void from now on
  }
  return {};
}

std::string Requester::Quoted(const std::string& body) const {
  constexpr std::size_t kMost = 300;
  std::string text = PlainLine(WithoutSecrets(body, credentials_.All()));
  if (text.size() > kMost) text.resize(kMost);
  while (!IsValidUtf8(text)) text.pop_back();
  return text;
}

const Saying* Requester::Said(const std::vector<Saying>& sayings, const HttpAnswer& answer) {
  const auto said = std::ranges::find_if(sayings, [&](const Saying& saying) {
    return answer.status == saying.status &&
           (saying.says.empty() || answer.body.find(saying.says) != std::string::npos);
  });
  return said == sayings.end() ? nullptr : &*said;
}

void Requester::NoteBudget(const HttpAnswer& answer) {
  if (!puller_.budget) return;
  const Budget& budget = *puller_.budget;
  const auto header = [&](const std::string& name) {
    const auto found = answer.headers.find(name);
    return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
  };
  const auto number = [](std::string_view text) {
    std::int64_t value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  std::int64_t used = -1;
  std::int64_t whole = -1;
  if (!budget.used.empty()) {
    const std::string_view text = header(budget.used);
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return;
    std::size_t begin = slash;
    while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
    used = number(text.substr(begin, slash - begin));
    whole = number(text.substr(slash + 1));
  } else {
    const std::int64_t left = number(header(budget.left));
    whole = number(header(budget.of));
    if (left >= 0) used = whole - left;
  }
  constexpr std::int64_t kMost = 1'000'000'000'000;  // of what can be meant
  if (used < 0 || whole <= 0 || used > kMost || whole > kMost) return;
  spent_ = used * 100 >= whole * budget.percent ? fmt::format("{} of {}", used, whole) : std::string();
}

void Requester::NotePace(const std::string& body) {
  if (!puller_.pace) return;
  const std::string used = ScalarAt(body, puller_.pace->used);
  double value = 0;
  const auto [end, error] = std::from_chars(used.data(), used.data() + used.size(), value);
  if (used.empty() || error != std::errc() || !(value >= puller_.pace->most)) return;
  const auto until = ParseStamp(ScalarAt(body, puller_.pace->until));
  if (until) rests_until_ = Instant{std::min(until->micros, clock_.Now().micros + patience_.asked_for.count() * 1000)};
}

std::optional<milliseconds> Requester::AskedToWait(const HttpAnswer& answer) const {
  std::vector<std::string> names{"retry-after"};
  names.insert(names.end(), puller_.waits.begin(), puller_.waits.end());
  for (const std::string& name : names) {
    const auto header = answer.headers.find(name);
    if (header == answer.headers.end()) continue;
    double seconds = 0;
    const std::string& text = header->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && std::isfinite(seconds) && seconds >= 0) {
      constexpr double kMost = 1e6;
      return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, kMost) * 1000)));
    }
    if (const auto at = ParseHttpDate(text)) {
      constexpr std::int64_t kMicrosPerMilli = 1000;
      return milliseconds(std::max<std::int64_t>(0, (at->micros - clock_.Now().micros) / kMicrosPerMilli));
    }
  }
  return std::nullopt;
}

Result<Reply> Requester::Ask(const Question& question) {
  const std::optional<std::string> target = Relative(question.target);
  if (!target) {
    return Fail(Forbidden("{} leads to another host, where nothing is asked", puller_.title_en));
  }
  is_over_ = !spent_.empty();
  if (is_over_) {
    return Fail(Busy("{}: {} requests of the day are used up", puller_.title_en, spent_)
                    .Mend("Pull again tomorrow: it goes on from here"));
  }
  if (puller_.auth == AuthKind::kOAuth && credentials_.token.empty()) {
    if (auto renewed = Renew(); !renewed) {
      is_over_ = true;
      return Fail(std::move(renewed).error());
    }
  }
  if (const std::int64_t rest = rests_until_.micros - clock_.Now().micros; rest > 0) {
    constexpr std::int64_t kMicrosPerMilli = 1000;
    if (tell) tell(MakePhrase("{}: waiting {} s", puller_.title_en, rest / kMicrosPerSecond + 1));
    clock_.Sleep(milliseconds(rest / kMicrosPerMilli + 1));
  }
  Attempt attempt;
  attempt.url = base_ + *target;
  for (int tried = 1;; ++tried) {
    attempt.wait.reset();
    Result<Reply> reply = Once(question, attempt);
    if (reply) return reply;
    if (attempt.is_over || tried >= patience_.attempts) return Fail(std::move(reply).error());
    const double part = chance_.Uniform(0.5, 1.0);
    const auto doubled = std::min(patience_.longest, patience_.first * (1 << std::min(tried - 1, 16)));
    const auto backoff = milliseconds(static_cast<std::int64_t>(static_cast<double>(doubled.count()) * part));
    const milliseconds wait = attempt.wait.value_or(backoff);
    if (wait > patience_.asked_for) {
      is_over_ = true;
      return Fail(Busy("{} asks to come again in {} minutes", puller_.title_en,
                       std::chrono::ceil<std::chrono::minutes>(wait).count())
                      .Mend("Pull again then: it goes on from here"));
    }
    constexpr milliseconds kWorthSaying{3'000};
    if (tell && wait >= kWorthSaying) {
      tell(MakePhrase("{}: waiting {} s", puller_.title_en, std::chrono::ceil<std::chrono::seconds>(wait).count()));
    }
    clock_.Sleep(wait);
  }
}

Result<Reply> Requester::Once(const Question& question, Attempt& attempt) {
  while (true) {
    Result<HttpAnswer> answer = Send(question, attempt.url);
    if (!answer) {
      attempt.is_over = answer.error().code() != Code::kUnavailable;
      if (answer.error().code() == Code::kTooLarge) return Fail(std::move(answer).error());
      is_over_ = true;
      if (attempt.is_over) {
        return Fail(Forbidden("{} is not asked: {}", puller_.title_en, answer.error().message())
                        .Mend("Check the address in the settings"));
      }
      return Fail(Unavailable("{} does not answer: {}", puller_.title_en, answer.error().message()));
    }
    is_over_ = false;
    if (answer->status >= kRedirects && answer->status < kRefusals && answer->status != kNotModified) {
      const auto to = answer->headers.find("location");
      const auto target = to == answer->headers.end() ? std::nullopt : Relative(to->second);
      if (!target || question.is_post || ++attempt.redirects > kMostRedirects) {
        attempt.is_over = true;
        return Fail(Forbidden("{} leads to another host, where nothing is asked", puller_.title_en)
                        .Mend("Check the address in the settings"));
      }
      attempt.url = base_ + *target;
      continue;
    }
    if (answer->status == kWho && puller_.auth == AuthKind::kOAuth && !was_renewed_) {
      was_renewed_ = true;
      if (auto renewed = Renew(); !renewed) {
        attempt.is_over = true;
        is_over_ = true;
        return Fail(std::move(renewed).error());
      }
      continue;
    }
    if (answer->status != kWho) was_renewed_ = false;
    return Judge(question, std::move(*answer), attempt);
  }
}

Result<Reply> Requester::Judge(const Question& question, HttpAnswer answer, Attempt& attempt) {
  Reply reply;
  if (const auto date = answer.headers.find("date"); date != answer.headers.end())
    reply.at = ParseHttpDate(date->second);
  if (answer.status == kNoContent) return reply;
  NoteBudget(answer);
  const Saying* busy = Said(puller_.busy, answer);
  if (busy != nullptr && busy->stops) {
    attempt.is_over = true;
    is_over_ = true;
    return Fail(Busy("{} answers {}: {}", puller_.title_en, answer.status, Quoted(answer.body))
                    .Mend("Pull again later: it goes on from here"));
  }
  if (answer.status == kTooMany || answer.status >= kBroken || busy != nullptr) {
    attempt.wait = AskedToWait(answer);
    return Fail(Busy("{} answers {}: {}", puller_.title_en, answer.status, Quoted(answer.body)));
  }
  if (question.may_expire && Said(puller_.expired, answer) != nullptr) {
    reply.kind = Reply::Kind::kExpired;
    return reply;
  }
  if (Said(puller_.absent, answer) != nullptr) {
    reply.kind = Reply::Kind::kAbsent;
    return reply;
  }
  if (question.may_miss && answer.status == kNothingThere) {
    reply.kind = Reply::Kind::kMissing;
    return reply;
  }
  if (answer.status < kOk || answer.status >= kRedirects) {
    attempt.is_over = true;
    if (answer.status == kWho) {
      is_over_ = true;
      return Fail(Unauthenticated("{} refuses the token: {}", puller_.title_en, Quoted(answer.body))
                      .At(settings_.token_file.string())
                      .Mend("Make a new token and write it into the file"));
    }
    return Fail(BadInput("{} answers {}: {}", puller_.title_en, answer.status, Quoted(answer.body)));
  }
  if (!IsWholeJson(answer.body)) {
    return Fail(Unavailable("{} gives an answer that ends too early, or is no JSON", puller_.title_en));
  }
  reply.body = std::move(answer.body);
  NotePace(reply.body);
  return reply;
}

}  // namespace weir::pulls
