// A process tree as BPMN 2.0 with its picture (diagram interchange), as modelling tools and PM4Py read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journey/model/process_tree.h"

namespace weir::journey {

// Activities are tasks; choices and loops have exclusive gateways, parallel parts parallel ones. Loops go back from the
// gateway behind what is done to the one before it. Leads to the right. too_large where the picture would have more
// than 5,000 nodes. Same tree, same bytes.
Result<std::string> BpmnOf(const ProcessTree& tree, const std::vector<std::string>& activity_names,
                           std::string_view name = "process");

}  // namespace weir::journey
