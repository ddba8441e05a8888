// The newest of each word that a record of a company or a person is known by, as SQL. Internal to identity/.
#pragma once

#include <string>

namespace weir::identity {

// Of model.account_word or model.person_word, a row a record: source, key and the columns of entity_evidence.h. Of a
// person `account` is the company's own key in its source; the parent of a company is "source|key".
std::string NewestWordsSql(bool is_account);

}  // namespace weir::identity
