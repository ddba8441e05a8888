// What was typed into the search, as words to look for. Internal to customers/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::customers {

// One token between blanks. It is found as a whole without punctuation ("acme.com" is "acmecom", an id, an invoice's
// number, an address), or, where punctuation divides it, as its parts ("Jean-Luc").
struct SearchToken {
  std::string whole;
  std::vector<std::string> parts = {};  // of a token with punctuation inside, else empty
};

struct SearchQuery {
  std::vector<SearchToken> tokens;
};

// Plain text to tokens, not folded yet: the store folds, as it folded what it looks into. A query that is nothing but a
// telephone number becomes one token of digits; "salesforce:0015..." becomes the id alone. At most eight tokens.
SearchQuery ParseSearch(std::string_view text);

// The same keys on the other layout: "фсьу" is "acme", "fkmaf" is "альфа". Empty where nothing would change.
std::string OnOtherLayout(std::string_view text);

}  // namespace weir::customers
