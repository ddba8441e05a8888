// Of what the data know anything at all, and since when. Internal to pulse/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/context.h"
#include "base/time.h"

namespace weir::pulse {

class Knowledge {
 public:
  static Result<Knowledge> Read(store::Session& session);

  bool Has(std::string_view view) const { return first_days_.contains(view); }
  // The day of the first row that has one.
  std::optional<Date> FirstDay(std::string_view view) const;
  bool has_qualified_leads() const { return has_qualified_leads_; }

 private:
  std::map<std::string, std::optional<Date>, std::less<>> first_days_;  // of views that hold any row
  bool has_qualified_leads_ = false;
};

}  // namespace weir::pulse
