// What a query may read: the documented views of the scoped schema, each with its columns, and the functions that it
// may call. Both are data (catalog/explore/*.toml); what belongs to a workspace (columns that no mapping names) is
// added when a query is asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.h"
#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"
#include "store/engine.h"

namespace weir::explore {

struct View {
  std::string name;
  std::string group;  // "sales", "money", ...: how the list is divided
  analysis::Text title;
  analysis::Text help;
  std::vector<analysis::Column> columns;  // the first is the id; unit "reporting" stands for the reporting currency
  std::string select;                     // what it reads, where that is more than scoped.<name>
};

enum class FunctionKind : std::uint8_t { kScalar, kAggregate, kWindow, kTable };
std::string_view NameOf(FunctionKind kind);

struct Function {
  std::string name;
  FunctionKind kind = FunctionKind::kScalar;
  std::string form;  // "date_trunc(part, moment)"
  analysis::Text help;
};

class Offer {
 public:
  // catalog/explore/views.toml and functions.toml. Any fault is an error with file, line and column.
  static Result<Offer> Load(const std::vector<DefinitionFile>& files);
  static Result<Offer> BuiltIn();

  const std::vector<View>& views() const { return views_; }
  const std::vector<Function>& functions() const { return functions_; }
  const View* FindView(std::string_view name) const;  // names do not tell small letters from capital ones
  const Function* FindFunction(std::string_view name) const;

  // With the views of columns that no mapping names, as the workspace has them.
  Result<Offer> WithCustomColumns(store::Session& session) const;

 private:
  std::vector<View> views_;
  std::vector<Function> functions_;
};

// What stands at [begin, end) of ASCII, in small letters.
std::string Lowered(std::string_view text);

}  // namespace weir::explore
