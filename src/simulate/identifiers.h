// Identifiers in the form of each vendor, one to one with a number, so that no two records share one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::simulate {

class IdText {
 public:
  std::string_view view() const { return {text_.data(), size_}; }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  void Append(char c) { text_[size_++] = c; }

 private:
  std::array<char, 40> text_{};
  std::size_t size_ = 0;
};

// Salesforce: three letters for the object, twelve of the number, three that make it safe in upper case.
IdText SalesforceId(std::string_view key_prefix, std::uint64_t number);
// The last three letters of an id of eighteen: which of each five letters before are capitals.
std::array<char, 3> SalesforceSuffix(std::string_view fifteen);
// Stripe: "cus_" and letters and digits without visible order.
IdText StripeId(std::string_view prefix, std::uint64_t number);

// A number that no other record of this object has: records of one account stand together.
constexpr std::uint64_t RecordNumber(int account, int local) {
  return (static_cast<std::uint64_t>(account) << 20) + static_cast<std::uint64_t>(local) + 1;
}

}  // namespace weir::simulate
