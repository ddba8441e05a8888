// Writes JSON to a string, in one pass, with decimals digit by digit: a ledger amount never becomes a float on its way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/value.h"

namespace weir::engine {

class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Name(std::string_view name);

  JsonWriter& Null();
  JsonWriter& Flag(bool value);
  JsonWriter& Integer(std::int64_t value);
  JsonWriter& Number(double value);  // shortest form that reads back; null if not finite
  JsonWriter& Text(std::string_view value);
  JsonWriter& Cell(const store::Value& value);  // decimals plain, instants RFC 3339, dates ISO
  JsonWriter& Raw(std::string_view json);       // a value that is JSON already

  std::string Take() { return std::move(text_); }
  std::size_t size() const { return text_.size(); }

 private:
  void Separate();
  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace weir::engine
