// What becomes of the pipeline and of the number of companies, were duplicates merged. Internal to hygiene/.
//
// Two open deals of one amount, one currency, one pipeline and one stage, each under another of two records of a
// company, are taken for one deal that the pipeline counts twice. Of several of a kind as many stay as the record has
// that has most of them.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "hygiene/duplicate_queue.h"

namespace weir::hygiene {

// An open deal under one of the units that may be one.
struct UnitDeal {
  std::size_t unit = 0;
  std::string kind = {};  // deals of one kind may stand for each other
  std::string id = {};
};

// Ids of the deals that are counted twice once the units of each join are one. The last ids of a unit go first; of
// units that have equally many the first stays. O(n log n).
std::set<std::string> CountedTwice(std::size_t units, std::span<const std::pair<std::size_t, std::size_t>> joins,
                                   std::span<const UnitDeal> deals);

struct DuplicateEffect {
  std::int64_t pairs = 0;
  std::int64_t records_before = 0;  // companies or people
  std::int64_t records_after = 0;
  std::int64_t customers_before = 0;
  std::int64_t customers_after = 0;
  Decimal pipeline_before = {};
  Decimal pipeline_after = {};
  std::set<std::string> deals = {};  // counted twice
};

// Of companies and people that the caller may see; read once for any number of questions.
class DuplicateEffects {
 public:
  static Result<DuplicateEffects> Read(std::span<const DuplicatePair> pairs, analysis::Context& context);

  // Were these pairs, all of one entity, merged.
  DuplicateEffect Of(const std::string& entity, std::span<const DuplicatePair* const> pairs) const;
  Decimal AmountOf(const std::set<std::string>& deals) const;

 private:
  struct OpenDeal {
    std::string id;
    std::string record;  // source:key of the company, as the deal's source names it
    std::string kind;
  };
  std::map<std::string, std::vector<OpenDeal>> deals_;  // of companies that are in pairs
  std::map<std::string, Decimal> amounts_;              // of deals
  std::set<std::string, std::less<>> customers_;
  std::int64_t accounts_ = 0;
  std::int64_t people_ = 0;
  std::int64_t all_customers_ = 0;
  Decimal pipeline_;
};

}  // namespace weir::hygiene
