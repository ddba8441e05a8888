// Writes what was found of who is who. Internal to the resolver.
#pragma once

#include <cstdint>
#include <string_view>

#include "identity/entity_ids.h"
#include "identity/resolver_records.h"
#include "store/database.h"

namespace weir::identity {

inline constexpr std::string_view kLinkColumns =
    "entity VARCHAR, source VARCHAR, source_key VARCHAR, entity_id VARCHAR, probability DECIMAL(18,9), decided_by "
    "VARCHAR, reason VARCHAR";

// Adds the links of the kind to model.identity_link and those that are new or others than before to
// meta.identity_link, and ids that no longer stand to meta.entity_alias. Gives the number of links that changed.
Result<std::int64_t> WriteLinks(store::Session& session, const Kind& kind, const Assignment& assignment,
                                std::int64_t data_version);

// Follows merges of records that are not resolved (deals, leads, tickets, parts of campaigns) to their end; a circle
// ends at its smallest key.
Status WriteMergeMap(const Reader& reader, store::Connection& connection);

}  // namespace weir::identity
