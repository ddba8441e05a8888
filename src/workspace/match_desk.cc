#include "workspace/match_desk.h"

#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

namespace weir::workspace {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes kIdle{30};
constexpr int kPause = 5;                 // between two, so many times as long as the last one took
constexpr std::size_t kCallersKept = 32;  // of different rights

// Whom of an index the principal of the snapshot may see.
Status ReadSeen(store::Session& session, std::string_view table, const identity::MatchIndex& index,
                std::vector<bool>& seen) {
  seen.assign(index.size(), false);
  const std::string id = fmt::format("{}_id", table);
  WEIR_TRY(const auto stream,
           session.Stream(
               fmt::format("SELECT {0} FROM scoped.{1} WHERE {0} IS NOT NULL ORDER BY {0} NULLS LAST", id, table)));
  std::uint32_t at = 0;
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return {};
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      const std::string_view wanted = chunk->Column(0).TextAt(row);
      while (at < index.size() && index.IdOf(at) < wanted) ++at;
      if (at < index.size() && index.IdOf(at) == wanted) seen[at] = true;
    }
  }
}

Result<KnownSet> ReadSeen(engine::Snapshot& snapshot, const analysis::Principal& principal,
                          const identity::KnownEntities& known) {
  WEIR_TRY(snapshot.Scope(principal, snapshot.newest()));
  KnownSet seen;
  WEIR_TRY(ReadSeen(snapshot.session(), "account", known.companies, seen.companies));
  WEIR_TRY(ReadSeen(snapshot.session(), "person", known.people, seen.people));
  return seen;
}

std::int64_t Now() { return Clock::now().time_since_epoch().count(); }

}  // namespace

struct MatchDesk::Standing {
  std::int64_t data_version = 0;
  Instant newest{};
  std::string currency;
  std::string region;
  identity::KnownEntities known;
  KnownSet there;
};

MatchDesk::MatchDesk(engine::ModelHost& host, int threads) : host_(host), threads_(threads) {}
MatchDesk::~MatchDesk() = default;

Result<analysis::Output> MatchDesk::Answer(const analysis::RawParams& params, const analysis::Principal& principal,
                                           const std::stop_token& stop) {
  // What cannot be answered is refused before anything is made for it.
  if (const auto form = ReadMatchForm(params, {}); !form) return Fail(form.error());
  WEIR_TRY(const auto standing, Await(stop));
  WEIR_TRY(const auto seen, Seen(standing, principal, stop));
  WEIR_TRY(const MatchForm form, ReadMatchForm(params, standing->region));
  const MatchScope scope{.there = standing->there, .seen = *seen, .sees_personal_data = principal.sees_personal_data};
  return AnswerMatch(form, standing->known, scope, standing->data_version);
}

std::optional<Result<engine::Answer>> MatchDesk::AnswerNow(const analysis::RawParams& params,
                                                           const analysis::Principal& principal) {
  const std::shared_ptr<const Standing> standing = Current();
  if (!standing) return std::nullopt;
  const std::shared_ptr<const KnownSet> seen = SeenNow(*standing, principal);
  if (!seen) return std::nullopt;
  const auto answer = [&]() -> Result<engine::Answer> {
    WEIR_TRY(const MatchForm form, ReadMatchForm(params, standing->region));
    const MatchScope scope{.there = standing->there, .seen = *seen, .sees_personal_data = principal.sees_personal_data};
    WEIR_TRY(analysis::Output output, AnswerMatch(form, standing->known, scope, standing->data_version));
    return engine::Answer{.analysis = std::string(kMatch),
                          .definition_id = std::string(kMatch),
                          .definition_version = 1,
                          .params = {},
                          .scope = principal.Fingerprint(),
                          .as_of = standing->newest,
                          .known_at = standing->data_version,
                          .data_version = standing->data_version,
                          .currency = standing->currency,
                          .seed = 0,
                          .output = std::move(output)};
  };
  return answer();
}

void MatchDesk::NoteVersion(std::int64_t version) {
  const std::lock_guard lock(mutex_);
  newest_ = std::max(newest_, version);
  if (standing_) is_wanted_ = true;
  changed_.notify_all();
}

std::shared_ptr<const MatchDesk::Standing> MatchDesk::Current() {
  const std::lock_guard lock(mutex_);
  asked_at_ = Now();
  return standing_;
}

Result<std::shared_ptr<const MatchDesk::Standing>> MatchDesk::Await(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  asked_at_ = Now();
  if (standing_) return standing_;
  const std::uint64_t before = attempts_;
  is_wanted_ = true;
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& end) { Run(end); });
  }
  changed_.notify_all();
  changed_.wait(lock, stop, [&] { return standing_ != nullptr || attempts_ != before; });
  if (standing_) return standing_;
  if (attempts_ != before && failed_) return Fail(*failed_);
  return Fail(Cancelled("the question was stopped"));
}

