#include "sources/calendar_text.h"

#include <algorithm>

#include <libical/ical.h>

#include "base/plain_line.h"
#include "base/text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 18;
constexpr std::size_t kMostZones = 1000;
constexpr std::size_t kLongestZone = 1 << 17;  // bytes of a VTIMEZONE
constexpr std::size_t kMostTimesOfDay = 24;    // of a rule; more is none of meetings

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int NumberAt(std::string_view text, std::size_t at, std::size_t digits) {
  int number = 0;
  for (const char c : text.substr(at, digits)) number = number * 10 + (c - '0');
  return number;
}

// "20250331", "20250331T140500" or "20250331T140500Z".
std::optional<WallMoment> ReadMoment(std::string_view text) {
  WallMoment read;
  if (text.size() < 8 || !AreDigits(text.substr(0, 8))) return std::nullopt;
  const int year = NumberAt(text, 0, 4);
  if (!IsValidCivil(year, NumberAt(text, 4, 2), NumberAt(text, 6, 2))) return std::nullopt;
  read.wall_micros = StartOf(FromCivil({year, NumberAt(text, 4, 2), NumberAt(text, 6, 2)})).micros;
  read.moment.is_day = text.size() == 8;
  if (!read.moment.is_day) {
    if (text.size() < 15 || text[8] != 'T' || !AreDigits(text.substr(9, 6))) return std::nullopt;
    const int hour = NumberAt(text, 9, 2);
    const int minute = NumberAt(text, 11, 2);
    const int second = std::min(NumberAt(text, 13, 2), 59);  // a leap second is the one before it
    if (hour > 23 || minute > 59 || (text.size() > 15 && text.substr(15) != "Z")) return std::nullopt;
    read.wall_micros += ((hour * 60LL + minute) * 60 + second) * kMicrosPerSecond;
    read.moment.is_utc = text.size() > 15;
  }
  read.moment.micros = read.wall_micros;
  return read;
}

icaltimetype ToIcal(std::int64_t wall_micros, bool is_day) {
  const CivilDate civil = ToCivil(DateOf(Instant{wall_micros}));
  const std::int64_t second = (wall_micros - StartOf(DateOf(Instant{wall_micros})).micros) / kMicrosPerSecond;
  icaltimetype time = icaltime_null_time();
  time.year = civil.year;
  time.month = civil.month;
  time.day = civil.day;
  time.is_date = is_day ? 1 : 0;
  if (!is_day) {
    time.hour = static_cast<int>(second / 3600);
    time.minute = static_cast<int>(second / 60 % 60);
    time.second = static_cast<int>(second % 60);
  }
  return time;
}

std::int64_t ToMicros(const icaltimetype& time) {
  return StartOf(FromCivil({time.year, time.month, time.day})).micros +
         ((time.hour * 60LL + time.minute) * 60 + time.second) * kMicrosPerSecond;
}

std::size_t Count(const short* list, std::size_t size) {
  return static_cast<std::size_t>(std::find(list, list + size, ICAL_RECURRENCE_ARRAY_MAX) - list);
}

// libical would follow a rule that repeats each second for centuries: no meeting does.
bool IsPlausible(const icalrecurrencetype& rule) {
  const bool is_slow = rule.freq == ICAL_DAILY_RECURRENCE || rule.freq == ICAL_WEEKLY_RECURRENCE ||
                       rule.freq == ICAL_MONTHLY_RECURRENCE || rule.freq == ICAL_YEARLY_RECURRENCE;
  const std::size_t times = std::max<std::size_t>(1, Count(rule.by_hour, ICAL_BY_HOUR_SIZE)) *
                            std::max<std::size_t>(1, Count(rule.by_minute, ICAL_BY_MINUTE_SIZE)) *
                            std::max<std::size_t>(1, Count(rule.by_second, ICAL_BY_SECOND_SIZE));
  return is_slow && times <= kMostTimesOfDay && rule.rscale == nullptr;
}

// The name that the world knows a zone by: what some programs put before it is left out.
std::optional<TimeZone> FindZone(std::string_view name) {
  while (!name.empty()) {
    if (auto zone = TimeZone::Find(std::string(name))) return *zone;
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
    if (name.find('/') == std::string_view::npos) break;
  }
  return std::nullopt;
}

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
struct FreeZone {
  void operator()(icaltimezone* zone) const { icaltimezone_free(zone, 1); }
};
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

}  // namespace

