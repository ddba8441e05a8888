// Answers that were computed before, bounded by the size of their tables; the least recently used go first. One that
// takes more than half of the room is not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/document.h"
#include "engine/engine.h"

namespace weir::engine {

struct KeptAnswer {
  std::shared_ptr<const Answer> answer;
  std::shared_ptr<const Document> document;
  bool was_slow = false;
};

// By the memory of this machine, 256 MiB at the least: the ledger of a company of 100,000 accounts is 90 MB of rows,
// and 40 as it is sent.
std::size_t RoomForAnswers();

class AnswerCache {
 public:
  explicit AnswerCache(std::size_t limit_bytes) : limit_(limit_bytes) {}

  std::shared_ptr<const Answer> Find(const std::string& key);
  // The same with the document that is sent, where that was made. Counts no miss where there is none: whoever asks then
  // goes on to Find.
  std::optional<KeptAnswer> FindKept(const std::string& key);
  // Makes it, once. Nothing where the answer is not there any more. Cost: all cells as text, and packing it.
  std::shared_ptr<const Document> DocumentOf(const std::string& key);
  // `was_slow`: it took long to compute, by whoever it was asked first.
  void Put(const std::string& key, std::shared_ptr<const Answer> answer, bool was_slow = false);
  bool WasSlow(const std::string& key) const;
  CacheFigures Figures() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Answer> answer;
    std::size_t bytes = 0;
    std::shared_ptr<const Document> document = {};
    bool was_slow = false;
  };
  using Entries = std::list<Entry>;

  // Under the lock.
  Entry* Touch(const std::string& key);
  void DropBeyondLimit();

  mutable std::mutex mutex_;
  std::size_t limit_;
  std::size_t used_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  Entries entries_;  // most recently used first
  std::unordered_map<std::string, Entries::iterator> index_;
};

}  // namespace weir::engine
