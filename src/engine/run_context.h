// How analyses run: what each may know of the world, and the answers that they ask of each other. Internal to engine/.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "engine/cache.h"
#include "engine/engine.h"
#include "engine/stored_answers.h"
#include "engine/turns.h"

namespace weir::engine {

// Where answers are kept, and who computes which now.
struct Memory {
  AnswerCache& answers;
  Turns& turns;
  const StoredAnswers* stored;            // null: nowhere
  std::chrono::milliseconds stored_from;  // of computing
};

// What one analysis, and all that it asks, may know: within one transaction.
class RunContext : public analysis::Context {
 public:
  RunContext(ModelHost& host, const Catalog& catalog, Snapshot& snapshot, const analysis::Principal& principal,
             Instant as_of, std::uint64_t seed, const analysis::Progress& progress, std::stop_token stop, Memory memory)
      : host_(host),
        catalog_(catalog),
        snapshot_(snapshot),
        principal_(principal),
        as_of_(as_of),
        seed_(seed),
        progress_(progress),
        stop_(std::move(stop)),
        memory_(memory) {}

  const analysis::Principal& principal() const override { return principal_; }
  const analysis::Settings& settings() const override { return snapshot_.settings(); }
  Instant as_of() const override { return as_of_; }
  std::int64_t data_version() const override { return snapshot_.data_version(); }
  std::int64_t known_at() const override { return snapshot_.known_at(); }
  std::uint64_t seed() const override { return seed_; }
  store::Session& session() override { return snapshot_.session(); }
  std::stop_token stop() const override { return stop_; }
  void Report(const Phrase& stage, double fraction) override {
    if (progress_) progress_(stage, fraction);
  }

  Result<analysis::Output> Run(std::string_view id, const analysis::RawParams& params) override;

  Result<std::unique_ptr<Context>> Elsewhere(std::optional<Instant> as_of,
                                             std::optional<std::int64_t> known_at) override;
  Result<std::unique_ptr<Context>> Beside() override;

  // It lacked what cannot be read before the model is committed: its answer is not the one that stands, and is not
  // kept.
  bool is_spoiled() const { return is_spoiled_ || !snapshot_.is_sound(); }

  // What is run or explained now: its `asks` say whom it may ask.
  void Enter(const analysis::Analysis& analysis) { current_ = &analysis; }

  Result<analysis::Output> RunAnalysis(const analysis::Analysis& analysis, const analysis::RawParams& params);

 private:
  // The same caller in another transaction.
  Result<std::unique_ptr<Context>> Within(std::unique_ptr<Snapshot> snapshot, Instant as_of, Memory memory);
  // The answer that another analysis asks for is the same as if it were asked by itself, and is kept as such: what
  // several pages rest on is worked out once.
  Result<analysis::Output> RunKept(const analysis::Analysis& analysis, const analysis::RawParams& params);

  ModelHost& host_;
  const Catalog& catalog_;
  Snapshot& snapshot_;
  const analysis::Principal& principal_;
  Instant as_of_;
  std::uint64_t seed_;
  const analysis::Progress& progress_;
  std::stop_token stop_;
  Memory memory_;
  const analysis::Analysis* current_ = nullptr;
  bool is_spoiled_ = false;
};

// The output of an analysis with all that says where it comes from.
Answer MakeAnswer(const analysis::Analysis& analysis, const analysis::RawParams& params, const Question& question,
                  Instant as_of, const Snapshot& snapshot, const analysis::Principal& principal,
                  analysis::Output output);

}  // namespace weir::engine
