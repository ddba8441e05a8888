#include "hygiene/duplicate_effect.h"

#include <algorithm>
#include <map>

#include "identity/entity_ids.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

// Numbers of names, in the order in which they are asked for.
class Units {
 public:
  std::size_t Of(const std::string& name) { return numbers_.try_emplace(name, numbers_.size()).first->second; }
  const std::size_t* Find(const std::string& name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, std::size_t>& numbers() const { return numbers_; }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::map<std::string, std::size_t> numbers_;
};

using Joins = std::vector<std::pair<std::size_t, std::size_t>>;

// How many fewer there are once the units of each join are one, counting those in `counted` alone; empty: all.
std::int64_t Fewer(std::size_t units, const Joins& joins, const std::vector<bool>& counted) {
  identity::DisjointSets sets(units);
  for (const auto& [a, b] : joins) sets.Join(a, b);
  std::set<std::size_t> roots;
  std::int64_t all = 0;
  for (std::size_t unit = 0; unit < units; ++unit) {
    if (!counted.empty() && !counted[unit]) continue;
    ++all;
    roots.insert(sets.Find(unit));
  }
  return all - static_cast<std::int64_t>(roots.size());
}

constexpr std::string_view kDeals = R"(
SELECT d.deal_id, d.account_id, r.source || ':' || r.account_key AS record,
  concat_ws('|', CAST(d.amount AS VARCHAR), d.currency, coalesce(d.pipeline, ''), coalesce(d.stage, '')) AS kind, d.amount_reporting
FROM scoped.deal AS d
LEFT JOIN scoped.deal_company_record AS r ON r.deal_id = d.deal_id
WHERE d.status = 'open' AND d.is_not_sales IS NULL AND d.account_id IS NOT NULL AND d.amount > 0 AND d.amount_reporting IS NOT NULL
ORDER BY d.deal_id NULLS LAST)";

constexpr std::string_view kTotals = R"(
SELECT (SELECT count(*) FROM scoped.account) AS accounts, (SELECT count(*) FROM scoped.person) AS people,
  (SELECT count(*) FROM scoped.account WHERE is_customer) AS customers,
  (SELECT CAST(coalesce(sum(amount_reporting), 0) AS DECIMAL(18,4)) FROM scoped.deal WHERE status = 'open' AND is_not_sales IS NULL) AS pipeline)";

}  // namespace

std::set<std::string> CountedTwice(std::size_t units, std::span<const std::pair<std::size_t, std::size_t>> joins,
                                   std::span<const UnitDeal> deals) {
  identity::DisjointSets sets(units);
  for (const auto& [a, b] : joins) sets.Join(a, b);
  std::map<std::pair<std::size_t, std::string_view>, std::map<std::size_t, std::vector<std::string>>> groups;
  for (const UnitDeal& deal : deals) groups[{sets.Find(deal.unit), deal.kind}][deal.unit].push_back(deal.id);
  std::set<std::string> twice;
  for (const auto& [kind, by_unit] : groups) {
    const auto most = std::ranges::max_element(
        by_unit, [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    for (const auto& [unit, ids] : by_unit) {
      if (unit != most->first) twice.insert(ids.begin(), ids.end());
    }
  }
  return twice;
}

Result<DuplicateEffects> DuplicateEffects::Read(std::span<const DuplicatePair> pairs, analysis::Context& context) {
  std::set<std::string, std::less<>> wanted;
  for (const DuplicatePair& pair : pairs) {
    if (pair.entity != "account") continue;
    wanted.insert(pair.a.entity_id);
    wanted.insert(pair.b.entity_id);
  }
  DuplicateEffects effects;
  WEIR_TRY(const store::Rows totals, context.session().Query(kTotals));
  effects.accounts_ = totals.IntegerAt(0, 0);
  effects.people_ = totals.IntegerAt(0, 1);
  effects.all_customers_ = totals.IntegerAt(0, 2);
  effects.pipeline_ = std::get<Decimal>(totals.rows[0][3]);
  if (wanted.empty()) return effects;
  WEIR_TRY(const store::Rows deals, context.session().Query(kDeals));
  for (std::size_t i = 0; i < deals.size(); ++i) {
    if (!wanted.contains(deals.TextAt(i, 1))) continue;
    effects.deals_[deals.TextAt(i, 1)].push_back({deals.TextAt(i, 0), deals.TextAt(i, 2), deals.TextAt(i, 3)});
    effects.amounts_[deals.TextAt(i, 0)] = std::get<Decimal>(deals.rows[i][4]);
  }
  WEIR_TRY(const store::Rows customers,
           context.session().Query("SELECT account_id FROM scoped.account WHERE is_customer"));
  for (std::size_t i = 0; i < customers.size(); ++i) {
    if (wanted.contains(customers.TextAt(i, 0))) effects.customers_.insert(customers.TextAt(i, 0));
  }
  return effects;
}

DuplicateEffect DuplicateEffects::Of(const std::string& entity, std::span<const DuplicatePair* const> pairs) const {
  DuplicateEffect effect;
  effect.pairs = static_cast<std::int64_t>(pairs.size());
  const bool is_account = entity == "account";
  // Companies that are two here, and records of those that are one already: by the latter deals alone are told apart.
  Units entities;
  Units records;
  Joins joined_entities;
  Joins joined_records;
  std::set<std::string> companies;
  for (const DuplicatePair* pair : pairs) {
    companies.insert({pair->a.entity_id, pair->b.entity_id});
    if (pair->IsOne()) {
      const std::size_t a = records.Of(pair->a.Record());
      joined_records.emplace_back(a, records.Of(pair->b.Record()));
    } else {
      const std::size_t a = entities.Of(pair->a.entity_id);
      joined_entities.emplace_back(a, entities.Of(pair->b.entity_id));
    }
  }
  effect.records_before = is_account ? accounts_ : people_;
  effect.records_after = effect.records_before - Fewer(entities.size(), joined_entities, {});
  if (!is_account) return effect;
  std::vector<bool> is_customer(entities.size(), false);
  for (const auto& [id, unit] : entities.numbers()) is_customer[unit] = customers_.contains(id);
  effect.customers_before = all_customers_;
  effect.customers_after = all_customers_ - Fewer(entities.size(), joined_entities, is_customer);
  std::vector<UnitDeal> by_entity;
  std::vector<UnitDeal> by_record;
  for (const std::string& company : companies) {
    const auto found = deals_.find(company);
    if (found == deals_.end()) continue;
    const std::size_t* entity_unit = entities.Find(company);
    for (const OpenDeal& deal : found->second) {
      if (entity_unit != nullptr) by_entity.push_back({*entity_unit, deal.kind, deal.id});
      if (const std::size_t* unit = records.Find(deal.record)) by_record.push_back({*unit, deal.kind, deal.id});
    }
  }
  effect.deals = CountedTwice(records.size(), joined_records, by_record);
  // What is counted twice within a company is no deal of its own any more.
  std::erase_if(by_entity, [&](const UnitDeal& deal) { return effect.deals.contains(deal.id); });
  effect.deals.merge(CountedTwice(entities.size(), joined_entities, by_entity));
  effect.pipeline_before = pipeline_;
  effect.pipeline_after = pipeline_;
  effect.pipeline_after.units -= AmountOf(effect.deals).units;
  return effect;
}

Decimal DuplicateEffects::AmountOf(const std::set<std::string>& deals) const {
  Decimal sum{.units = 0, .scale = kAmountScale};
  for (const std::string& deal : deals) sum.units += amounts_.at(deal).units;
  return sum;
}

}  // namespace weir::hygiene
