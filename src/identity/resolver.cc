#include "identity/resolver.h"

#include "identity/certain_keys.h"
#include "identity/decided.h"
#include "identity/link_tables.h"
#include "identity/model_links.h"
#include "identity/write_links.h"
#include "store/database.h"

namespace weir::identity {

Status Resolver::AddModelLinks(const Reader& reader, store::Connection& connection, const std::vector<Decided>& decided,
                               const std::stop_token& stop, Kind& kind, std::vector<std::size_t>& roots,
                               model::ResolveReport& report) const {
  WEIR_TRY(ModelLinks links, LinkByModel(reader, connection, kind, roots, decided, executor_, stop));
  roots = std::move(links.roots);
  report.weighed += static_cast<std::int64_t>(links.weighed);
  for (ModelLink& link : links.links) {
    kind.uncertain.try_emplace(link.record, Uncertain{"model", link.probability, std::move(link.reason)});
  }
  return {};
}

Result<model::ResolveReport> Resolver::Resolve(store::Session& session, model::RecordCopies& records,
                                               std::int64_t data_version, std::stop_token stop) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(
      session.Execute(fmt::format("CREATE OR REPLACE TABLE model.identity_link ({}, slot INTEGER)", kLinkColumns)));
  WEIR_TRY(
      session.Execute("CREATE OR REPLACE TABLE model.merge_map (entity VARCHAR, source VARCHAR, from_key VARCHAR, "
                      "into_key VARCHAR)"));
  WEIR_TRY(
      session.Execute("CREATE OR REPLACE TABLE model.identity_fallen (entity VARCHAR, source_a VARCHAR, key_a VARCHAR, "
                      "source_b VARCHAR, key_b VARCHAR, data_version BIGINT)"));
  WEIR_TRY(MakeLinkTables(session));
  const Reader reader{session, records};
  WEIR_TRY(ReadColleagueWords(reader));
  model::ResolveReport report;
  for (const char* entity : {"account", "person", "member"}) {
    if (stop.stop_requested()) return Fail(Cancelled("entity resolution was stopped"));
    Kind kind{.entity = entity};
    WEIR_TRY(ReadRecords(reader, kind));
    WEIR_TRY(ReadCertainKeys(reader, kind));
    WEIR_TRY(std::vector<Decided> decided, ReadDecided(reader, kind));
    std::vector<Decided> fallen;
    decided = ThatHold(std::move(decided), kind.records.size(), &fallen);
    WEIR_TRY(KeepFallen(*connection, kind, fallen));
    std::vector<std::size_t> roots = ClusterAsDecided(kind, decided);
    if (kind.entity != "member") WEIR_TRY(AddModelLinks(reader, *connection, decided, stop, kind, roots, report));
    const Assignment assignment = AssignIds(kind.records, roots);
    WEIR_TRY(const std::int64_t changed, WriteLinks(session, kind, assignment, data_version));
    report.records += static_cast<std::int64_t>(kind.records.size());
    for (std::size_t i = 0; i < roots.size(); ++i) report.entities += roots[i] == i ? 1 : 0;
    report.new_links += changed;
  }
  WEIR_TRY(session.Execute(fmt::format("DROP TABLE {}; DROP TABLE {}", kColleagueWords, kRecords)));
  WEIR_TRY(WriteMergeMap(reader, *connection));
  // An id may have gone into one that went into another later: what was said of it is of the one that stands.
  WEIR_TRY(session.Execute(
      "CREATE OR REPLACE TABLE model.entity_alias AS WITH RECURSIVE newest AS MATERIALIZED (SELECT entity, alias_id, "
      "max_by(entity_id, data_version) AS entity_id FROM meta.entity_alias WHERE (entity, alias_id) NOT IN (SELECT "
      "(entity, entity_id) FROM model.identity_link) GROUP BY entity, alias_id), led AS (SELECT * FROM newest UNION "
      "SELECT led.entity, led.alias_id, newest.entity_id FROM led JOIN newest ON newest.entity = led.entity AND "
      "newest.alias_id = led.entity_id) SELECT * FROM led WHERE (entity, entity_id) NOT IN (SELECT (entity, alias_id) "
      "FROM newest) ORDER BY 1 NULLS LAST, 2 NULLS LAST"));
  return report;
}

}  // namespace weir::identity
