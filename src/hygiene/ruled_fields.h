// Fields of companies and people for which it may be settled whose word counts, and what is settled. Internal to
// hygiene/.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/field_rules.h"
#include "store/database.h"

namespace weir::hygiene {

struct Settled {
  model::FieldRules rules = {};
  std::map<std::string, std::int64_t, std::less<>> decisions = {};  // by "account.phone"
};
Result<Settled> ReadSettled(store::Session& session);

// Of both scoped.<entity>_record and scoped.<entity>_version.
struct Field {
  std::string name;    // on the page of the record
  std::string column;  // of the record table
};
Result<std::vector<Field>> FieldsOf(std::string_view entity, store::Session& session);

}  // namespace weir::hygiene
