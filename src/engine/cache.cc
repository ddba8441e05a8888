#include "engine/cache.h"

#include <algorithm>

#include <unistd.h>

namespace weir::engine {
namespace {

std::size_t BytesOf(const Answer& answer) {
  std::size_t bytes = 1024;
  for (const analysis::Table& table : answer.output.tables) {
    for (const auto& row : table.rows) {
      bytes += row.size() * sizeof(store::Value);
      for (const store::Value& value : row) {
        if (const auto* text = std::get_if<std::string>(&value)) bytes += text->capacity();
      }
    }
  }
  return bytes;
}

}  // namespace

std::size_t RoomForAnswers() {
  constexpr std::size_t kLeast = std::size_t{256} << 20;
  constexpr std::size_t kMost = std::size_t{1} << 30;
  constexpr std::size_t kShare = 32;
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return kLeast;
  return std::clamp(static_cast<std::size_t>(pages) * static_cast<std::size_t>(page) / kShare, kLeast, kMost);
}

AnswerCache::Entry* AnswerCache::Touch(const std::string& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front();
}

void AnswerCache::DropBeyondLimit() {
  while (used_ > limit_) {
    used_ -= entries_.back().bytes;
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::shared_ptr<const Answer> AnswerCache::Find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const Entry* found = Touch(key);
  ++(found == nullptr ? misses_ : hits_);
  return found == nullptr ? nullptr : found->answer;
}

std::optional<KeptAnswer> AnswerCache::FindKept(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const Entry* found = Touch(key);
  if (found == nullptr) return std::nullopt;
  ++hits_;
  return KeptAnswer{found->answer, found->document, found->was_slow};
}

std::shared_ptr<const Document> AnswerCache::DocumentOf(const std::string& key) {
  std::shared_ptr<const Answer> answer;
  {
    const std::lock_guard lock(mutex_);
    const Entry* found = Touch(key);
    if (found == nullptr) return nullptr;
    if (found->document) return found->document;
    answer = found->answer;
  }
  auto document = std::make_shared<const Document>(ToJson(*answer));
  const std::lock_guard lock(mutex_);
  if (Entry* found = Touch(key); found != nullptr && !found->document) {
    found->document = document;
    found->bytes += document->bytes();
    used_ += document->bytes();
    DropBeyondLimit();
  }
  return document;
}

bool AnswerCache::WasSlow(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  return found != index_.end() && found->second->was_slow;
}

void AnswerCache::Put(const std::string& key, std::shared_ptr<const Answer> answer, bool was_slow) {
  const std::size_t bytes = BytesOf(*answer) + key.size();
  if (bytes > limit_ / 2) return;  // one giant must not empty the cache
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return;
  entries_.push_front({key, std::move(answer), bytes, {}, was_slow});
  index_[key] = entries_.begin();
  used_ += bytes;
  DropBeyondLimit();
}

CacheFigures AnswerCache::Figures() const {
  const std::lock_guard lock(mutex_);
  return {.hits = hits_, .misses = misses_, .answers = entries_.size(), .bytes = used_};
}

}  // namespace weir::engine
