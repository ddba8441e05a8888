#include "customers/record.h"

#include <algorithm>
#include <array>
#include <set>

#include "model/slot.h"

namespace weir::customers {
namespace {

std::string Marks(std::size_t count) {
  std::string marks;
  for (std::size_t i = 0; i < count; ++i) marks += i == 0 ? "?" : ", ?";
  return marks;
}

Result<bool> IsVisible(RecordKind kind, const std::string& id, store::Session& session) {
  const Selection self = SelfSelection(kind, id);
  WEIR_TRY(const store::Rows found,
           session.QueryFew(fmt::format("SELECT TRUE FROM scoped.{} WHERE {} LIMIT 1", NameOf(kind), self.where),
                            self.values));
  return found.size() > 0;
}

void Append(const std::vector<std::string>& more, std::vector<std::string>& all) {
  all.insert(all.end(), more.begin(), more.end());
}

Selection FactsOfAccount(const Reach& reach, const Links& links) {
  Selection selection{.where = InSlot("home_slot", reach.id, "account_id"), .values = {reach.id}};
  std::vector<std::string> homes;
  std::string others;
  const auto add = [&](std::string_view column, const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    Append(ids, homes);
    others += fmt::format("{}{} IN ({})", others.empty() ? "" : " OR ", column, Marks(ids.size()));
    for (const std::string& id : ids) selection.values.emplace_back(id);
  };
  if (links.has_deal) add("deal_id", reach.deals);
  if (links.has_person) add("person_id", reach.people);
  if (links.has_lead) add("lead_id", reach.leads);
  if (others.empty()) return selection;
  selection.other = fmt::format("{} AND account_id IS NULL AND ({})", InSlots("home_slot", homes), others);
  return selection;
}

Selection FactsOfPerson(const Reach& reach, const Links& links) {
  Selection selection{.where = InSlot("person_slot", reach.id, "person_id"), .values = {reach.id}};
  if (!links.has_lead || reach.leads.empty()) return selection;
  std::vector<std::string> homes = reach.leads;
  Append(reach.lead_homes, homes);
  selection.where = fmt::format("({}) OR ({} AND lead_id IN ({}))", selection.where, InSlots("home_slot", homes),
                                Marks(reach.leads.size()));
  for (const std::string& lead : reach.leads) selection.values.emplace_back(lead);
  return selection;
}

Selection FactsOfDeal(const Reach& reach, const Links& links) {
  if (links.has_deal) return Selection{InSlot("deal_slot", reach.id, "deal_id"), {reach.id}};
  if (!links.has_lead || reach.leads.empty()) return Selection{};
  std::vector<std::string> homes = reach.leads;
  Append(reach.lead_homes, homes);
  Selection selection = OneOf("lead_id", reach.leads);
  selection.where = fmt::format("{} AND {}", InSlots("home_slot", homes), selection.where);
  return selection;
}

}  // namespace

std::string_view NameOf(RecordKind kind) {
  static constexpr std::array<std::string_view, 3> kNames{"account", "person", "deal"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string InSlot(std::string_view slot_column, std::string_view id, std::string_view id_column) {
  return fmt::format("{0} = {1} AND CASE WHEN {0} = {1} THEN {2} = ? END", slot_column, model::SlotOf(id), id_column);
}

std::string InSlots(std::string_view slot_column, const std::vector<std::string>& ids) {
  std::set<std::int64_t> slots;
  for (const std::string& id : ids) slots.insert(model::SlotOf(id));
  return fmt::format("{} IN ({})", slot_column, fmt::join(slots, ", "));
}

Selection SelfSelection(RecordKind kind, std::string_view id) {
  return {.where = InSlot("self_slot", id, fmt::format("{}_id", NameOf(kind))), .values = {std::string(id)}};
}

Result<std::string> ResolveRecord(RecordKind kind, const std::string& given, analysis::Context& context) {
  WEIR_TRY(const bool is_own_id, IsVisible(kind, given, context.session()));
  return is_own_id ? given : ResolveAlias(kind, given, context);
}

Result<std::string> ResolveAlias(RecordKind kind, const std::string& given, analysis::Context& context) {
  const std::array<store::Value, 2> named{std::string(NameOf(kind)), given};
  WEIR_TRY(const store::Rows meant,
           context.session().QueryFew("SELECT entity_id, min(rank) FROM scoped.record_alias "
                                      "WHERE entity = ? AND alias_id = ? GROUP BY entity_id ORDER BY 2, 1 LIMIT 20",
                                      named));
  std::vector<std::string> found;
  std::int64_t best = 0;
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (!found.empty() && meant.IntegerAt(i, 1) > best) break;
    WEIR_TRY(const bool is_visible, IsVisible(kind, meant.TextAt(i, 0), context.session()));
    if (!is_visible) continue;
    found.push_back(meant.TextAt(i, 0));
    best = meant.IntegerAt(i, 1);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return Fail(NotFound("there is no {} '{}'", NameOf(kind), given).Field("id"));
  return Fail(BadUsage("the id '{}' belongs to several records", given)
                  .Field("id")
                  .Mend("Use one of: {}", fmt::join(found, ", ")));
}

Selection FactsOf(const Reach& reach, const Links& links) {
  switch (reach.kind) {
    case RecordKind::kAccount:
      return FactsOfAccount(reach, links);
    case RecordKind::kPerson:
      return FactsOfPerson(reach, links);
    case RecordKind::kDeal:
      return FactsOfDeal(reach, links);
  }
  return Selection{};
}

Selection OneOf(std::string_view column, const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  Selection selection{.where = fmt::format("{} IN ({})", column, Marks(ids.size()))};
  for (const std::string& id : ids) selection.values.emplace_back(id);
  return selection;
}

}  // namespace weir::customers
