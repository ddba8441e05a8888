// What gives the columns of the model their meaning, their sources and their uses: views, definitions of metrics, leak
// rules, mappings. Internal to workspace/.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "base/result.h"
#include "explore/views.h"
#include "leaks/rule.h"
#include "metrics/catalog.h"
#include "metrics/custom_columns.h"
#include "store/database.h"
#include "workspace/definitions.h"

namespace weir::workspace {

struct Known {
  std::vector<explore::View> views;
  std::map<std::string, const metrics::CustomColumn*> custom;  // by "view.column"
  std::vector<metrics::CustomColumn> custom_columns;
  metrics::MetricCatalog metrics;
  std::vector<leaks::Rule> leaks;
  std::shared_ptr<const Definitions> definitions;
};

Result<Known> ReadKnown(analysis::Context& context);

struct Use {
  std::string kind;
  std::string id;
  analysis::Text title;
  std::string owner;
};

// By definitions: what of the model's data version names the column.
void AddDefined(const Known& known, const std::string& view, const std::string& column, std::vector<Use>& uses);
// And what people keep: exclusion rules, saved queries and views, as the caller may see them. Asks exclusions,
// sql.queries and views.list.
Status AddKept(analysis::Context& context, const std::string& view, const std::string& column, std::vector<Use>& uses);

struct Feed {
  std::string text;  // "salesforce/opportunity: Amount"
  std::optional<Instant> observed_at;
};

// Which files bring what, as far as files of them are in.
class Feeds {
 public:
  static Result<Feeds> Read(const Known& known, store::Session& session);
  std::vector<Feed> Of(const explore::View& view, const std::string& column) const;
  Feed OfCustom(const metrics::CustomColumn& column) const;

 private:
  // A column that no file has had brings nothing.
  void AddHeader(const std::string& object, const std::string& name, std::set<std::string>& headers) const;

  std::map<std::string, Instant, std::less<>> observed_;     // of "source/object"
  std::map<std::string, std::string, std::less<>> headers_;  // "source/object:column" as the newest file has it
  std::vector<const sources::Mapping*> mappings_;
};

}  // namespace weir::workspace
