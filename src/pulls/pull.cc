#include "pulls/pull.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "pulls/json_path.h"
#include "pulls/pull_plan.h"
#include "pulls/request.h"

namespace weir::pulls {
namespace {

using sources::FeedInbox;
using sources::FeedSegment;

// One run.
class Run {
 public:
  Run(const Puller& puller, const PullSettings& settings, FeedInbox& inbox, Requester& requester, PullClock& clock,
      const PullSinks& sinks, const PullLimits& limits, PullState state)
      : puller_(puller),
        settings_(settings),
        inbox_(inbox),
        requester_(requester),
        clock_(clock),
        sinks_(sinks),
        limits_(limits),
        state_(std::move(state)) {}

  Result<PullReport> All() {
    sealed_at_ = clock_.Now();
    for (const auto& [name, object] : state_.objects) queued_[name].insert(object.queue.begin(), object.queue.end());
    WEIR_TRY(Import());  // what an earlier pull left
    for (const PullObject& object : puller_.objects) {
      if (!settings_.Wants(object)) continue;
      report_.objects.push_back({.object = object.name,
                                 .records = 0,
                                 .missing = 0,
                                 .is_not_emptied = false,
                                 .is_absent = false,
                                 .error = {}});
      const Status done = object.of.empty() ? List(object) : AskEach(object);
      if (done) continue;
      // Records that came before the error are kept; the disk and the store concern all, and so does the token.
      report_.objects.back().error = done.error();
      if (!is_over_) is_over_ = !Seal().has_value();
      if (is_over_ || requester_.is_over()) break;
    }
    auto imported = Import();
    if (!imported) return Fail(std::move(imported).error());
    for (ObjectReport& object : report_.objects) object.records = records_[object.object];
    report_.requests = requester_.requests();
    return std::move(report_);
  }

 private:
  ObjectState& StateOf(const PullObject& object) { return state_.objects[object.name]; }
  ObjectReport& Report() { return report_.objects.back(); }

  Status List(const PullObject& object) {
    ObjectState& state = StateOf(object);
    if (!state.listing) state.listing = Beginning(object, settings_, state, clock_.Now());
    seen_.clear();
    cursors_.clear();
    bool was_restarted = false;
    for (std::int64_t page = 0;; ++page) {
      Listing& listing = *state.listing;
      const Ask& ask = WayOf(object, listing.is_changes);
      if (ask.window_days > 0 && !listing.until) NextWindow(ask, listing);
      const Listing before = listing;
      auto reply = AskPage(object, ask, listing, {});
      if (!reply) return Fail(std::move(reply).error());
      if (reply->kind == Reply::Kind::kExpired) {
        if (was_restarted) return Fail(Unavailable("{}: the service forgets its own cursors", object.name));
        was_restarted = true;
        state.kept.clear();
        cursors_.clear();
        state.listing = Restarted(object, before);
        continue;
      }
      if (reply->kind == Reply::Kind::kAbsent) {
        Report().is_absent = true;
        state.listing.reset();
        return Seal();
      }
      if (!listing.began) listing.began = reply->at.value_or(clock_.Now());
      WEIR_TRY(const std::int64_t taken, Take(object, ask, reply->body, ask.since ? &listing.newest : nullptr, {}));
      listing.taken += taken;
      WEIR_TRY(const bool is_more, Turn(object, ask, listing, reply->body, taken));
      if (is_more && page >= limits_.pages)
        return Fail(TooLarge("{}: the list has more than {} pages", object.name, limits_.pages));
      const bool has_windows = !is_more && ask.window_days > 0 && *listing.until < *listing.began;
      if (has_windows) NextWindow(ask, listing);
      if (!is_more && !has_windows) break;
      WEIR_TRY(SealIfDue());
    }
    return Finish(object, state);
  }

