// From canonical rows back to what sources said: file and line of every observation behind them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "base/result.h"
#include "store/engine.h"

namespace weir::model {

// Table `records`: source, object, source_id, file, line, observed_at, import_id, data_version, record (the record
// table), for the rows of canonical table `table` with these ids; newest first. At most 10,000 rows.
Result<analysis::Table> RecordsBehind(store::Session& session, std::string_view table,
                                      const std::vector<std::string>& ids);

}  // namespace weir::model
