// Asks, and asks again where that helps: keeps to the rate, waits as long as the service says, renews a token that has
// run out, takes no answer that was cut, and follows nothing that leads to another host.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "pulls/http.h"
#include "pulls/pull_settings.h"
#include "pulls/puller.h"

namespace weir::pulls {

// Time, so that tests need not wait.
class PullClock {
 public:
  virtual ~PullClock() = default;
  virtual Instant Now();
  virtual void Sleep(std::chrono::milliseconds time);
};

// At most so many requests in so many seconds.
class RateLimiter {
 public:
  RateLimiter(std::pair<int, int> rate, PullClock& clock) : rate_(rate), clock_(clock) {}
  void Wait();

 private:
  std::pair<int, int> rate_;
  PullClock& clock_;
  std::deque<Instant> last_;
};

struct Reply {
  enum class Kind : std::uint8_t {
    kPage,     // whole JSON; or nothing, where the service says that there is nothing
    kExpired,  // the cursor is not known any more
    kMissing,  // what was asked for is gone (404)
    kAbsent,   // the account has no such object
  };
  Kind kind = Kind::kPage;
  std::string body;
  std::optional<Instant> at;  // by the clock of the service
};

struct Patience {
  int attempts = 6;                        // of a request that fails by chance
  std::chrono::milliseconds first{1'000};  // doubled each time, and up to a half less by chance
  std::chrono::milliseconds longest{60'000};
  std::chrono::milliseconds asked_for{
      900'000};  // a service that says to wait for longer is not waited for: the pull ends
};

class Requester {
 public:
  Requester(const Puller& puller, const PullSettings& settings, Credentials credentials, std::string base,
            HttpClient& client, PullClock& clock, Patience patience = {});

  // `target` begins with a slash, or is a whole address of the same host, as answers give for their next page.
  struct Question {
    bool is_post = false;
    std::string target;
    std::string body;
    RateLimiter* rate = nullptr;  // besides that of the service
    bool may_expire = false;      // a cursor is in it
    bool may_miss = false;        // a 404 is an answer
  };
  Result<Reply> Ask(const Question& question);

  std::uint64_t requests() const { return requests_; }
  // Whether the last question failed for a reason that every other one has as well: no answer, no token, no time.
  bool is_over() const { return is_over_; }
  // The part of an address behind the base, so that no secret is kept; nothing for one of another host.
  std::optional<std::string> Relative(std::string_view address) const;
  // What is said while it waits.
  std::function<void(const Phrase&)> tell;

 private:
  struct Attempt;
  Result<Reply> Once(const Question& question, Attempt& attempt);
  Result<Reply> Judge(const Question& question, HttpAnswer answer, Attempt& attempt);
  Result<HttpAnswer> Send(const Question& question, const std::string& url);
  Status Renew();
  std::optional<std::chrono::milliseconds> AskedToWait(const HttpAnswer& answer) const;
  std::string Quoted(const std::string& body) const;
  static const Saying* Said(const std::vector<Saying>& sayings, const HttpAnswer& answer);
  void NoteBudget(const HttpAnswer& answer);
  void NotePace(const std::string& body);

  const Puller& puller_;
  const PullSettings& settings_;
  Credentials credentials_;
  std::string base_;
  HttpClient& client_;
  PullClock& clock_;
  Patience patience_;
  RateLimiter rate_;
  RandomStream chance_;
  std::uint64_t requests_ = 0;
  bool is_over_ = false;
  bool was_renewed_ = false;  // since the last answer that was not 401
  Instant rests_until_{};     // as the service wants it
  std::string spent_;         // of the budget of the day, where it is as good as used up
};

// "Wed, 21 Oct 2015 07:28:00 GMT".
std::optional<Instant> ParseHttpDate(std::string_view text);

}  // namespace weir::pulls
