// Rows of scoped.* that several rules read, made once for all of them. For the folders of rules.
//
// A view of scoped.* joins and filters what it shows by the caller's rights and moment, and twenty rules with their
// past cases read the same ones again and again. Here each such view becomes a temporary table of the session, with the
// columns that some rule names, when the first statement needs it; the tables are dropped with this object.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/columns_read.h"
#include "store/engine.h"

namespace weir::metrics {

class SharedViews {
 public:
  // `statements` and `glances` are all that will be run. What only one of the statements reads is left where it is;
  // glances (whether a view has a row) are no reason to make a table, but read it where there is one.
  SharedViews(store::Session& session, std::span<const std::string> statements, std::span<const std::string> glances);
  SharedViews(const SharedViews&) = delete;
  SharedViews& operator=(const SharedViews&) = delete;
  ~SharedViews();

  // The statement over the tables that are shared, which are made if they are not there yet. Fails where a view does.
  Result<std::string> InPlace(std::string_view statement);

 private:
  Status Make(const std::string& view);

  store::Session& session_;
  std::map<std::string, ColumnsRead, std::less<>> columns_;  // by shared view
  std::set<std::string, std::less<>> made_;
};

}  // namespace weir::metrics