std::shared_ptr<const KnownSet> MatchDesk::SeenNow(const Standing& standing, const analysis::Principal& principal) {
  const std::string fingerprint = principal.Fingerprint();
  const std::lock_guard lock(mutex_);
  if (seen_of_ != standing.data_version) return nullptr;
  const auto found = seen_.find(fingerprint);
  if (found == seen_.end()) return nullptr;
  found->second.used = ++uses_;
  return found->second.seen;
}

void MatchDesk::KeepSeen(std::int64_t version, const analysis::Principal& principal,
                         std::shared_ptr<const KnownSet> seen) {
  const std::lock_guard lock(mutex_);
  if (seen_of_ != version) return;
  seen_[principal.Fingerprint()] = {principal, std::move(seen), ++uses_};
  if (seen_.size() <= kCallersKept) return;
  seen_.erase(std::ranges::min_element(seen_, {}, [](const auto& one) { return one.second.used; }));
}

Result<std::shared_ptr<const KnownSet>> MatchDesk::Seen(const std::shared_ptr<const Standing>& standing,
                                                        const analysis::Principal& principal,
                                                        const std::stop_token& stop) {
  if (auto seen = SeenNow(*standing, principal)) return seen;
  WEIR_TRY(const auto snapshot, host_.Take(std::nullopt, stop));
  const store::StopGuard interrupt(stop, [&] { snapshot->session().Interrupt(); });
  WEIR_TRY(KnownSet read, ReadSeen(*snapshot, principal, standing->known));
  auto seen = std::make_shared<const KnownSet>(std::move(read));
  KeepSeen(standing->data_version, principal, seen);
  return std::shared_ptr<const KnownSet>(std::move(seen));
}

Result<std::shared_ptr<const MatchDesk::Standing>> MatchDesk::Make(const std::stop_token& stop) {
  WEIR_TRY(const auto snapshot, host_.Take(std::nullopt, stop));
  const store::StopGuard interrupt(stop, [&] { snapshot->session().Interrupt(); });
  auto standing = std::make_shared<Standing>();
  standing->data_version = snapshot->data_version();
  standing->newest = snapshot->newest();
  standing->currency = snapshot->settings().currency;
  standing->region = snapshot->settings().default_region;
  WEIR_TRY(standing->known, identity::ReadKnown(snapshot->session(), Executor(threads_), stop));
  WEIR_TRY(standing->there, ReadSeen(*snapshot, analysis::Principal::LocalOwner(), standing->known));
  // Who asked before shall not wait again.
  std::map<std::string, SeenBy> seen;
  {
    const std::lock_guard lock(mutex_);
    seen = seen_;
  }
  for (auto& [fingerprint, by] : seen) {
    WEIR_TRY(KnownSet read, ReadSeen(*snapshot, by.principal, standing->known));
    by.seen = std::make_shared<const KnownSet>(std::move(read));
  }
  const std::lock_guard lock(mutex_);
  seen_ = std::move(seen);
  seen_of_ = standing->data_version;
  standing_ = standing;
  return std::shared_ptr<const Standing>(std::move(standing));
}

void MatchDesk::Run(const std::stop_token& stop) {
  Clock::time_point next_at{};
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto is_due = [&] { return is_wanted_; };
    if (standing_ == nullptr) {
      changed_.wait(lock, stop, is_due);
    } else {
      const Clock::time_point idle_at = Clock::time_point(Clock::duration(asked_at_)) + kIdle;
      changed_.wait_until(lock, stop, idle_at, is_due);
      if (Clock::now() >= Clock::time_point(Clock::duration(asked_at_)) + kIdle) {
        standing_ = nullptr;
        seen_.clear();
        is_wanted_ = false;
        continue;
      }
    }
    if (stop.stop_requested() || !is_wanted_) continue;
    if (standing_ != nullptr) {
      // Imports that follow each other closely are waited for together.
      changed_.wait_until(lock, stop, next_at, [] { return false; });
      if (stop.stop_requested()) return;
    }
    is_wanted_ = false;
    lock.unlock();
    const auto began = Clock::now();
    const auto made = Make(stop);
    const auto ended = Clock::now();
    next_at = ended + (ended - began) * kPause;
    lock.lock();
    ++attempts_;
    failed_.reset();
    if (made) {
      if ((*made)->data_version < newest_) is_wanted_ = true;
    } else {
      // What stood before answers on; where nothing stands, whoever asks next tries again.
      failed_ = made.error();
      if (!stop.stop_requested()) spdlog::error("who is known cannot be read: {}", made.error().message());
    }
    changed_.notify_all();
  }
}

}  // namespace weir::workspace
