// How good the data are. hygiene.quality: scores by rule, and by source, team, person and program that wrote the data;
// hygiene.rows: the records that a rule finds, with the value that should stand there where it is known; hygiene.trend:
// the scores at the ends of months, by business time.
//
// The score of a rule is the share of the records that it checks and finds nothing wrong with; that of several rules is
// the mean of theirs, so that a rule about many records does not drown the others. A rule that checks nothing counts in
// none. Source of the dimensions: DAMA-DMBOK (2nd edition), chapter 13; ISO/IEC 25012.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "hygiene/quality_rule.h"

namespace weir::hygiene {

std::vector<analysis::Analysis> QualityAnalyses(std::shared_ptr<const std::vector<QualityRule>> rules);

}  // namespace weir::hygiene
