// Pulls: asks for the objects of a puller one after another, page by page. What comes is written into an inbox, and
// what is in the inbox goes into imports; how far it has come is written down only after the records are on the disk.
// So a pull may be stopped anywhere: the next one goes on from there, and what it sees again is known by its key.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pulls/pull_settings.h"
#include "pulls/pull_state.h"
#include "pulls/puller.h"
#include "pulls/requester.h"
#include "sources/feed_inbox.h"

namespace weir::pulls {

struct PullSinks {
  // As FeedSinks::import of a Singer feed.
  std::function<Result<std::vector<bool>>(const std::vector<sources::FeedSegment>& segments, bool are_whole)> import;
  std::function<void(const Phrase& stage)> tell;
};

struct PullLimits {
  std::chrono::seconds seal{10};        // records lie on the disk after that time at the latest
  std::uint64_t seal_records = 20'000;  // or so many of them
  std::uint64_t import_records = 200'000;
  std::size_t import_segments = 500;
  std::int64_t pages = 1'000'000;  // of one list
};

struct ObjectReport {
  std::string object;
  std::uint64_t records = 0;
  std::uint64_t missing = 0;    // records of the object above that are gone
  bool is_not_emptied = false;  // a list of all there is came without a record: nothing was deleted
  bool is_absent = false;       // the account has no such object
  std::optional<Error> error;
};

struct PullReport {
  std::uint64_t requests = 0;
  std::vector<ObjectReport> objects;
};

// An error of one object leaves the others; one that concerns all ends the pull. `base` is as BaseOf gives it.
Result<PullReport> Pull(const Puller& puller, const PullSettings& settings, const std::string& base,
                        sources::FeedInbox& inbox, Requester& requester, PullClock& clock, const PullSinks& sinks,
                        const PullLimits& limits = {});

}  // namespace weir::pulls
