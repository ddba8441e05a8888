#include "model/exact_resolver.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/domain.h"
#include "base/text.h"
#include "model/contact_domains.h"
#include "model/identity_kind.h"
#include "model/slot.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::string_view kLinks = "weir_links";
constexpr std::string_view kLinkColumns =
    "entity VARCHAR, source VARCHAR, source_key VARCHAR, entity_id VARCHAR, probability DECIMAL(18,9), decided_by "
    "VARCHAR, reason VARCHAR";

// Tools name the people who work here in every row: what they say is read once and kept as what differs in it.
Status ReadColleagueWords(const Reader& reader) {
  return reader.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT _source AS source, key, name, lower(email) AS email, "
                  "min(_obs) AS first_observation, max(_obs) AS observation FROM rec.member WHERE key IS NOT NULL "
                  "GROUP BY _source, key, name, lower(email)",
                  kColleagueWords));
}

bool IsRoleAddress(std::string_view email) {
  constexpr std::array<std::string_view, 14> kRoles{"info",  "sales",   "office",   "contact", "support",
                                                    "admin", "hello",   "billing",  "finance", "mail",
                                                    "team",  "noreply", "no-reply", "accounts"};
  return std::ranges::find(kRoles, email.substr(0, email.find('@'))) != kRoles.end();
}

void AddPersonKeys(std::size_t record, std::string_view email, std::string_view phone, std::string_view full_name,
                   Kind& kind) {
  const bool is_role = !email.empty() && IsRoleAddress(email);
  const bool needs_name = is_role || !phone.empty();
  const std::string name = needs_name ? NameKey(full_name) : std::string();
  if (!email.empty() && !is_role) kind.keys.push_back({record, KeyText("email", email), "same e-mail"});
  if (is_role && !name.empty()) {
    kind.keys.push_back(
        {record, KeyText("role", fmt::format("{}{}{}", email, kPart, name)), "same shared mailbox and name"});
  }
  if (!phone.empty() && !name.empty()) {
    kind.keys.push_back({record, KeyText("phone", fmt::format("{}{}{}", phone, kPart, name)), "same phone and name"});
  }
}

// The newest non-empty value of what a record can be joined by.
Status ReadKeys(const Reader& reader, Kind& kind) {
  const bool is_account = kind.entity == "account";
  const bool is_person = kind.entity == "person";
  const std::string_view columns = is_account  ? "max_by(domain, observation) AS a, max_by(tax_id, observation) AS b"
                                   : is_person ? "max_by(email, observation) AS a, max_by(phone, observation) AS b, "
                                                 "max_by(name, observation) AS c"
                                               : "max_by(email, observation) AS a";
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
          AddPersonKeys(record, first, TextAt(chunk, row, 2), TextAt(chunk, row, 3), kind);
          return;
        }
        if (!first.empty() && is_account) kind.keys.push_back({record, KeyText("domain", first), "same domain", true});
        if (!first.empty() && !is_account) kind.keys.push_back({record, KeyText("email", first), "same e-mail"});
        if (!is_account) return;
        const std::string_view tax_id = TextAt(chunk, row, 2);
        if (!tax_id.empty()) kind.keys.push_back({record, KeyText("tax_id", tax_id), "same tax id"});
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
  for (const DomainOfContacts& found : DomainsOfContacts(companies)) {
    kind.keys.push_back({found.record, KeyText("domain", found.domain), "addresses of its contacts at", true});
  }
  return {};
}

// A link for each record, in memory: from there both tables are written by all threads.
Status Gather(store::Connection& connection, const Kind& kind, const Assignment& assignment) {
  constexpr std::int64_t kCertain = 1'000'000'000;  // of DECIMAL(18,9)
  WEIR_TRY(connection.Execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE {} ({}, slot INTEGER, is_changed BOOLEAN)", kLinks, kLinkColumns)));
  WEIR_TRY(store::ChunkAppender links, store::ChunkAppender::Open(connection, "temp", "main", kLinks));
  std::size_t at = 0;
  for (std::size_t i = 0; i < kind.records.size(); ++i) {
    const std::string& id = assignment.ids[i];
    links.SetText(0, at, kind.entity);
    links.SetText(1, at, kind.records[i].source);
    links.SetText(2, at, kind.records[i].key);
    links.SetText(3, at, id);
    links.Longs(4)[at] = kCertain;
    links.SetText(5, at, "rule");
    links.SetText(6, at, kind.reasons[i]);
    links.Integers(7)[at] = static_cast<std::int32_t>(SlotOf(id));
    links.Booleans(8)[at] = kind.records[i].previous_id != id;
    if (++at < store::ChunkAppender::kRows) continue;
    at = 0;
    WEIR_TRY(links.Append(store::ChunkAppender::kRows));
  }
  WEIR_TRY(links.Append(at));
  return links.Close();
}

// Gives the number of links that are new or others than before.
Result<std::int64_t> Write(store::Session& session, const Kind& kind, const Assignment& assignment,
                           std::int64_t data_version) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(Gather(*connection, kind, assignment));
  WEIR_TRY(
      session.Execute(fmt::format("INSERT INTO model.identity_link SELECT * EXCLUDE (is_changed) FROM {}", kLinks)));
  WEIR_TRY(const std::int64_t changed,
           session.Execute(fmt::format(
               "INSERT INTO meta.identity_link SELECT * EXCLUDE (slot, is_changed), {} FROM {} WHERE is_changed",
               data_version, kLinks)));
  WEIR_TRY(session.Execute(fmt::format("DROP TABLE {}", kLinks)));
  WEIR_TRY(store::Appender aliases, connection->Append("meta", "entity_alias"));
  for (const auto& [alias, id] : assignment.aliases) {
    aliases.Text(kind.entity);
    aliases.Text(alias);
    aliases.Text(id);
    aliases.Integer(data_version);
    WEIR_TRY(aliases.EndRow());
  }
  WEIR_TRY(aliases.Close());
  return changed;
}

