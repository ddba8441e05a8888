#include "journey/log/ocel_reader.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "journey/log/text_codes.h"
#include "sources/cell_words.h"

namespace weir::journey {
namespace {

constexpr std::size_t kPiece = 1U << 18U;
constexpr std::uint64_t kLongestToken = 16U << 20U;

// The bytes of a source one after another, and where one is in them.
class Letters {
 public:
  Letters(std::unique_ptr<sources::ByteSource> bytes, const std::function<void(double)>& report)
      : bytes_(std::move(bytes)), report_(report), piece_(kPiece) {
    Fill();
  }

  bool is_at_end() const { return at_ == size_; }
  char Current() const { return piece_[at_]; }
  void Next() {
    if (piece_[at_] == '\n') {
      ++line_;
      line_begin_ = before_ + at_ + 1;
    }
    if (++at_ == size_) Fill();
  }
  std::uint64_t line() const { return line_; }
  std::uint64_t column() const { return before_ + at_ - line_begin_ + 1; }
  // A piece of the text has been understood: what comes is a new one.
  void MarkToken() { token_ = before_ + at_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  void Fill() {
    before_ += size_;
    at_ = size_ = 0;
    if (before_ - token_ > kLongestToken) {
      error_ = TooLarge("a text in the file is longer than {} bytes", kLongestToken);
      return;
    }
    auto read = bytes_->Read(piece_);
    if (!read) {
      error_ = std::move(read).error();
      return;
    }
    size_ = *read;
    if (report_ && bytes_->bytes_total() > 0) {
      report_(static_cast<double>(bytes_->bytes_read()) / static_cast<double>(bytes_->bytes_total()));
    }
  }

  std::unique_ptr<sources::ByteSource> bytes_;
  const std::function<void(double)>& report_;
  std::vector<char> piece_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t before_ = 0;  // bytes of earlier pieces
  std::uint64_t token_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t line_begin_ = 0;
  std::optional<Error> error_;
};

// As the parser wants to walk over them.
class LetterIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  LetterIterator() = default;
  explicit LetterIterator(Letters* letters) : letters_(letters) {}
  char operator*() const { return letters_->Current(); }
  LetterIterator& operator++() {
    letters_->Next();
    return *this;
  }
  LetterIterator operator++(int) {
    const LetterIterator before = *this;
    letters_->Next();
    return before;
  }
  // The end is the only place that any is compared with.
  bool operator==(const LetterIterator& other) const { return is_end() == other.is_end(); }

 private:
  bool is_end() const { return letters_ == nullptr || letters_->is_at_end(); }
  Letters* letters_ = nullptr;
};

enum class Section : std::uint8_t { kOther, kObjectTypes, kEventTypes, kObjects, kEvents };
enum class Field : std::uint8_t { kOther, kId, kType, kTime, kName, kRelations };

// A text of an element, if there is one.
struct Given {
  bool is_there = false;
  std::string text;

  void Take(const std::string& value) {
    is_there = !value.empty();
    text = value;
  }
};

class OcelHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  OcelHandler(Letters* letters, std::string title) : letters_(letters), title_(std::move(title)) {}

  bool null() override { return Scalar(); }
  bool boolean(bool) override { return Scalar(); }
  bool number_integer(number_integer_t) override { return Scalar(); }
  bool number_unsigned(number_unsigned_t) override { return Scalar(); }
  bool number_float(number_float_t, const string_t&) override { return Scalar(); }
  bool binary(binary_t&) override { return Scalar(); }

  bool string(string_t& text) override {
    letters_->MarkToken();
    if (depth_ == 3 && section_ != Section::kOther) {
      if (field_ == Field::kId) id_.Take(text);
      if (field_ == Field::kType) type_.Take(text);
      if (field_ == Field::kTime) time_.Take(text);
      if (field_ == Field::kName) name_.Take(text);
    } else if (depth_ == 5 && section_ == Section::kEvents && field_ == Field::kRelations && is_object_id_) {
      related_.push_back(objects_.Of(text));
    }
    return Scalar();
  }

  bool key(string_t& key) override {
    letters_->MarkToken();
    if (depth_ == 1) return BeginSection(key);
    if (depth_ == 3) field_ = FieldOf(key);
    if (depth_ == 5) is_object_id_ = key == "objectId";
    return true;
  }

