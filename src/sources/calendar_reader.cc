#include "sources/calendar_reader.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>

#include "base/plain_line.h"
#include "base/random.h"
#include "base/text.h"
#include "sources/calendar_events.h"
#include "sources/calendar_text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kMostRepetitions = 10'000;  // of one event
constexpr std::size_t kMostChanged = 4'000'000;   // repetitions that stand as events of their own
constexpr std::size_t kMostDomains = 100'000;

enum Place : std::size_t {
  kId,
  kUid,
  kRecurrence,
  kSummary,
  kStatus,
  kStart,
  kEnd,
  kAllDay,
  kSeconds,
  kOrganizer,
  kAttendees,
  kOwner,
  kGuest,
  kLocation,
  kCategories,
  kTransparency,
  kIsRepeated,
  kCreated,
  kModified,
  kPlaces
};
constexpr std::array<const char*, kPlaces> kColumns{
    "id",         "uid",        "recurrence_id", "summary",   "status",       "dtstart", "dtend",
    "all_day",    "duration_s", "organizer",     "attendees", "owner",        "guest",   "location",
    "categories", "transp",     "repeats",       "created",   "last_modified"};

std::string DomainOf(const std::string& address) { return address.substr(address.find('@') + 1); }

// What is known once the file was read: until when it speaks, which repetitions were changed, and whose it is.
struct Survey {
  std::int64_t newest_micros = INT64_MIN;
  std::set<std::uint64_t> changed;                 // of an event's uid and the moment that the repetition had
  std::map<std::string, std::uint64_t> events_of;  // by domain of an address
  std::string home;
};

std::uint64_t KeyOf(std::string_view uid, const CalendarMoment& moment) {
  return HashText(fmt::format("{}\x1f{}", uid, moment.Text()));
}

class CalendarReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(Calendar first, Calendar::Open(file, options));
    Survey survey;
    CalendarEvent event;
    while (true) {
      WEIR_TRY(const bool is_there, first.Next(event));
      if (!is_there) break;
      Note(event, first.zones(), survey);
    }
    if (survey.newest_micros == INT64_MIN) {
      survey.newest_micros = TimeOf(file).value_or(Instant{INT64_MAX}).micros;
    }
    survey.home = HomeOf(survey, first.name());
    WEIR_TRY(Calendar again, Calendar::Open(file, options));
    auto reader = std::unique_ptr<CalendarReader>(new CalendarReader(std::move(again), std::move(survey)));
    reader->zones_ = std::move(first.zones());  // also those that stand below their events
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return calendar_.stream().bytes_read(); }
  std::uint64_t bytes_total() const override { return calendar_.stream().bytes_total(); }

  Result<const RowBlock*> Next() override {
    block_.Clear(kPlaces);
    texts_.clear();
    constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
    std::size_t bytes = 0;
    while (block_.size() < RowBlock::kRows && bytes < kBlockBytes) {
      if (next_ < starts_.size()) {
        bytes += Add(starts_[next_++]);
        continue;
      }
      WEIR_TRY(const bool is_there, calendar_.Next(event_));
      if (!is_there) break;
      if (auto fault = Prepare()) Refuse(std::move(*fault));
    }
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  CalendarReader(Calendar calendar, Survey survey) : calendar_(std::move(calendar)), survey_(std::move(survey)) {
    reading_.format = Format::kCalendar;
    reading_.encoding = calendar_.stream().encoding();
    reading_.header_line = 0;
    for (const char* name : kColumns) reading_.columns.push_back({.header = name, .name = name, .currency = {}});
  }

  static std::optional<CalendarMoment> MomentOf(const CalendarEvent& event, std::string_view name,
                                                CalendarZones& zones) {
    const CalendarProperty* property = event.Find(name);
    std::vector<WallMoment> moments;
    if (property == nullptr || ReadMoments(*property, zones, moments) || moments.empty()) return std::nullopt;
    return moments.front().moment;
  }

  static void Note(const CalendarEvent& event, CalendarZones& zones, Survey& survey) {
    for (const std::string_view stamp : {"DTSTAMP", "LAST-MODIFIED", "CREATED"}) {
      if (const auto moment = MomentOf(event, stamp, zones)) {
        survey.newest_micros = std::max(survey.newest_micros, moment->micros);
      }
    }
    const auto changed = MomentOf(event, "RECURRENCE-ID", zones);
    if (changed && survey.changed.size() < kMostChanged) survey.changed.insert(KeyOf(event.TextOf("UID"), *changed));
    std::set<std::string> domains;
    for (const CalendarProperty& property : event.properties) {
      if (property.name != "ORGANIZER" && property.name != "ATTENDEE") continue;
      const std::string address = AddressOf(property);
      if (!address.empty() && IsPerson(property, address)) domains.insert(DomainOf(address));
    }
    for (const std::string& domain : domains) {
      if (survey.events_of.size() < kMostDomains || survey.events_of.contains(domain)) ++survey.events_of[domain];
    }
  }

  // The domain of whose calendar it is: that of its name, else the one that most events have in common.
  static std::string HomeOf(const Survey& survey, const std::string& name) {
    const std::size_t at = name.find('@');
    if (at != std::string::npos && survey.events_of.contains(name.substr(at + 1))) return name.substr(at + 1);
    const auto most = std::ranges::max_element(survey.events_of, {}, [](const auto& entry) { return entry.second; });
    return most == survey.events_of.end() ? "" : most->first;
  }

  // The moments of the event, and what all its rows have in common.
  std::optional<RowFault> Prepare() {
    starts_.clear();
    next_ = 0;
    for (const CalendarProperty& property : event_.properties) {
      for (const std::string_view text : {std::string_view(property.value), property.Parameter("EMAIL")}) {
        const bool is_text = IsValidUtf8(text) && text.find('\0') == std::string_view::npos;
        if (!is_text) return BadEvent(MakePhrase("a text of the event holds bytes that are no text"));
      }
    }
    const CalendarProperty* start = event_.Find("DTSTART");
    if (start == nullptr) return RowFault{"bad_event", MakePhrase("the event has no DTSTART; export it again"), 0};
    std::vector<WallMoment> first;
    if (auto reason = ReadMoments(*start, zones_, first)) return BadEvent(*reason);
    if (auto fault = ReadLength(first.front())) return fault;
    common_ = {};
    common_[kUid] = event_.TextOf("UID");
    common_[kSummary] = event_.TextOf("SUMMARY");
    common_[kStatus] = event_.TextOf("STATUS");
    common_[kLocation] = event_.TextOf("LOCATION");
    common_[kCategories] = event_.TextOf("CATEGORIES");
    common_[kTransparency] = event_.TextOf("TRANSP");
    common_[kAllDay] = first.front().moment.is_day ? "true" : "false";
    if (const auto created = MomentOf(event_, "CREATED", zones_)) common_[kCreated] = created->Text();
    auto modified = MomentOf(event_, "LAST-MODIFIED", zones_);
    if (!modified) modified = MomentOf(event_, "DTSTAMP", zones_);
    if (modified) common_[kModified] = modified->Text();
    FindPeople();
    const bool has_zone = first.front().moment.is_utc && !TrimBlanks(start->value).ends_with('Z');
    return FindStarts(first.front(), has_zone ? start->Parameter("TZID") : std::string_view());
  }

  static RowFault BadEvent(const Phrase& reason) {
    return {"bad_event", MakePhrase("{}; correct it in the calendar and export again", reason), 0};
  }

  std::optional<RowFault> ReadLength(const WallMoment& start) {
    length_micros_.reset();
    if (const CalendarProperty* duration = event_.Find("DURATION")) {
      const auto seconds = ReadCalendarDuration(duration->value);
      if (!seconds) return BadEvent(MakePhrase("'{}' is no duration", PlainLine(duration->value.substr(0, 40))));
      length_micros_ = *seconds * kMicrosPerSecond;
    } else if (const CalendarProperty* end = event_.Find("DTEND")) {
      std::vector<WallMoment> moments;
      if (auto reason = ReadMoments(*end, zones_, moments)) return BadEvent(*reason);
      length_micros_ = moments.front().moment.micros - start.moment.micros;
    } else if (start.moment.is_day) {
      length_micros_ = kMicrosPerDay;
    }
    constexpr std::int64_t kLongest = 3660 * kMicrosPerDay;
    if (length_micros_ && (*length_micros_ < 0 || *length_micros_ > kLongest)) {
      return BadEvent(MakePhrase("the event ends before it begins, or ten years later"));
    }
    return std::nullopt;
  }

  void FindPeople() {
    std::string owner;
    std::string guest;
    std::string attendees;
    for (const CalendarProperty& property : event_.properties) {
      const bool is_organizer = property.name == "ORGANIZER";
      if (!is_organizer && property.name != "ATTENDEE") continue;
      const std::string address = AddressOf(property);
      if (address.empty() || !IsPerson(property, address)) continue;
      if (is_organizer) common_[kOrganizer] = address;
      if (!is_organizer) attendees += (attendees.empty() ? "" : ", ") + address;
      const bool is_home = DomainOf(address) == survey_.home;
      if (is_home && (owner.empty() || is_organizer)) owner = address;
      const bool has_declined = FoldCase(property.Parameter("PARTSTAT")) == "declined";
      if (!is_home && !has_declined && guest.empty()) guest = address;
    }
    common_[kAttendees] = std::move(attendees);
    common_[kOwner] = std::move(owner);
    common_[kGuest] = std::move(guest);
  }

  std::optional<RowFault> FindStarts(const WallMoment& first, std::string_view zone) {
    const std::string& uid = common_[kUid];
    const CalendarProperty* rule = event_.Find("RRULE");
    std::vector<WallMoment> more;
    for (const CalendarProperty& property : event_.properties) {
      if (property.name != "RDATE") continue;
      if (auto reason = ReadMoments(property, zones_, more)) return BadEvent(*reason);
    }
    common_[kIsRepeated] = rule != nullptr || !more.empty() ? "true" : "false";
    if (const auto changed = MomentOf(event_, "RECURRENCE-ID", zones_)) {
      starts_.push_back({.moment = first.moment, .recurrence = changed});
      return std::nullopt;
    }
    if (rule == nullptr && more.empty()) {
      starts_.push_back({.moment = first.moment, .recurrence = {}});
      return std::nullopt;
    }
    std::set<CalendarMoment> moments{first.moment};
    if (rule != nullptr) {
      if (auto fault = FollowRule(rule->value, first, zone, moments)) return fault;
    }
    for (const WallMoment& moment : more) moments.insert(moment.moment);
    std::vector<WallMoment> without;
    for (const CalendarProperty& property : event_.properties) {
      if (property.name != "EXDATE") continue;
      if (auto reason = ReadMoments(property, zones_, without)) return BadEvent(*reason);
    }
    for (const WallMoment& moment : without) moments.erase(moment.moment);
    if (moments.size() > kMostRepetitions) {
      return BadEvent(MakePhrase("the event repeats more than {} times", kMostRepetitions));
    }
    for (const CalendarMoment& moment : moments) {
      if (moment.micros > survey_.newest_micros || survey_.changed.contains(KeyOf(uid, moment))) continue;
      starts_.push_back({.moment = moment, .recurrence = moment});
    }
    return std::nullopt;
  }

  std::optional<RowFault> FollowRule(std::string_view rule, const WallMoment& first, std::string_view zone,
                                     std::set<CalendarMoment>& moments) {
    const auto bad = [&] {
      return BadEvent(MakePhrase("the rule '{}' cannot be followed", PlainLine(rule.substr(0, 80))));
    };
    // The end of the rule is a moment of UTC, while the rule goes by the clock on the wall: it is judged here.
    std::string without_end;
    std::vector<WallMoment> until;
    for (std::string_view rest = rule; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view part = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      constexpr std::string_view kUntil = "UNTIL=";
      if (part.starts_with(kUntil)) {
        const CalendarProperty property{.name = "UNTIL", .parameters = {}, .value = std::string(part.substr(6))};
        if (ReadMoments(property, zones_, until)) return bad();
      } else if (!part.empty()) {
        without_end.append(without_end.empty() ? "" : ";").append(part);
      }
    }
    std::int64_t last = survey_.newest_micros;
    if (!until.empty()) last = std::min(last, until.front().moment.micros);
    // The clock on the wall may be a day ahead of UTC, and the last day counts whole.
    last = last > INT64_MAX - 2 * kMicrosPerDay ? last : last + 2 * kMicrosPerDay;
    const auto repeated = Repeat(without_end, first.wall_micros, first.moment.is_day, last, kMostRepetitions);
    if (!repeated) return bad();
    for (const std::int64_t micros : *repeated) {
      const CalendarMoment moment = At(micros, first, zone);
      if (until.empty() || IsUpTo(micros, moment, until.front().moment)) moments.insert(moment);
    }
    return std::nullopt;
  }

  static bool IsUpTo(std::int64_t wall_micros, const CalendarMoment& moment, const CalendarMoment& until) {
    if (until.is_day) return DateOf(Instant{wall_micros}) <= DateOf(Instant{until.micros});
    return (until.is_utc ? moment.micros : wall_micros) <= until.micros;
  }

  // A repetition by the clock on the wall of the first one.
  CalendarMoment At(std::int64_t wall_micros, const WallMoment& first, std::string_view zone) {
    CalendarMoment moment = first.moment;
    moment.micros = wall_micros;
    if (!zone.empty()) moment.micros = zones_.ToUtc(zone, wall_micros).value_or(wall_micros);
    return moment;
  }

  struct Start {
    CalendarMoment moment;
    std::optional<CalendarMoment> recurrence;  // the moment of the repetition before it was changed
  };

  std::size_t Add(const Start& start) {
    std::array<std::string, kPlaces> row = common_;
    row[kStart] = start.moment.Text();
    if (length_micros_) {
      CalendarMoment end = start.moment;
      end.micros += *length_micros_;
      row[kEnd] = end.Text();
      row[kSeconds] = std::to_string(*length_micros_ / kMicrosPerSecond);
    }
    row[kId] = row[kUid];
    if (start.recurrence && !row[kUid].empty()) {
      row[kRecurrence] = start.recurrence->Text();
      row[kId] += "/" + row[kRecurrence];
    }
    const std::span<std::string_view> cells = block_.AddRow(event_.line, {});
    std::size_t bytes = 0;
    std::vector<std::string_view> kept;
    for (std::string& text : row) {
      bytes += text.size();
      kept.push_back(texts_.emplace_back(std::move(text)));
    }
    std::ranges::copy(kept, cells.begin());
    return bytes;
  }

  void Refuse(RowFault fault) {
    starts_.clear();
    next_ = 0;
    std::string text = "BEGIN:VEVENT\n";
    for (const CalendarProperty& property : event_.properties) text += property.name + ":" + property.value + "\n";
    block_.AddRow(event_.line, texts_.emplace_back(std::move(text)));
    block_.SetFault(block_.size() - 1, std::move(fault));
  }

  Calendar calendar_;
  CalendarZones zones_;
  Survey survey_;
  Reading reading_;
  CalendarEvent event_;
  std::array<std::string, kPlaces> common_;
  std::optional<std::int64_t> length_micros_;
  std::vector<Start> starts_;
  std::size_t next_ = 0;
  std::deque<std::string> texts_;
  RowBlock block_;
};

}  // namespace

bool IsCalendar(std::string_view text) {
  constexpr std::string_view kMark = "BEGIN:VCALENDAR";
  return FoldCase(TrimBlanks(text).substr(0, kMark.size())) == FoldCase(kMark);
}

Result<std::unique_ptr<RowReader>> OpenCalendar(const FileInput& file, const ReadOptions& options) {
  return CalendarReader::Open(file, options);
}

}  // namespace weir::sources
