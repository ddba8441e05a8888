#include "identity/certain_keys.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/domain.h"
#include "base/text.h"
#include "identity/contact.h"
#include "identity/contact_domains.h"

namespace weir::identity {
namespace {

void AddKeys(std::size_t record, std::vector<CertainKey> keys, Kind& kind) {
  for (CertainKey& key : keys) kind.keys.push_back({record, std::move(key.text), key.reason, key.names_key});
}

// A list without ids names a person in row after row: where the rows contradict each other, several people of one name
// are meant, and what the name has gathered belongs to none of them.
Status ReadNamesOfSeveral(const Reader& reader, Kind& kind) {
  return reader.ForEach(
      fmt::format(
          "SELECT r.n FROM (SELECT source, key FROM (SELECT source, key, row_key, max_by(email, observation) AS "
          "email, max_by(phone, observation) AS phone, max_by(account_key, observation) AS account_key FROM "
          "model.person_word WHERE name_key(name) = key GROUP BY source, key, row_key) GROUP BY source, key "
          "HAVING count(*) > 1 AND NOT (count(email) = count(*) AND min(email) = max(email)) AND "
          "(coalesce(min(email) <> max(email), FALSE) OR coalesce(min(phone) <> max(phone), FALSE) OR "
          "coalesce(min(account_key) <> max(account_key), FALSE))) AS w JOIN {} AS r ON r.source = w.source AND "
          "r.key = w.key",
          kRecords),
      [&](const store::Chunk& chunk, std::size_t row) { kind.of_several.insert(NumberAt(chunk, row, 0)); });
}

// The newest non-empty value of what a record can be joined by.
Status ReadKeys(const Reader& reader, Kind& kind) {
  const bool is_account = kind.entity == "account";
  const bool is_person = kind.entity == "person";
  const std::string_view columns = is_account  ? "max_by(domain, observation) AS a, max_by(tax_id, observation) AS b"
                                   : is_person ? "max_by(email, observation) AS a, max_by(phone, observation) AS b, "
                                                 "max_by(name, observation) AS c"
                                               : "max_by(email, observation) AS a";
  if (is_person) WEIR_TRY(ReadNamesOfSeveral(reader, kind));
  return reader.ForEach(
      fmt::format("SELECT r.n, a{} FROM (SELECT source, key, {} FROM {} GROUP BY source, key) AS w JOIN {} AS r "
                  "ON r.source = w.source AND r.key = w.key",
                  is_account  ? ", b"
                  : is_person ? ", b, c"
                              : "",
                  columns, WordsOf(kind.entity), kRecords),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::size_t record = NumberAt(chunk, row, 0);
        const std::string_view first = TextAt(chunk, row, 1);
        if (is_person) {
          if (kind.of_several.contains(record)) return;
          AddKeys(record, KeysOfPerson(first, TextAt(chunk, row, 2), TextAt(chunk, row, 3)), kind);
        } else if (is_account) {
          AddKeys(record, KeysOfAccount(first, TextAt(chunk, row, 2)), kind);
        } else if (!first.empty()) {
          kind.keys.push_back({record, KeyText("email", first), "same e-mail"});
        }
      });
}

// The described records that have, or once had, a name.
struct Bearers {
  std::vector<std::size_t> now;
  std::vector<std::size_t> once;

