// Who our customers are, one by one and in lists:
//   customers.account, customers.person, customers.deal   everything that is known of one record, on one page
//   customers, customers.people, customers.deals     lists with the facts that people sort and filter by
//   customers.search                                      finds any record by name, address, phone, number or id
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"

namespace weir::customers {

std::vector<analysis::Analysis> Analyses();

}  // namespace weir::customers
