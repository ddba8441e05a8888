// What became of the last run of a pull: kept beside its state in the inbox, so that a page can show it. Nothing rests
// on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weir::pulls {

struct RunObject {
  std::string object;  // of an API; a table of a bucket
  std::string state;   // pulled, absent, failed
  std::int64_t records = 0;
  std::string reason;
  std::string reason_ru;
};

struct PullRun {
  std::optional<Instant> began;
  std::optional<Instant>
      ended;  // of the last run that came to its end; earlier than `began` while one runs or was stopped
  std::optional<Instant> succeeded;  // the end of the last one in which nothing failed
  std::string reason;                // of a failure that concerns all
  std::string reason_ru;
  std::vector<RunObject> objects;  // of the run that ended last

  bool HasFailed() const;
  void Fails(const Error& error);
};

std::string ToText(const PullRun& run);
// Nothing where it cannot be read: it is only shown.
std::optional<PullRun> ReadPullRun(std::string_view text);

// Of an inbox; nothing where it never ran.
std::optional<PullRun> LastRun(const std::filesystem::path& folder);
Status SaveRun(const std::filesystem::path& folder, const PullRun& run);

}  // namespace weir::pulls