  bool start_object(std::size_t) override {
    letters_->MarkToken();
    ++depth_;
    if (depth_ == 2 && section_ != Section::kOther) return Refuse(BadInput("'{}' is not a list", section_name_));
    if (depth_ == 3) BeginElement();
    return true;
  }
  bool end_object() override {
    letters_->MarkToken();
    if (depth_ == 3) EndElement();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    letters_->MarkToken();
    ++depth_;
    if (depth_ == 1) return Refuse(NoLog());
    return true;
  }
  bool end_array() override {
    letters_->MarkToken();
    --depth_;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return Refuse(
        BadInput("the event log is damaged or ends early").Mend("Here the text is no JSON; write the file anew"));
  }

  const std::optional<Error>& refusal() const { return refusal_; }

  // Whether the parts of such a log were there.
  Result<ObjectReading> Done() {
    if (!has_objects_ || !has_events_) return Fail(NoLog().At(title_));
    KeepDeclared();
    ObjectLog& log = reading_.log;
    log.object_types = object_types_.Take();
    log.activity_names = activities_.Take();
    return std::move(reading_);
  }

 private:
  static Field FieldOf(std::string_view key) {
    if (key == "id") return Field::kId;
    if (key == "type") return Field::kType;
    if (key == "time") return Field::kTime;
    if (key == "name") return Field::kName;
    return key == "relationships" ? Field::kRelations : Field::kOther;
  }

  static Error NoLog() {
    return BadInput("the file is no object-centric event log")
        .Mend("OCEL 2.0 in JSON has the lists objectTypes, eventTypes, objects and events");
  }

  bool Refuse(Error error) {
    if (!refusal_) refusal_ = std::move(error).At(title_, letters_->line(), letters_->column());
    return false;
  }
  bool Scalar() {
    letters_->MarkToken();
    if (depth_ == 0) return Refuse(NoLog());
    if (depth_ == 1 && section_ != Section::kOther) return Refuse(BadInput("'{}' is not a list", section_name_));
    return true;
  }

  bool BeginSection(const std::string& key) {
    constexpr std::array<std::pair<std::string_view, Section>, 4> kSections{{{"objectTypes", Section::kObjectTypes},
                                                                             {"eventTypes", Section::kEventTypes},
                                                                             {"objects", Section::kObjects},
                                                                             {"events", Section::kEvents}}};
    if (key.starts_with("ocel:")) {
      return Refuse(BadInput("the log is written as OCEL 1.0").Mend("Write it as OCEL 2.0; what wrote it may do both"));
    }
    const auto* const found = std::ranges::find(kSections, key, &std::pair<std::string_view, Section>::first);
    section_ = found == kSections.end() ? Section::kOther : found->second;
    section_name_ = key;
    has_objects_ = has_objects_ || section_ == Section::kObjects;
    has_events_ = has_events_ || section_ == Section::kEvents;
    return true;
  }

  void BeginElement() {
    for (Given* each : {&id_, &type_, &time_, &name_}) each->is_there = false;
    field_ = Field::kOther;
    related_.clear();
  }

  void EndElement() {
    if (section_ == Section::kObjectTypes && name_.is_there) object_types_.Of(name_.text);
    if (section_ == Section::kEventTypes && name_.is_there) activities_.Of(name_.text);
    if (section_ == Section::kObjects) EndObject();
    if (section_ == Section::kEvents) EndEvent();
  }

  void EndObject() {
    if (!id_.is_there) return PutAside("no_id", [] { return MakePhrase("objects without an id"); });
    if (!type_.is_there) return PutAside("no_type", [] { return MakePhrase("objects without a type"); });
    const std::uint32_t code = objects_.Of(id_.text);
    place_of_.resize(std::max<std::size_t>(place_of_.size(), code + std::size_t{1}), kNoValue);
    if (place_of_[code] != kNoValue) {
      return PutAside("repeated",
                      [&] { return MakePhrase("objects whose id stood before, as {}", sources::Shown(id_.text)); });
    }
    place_of_[code] = static_cast<std::uint32_t>(reading_.log.object_names.size());
    reading_.log.object_names.push_back(id_.text);
    reading_.log.type_of_object.push_back(object_types_.Of(type_.text));
  }

