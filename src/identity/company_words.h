// The words that names of companies are read as. For company_name.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

// Folded words (fold.h), at most kMostWords: '&' is "and", letters with dots between are one word (A.B.C. is abc),
// apostrophes are nothing, a form written onto the name is parted (SiemensAG).
std::vector<std::string> CompanyWords(std::string_view name);

// The usual abbreviations in full (intl, bros), numbers in digits (first, forty four, iv); `name` is the whole as it
// was written, by which a Roman number is told from initials. At most kMostWords stay.
void WriteOut(std::string_view name, std::vector<std::string>& words);

// Says little about whose name it is: "the", "group", "holding", "company".
bool IsWeakOfCompany(std::string_view word);

}  // namespace weir::identity
