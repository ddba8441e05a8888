// Postal addresses as records write them: their parts, and how much alike two of them are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "identity/name_words.h"

namespace weir::identity {

// All parts in folded form (fold.h), words parted by a blank; empty where there is none.
struct Address {
  std::string house;        // number with its letter and its building: "12b", "5 k2"
  std::string street;       // without the kind of street and in full: "north main", "lenina", "haupt"
  std::string street_kind;  // "street", "avenue", in English for all languages
  std::string unit;         // flat, office, room: "7"
  std::string post_code;    // without blanks: "sw1a1aa", "10115"
  std::string place;        // what else there is: city, region, country

  bool operator==(const Address&) const = default;
};

// Reads one line or several, parts divided by commas, semicolons, line ends or not at all: "12b N. Main St, Apt 7,
// Springfield, IL 62704", "Hauptstr. 5, 10115 Berlin", "119019, г. Москва, ул. Ленина, д. 5, корп. 2, кв. 7", "10 rue
// de Rivoli 75001 Paris". Only the first 512 bytes are read. A guess, as every reading of an address is.
Address ParseAddress(std::string_view line);

// Of separate columns; any may be empty. The street may hold house and unit.
Address ParseAddress(std::string_view street, std::string_view post_code, std::string_view place);

// Equal for addresses of one building however they are spelt, as long as nobody mistypes: for finding candidates. Empty
// without a street.
std::string AddressKey(const Address& address);

// From the weakest to the strongest; all from kMisspelt up mean the same address.
enum class AddressLevel : std::uint8_t {
  kDifferent,
  kPlace,     // the same post code or city
  kStreet,    // the same street there, another house or none
  kBuilding,  // the same house, another flat
  kMisspelt,  // a few letters of the street or the post code differ
  kLeftOut,   // the flat, the city or the post code stands in one only
  kSpelling,  // another transliteration or abbreviation
  kExact,
};
inline constexpr AddressLevel kSameAddress = AddressLevel::kMisspelt;

std::string_view ReasonOf(AddressLevel level);

// An address made ready to be compared often.
struct PreparedAddress {
  Address address;
  std::vector<NameWord> street;
  std::vector<NameWord> place;
};
PreparedAddress PrepareAddress(Address address);

// Symmetric. Two empty addresses are kDifferent.
AddressLevel Compare(const PreparedAddress& a, const PreparedAddress& b);
AddressLevel CompareAddresses(std::string_view a, std::string_view b);

}  // namespace weir::identity
