#include "sources/singer_feed.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <system_error>

#include <unistd.h>

#include "sources/singer_message.h"

namespace weir::sources {
namespace {

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

class Feed {
 public:
  Feed(FeedInbox& inbox, const FeedSinks& sinks, const FeedLimits& limits)
      : inbox_(inbox), sinks_(sinks), limits_(limits) {}

  Status Take(std::string_view line) {
    ++line_;
    if (IsBlank(line)) return {};
    auto done = Message(line);
    if (!done) return Fail(std::move(done).error().At("standard input", line_));
    return {};
  }

  // Everything that was taken is imported, and the last state told.
  Status Flush() {
    WEIR_TRY(const std::vector<FeedSegment> segments, inbox_.Seal());
    // In their order, as many of a kind together as follow each other.
    for (auto begin = segments.begin(); begin != segments.end();) {
      const auto end =
          std::find_if(begin, segments.end(), [&](const auto& one) { return one.is_whole != begin->is_whole; });
      const std::vector<FeedSegment> alike(begin, end);
      WEIR_TRY(const std::vector<bool> done, sinks_.import(alike, begin->is_whole));
      for (std::size_t i = 0; i < alike.size(); ++i) {
        if (done[i]) WEIR_TRY(inbox_.Done(alike[i]));
      }
      begin = end;
    }
    records_ = 0;
    flushed_at_ = Clock::now();
    if (!state_) return {};
    WEIR_TRY(inbox_.SaveState(*state_));
    sinks_.tell_state(*state_);
    state_.reset();
    return {};
  }

  Result<FeedReport> End() {
    WEIR_TRY(Flush());
    report_.waiting = inbox_.collecting();
    return std::move(report_);
  }

  std::uint64_t line() const { return line_; }

 private:
  using Clock = std::chrono::steady_clock;

  Status Message(std::string_view line) {
    WEIR_TRY(const SingerMessage message, ParseSingerMessage(line));
    switch (message.kind) {
      case SingerKind::kRecord:
        ++records_;
        ++report_.records[message.stream];
        return inbox_.Append(message.stream, message.version, message.body);
      case SingerKind::kState:
        state_ = message.body;
        if (records_ >= limits_.records || Clock::now() - flushed_at_ >= limits_.time) return Flush();
        return {};
      case SingerKind::kActivateVersion: {
        WEIR_TRY(const Activation activation, inbox_.Activate(message.stream, message.version.value_or(0)));
        if (activation == Activation::kEmpty) report_.not_emptied.push_back(message.stream);
        return {};
      }
      case SingerKind::kSchema:
        report_.records.try_emplace(message.stream, 0);
        return {};
      case SingerKind::kOther:
        break;
    }
    return {};
  }

  FeedInbox& inbox_;
  const FeedSinks& sinks_;
  const FeedLimits& limits_;
  FeedReport report_;
  std::optional<std::string> state_;  // not told yet
  std::uint64_t records_ = 0;         // since the last import
  std::uint64_t line_ = 0;
  Clock::time_point flushed_at_ = Clock::now();
};

}  // namespace

Result<FeedReport> TakeSinger(int input, FeedInbox& inbox, const FeedSinks& sinks, const FeedLimits& limits) {
  constexpr std::size_t kPiece = std::size_t{64} << 10;  // what a pipe holds: more would be cleared in vain
  Feed feed(inbox, sinks, limits);
  WEIR_TRY(feed.Flush());  // what an earlier feed left
  std::string buffer;
  while (true) {
    const std::size_t before = buffer.size();
    buffer.resize(before + kPiece);
    ssize_t got = -1;
    do {
      got = ::read(input, buffer.data() + before, kPiece);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      return Fail(Unavailable("cannot read standard input: {}", std::generic_category().message(errno)));
    }
    buffer.resize(before + static_cast<std::size_t>(got));
    if (got == 0) break;
    std::size_t begin = 0;
    for (std::size_t end = buffer.find('\n', before); end != std::string::npos; end = buffer.find('\n', begin)) {
      WEIR_TRY(feed.Take(std::string_view(buffer).substr(begin, end - begin)));
      begin = end + 1;
    }
    buffer.erase(0, begin);
    if (buffer.size() > limits.line_bytes) {
      return Fail(TooLarge("the message is longer than {} MiB", limits.line_bytes >> 20)
                      .At("standard input", feed.line() + 1)
                      .Mend("Check that the tap writes one message a line"));
    }
  }
  // A last line without an end is whole if it can be read.
  if (!buffer.empty()) WEIR_TRY(feed.Take(buffer));
  return feed.End();
}

}  // namespace weir::sources
