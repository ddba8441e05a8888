// What says for certain that records are one: the sources' own ids and merges, business domain and tax id of accounts,
// e-mail of people and members, phone together with the name, the name where a source knows a record by its name alone,
// addresses of contacts, and the only colleague of a name. Internal to the resolver. O(records + keys).
#pragma once

#include "identity/resolver_records.h"

namespace weir::identity {

// Tools name the people who work here in every row: what they say is read once into kColleagueWords and kept as what
// differs in it.
Status ReadColleagueWords(const Reader& reader);

// The keys of all records of the kind, into `keys`. The records are to be read before.
Status ReadCertainKeys(const Reader& reader, Kind& kind);

}  // namespace weir::identity
