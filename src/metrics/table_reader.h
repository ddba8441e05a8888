// Reads one table of a TOML file and remembers what was asked for, so that a mistyped name is an error with its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "analysis/text.h"
#include "base/result.h"

namespace weir::metrics {

// A whole file; what is no TOML is bad input with its place.
Result<toml::table> ParseToml(std::string_view text, const std::string& path);

class TableReader {
 public:
  TableReader(const toml::table& table, std::string path) : table_(table), path_(std::move(path)) {}

  // Places an error at a node of this file.
  Error At(Error error, const toml::node& node) const;
  Error At(Error error, std::string_view name) const;  // at the value of that name, else at the table

  const toml::node* Find(std::string_view name);
  Result<std::string> Text(std::string_view name);  // required, not empty
  Result<std::string> TextOr(std::string_view name, std::string_view fallback);
  Result<std::int64_t> Integer(std::string_view name);  // required
  Result<bool> BooleanOr(std::string_view name, bool fallback);
  Result<std::vector<std::string>> TextsOr(std::string_view name);  // one text or a list; empty if absent
  Result<analysis::Text> BothLanguages(std::string_view name);      // { en = "...", ru = "..." }
  // The same, one text for both languages, or nothing.
  Result<analysis::Text> BothLanguagesOr(std::string_view name);
  Result<const toml::table*> TableOr(std::string_view name);  // nullptr if absent
  Result<std::size_t> OneOf(std::string_view name, const std::vector<std::string>& allowed);

  // Fails on a name that nobody asked for.
  Status Finish() const;

  const std::string& path() const { return path_; }
  const toml::table& table() const { return table_; }

 private:
  const toml::table& table_;
  std::string path_;
  std::vector<std::string> asked_;
};

}  // namespace weir::metrics