  // Whom the name means; nothing where it may mean several.
  std::optional<std::size_t> Only() const {
    const std::vector<std::size_t>& meant = now.empty() ? once : now;
    return meant.size() == 1 ? std::optional(meant.front()) : std::nullopt;
  }
};

// Exports without ids know a record by its name: others refer to it by name, or it is described under the key of its
// own name. It is the described record of that name that has an id, where the source has exactly one; a record that was
// renamed is still meant by its former name, unless another bears that now.
Status ReadNames(const Reader& reader, Kind& kind) {
  if (kind.entity == "person") return {};
  kind.names.resize(kind.records.size());
  kind.is_mention = kind.is_reference;
  struct Name {
    std::size_t record;
    std::string text;
    bool is_newest;
  };
  std::vector<Name> names;
  std::vector<std::size_t> named;  // described or referred to by name alone
  WEIR_TRY(reader.ForEach(
      fmt::format(
          "SELECT r.n, w.name, w.place FROM (SELECT source, key, name, row_number() OVER (PARTITION BY source, "
          "key ORDER BY max(observation) DESC NULLS LAST, name NULLS LAST) AS place FROM {} WHERE name IS NOT "
          "NULL GROUP BY source, key, name) AS w JOIN {} AS r ON r.source = w.source AND r.key = w.key ORDER BY "
          "r.n NULLS LAST, w.place NULLS LAST",
          WordsOf(kind.entity), kRecords),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::size_t record = NumberAt(chunk, row, 0);
        const bool is_newest = chunk.Column(2).Integers()[row] == 1;
        std::string text = NameKey(TextAt(chunk, row, 1));
        if (is_newest) kind.names[record] = TextAt(chunk, row, 1);
        if (is_newest && text == kind.records[record].key) kind.is_mention[record] = true;
        if (text.empty()) return;
        if (text == kind.records[record].key) {
          named.push_back(record);
        } else {
          names.push_back({record, std::move(text), is_newest});
        }
      }));
  for (std::size_t i = 0; i < kind.records.size(); ++i) {
    if (kind.is_reference[i]) named.push_back(i);
  }
  // Only of the names that something is known by does it matter who bears them.
  std::unordered_map<std::string, Bearers> by_name;
  const auto in_source = [&](std::size_t record, std::string_view name) {
    return fmt::format("{}{}{}", kind.records[record].source, kPart, name);
  };
  for (const std::size_t i : named) by_name.try_emplace(in_source(i, NameKey(kind.records[i].key)));
  for (const Name& name : names) {
    const auto found = by_name.find(in_source(name.record, name.text));
    if (found == by_name.end()) continue;
    std::vector<std::size_t>& of = name.is_newest ? found->second.now : found->second.once;
    if (of.empty() || of.back() != name.record) of.push_back(name.record);
  }
  for (const std::size_t i : named) {
    const std::optional<std::size_t> meant = by_name.at(in_source(i, NameKey(kind.records[i].key))).Only();
    if (!meant) continue;
    const std::string text = KeyText("name", fmt::format("{}", *meant));
    kind.keys.push_back({*meant, text, "named by others in the same source"});
    kind.keys.push_back({i, text, "named by others in the same source"});
  }
  return {};
}

// Everybody who bears one name, in all sources.
struct Namesakes {
  std::vector<std::size_t> records;
  std::set<std::string> emails;
  std::map<std::string, std::set<std::string>> by_source;  // addresses, or keys of those without one

  bool AreOne() const {
    return emails.size() <= 1 &&
           std::ranges::none_of(by_source, [](const auto& source) { return source.second.size() > 1; });
  }
};

// Colleagues are few, and many tools know them by name without an address (a telephone system, a list of contacts with
// its owners). All records of a name are one colleague, unless two addresses bear it or one source tells two apart.
Status ReadNamesOfColleagues(const Reader& reader, Kind& kind) {
  std::map<std::string, Namesakes> by_name;
  WEIR_TRY(reader.ForEach(
      fmt::format(
          "SELECT r.n, w.name, w.email FROM (SELECT source, key, max_by(name, observation) AS name, "
          "max_by(email, observation) AS email FROM {} WHERE name IS NOT NULL GROUP BY source, key) AS w JOIN {} "
          "AS r ON r.source = w.source AND r.key = w.key ORDER BY r.n NULLS LAST",
          kColleagueWords, kRecords),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::string name = NameKey(TextAt(chunk, row, 1));
        if (name.empty()) return;
        const std::size_t number = NumberAt(chunk, row, 0);
        const Record& record = kind.records[number];
        const std::string email(TextAt(chunk, row, 2));
        Namesakes& namesakes = by_name[name];
        namesakes.records.push_back(number);
        if (!email.empty()) namesakes.emails.insert(email);
        // A record under the key of its name is whoever the source means by that name.
        if (record.key != name) namesakes.by_source[record.source].insert(email.empty() ? record.key : email);
      }));
  for (const auto& [name, namesakes] : by_name) {
    if (namesakes.records.size() < 2 || !namesakes.AreOne()) continue;
    for (const std::size_t record : namesakes.records) {
      kind.keys.push_back({record, KeyText("colleague", name), "the only colleague of that name"});
    }
  }
  return {};
}

Status ReadMerges(const Reader& reader, Kind& kind) {
  return reader.ForEach(
      fmt::format("SELECT DISTINCT a.n, b.n FROM rec.merge AS m JOIN {0} AS a ON a.source = m._source AND a.key = "
                  "m.from_key JOIN {0} AS b ON b.source = m._source AND b.key = m.into_key WHERE m.kind = '{1}'",
                  kRecords, kind.entity),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::string text =
            KeyText("merge", fmt::format("{} {}", NumberAt(chunk, row, 0), NumberAt(chunk, row, 1)));
        for (const std::size_t column : {std::size_t{0}, std::size_t{1}}) {
          kind.keys.push_back({NumberAt(chunk, row, column), text, "merged in the source"});
        }
      });
}

