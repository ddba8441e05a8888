// How a table is to be linked: which columns are compared as what, which pairs are looked at, from where on two records
// are one. Chosen by what the columns hold where nobody says it; written as TOML, it can be edited and used again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "identity/key_part.h"
#include "identity/table.h"

namespace weir::identity {

struct FieldSpec {
  std::string column;
  FieldKind kind = FieldKind::kName;
};

struct KeyPartSpec {
  std::string column;
  KeyForm form = KeyForm::kWhole;
};

struct LinkSpec {
  std::vector<FieldSpec> fields;
  std::vector<std::vector<KeyPartSpec>> rules;  // of blocking; none: chosen
  double least_probability = 0.5;               // of a link
  // Of two files: whether a record has at most one partner. Ignored where there is one file.
  bool one_to_one = true;
};

// Columns that say nothing, since they are empty or the same everywhere, are left out; of more than kMostFields the
// least telling.
LinkSpec ChooseSpec(const Table& table, const Executor& executor);

// Errors: kBadInput with line and column, for what is no TOML, no known word, or out of range.
Result<LinkSpec> ReadSpec(std::string_view toml, std::string_view file);
std::string ToToml(const LinkSpec& spec);

}  // namespace weir::identity
