#include <chrono>

#include "engine/engine.h"
#include "engine/slow_questions.h"
#include "engine/standing.h"
#include "store/database.h"

namespace weir::engine {
namespace {

using analysis::Principal;

// A query of people's own may run into its limits of time and memory.
constexpr std::string_view kOwnQuery = "sql";
// Whoever waits to write, and the import itself, wait no longer for AskBefore.
constexpr std::chrono::seconds kMostBefore{60};

}  // namespace

Status Engine::AskAhead(std::stop_token stop) {
  const std::optional<std::uint64_t> writes = host_.writes();
  if (!writes) return {};
  std::string imports;
  {
    WEIR_TRY(const std::unique_ptr<Snapshot> snapshot, TakeFor(std::nullopt, stop));
    WEIR_TRY(imports, ImportStamp(snapshot->session()));
  }
  if (imports == asked_ahead_of_) return {};
  for (const SlowQuestions::Asked& asked : slow_->Round()) {
    if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
    if (host_.writes() != writes) return {};
    // All of it is kept, and nobody reads what comes back; whoever asks it himself is told what is wrong with it.
    Question question = asked.question;
    question.page.limit = 1;
    std::ignore = Ask(question, asked.principal, {}, stop);
  }
  asked_ahead_of_ = std::move(imports);
  return {};
}

Status Engine::AskBefore(Snapshot& snapshot, const std::vector<std::string>& also, const Principal& principal,
                         const analysis::Progress& progress, std::stop_token stop) {
  std::vector<SlowQuestions::Asked> round = slow_->Known();
  for (const std::string& id : also) {
    Question question;
    question.id = id;
    question.is_own = true;
    round.push_back({.question = std::move(question), .principal = principal});
  }
  const auto began = std::chrono::steady_clock::now();
  for (const SlowQuestions::Asked& asked : round) {
    if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
    if (std::chrono::steady_clock::now() - began > kMostBefore || !snapshot.is_sound()) return {};
    if (asked.question.id == kOwnQuery) continue;
    Question question = asked.question;
    question.page.limit = 1;  // as AskAhead
    std::ignore = AskWithin(question, asked.principal, snapshot, progress, stop);
    // A statement that fails may break the transaction, and all that was written in it.
    WEIR_TRY(const store::Value alive, snapshot.session().QueryValue("SELECT 1"));
  }
  return {};
}

}  // namespace weir::engine
