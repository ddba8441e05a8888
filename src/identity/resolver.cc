#include "identity/resolver.h"

#include "identity/certain_keys.h"
#include "identity/write_links.h"
#include "store/database.h"

namespace weir::identity {

Result<model::ResolveReport> Resolver::Resolve(store::Session& session, model::RecordCopies& records,
                                               std::int64_t data_version, std::stop_token stop) {
  auto* connection = dynamic_cast<store::Connection*>(&session);
  WEIR_CHECK(connection != nullptr);
  WEIR_TRY(
      session.Execute(fmt::format("CREATE OR REPLACE TABLE model.identity_link ({}, slot INTEGER)", kLinkColumns)));
  WEIR_TRY(
      session.Execute("CREATE OR REPLACE TABLE model.merge_map (entity VARCHAR, source VARCHAR, from_key VARCHAR, "
                      "into_key VARCHAR)"));
  const Reader reader{session, records};
  WEIR_TRY(ReadColleagueWords(reader));
  model::ResolveReport report;
  for (const char* entity : {"account", "person", "member"}) {
    if (stop.stop_requested()) return Fail(Cancelled("entity resolution was stopped"));
    Kind kind{.entity = entity};
    WEIR_TRY(ReadRecords(reader, kind));
    WEIR_TRY(ReadCertainKeys(reader, kind));
    const std::vector<std::size_t> roots = Cluster(kind);
    const Assignment assignment = AssignIds(kind.records, roots);
    WEIR_TRY(const std::int64_t changed, WriteLinks(session, kind, assignment, data_version));
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

}  // namespace weir::identity
