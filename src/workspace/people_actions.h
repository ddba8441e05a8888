// What people decide about members: department, function, team, manager, start and end, from a day on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "people/directory.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> PeopleActions();
bool IsPeopleAction(std::string_view action);

// Members and teams as of the newest moment in the data: the writer asks the model itself, without rights.
Result<people::Directory> ReadDirectory(store::Connection& connection);
// Whether the model has members at all.
Result<bool> HasMembers(store::Connection& connection);

// Writes the changes under the data version, inside the caller's transaction. Told are the changes as they were made:
// each member with what held before and what holds now.
Result<Effect> ChangePeople(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                            std::int64_t version);
// Everything that the decision changed counts as never said.
Result<Effect> UndoPeopleChange(store::Connection& connection, const DecisionRow& decision, std::int64_t version);

}  // namespace weir::workspace
