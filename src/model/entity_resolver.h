// Who is who: the interface of whatever decides which records of which sources are the same person, account or member.
// Its answer is data: rows of meta.identity_link, appended with the data version at which each was decided.
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/result.h"
#include "model/record_copies.h"
#include "store/engine.h"

namespace weir::model {

struct ResolveReport {
  std::int64_t records = 0;
  std::int64_t entities = 0;
  std::int64_t new_links = 0;  // decided or changed in this run
  std::int64_t weighed = 0;    // pairs that were held against each other by their words
};

class EntityResolver {
 public:
  virtual ~EntityResolver() = default;

  // Reads model.account_word, model.person_word, model.named_record, rec.member and rec.merge (through `records`) and
  // earlier decisions, appends what changed with `data_version`, and leaves the
  // present state in model.identity_link (entity, source, source_key, entity_id, probability, decided_by, reason),
  // model.entity_alias (entity, alias_id, entity_id), model.identity_pair (pairs that may be one, and why),
  // model.identity_fallen (decisions that newer ones overrule) and model.merge_map (entity, source, from_key,
  // into_key). Runs in the caller's transaction. The same records and decisions give the same rows.
  virtual Result<ResolveReport> Resolve(store::Session& session, RecordCopies& records, std::int64_t data_version,
                                        std::stop_token stop) = 0;
};

}  // namespace weir::model
