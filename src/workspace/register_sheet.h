// A sheet of agreements or goals, pasted or dropped as text: what each line of it would do to the register. Internal to
// workspace/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workspace/registers.h"

namespace weir::workspace {

struct SheetLine {
  enum class Verdict : std::uint8_t { kNew, kChanged, kSame, kRefused };
  std::int64_t line = 0;  // of the text, from 1
  Verdict verdict = Verdict::kRefused;
  std::optional<RegisterEntry> before = {};  // of the register
  RegisterEntry after = {};                  // as the line says; of a refused one nothing
  std::string column = {};                   // the header of the refused cell; empty: of the line
  std::optional<Error> why = {};             // it is refused
};
std::string_view NameOf(SheetLine::Verdict verdict);

// Whether a sheet can fill the register.
bool HasSheet(const RegisterKind& kind);

// Columns are found by their headers, separators and quotes as spreadsheets write them. Refused as a whole: a text
// without lines, without a header that is known, and one that is too long.
Result<std::vector<SheetLine>> ReadSheet(const RegisterKind& kind, std::string_view text,
                                         const std::vector<RegisterEntry>& known, const RegisterCheck& check);

}  // namespace weir::workspace
