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
#include "model/clusters.h"
#include "model/contact_domains.h"
#include "model/records.h"
#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::string_view kColleagueWords = "temp.weir_colleague_word";

struct Key {
  std::size_t record;
  std::string text;
  std::string reason;
};

// All records of one kind of entity and what they can be joined by.
struct Kind {
  std::string entity;
  std::vector<Record> records;
  std::vector<bool> is_reference;  // only named by others, never described
  std::unordered_map<std::string, std::size_t> index;
  std::vector<Key> keys;
  std::vector<std::string> reasons;

  std::size_t Add(std::string source, std::string key, std::int64_t first_seen, bool reference) {
    const std::string handle = source + "\x1f" + key;
    const auto [found, is_new] = index.try_emplace(handle, records.size());
    if (is_new) {
      records.push_back({std::move(source), std::move(key), first_seen, {}});
      is_reference.push_back(reference);
    }
    return found->second;
  }
};

// Reads record tables through their copies.
struct Reader {
  store::Session& session;
  RecordCopies& records;

  Result<store::Rows> Query(std::string_view sql, std::span<const store::Value> parameters = {}) const {
    WEIR_TRY(const std::string redirected, records.Redirect(sql));
    return session.Query(redirected, parameters);
  }
};

// What records of an entity are known by, a row an observation or, of colleagues, a row for each word said again and
// again: source, key, observation and the words.
std::string WordsOf(const std::string& entity) {
  return entity == "member" ? std::string(kColleagueWords) : fmt::format("model.{}_word", entity);
}

// Tools name the people who work here in every row: what they say is read once and kept as what differs in it.
Status ReadColleagueWords(const Reader& reader) {
  WEIR_TRY(const std::string sql, reader.records.Redirect(fmt::format(
                                      "CREATE OR REPLACE TEMP TABLE {} AS SELECT _source AS source, key, name, "
                                      "lower(email) AS email, min(_obs) AS first_observation, max(_obs) AS observation "
                                      "FROM rec.member WHERE key IS NOT NULL GROUP BY _source, key, name, lower(email)",
                                      kColleagueWords)));
  WEIR_TRY(reader.session.Execute(sql));
  return {};
}

// Described records come first, so that a reference never hides a description.
std::string RecordsSql(const std::string& entity) {
  return fmt::format(
      "SELECT source, key, min({}) AS first_seen FROM {} GROUP BY source, key "
      "ORDER BY first_seen NULLS LAST, source NULLS LAST, key NULLS LAST",
      entity == "member" ? "first_observation" : "observation", WordsOf(entity));
}

std::string ReferencesSql(const std::string& entity) {
  return fmt::format(
      "SELECT source, source_key, first_seen FROM model.named_record WHERE entity = '{}' ORDER BY first_seen NULLS "
      "LAST, "
      "source NULLS LAST, source_key NULLS LAST",
      entity);
}

