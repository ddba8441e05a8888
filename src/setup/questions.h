// The questions of the setup with what is proposed, what is in force, and since which decision.
#pragma once

#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "setup/catalog.h"

namespace weir::setup {

// Never more than this: a person answers them in one sitting.
inline constexpr std::size_t kMostQuestions = 7;

// Tables questions and options.
std::vector<analysis::TableSpec> QuestionTables();
Result<analysis::Output> MakeQuestions(const SetupCatalog& catalog, analysis::Context& context);

}  // namespace weir::setup
