// Passwords as argon2id hashes. A hash carries its own parameters, so that they can grow without a migration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::access {

// What one guess costs: passes over so many bytes of memory. About 0.1 s on a small server.
struct PasswordCost {
  std::uint64_t passes = 3;
  std::size_t bytes = std::size_t{64} << 20;

  // The least that argon2id takes; for tests.
  static PasswordCost Least();
};

inline constexpr std::size_t kShortestPassword = 10;   // characters
inline constexpr std::size_t kLongestPassword = 1024;  // bytes

// Whether a password may be set; `name` and `email` are those of its account, which it must not be.
Status CheckPassword(std::string_view password, std::string_view name, std::string_view email);

Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost);
// In constant time. An empty hash, of an account without a password, takes as long and never fits.
bool IsPassword(std::string_view password, const std::string& hash, const PasswordCost& cost);
// Whether the hash was made at a lower cost.
bool IsCheaper(std::string_view hash, const PasswordCost& cost);

// Twenty characters that are hard to confuse, in groups of five: 98 bits.
std::string NewPassword();

}  // namespace weir::access
