// What people ask when a company begins with Weir:
//   setup             all of it
//   setup.checklist   which exports are here, what they open, what to bring next
//   setup.questions   the questions with their proposed answers
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "setup/catalog.h"

namespace weir::setup {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const SetupCatalog> catalog);

}  // namespace weir::setup
