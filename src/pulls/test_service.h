// A service that answers what a test says, and a clock that does not wait.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "pulls/http.h"
#include "pulls/requester.h"

namespace weir::pulls {

struct FakeClock : PullClock {
  Instant Now() override { return now; }
  void Sleep(std::chrono::milliseconds time) override {
    slept.push_back(time);
    now.micros += time.count() * 1000;
  }
  std::chrono::milliseconds SleptInAll() const {
    std::chrono::milliseconds all{0};
    for (const auto each : slept) all += each;
    return all;
  }
  Instant now = StartOf(FromCivil({2026, 3, 1}));
  std::vector<std::chrono::milliseconds> slept;
};

// Answers in turn; what comes after the last is the last again.
struct FakeClient : HttpClient {
  Result<HttpAnswer> Send(const HttpRequest& request) override {
    requests.push_back(request);
    if (answer) return answer(request);
    if (answers.empty()) return Fail(Unavailable("{}", "nobody answers"));
    Result<HttpAnswer> next = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return next;
  }
  void Say(int status, std::string body, std::map<std::string, std::string> headers = {}) {
    answers.push_back(HttpAnswer{.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  // The part of an address behind the host.
  std::string Target(std::size_t at) const { return requests.at(at).url.substr(requests.at(at).url.find('/', 8)); }

  std::deque<Result<HttpAnswer>> answers;
  std::function<Result<HttpAnswer>(const HttpRequest&)> answer;
  std::vector<HttpRequest> requests;
};

inline std::filesystem::path FreshFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "weir-pulls-XXXXXX").string();
  return ::mkdtemp(pattern.data()) == nullptr ? std::filesystem::path() : std::filesystem::path(pattern);
}

}  // namespace weir::pulls
