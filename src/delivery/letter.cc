#include "delivery/letter.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include "base/internet.h"
#include "base/text.h"

namespace weir::delivery {
namespace {

using nlohmann::json;

constexpr std::string_view kEnd = "\r\n";

std::string FromBase64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (::sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),  // NOLINT(*-reinterpret-cast)
                          text.data(), text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return {};
  }
  bytes.resize(size);
  return bytes;
}

// Lines of at most 76 characters, as a body.
std::string Base64Lines(std::string_view bytes) {
  constexpr std::size_t kLine = 76;
  const std::string whole = Base64(bytes);
  std::string lines;
  for (std::size_t at = 0; at < whole.size(); at += kLine) {
    lines += whole.substr(at, kLine);
    lines += kEnd;
  }
  return lines;
}

bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' && c < 127; }) &&
         text.find("=?") == std::string_view::npos;
}

// Text of a header: as it is where it is plain and short; else in encoded words of at most 75 characters, each of
// whole characters.
std::string HeaderText(std::string_view text) {
  constexpr std::size_t kPlain = 60;
  constexpr std::size_t kBytes = 42;  // 56 characters of base64 and the frame
  if (IsPlain(text) && text.size() <= kPlain) return std::string(text);
  std::string words;
  while (!text.empty()) {
    std::size_t size = std::min(kBytes, text.size());
    while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
    if (size == 0) size = std::min(kBytes, text.size());  // no UTF-8
    words += fmt::format("{}=?utf-8?B?{}?=", words.empty() ? "" : "\r\n ", Base64(text.substr(0, size)));
    text.remove_prefix(size);
  }
  return words;
}

// "Name <address>" with the name encoded, or the address alone.
std::string HeaderAddress(std::string_view from) {
  const std::size_t open = from.rfind('<');
  if (open == std::string_view::npos) return std::string(from);
  const std::string_view name = TrimBlanks(from.substr(0, open));
  if (name.empty()) return std::string(from.substr(open));
  const bool is_word = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
  });
  return fmt::format("{} {}", is_word ? std::string(name) : fmt::format("=?utf-8?B?{}?=", Base64(name)),
                     from.substr(open));
}

// Letters and digits that the key decides.
std::string HashOf(std::string_view key) {
  std::array<unsigned char, 16> hash{};
  ::crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()),  // NOLINT
                       key.size(), nullptr, 0);
  std::string hex;
  for (const unsigned char byte : hash) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string Part(std::string_view type, std::string_view disposition, std::string_view bytes) {
  std::string part = fmt::format("Content-Type: {}{}Content-Transfer-Encoding: base64{}", type, kEnd, kEnd);
  if (!disposition.empty()) part += fmt::format("Content-Disposition: {}{}", disposition, kEnd);
  return part + std::string(kEnd) + Base64Lines(bytes);
}

// Parts under a boundary, which holds signs that base64 never does.
std::string Multipart(std::string_view kind, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string whole = fmt::format("Content-Type: multipart/{}; boundary=\"{}\"{}{}", kind, boundary, kEnd, kEnd);
  for (const std::string& part : parts) whole += fmt::format("--{}{}{}", boundary, kEnd, part);
  return whole + fmt::format("--{}--{}", boundary, kEnd);
}

// A name of a file that needs no quoting.
std::string PlainName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    plain += is_plain ? c : '-';
  }
  return plain;
}

}  // namespace

std::string Base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  ::sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.size() - 1);  // its end mark
  return text;
}

std::string KeptText(const Letter& letter) {
  json kept{{"subject", letter.subject}, {"text", letter.text}, {"html", letter.html}, {"data", letter.data}};
  for (const Attachment& one : letter.attachments) {
    kept["attachments"].push_back({{"name", one.name}, {"type", one.type}, {"bytes", Base64(one.bytes)}});
  }
  return kept.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Letter> LetterFrom(std::string_view kept) {
  const json read = json::parse(kept, nullptr, false);
  if (!read.is_object()) return Fail(BadInput("a letter that was kept cannot be read"));
  Letter letter{.subject = read.value("subject", ""),
                .text = read.value("text", ""),
                .html = read.value("html", ""),
                .data = read.value("data", "null")};
  if (const auto found = read.find("attachments"); found != read.end()) {
    for (const json& one : *found) {
      letter.attachments.push_back(
          {.name = one.value("name", ""), .type = one.value("type", ""), .bytes = FromBase64(one.value("bytes", ""))});
    }
  }
  return letter;
}

std::string MailMessage(const Letter& letter, const MailHead& head) {
  const std::string id = HashOf(head.key);
  const std::string host(head.from.substr(std::min(head.from.size(), head.from.rfind('@') + 1)));
  const auto header = [](std::string_view name, std::string_view value) {
    return fmt::format("{}: {}{}", name, value, kEnd);
  };
  std::string message = header("From", HeaderAddress(head.from)) + header("To", head.to) +
                        header("Subject", HeaderText(letter.subject)) + header("Date", InternetDate(head.at, "+0000")) +
                        header("Message-ID", fmt::format("<{}@{}>", id, host.substr(0, host.find('>')))) +
                        header("Auto-Submitted", "auto-generated") + header("MIME-Version", "1.0");
  std::vector<std::string> ways{Part("text/plain; charset=utf-8", "", letter.text)};
  if (!letter.html.empty()) ways.push_back(Part("text/html; charset=utf-8", "", letter.html));
  const std::string body = Multipart("alternative", "=_" + id + "_a", ways);
  if (letter.attachments.empty()) return message + body;
  std::vector<std::string> parts{body};
  for (const Attachment& one : letter.attachments) {
    parts.push_back(Part(one.type, fmt::format("attachment; filename=\"{}\"", PlainName(one.name)), one.bytes));
  }
  return message + Multipart("mixed", "=_" + id + "_m", parts);
}

}  // namespace weir::delivery
