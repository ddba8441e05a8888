// Keeps the index of who is known in memory, for as long as somebody asks: made at the first question, made anew in the
// background after a build, dropped when nobody asked for half an hour. Until a new one stands the old one answers, and
// says of which data version it is. Internal to workspace/.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "analysis/params.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "workspace/match_form.h"

namespace weir::workspace {

// Safe from any thread.
class MatchDesk {
 public:
  // The host outlives it. `threads` as Executor has them.
  MatchDesk(engine::ModelHost& host, int threads);
  ~MatchDesk();
  MatchDesk(const MatchDesk&) = delete;
  MatchDesk& operator=(const MatchDesk&) = delete;

  // Waits for the index where there is none, and reads whom the caller may see where that is not known yet; ends early
  // once the token is stopped, while the index goes on being made.
  Result<analysis::Output> Answer(const analysis::RawParams& params, const analysis::Principal& principal,
                                  const std::stop_token& stop);
  // The same where it takes a millisecond: nothing where it takes longer. For threads that serve everybody.
  std::optional<Result<engine::Answer>> AnswerNow(const analysis::RawParams& params,
                                                  const analysis::Principal& principal);
  // A new data version stands.
  void NoteVersion(std::int64_t version);

 private:
  struct Standing;
  std::shared_ptr<const Standing> Current();
  Result<std::shared_ptr<const Standing>> Await(const std::stop_token& stop);
  std::shared_ptr<const KnownSet> SeenNow(const Standing& standing, const analysis::Principal& principal);
  Result<std::shared_ptr<const KnownSet>> Seen(const std::shared_ptr<const Standing>& standing,
                                               const analysis::Principal& principal, const std::stop_token& stop);
  Result<std::shared_ptr<const Standing>> Make(const std::stop_token& stop);
  void Run(const std::stop_token& stop);
  void KeepSeen(std::int64_t version, const analysis::Principal& principal, std::shared_ptr<const KnownSet> seen);

  engine::ModelHost& host_;
  int threads_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const Standing> standing_;
  std::optional<Error> failed_;  // of the last attempt
  std::uint64_t attempts_ = 0;
  bool is_wanted_ = false;
  std::int64_t newest_ = 0;    // data version that was told of
  std::int64_t asked_at_ = 0;  // by the steady clock
  // Whom callers see, by their fingerprint, in the standing index.
  struct SeenBy {
    analysis::Principal principal;
    std::shared_ptr<const KnownSet> seen;
    std::uint64_t used = 0;
  };
  std::map<std::string, SeenBy> seen_;
  std::int64_t seen_of_ = 0;  // data version
  std::uint64_t uses_ = 0;
  std::jthread thread_;  // last: it ends before what it works with
};

}  // namespace weir::workspace
