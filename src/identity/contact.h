// By what people are reached: e-mail addresses and telephone numbers, in the form in which they are compared. Built on
// base/domain.h (addresses, registrable domains, free mail) and base/phone.h (E.164).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::identity {

struct Email {
  std::string address;   // lower case: "ann.smith+news@gmail.com"
  std::string mailbox;   // where it arrives: without a tag after '+', of providers that ignore dots without them, and
                         // one domain of those with several: "annsmith@gmail.com"
  std::string domain;    // the registrable part: "acme.co.uk"; empty for a bare public suffix
  bool is_role = false;  // of a desk, not of a person: info@, sales@
  bool is_free = false;  // a provider of free mail, which says nothing about the employer
};
std::optional<Email> ReadEmail(std::string_view text);

// "info", "no-reply", "sales.team", "отдел-продаж": what stands before the '@' of an address that several people read.
// Takes a whole address as well.
bool IsRoleAddress(std::string_view address);

// From the weakest to the strongest.
enum class EmailLevel : std::uint8_t {
  kDifferent,
  kSameDomain,   // of one company, not of free mail
  kSameLocal,    // the same person's part at another domain; not of a role
  kMisspelt,     // one letter differs
  kSameMailbox,  // but for a tag, dots or another name of the provider
  kExact,
};
std::string_view ReasonOf(EmailLevel level);
// Symmetric. Texts that are no address are kDifferent.
EmailLevel CompareEmails(std::string_view a, std::string_view b);
EmailLevel Compare(const Email& a, const Email& b);

struct Phone {
  std::string e164;    // "+4930123456"; empty if the country is not known or no number is like that
  std::string digits;  // as written, without what stands between; without the extension
};
// `region` (ISO 3166) is where a number without a country code belongs; empty if unknown. Nothing for texts of fewer
// than five digits. Cost: see ParsePhone in base/phone.h.
std::optional<Phone> ReadPhone(std::string_view text, std::string_view region);

// The last digits that numbers of unknown region are found by: at most kPhoneEnd, empty for fewer than seven.
inline constexpr std::size_t kPhoneEnd = 9;
std::string PhoneEnd(const Phone& phone);

enum class PhoneLevel : std::uint8_t {
  kDifferent,
  kOneDigit,  // one digit differs, is missing or swapped with its neighbour
  kSameEnd,   // the last digits are the same, the country is not known of both
  kExact,
};
std::string_view ReasonOf(PhoneLevel level);
PhoneLevel Compare(const Phone& a, const Phone& b);  // symmetric

}  // namespace weir::identity