std::string_view CalendarProperty::Parameter(std::string_view parameter) const {
  const auto found = std::ranges::find(parameters, parameter, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : found->second;
}

std::optional<CalendarProperty> ReadProperty(std::string_view line) {
  CalendarProperty property;
  std::size_t at = std::min(line.find_first_of(";:"), line.size());
  property.name = Upper(TrimBlanks(line.substr(0, at)));
  if (property.name.empty() || at == line.size()) return std::nullopt;
  while (at < line.size() && line[at] == ';') {
    const std::size_t sign = line.find('=', at);
    if (sign == std::string_view::npos) return std::nullopt;
    std::string value;
    bool is_quoted = false;
    std::size_t end = sign + 1;
    for (; end < line.size() && (is_quoted || (line[end] != ';' && line[end] != ':')); ++end) {
      if (line[end] == '"') {
        is_quoted = !is_quoted;
      } else {
        value += line[end];
      }
    }
    property.parameters.emplace_back(Upper(line.substr(at + 1, sign - at - 1)), std::move(value));
    at = end;
  }
  if (at == line.size()) return std::nullopt;
  property.value = line.substr(at + 1);
  return property;
}

std::string PlainText(std::string_view value) {
  std::string plain;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      plain += value[i];
    } else {
      ++i;
      plain += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
    }
  }
  return plain;
}

CalendarLines::CalendarLines(TextStream stream, const ReadLimits& limits, std::string title)
    : stream_(std::move(stream)), limits_(limits), title_(std::move(title)) {}

Result<bool> CalendarLines::NextPhysical(std::string_view& line) {
  const auto find = [&](std::size_t from) {
    return static_cast<std::size_t>(
        std::find(buffer_.begin() + static_cast<std::ptrdiff_t>(from), buffer_.end(), '\n') - buffer_.begin());
  };
  std::size_t end = find(begin_);
  // The first letter of the next line says whether this one goes on.
  while (end + 1 >= buffer_.size() && !is_last_) {
    if (end - begin_ > limits_.record_bytes) {
      return Fail(TooLarge("the line is longer than {} MiB", limits_.record_bytes >> 20)
                      .At(title_, physical_ + 1)
                      .Mend("Check that it is the right file"));
    }
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t before = buffer_.size();
    WEIR_TRY(stream_.Read(std::max(kPiece, before), buffer_));
    is_last_ = buffer_.size() == before;
    end = find(0);
  }
  if (begin_ == buffer_.size()) return false;
  line = {buffer_.data() + begin_, end - begin_};
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ = std::min(end + 1, buffer_.size());
  ++physical_;
  return true;
}

Result<bool> CalendarLines::Next(std::string& line) {
  std::string_view piece;
  line.clear();
  while (line.empty()) {
    WEIR_TRY(const bool is_there, NextPhysical(piece));
    if (!is_there) return false;
    number_ = physical_;
    line = piece;
  }
  while (begin_ < buffer_.size() && (buffer_[begin_] == ' ' || buffer_[begin_] == '\t')) {
    WEIR_TRY(const bool is_there, NextPhysical(piece));
    if (!is_there) break;
    line += piece.substr(1);
    if (line.size() > limits_.record_bytes) {
      return Fail(TooLarge("the line is longer than {} MiB", limits_.record_bytes >> 20)
                      .At(title_, number_)
                      .Mend("Check that it is the right file"));
    }
  }
  return true;
}

std::string CalendarMoment::Text() const {
  if (is_day) return FormatDate(DateOf(Instant{micros}));
  std::string text = FormatInstant(Instant{micros});
  if (!is_utc) text.pop_back();  // the letter of UTC
  return text;
}

struct CalendarZones::State {
  std::map<std::string, std::optional<TimeZone>, std::less<>> known;  // by name; nothing: the world knows none
  std::map<std::string, std::string, std::less<>> called;             // names of the world that the file tells
  std::map<std::string, std::unique_ptr<icaltimezone, FreeZone>, std::less<>> defined;
};

CalendarZones::CalendarZones() : state_(std::make_unique<State>()) { icalerror_set_errors_are_fatal(0); }
CalendarZones::CalendarZones(CalendarZones&&) noexcept = default;
CalendarZones& CalendarZones::operator=(CalendarZones&&) noexcept = default;
CalendarZones::~CalendarZones() = default;

