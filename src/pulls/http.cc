#include "pulls/http.h"

#include <algorithm>

namespace weir::pulls {

std::string OriginOf(std::string_view url) {
  std::string text(url);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::size_t begin = 0;
  if (text.starts_with("https://")) begin = 8;
  if (text.starts_with("http://")) begin = 7;
  if (begin == 0) return {};
  std::string origin = text.substr(0, text.find_first_of("/?#", begin));
  // What looks like one host and is another.
  const bool is_plain = origin.size() > begin &&
                        std::all_of(origin.begin() + static_cast<std::ptrdiff_t>(begin), origin.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' ||
                                 c == '[' || c == ']';
                        });
  if (!is_plain) return {};
  const std::string_view plain_port = begin == 8 ? ":443" : ":80";
  if (origin.ends_with(plain_port)) origin.resize(origin.size() - plain_port.size());
  return origin;
}

bool IsLoopback(std::string_view origin) {
  const std::size_t begin = origin.find("://");
  if (begin == std::string_view::npos) return false;
  std::string_view host = origin.substr(begin + 3);
  host = host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

}  // namespace weir::pulls
