#include "base/domain.h"

#include <algorithm>
#include <vector>

#include <libpsl.h>
#include <unicode/idna.h>
#include <unicode/unistr.h>

#include "base/embedded.h"
#include "base/result.h"
#include "base/text.h"

namespace weir {
namespace {

constexpr std::size_t kLongestHost = 253;     // RFC 1035, 2.3.4
constexpr std::size_t kLongestAddress = 320;  // RFC 3696, erratum 1690: 64 + 1 + 255

const icu::IDNA& Idna() {
  static const icu::IDNA* const idna = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::IDNA* made = icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_UNICODE, status);
    WEIR_CHECK(U_SUCCESS(status));
    return made;
  }();
  return *idna;
}

bool IsHostCharacter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c >= 0x80;
}

bool HasLongLabel(std::string_view host) {
  constexpr std::size_t kLongestLabel = 63;  // RFC 1035, 2.3.4
  while (true) {
    const std::size_t dot = host.find('.');
    if (host.substr(0, dot).size() > kLongestLabel) return true;
    if (dot == std::string_view::npos) return false;
    host.remove_prefix(dot + 1);
  }
}

// Lower case, Unicode labels, without a trailing dot; nothing if it cannot be a public name.
std::optional<std::string> CleanHost(std::string_view host) {
  while (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.empty() || host.size() > kLongestHost || host.front() == '.') return std::nullopt;
  std::string lower = FoldCase(host);
  if (!IsAscii(lower) || lower.find("xn--") != std::string::npos) {
    icu::IDNAInfo info;
    UErrorCode status = U_ZERO_ERROR;
    std::string ascii;
    icu::StringByteSink<std::string> ascii_sink(&ascii);
    Idna().nameToASCII_UTF8(lower, ascii_sink, info, status);
    if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
    std::string unicode;
    icu::StringByteSink<std::string> unicode_sink(&unicode);
    Idna().nameToUnicodeUTF8(ascii, unicode_sink, info, status);
    if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
    lower = std::move(unicode);
  }
  if (HasLongLabel(lower)) return std::nullopt;
  if (!std::ranges::all_of(lower, [](char c) { return IsHostCharacter(static_cast<unsigned char>(c)); })) {
    return std::nullopt;
  }
  const std::size_t dot = lower.rfind('.');
  if (dot == std::string::npos || dot == 0 || lower.find("..") != std::string::npos) return std::nullopt;
  const std::string_view top = std::string_view(lower).substr(dot + 1);
  if (top.size() < 2 || std::ranges::any_of(top, [](char c) { return c >= '0' && c <= '9'; })) {
    if (top.substr(0, 4) != "xn--") return std::nullopt;
  }
  return lower;
}

bool IsLocalPart(std::string_view local) {
  if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.') return false;
  return std::ranges::all_of(local, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && std::string_view("\"(),:;<>@[\\]").find(c) == std::string_view::npos;
  });
}

}  // namespace

std::optional<std::string> ParseEmail(std::string_view text) {
  text = TrimBlanks(text);
  const std::size_t open = text.rfind('<');
  const std::size_t close = text.rfind('>');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    text = TrimBlanks(text.substr(open + 1, close - open - 1));
  }
  if (text.size() > 6 && text[6] == ':' && FoldCase(text.substr(0, 7)) == "mailto:") text.remove_prefix(7);
  if (text.size() > kLongestAddress) return std::nullopt;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || !IsLocalPart(text.substr(0, at))) return std::nullopt;
  const auto host = CleanHost(text.substr(at + 1));
  if (!host) return std::nullopt;
  return FoldCase(text.substr(0, at)) + "@" + *host;
}

std::optional<std::string> HostOf(std::string_view url) {
  url = TrimBlanks(url);
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  if (url.substr(0, 2) == "//") url.remove_prefix(2);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  url = url.substr(0, url.find(':'));
  return CleanHost(url);
}

std::optional<std::string> RegistrableDomain(std::string_view host) {
  const auto clean = CleanHost(host);
  if (!clean) return std::nullopt;
  const char* domain = psl_registrable_domain(psl_builtin(), clean->c_str());
  if (domain == nullptr) return std::nullopt;
  return std::string(domain);
}

std::optional<std::string> WebDomain(std::string_view url) {
  const auto host = HostOf(url);
  return host ? RegistrableDomain(*host) : std::nullopt;
}

std::optional<std::string> EmailDomain(std::string_view email) {
  const auto address = ParseEmail(email);
  if (!address) return std::nullopt;
  const std::string_view host = std::string_view(*address).substr(address->rfind('@') + 1);
  auto domain = RegistrableDomain(host);
  if (!domain || IsFreeMailDomain(host) || IsFreeMailDomain(*domain)) return std::nullopt;
  return domain;
}

std::vector<std::string_view> ParseFreeMail(std::string_view csv) {
  std::vector<std::string_view> list;
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    const std::string_view line = TrimBlanks(csv.substr(0, end));
    csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
    if (!line.empty() && line != "domain") list.push_back(line);
  }
  std::ranges::sort(list);
  return list;
}

std::span<const std::string_view> FreeMailDomains() {
  static const std::vector<std::string_view> domains = [] {
    const auto file = FindEmbedded("catalog", "free_mail.csv");
    WEIR_CHECK(file.has_value());
    return ParseFreeMail(*file);
  }();
  return domains;
}

bool IsFreeMailDomain(std::string_view domain) { return std::ranges::binary_search(FreeMailDomains(), domain); }

std::span<const std::string> TwoLabelSuffixes() {
  static const std::vector<std::string> suffixes = [] {
    // The library cannot list its rules, so each country's usual second labels are asked for.
    static constexpr std::string_view kSecond[] = {
        "ac",  "adm", "asso", "biz", "co",   "com", "ed",     "edu",   "firm", "gen", "go",  "gob", "gouv", "gov",
        "gv",  "id",  "ind",  "inf", "info", "int", "k12",    "ltd",   "me",   "mil", "mod", "msk", "name", "ne",
        "net", "nhs", "nom",  "or",  "org",  "plc", "police", "press", "pro",  "sch", "spb", "tm",  "web"};
    std::vector<std::string> list;
    const psl_ctx_t* rules = psl_builtin();
    for (char first = 'a'; first <= 'z'; ++first) {
      for (char second = 'a'; second <= 'z'; ++second) {
        for (const std::string_view label : kSecond) {
          std::string suffix = std::string(label) + '.' + first + second;
          if (psl_is_public_suffix2(rules, suffix.c_str(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0) {
            list.push_back(std::move(suffix));
          }
        }
      }
    }
    std::ranges::sort(list);
    return list;
  }();
  return suffixes;
}

}  // namespace weir
