// pipeline.velocity: what the pipeline brings a day, and what moved that. Internal to pipeline/.
#pragma once

#include "analysis/declaration.h"

namespace weir::pipeline {

analysis::Analysis VelocityAnalysis();

}  // namespace weir::pipeline