  void EndEvent() {
    ++reading_.events;
    if (!type_.is_there) return PutAside("no_activity", [] { return MakePhrase("events without a type"); });
    if (!time_.is_there) return PutAside("no_time", [] { return MakePhrase("events without a time"); });
    const auto instant = ParseIsoInstant(time_.text);
    if (!instant) {
      return PutAside("bad_time",
                      [&] { return MakePhrase("events whose time is none, as {}", sources::Shown(time_.text)); });
    }
    if (related_.empty()) return PutAside("no_object", [] { return MakePhrase("events that concern no object"); });
    ObjectLog& log = reading_.log;
    log.activity_of.push_back(activities_.Of(type_.text));
    log.at.push_back(instant->micros);
    log.objects_of_events.insert(log.objects_of_events.end(), related_.begin(), related_.end());
    log.begin_of_event.push_back(log.objects_of_events.size());
    lines_.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(letters_->line(), kNoValue)));
  }

  // From codes to the places of objects, each once an event; what was nowhere declared is counted and left out.
  void KeepDeclared() {
    ObjectLog& log = reading_.log;
    place_of_.resize(objects_.size(), kNoValue);
    std::vector<std::uint32_t> last_event(log.object_names.size(), kNoValue);
    std::size_t kept = 0;
    std::size_t events = 0;
    std::size_t begin = 0;
    for (std::uint32_t event = 0; event < log.activity_of.size(); ++event) {
      const std::size_t end = log.begin_of_event[event + 1];
      const std::size_t kept_before = kept;
      for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t object = place_of_[log.objects_of_events[i]];
        if (object == kNoValue) {
          PutAside(
              "unknown_object", [] { return MakePhrase("relationships to objects that are nowhere declared"); },
              lines_[event]);
        } else if (last_event[object] != event) {
          last_event[object] = event;
          log.objects_of_events[kept++] = object;
        }
      }
      begin = end;
      if (kept == kept_before) {
        PutAside("no_object", [] { return MakePhrase("events that concern no object"); }, lines_[event]);
        continue;
      }
      log.activity_of[events] = log.activity_of[event];
      log.at[events] = log.at[event];
      log.begin_of_event[++events] = kept;
    }
    log.objects_of_events.resize(kept);
    log.activity_of.resize(events);
    log.at.resize(events);
    log.begin_of_event.resize(events + 1);
  }

  template <typename Reason>
  void PutAside(std::string_view code, const Reason& reason, std::uint64_t line = 0) {
    auto& all = reading_.set_aside;
    const auto found = std::ranges::find(all, code, &SetAside::code);
    if (found != all.end()) {
      ++found->count;
    } else {
      all.push_back({.code = code, .reason = reason(), .count = 1, .first_line = line > 0 ? line : letters_->line()});
    }
  }

  Letters* letters_;
  std::string title_;
  std::optional<Error> refusal_;
  ObjectReading reading_;
  TextCodes object_types_;
  TextCodes activities_;
  TextCodes objects_;
  std::vector<std::uint32_t> place_of_;  // of each code, among declared objects
  std::vector<std::uint32_t> lines_;     // of events
  std::vector<std::uint32_t> related_;   // codes, of the event that is read
  Given id_;
  Given type_;
  Given time_;
  Given name_;
  std::string section_name_;
  Section section_ = Section::kOther;
  Field field_ = Field::kOther;
  std::uint64_t depth_ = 0;
  bool is_object_id_ = false;
  bool has_objects_ = false;
  bool has_events_ = false;
};

}  // namespace

Result<ObjectReading> ReadOcel(std::unique_ptr<sources::ByteSource> bytes, const std::string& title,
                               const std::function<void(double)>& report) {
  Letters letters(std::move(bytes), report);
  OcelHandler handler(&letters, title);
  nlohmann::json::sax_parse(LetterIterator(&letters), LetterIterator(), &handler);
  if (letters.error()) return Fail(Error(*letters.error()).At(title, letters.line()));
  if (handler.refusal()) return Fail(*handler.refusal());
  return handler.Done();
}

}  // namespace weir::journey
