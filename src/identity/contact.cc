#include "identity/contact.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/domain.h"
#include "base/phone.h"
#include "base/text.h"
#include "identity/damerau_levenshtein.h"
#include "identity/fold.h"

namespace weir::identity {
namespace {

// Providers that take any dots in the local part for nothing, by their main domain.
bool IgnoresDots(std::string_view domain) { return domain == "gmail.com"; }

// One name for a provider of several.
std::string_view MainDomain(std::string_view host) {
  struct Alias {
    std::string_view domain;
    std::string_view main;
  };
  static constexpr auto kAliases = std::to_array<Alias>({{"googlemail.com", "gmail.com"},
                                                         {"ya.ru", "yandex.ru"},
                                                         {"yandex.com", "yandex.ru"},
                                                         {"yandex.by", "yandex.ru"},
                                                         {"yandex.kz", "yandex.ru"},
                                                         {"yandex.ua", "yandex.ru"},
                                                         {"narod.ru", "yandex.ru"},
                                                         {"protonmail.com", "proton.me"},
                                                         {"pm.me", "proton.me"},
                                                         {"me.com", "icloud.com"},
                                                         {"mac.com", "icloud.com"},
                                                         {"fastmail.fm", "fastmail.com"}});
  const auto found = std::ranges::find(kAliases, host, &Alias::domain);
  return found == kAliases.end() ? host : found->main;
}

std::string_view LocalOf(std::string_view address) { return address.substr(0, address.rfind('@')); }
std::string_view HostPart(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string MailboxOf(std::string_view address) {
  const std::string_view host = MainDomain(HostPart(address));
  std::string local(LocalOf(address));
  if (const std::size_t plus = local.find('+'); plus != std::string::npos && plus > 0) local.resize(plus);
  if (IgnoresDots(host)) std::erase(local, '.');
  // Yandex takes a dot for a hyphen.
  if (host == "yandex.ru") std::ranges::replace(local, '.', '-');
  return local + "@" + std::string(host);
}

// What names the person, without a tag and signs.
std::string PersonPart(const Email& email) {
  std::string part;
  for (const char c : LocalOf(email.address)) {
    if (c == '+' && !part.empty()) break;
    if (c != '.' && c != '-' && c != '_') part.push_back(c);
  }
  return part;
}

std::string DigitsOf(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits;
}

// Before an extension: "ext. 5", "доб. 5", "x5", "#5".
std::string_view WithoutExtension(std::string_view text) {
  for (const std::string_view mark : {"ext", "Ext", "EXT", "доб", "Доб", "ДОБ", "x", "X", "#", ";"}) {
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos && at > 0) text = text.substr(0, at);
  }
  return text;
}

}  // namespace

bool IsRoleAddress(std::string_view address) {
  static constexpr auto kRoles = std::to_array<std::string_view>({"abuse",
                                                                  "accounting",
                                                                  "accounts",
                                                                  "admin",
                                                                  "administrator",
                                                                  "all",
                                                                  "billing",
                                                                  "booking",
                                                                  "bookings",
                                                                  "buh",
                                                                  "buhgalter",
                                                                  "buhgalteriya",
                                                                  "buchhaltung",
                                                                  "careers",
                                                                  "contact",
                                                                  "contacts",
                                                                  "contabilidad",
                                                                  "contacto",
                                                                  "commercial",
                                                                  "compta",
                                                                  "customerservice",
                                                                  "desk",
                                                                  "donotreply",
                                                                  "einkauf",
                                                                  "enquiries",
                                                                  "feedback",
                                                                  "finance",
                                                                  "general",
                                                                  "hello",
                                                                  "help",
                                                                  "helpdesk",
                                                                  "hi",
                                                                  "hr",
                                                                  "info",
                                                                  "information",
                                                                  "inquiries",
                                                                  "invoice",
                                                                  "invoices",
                                                                  "it",
                                                                  "jobs",
                                                                  "kadry",
                                                                  "kontakt",
                                                                  "kundenservice",
                                                                  "legal",
                                                                  "mail",
                                                                  "mailbox",
                                                                  "marketing",
                                                                  "media",
                                                                  "noreply",
                                                                  "notreply",
                                                                  "office",
                                                                  "ofis",
                                                                  "opt",
                                                                  "order",
                                                                  "orders",
                                                                  "otdel",
                                                                  "payments",
                                                                  "personal",
                                                                  "postmaster",
                                                                  "pochta",
                                                                  "post",
                                                                  "pr",
                                                                  "press",
                                                                  "prodazhi",
                                                                  "procurement",
                                                                  "purchasing",
                                                                  "rechnung",
                                                                  "reception",
                                                                  "recruiting",
                                                                  "reklama",
                                                                  "reply",
                                                                  "root",
                                                                  "sale",
                                                                  "sales",
                                                                  "secretary",
                                                                  "sekretar",
                                                                  "sekretariat",
                                                                  "service",
                                                                  "snab",
                                                                  "snabzhenie",
                                                                  "spam",
                                                                  "support",
                                                                  "team",
                                                                  "tender",
                                                                  "tenders",
                                                                  "vendas",
                                                                  "ventas",
                                                                  "verkauf",
                                                                  "vertrieb",
                                                                  "web",
                                                                  "webmaster",
                                                                  "welcome",
                                                                  "zakaz",
                                                                  "zakupki"});
  const std::string folded = FoldText(LocalOf(address.substr(0, 320)));
  std::string joined = folded;
  std::erase(joined, ' ');
  if (std::ranges::binary_search(kRoles, joined)) return true;
  // "no-reply", "sales.team", "info 2": every word is of a role, a number or too short to be a name.
  bool has_role = false;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    std::string_view word = std::string_view(folded).substr(begin, end - begin);
    while (!word.empty() && word.back() >= '0' && word.back() <= '9') word.remove_suffix(1);
    const bool is_role = std::ranges::binary_search(kRoles, word);
    constexpr std::size_t kShortestName = 3;
    if (!is_role && word.size() >= kShortestName) return false;
    has_role = has_role || is_role;
    begin = end + 1;
  }
  return has_role;
}

