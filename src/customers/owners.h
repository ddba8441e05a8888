// Who stands for each department of ours on the page of a record. Internal to customers/.
#pragma once

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/facts.h"

namespace weir::customers {

const analysis::TableSpec& OwnersSpec();

// The departments that deal with customers, a row each, without a name where nothing tells; then any other that owns
// the record itself. `owner_id` is that of the record, `account_owner_id` that of its company, where the record is
// none.
//
// A member stands for the department in which People has them now (decided, said by a source or guessed); whoever is of
// none, for the department whose work the reason is. Of all who stand for one, the strongest reason wins: owner of the
// record, of its company, of an open deal, of a deal, of a ticket, of a lead, of a campaign that reached it, whoever
// was in touch; then the newest moment. Where nobody did anything of that kind, the only member of the department
// stands for it, else the one who heads it. Who has left stands for nothing.
Result<analysis::Table> MakeOwners(const Facts& facts, const std::string& owner_id, const std::string& account_owner_id,
                                   analysis::Context& context);

}  // namespace weir::customers
