// Why something that a person wrote cannot be taken over, in both languages: an error for commands, a row for the page.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/text.h"
#include "base/result.h"

namespace weir::people {

struct Refusal {
  Code code = Code::kBadUsage;
  analysis::Text reason = {};
  analysis::Text mend = {};
  std::string field = {};
  std::uint64_t line = 0;  // of a table, from 1; 0: not of one line
  std::uint64_t column = 0;
};

template <typename T>
using Checked = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> Refuse(Refusal refusal) { return tl::unexpected<Refusal>(std::move(refusal)); }

// With its place in the pasted table if it has one.
Error ErrorOf(const Refusal& refusal);

}  // namespace weir::people
