// For tests: small tables, and made-up people of whom some are there twice with errors.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/random.h"
#include "identity/table.h"

namespace weir::identity {

using Rows = std::vector<std::vector<std::string>>;

inline constexpr std::size_t kOneFile = SIZE_MAX;

inline Table TableOf(const std::vector<std::string>& header, const Rows& rows, std::size_t second_begins = kOneFile) {
  Table table;
  table.rows = rows.size();
  table.second_begins = std::min(second_begins, rows.size());
  for (std::size_t c = 0; c < header.size(); ++c) {
    table.columns.emplace_back(header[c]);
    for (const std::vector<std::string>& row : rows) table.columns.back().Add(row[c]);
  }
  return table;
}

// Row i of the result is row order[i].
inline Table Permuted(const Table& table, const std::vector<std::uint32_t>& order) {
  Table permuted;
  permuted.rows = table.rows;
  permuted.second_begins = table.second_begins;
  for (const TextColumn& column : table.columns) {
    permuted.columns.emplace_back(column.name());
    for (const std::uint32_t row : order) permuted.columns.back().Add(column.At(row));
  }
  return permuted;
}

// 0 .. count - 1 in some order; with `second_begins` each file keeps its rows.
inline std::vector<std::uint32_t> Shuffled(std::size_t count, RandomStream& random,
                                           std::size_t second_begins = kOneFile) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  const std::size_t middle = std::min(second_begins, count);
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t from = i < middle ? 0 : middle;
    std::swap(
        order[i],
        order[static_cast<std::size_t>(random.Integer(static_cast<std::int64_t>(from), static_cast<std::int64_t>(i)))]);
  }
  return order;
}

inline const std::string& OneOf(const std::vector<std::string>& choices, RandomStream& random) {
  return choices[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(choices.size()) - 1))];
}

inline std::string MadeUpWord(std::int64_t syllables, RandomStream& random) {
  static const std::vector<std::string> kSyllables{"ba", "den", "fi", "gor", "hal", "ju", "kem", "lo",  "mi", "nar",
                                                   "os", "pel", "ra", "sin", "to",  "ul", "ven", "wes", "ya", "zo",
                                                   "ma", "ri",  "ko", "ste", "an",  "el", "dra", "vi",  "no", "ler"};
  std::string word;
  for (std::int64_t i = 0; i < syllables; ++i) word += OneOf(kSyllables, random);
  return word;
}

// One letter more, less, another, or two swapped.
inline std::string WithTypo(std::string text, RandomStream& random) {
  if (text.size() < 2) return text + "x";
  const auto at = static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(text.size()) - 2));
  const bool is_digit = text[at] >= '0' && text[at] <= '9';
  const char other = static_cast<char>((is_digit ? '0' : 'a') + random.Integer(0, is_digit ? 9 : 25));
  switch (random.Integer(0, 3)) {
    case 0:
      text.insert(at, 1, other);
      break;
    case 1:
      text.erase(at, 1);
      break;
    case 2:
      text[at] = other;
      break;
    default:
      std::swap(text[at], text[at + 1]);
  }
  return text;
}

struct People {
  Table table;
  std::vector<std::uint32_t> persons;  // of each record the person
};

// A fifth of the records are second ones of a person, of whose fields one in six has a typing error and one in twenty
// is missing. In the order in which they were drawn.
inline People MakePeople(std::size_t records, std::uint64_t seed) {
  RandomStream random(seed, "identity.test_people");
  std::vector<std::string> given;
  std::vector<std::string> cities;
  given.reserve(150);
  cities.reserve(60);
  for (int i = 0; i < 150; ++i) given.push_back(MadeUpWord(random.Integer(2, 3), random));
  for (int i = 0; i < 60; ++i) cities.push_back(MadeUpWord(random.Integer(2, 4), random));
  People people;
  Rows rows;
  Rows first;
  for (std::size_t i = 0; i < records; ++i) {
    if (!first.empty() && random.Chance(0.2)) {
      const auto of = static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(first.size()) - 1));
      std::vector<std::string> row = first[of];
      for (std::string& cell : row) {
        if (random.Chance(1.0 / 6)) cell = WithTypo(std::move(cell), random);
        if (random.Chance(0.05)) cell.clear();
      }
      rows.push_back(std::move(row));
      people.persons.push_back(static_cast<std::uint32_t>(of));
      continue;
    }
    const std::string name = OneOf(given, random);
    const std::string surname = MadeUpWord(random.Integer(2, 4), random);
    first.push_back(
        {name, surname,
         fmt::format("{:04}-{:02}-{:02}", random.Integer(1940, 2005), random.Integer(1, 12), random.Integer(1, 28)),
         OneOf(cities, random), fmt::format("+1202{:07}", random.Integer(0, 9'999'999)),
         fmt::format("{}.{}{}@example.org", name, surname, random.Integer(1, 99))});
    rows.push_back(first.back());
    people.persons.push_back(static_cast<std::uint32_t>(first.size() - 1));
  }
  people.table = TableOf({"given_name", "surname", "birth_date", "city", "phone", "email"}, rows);
  return people;
}

// Precision and recall over pairs of records: of those in one cluster, of those that are one.
struct PairScores {
  std::uint64_t both = 0;
  std::uint64_t found = 0;
  std::uint64_t real = 0;

  double Precision() const { return found == 0 ? 0 : static_cast<double>(both) / static_cast<double>(found); }
  double Recall() const { return real == 0 ? 0 : static_cast<double>(both) / static_cast<double>(real); }
  double F1() const {
    return found + real == 0 ? 0 : 2.0 * static_cast<double>(both) / static_cast<double>(found + real);
  }
};

// By all pairs, one after the other: for some thousands of records.
inline PairScores ScoresOf(const std::vector<std::uint32_t>& clusters, const std::vector<std::uint32_t>& truth) {
  PairScores scores;
  for (std::size_t a = 0; a < truth.size(); ++a) {
    for (std::size_t b = a + 1; b < truth.size(); ++b) {
      const bool is_found = clusters[a] == clusters[b];
      const bool is_real = truth[a] == truth[b];
      scores.both += is_found && is_real ? 1 : 0;
      scores.found += is_found ? 1 : 0;
      scores.real += is_real ? 1 : 0;
    }
  }
  return scores;
}

}  // namespace weir::identity
