#include "identity/address_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace weir::identity {
namespace {

struct Meaning {
  std::string_view word;
  std::string_view is;
};

template <std::size_t kSize>
std::optional<std::string_view> Find(const std::array<Meaning, kSize>& table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Meaning::word);
  return found == table.end() ? std::nullopt : std::optional(found->is);
}

template <std::size_t kSize>
bool IsIn(const std::array<std::string_view, kSize>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

std::optional<std::string_view> StreetKind(std::string_view word) {
  static constexpr auto kKinds = std::to_array<Meaning>({{"st", "street"},
                                                         {"str", "street"},
                                                         {"street", "street"},
                                                         {"strasse", "street"},
                                                         {"straat", "street"},
                                                         {"ul", "street"},
                                                         {"ulitsa", "street"},
                                                         {"ulica", "street"},
                                                         {"ulitza", "street"},
                                                         {"vul", "street"},
                                                         {"vulitsya", "street"},
                                                         {"vulica", "street"},
                                                         {"rue", "street"},
                                                         {"calle", "street"},
                                                         {"c", "street"},
                                                         {"via", "street"},
                                                         {"rua", "street"},
                                                         {"strada", "street"},
                                                         {"utca", "street"},
                                                         {"gatan", "street"},
                                                         {"ave", "avenue"},
                                                         {"av", "avenue"},
                                                         {"avenue", "avenue"},
                                                         {"avenida", "avenue"},
                                                         {"avda", "avenue"},
                                                         {"prospekt", "avenue"},
                                                         {"prospect", "avenue"},
                                                         {"prosp", "avenue"},
                                                         {"pr", "avenue"},
                                                         {"prkt", "avenue"},
                                                         {"prt", "avenue"},
                                                         {"allee", "avenue"},
                                                         {"aleja", "avenue"},
                                                         {"alleya", "avenue"},
                                                         {"blvd", "boulevard"},
                                                         {"boulevard", "boulevard"},
                                                         {"bd", "boulevard"},
                                                         {"bulvar", "boulevard"},
                                                         {"bul", "boulevard"},
                                                         {"br", "boulevard"},
                                                         {"rd", "road"},
                                                         {"road", "road"},
                                                         {"chaussee", "road"},
                                                         {"landstrasse", "road"},
                                                         {"chemin", "road"},
                                                         {"camino", "road"},
                                                         {"ln", "lane"},
                                                         {"lane", "lane"},
                                                         {"per", "lane"},
                                                         {"pereulok", "lane"},
                                                         {"gasse", "lane"},
                                                         {"weg", "way"},
                                                         {"way", "way"},
                                                         {"wy", "way"},
                                                         {"proezd", "way"},
                                                         {"prd", "way"},
                                                         {"dr", "drive"},
                                                         {"drive", "drive"},
                                                         {"ct", "court"},
                                                         {"court", "court"},
                                                         {"pl", "square"},
                                                         {"place", "square"},
                                                         {"platz", "square"},
                                                         {"plaza", "square"},
                                                         {"piazza", "square"},
                                                         {"plein", "square"},
                                                         {"ploshchad", "square"},
                                                         {"sq", "square"},
                                                         {"square", "square"},
                                                         {"hwy", "highway"},
                                                         {"highway", "highway"},
                                                         {"sh", "highway"},
                                                         {"shosse", "highway"},
                                                         {"pkwy", "parkway"},
                                                         {"parkway", "parkway"},
                                                         {"ter", "terrace"},
                                                         {"terrace", "terrace"},
                                                         {"cir", "circle"},
                                                         {"circle", "circle"},
                                                         {"cres", "crescent"},
                                                         {"crescent", "crescent"},
                                                         {"close", "close"},
                                                         {"tupik", "close"},
                                                         {"nab", "embankment"},
                                                         {"naberezhnaya", "embankment"},
                                                         {"quai", "embankment"},
                                                         {"embankment", "embankment"},
                                                         {"mkr", "quarter"},
                                                         {"mikrorayon", "quarter"}});
  return Find(kKinds, word);
}

std::optional<JoinedKind> JoinedStreetKind(std::string_view word) {
  static constexpr auto kEndings = std::to_array<Meaning>({{"strasse", "street"},
                                                           {"straat", "street"},
                                                           {"gatan", "street"},
                                                           {"gade", "street"},
                                                           {"str", "street"},
                                                           {"platz", "square"},
                                                           {"plein", "square"},
                                                           {"allee", "avenue"},
                                                           {"gasse", "lane"},
                                                           {"laan", "avenue"},
                                                           {"weg", "way"},
                                                           {"vagen", "way"}});
  constexpr std::size_t kShortestStem = 3;
  for (const Meaning& ending : kEndings) {
    if (word.size() < ending.word.size() + kShortestStem || !word.ends_with(ending.word)) continue;
    return JoinedKind{ending.is, ending.word.size()};
  }
  return std::nullopt;
}

bool IsUnitWord(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"apt",          "apartment", "unit", "suite",    "ste",         "flat", "room",    "rm",
       "fl",           "floor",     "kv",   "kvartira", "of",          "ofis", "office",  "pom",
       "pomeshchenie", "kab",       "komn", "top",      "wohnung",     "whg",  "piso",    "puerta",
       "lok",          "lokal",     "m",    "appt",     "appartement", "int",  "interno", "etazh"});
  return IsIn(kWords, word);
}

