#include "pulls/request.h"
#include "base/internet.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weir::pulls {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view kCursor = "{cursor}";
constexpr std::string_view kId = "{id}";
constexpr std::string_view kAdd = "{add}";

std::map<std::string, std::string> ValuesOf(const Ask& ask, const Fill& fill) {
  std::map<std::string, std::string> values = fill.settings;
  const StampForm form = ask.since ? ask.since->form : StampForm::kIso;
  if (fill.since) values["since"] = FormatStamp(*fill.since, form);
  if (fill.until) values["until"] = FormatStamp(*fill.until, form);
  values["cursor"] = fill.cursor;
  values["add"] = fill.add;
  if (!fill.ids.empty()) {
    values["id"] = fill.ids.front();
    std::string& ids = values["ids"];
    for (const std::string& id : fill.ids) ids += (ids.empty() ? "" : ",") + id;
  }
  return values;
}

bool Holds(const json& node, std::string_view mark) {
  if (node.is_string()) return node.get_ref<const std::string&>().find(mark) != std::string::npos;
  if (!node.is_structured()) return false;
  for (const json& inner : node) {
    if (Holds(inner, mark)) return true;
  }
  return false;
}

// ",a,b" as two.
std::vector<std::string> FieldsOf(std::string_view add) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0; begin < add.size();) {
    const std::size_t end = std::min(add.find(',', begin), add.size());
    if (end > begin) fields.emplace_back(add.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

class BodyMaker {
 public:
  BodyMaker(const Ask& ask, const Fill& fill) : fill_(fill), values_(ValuesOf(ask, fill)) {}

  json Make(const json& node) {
    if (node.is_string()) return FilledIn(node.get_ref<const std::string&>(), values_);
    if (node.is_array()) return MakeList(node);
    if (!node.is_object()) return node;
    json made = json::object();
    for (const auto& [key, inner] : node.items()) {
      if (inner == json(std::string(kCursor)) && fill_.cursor.empty()) continue;
      made[key] = Make(inner);
    }
    return made;
  }

 private:
  json MakeList(const json& node) {
    json made = json::array();
    if (node.size() != 1 || !Holds(node[0], kId)) {
      for (const json& inner : node) {
        if (inner == json(std::string(kAdd))) {
          for (const std::string& field : FieldsOf(fill_.add)) made.push_back(field);
        } else {
          made.push_back(Make(inner));
        }
      }
      return made;
    }
    for (const std::string& id : fill_.ids) {
      values_["id"] = id;
      made.push_back(Make(node[0]));
    }
    return made;
  }

  const Fill& fill_;
  std::map<std::string, std::string> values_;
};

}  // namespace

std::string FilledIn(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    if (end != std::string_view::npos) {
      const auto value = values.find(std::string(text.substr(at + 1, end - at - 1)));
      if (value != values.end()) {
        filled += value->second;
        at = end + 1;
        continue;
      }
    }
    filled += text[at++];
  }
  return filled;
}

std::string FormatStamp(Instant instant, StampForm form) {
  constexpr std::int64_t kMicrosPerMilli = 1000;
  const Instant whole{instant.micros - instant.micros % kMicrosPerSecond};
  switch (form) {
    case StampForm::kUnix:
      return fmt::format("{}", instant.micros / kMicrosPerSecond);
    case StampForm::kUnixMs:
      return fmt::format("{}", instant.micros / kMicrosPerMilli);
    case StampForm::kIso:
      return FormatInstant(whole);
    case StampForm::kSql:
      break;
  }
  std::string text = FormatInstant(whole);  // 2026-11-23T09:40:00Z
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

std::optional<Instant> ParseStamp(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    constexpr std::int64_t kMillisFrom = 100'000'000'000;  // of 1973; as seconds the year 5138
    return Instant{number >= kMillisFrom ? number * 1000 : number * kMicrosPerSecond};
  }
  if (const auto instant = ParseIsoInstant(text)) return instant;
  // "+0000" is "+00:00".
  const std::size_t sign = text.find_last_of("+-");
  constexpr std::size_t kOffset = 5;
  if (sign != std::string_view::npos && text.size() - sign == kOffset && text.find('T') < sign) {
    std::string colon(text);
    colon.insert(sign + 3, ":");
    return ParseIsoInstant(colon);
  }
  if (const auto date = ParseIsoDate(text)) return StartOf(*date);
  return std::nullopt;
}

std::string TargetOf(const Ask& ask, const Fill& fill) {
  const std::map<std::string, std::string> values = ValuesOf(ask, fill);
  std::map<std::string, std::string> encoded;
  for (const auto& [name, value] : values) encoded[name] = PercentEncoded(value);
  std::string target = FilledIn(ask.path, encoded);
  char mark = '?';
  for (const auto& [name, value] : ask.params) {
    if (value == kCursor && fill.cursor.empty()) continue;
    if (value == kAdd) {
      for (const std::string& field : FieldsOf(fill.add)) {
        target += fmt::format("{}{}={}", mark, PercentEncoded(name), PercentEncoded(field));
        mark = '&';
      }
      continue;
    }
    target += fmt::format("{}{}={}", mark, PercentEncoded(name), PercentEncoded(FilledIn(value, values)));
    mark = '&';
  }
  return target;
}

std::string BodyOf(const Ask& ask, const Fill& fill) {
  const json form = json::parse(ask.body, nullptr, false);
  return BodyMaker(ask, fill).Make(form).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace weir::pulls
