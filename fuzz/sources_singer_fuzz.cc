// What is taken as a message of the Singer protocol is an object of JSON with what its type must have, and its record
// is a part of the line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sources/singer_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  const std::string_view line(reinterpret_cast<const char*>(bytes), size);
  const auto message = ParseSingerMessage(line);
  if (!message) {
    WEIR_CHECK(message.error().code() == weir::Code::kBadInput);
    return 0;
  }
  const bool has_body = message->kind == SingerKind::kRecord || message->kind == SingerKind::kState;
  WEIR_CHECK(has_body == !message->body.empty());
  if (has_body) {
    WEIR_CHECK(message->body.data() >= line.data() &&
               message->body.data() + message->body.size() <= line.data() + size);
    WEIR_CHECK(message->body.front() == '{' && message->body.back() == '}');
  }
  const bool has_stream = message->kind != SingerKind::kState && message->kind != SingerKind::kOther;
  WEIR_CHECK(!has_stream || !message->stream.empty());
  WEIR_CHECK(message->kind != SingerKind::kActivateVersion || message->version.has_value());
  return 0;
}
