// Whose word counts where sources disagree: hygiene.survivorship lists the rules, what each source fills and how often
// it is shown; hygiene.survivorship.preview says what another rule would change before it is settled. Internal to
// hygiene/.
#pragma once

#include "analysis/declaration.h"

namespace weir::hygiene {

// Over what the caller may see. Cost: O(observations of companies and people).
analysis::Analysis SurvivorshipAnalysis();
// By the very statement that makes the table of versions, over all records; counted are those that the caller may see.
// Cost: that of making the table anew.
analysis::Analysis SurvivorshipPreview();

}  // namespace weir::hygiene
