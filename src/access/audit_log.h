// Who did what, when and from where. Append-only. Ids of things and never personal values: what a person typed or read
// does not come here. Safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "access/tables.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::access {

struct AuditEvent {
  std::string who;
  std::string address;  // "127.0.0.1", "local socket"
  std::string what;     // "login", "sources.import", "export", "read_personal", ...
  std::string subject = {};
  std::string outcome = "done";  // done, refused
};

class AuditLog {
 public:
  explicit AuditLog(Tables& tables) : tables_(tables) {}
  // Finds where the log ends.
  Status Open();

  // Kept when this returns.
  Status Append(const AuditEvent& event, Instant at);
  // As Append, but not again within a minute for the same event: reading goes on and on.
  Status AppendOncePerMinute(const AuditEvent& event, Instant at);

 private:
  Tables& tables_;
  std::mutex mutex_;
  std::int64_t last_id_ = 0;
  std::map<std::string, Instant> recent_;
};

}  // namespace weir::access
