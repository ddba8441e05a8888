// Messages of the Singer protocol, one a line of JSON. Private to sources/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::sources {

enum class SingerKind : std::uint8_t { kSchema, kRecord, kState, kActivateVersion, kOther };

struct SingerMessage {
  SingerKind kind = SingerKind::kOther;
  std::string stream = {};                   // of a schema, a record, an activation
  std::string_view body = {};                // the record or the state as it stands in the line, digits untouched
  std::optional<std::int64_t> version = {};  // of the table that the record belongs to, where the tap says it
};

// Fails with kBadInput for what is no message, lacks what its type must have, or says that the records lie elsewhere
// (BATCH). Types that are not of the protocol are kOther.
Result<SingerMessage> ParseSingerMessage(std::string_view line);

}  // namespace weir::sources
