#include "identity/contact_domains.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/latin.h"
#include "base/text.h"

namespace weir::identity {
namespace {

// All records that are one company.
struct Company {
  std::size_t first = 0;
  std::set<std::string> domains = {};
  std::set<std::string> names = {};
  std::set<std::string> described_in = {};  // sources that have a record of it, not a mere mention
  std::map<std::string, std::set<std::string>> contacts = {};
};

std::map<std::size_t, Company> CompaniesOf(std::span<const CompanyRecord> records) {
  std::map<std::size_t, Company> companies;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const CompanyRecord& record = records[i];
    Company& company = companies.try_emplace(record.cluster, Company{.first = i}).first->second;
    if (!record.domain.empty()) company.domains.insert(record.domain);
    if (!record.name.empty()) company.names.insert(record.name);
    if (!record.is_mention) company.described_in.insert(record.source);
    for (const auto& [domain, addresses] : record.contacts) {
      company.contacts[domain].insert(addresses.begin(), addresses.end());
    }
  }
  return companies;
}

std::optional<std::string> ClaimOf(const Company& company) {
  if (!company.domains.empty() || company.contacts.size() != 1) return std::nullopt;
  const auto& [domain, addresses] = *company.contacts.begin();
  const bool agree = !company.described_in.empty() && addresses.size() > 1;
  if (agree ||
      std::ranges::any_of(company.names, [&](const std::string& name) { return IsNameOfDomain(name, domain); })) {
    return domain;
  }
  return std::nullopt;
}

}  // namespace

bool IsNameOfDomain(std::string_view name, std::string_view domain) {
  constexpr std::size_t kLongName = 6;  // in which a few wrong letters leave no doubt
  std::string label = LatinKey(domain.substr(0, domain.find('.')));
  std::erase(label, ' ');
  if (label.empty()) return false;
  std::vector<std::string> words;
  const std::string key = LatinKey(name);
  for (std::size_t at = 0; at < key.size();) {
    const std::size_t end = std::min(key.find(' ', at), key.size());
    words.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  for (std::size_t begin = 0; begin < words.size(); ++begin) {
    std::array<std::string, 1> together;
    for (std::size_t end = begin; end < words.size(); ++end) {
      together.front() += words[end];
      if (together.front() == label) return true;
      if (label.size() >= kLongName && !NearestName(label, together).empty()) return true;
    }
  }
  return false;
}

std::vector<DomainOfContacts> DomainsOfContacts(std::span<const CompanyRecord> records) {
  const std::map<std::size_t, Company> companies = CompaniesOf(records);
  std::map<std::size_t, std::string> claims;
  std::map<std::pair<std::string, std::string>, std::size_t> bearers;  // of a domain in a source
  for (const auto& [cluster, company] : companies) {
    std::set<std::string> domains = company.domains;
    if (const auto claim = ClaimOf(company)) {
      claims.emplace(cluster, *claim);
      domains.insert(*claim);
    }
    for (const std::string& source : company.described_in) {
      for (const std::string& domain : domains) ++bearers[{source, domain}];
    }
  }
  std::vector<DomainOfContacts> found;
  for (const auto& [cluster, domain] : claims) {
    const Company& company = companies.at(cluster);
    const bool is_alone = std::ranges::all_of(
        company.described_in, [&](const std::string& source) { return bearers.at({source, domain}) == 1; });
    if (is_alone) found.push_back({company.first, domain});
  }
  std::ranges::sort(found, {}, &DomainOfContacts::record);
  return found;
}

}  // namespace weir::identity
