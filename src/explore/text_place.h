// Places in the text of a query: bytes as the store counts them, lines and columns as people do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::explore {

// Columns count characters, not bytes; both count from 1.
struct TextPlace {
  std::uint64_t line = 1;
  std::uint64_t column = 1;
};
TextPlace PlaceAt(std::string_view text, std::size_t offset);

// The error at its place in the query: "query:2:15: ...".
Error AtOffset(Error error, std::string_view text, std::optional<std::size_t> offset);

// Where the store's message points to within the text that it ran, if it does ("LINE 3: ... ^"), and the message
// without that picture and without the kind of error before it.
struct StoreMessage {
  std::string text;
  std::optional<std::size_t> offset;
};
StoreMessage ReadMessage(std::string_view message, std::string_view ran);

}  // namespace weir::explore