Status ReadRecords(const Reader& reader, Kind& kind, bool references) {
  WEIR_TRY(store::Rows rows, reader.Query(references ? ReferencesSql(kind.entity) : RecordsSql(kind.entity)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    kind.Add(rows.TextAt(i, 0), rows.TextAt(i, 1), rows.IntegerAt(i, 2), references);
  }
  return {};
}

bool IsRoleAddress(std::string_view email) {
  constexpr std::array<std::string_view, 14> kRoles{"info",  "sales",   "office",   "contact", "support",
                                                    "admin", "hello",   "billing",  "finance", "mail",
                                                    "team",  "noreply", "no-reply", "accounts"};
  return std::ranges::find(kRoles, email.substr(0, email.find('@'))) != kRoles.end();
}

void AddAccountKeys(const store::Rows& rows, std::size_t row, std::size_t record, Kind& kind) {
  const std::string domain = rows.TextAt(row, 2);
  const std::string tax_id = rows.TextAt(row, 3);
  if (!domain.empty()) kind.keys.push_back({record, "domain\x1f" + domain, "same domain " + domain});
  if (!tax_id.empty()) kind.keys.push_back({record, "tax_id\x1f" + tax_id, "same tax id"});
}

void AddPersonKeys(const store::Rows& rows, std::size_t row, std::size_t record, Kind& kind) {
  const std::string email = rows.TextAt(row, 2);
  const std::string phone = rows.TextAt(row, 3);
  const std::string name = NameKey(rows.TextAt(row, 4));
  if (!email.empty() && !IsRoleAddress(email)) kind.keys.push_back({record, "email\x1f" + email, "same e-mail"});
  if (!email.empty() && IsRoleAddress(email) && !name.empty()) {
    kind.keys.push_back({record, "role\x1f" + email + "\x1f" + name, "same shared mailbox and name"});
  }
  if (!phone.empty() && !name.empty()) {
    kind.keys.push_back({record, "phone\x1f" + phone + "\x1f" + name, "same phone and name"});
  }
}

// The newest non-empty value of what a record can be joined by.
Status ReadKeys(const Reader& reader, Kind& kind) {
  std::string columns;
  if (kind.entity == "account") {
    columns = "max_by(domain, observation), max_by(tax_id, observation)";
  } else if (kind.entity == "person") {
    columns = "max_by(email, observation), max_by(phone, observation), max_by(name, observation)";
  } else {
    columns = "max_by(email, observation)";
  }
  WEIR_TRY(store::Rows rows, reader.Query(fmt::format("SELECT source, key, {} FROM {} GROUP BY source, key "
                                                      "ORDER BY source NULLS LAST, key NULLS LAST",
                                                      columns, WordsOf(kind.entity))));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::size_t record = kind.index.at(rows.TextAt(row, 0) + "\x1f" + rows.TextAt(row, 1));
    if (kind.entity == "account") {
      AddAccountKeys(rows, row, record, kind);
    } else if (kind.entity == "person") {
      AddPersonKeys(rows, row, record, kind);
    } else if (const std::string email = rows.TextAt(row, 2); !email.empty()) {
      kind.keys.push_back({record, "email\x1f" + email, "same e-mail"});
    }
  }
  return {};
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
  WEIR_TRY(store::Rows rows,
           reader.Query(fmt::format("SELECT source, key, name, row_number() OVER (PARTITION BY source, key ORDER BY "
                                    "max(observation) DESC NULLS LAST) FROM {} WHERE name IS NOT NULL "
                                    "GROUP BY source, key, name ORDER BY 1 NULLS LAST, 2 NULLS LAST, 4 NULLS LAST",
                                    WordsOf(kind.entity))));
  std::unordered_map<std::string, Bearers> by_name;
  std::vector<std::size_t> named = {};  // described or referred to by name alone
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string name = NameKey(rows.TextAt(row, 2));
    if (name.empty()) continue;
    const std::size_t record = kind.index.at(rows.TextAt(row, 0) + "\x1f" + rows.TextAt(row, 1));
    if (rows.TextAt(row, 1) == name) {
      named.push_back(record);
      continue;
    }
    Bearers& bearers = by_name[rows.TextAt(row, 0) + "\x1f" + name];
    std::vector<std::size_t>& of = rows.IntegerAt(row, 3) == 1 ? bearers.now : bearers.once;
    if (of.empty() || of.back() != record) of.push_back(record);
  }
  for (std::size_t i = 0; i < kind.records.size(); ++i) {
    if (kind.is_reference[i]) named.push_back(i);
  }
  for (const std::size_t i : named) {
    const auto found = by_name.find(kind.records[i].source + "\x1f" + NameKey(kind.records[i].key));
    if (found == by_name.end()) continue;
    const std::optional<std::size_t> meant = found->second.Only();
    if (!meant) continue;
    const std::string text = fmt::format("name\x1f{}", *meant);
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
  WEIR_TRY(const store::Rows rows,
           reader.Query(fmt::format("SELECT source, key, max_by(name, observation), max_by(email, observation) FROM {} "
                                    "WHERE name IS NOT NULL GROUP BY source, key ORDER BY 1 NULLS LAST, 2 NULLS LAST",
                                    kColleagueWords)));
  std::map<std::string, Namesakes> by_name;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string name = NameKey(rows.TextAt(row, 2));
    if (name.empty()) continue;
    const std::string source = rows.TextAt(row, 0);
    const std::string key = rows.TextAt(row, 1);
    const std::string email = rows.TextAt(row, 3);
    Namesakes& namesakes = by_name[name];
    namesakes.records.push_back(kind.index.at(fmt::format("{}\x1f{}", source, key)));
    if (!email.empty()) namesakes.emails.insert(email);
    // A record under the key of its name is whoever the source means by that name.
    if (key != name) namesakes.by_source[source].insert(email.empty() ? key : email);
  }
  for (const auto& [name, namesakes] : by_name) {
    if (namesakes.records.size() < 2 || !namesakes.AreOne()) continue;
    for (const std::size_t record : namesakes.records) {
      kind.keys.push_back({record, "colleague\x1f" + name, "the only colleague of that name"});
    }
  }
  return {};
}

Status ReadMerges(const Reader& reader, Kind& kind) {
  const std::array<store::Value, 1> entity{kind.entity};
  WEIR_TRY(
      store::Rows rows,
      reader.Query("SELECT DISTINCT _source, from_key, into_key FROM rec.merge WHERE kind = ? AND from_key IS NOT NULL "
                   "AND into_key IS NOT NULL ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST",
                   entity));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string text = fmt::format("merge\x1f{}", i);
    for (const std::size_t column : {std::size_t{1}, std::size_t{2}}) {
      const std::size_t record = kind.Add(rows.TextAt(i, 0), rows.TextAt(i, column), INT64_MAX, true);
      kind.keys.push_back({record, text, "merged in the source"});
    }
  }
  return {};
}

