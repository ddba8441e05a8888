#include "journey/log/xes_reader.h"

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "journey/log/text_codes.h"
#include "sources/cell_words.h"
#include "sources/read_ahead.h"
#include "sources/xml_stream.h"

namespace weir::journey {
namespace {

using sources::XmlAttributes;

constexpr std::string_view kTime = "time:timestamp";
constexpr std::string_view kName = "concept:name";
constexpr std::size_t kLongestName = 64U << 10U;

bool IsAttribute(std::string_view element) {
  return element == "string" || element == "date" || element == "int" || element == "float" || element == "boolean" ||
         element == "id";
}

// An attribute of XES: its key and its value, which are attributes of XML.
struct Pair {
  std::string_view key;
  std::string_view value;

  static Pair Of(const XmlAttributes& attributes) {
    Pair pair;
    attributes.ForEach([&](std::string_view name, std::string_view text) {
      if (name == "key") pair.key = text;
      if (name == "value") pair.value = text;
    });
    return pair;
  }
};

// Columns that were asked for, filled as events or cases come.
class Columns {
 public:
  explicit Columns(const std::vector<std::string>& keys) : keys_(keys), codes_(keys.size()), texts_(keys.size()) {}

  void Begin() {
    for (auto& codes : codes_) codes.push_back(kNoValue);
  }
  void Take(std::string_view key, std::string_view value) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i] == key) codes_[i].back() = texts_[i].Of(value);
    }
  }
  void DropLast() {
    for (auto& codes : codes_) codes.pop_back();
  }
  std::vector<CodedColumn> Done() {
    std::vector<CodedColumn> columns;
    columns.reserve(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      columns.push_back({.name = keys_[i], .codes = std::move(codes_[i]), .values = texts_[i].Take()});
    }
    return columns;
  }

 private:
  std::vector<std::string> keys_;
  std::vector<std::vector<std::uint32_t>> codes_;
  std::vector<TextCodes> texts_;
};

class XesHandler final : public sources::XmlHandler {
 public:
  XesHandler(const XesOptions& options, std::string title)
      : classifier_(options.classifier),
        title_(std::move(title)),
        parts_(options.classifier.size()),
        event_columns_(options.event_attributes),
        case_columns_(options.case_attributes) {}

