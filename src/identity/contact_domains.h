// By which domain a company that names no site may be known: that of its contacts' addresses.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// A company as one record of one source has it.
struct CompanyRecord {
  std::size_t cluster = 0;  // records of one number are one company by other keys
  std::string source = {};
  std::string name = {};
  bool is_mention = false;  // known by its name alone: the company of a deal or a contact
  std::string domain = {};  // its own; empty: none
  // Business addresses of its contacts, by their domain; without free mail and without colleagues.
  std::map<std::string, std::set<std::string>> contacts = {};
};

struct DomainOfContacts {
  std::size_t record;  // the first of its company
  std::string domain;
};

// Whether a company of that name may well have that domain: some of its words, written together in Latin letters, are
// the domain's name, but for a slip of the hand in a long one.
bool IsNameOfDomain(std::string_view name, std::string_view domain);

// The domains of companies without one of their own, in the order of their records. All their contacts must agree, and
// two addresses or the company's name must bear it out; of what is known by its name alone the name must. A company
// gets none where its source has another of that domain: one of the two may belong to a group, or be an agency.
std::vector<DomainOfContacts> DomainsOfContacts(std::span<const CompanyRecord> records);

}  // namespace weir::identity
