// Questions whose answers took long, and who asked them: when new data have come they are asked anew before people do,
// so that a page that is opened every morning opens at once. Safe from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "analysis/principal.h"
#include "engine/engine.h"

namespace weir::engine {

class SlowQuestions {
 public:
  struct Asked {
    Question question;
    analysis::Principal principal;
  };

  // Somebody asked of the newest data. A question is remembered by its first slow answer, and from then on whether
  // people go on asking it; of those that too many others were asked after, it is forgotten.
  void Note(const Question& question, const analysis::Principal& principal, bool was_slow);
  // What is to be asked now, as it was asked last first. What nobody asked in the last rounds is forgotten.
  std::vector<Asked> Round();
  // The same, though no round: nothing is forgotten over it.
  std::vector<Asked> Known() const;

  static constexpr std::size_t kMost = 24;
  static constexpr int kRoundsUnasked = 3;  // a weekend of daily imports

 private:
  struct Entry {
    std::string key;
    Asked asked;
    int rounds = 0;  // since somebody asked
  };

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the one asked last first
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace weir::engine
