#include "engine/json_writer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace weir::engine {
namespace {

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void AppendEscaped(char c, std::string& text) {
  switch (c) {
    case '"':
      text += "\\\"";
      break;
    case '\\':
      text += "\\\\";
      break;
    case '\n':
      text += "\\n";
      break;
    case '\r':
      text += "\\r";
      break;
    case '\t':
      text += "\\t";
      break;
    default:
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
}

}  // namespace

void JsonWriter::Separate() {
  if (needs_comma_) text_.push_back(',');
  needs_comma_ = false;
}

JsonWriter& JsonWriter::BeginObject() {
  Separate();
  text_.push_back('{');
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  text_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Separate();
  text_.push_back('[');
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  text_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Name(std::string_view name) {
  Text(name);
  text_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  text_ += json;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Null() { return Raw("null"); }
JsonWriter& JsonWriter::Flag(bool value) { return Raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::Integer(std::int64_t value) { return Raw(fmt::format("{}", value)); }
JsonWriter& JsonWriter::Number(double value) { return std::isfinite(value) ? Raw(fmt::format("{}", value)) : Null(); }

JsonWriter& JsonWriter::Text(std::string_view value) {
  Separate();
  text_.push_back('"');
  // Whole runs of plain bytes: a ledger of 37 MB has few others.
  while (!value.empty()) {
    const auto escaped = std::ranges::find_if(value, NeedsEscape);
    text_.append(value.begin(), escaped);
    value.remove_prefix(static_cast<std::size_t>(escaped - value.begin()));
    if (value.empty()) break;
    AppendEscaped(value.front(), text_);
    value.remove_prefix(1);
  }
  text_.push_back('"');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Cell(const store::Value& value) {
  struct Visitor {
    JsonWriter& to;
    void operator()(std::monostate) const { to.Null(); }
    void operator()(bool flag) const { to.Flag(flag); }
    void operator()(std::int64_t number) const { to.Integer(number); }
    void operator()(const Decimal& number) const { to.Raw(FormatDecimal(number)); }
    void operator()(double number) const { to.Number(number); }
    void operator()(const std::string& text) const { to.Text(text); }
    void operator()(Date date) const { to.Text(FormatDate(date)); }
    void operator()(Instant instant) const { to.Text(FormatInstant(instant)); }
  };
  std::visit(Visitor{*this}, value);
  return *this;
}

}  // namespace weir::engine