  // The window after the last one; the first begins at {since}.
  void NextWindow(const Ask& ask, Listing& listing) {
    if (listing.until) listing.since = listing.until;
    listing.until = Instant{listing.since->micros + ask.window_days * kMicrosPerDay};
    listing.cursor = FirstCursor(ask.paging);
    listing.taken = 0;
    cursors_.clear();
  }

  Listing Restarted(const PullObject& object, const Listing& before) const {
    Listing listing = before;
    const Ask& ask = WayOf(object, before.is_changes);
    listing.cursor = FirstCursor(ask.paging);
    listing.taken = 0;
    return listing;
  }

  Status Finish(const PullObject& object, ObjectState& state) {
    const Listing& listing = *state.listing;
    const Ask& ask = WayOf(object, listing.is_changes);
    if (object.is_whole) {
      WEIR_TRY(const sources::Activation activation, inbox_.Activate(object.name, state.version));
      Report().is_not_emptied = activation == sources::Activation::kEmpty;
      ++state.version;
    }
    // What changes while all is read is asked by the changes.
    if ((object.changes && !listing.is_changes) || (ask.since && ask.since->at.empty())) {
      state.since = listing.began;
    } else if (listing.newest) {
      state.since = std::max(*listing.newest, state.since.value_or(*listing.newest));
    }
    state.kept = ask.paging.keeps ? listing.cursor : "";
    state.asked = listing.began;
    state.listing.reset();
    return Seal();
  }

  Result<Reply> AskPage(const PullObject& object, const Ask& ask, const Listing& listing,
                        std::vector<std::string> ids) {
    Fill fill = FillOf(object, settings_, listing);
    fill.ids = std::move(ids);
    const bool is_address = ask.paging.kind == PagingKind::kUrl && !listing.cursor.empty();
    if (is_address) fill.cursor.clear();
    if (sinks_.tell) sinks_.tell(MakePhrase("{}: {} records", object.name, records_[object.name]));
    std::optional<RateLimiter>& rate = rates_[object.name];
    if (!rate && object.rate) rate.emplace(*object.rate, clock_);
    auto reply = requester_.Ask({.is_post = ask.is_post,
                                 .target = is_address ? listing.cursor : TargetOf(ask, fill),
                                 .body = ask.is_post ? BodyOf(ask, fill) : std::string(),
                                 .rate = rate ? &*rate : nullptr,
                                 .may_expire = !listing.cursor.empty(),
                                 .may_miss = !fill.ids.empty()});
    if (!reply) return Fail(std::move(reply).error().Field(object.name));
    return reply;
  }

  // The records of a page on their way into the inbox; how many there were.
  Result<std::int64_t> Take(const PullObject& object, const Ask& ask, const std::string& body,
                            std::optional<Instant>* newest, const std::string& id) {
    std::int64_t count = 0;
    Status done;
    last_key_.clear();
    const bool is_there = body.empty() || ForEachObject(body, ask.records, [&](std::string_view element) {
                            if (!done) return;
                            ++count;
                            last_key_ = ScalarAt(element, ask.paging.at.empty() ? "id" : ask.paging.at);
                            if (newest != nullptr && ask.since && !ask.since->at.empty())
                              NoteStamp(ScalarAt(element, ask.since->at), *newest);
                            std::string record(element);
                            if (!ask.record.empty()) {
                              const auto inner = FindJson(element, ask.record);
                              if (!inner || inner->kind != JsonKind::kObject) return;
                              record = inner->text;
                            }
                            const bool is_meant = std::ranges::all_of(ask.where, [&](const auto& each) {
                              return ScalarAt(record, each.first) == each.second;
                            });
                            if (is_meant) done = TakeRecord(object, ask, record, id);
                          });
    if (!done) {
      is_over_ = true;  // the disk
      return Fail(std::move(done).error());
    }
    if (!is_there) {
      return Fail(BadInput("{}: the answer has no list '{}'", object.name, ask.records));
    }
    return count;
  }

