// What another reader of JSON takes as an object, ours takes too, with the same keys and texts.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  constexpr int kDepth = 64;
  std::size_t members = 0;
  std::vector<std::pair<std::string, std::string>> texts;
  JsonWalker walker(text, kDepth);
  const auto fault = walker.WalkObject([&](std::string_view key, const JsonValue& value) {
    ++members;
    if (value.kind == JsonKind::kText) texts.emplace_back(key, value.text);
  });
  // No deeper than the walker goes.
  const auto other = nlohmann::json::parse(
      text, [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) { return depth < kDepth - 2; }, false);
  // A zero byte ends the text for the other.
  const bool is_plain = text.find('\0') == std::string_view::npos;
  if (other.is_object() && is_plain && text.find("\\ud") == std::string_view::npos &&
      text.find("\\uD") == std::string_view::npos) {
    bool is_deep = false;
    int depth = 0;
    for (const char c : text) {
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      is_deep = is_deep || depth > kDepth - 2;
    }
    WEIR_CHECK(is_deep || !fault);
    for (const auto& [key, value] : texts) {
      // A key may stand there twice; then the other keeps the last.
      WEIR_CHECK(is_deep || members != other.size() ||
                 (other[key].is_string() && other[key].get<std::string>() == value));
    }
  }
  for (const bool is_lines : {false, true}) {
    const JsonSplitter splitter(is_lines);
    std::string_view rest = text;
    while (true) {
      const auto piece = splitter.Next(rest, true);
      if (piece.record.empty()) break;
      WEIR_CHECK(piece.size > 0 && piece.size <= rest.size());
      rest.remove_prefix(piece.size);
    }
  }
  return 0;
}
