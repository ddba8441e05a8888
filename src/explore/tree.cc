#include "explore/tree.h"

#include "explore/views.h"

namespace weir::explore {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// After spaces and comments; comments in /* */ nest.
std::size_t SkipBlank(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (IsSpace(text[at])) {
      ++at;
    } else if (text.substr(at, 2) == "--") {
      at = std::min(text.find('\n', at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      int open = 0;
      do {
        const std::string_view two = text.substr(at, 2);
        const int step = two == "/*" ? 1 : (two == "*/" ? -1 : 0);
        open += step;
        at += step == 0 ? 1 : 2;
      } while (open > 0 && at < text.size());
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

std::optional<std::size_t> EndOfSchema(std::string_view text, std::size_t begin) {
  constexpr std::string_view kPlain = "scoped";
  constexpr std::string_view kQuoted = "\"scoped\"";
  if (begin > text.size()) return std::nullopt;
  const bool is_quoted = text.substr(begin).starts_with('"');
  const std::string_view name = is_quoted ? kQuoted : kPlain;
  if (Lowered(text.substr(begin, name.size())) != name) return std::nullopt;
  const std::size_t dot = SkipBlank(text, begin + name.size());
  if (dot >= text.size() || text[dot] != '.') return std::nullopt;
  return dot + 1;
}

}  // namespace weir::explore
