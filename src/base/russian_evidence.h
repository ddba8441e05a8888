// Says in Russian why two records are one or are not, as answers tell it in English: by catalog/words/evidence.ru.toml.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// As it is where the catalogue has nothing. Safe from any thread.
std::string EvidenceInRussian(std::string_view english);

}  // namespace weir
