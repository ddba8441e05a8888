// The words for where a member belongs and what a member does. Codes stand in the model, in decisions and in tables;
// people read the titles. A department may also be any other text: a company calls its departments as it likes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/text.h"

namespace weir::people {

struct Word {
  std::string_view code;
  std::string_view en;
  std::string_view ru;
};

std::span<const Word> Departments();
std::span<const Word> Functions();

// The code for what somebody wrote: a code, or a title in either language, whatever the case; nothing for other texts.
std::optional<std::string> CodeOf(std::span<const Word> words, std::string_view written);

}  // namespace weir::people
