// The HTTP interface as an OpenAPI 3.1 document: the fixed routes, and one path for each analysis and action of the
// catalogue with its own parameters and tables. The same catalogue gives the same bytes.
#pragma once

#include <string>
#include <string_view>

#include "engine/engine.h"

namespace weir::docgen {

std::string OpenApi(const engine::Catalog& catalog, std::string_view version);

}  // namespace weir::docgen