Status ReadPrevious(const Reader& reader, Kind& kind) {
  const std::array<store::Value, 1> entity{kind.entity};
  WEIR_TRY(store::Rows rows,
           reader.Query("SELECT source, source_key, max_by(entity_id, data_version) FROM meta.identity_link "
                        "WHERE entity = ? GROUP BY source, source_key ORDER BY 1 NULLS LAST, 2 NULLS LAST",
                        entity));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto found = kind.index.find(rows.TextAt(i, 0) + "\x1f" + rows.TextAt(i, 1));
    if (found != kind.index.end()) kind.records[found->second].previous_id = rows.TextAt(i, 2);
  }
  return {};
}

std::vector<std::size_t> Cluster(Kind& kind) {
  DisjointSets sets(kind.records.size());
  std::ranges::sort(kind.keys,
                    [](const Key& a, const Key& b) { return std::tie(a.text, a.record) < std::tie(b.text, b.record); });
  kind.reasons.assign(kind.records.size(), "own id");
  for (std::size_t i = 1; i < kind.keys.size(); ++i) {
    const Key& before = kind.keys[i - 1];
    const Key& here = kind.keys[i];
    if (before.text != here.text || before.record == here.record) continue;
    sets.Join(before.record, here.record);
    kind.reasons[here.record] = here.reason;
  }
  std::vector<std::size_t> roots(kind.records.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = sets.Find(i);
  return roots;
}

// Registrable domains that say nothing about a customer: of free mail, and our own, since a colleague may stand among
// the contacts of a company.
Result<std::set<std::string>> MeaninglessDomains(const Reader& reader) {
  std::set<std::string> domains;
  WEIR_TRY(const store::Rows free, reader.Query("SELECT domain FROM meta.free_mail"));
  for (std::size_t row = 0; row < free.size(); ++row) domains.insert(free.TextAt(row, 0));
  WEIR_TRY(
      const store::Rows members,
      reader.Query(fmt::format("SELECT DISTINCT regexp_extract(email, '@(.+)$', 1) FROM {} WHERE email IS NOT NULL "
                               "ORDER BY 1 NULLS LAST",
                               kColleagueWords)));
  for (std::size_t row = 0; row < members.size(); ++row) {
    if (const auto domain = RegistrableDomain(members.TextAt(row, 0))) domains.insert(*domain);
  }
  return domains;
}

Status ReadNamesOfCompanies(const Reader& reader, const Kind& kind, std::vector<CompanyRecord>& companies) {
  WEIR_TRY(const store::Rows rows,
           reader.Query(
               "SELECT source, key, max_by(name, observation) FROM model.account_word WHERE name IS NOT NULL GROUP BY "
               "source, key ORDER BY 1 NULLS LAST, 2 NULLS LAST"));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    CompanyRecord& company = companies[kind.index.at(rows.TextAt(row, 0) + "\x1f" + rows.TextAt(row, 1))];
    company.name = rows.TextAt(row, 2);
    company.is_mention = rows.TextAt(row, 1) == NameKey(company.name);
  }
  return {};
}

// The address that somebody had with a company, also when he has left it for another since.
Status ReadContacts(const Reader& reader, const Kind& kind, std::vector<CompanyRecord>& companies) {
  WEIR_TRY(const std::set<std::string> meaningless, MeaninglessDomains(reader));
  WEIR_TRY(
      const store::Rows rows,
      reader.Query("SELECT source, account_key, max_by(email, observation) FROM model.person_word WHERE account_key IS "
                   "NOT NULL GROUP BY source, key, account_key ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST"));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string email = rows.TextAt(row, 2);
    const auto found = kind.index.find(rows.TextAt(row, 0) + "\x1f" + rows.TextAt(row, 1));
    if (email.empty() || found == kind.index.end()) continue;
    const auto domain = RegistrableDomain(email.substr(email.find('@') + 1));
    if (domain && !meaningless.contains(*domain)) companies[found->second].contacts[*domain].insert(email);
  }
  return {};
}

