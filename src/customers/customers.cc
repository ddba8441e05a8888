#include "customers/customers.h"

#include <iterator>

#include "customers/lead.h"
#include "customers/lists.h"
#include "customers/pages.h"
#include "customers/search.h"

namespace weir::customers {

std::vector<analysis::Analysis> Analyses() {
  std::vector<analysis::Analysis> all = RecordPages();
  for (auto more : {LeadPage(), Lists(), Searches()}) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return all;
}

}  // namespace weir::customers
