#include "server/target.h"

#include <algorithm>

#include "base/text.h"

namespace weir::server {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool HasControlByte(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) return true;
  }
  return false;
}

Status ReadPath(std::string_view path, Target& target) {
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    auto segment = PercentDecode(path.substr(0, slash));
    if (!segment) return Fail(BadUsage("the path holds a broken percent escape or a byte that paths do not have"));
    if (segment->empty()) return Fail(BadUsage("the path holds two slashes in a row"));
    if (*segment == "." || *segment == ".." || segment->find_first_of("/\\\r\n\t") != std::string::npos) {
      return Fail(BadUsage("the path holds a segment that paths do not have here"));
    }
    target.segments.push_back(std::move(*segment));
    target.ends_in_slash = slash < path.size();
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return {};
}

Status ReadQuery(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), true);
    auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) {
      return Fail(BadUsage("the query holds a broken percent escape, a control byte or text that is not UTF-8"));
    }
    if (target.query.size() >= kMaxQueryParameters) {
      return Fail(BadUsage("the query holds more than {} parameters", kMaxQueryParameters));
    }
    target.query.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

std::string Target::Path() const {
  std::string path;
  for (const std::string& segment : segments) path += '/' + segment;
  if (path.empty() || ends_in_slash) path += '/';
  return path;
}

Result<Target> ParseTarget(std::string_view text) {
  WEIR_CHECK(text.starts_with('/'));
  Target target;
  const std::size_t question = std::min(text.find('?'), text.size());
  WEIR_TRY(ReadPath(text.substr(0, question), target));
  WEIR_TRY(ReadQuery(text.substr(std::min(question + 1, text.size())), target));
  return target;
}

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus_is_blank) {
      decoded.push_back(' ');
    } else if (text[at] != '%') {
      decoded.push_back(text[at]);
    } else {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = HexValue(text[at + 1]);
      const int low = HexValue(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(high * 16 + low));
      at += 2;
    }
  }
  if (HasControlByte(decoded) || !IsValidUtf8(decoded)) return std::nullopt;
  return decoded;
}

}  // namespace weir::server