  void Follow(const sources::XmlStream& stream) { stream_ = &stream; }

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    ++depth_;
    if (depth_ == 1 && name != "log") {
      Refuse(BadInput("the file is no event log: its outermost element is {}", name)
                 .At(title_, stream_->line())
                 .Mend("XES begins with <log>; a table of events is read as CSV"));
    } else if (depth_ == 2 && name == "trace") {
      BeginCase();
    } else if (depth_ == 2 && name == "event") {
      // The standard allows them; they are of no case.
      ++reading_.events;
      CountAside("no_case", MakePhrase("events outside of any trace"));
    } else if (depth_ == 3 && is_in_trace_ && name == "event") {
      BeginEvent();
    } else if (is_in_event_ && depth_ == 4 && IsAttribute(name)) {
      TakeOfEvent(Pair::Of(attributes));
    } else if (is_in_trace_ && depth_ == 3 && IsAttribute(name)) {
      TakeOfCase(Pair::Of(attributes));
    }
  }
  void End(std::string_view /*name*/) override {
    if (depth_ == 3 && is_in_event_) EndEvent();
    if (depth_ == 2) is_in_trace_ = false;
    --depth_;
  }
  void Text(std::string_view /*text*/) override {}
  bool ReadsText() const override { return false; }

  LogReading Done() {
    reading_.log.activity_names = activities_.Take();
    reading_.log.event_columns = event_columns_.Done();
    reading_.log.case_columns = case_columns_.Done();
    return std::move(reading_);
  }

 private:
  void BeginCase() {
    is_in_trace_ = true;
    case_columns_.Begin();
    // Named when its name comes, which may be after its events.
    reading_.log.case_names.push_back(fmt::format("trace {}", reading_.log.case_names.size() + 1));
  }

  void BeginEvent() {
    is_in_event_ = true;
    ++reading_.events;
    has_time_ = false;
    time_.clear();
    at_ = 0;
    for (Part& part : parts_) part.is_there = false;
    event_columns_.Begin();
  }

  void TakeOfCase(const Pair& pair) {
    const auto [key, value] = pair;
    if (key == kName && !value.empty()) reading_.log.case_names.back().assign(value.substr(0, kLongestName));
    case_columns_.Take(key, value);
  }

  void TakeOfEvent(const Pair& pair) {
    const auto [key, value] = pair;
    if (key == kTime) {
      const auto instant = ParseIsoInstant(value);
      has_time_ = instant.has_value();
      if (instant) {
        at_ = instant->micros;
      } else {
        time_ = value.empty() ? std::string() : sources::Shown(value);
      }
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (key != classifier_[i] || value.empty()) continue;
      parts_[i].is_there = true;
      parts_[i].text.assign(value.substr(0, kLongestName));
    }
    event_columns_.Take(key, value);
  }

  void EndEvent() {
    is_in_event_ = false;
    const bool has_activity = std::ranges::all_of(parts_, [](const Part& part) { return part.is_there; });
    if (!has_activity) return PutAside("no_activity", MakePhrase("events without {}", fmt::join(classifier_, ", ")));
    if (!has_time_ && time_.empty()) return PutAside("no_time", MakePhrase("events without {}", kTime));
    if (!has_time_) return PutAside("bad_time", MakePhrase("events whose time is none, as {}", time_));
    EventLog& log = reading_.log;
    log.case_of.push_back(static_cast<CaseId>(log.case_names.size() - 1));
    log.at.push_back(at_);
    if (parts_.size() == 1) {
      log.activity_of.push_back(activities_.Of(parts_[0].text));
    } else {
      joined_ = parts_[0].text;
      for (std::size_t i = 1; i < parts_.size(); ++i) (joined_ += '+') += parts_[i].text;
      log.activity_of.push_back(activities_.Of(joined_));
    }
  }

  void PutAside(std::string_view code, Phrase reason) {
    event_columns_.DropLast();
    CountAside(code, std::move(reason));
  }

  void CountAside(std::string_view code, Phrase reason) {
    auto& all = reading_.set_aside;
    const auto found = std::ranges::find(all, code, &SetAside::code);
    if (found != all.end()) {
      ++found->count;
    } else {
      all.push_back({.code = code, .reason = std::move(reason), .count = 1, .first_line = stream_->line()});
    }
  }

  struct Part {
    bool is_there = false;
    std::string text;
  };

  const std::vector<std::string>& classifier_;
  std::string title_;
  const sources::XmlStream* stream_ = nullptr;
  LogReading reading_;
  TextCodes activities_;
  std::vector<Part> parts_;
  Columns event_columns_;
  Columns case_columns_;
  std::string time_;  // that is none, as it is shown
  std::string joined_;
  Micros at_ = 0;
  int depth_ = 0;
  bool is_in_trace_ = false;
  bool is_in_event_ = false;
  bool has_time_ = false;
};

}  // namespace

Result<LogReading> ReadXes(std::unique_ptr<sources::ByteSource> bytes, const std::string& title,
                           const XesOptions& options, const std::function<void(double)>& report) {
  WEIR_CHECK(!options.classifier.empty());
  XesHandler handler(options, title);
  WEIR_TRY(sources::XmlStream stream,
           sources::XmlStream::Open(sources::ReadAhead(std::move(bytes)), handler, MakePhrase("the event log"), title));
  handler.Follow(stream);
  for (std::uint64_t step = 0;; ++step) {
    WEIR_TRY(const bool has_more, stream.Step());
    if (!has_more) break;
    if (report && step % 64 == 0 && stream.bytes_total() > 0) {
      report(static_cast<double>(stream.bytes_read()) / static_cast<double>(stream.bytes_total()));
    }
  }
  return handler.Done();
}

}  // namespace weir::journey
