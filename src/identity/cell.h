// A cell in the form in which it is compared, by the kind of its field.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "identity/field.h"

namespace weir::identity {

// Equal for cells that say the same; empty for those that say nothing ("", "-", "n/a", "null"). Letters are Latin,
// small and without accents.
std::string NormalCell(std::string_view cell, FieldKind kind);

// 2020-03-31, 31.03.2020, 20200331, 3/31/2020 and their like, a time after it left out. Where both orders of day and
// month are possible the month comes first between '/', else the day.
std::optional<CivilDate> ReadDate(std::string_view text);

// 1,234.50, 1 234,50, $12, 1.5e3, 45%.
std::optional<double> ReadNumber(std::string_view text);

}  // namespace weir::identity
