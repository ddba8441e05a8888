// Values written into the text of a statement, for statements that are planned as they run (Session::QueryFew). What is
// written is a literal of the type that binding would have given it, never anything else.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/value.h"

namespace weir::store {

// The statement with a literal in place of each `?` outside of quotes. Fails unless there are as many parameters, for a
// statement with comments or dollar quotes, which this does not read, and for a text that is no UTF-8 or holds a NUL,
// where a text of SQL would end.
Result<std::string> WithLiterals(std::string_view sql, std::span<const Value> parameters);

}  // namespace weir::store
