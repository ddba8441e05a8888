// Answers that took long, kept beyond the process that computed them: whoever starts Weir again over data that did not
// change finds the page of yesterday at once. A file each, of the newest data version alone; safe to delete at any
// time. What cannot be read or written, or was written by another program, is as if it were not there. Safe from any
// thread, and for several processes at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "analysis/principal.h"
#include "engine/engine.h"
#include "engine/standing.h"

namespace weir::engine {

class StoredAnswers {
 public:
  // `program` is that which computes: answers of another are not given.
  StoredAnswers(std::filesystem::path folder, std::string program)
      : folder_(std::move(folder)), program_(std::move(program)) {}

  // What the snapshot, of the newest model, warns of stands last in it. Nothing where it is not there. A store that was
  // made anew or put back from a copy gives none of those of another, though its versions have the same numbers.
  std::shared_ptr<const Answer> Find(const Asked& asked, const Question& question, Standing standing,
                                     const analysis::Principal& principal, Snapshot& snapshot) const;
  // Of the newest model, and only while nothing is to be warned of: what is still to come may change an answer of the
  // same data version.
  void Put(const Asked& asked, const Question& question, const Standing& standing, const analysis::Principal& principal,
           Snapshot& snapshot, const Answer& answer) const;

  // Cost: reading one file.
  std::shared_ptr<Answer> Find(const std::string& key, std::int64_t known_at) const;
  // Keeps it, and removes those of other data versions, and of its own the oldest beyond kMostBytes. Cost: writing one
  // file, some 50 MB for the ledger of a company with ten million events. Of a model that is not committed yet it is
  // laid beside those of the one before, which people still read, until KeepOnly.
  void Put(const std::string& key, const Answer& answer, bool is_committed = true) const;
  // The data version is this one now: removes what was kept of others, and keeps nothing of earlier ones from now on.
  void KeepOnly(std::int64_t known_at) const;

  static constexpr std::uint64_t kMostBytes = std::uint64_t{512} << 20U;

 private:
  void RemoveOthers(std::int64_t known_at) const;
  std::filesystem::path PathOf(const std::string& key, std::int64_t known_at) const;

  std::filesystem::path folder_;
  std::string program_;
  mutable std::mutex mutex_;  // of writing
  mutable std::int64_t newest_ = -1;
};

// What tells this build of the program from others: its own file.
std::string ThisProgram();

}  // namespace weir::engine
