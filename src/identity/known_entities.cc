#include "identity/known_entities.h"

#include <map>
#include <set>
#include <vector>

#include "base/domain.h"
#include "base/text.h"
#include "identity/newest_words.h"

namespace weir::identity {
namespace {

std::string_view TextAt(const store::Chunk& chunk, std::size_t row, std::size_t column) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string_view() : view.TextAt(row);
}

template <typename Take>
Status ForEach(store::Session& session, std::string_view sql, const std::stop_token& stop, const Take& take) {
  WEIR_TRY(const auto stream, session.Stream(sql));
  while (true) {
    if (stop.stop_requested()) return Fail(Cancelled("the index of who is known was stopped"));
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return {};
    for (std::size_t row = 0; row < chunk->size(); ++row) take(*chunk, row);
  }
}

using Domains = std::map<std::string, std::vector<std::string>, std::less<>>;  // by company

// Registrable domains that say nothing about a customer: of free mail, and our own.
Result<std::set<std::string>> MeaninglessDomains(store::Session& session, const std::stop_token& stop) {
  std::set<std::string> domains;
  WEIR_TRY(ForEach(session, "SELECT domain FROM meta.free_mail", stop,
                   [&](const store::Chunk& chunk, std::size_t row) { domains.emplace(TextAt(chunk, row, 0)); }));
  WEIR_TRY(
      ForEach(session,
              "SELECT DISTINCT regexp_extract(lower(email), '@(.+)$', 1) FROM model.member_standing WHERE email IS "
              "NOT NULL",
              stop, [&](const store::Chunk& chunk, std::size_t row) {
                if (const auto domain = RegistrableDomain(TextAt(chunk, row, 0))) domains.insert(*domain);
              }));
  return domains;
}

// Of companies that name no site: the business domains of the addresses that people have, or had, with them.
Result<Domains> DomainsOfContacts(store::Session& session, const std::stop_token& stop) {
  WEIR_TRY(const std::set<std::string> meaningless, MeaninglessDomains(session, stop));
  Domains domains;
  WEIR_TRY(ForEach(session, R"(
    WITH contact AS (
      SELECT source, account_key, max_by(email, observation) AS email
      FROM model.person_word
      WHERE account_key IS NOT NULL
      GROUP BY source, key, account_key
    ),
    with_site AS (
      SELECT DISTINCT l.entity_id
      FROM model.account_word AS w
      JOIN model.identity_link AS l ON l.entity = 'account' AND l.source = w.source AND l.source_key = w.key
      WHERE w.domain IS NOT NULL
    )
    SELECT DISTINCT l.entity_id, regexp_extract(c.email, '@(.+)$', 1) AS host
    FROM contact AS c
    JOIN model.identity_link AS l ON l.entity = 'account' AND l.source = c.source AND l.source_key = c.account_key
    LEFT JOIN with_site AS s ON s.entity_id = l.entity_id
    WHERE c.email IS NOT NULL AND s.entity_id IS NULL
    ORDER BY 1 NULLS LAST, 2 NULLS LAST)",
                   stop, [&](const store::Chunk& chunk, std::size_t row) {
                     const auto domain = RegistrableDomain(TextAt(chunk, row, 1));
                     if (!domain || meaningless.contains(*domain)) return;
                     std::vector<std::string>& of = domains[std::string(TextAt(chunk, row, 0))];
                     if (of.empty() || of.back() != *domain) of.push_back(*domain);
                   }));
  return domains;
}

// Gives the builder the records of one entity at a time.
class Gathering {
 public:
  Gathering(MatchIndexBuilder& builder, const Domains& domains) : builder_(builder), domains_(domains) {}

  void Take(std::string_view id, EntityWords words, bool is_known_by_name_alone) {
    if (id != id_) Give();
    id_ = id;
    (is_known_by_name_alone ? named_ : described_).push_back(std::move(words));
  }
  void Give() {
    // What is known by its name alone may be several of that name: it says nothing besides records that say more.
    const std::vector<EntityWords>& records = described_.empty() ? named_ : described_;
    const auto found = domains_.find(id_);
    if (!records.empty()) {
      builder_.Add(id_, records, found == domains_.end() ? std::span<const std::string>() : std::span(found->second));
    }
    described_.clear();
    named_.clear();
  }

 private:
  MatchIndexBuilder& builder_;
  const Domains& domains_;
  std::string id_;
  std::vector<EntityWords> described_;
  std::vector<EntityWords> named_;
};

Result<MatchIndex> ReadIndex(store::Session& session, bool is_account, const Domains& domains, const Executor& executor,
                             const std::stop_token& stop) {
  std::string columns;
  for (const std::string_view column : ColumnsOf(is_account)) {
    columns += !is_account && column == "account" ? ", a.entity_id" : fmt::format(", w.{}", column);
  }
  const std::string company =
      is_account
          ? ""
          : "LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = w.source AND a.source_key "
            "= w.account";
  const std::string sql = fmt::format(
      "SELECT l.entity_id, w.key{} FROM ({}) AS w JOIN model.identity_link AS l ON l.entity = '{}' AND l.source = "
      "w.source AND l.source_key = w.key {} ORDER BY l.entity_id NULLS LAST, w.source NULLS LAST, w.key NULLS LAST",
      columns, NewestWordsSql(is_account), is_account ? "account" : "person", company);
  MatchIndexBuilder builder(is_account);
  Gathering gathering(builder, domains);
  WEIR_TRY(ForEach(session, sql, stop, [&](const store::Chunk& chunk, std::size_t row) {
    EntityWords words;
    for (std::size_t i = 0; i < ColumnsOf(is_account).size(); ++i) words[i] = TextAt(chunk, row, i + 2);
    const bool is_known_by_name_alone = NameKey(words[0]) == TextAt(chunk, row, 1);
    gathering.Take(TextAt(chunk, row, 0), std::move(words), is_known_by_name_alone);
  }));
  gathering.Give();
  MatchIndex index = std::move(builder).Build(executor, stop);
  if (stop.stop_requested()) return Fail(Cancelled("the index of who is known was stopped"));
  return index;
}

}  // namespace

Result<KnownEntities> ReadKnown(store::Session& session, const Executor& executor, const std::stop_token& stop) {
  KnownEntities known;
  WEIR_TRY(const Domains domains, DomainsOfContacts(session, stop));
  WEIR_TRY(known.companies, ReadIndex(session, true, domains, executor, stop));
  WEIR_TRY(known.people, ReadIndex(session, false, {}, executor, stop));
  return known;
}

}  // namespace weir::identity
