// Names, addresses and numbers of simulated people and companies, and the ways in which people mistype them.
#pragma once

#include <string>
#include <string_view>

#include "simulate/lexicon.h"
#include "simulate/sampler.h"

namespace weir::simulate {

struct FullName {
  std::string first;
  std::string middle;  // Russian father's name
  std::string last;
};

struct CompanyName {
  std::string brand;   // "Nordwerk Systems"
  std::string legal;   // with its legal form: "Nordwerk Systems GmbH"
  std::string domain;  // "nordwerk-systems.de"
};

FullName MakePersonName(const Lexicon& lexicon, Sampler& sampler);

// The name of account `index`; no two accounts of one seed share a brand or a domain.
CompanyName MakeCompanyName(const Lexicon& lexicon, const Country& country, std::uint64_t seed, int index,
                            Sampler& sampler);

// Latin letters only: "Müller" -> "Mueller", "Юрий" -> "Yuriy". Other bytes are kept.
std::string Transliterate(std::string_view text);
// Lower-case Latin letters and digits, everything else becomes the joint (none doubled): "O'Connor" -> "oconnor".
std::string Slug(std::string_view text, std::string_view joint);

// "+49 30 1234567" and the other ways to write the same number down.
std::string MakePhone(const Country& country, std::string_view area, Sampler& sampler);
std::string RewritePhone(std::string_view phone, int form);  // form 0..4
inline constexpr int kPhoneForms = 5;

// One slip of the fingers: a letter lost, doubled or swapped with the next. Works on whole letters of UTF-8.
std::string Mistype(std::string_view text, Sampler& sampler);
// UTF-8 that a program took for Latin-1: "Müller" becomes "MÃ¼ller".
std::string MisreadBytes(std::string_view text);
// Capitals and small letters of Latin and Russian.
std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);

}  // namespace weir::simulate
