// `people.preview`: what a pasted list would change, before `people.load` takes it over. Internal to people/.
#pragma once

#include "analysis/declaration.h"

namespace weir::people {

analysis::Analysis PreviewAnalysis();

}  // namespace weir::people