// Follows merges of records that are not resolved (deals, leads, tickets, parts of campaigns) to their end; a circle
// ends at its smallest key.
Status WriteMergeMap(const Reader& reader, store::Connection& connection) {
  WEIR_TRY(
      store::Rows rows,
      reader.Query("SELECT DISTINCT kind, _source, from_key, into_key FROM rec.merge WHERE kind IN ('deal', 'lead', "
                   "'ticket', 'campaign') AND from_key <> into_key "
                   "ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST, 4 NULLS LAST"));
  std::unordered_map<std::string, std::size_t> index;
  std::vector<std::array<std::string, 3>> names;  // entity, source, key
  const auto at = [&](std::size_t row, std::size_t column) {
    const std::array<std::string, 3> name{rows.TextAt(row, 0), rows.TextAt(row, 1), rows.TextAt(row, column)};
    const auto [found, is_new] = index.try_emplace(name[0] + "\x1f" + name[1] + "\x1f" + name[2], names.size());
    if (is_new) names.push_back(name);
    return found->second;
  };
  std::vector<std::size_t> next;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::size_t from = at(row, 2);
    const std::size_t into = at(row, 3);
    for (std::size_t i = next.size(); i < names.size(); ++i) next.push_back(i);
    if (next[from] == from) next[from] = into;
  }
  WEIR_TRY(store::Appender appender, connection.Append("model", "merge_map"));
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::size_t end = i;
    std::size_t smallest = i;
    bool is_circle = false;
    for (std::size_t steps = 0; next[end] != end && !is_circle; ++steps) {
      end = next[end];
      if (names[end] < names[smallest]) smallest = end;
      is_circle = steps > names.size();
    }
    if (is_circle) end = smallest;
    if (end == i) continue;
    appender.Text(names[i][0]);
    appender.Text(names[i][1]);
    appender.Text(names[i][2]);
    appender.Text(names[end][2]);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

}  // namespace

Result<ResolveReport> ExactResolver::Resolve(store::Session& session, RecordCopies& records, std::int64_t data_version,
                                             std::stop_token stop) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(
      session.Execute(fmt::format("CREATE OR REPLACE TABLE model.identity_link ({}, slot INTEGER)", kLinkColumns)));
  WEIR_TRY(
      session.Execute("CREATE OR REPLACE TABLE model.merge_map (entity VARCHAR, source VARCHAR, from_key VARCHAR, "
                      "into_key VARCHAR)"));
  const Reader reader{session, records};
  WEIR_TRY(ReadColleagueWords(reader));
  ResolveReport report;
  for (const char* entity : {"account", "person", "member"}) {
    if (stop.stop_requested()) return Fail(Cancelled("entity resolution was stopped"));
    Kind kind{.entity = entity};
    WEIR_TRY(ReadRecords(reader, kind));
    WEIR_TRY(ReadKeys(reader, kind));
    WEIR_TRY(ReadNames(reader, kind));
    if (kind.entity == "member") WEIR_TRY(ReadNamesOfColleagues(reader, kind));
    WEIR_TRY(ReadMerges(reader, kind));
    if (kind.entity == "account") WEIR_TRY(ReadDomainsOfContacts(reader, kind));
    const std::vector<std::size_t> roots = Cluster(kind);
    const Assignment assignment = AssignIds(kind.records, roots);
    WEIR_TRY(const std::int64_t changed, Write(session, kind, assignment, data_version));
    report.records += static_cast<std::int64_t>(kind.records.size());
    for (std::size_t i = 0; i < roots.size(); ++i) report.entities += roots[i] == i ? 1 : 0;
    report.new_links += changed;
  }
  WEIR_TRY(session.Execute(fmt::format("DROP TABLE {}; DROP TABLE {}", kColleagueWords, kRecords)));
  WEIR_TRY(WriteMergeMap(reader, *connection));
  WEIR_TRY(session.Execute(
      "CREATE OR REPLACE TABLE model.entity_alias AS SELECT entity, alias_id, max_by(entity_id, "
      "data_version) AS entity_id FROM meta.entity_alias GROUP BY entity, alias_id ORDER BY 1 NULLS LAST, "
      "2 NULLS LAST"));
  return report;
}

}  // namespace weir::model
