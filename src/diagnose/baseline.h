// Four figures of the company as they were when the diagnosis was first run, and now: diagnose.baseline. What is sealed
// is kept by the workspace (diagnose.seal) and read here as scoped.diagnosis_seal. Internal to diagnose/.
#pragma once

#include "diagnose/examine.h"

namespace weir::diagnose {

analysis::Analysis BaselineAnalysis(const Made& made);

}  // namespace weir::diagnose