// Companies without a site of their own are known by the addresses of their contacts.
Status ReadDomainsOfContacts(const Reader& reader, Kind& kind) {
  const std::vector<std::size_t> roots = Cluster(kind);
  std::vector<CompanyRecord> companies(kind.records.size());
  for (std::size_t i = 0; i < companies.size(); ++i) {
    companies[i] = {.cluster = roots[i],
                    .source = kind.records[i].source,
                    .name = kind.records[i].key,
                    .is_mention = kind.is_reference[i]};
  }
  constexpr std::string_view kDomain = "domain\x1f";
  for (const Key& key : kind.keys) {
    if (key.text.starts_with(kDomain)) companies[key.record].domain = key.text.substr(kDomain.size());
  }
  WEIR_TRY(ReadNamesOfCompanies(reader, kind, companies));
  WEIR_TRY(ReadContacts(reader, kind, companies));
  for (const DomainOfContacts& found : DomainsOfContacts(companies)) {
    kind.keys.push_back(
        {found.record, std::string(kDomain) + found.domain, "addresses of its contacts at " + found.domain});
  }
  return {};
}

struct Written {
  std::int64_t links = 0;
  std::int64_t entities = 0;
};

Result<Written> Write(store::Session& session, const Kind& kind, const Assignment& assignment,
                      std::int64_t data_version) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  Written written;
  WEIR_TRY(store::Appender changed, connection->Append("meta", "identity_link"));
  WEIR_TRY(store::Appender present, connection->Append("model", "identity_link"));
  std::vector<std::string> ids = assignment.ids;
  for (std::size_t i = 0; i < kind.records.size(); ++i) {
    const Record& record = kind.records[i];
    for (store::Appender* to : {&changed, &present}) {
      if (to == &changed && record.previous_id == assignment.ids[i]) continue;
      if (to == &changed) ++written.links;
      to->Text(kind.entity);
      to->Text(record.source);
      to->Text(record.key);
      to->Text(assignment.ids[i]);
      to->Amount({1'000'000'000, 9});
      to->Text("rule");
      to->Text(kind.reasons[i]);
      if (to == &changed) to->Integer(data_version);
      WEIR_TRY(to->EndRow());
    }
  }
  WEIR_TRY(changed.Close());
  WEIR_TRY(present.Close());
  WEIR_TRY(store::Appender aliases, connection->Append("meta", "entity_alias"));
  for (const auto& [alias, id] : assignment.aliases) {
    aliases.Text(kind.entity);
    aliases.Text(alias);
    aliases.Text(id);
    aliases.Integer(data_version);
    WEIR_TRY(aliases.EndRow());
  }
  WEIR_TRY(aliases.Close());
  std::ranges::sort(ids);
  written.entities = std::ranges::unique(ids).begin() - ids.begin();
  return written;
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

constexpr std::string_view kPresentTables = R"(
CREATE OR REPLACE TABLE model.identity_link (entity VARCHAR, source VARCHAR, source_key VARCHAR, entity_id VARCHAR,
  probability DECIMAL(18,9), decided_by VARCHAR, reason VARCHAR);
CREATE OR REPLACE TABLE model.merge_map (entity VARCHAR, source VARCHAR, from_key VARCHAR, into_key VARCHAR);
)";

}  // namespace

Result<ResolveReport> ExactResolver::Resolve(store::Session& session, RecordCopies& records, std::int64_t data_version,
                                             std::stop_token stop) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(session.Execute(kPresentTables));
  const Reader reader{session, records};
  WEIR_TRY(ReadColleagueWords(reader));
  ResolveReport report;
  for (const char* entity : {"account", "person", "member"}) {
    if (stop.stop_requested()) return Fail(Cancelled("entity resolution was stopped"));
    Kind kind{.entity = entity, .records = {}, .is_reference = {}, .index = {}, .keys = {}, .reasons = {}};
    WEIR_TRY(ReadRecords(reader, kind, false));
    WEIR_TRY(ReadRecords(reader, kind, true));
    WEIR_TRY(ReadKeys(reader, kind));
    WEIR_TRY(ReadNames(reader, kind));
    if (kind.entity == "member") WEIR_TRY(ReadNamesOfColleagues(reader, kind));
    WEIR_TRY(ReadMerges(reader, kind));
    if (kind.entity == "account") WEIR_TRY(ReadDomainsOfContacts(reader, kind));
    WEIR_TRY(ReadPrevious(reader, kind));
    const std::vector<std::size_t> roots = Cluster(kind);
    const Assignment assignment = AssignIds(kind.records, roots);
    WEIR_TRY(Written written, Write(session, kind, assignment, data_version));
    report.records += static_cast<std::int64_t>(kind.records.size());
    report.entities += written.entities;
    report.new_links += written.links;
  }
  WEIR_TRY(session.Execute(fmt::format("DROP TABLE {}", kColleagueWords)));
  WEIR_TRY(WriteMergeMap(reader, *connection));
  WEIR_TRY(session.Execute(
      "CREATE OR REPLACE TABLE model.entity_alias AS SELECT entity, alias_id, max_by(entity_id, "
      "data_version) AS entity_id FROM meta.entity_alias GROUP BY entity, alias_id ORDER BY 1 NULLS LAST, "
      "2 NULLS LAST"));
  return report;
}

}  // namespace weir::model
