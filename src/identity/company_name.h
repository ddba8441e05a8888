// Names of companies and other bodies as records write them: the name proper, the legal form parted off, and how much
// alike two of them are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "identity/name_words.h"

namespace weir::identity {

struct CompanyName {
  std::string core;  // folded (fold.h) words without legal forms: "siemens"
  // Short forms of catalog/identity/legal_forms.csv, as written there, in the order of the name: "GmbH & Co KG".
  std::vector<std::string> legal_forms;

  bool operator==(const CompanyName&) const = default;
};

// Legal forms are known at the end, at the beginning (ООО Ромашка, PT Astra), in full, in short, with dots, and with a
// typing error in a long one. '&' is "and", A.B.C. is abc, Roman and written numbers are digits, usual abbreviations
// are written out (Int'l, Bros.). Only the first kMostWords words are read. A name that is nothing but a legal form
// keeps it.
CompanyName ParseCompanyName(std::string_view name);

// How two names are one, from the weakest to the strongest. All from kMisspelt up mean that both can be of one company.
enum class CompanyNameLevel : std::uint8_t {
  kDifferent,
  kPartial,    // some words are the same, others contradict each other
  kMoreWords,  // one says more: a branch, a subsidiary, a line of business
  kNumber,     // another of a series: Fund II, Fund III
  kOtherForm,  // another kind of legal form: GmbH, AG
  kMisspelt,   // a few letters differ
  kAcronym,    // IBM, International Business Machines
  kWeakWords,  // they differ in words that say little: the, group, holding
  kSpelling,   // another transliteration or order, or blanks elsewhere
  kForm,       // the same, the legal form left out or in another language
  kExact,      // but for case, accents, punctuation and how the form is written
};
inline constexpr CompanyNameLevel kSameCompanyName = CompanyNameLevel::kMisspelt;

std::string_view ReasonOf(CompanyNameLevel level);

// A name made ready to be compared often.
struct PreparedCompanyName {
  CompanyName name;
  std::vector<NameWord> words;       // of the core
  std::vector<std::uint16_t> forms;  // rows of the table of legal forms
  std::uint8_t kinds = 0;            // set of kinds of legal forms; 0 if none says anything
  std::string initials;              // of the strong words
  std::string all_initials;          // of all words
  bool is_vowelless = false;
};
PreparedCompanyName PrepareCompanyName(std::string_view name);

struct CompanyNameSimilarity {
  CompanyNameLevel level = CompanyNameLevel::kDifferent;
  double share = 0;  // 0..1: letters of words that are one in both, of all letters, less those that differ
};

// Symmetric. Two empty names are kDifferent. Cost: a microsecond or two for names that are ready.
CompanyNameSimilarity Compare(const PreparedCompanyName& a, const PreparedCompanyName& b);
CompanyNameSimilarity CompareCompanyNames(std::string_view a, std::string_view b);

}  // namespace weir::identity
