// What fields cost and what they are good for. hygiene.fields: every column of every source that describes a record,
// how often it is typed and by whom, whether it is filled and varies, and what reads it; pairs of fields that say the
// same; values of picklists that are spellings of one another. hygiene.holders: the records that hold one value.
//
// Minutes are the edits by people times a setting of seconds for one edit. Two fields say the same where they agree in
// 98 of 100 records that have both, or where each value of the one goes with one value of the other. A value is another
// spelling where only case, accents, punctuation and blanks differ, or where one letter is mistyped (two from ten
// letters on) and the other value is at least five times as frequent; digits must agree. Cost: one pass over each kind
// of record for its columns; pairs are compared over at most 50,000 records.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::hygiene {

std::vector<analysis::Analysis> FieldAnalyses();

}  // namespace weir::hygiene
