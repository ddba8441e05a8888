#include "buckets/signature.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <sodium.h>

#include "base/result.h"

namespace weir::buckets {
namespace {

using Digest = std::array<unsigned char, crypto_hash_sha256_BYTES>;

// SHA-256 of nothing: a GET has no body.
constexpr std::string_view kEmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast): how the library takes text
}

std::string Hex(const Digest& digest) {
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  ::sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

Digest Sha256(std::string_view text) {
  Digest digest{};
  ::crypto_hash_sha256(digest.data(), Bytes(text), text.size());
  return digest;
}

Digest Hmac(std::string_view key, std::string_view text) {
  Digest digest{};
  crypto_auth_hmacsha256_state state;
  ::crypto_auth_hmacsha256_init(&state, Bytes(key), key.size());
  ::crypto_auth_hmacsha256_update(&state, Bytes(text), text.size());
  ::crypto_auth_hmacsha256_final(&state, digest.data());
  return digest;
}

std::string_view AsText(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT(*-reinterpret-cast): bytes as a key
}

std::string QueryOf(const SignedRequest& request) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(request.query.size());
  for (const auto& [name, value] : request.query) {
    encoded.emplace_back(EncodedForSignature(name, false), EncodedForSignature(value, false));
  }
  // By name and then by value, once they are encoded: "list-type=2" would stand before "list=" as a whole.
  std::ranges::sort(encoded);
  std::string query;
  for (const auto& [name, value] : encoded) query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, value);
  return query;
}

// "20260301T123000Z".
std::string StampOf(Instant at) {
  std::string stamp = FormatInstant(Instant{at.micros - at.micros % kMicrosPerSecond});
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp;
}

}  // namespace

std::string EncodedForSignature(std::string_view text, bool keeps_slashes) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '.' || c == '_' || c == '~' || (c == '/' && keeps_slashes);
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string TargetOf(const SignedRequest& request) {
  const std::string query = QueryOf(request);
  return EncodedForSignature(request.path, true) + (query.empty() ? "" : "?" + query);
}

std::vector<std::string> Sign(const SignedRequest& request, const AccessKey& key, std::string_view region, Instant at) {
  const std::string stamp = StampOf(at);
  const std::string day = stamp.substr(0, stamp.find('T'));
  std::map<std::string, std::string> headers = request.headers;
  headers["host"] = request.host;
  headers["x-amz-content-sha256"] = kEmptyBody;
  headers["x-amz-date"] = stamp;
  if (!key.session.empty()) headers["x-amz-security-token"] = key.session.Reveal();

  std::string canonical = fmt::format("GET\n{}\n{}\n", EncodedForSignature(request.path, true), QueryOf(request));
  std::string names;
  for (const auto& [name, value] : headers) {
    canonical += fmt::format("{}:{}\n", name, value);
    names += (names.empty() ? "" : ";") + name;
  }
  canonical += fmt::format("\n{}\n{}", names, kEmptyBody);

  const std::string scope = fmt::format("{}/{}/s3/aws4_request", day, region);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope, Hex(Sha256(canonical)));
  Digest signing = Hmac("AWS4" + key.secret.Reveal(), day);
  for (const std::string_view part : {region, std::string_view("s3"), std::string_view("aws4_request")}) {
    signing = Hmac(AsText(signing), part);
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : headers) {
    if (name != "host") lines.push_back(fmt::format("{}: {}", name, value));
  }
  lines.push_back(fmt::format("Authorization: AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}", key.id,
                              scope, names, Hex(Hmac(AsText(signing), to_sign))));
  return lines;
}

}  // namespace weir::buckets
