// Record tables as a build reads them. A view over dozens of mappings takes longer to plan than its rows take to copy,
// and a build names each of them several times: small ones are laid down once in temporary tables, large ones are read
// through their views.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/engine.h"

namespace weir::model {

class RecordCopies {
 public:
  // `rows`: observations behind each record table. Tables that are not named are read as they are.
  RecordCopies(store::Session& session, std::map<std::string, std::int64_t, std::less<>> rows);

  // The statements, with rec.<table> read from its copy, which is made when it is first needed.
  Result<std::string> Redirect(std::string_view sql);
  // Drops the copies; a transaction that is rolled back drops them too.
  Status Drop();

 private:
  bool IsSmall(std::string_view table) const;
  Status Copy(const std::string& table);

  store::Session& session_;
  std::map<std::string, std::int64_t, std::less<>> rows_;
  std::set<std::string, std::less<>> copied_;
};

}  // namespace weir::model
