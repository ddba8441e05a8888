// Which questions go into the audit log: those that show personal data as it came in.
#pragma once

#include "access/access.h"
#include "analysis/principal.h"
#include "engine/engine.h"

namespace weir::server {

// Whether the answer to this has to be written down.
bool IsReadingRecorded(const analysis::Principal& principal, const engine::Question& question);
// The analysis and, of an explanation, the table that was opened; never what was asked for or read.
void RecordReading(access::Access& access, const analysis::Principal& principal, const engine::Question& question);

}  // namespace weir::server
