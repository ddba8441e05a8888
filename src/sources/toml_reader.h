// TOML files of the catalogue, read with errors that name file, line and column. For sources/, pulls/ and buckets/.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "base/result.h"

namespace weir::sources {

class TomlReader {
 public:
  static Result<TomlReader> Parse(std::string_view text, std::string_view file_name);

  const toml::table& root() const { return root_; }

  // An error placed at the node.
  Error At(const toml::node& node, Error error) const;
  // Fails on a key that is none of `known`, with the nearest of them.
  Status OnlyKeys(const toml::table& table, std::initializer_list<std::string_view> known) const;
  // The entries of a table in the order of the file.
  static std::vector<std::pair<std::string_view, const toml::node*>> InOrder(const toml::table& table);

  Result<const toml::table*> Table(const toml::node& node) const;
  Result<std::string> Text(const toml::node& node) const;
  Result<bool> Boolean(const toml::node& node) const;
  Result<std::vector<std::string>> Texts(const toml::node& node) const;  // a single text is a list of one

  // The value under a key, or a default where the key is absent.
  Result<std::string> TextOr(const toml::table& table, std::string_view key, std::string otherwise) const;
  Result<bool> BooleanOr(const toml::table& table, std::string_view key, bool otherwise) const;
  Result<std::vector<std::string>> TextsOr(const toml::table& table, std::string_view key) const;
  Result<std::string> RequiredText(const toml::table& table, std::string_view key) const;

 private:
  TomlReader(toml::table root, std::string file_name) : root_(std::move(root)), file_name_(std::move(file_name)) {}
  toml::table root_;
  std::string file_name_;
};

// "unknown column 'closedate'", with "Did you mean close_date?" as the mend where a name is near.
Error UnknownName(const Phrase& what, std::string_view name, std::span<const std::string> known);

}  // namespace weir::sources
