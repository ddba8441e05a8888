#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Internet names: e-mail addresses, hosts and the domain that one registers (by the public suffix list).
namespace weir {

// "Ann Smith <Ann@Mail.Acme.co.uk>" -> "ann@mail.acme.co.uk"; nothing if it is no address.
std::optional<std::string> ParseEmail(std::string_view text);

// Host of a web address, with or without scheme: "https://www.acme.com/x" -> "www.acme.com". Lower case, Unicode
// labels stay Unicode, punycode becomes Unicode. Nothing for numeric addresses and names without a dot.
std::optional<std::string> HostOf(std::string_view url);

// The part that somebody registered: "mail.acme.co.uk" -> "acme.co.uk"; nothing for a bare public suffix.
std::optional<std::string> RegistrableDomain(std::string_view host);

// Registrable domain of a web address or host.
std::optional<std::string> WebDomain(std::string_view url);

// Business domain of an e-mail: registrable, and not one of the free mail providers.
std::optional<std::string> EmailDomain(std::string_view email);

// Providers whose addresses say nothing about the employer (catalog/free_mail.csv), sorted.
std::span<const std::string_view> FreeMailDomains();
// The same of another list: a domain a line under the header `domain`.
std::vector<std::string_view> ParseFreeMail(std::string_view csv);
bool IsFreeMailDomain(std::string_view domain);

// Public suffixes of two labels ("co.uk"), sorted: what SQL needs to find the registrable part without a library.
std::span<const std::string> TwoLabelSuffixes();

}  // namespace weir
