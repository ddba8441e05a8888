// Where the words of a query lie among the words by which things are found. Internal to customers/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "customers/search_query.h"

namespace weir::customers {

// The words of one kind of thing and of one length that begin as what was typed: they lie in a range of numbers, in
// which other words may lie too.
struct TermRange {
  std::string kind;
  std::int64_t length = 0;  // of each of the words
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t hits = 0;  // things that are found by them, at most
};

// A word of the query; its ranges by kind, the shortest words first.
struct TypedWord {
  std::string text = {};  // folded
  std::vector<TermRange> ranges = {};
  std::int64_t Hits() const;
};

struct TypedToken {
  TypedWord whole = {};
  std::vector<TypedWord> parts = {};  // found by all of them as well
  std::int64_t Hits() const;          // at most
};

// In two statements: the words are folded as the store folded those it looks into.
Result<std::vector<TypedToken>> FindTerms(const SearchQuery& query, analysis::Context& context);

// The ranges with the nearest words of each kind, so many that they hold `most` things or more.
std::vector<TermRange> Nearest(const TypedWord& word, std::int64_t most);

}  // namespace weir::customers
