// The table of legal forms, catalog/identity/legal_forms.csv. For company_name.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

struct LegalForm {
  std::string_view country;  // ISO 3166 in small letters; eu, int
  std::string_view name;     // as people write it: "GmbH"
  std::uint8_t kind = 0;     // one bit; 0 for a form that any company may bear (Co.)
  bool may_lead = false;     // stands before the name in its country
};
std::span<const LegalForm> LegalForms();

struct FoundForm {
  std::vector<std::uint16_t> forms;  // several where countries share a form, rising
  std::size_t words = 0;             // that it takes
};

// The longest form at the end or at the beginning of folded words; it never takes them all. A long form may have one
// typing error at the end of a name.
std::optional<FoundForm> FormAtEnd(std::span<const std::string> words);
std::optional<FoundForm> FormAtBegin(std::span<const std::string> words);

}  // namespace weir::identity
