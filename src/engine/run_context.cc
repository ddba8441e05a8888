#include "engine/run_context.h"

#include <algorithm>

#include "engine/standing.h"
#include "store/database.h"

namespace weir::engine {
namespace {

using analysis::Analysis;
using analysis::Output;
using analysis::Principal;
using analysis::RawParams;
using Clock = std::chrono::steady_clock;

struct KeptSnapshot {
  std::unique_ptr<Snapshot> kept;
};

// Keeps the transaction that it reads in.
class OtherContext final : private KeptSnapshot, public RunContext {
 public:
  OtherContext(ModelHost& host, const Catalog& catalog, std::unique_ptr<Snapshot> snapshot, const Principal& principal,
               Instant as_of, std::uint64_t seed, const analysis::Progress& progress, std::stop_token stop,
               Memory memory)
      : KeptSnapshot{std::move(snapshot)},
        RunContext(host, catalog, *kept, principal, as_of, seed, progress, stop, memory),
        interrupt_(stop, [this] { session().Interrupt(); }) {}

 private:
  const store::StopGuard interrupt_;
};

// What the snapshot warns of stands last in a kept answer, and whoever asked for it is warned by itself.
Output WithoutWarningsOf(const Snapshot& snapshot, Output output) {
  const std::size_t own = snapshot.warnings().size();
  output.warnings.resize(output.warnings.size() - std::min(own, output.warnings.size()));
  return output;
}

}  // namespace

Result<Output> RunContext::Run(std::string_view id, const RawParams& params) {
  WEIR_CHECK(current_ != nullptr);
  const std::vector<std::string>& asks = current_->info.asks;
  const bool may_be_missing = std::ranges::find(asks, fmt::format("?{}", id)) != asks.end();
  WEIR_CHECK(may_be_missing || std::ranges::find(asks, id) != asks.end());
  const Analysis* asked = catalog_.FindAnalysis(id);
  if (asked == nullptr && may_be_missing) return Fail(NotFound("there is no analysis '{}'", id));
  WEIR_CHECK(asked != nullptr);
  return RunKept(*asked, params);
}

Result<Output> RunContext::RunAnalysis(const Analysis& analysis, const RawParams& params) {
  if (stop_.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  const Analysis* caller = std::exchange(current_, &analysis);
  auto output = analysis.run(params, *this);
  current_ = caller;
  return output;
}

Result<std::unique_ptr<analysis::Context>> RunContext::Elsewhere(std::optional<Instant> as_of,
                                                                 std::optional<std::int64_t> known_at) {
  if (!snapshot_.is_committed()) {
    is_spoiled_ = true;
    return Fail(Unavailable("no other moment can be read of a model that is not committed"));
  }
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, host_.Take(known_at.value_or(snapshot_.known_at()), stop_));
  Memory memory = memory_;
  if (known_at) memory.stored = nullptr;
  return Within(std::move(snapshot), as_of.value_or(as_of_), memory);
}

// Not where another model was committed meanwhile: to make this one again takes longer than two at once can save.
Result<std::unique_ptr<analysis::Context>> RunContext::Beside() {
  if (!snapshot_.is_committed() || snapshot_.known_at() != snapshot_.data_version()) return nullptr;
  WEIR_TRY(std::unique_ptr<Snapshot> snapshot, host_.Take(std::nullopt, stop_));
  if (snapshot->data_version() != snapshot_.data_version() ||
      snapshot->definitions_fingerprint() != snapshot_.definitions_fingerprint()) {
    return nullptr;
  }
  return Within(std::move(snapshot), as_of_, memory_);
}

Result<std::unique_ptr<analysis::Context>> RunContext::Within(std::unique_ptr<Snapshot> snapshot, Instant as_of,
                                                              Memory memory) {
  WEIR_TRY(snapshot->ShowIn(snapshot_.settings().currency));
  WEIR_TRY(snapshot->Scope(principal_, as_of));
  const std::shared_ptr<const Catalog> declared = snapshot->catalog();
  const Catalog& catalog = declared ? *declared : catalog_;
  auto other = std::make_unique<OtherContext>(host_, catalog, std::move(snapshot), principal_, as_of, seed_, progress_,
                                              stop_, memory);
  if (current_ != nullptr) other->Enter(*current_);
  return other;
}

Result<Output> RunContext::RunKept(const Analysis& analysis, const RawParams& params) {
  const Question question{.id = analysis.info.id, .params = params, .seed = seed_};
  Standing standing = StandingOf(snapshot_);
  WEIR_TRY(Asked asked, ReadAsked(question, analysis, standing));
  if (!asked.is_cacheable || asked.needs_imports) return RunAnalysis(analysis, params);
  if (asked.needs_aside) {
    WEIR_TRY(standing.aside, AsideStamp(snapshot_.session()));
  }
  asked.as_of = as_of_;
  const std::string key = asked.Key(question, standing, principal_);
  auto kept = memory_.answers.Find(key);
  if (kept) return WithoutWarningsOf(snapshot_, kept->output);
  // Whoever asks may have a turn too. Nobody waits for one who waits for him: who asks whom goes in no circle.
  WEIR_TRY(const Turns::Turn turn, memory_.turns.Take(key, stop_));
  if (turn.has_waited()) kept = memory_.answers.Find(key);
  if (!kept && memory_.stored != nullptr) {
    kept = memory_.stored->Find(asked, question, standing, principal_, snapshot_);
    if (kept) memory_.answers.Put(key, kept, true);
  }
  if (kept) return WithoutWarningsOf(snapshot_, kept->output);
  const auto began = Clock::now();
  WEIR_TRY(Output output, RunAnalysis(analysis, asked.params));
  if (is_spoiled()) return output;
  const bool was_slow = Clock::now() - began >= memory_.stored_from;
  Output whole = output;
  for (analysis::Warning& warning : snapshot_.warnings()) whole.warnings.push_back(std::move(warning));
  auto answer = std::make_shared<Answer>(
      MakeAnswer(analysis, asked.params, question, as_of_, snapshot_, principal_, std::move(whole)));
  if (was_slow && memory_.stored != nullptr) {
    memory_.stored->Put(asked, question, standing, principal_, snapshot_, *answer);
  }
  memory_.answers.Put(key, std::move(answer), was_slow);
  return output;
}

Answer MakeAnswer(const Analysis& analysis, const RawParams& params, const Question& question, Instant as_of,
                  const Snapshot& snapshot, const Principal& principal, Output output) {
  Answer answer{.analysis = analysis.info.id,
                .definition_id = analysis.info.id,
                .definition_version = analysis.info.version,
                .params = params,
                .scope = principal.Fingerprint(),
                .as_of = as_of,
                .known_at = snapshot.known_at(),
                .data_version = snapshot.data_version(),
                .currency = snapshot.settings().currency,
                .seed = question.seed,
                .output = std::move(output)};
  if (answer.output.definition) {
    answer.definition_id = answer.output.definition->first;
    answer.definition_version = answer.output.definition->second;
  }
  return answer;
}

}  // namespace weir::engine
