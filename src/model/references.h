// How a record table refers to entities: by keys of its source, that identity turns into ids.
#pragma once

#include <string>
#include <string_view>

#include "model/records.h"

namespace weir::model {

// Entities whose records may be joined into one by the resolver; the others are their own record, unless merged.
bool IsResolved(std::string_view entity);
bool CanBeMerged(std::string_view entity);

struct Reference {
  std::string expression;
  std::string join;       // may be empty
  std::string slot = {};  // slot_of of the expression, where it is at hand
};

// Whose an activity or a ticket is may stand in the record itself or in a table of links (rec.link).
bool IsLinked(const RecordTable& table, std::string_view column);
bool HasLinks(const RecordTable& table);

// A touch may know nothing of the person but an e-mail address.
bool IsFoundByMail(const RecordTable& table, std::string_view column);

// The entity id for a key column of r (what it links to stands in r.linked_<column>), through the identity of that
// kind.
Reference Resolve(const RecordTable& table, std::string_view column, std::string_view entity);

}  // namespace weir::model
