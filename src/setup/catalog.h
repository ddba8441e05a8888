// Which product gives which exports, how one gets them, and what they open: catalog/setup/*.toml.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::setup {

// Kinds of rows that exports give and pages need; `deal_history` is what a source remembers of its deals.
const std::vector<std::string>& RowKinds();

struct Unlock {
  std::string id = {};
  std::int64_t position = 0;
  analysis::Text title = {};
  std::string page = {};                // address in the web page
  std::vector<std::string> needs = {};  // all of these kinds
};

struct Export {
  std::string id = {};
  analysis::Text title = {};
  analysis::Text how = {};                // in the product's own words
  std::vector<std::string> objects = {};  // of the product's mappings; any of them is this export
  std::vector<std::string> gives = {};    // kinds of rows

  bool Gives(const std::vector<std::string>& kinds) const;
};

struct Product {
  std::string id = {};  // the source of its mappings
  std::int64_t position = 0;
  analysis::Text title = {};
  std::vector<Export> exports = {};
};

struct SetupCatalog {
  std::vector<Unlock> unlocks = {};    // by position
  std::vector<Product> products = {};  // by position

  // Of a product, by the source of its mappings; one that has no exports here is called as its mappings are.
  analysis::Text TitleOf(std::string_view source) const;

  // A product of a later file replaces that of an earlier one. Errors name file, line and field.
  static Result<SetupCatalog> Load(std::span<const DefinitionFile> files);
};

}  // namespace weir::setup
