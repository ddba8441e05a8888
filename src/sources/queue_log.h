// The log of telephone queues as Asterisk writes it: a line an event, "time|call|queue|agent|EVENT|data", without
// header and without quotes. Private to sources/.
#pragma once

#include <memory>
#include <string_view>

#include "sources/text_records.h"

namespace weir::sources {

// Whether the first line is one of such a log.
bool IsQueueLog(std::string_view beginning);
// Columns as in the table that Asterisk fills instead where it is told to: epoch, callid, queuename, agent, event,
// data1 to data5.
std::unique_ptr<TextForm> QueueLogForm();

}  // namespace weir::sources
