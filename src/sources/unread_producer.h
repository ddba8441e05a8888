// What cells said that could not be read as what their column is for: a telephone number without its country, an e-mail
// address with a typing error. The typed column is empty there and the text of the cell is kept (typing.h); here it is
// put under the companies, people and leads that it is about, moment by moment.
#pragma once

#include "analysis/producer.h"

namespace weir::sources {

// Makes model.unread_value: a row a record, column and time during which the newest word of that record was not read.
// One pass over each observation table that keeps such texts. What an object tells of a person or a lead is not the
// company's.
analysis::Producer UnreadValueProducer();

}  // namespace weir::sources
