// Who asks, and what they may see. It travels in the context, in the scoped.* views and in the cache key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::analysis {

struct Principal {
  std::string user = "local";
  std::string role = "owner";      // owner, admin, analyst, manager, member, viewer
  bool sees_all_rows = true;       // else only rows of `teams`
  std::vector<std::string> teams;  // team ids
  bool sees_subteams = true;       // those below the teams count as well, as the organisation is in the model asked
  bool sees_personal_data = true;
  std::vector<std::string> rights;  // "view", "import", ...: access/role.h has them all
  std::string address;              // where the caller speaks from, for the audit log: "127.0.0.1", "local socket"

  bool Has(std::string_view right) const;
  // Canonical text of the row and column rules: equal fingerprints see equal data.
  std::string Fingerprint() const;

  // The user of the machine itself, on loopback.
  static Principal LocalOwner();
};

}  // namespace weir::analysis
