#include "simulate/identifiers.h"

namespace weir::simulate {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// A permutation of the 64-bit numbers (each step can be undone), so that distinct numbers stay distinct.
std::uint64_t Scatter(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

}  // namespace

IdText SalesforceId(std::string_view key_prefix, std::uint64_t number) {
  std::array<char, 15> text{};
  for (std::size_t i = 0; i < 3; ++i) text[i] = key_prefix[i];
  for (std::size_t i = 14; i >= 3; --i) {
    text[i] = kBase62[number % 62];
    number /= 62;
  }
  text[3] = '7';  // the instance, "7R", as ids of one organisation share it
  text[4] = 'R';
  IdText id;
  for (const char c : text) id.Append(c);
  for (const char c : SalesforceSuffix({text.data(), text.size()})) id.Append(c);
  return id;
}

std::array<char, 3> SalesforceSuffix(std::string_view fifteen) {
  std::array<char, 3> suffix{};
  for (std::size_t block = 0; block < suffix.size(); ++block) {
    unsigned capitals = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      const char c = fifteen[block * 5 + i];
      if (c >= 'A' && c <= 'Z') capitals |= 1U << i;
    }
    suffix[block] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals];
  }
  return suffix;
}

IdText StripeId(std::string_view prefix, std::uint64_t number) {
  IdText id;
  for (const char c : prefix) id.Append(c);
  std::uint64_t scattered = Scatter(number);
  id.Append('1');
  for (int i = 0; i < 11; ++i) {
    id.Append(kBase62[scattered % 62]);
    scattered /= 62;
  }
  for (const char c : std::string_view("Wr")) id.Append(c);
  return id;
}

}  // namespace weir::simulate
