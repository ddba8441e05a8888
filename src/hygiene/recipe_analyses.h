// Cleaning recipes as people see them: hygiene.recipes lists them with their versions and what they did at each import,
// hygiene.recipes.preview tries one without keeping it, hygiene.recipes.proposals finds fixes that people repeat by
// hand. Internal to hygiene/.
#pragma once

#include "analysis/declaration.h"

namespace weir::hygiene {

// Cost: O(observations of the records that recipes clean).
analysis::Analysis RecipesAnalysis();
// Over the newest observation of each record, with the recipe after all others that are in force, or in the place of
// the one that it changes. Cost: O(observations of the kind of records).
analysis::Analysis RecipePreview();
// The same old value replaced by the same new one on at least three records, by corrections and in the histories of the
// sources; not where people go back and forth, nor what a recipe does already.
analysis::Analysis RecipeProposals();

}  // namespace weir::hygiene
