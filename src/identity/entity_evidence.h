// How much what two companies or two people are known by says for or against their being one: levels of agreement,
// field by field, and the weight of each (Fellegi and Sunter 1969). Unlike the records that scorer.h compares, each
// side is all that certain keys have put together: of several values of a field those that agree best are compared.
//
// The weights are log2(m / u), with these m (share of a level among pairs that are one) and u (among others), rounded
// to half a bit. They are built in, since a workspace may hold fifty records, and are meant to be wrong on the careful
// side: what is linked needs two things that agree besides nothing that contradicts, or one that is as good as a key.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identity/address.h"
#include "identity/company_name.h"
#include "identity/contact.h"
#include "identity/person_name.h"

namespace weir::identity {

// The words of one record, by column; empty where it has none.
inline constexpr std::size_t kMostEntityColumns = 11;
using EntityWords = std::array<std::string, kMostEntityColumns>;

// In the order of EntityWords.
std::span<const std::string_view> ColumnsOf(bool is_account);

// All that one company or person is known by, made ready to be compared: of each column the first kMostValues, since a
// placeholder for an address may make one of thousands.
inline constexpr std::size_t kMostValues = 32;
struct EntityProfile {
  bool is_account = false;
  std::array<std::vector<std::string>, kMostEntityColumns> values;  // distinct, as written, by column
  std::vector<PreparedCompanyName> companies;
  std::vector<PreparedCompanyName> bare_companies;  // of names that end in brackets, without them
  std::vector<PreparedPersonName> people;
  std::vector<Email> emails;
  std::vector<Phone> phones;
  std::vector<std::string> contact_domains;  // of a company: of its contacts' addresses
  std::vector<std::string> own_keys;         // "source|key" of its records, in order
};
EntityProfile ProfileOf(bool is_account, std::span<const EntityWords> records, std::vector<std::string> own_keys,
                        std::span<const std::string> contact_domains);

// Keys of which two that may be one share at least one.
std::vector<std::uint64_t> BlockingKeysOf(const EntityProfile& profile);

struct EntityBar {
  std::string_view field;
  std::string_view level;  // in plain English
  std::string a;           // the values that agree best
  std::string b;
  double weight = 0;
};

struct EntityEvidence {
  double weight = 0;  // log2 of the odds: the prior and the bars
  double prior = 0;
  std::vector<EntityBar> bars;  // a field that both have each
};

// `entities`: how many there are of the kind; a pair taken at random is one with odds of 1 to that many, and with no
// better odds than 1 to kFewestEntities.
inline constexpr double kFewestEntities = 20'000;
EntityEvidence Weigh(const EntityProfile& a, const EntityProfile& b, double entities);
// The number that pairs are weighed by: rounded up by a fifth at most, so that one more or less changes no weight.
double RoundedEntities(double entities);

// From here on two are one; pairs from kLeastUnsure on are worth a look.
inline constexpr double kLeastLinked = 0.95;
inline constexpr double kLeastUnsure = 0.05;

// [{"field": "name", "level": "...", "a": "...", "b": "...", "weight": 11}, ...], the prior first.
std::string ToJson(const EntityEvidence& evidence);

}  // namespace weir::identity
