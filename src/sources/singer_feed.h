// Takes what a Singer tap writes (https://hub.meltano.com/singer/spec): SCHEMA, RECORD, STATE, ACTIVATE_VERSION, one
// message a line. Records go through an inbox on the disk into imports; a state is passed on when everything before it
// is in the inbox, so that a tap which is started again from the last state loses nothing, and what it sends twice is
// known by its key.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/feed_inbox.h"

namespace weir::sources {

struct FeedSinks {
  // Imports the segments, all of them whole tables or none, and says which are done with, one answer a segment. Those
  // that are not stay in the inbox. Fails only on what concerns all.
  std::function<Result<std::vector<bool>>(const std::vector<FeedSegment>& segments, bool are_whole)> import;
  std::function<void(std::string_view state)> tell_state;
};

struct FeedLimits {
  // At a state: when so many records or so much time have passed since the last import.
  std::uint64_t records = 200'000;
  std::chrono::seconds time{60};
  std::size_t line_bytes = std::size_t{16} << 20;
};

struct FeedReport {
  std::map<std::string, std::uint64_t> records = {};  // by stream
  std::vector<std::string> waiting = {};              // streams whose new table is not complete
  std::vector<std::string> not_emptied = {};          // declared complete without a record: nothing was deleted
};

// Reads the descriptor to its end. An error names the line; whatever came before the last state is kept.
Result<FeedReport> TakeSinger(int input, FeedInbox& inbox, const FeedSinks& sinks, const FeedLimits& limits = {});

}  // namespace weir::sources
