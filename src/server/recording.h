// Which questions go into the audit log: those that show personal data as it came in.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "access/access.h"
#include "analysis/principal.h"
#include "engine/engine.h"

namespace weir::server {

// Whether the answer to this has to be written down.
bool IsReadingRecorded(const analysis::Principal& principal, const engine::Question& question);
// The analysis and, of an explanation, the table that was opened; never what was asked for or read.
void RecordReading(access::Access& access, const analysis::Principal& principal, const engine::Question& question);

// Who was written down within the last half minute, so that an answer that takes a millisecond waits for no log. Safe
// from any thread.
class RecordedCallers {
 public:
  bool Has(const analysis::Principal& principal, Instant now);
  void Note(const analysis::Principal& principal, Instant now);

 private:
  std::mutex mutex_;
  std::map<std::string, Instant> at_;
};

}  // namespace weir::server