// Registrable domains that say nothing about a customer: of free mail, and our own, since a colleague may stand among
// the contacts of a company.
Result<std::set<std::string>> MeaninglessDomains(const Reader& reader) {
  std::set<std::string> domains;
  WEIR_TRY(reader.ForEach("SELECT domain FROM meta.free_mail",
                          [&](const store::Chunk& chunk, std::size_t row) { domains.emplace(TextAt(chunk, row, 0)); }));
  WEIR_TRY(
      reader.ForEach(fmt::format("SELECT DISTINCT regexp_extract(email, '@(.+)$', 1) FROM {} WHERE email IS NOT NULL",
                                 kColleagueWords),
                     [&](const store::Chunk& chunk, std::size_t row) {
                       const auto domain = RegistrableDomain(TextAt(chunk, row, 0));
                       if (domain) domains.insert(*domain);
                     }));
  return domains;
}

// The address that somebody had with a company, also when he has left it for another since; of the companies without
// a site of their own.
Status ReadContacts(const Reader& reader, const std::vector<bool>& has_site, std::vector<CompanyRecord>& companies) {
  WEIR_TRY(const std::set<std::string> meaningless, MeaninglessDomains(reader));
  return reader.ForEach(
      fmt::format(
          "SELECT r.n, w.email FROM (SELECT source, account_key, max_by(email, observation) AS email FROM "
          "model.person_word WHERE account_key IS NOT NULL GROUP BY source, key, account_key) AS w JOIN {} AS r "
          "ON r.source = w.source AND r.key = w.account_key",
          kRecords),
      [&](const store::Chunk& chunk, std::size_t row) {
        CompanyRecord& company = companies[NumberAt(chunk, row, 0)];
        const std::string_view email = TextAt(chunk, row, 1);
        if (email.empty() || has_site[company.cluster]) return;
        const auto domain = RegistrableDomain(email.substr(email.find('@') + 1));
        if (domain && !meaningless.contains(*domain)) company.contacts[*domain].emplace(email);
      });
}

// Companies without a site of their own are known by the addresses of their contacts.
Status ReadDomainsOfContacts(const Reader& reader, Kind& kind) {
  const std::vector<std::size_t> roots = Cluster(kind);
  std::vector<CompanyRecord> companies(kind.records.size());
  for (std::size_t i = 0; i < companies.size(); ++i) {
    const std::string& name = kind.names[i];
    companies[i] = {.cluster = roots[i],
                    .source = kind.records[i].source,
                    .name = name.empty() ? kind.records[i].key : name,
                    .is_mention = kind.is_mention[i]};
  }
  const std::string domain_key = KeyText("domain", "");
  std::vector<bool> has_site(kind.records.size());  // by cluster
  for (const Key& key : kind.keys) {
    if (!key.text.starts_with(domain_key)) continue;
    companies[key.record].domain = key.text.substr(domain_key.size());
    has_site[roots[key.record]] = true;
  }
  WEIR_TRY(ReadContacts(reader, has_site, companies));
  for (std::size_t i = 0; i < companies.size(); ++i) {
    for (const auto& [domain, addresses] : companies[i].contacts) kind.contact_domains[i].push_back(domain);
  }
  for (const DomainOfContacts& found : DomainsOfContacts(companies)) {
    kind.keys.push_back({found.record, KeyText("domain", found.domain), "addresses of its contacts at", true});
  }
  return {};
}

}  // namespace

Status ReadColleagueWords(const Reader& reader) {
  return reader.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT _source AS source, key, name, lower(email) AS email, "
                  "min(_obs) AS first_observation, max(_obs) AS observation FROM rec.member WHERE key IS NOT NULL "
                  "GROUP BY _source, key, name, lower(email)",
                  kColleagueWords));
}

Status ReadCertainKeys(const Reader& reader, Kind& kind) {
  WEIR_TRY(ReadKeys(reader, kind));
  WEIR_TRY(ReadNames(reader, kind));
  if (kind.entity == "member") WEIR_TRY(ReadNamesOfColleagues(reader, kind));
  WEIR_TRY(ReadMerges(reader, kind));
  if (kind.entity == "account") WEIR_TRY(ReadDomainsOfContacts(reader, kind));
  return {};
}

}  // namespace weir::identity