  static void NoteStamp(const std::string& text, std::optional<Instant>& newest) {
    const auto stamp = ParseStamp(text);
    if (stamp && (!newest || *stamp > *newest)) newest = stamp;
  }

  Status TakeRecord(const PullObject& object, const Ask& ask, const std::string& record, const std::string& id) {
    std::string line = OneLine(record);
    if (!object.with.empty()) line = WithMember(line, object.with, id);
    if (!object.unfold) {
      line = WithMembers(object, std::move(line));
      WEIR_TRY(Append(object, ask, line));
      return TakeEach(object, line);
    }
    return Unfolded(object, ask, line);
  }

  Status Unfolded(const PullObject& object, const Ask& ask, const std::string& line) {
    const auto fields = FindJson(line, object.unfold->at);
    if (!fields) return {};
    const std::string parent = ScalarAt(line, object.unfold->id);
    Status done;
    const auto take = [&](std::string_view list, std::string_view name) {
      ForEachObject(list, "", [&](std::string_view element) {
        if (!done) return;
        std::string record = OneLine(element);
        if (!object.unfold->name.empty()) record = WithMember(record, object.unfold->name, name);
        done = Append(object, ask, WithMembers(object, WithMember(record, object.unfold->parent, parent)));
      });
    };
    if (fields->kind == JsonKind::kList) take(fields->text, {});
    if (fields->kind != JsonKind::kObject) return done;
    JsonWalker walker(fields->text, 64);
    walker.WalkObject([&](std::string_view name, const JsonValue& value) {
      if (value.kind == JsonKind::kList) take(value.text, name);
    });
    return done;
  }

  static std::string WithMembers(const PullObject& object, std::string line) {
    for (const auto& [name, path] : object.members) {
      const std::string text = ScalarAt(line, path);
      if (!text.empty()) line = WithMember(line, name, text);
    }
    return line;
  }

  // Within one segment no key stands twice with different contents: the newer state goes into a segment of its own.
  Status Append(const PullObject& object, const Ask& ask, const std::string& line) {
    std::string key;
    for (const std::string& path : object.key) key += ScalarAt(line, path) + '\x1f';
    const std::uint64_t content = HashText(line);
    if (ask.is_newest_first && !seen_.insert(key).second) return {};
    auto& segment = keys_[object.name];
    const auto [known, is_new] = segment.try_emplace(key, content);
    if (!is_new) {
      if (known->second == content || object.is_whole) return {};
      WEIR_TRY(SealRecords());
      keys_[object.name][key] = content;
    }
    const std::optional<std::int64_t> version = object.is_whole ? std::optional(StateOf(object).version) : std::nullopt;
    WEIR_TRY(inbox_.Append(object.name, version, line));
    ++records_[object.name];
    ++since_seal_;
    ++since_import_;
    return {};
  }

  // What there is of each record of this object: some lies within it, the rest is asked for.
  Status TakeEach(const PullObject& object, const std::string& line) {
    for (const PullObject& each : puller_.objects) {
      if (std::ranges::find(each.of, object.name) == each.of.end() || !settings_.Wants(each)) continue;
      std::string id = ScalarAt(line, object.key.front());
      if (id.empty()) continue;
      if (!each.within.empty()) WEIR_TRY(TakeWithin(each, line, id));
      if (!each.when.empty() && !IsTrueAt(line, each.when)) continue;
      if (queued_[each.name].insert(id).second) StateOf(each).queue.push_back(std::move(id));
    }
    return {};
  }

  Status TakeWithin(const PullObject& each, const std::string& line, const std::string& id) {
    Status done;
    ForEachObject(line, each.within, [&](std::string_view record) {
      if (done) done = TakeRecord(each, each.all, std::string(record), id);
    });
    return done;
  }

