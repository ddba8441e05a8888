// The part of the OpenAPI document that is the same for every catalogue: fixed routes, schemas, parameters, responses.
#pragma once

#include <string_view>

namespace weir::docgen {

// A JSON document.
std::string_view FixedOpenApi();

}  // namespace weir::docgen
