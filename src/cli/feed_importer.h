// Imports segments of an inbox, and says what became of each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/backend.h"
#include "cli/globals.h"
#include "sources/feed_inbox.h"

namespace weir::cli {

// A line on standard error, in the language of the command; Say only where it is not quiet.
void Warn(const Globals& globals, const std::string& en, const std::string& ru);
void Say(const Globals& globals, const std::string& en, const std::string& ru);

struct FeedImportOptions {
  std::string product;  // names of files begin with it: it speaks for recognition
  bool keeps = true;    // what is not imported waits in the inbox
  // The mappings that read a stream; empty: its records are recognised.
  std::function<std::vector<std::string>(const std::string& stream)> mappings = {};
  bool is_of_now = false;  // records were asked for just now: that is the time at which they were so
};

class FeedImporter {
 public:
  FeedImporter(const Globals& globals, Backend& backend, FeedImportOptions options)
      : globals_(globals), backend_(backend), options_(std::move(options)) {}

  // Which of them are in.
  Result<std::vector<bool>> Import(const std::vector<sources::FeedSegment>& segments, bool are_whole);

  // Segments that failed, so that the command does.
  std::size_t failed() const { return failed_; }

 private:
  std::vector<bool> Outcomes(const std::vector<sources::FeedSegment>& segments,
                             const std::vector<workspace::ImportInput>& inputs, const engine::Answer& answer);
  bool Told(const sources::FeedSegment& segment, const analysis::Table& files, std::size_t row);

  const Globals& globals_;
  Backend& backend_;
  FeedImportOptions options_;
  std::size_t failed_ = 0;
};

}  // namespace weir::cli
