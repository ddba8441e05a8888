// Pairs of records of companies or people that are one, or may be: what the duplicates desk works through. Internal to
// hygiene/.
//
// - review: two here that may be one, by the weights of entity resolution (src/identity/entity_evidence.h);
// - linked: two records of one source that entity resolution made one on such weights;
// - certain: two records of one source that are one by keys that leave no doubt;
// - decided: what people said of two records, the newest word of each two.
//
// The order is value of information: the uncertainty of the answer in bits, -p log2 p - (1 - p) log2 (1 - p) (Shannon
// 1948), times the money that hangs on the two sides, so that an answer which is known before it is asked, or about
// which no money hangs, comes last; then by bits, by money, by ids. Money: open deals, won deals and a year's recurring
// revenue, in the reporting currency, exact; deals of both sides once; what has no rate counts as nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "base/decimal.h"

namespace weir::hygiene {

struct DuplicateFilter {
  std::string entity = {};  // account, person; empty: both
  std::string source = {};  // of either side
  std::string text = {};    // part of a name or of an id of either side
  void Describe(analysis::ParamVisitor& visitor);
};

struct DuplicateSide {
  std::string source = {};
  std::string key = {};
  std::string entity_id = {};
  std::string name = {};
  std::string owner = {};

  std::string Record() const { return source + ":" + key; }
};

struct DuplicatePair {
  std::string entity = {};
  std::string state = {};  // review, linked, certain, decided
  DuplicateSide a = {};
  DuplicateSide b = {};
  std::optional<double> probability = {};  // none: keys or people said so
  std::string evidence = {};               // JSON of EntityEvidence; empty where nothing was weighed
  std::string reason = {};                 // why the records are one, where keys made them one
  Decimal open = {};                       // money of both sides
  Decimal won = {};
  Decimal mrr = {};
  Decimal affected = {};
  Decimal bits = {};         // 0..1
  Decimal value = {};        // bits x affected
  std::string verdict = {};  // same, apart; empty: nobody said anything
  std::string who = {};
  std::optional<Instant> decided_at = {};
  std::optional<std::int64_t> decision_id = {};

  bool IsOne() const { return a.entity_id == b.entity_id; }
  // Records of one source that are one: the source itself does not know it yet.
  bool IsOfOneSource() const { return IsOne() && a.source == b.source; }
};

// In the order above. Of two here the pair of records that says most; people of whom nothing may be seen are left out.
// Cost: a pass over deals and over the records of the pairs.
Result<std::vector<DuplicatePair>> ReadDuplicates(const DuplicateFilter& filter, analysis::Context& context);

}  // namespace weir::hygiene
