// Values within JSON texts, found by a path ("paging.next.after", "0.errorCode") and kept as they are written: not a
// digit of a number changes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.h"

namespace weir::pulls {

struct JsonPart {
  JsonKind kind = JsonKind::kNull;
  std::string text;  // as JsonValue has it
};

// Whether the text is one whole JSON value: an answer may have been cut.
bool IsWholeJson(std::string_view text);

// Nothing where the path leads nowhere; the empty path is the text itself.
std::optional<JsonPart> FindJson(std::string_view text, std::string_view path);
// The text of a scalar there; empty for null, lists, objects and what is not there.
std::string ScalarAt(std::string_view text, std::string_view path);
bool IsTrueAt(std::string_view text, std::string_view path);

// Calls `element` with the raw text of each object of the list at the path, or of the object there. False where there
// is neither; null is an empty list.
bool ForEachObject(std::string_view text, std::string_view path, const std::function<void(std::string_view)>& element);

// The same value on one line: blanks between tokens are left out, and characters stand for themselves that were written
// as escapes ("\u041a", "\/") without need, so that mappings may look into lists.
std::string OneLine(std::string_view json);
// `json` is an object: the same with a member of text in front of the others.
std::string WithMember(std::string_view json, std::string_view name, std::string_view value);
// A text in quotes.
std::string QuotedJson(std::string_view text);

}  // namespace weir::pulls
