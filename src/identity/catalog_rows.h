// Rows of the tables in catalog/identity.
#pragma once

#include <string_view>
#include <vector>

namespace weir::identity {

// The cells of each row after the header. The tables quote nothing: a cell holds no comma. A row with another number of
// cells than the header is a bug of the table.
std::vector<std::vector<std::string_view>> CatalogRows(std::string_view file);

// The pieces between separators, without blanks around them and without empty ones.
std::vector<std::string_view> Pieces(std::string_view text, char separator);

}  // namespace weir::identity
