// Reads JSON records into flat cells: exact digits of numbers, nested objects joined by '_', lists as their text.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.h"

namespace weir {

enum class JsonKind : std::uint8_t { kNull, kBoolean, kNumber, kText, kList, kObject };

struct JsonFault {
  std::size_t offset = 0;  // bytes into the text
  Phrase reason;
};

// A value while an object is walked. `text` is the unescaped text, the digits of a number, or the raw slice of a list
// or object.
struct JsonValue {
  JsonKind kind = JsonKind::kNull;
  std::string_view text;
};

class JsonWalker {
 public:
  JsonWalker(std::string_view text, int depth_limit) : text_(text), depth_limit_(depth_limit) {}

  // Calls `member` for each member of the object that is the whole text. Its value is read but not entered.
  using Member = std::function<void(std::string_view key, const JsonValue& value)>;
  std::optional<JsonFault> WalkObject(const Member& member);
  // Calls `element` for each element of the list that is the whole text.
  using Element = std::function<void(const JsonValue& value)>;
  std::optional<JsonFault> WalkList(const Element& element);
  // For a member or an element that is enough: the walk ends well after it, and the rest is not read.
  void Stop() { is_stopped_ = true; }

 private:
  bool Value(JsonValue& value, int depth);
  bool Text(std::string_view& text);
  bool Escape(std::string& out);
  bool Hex(std::uint32_t& code);
  bool Number(std::string_view& digits);
  bool Word(std::string_view word);
  bool SkipObject(int depth);
  bool SkipList(int depth);
  void SkipBlanks();
  bool Take(char c);
  bool FailAt(std::size_t offset, Phrase reason);

  std::string_view text_;
  int depth_limit_;
  std::size_t at_ = 0;
  bool is_stopped_ = false;
  std::optional<JsonFault> fault_;
  std::deque<std::string> unescaped_;
};

// Splits a stream of text into the raw texts of records.
class JsonSplitter {
 public:
  // `is_lines`: each line is a record. Otherwise records follow each other with or without commas, up to an unmatched
  // closing bracket.
  explicit JsonSplitter(bool is_lines) : is_lines_(is_lines) {}

  struct Piece {
    std::string_view record;         // empty: there is none
    std::size_t size = 0;            // bytes to go on from
    std::uint64_t lines = 0;         // line breaks before the record
    std::uint64_t lines_within = 0;  // and in it, and after it up to `size`
    bool needs_more = false;
    bool is_end = false;  // the list is closed, or nothing is left
    bool is_cut = false;  // the text ends within the record
  };
  // `is_last`: nothing follows the text.
  Piece Next(std::string_view text, bool is_last) const;

 private:
  Piece NextLine(std::string_view text, bool is_last) const;
  bool is_lines_;
};

}  // namespace weir
