// A backend for tests: a catalogue of a few analyses over a small store in memory, and gates that hold work up.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/backend.h"
#include "store/database.h"

namespace weir::server {

// Work waits here until it is let through or stopped.
class Gate {
 public:
  Status Pass(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return is_open_; });
    if (!is_open_) ++stopped_;
    changed_.notify_all();
    if (!is_open_) return Fail(Cancelled("stopped before it was done"));
    return {};
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  // Until so many have come, or were stopped. False after ten seconds.
  bool AwaitWaiting(int count) {
    return Await([&] { return waiting_ >= count; });
  }
  bool AwaitStopped(int count) {
    return Await([&] { return stopped_ >= count; });
  }

 private:
  bool Await(const std::function<bool()>& claim) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), claim);
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int waiting_ = 0;
  int stopped_ = 0;
  bool is_open_ = false;
};

class FakeBackend final : public Backend, public engine::ModelHost {
 public:
  FakeBackend();
  ~FakeBackend() override;

  engine::Engine& engine() override { return *engine_; }
  access::Access& access() override { return *access_; }
  const std::filesystem::path& home() const override { return home_; }
  Result<engine::Answer> Import(const workspace::ImportRequest& request, const analysis::Principal& principal,
                                const analysis::Progress& progress, std::stop_token stop) override;
  Result<std::string> Propose(const workspace::ImportInput& input, const workspace::ProposalRequest& request,
                              const analysis::Principal& principal, std::stop_token stop) override;
  Result<std::string> Try(const workspace::ImportInput& input, std::string_view part,
                          const sources::MappingDraft& draft, const analysis::Principal& principal,
                          std::stop_token stop) override;
  std::optional<Result<engine::Answer>> MatchNow(const analysis::RawParams& params,
                                                 const analysis::Principal& principal) override;
  Status Build(const analysis::Progress& progress, std::stop_token stop) override;
  // One link, whose token is "good": it takes one reply.
  Result<std::string> SurveyForm(const std::string& token) override {
    if (token != "good") return Fail(NotFound("this link leads to no survey, or was taken back"));
    return std::string(R"({"department":"Sales","surveys":[]})");
  }
  Status TakeSurveyReply(const workspace::SurveyReply& reply) override {
    WEIR_TRY(SurveyForm(reply.token));
    const std::lock_guard lock(mutex);
    if (!replies.empty()) return Fail(Conflict("by this link an answer was given already"));
    replies.push_back(reply);
    return {};
  }
  Result<std::int64_t> DataVersion() override { return data_version.load(); }
  void OnChange(std::function<void(std::int64_t)> listener) override;

  Result<std::unique_ptr<engine::Snapshot>> Take(std::optional<std::int64_t> known_at, std::stop_token stop) override;
  Result<analysis::Decision> Perform(std::string_view action, const analysis::RawParams& params,
                                     std::string_view reason, const analysis::Principal& principal,
                                     const analysis::Progress& progress, std::stop_token stop) override;

  // As after a commit.
  void Raise(std::int64_t version);

  Gate gate;  // of the analysis "slow", the action "wait" and the index that identity.match waits for
  std::atomic<bool> has_match_index = false;
  std::atomic<std::int64_t> data_version = 7;
  std::atomic<std::int64_t> ahead_seconds = 0;  // of the clock by which sessions end
  std::mutex mutex;
  std::vector<workspace::SurveyReply> replies;
  std::vector<std::pair<std::string, std::string>> imported;  // name and content of each file

 private:
  std::filesystem::path home_;
  store::Database database_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<access::Access> access_;
  std::vector<std::function<void(std::int64_t)>> listeners_;
};

}  // namespace weir::server
