// Which parts of a generated table (plan.h) a change of each of its inputs touches, and what those parts are made of.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/plan.h"
#include "model/records.h"

namespace weir::model {

// Of a table with one row or more for each entity, made of all that rec.<table> says of it: by <entity>_id.
Parts PartsByEntity(const RecordTable& table);
Result<Parts> PartsOfEntity(std::string_view entity);

// Of facts, where a part is what one key says, `row` over r: by source_key.
Parts PartsByRow(const RecordTable& table, std::string_view row);

}  // namespace weir::model
