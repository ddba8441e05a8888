#include "access/audit_log.h"

#include <array>

namespace weir::access {

Status AuditLog::Open() {
  WEIR_TRY(const store::Rows rows, tables_.Read("SELECT max(audit_id) FROM access.audit"));
  const std::lock_guard lock(mutex_);
  last_id_ = rows.IntegerAt(0, 0);
  return {};
}

Status AuditLog::Append(const AuditEvent& event, Instant at) {
  const std::lock_guard lock(mutex_);
  const std::array<store::Value, 7> row{last_id_ + 1,  at,           event.who, event.address, event.what,
                                        event.subject, event.outcome};
  const auto insert = [&](store::Session& session) -> Status {
    WEIR_TRY(session.Execute("INSERT INTO access.audit VALUES (?, ?, ?, ?, ?, ?, ?)", row));
    return {};
  };
  WEIR_TRY(tables_.Write(insert));
  ++last_id_;
  return {};
}

Status AuditLog::AppendOncePerMinute(const AuditEvent& event, Instant at) {
  {
    const std::lock_guard lock(mutex_);
    const Instant begin{at.micros - 60 * kMicrosPerSecond};
    std::erase_if(recent_, [&](const auto& one) { return one.second.micros <= begin.micros; });
    const std::string key = fmt::format("{}\n{}\n{}\n{}", event.who, event.address, event.what, event.subject);
    if (!recent_.emplace(key, at).second) return {};
  }
  return Append(event, at);
}

}  // namespace weir::access
