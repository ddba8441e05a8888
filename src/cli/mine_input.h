// What `weir mine LOG` reads: XES, a table of events or an object-centric log, packed or not, told apart by what is in
// the file and not by its name.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "journey/log/log_reading.h"
#include "journey/log/table_log.h"

namespace weir::cli {

struct MineInputOptions {
  std::string path;
  journey::LogColumns columns;  // of a table; of an object-centric log case_id is the type of objects
  std::string classifier;       // attributes joined by "+"; empty: concept:name
};

enum class LogForm : std::uint8_t { kXes, kTable, kObjects };

struct MineInput {
  std::string title;
  LogForm form = LogForm::kXes;
  journey::LogReading reading;
  journey::LogColumns columns;  // of a table, as they stand in the file
};

// Errors: kBadUsage for options that the form of the file has no use for; those of the readers.
Result<MineInput> ReadMineInput(const MineInputOptions& options,
                                const std::function<void(const Phrase& stage, double fraction)>& progress);

}  // namespace weir::cli
