// Which columns of the views of scoped.* a SELECT can read. For the folders of rules.
//
// Read off its words, without a plan: a column counts where `alias.column` names it, or where its name stands without
// an alias. What a star, a whole row or a natural join reads is every column. So the answer may hold too many columns
// (the alias of a view may be one of a CTE too) and never too few. Cost O(length of the statement).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace weir::metrics {

struct ColumnsRead {
  bool all = false;
  std::set<std::string, std::less<>> names = {};  // in lower case; of other tables as well
  bool Has(std::string_view column) const { return all || names.contains(column); }
  void Add(const ColumnsRead& other);
};

// By view, in lower case.
std::map<std::string, ColumnsRead, std::less<>> ColumnsReadBy(std::string_view sql);

}  // namespace weir::metrics
