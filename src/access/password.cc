#include "access/password.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <sodium.h>

#include "base/text.h"

namespace weir::access {
namespace {

void Start() { WEIR_CHECK(sodium_init() >= 0); }

// The number after `name` in "$argon2id$v=19$m=65536,t=3,p=1$...".
std::optional<std::uint64_t> ParameterOf(std::string_view hash, std::string_view name) {
  const std::size_t at = hash.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const char* begin = hash.data() + at + name.size();
  if (std::from_chars(begin, hash.data() + hash.size(), value).ec != std::errc{}) return std::nullopt;
  return value;
}

std::size_t CharactersOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

PasswordCost PasswordCost::Least() {
  return {.passes = crypto_pwhash_argon2id_OPSLIMIT_MIN, .bytes = crypto_pwhash_argon2id_MEMLIMIT_MIN};
}

Status CheckPassword(std::string_view password, std::string_view name, std::string_view email) {
  if (password.size() > kLongestPassword) {
    return Fail(BadUsage("the password is longer than {} bytes", kLongestPassword).Field("password"));
  }
  if (password.find('\0') != std::string_view::npos || !IsValidUtf8(password)) {
    return Fail(BadUsage("the password is not text").Field("password"));
  }
  if (CharactersOf(password) < kShortestPassword) {
    return Fail(BadUsage("the password has fewer than {} characters", kShortestPassword)
                    .Field("password")
                    .Mend("Several words in a row are easy to keep and hard to guess"));
  }
  const bool is_repeated = std::ranges::all_of(password, [&](char c) { return c == password.front(); });
  if (password == name || password == email || is_repeated) {
    return Fail(BadUsage("the password is too easy to guess").Field("password").Mend("Choose several words"));
  }
  return {};
}

Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost) {
  Start();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_argon2id_str(hash.data(), password.data(), password.size(), cost.passes, cost.bytes) != 0) {
    return Fail(Unavailable("there is not enough memory to hash a password"));
  }
  return std::string(hash.data());
}

bool IsPassword(std::string_view password, const std::string& hash, const PasswordCost& cost) {
  Start();
  if (hash.empty()) {
    // The same work as for a real account, so that the time does not tell which names exist.
    static_cast<void>(HashPassword(password, cost).has_value());
    return false;
  }
  return crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool IsCheaper(std::string_view hash, const PasswordCost& cost) {
  const auto kibibytes = ParameterOf(hash, "$m=");
  const auto passes = ParameterOf(hash, ",t=");
  return !kibibytes || !passes || *kibibytes < cost.bytes / 1024 || *passes < cost.passes;
}

std::string NewPassword() {
  Start();
  static constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string password;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) password += '-';
    password += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  }
  return password;
}

}  // namespace weir::access