bool IsHouseWord(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"d", "dom", "house", "no", "nr", "num", "number", "numero", "bud", "hnr", "vld"});
  return IsIn(kWords, word);
}

std::optional<char> BuildingPart(std::string_view word) {
  static constexpr auto kParts = std::to_array<Meaning>({{"k", "k"},
                                                         {"korp", "k"},
                                                         {"korpus", "k"},
                                                         {"bldg", "k"},
                                                         {"building", "k"},
                                                         {"block", "k"},
                                                         {"str", "s"},
                                                         {"stroenie", "s"},
                                                         {"lit", "l"},
                                                         {"litera", "l"}});
  const auto part = Find(kParts, word);
  return part ? std::optional(part->front()) : std::nullopt;
}

bool IsPlaceWord(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"g",     "gor",    "gorod",    "obl",    "oblast", "kray",     "resp",  "respublika", "rn",
       "rayon", "pos",    "poselok",  "pgt",    "selo",   "derevnya", "city",  "town",       "of",
       "state", "region", "province", "county", "cedex",  "stadt",    "misto", "m"});
  return IsIn(kWords, word);
}

std::optional<std::string_view> StreetWord(std::string_view word) {
  static constexpr auto kWords = std::to_array<Meaning>(
      {{"n", "north"},  {"no", "north"},     {"s", "south"},      {"so", "south"},     {"e", "east"},
       {"w", "west"},   {"ne", "northeast"}, {"nw", "northwest"}, {"se", "southeast"}, {"sw", "southwest"},
       {"first", "1"},  {"second", "2"},     {"third", "3"},      {"fourth", "4"},     {"fifth", "5"},
       {"sixth", "6"},  {"seventh", "7"},    {"eighth", "8"},     {"ninth", "9"},      {"tenth", "10"},
       {"mt", "mount"}, {"ft", "fort"}});
  if (const auto found = Find(kWords, word)) return found;
  // 1st, 22nd, 5ya, 3y
  std::size_t digits = 0;
  while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') ++digits;
  static constexpr auto kOrdinals =
      std::to_array<std::string_view>({"st", "nd", "rd", "th", "ya", "y", "iy", "aya", "go"});
  if (digits > 0 && IsIn(kOrdinals, word.substr(digits))) return word.substr(0, digits);
  return std::nullopt;
}

}  // namespace weir::identity
