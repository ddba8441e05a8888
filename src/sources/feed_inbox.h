// The records of a feed on their way into the store: files of lines of JSON, one stream a file, in a folder of the
// workspace. What has been sealed is on the disk and survives a crash; what came after the last state is given up,
// since whoever sends it goes on from that state and sends it again.
//
//   STREAM.N.part            being written; removed when the inbox is opened
//   STREAM.N.jsonl           sealed, to be imported; removed by Done, and offered again by whoever opens the inbox next
//   STREAM.vV.collecting     records of version V of a whole table, until the table is declared complete
//   STREAM.N.whole           sealed, such a table complete: what is not in it is gone
//   state.json               the last state, and how much of the collected tables belongs to it
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::sources {

struct FeedSegment {
  std::string stream;
  std::filesystem::path path;
  bool is_whole = false;  // all that the table holds
};

enum class Activation : std::uint8_t {
  kKnown,  // the version is the current one already, or the first: nothing is to be done
  kWhole,  // a segment holds the new table
  kEmpty,  // a new version of which no record came
};

class FeedInbox {
 public:
  // Makes the folder where there is none. Fails with kConflict where another process feeds the same inbox, and with
  // kBadInput where its state cannot be read.
  static Result<FeedInbox> Open(const std::filesystem::path& folder);
  FeedInbox(FeedInbox&&) noexcept;
  FeedInbox& operator=(FeedInbox&&) = delete;
  ~FeedInbox();

  // The last state, without the lock: it is only shown. Empty where there is none.
  static std::string PeekState(const std::filesystem::path& folder);

  // A record as one line of JSON. One of a version other than the current one of its stream is collected.
  Status Append(const std::string& stream, std::optional<std::int64_t> version, std::string_view record);
  // The table is complete in this version: what was collected becomes a segment that holds all of it.
  Result<Activation> Activate(const std::string& stream, std::int64_t version);

  // All that was appended is on the disk. The sealed segments that were not offered yet, in the order in which they
  // were begun.
  Result<std::vector<FeedSegment>> Seal();
  // The segment is in the store.
  Status Done(const FeedSegment& segment);
  // The state up to which everything is sealed. A text of JSON.
  Status SaveState(std::string_view state);

  const std::string& state() const { return state_; }  // empty: none yet
  // Streams whose table of a new version is not complete yet.
  std::vector<std::string> collecting() const;

 private:
  struct File;
  struct Stream {
    std::optional<std::int64_t> active = {};
    std::optional<std::int64_t> collected = {};  // the version that is collected
    std::uint64_t collected_bytes = 0;           // of it on the disk when the state was saved
    std::unique_ptr<File> part;
    std::unique_ptr<File> collecting;
  };

  explicit FeedInbox(std::filesystem::path folder);
  Status Lock();
  Status ReadState();
  Status Tidy();
  Status Collect(const std::string& name, Stream& stream, std::int64_t version, std::string_view record);
  std::filesystem::path PathOf(const std::string& stream, std::string_view ending) const;
  Status SyncFolder() const;

  std::filesystem::path folder_;
  int lock_ = -1;
  std::string state_;
  std::int64_t next_ = 1;  // number of a segment
  std::map<std::string, Stream> streams_;
  std::vector<FeedSegment> sealed_;  // not offered yet
};

}  // namespace weir::sources