void CalendarZones::Define(const std::string& component) {
  if (component.size() > kLongestZone || state_->defined.size() >= kMostZones) return;
  const std::unique_ptr<icalcomponent, FreeComponent> parsed(icalparser_parse_string(component.c_str()));
  if (parsed == nullptr || icalcomponent_isa(parsed.get()) != ICAL_VTIMEZONE_COMPONENT) return;
  icalproperty* id = icalcomponent_get_first_property(parsed.get(), ICAL_TZID_PROPERTY);
  const char* name = id == nullptr ? nullptr : icalproperty_get_tzid(id);
  if (name == nullptr) return;
  for (icalcomponent* part = icalcomponent_get_first_component(parsed.get(), ICAL_ANY_COMPONENT); part != nullptr;
       part = icalcomponent_get_next_component(parsed.get(), ICAL_ANY_COMPONENT)) {
    icalproperty* rule = icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY);
    if (rule == nullptr) continue;
    const icalrecurrencetype repeats = icalproperty_get_rrule(rule);
    if (repeats.freq != ICAL_YEARLY_RECURRENCE || !IsPlausible(repeats)) return;
  }
  std::unique_ptr<icaltimezone, FreeZone> zone(icaltimezone_new());
  icalcomponent* copy = icalcomponent_new_clone(parsed.get());
  if (zone == nullptr || copy == nullptr) return;
  if (icaltimezone_set_component(zone.get(), copy) == 0) {
    icalcomponent_free(copy);
    return;
  }
  if (const char* place = icaltimezone_get_location(zone.get()); place != nullptr) state_->called[name] = place;
  state_->defined[name] = std::move(zone);
}

std::optional<std::int64_t> CalendarZones::ToUtc(std::string_view zone, std::int64_t wall_micros) {
  auto known = state_->known.find(zone);
  if (known == state_->known.end()) {
    const auto called = state_->called.find(zone);
    std::optional<TimeZone> found = FindZone(zone);
    if (!found && called != state_->called.end()) found = FindZone(called->second);
    if (state_->known.size() >= kMostZones) state_->known.clear();
    known = state_->known.emplace(zone, std::move(found)).first;
  }
  if (known->second) return known->second->FromLocalMicros(wall_micros).micros;
  const auto defined = state_->defined.find(zone);
  if (defined == state_->defined.end()) return std::nullopt;
  const icaltimetype time = ToIcal(wall_micros, false);
  return static_cast<std::int64_t>(icaltime_as_timet_with_zone(time, defined->second.get())) * kMicrosPerSecond;
}

std::optional<Phrase> ReadMoments(const CalendarProperty& property, CalendarZones& zones,
                                  std::vector<WallMoment>& moments) {
  const std::string_view zone = property.Parameter("TZID");
  std::string_view rest = property.value;
  while (true) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view text = TrimBlanks(rest.substr(0, end));
    // A period is known by its beginning.
    std::optional<WallMoment> read = ReadMoment(text.substr(0, text.find('/')));
    if (!read) return MakePhrase("{} is no moment: '{}'", property.name, PlainLine(text.substr(0, 40)));
    if (!read->moment.is_day && !read->moment.is_utc && !zone.empty()) {
      const auto utc = zones.ToUtc(zone, read->wall_micros);
      if (!utc)
        return MakePhrase("the time zone '{}' is neither known nor defined in the file", PlainLine(zone.substr(0, 80)));
      read->moment.is_utc = true;
      read->moment.micros = *utc;
    }
    moments.push_back(*read);
    if (end == rest.size()) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

std::optional<std::int64_t> ReadCalendarDuration(const std::string& text) {
  const icaldurationtype duration = icaldurationtype_from_string(text.c_str());
  if (icaldurationtype_is_bad_duration(duration) != 0) return std::nullopt;
  return icaldurationtype_as_int(duration);
}

std::optional<std::vector<std::int64_t>> Repeat(const std::string& rule, std::int64_t first_micros, bool is_day,
                                                std::int64_t last_micros, std::size_t limit) {
  const icalrecurrencetype repeats = icalrecurrencetype_from_string(rule.c_str());
  if (!IsPlausible(repeats)) return std::nullopt;
  const std::unique_ptr<icalrecur_iterator, FreeIterator> iterator(
      icalrecur_iterator_new(repeats, ToIcal(first_micros, is_day)));
  if (iterator == nullptr) return std::nullopt;
  std::vector<std::int64_t> moments;
  while (moments.size() <= limit) {
    const icaltimetype next = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(next) != 0) break;
    const std::int64_t micros = ToMicros(next);
    if (micros > last_micros) break;
    moments.push_back(micros);
  }
  return moments;
}

}  // namespace weir::sources