  // Whether there is another page; `listing` then points to it.
  Result<bool> Turn(const PullObject& object, const Ask& ask, Listing& listing, const std::string& body,
                    std::int64_t taken) {
    const Paging& paging = ask.paging;
    if (paging.kind == PagingKind::kNone || body.empty()) return false;
    bool is_more = true;
    std::string next;
    switch (paging.kind) {
      case PagingKind::kUrl: {
        const std::string address = ScalarAt(body, paging.at);
        if (!address.empty()) {
          const auto relative = requester_.Relative(address);
          if (!relative) return Fail(Forbidden("{} leads to another host, where nothing is asked", puller_.title_en));
          next = *relative;
        }
        break;
      }
      case PagingKind::kToken:
        next = ScalarAt(body, paging.at);
        break;
      case PagingKind::kLast:
        if (taken > 0) next = last_key_;
        break;
      case PagingKind::kPage:
        if (taken > 0) next = fmt::format("{}", std::stoll(listing.cursor.empty() ? "1" : listing.cursor) + 1);
        break;
      case PagingKind::kOffset:
        if (taken > 0) next = fmt::format("{}", listing.taken);
        break;
      case PagingKind::kNone:
        break;
    }
    if (!paging.more.empty()) is_more = IsTrueAt(body, paging.more);
    if (!paging.end.empty() && IsTrueAt(body, paging.end)) is_more = false;
    if (paging.full > 0 && taken < paging.full) is_more = false;
    if (paging.keeps && !next.empty()) listing.cursor = next;  // goes on there, now or at the next pull
    if (!is_more || next.empty()) return false;
    if (paging.most > 0 && listing.taken >= paging.most) return NextStretch(object, ask, listing);
    if (!cursors_.insert(next).second) {
      return Fail(Unavailable("{}: the service gives the same page again and again", object.name));
    }
    listing.cursor = next;
    return true;
  }

  // The service gives no more to this question: the rest is asked from the newest stamp on.
  Result<bool> NextStretch(const PullObject& object, const Ask& ask, Listing& listing) {
    if (!listing.newest || (listing.since && *listing.newest <= *listing.since)) {
      return Fail(TooLarge("{}: more than {} records have one stamp", object.name, ask.paging.most));
    }
    listing.since = listing.newest;
    listing.cursor = FirstCursor(ask.paging);
    listing.taken = 0;
    cursors_.clear();
    return true;
  }

  Status AskEach(const PullObject& object) {
    ObjectState& state = StateOf(object);
    const std::size_t at_once = object.batch > 0 ? static_cast<std::size_t>(object.batch) : 1;
    while (!state.queue.empty()) {
      const std::size_t count = std::min(at_once, state.queue.size());
      const std::vector<std::string> ids(state.queue.begin(), state.queue.begin() + static_cast<std::ptrdiff_t>(count));
      WEIR_TRY(AskOfThese(object, ids));
      if (Report().is_absent) return Seal();  // until it may be read
      state.queue.erase(state.queue.begin(), state.queue.begin() + static_cast<std::ptrdiff_t>(count));
      WEIR_TRY(SealIfDue());
    }
    state.asked = clock_.Now();
    return Seal();
  }

  Status AskOfThese(const PullObject& object, const std::vector<std::string>& ids) {
    Listing listing;
    listing.cursor = FirstCursor(object.all.paging);
    cursors_.clear();
    for (bool is_more = true; is_more;) {
      auto reply = AskPage(object, object.all, listing, ids);
      if (!reply) return Fail(std::move(reply).error());
      if (reply->kind != Reply::Kind::kPage) {
        if (reply->kind == Reply::Kind::kAbsent)
          Report().is_absent = true;
        else
          ++Report().missing;
        return {};
      }
      WEIR_TRY(const std::int64_t taken, Take(object, object.all, reply->body, nullptr, ids.front()));
      listing.taken += taken;
      WEIR_TRY(is_more, Turn(object, object.all, listing, reply->body, taken));
    }
    return {};
  }

