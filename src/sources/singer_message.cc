#include "sources/singer_message.h"

#include <charconv>
#include <utility>

#include "base/json_text.h"

namespace weir::sources {
namespace {

constexpr int kDepthLimit = 64;

// The members of a message that matter.
struct Members {
  std::string type = {};
  std::string stream = {};
  std::string_view record = {};
  std::string_view value = {};
  std::optional<std::int64_t> version = {};
  bool has_version = false;  // of whatever kind
};

void Take(std::string_view key, const JsonValue& value, Members& members) {
  if (key == "type" && value.kind == JsonKind::kText) members.type = value.text;
  if (key == "stream" && value.kind == JsonKind::kText) members.stream = value.text;
  if (key == "record" && value.kind == JsonKind::kObject) members.record = value.text;
  if (key == "value" && value.kind == JsonKind::kObject) members.value = value.text;
  if (key == "version" && value.kind != JsonKind::kNull) {
    members.has_version = true;
    std::int64_t version = 0;
    const std::string_view digits = value.text;
    const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    const bool is_whole = error == std::errc() && at == digits.data() + digits.size();
    if (value.kind == JsonKind::kNumber && is_whole) members.version = version;
  }
}

Error Lacks(std::string_view member) {
  return BadInput("the message lacks '{}'", member).Mend("Check the tap: it must write Singer messages");
}

}  // namespace

Result<SingerMessage> ParseSingerMessage(std::string_view line) {
  Members members;
  JsonWalker walker(line, kDepthLimit);
  const auto fault =
      walker.WalkObject([&](std::string_view key, const JsonValue& value) { Take(key, value, members); });
  if (fault) {
    return Fail(BadInput("this is no message of the Singer protocol: byte {}: {}", fault->offset + 1, fault->reason)
                    .Mend("Let the tap write to the pipe alone, and its log to standard error"));
  }
  SingerMessage message{.stream = std::move(members.stream), .version = members.version};
  if (members.has_version && !members.version) {
    return Fail(BadInput("the version of a message {} is no whole number", members.type).Mend("Check the tap"));
  }
  if (members.type == "SCHEMA") {
    message.kind = SingerKind::kSchema;
  } else if (members.type == "RECORD") {
    message.kind = SingerKind::kRecord;
    message.body = members.record;
    if (message.body.empty()) return Fail(Lacks("record"));
  } else if (members.type == "STATE") {
    message.kind = SingerKind::kState;
    message.body = members.value;
    if (message.body.empty()) return Fail(Lacks("value"));
    return message;
  } else if (members.type == "ACTIVATE_VERSION") {
    message.kind = SingerKind::kActivateVersion;
    if (!message.version) return Fail(Lacks("version"));
  } else if (members.type == "BATCH") {
    return Fail(BadInput("the tap wrote its records to files of its own (BATCH)")
                    .Mend("Switch batches off in the tap's settings, so that records come as messages"));
  } else if (members.type.empty()) {
    return Fail(Lacks("type"));
  } else {
    return message;
  }
  if (message.stream.empty()) return Fail(Lacks("stream"));
  return message;
}

}  // namespace weir::sources
