#include "engine/slow_questions.h"

#include <algorithm>

#include "engine/params_key.h"

namespace weir::engine {
namespace {

std::string KeyOf(const Question& question, const analysis::Principal& principal) {
  std::string key = fmt::format("{}|{}|{}|{}|{}", question.id, question.in_currency, question.seed, question.is_export,
                                principal.Fingerprint());
  AppendParams(question.params, key);
  return key;
}

// Of the newest data and moment, which will be others next time.
bool IsOfNow(const Question& question) {
  return !question.is_own && !question.explain && !question.known_at &&
         (question.as_of.empty() || question.as_of == "now");
}

}  // namespace

void SlowQuestions::Note(const Question& question, const analysis::Principal& principal, bool was_slow) {
  if (!IsOfNow(question) || (!was_slow && count_ == 0)) return;
  std::string key = KeyOf(question, principal);
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found != entries_.end()) {
    found->rounds = 0;
    entries_.splice(entries_.begin(), entries_, found);
    return;
  }
  if (!was_slow) return;
  Question whole = question;
  whole.page = {};
  whole.is_own = true;
  entries_.push_front({.key = std::move(key), .asked = {std::move(whole), principal}});
  if (entries_.size() > kMost) entries_.pop_back();
  count_ = entries_.size();
}

std::vector<SlowQuestions::Asked> SlowQuestions::Round() {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](Entry& entry) { return ++entry.rounds > kRoundsUnasked; });
    count_ = entries_.size();
  }
  return Known();
}

std::vector<SlowQuestions::Asked> SlowQuestions::Known() const {
  const std::lock_guard lock(mutex_);
  std::vector<Asked> asked;
  asked.reserve(entries_.size());
  for (const Entry& entry : entries_) asked.push_back(entry.asked);
  return asked;
}

}  // namespace weir::engine