  Status SealIfDue() {
    const bool is_due = since_seal_ >= limits_.seal_records ||
                        clock_.Now().micros - sealed_at_.micros >= limits_.seal.count() * kMicrosPerSecond;
    return is_due ? Seal() : Status();
  }

  // All records so far are on the disk.
  Status SealRecords() {
    Result<std::vector<FeedSegment>> sealed = inbox_.Seal();
    if (!sealed) {
      is_over_ = true;
      return Fail(std::move(sealed).error());
    }
    waiting_.insert(waiting_.end(), std::make_move_iterator(sealed->begin()), std::make_move_iterator(sealed->end()));
    keys_.clear();
    since_seal_ = 0;
    return {};
  }

  // And how far it has come. A list of the newest first is not gone on with: what it has seen would be forgotten.
  Status Seal() {
    WEIR_TRY(SealRecords());
    PullState told = state_;
    for (const PullObject& object : puller_.objects) {
      const auto found = told.objects.find(object.name);
      if (found == told.objects.end() || !found->second.listing) continue;
      if (WayOf(object, found->second.listing->is_changes).is_newest_first) found->second.listing.reset();
    }
    if (auto saved = inbox_.SaveState(ToText(told)); !saved) {
      is_over_ = true;
      return saved;
    }
    sealed_at_ = clock_.Now();
    if (since_import_ >= limits_.import_records || waiting_.size() >= limits_.import_segments) return Import();
    return {};
  }

  // In their order, as many of a kind together as follow each other.
  Status Import() {
    WEIR_TRY(SealRecords());
    const std::vector<FeedSegment> segments = std::exchange(waiting_, {});
    since_import_ = 0;
    for (auto begin = segments.begin(); begin != segments.end();) {
      const auto end =
          std::find_if(begin, segments.end(), [&](const auto& one) { return one.is_whole != begin->is_whole; });
      const std::vector<FeedSegment> alike(begin, end);
      auto done = sinks_.import(alike, begin->is_whole);
      if (!done) {
        is_over_ = true;
        return Fail(std::move(done).error());
      }
      for (std::size_t i = 0; i < alike.size(); ++i) {
        if ((*done)[i]) WEIR_TRY(inbox_.Done(alike[i]));
      }
      begin = end;
    }
    return {};
  }

  const Puller& puller_;
  const PullSettings& settings_;
  FeedInbox& inbox_;
  Requester& requester_;
  PullClock& clock_;
  const PullSinks& sinks_;
  const PullLimits& limits_;
  PullState state_;
  PullReport report_;
  std::map<std::string, std::uint64_t> records_;                                // by object
  std::map<std::string, std::optional<RateLimiter>> rates_;                     // by object
  std::map<std::string, std::unordered_map<std::string, std::uint64_t>> keys_;  // of the open segments
  std::map<std::string, std::unordered_set<std::string>> queued_;               // by object
  std::unordered_set<std::string> seen_;                                        // of a list, newest first
  std::set<std::string> cursors_;                                               // of the list
  std::vector<FeedSegment> waiting_;                                            // for their import
  std::string last_key_;
  Instant sealed_at_{};
  std::uint64_t since_seal_ = 0;
  std::uint64_t since_import_ = 0;
  bool is_over_ = false;
};

}  // namespace

Result<PullReport> Pull(const Puller& puller, const PullSettings& settings, const std::string& base, FeedInbox& inbox,
                        Requester& requester, PullClock& clock, const PullSinks& sinks, const PullLimits& limits) {
  WEIR_TRY(PullState state, ReadPullState(inbox.state()));
  const std::string account = OriginOf(base);
  if (!state.account.empty() && state.account != account) {
    return Fail(
        Conflict("what was pulled before came from {}, not from {}", state.account, account)
            .Mend(
                "Use a workspace of its own for the other account, or move the folder of the pull in its inbox away"));
  }
  state.account = account;
  return Run(puller, settings, inbox, requester, clock, sinks, limits, std::move(state)).All();
}

}  // namespace weir::pulls
