// What nobody owns, and to whom that has brought it. Internal to leaks/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "leaks/hierarchy.h"
#include "leaks/rule.h"

namespace weir::leaks {

// A line of a ledger, as far as its owner goes.
struct Owned {
  std::string state = {};
  std::string assignee = {};
  std::string owner_id = {};
  std::string team_id = {};
  std::string department = {};
  std::optional<Date> since = {};
};

struct Unowned {
  std::string left = {};  // the name of the owner who left; empty: it never had one
  Escalation up = {};
};

// Nothing where somebody who works here, or whom the company does not list, owns it or works on it.
std::optional<Unowned> UnownedOf(const Owned& line, const Hierarchy& hierarchy, Date today, int every);

// leaks.unowned: leaks, processes of the register and definitions of metrics.
analysis::Analysis UnownedAnalysis();

}  // namespace weir::leaks