std::optional<Email> ReadEmail(std::string_view text) {
  std::optional<std::string> address = ParseEmail(text);
  if (!address) return std::nullopt;
  Email email;
  email.mailbox = MailboxOf(*address);
  email.domain = RegistrableDomain(HostPart(*address)).value_or("");
  email.is_role = IsRoleAddress(*address);
  email.is_free = IsFreeMailDomain(email.domain);
  email.address = std::move(*address);
  return email;
}

std::string_view ReasonOf(EmailLevel level) {
  switch (level) {
    case EmailLevel::kDifferent:
      return "different addresses";
    case EmailLevel::kSameDomain:
      return "the same domain";
    case EmailLevel::kSameLocal:
      return "the same name at another domain";
    case EmailLevel::kMisspelt:
      return "the same but for a typing error";
    case EmailLevel::kSameMailbox:
      return "the same mailbox";
    case EmailLevel::kExact:
      break;
  }
  return "the same address";
}

EmailLevel Compare(const Email& a, const Email& b) {
  if (a.address == b.address) return EmailLevel::kExact;
  if (a.mailbox == b.mailbox) return EmailLevel::kSameMailbox;
  // A letter more or less makes another address where there are few: of names with a number, of desks.
  constexpr std::size_t kShortest = 5;
  const std::string part_a = PersonPart(a);
  const std::string part_b = PersonPart(b);
  if (!a.is_role && !b.is_role && DigitsOf(part_a) == DigitsOf(part_b) &&
      std::min(part_a.size(), part_b.size()) >= kShortest) {
    const std::string host_a(MainDomain(HostPart(a.address)));
    const std::string host_b(MainDomain(HostPart(b.address)));
    if (OptimalStringAlignment(part_a + "@" + host_a, part_b + "@" + host_b, 1) <= 1) return EmailLevel::kMisspelt;
  }
  if (!part_a.empty() && part_a == part_b && !a.is_role && !b.is_role) return EmailLevel::kSameLocal;
  if (!a.domain.empty() && a.domain == b.domain && !a.is_free) return EmailLevel::kSameDomain;
  return EmailLevel::kDifferent;
}

EmailLevel CompareEmails(std::string_view a, std::string_view b) {
  const std::optional<Email> first = ReadEmail(a);
  const std::optional<Email> second = ReadEmail(b);
  return first && second ? Compare(*first, *second) : EmailLevel::kDifferent;
}

std::optional<Phone> ReadPhone(std::string_view text, std::string_view region) {
  constexpr std::size_t kLongest = 64;
  constexpr std::size_t kFewestDigits = 5;
  text = TrimBlanks(text.substr(0, kLongest));
  Phone phone;
  phone.digits = DigitsOf(WithoutExtension(text));
  if (phone.digits.size() < kFewestDigits) return std::nullopt;
  // What the library calls possible nowhere may still be the end of a number.
  phone.e164 = ParsePhone(text, region).value_or("");
  return phone;
}

std::string PhoneEnd(const Phone& phone) {
  constexpr std::size_t kFewest = 7;
  const std::string_view digits =
      phone.e164.empty() ? std::string_view(phone.digits) : std::string_view(phone.e164).substr(1);
  if (digits.size() < kFewest) return {};
  return std::string(digits.substr(digits.size() - std::min(digits.size(), kPhoneEnd)));
}

std::string_view ReasonOf(PhoneLevel level) {
  switch (level) {
    case PhoneLevel::kDifferent:
      return "different numbers";
    case PhoneLevel::kOneDigit:
      return "the same but for a digit";
    case PhoneLevel::kSameEnd:
      return "the same last digits";
    case PhoneLevel::kExact:
      break;
  }
  return "the same number";
}

PhoneLevel Compare(const Phone& a, const Phone& b) {
  const bool are_known = !a.e164.empty() && !b.e164.empty();
  if (are_known && a.e164 == b.e164) return PhoneLevel::kExact;
  if (!are_known) {
    if (a.e164.empty() && b.e164.empty() && a.digits == b.digits) return PhoneLevel::kExact;
    // One may lack what stands before: the ends must be the same as far as the shorter goes.
    const std::string first = PhoneEnd(a);
    const std::string second = PhoneEnd(b);
    const bool same_end = first.size() >= second.size() ? first.ends_with(second) : second.ends_with(first);
    if (!first.empty() && !second.empty() && same_end) return PhoneLevel::kSameEnd;
  }
  constexpr std::size_t kFewest = 8;
  const std::string_view first = are_known ? a.e164 : a.digits;
  const std::string_view second = are_known ? b.e164 : b.digits;
  if (std::min(first.size(), second.size()) < kFewest) return PhoneLevel::kDifferent;
  return OptimalStringAlignment(first, second, 1) <= 1 ? PhoneLevel::kOneDigit : PhoneLevel::kDifferent;
}

}  // namespace weir::identity
