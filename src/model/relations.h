// Tables that a statement names: found, and read from elsewhere.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::model {

// What stands in place of a table ("rec.deal", "model.call"), or nothing where it stays.
using Replacement = std::function<Result<std::optional<std::string>>(std::string_view table)>;

// The statement with tables of the schemas rec and model replaced; names may be quoted (model."call"). Text is not
// parsed: a name within a comment or a string is replaced too, which harms neither.
Result<std::string> ReplaceTables(std::string_view sql, const Replacement& replacement);

// "model.call" as statements must write it: model."call".
std::string QuotedTable(std::string_view table);

// The tables that a statement names, each once, in their order.
std::vector<std::string> NamedTables(std::string_view sql);
bool NamesTable(std::string_view sql, std::string_view table);

}  // namespace weir::model
