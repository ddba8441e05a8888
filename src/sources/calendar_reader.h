// Calendars (.ics): an event is a row, and of one that repeats each time up to the newest stamp of the file, which is
// as much as it can know of the past. Times are of UTC where the file says a zone. Read twice, since zones, changed
// repetitions and whose calendar it is are known only at the end. Private to sources/: use OpenRows.
#pragma once

#include <memory>
#include <string_view>

#include "sources/reader.h"

namespace weir::sources {

// By the beginning of a text.
bool IsCalendar(std::string_view text);

Result<std::unique_ptr<RowReader>> OpenCalendar(const FileInput& file, const ReadOptions& options);

}  // namespace weir::sources
