#include "analysis/principal.h"

#include <algorithm>

namespace weir::analysis {

bool Principal::Has(std::string_view right) const { return std::ranges::find(rights, right) != rights.end(); }

std::string Principal::Fingerprint() const {
  std::string text = sees_all_rows ? "all" : (sees_subteams ? "teams and below" : "teams");
  if (!sees_all_rows) {
    std::vector<std::string> sorted = teams;
    std::ranges::sort(sorted);
    for (const std::string& team : sorted) text += "|" + std::to_string(team.size()) + ":" + team;
  }
  return text + (sees_personal_data ? ";personal" : ";masked");
}

Principal Principal::LocalOwner() {
  Principal principal;
  principal.rights = {"view", "export", "decide", "import", "people", "sql", "settings", "audit", "users"};
  principal.address = "local";
  return principal;
}

}  // namespace weir::analysis
