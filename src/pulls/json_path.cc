#include "pulls/json_path.h"

#include <charconv>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace weir::pulls {
namespace {

constexpr int kDepth = 64;

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool IsObject(std::string_view text) { return !text.empty() && text.front() == '{'; }
bool IsList(std::string_view text) { return !text.empty() && text.front() == '['; }

// The member or element that the step names, with its text raw where it is a list or an object.
std::optional<JsonPart> Step(std::string_view text, std::string_view step) {
  std::optional<JsonPart> found;
  JsonWalker walker(text, kDepth);
  if (IsObject(text)) {
    walker.WalkObject([&](std::string_view key, const JsonValue& value) {
      if (key != step) return;
      found = JsonPart{value.kind, std::string(value.text)};
      walker.Stop();
    });
  } else if (IsList(text)) {
    std::size_t wanted = 0;
    if (std::from_chars(step.data(), step.data() + step.size(), wanted).ec != std::errc()) return std::nullopt;
    std::size_t at = 0;
    walker.WalkList([&](const JsonValue& value) {
      if (at++ != wanted) return;
      found = JsonPart{value.kind, std::string(value.text)};
      walker.Stop();
    });
  }
  return found;
}

}  // namespace

bool IsWholeJson(std::string_view text) {
  const std::string_view trimmed = Trimmed(text);
  JsonWalker walker(trimmed, kDepth);
  if (IsObject(trimmed)) return !walker.WalkObject([](std::string_view, const JsonValue&) {});
  if (IsList(trimmed)) return !walker.WalkList([](const JsonValue&) {});
  return false;
}

std::optional<JsonPart> FindJson(std::string_view text, std::string_view path) {
  const std::string_view trimmed = Trimmed(text);
  std::optional<JsonPart> part;
  if (IsObject(trimmed)) part = JsonPart{JsonKind::kObject, std::string(trimmed)};
  if (IsList(trimmed)) part = JsonPart{JsonKind::kList, std::string(trimmed)};
  // A member whose name holds dots is found by the whole of it.
  while (part && !path.empty()) {
    if (part->kind != JsonKind::kObject && part->kind != JsonKind::kList) return std::nullopt;
    std::size_t end = path.find('.');
    std::optional<JsonPart> next = Step(part->text, path.substr(0, end));
    if (!next && end != std::string_view::npos) {
      next = Step(part->text, path);
      end = std::string_view::npos;
    }
    part = std::move(next);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return part;
}

std::string ScalarAt(std::string_view text, std::string_view path) {
  std::optional<JsonPart> part = FindJson(text, path);
  if (!part || part->kind == JsonKind::kNull || part->kind == JsonKind::kList || part->kind == JsonKind::kObject) {
    return {};
  }
  return std::move(part->text);
}

bool IsTrueAt(std::string_view text, std::string_view path) {
  const std::optional<JsonPart> part = FindJson(text, path);
  return part && part->kind == JsonKind::kBoolean && part->text == "true";
}

bool ForEachObject(std::string_view text, std::string_view path, const std::function<void(std::string_view)>& element) {
  const std::optional<JsonPart> part = FindJson(text, path);
  if (!part) return false;
  if (part->kind == JsonKind::kNull) return true;
  if (part->kind == JsonKind::kObject) {
    element(part->text);
    return true;
  }
  if (part->kind != JsonKind::kList) return false;
  JsonWalker walker(part->text, kDepth);
  walker.WalkList([&](const JsonValue& value) {
    if (value.kind == JsonKind::kObject) element(value.text);
  });
  return true;
}

namespace {

// The four digits of an escape such as "\u041a" at the front; nothing where it is something else.
std::optional<std::uint32_t> UnitOf(std::string_view escaped) {
  constexpr std::size_t kLength = 6;
  if (escaped.size() < kLength || !escaped.starts_with("\\u")) return std::nullopt;
  std::uint32_t unit = 0;
  const char* end = escaped.data() + kLength;
  const auto [stop, error] = std::from_chars(escaped.data() + 2, end, unit, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return unit;
}

void AddUtf8(std::uint32_t code, std::string& line) {
  constexpr std::uint32_t kLast = 0x3F;
  const auto add = [&](std::uint32_t byte) { line += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6U);
    add(0x80 | (code & kLast));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12U);
    add(0x80 | (code >> 6U & kLast));
    add(0x80 | (code & kLast));
  } else {
    add(0xF0 | code >> 18U);
    add(0x80 | (code >> 12U & kLast));
    add(0x80 | (code >> 6U & kLast));
    add(0x80 | (code & kLast));
  }
}

// Adds what the backslash at the front begins, as the character itself where that may stand in a text; how many bytes
// follow the backslash.
std::size_t AddEscaped(std::string_view escaped, std::string& line) {
  constexpr std::uint32_t kHigh = 0xD800;
  constexpr std::uint32_t kLow = 0xDC00;
  constexpr std::uint32_t kBehind = 0xE000;
  constexpr std::size_t kUnit = 6;
  if (escaped[1] == '/') {
    line += '/';
    return 1;
  }
  const std::optional<std::uint32_t> unit = UnitOf(escaped);
  if (unit && *unit >= kHigh && *unit < kLow) {
    const std::optional<std::uint32_t> low = UnitOf(escaped.substr(kUnit));
    if (low && *low >= kLow && *low < kBehind) {
      AddUtf8(0x10000 + ((*unit - kHigh) << 10U) + (*low - kLow), line);
      return 2 * kUnit - 1;
    }
  }
  const bool is_plain = unit && *unit >= ' ' && *unit != '"' && *unit != '\\' && (*unit < kHigh || *unit >= kBehind);
  if (is_plain) {
    AddUtf8(*unit, line);
    return kUnit - 1;
  }
  line += escaped.substr(0, 2);
  return 1;
}

}  // namespace

std::string OneLine(std::string_view json) {
  std::string line;
  line.reserve(json.size());
  bool is_within = false;  // a text
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (is_within) {
      if (c == '\\' && i + 1 < json.size()) {
        i += AddEscaped(json.substr(i), line);
        continue;
      }
      line += c;
      if (c == '"') is_within = false;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    is_within = c == '"';
    line += c;
  }
  return line;
}

std::string QuotedJson(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string WithMember(std::string_view json, std::string_view name, std::string_view value) {
  const std::string_view trimmed = Trimmed(json);
  if (!IsObject(trimmed)) return std::string(json);
  const std::string_view rest = Trimmed(trimmed.substr(1));
  std::string text = "{" + QuotedJson(name) + ":" + QuotedJson(value);
  if (!rest.starts_with('}')) text += ',';
  text += rest;
  return text;
}

}  // namespace weir::pulls
