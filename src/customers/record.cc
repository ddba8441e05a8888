#include "customers/record.h"

#include <algorithm>
#include <array>

namespace weir::customers {
namespace {

constexpr std::size_t kSlotsAtOnce = 1000;

std::string Marks(std::size_t count) {
  std::string marks;
  for (std::size_t i = 0; i < count; ++i) marks += i == 0 ? "?" : ", ?";
  return marks;
}

std::string SlotList(std::vector<std::int64_t> slots) {
  std::ranges::sort(slots);
  const auto repeated = std::ranges::unique(slots);
  slots.erase(repeated.begin(), repeated.end());
  return fmt::format("{}", fmt::join(slots, ", "));
}

Result<bool> IsVisible(RecordKind kind, const std::string& id, store::Session& session) {
  WEIR_TRY(const std::vector<std::int64_t> slots, SlotsOf({id}, session));
  const Selection self = SelfSelection(kind, id, slots.front());
  WEIR_TRY(const std::int64_t count,
           session.QueryInteger(fmt::format("SELECT count(*) FROM scoped.{} WHERE {}", NameOf(kind), self.where),
                                self.values));
  return count > 0;
}

void Append(const std::vector<std::string>& more, std::vector<std::string>& all) {
  all.insert(all.end(), more.begin(), more.end());
}

Result<Selection> FactsOfAccount(const Reach& reach, const Links& links, store::Session& session) {
  Selection selection{.where = InSlot("home_slot", reach.slot, "account_id"), .values = {reach.id}};
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
  WEIR_TRY(std::vector<std::int64_t> slots, SlotsOf(homes, session));
  selection.other =
      fmt::format("home_slot IN ({}) AND account_id IS NULL AND ({})", SlotList(std::move(slots)), others);
  return selection;
}

Result<Selection> FactsOfPerson(const Reach& reach, const Links& links, store::Session& session) {
  Selection selection{.where = InSlot("person_slot", reach.slot, "person_id"), .values = {reach.id}};
  if (!links.has_lead || reach.leads.empty()) return selection;
  std::vector<std::string> homes = reach.leads;
  Append(reach.lead_homes, homes);
  WEIR_TRY(std::vector<std::int64_t> slots, SlotsOf(homes, session));
  selection.where = fmt::format("({}) OR (home_slot IN ({}) AND lead_id IN ({}))", selection.where,
                                SlotList(std::move(slots)), Marks(reach.leads.size()));
  for (const std::string& lead : reach.leads) selection.values.emplace_back(lead);
  return selection;
}

Result<Selection> FactsOfDeal(const Reach& reach, const Links& links, store::Session& session) {
  if (links.has_deal) return Selection{InSlot("deal_slot", reach.slot, "deal_id"), {reach.id}};
  if (!links.has_lead || reach.leads.empty()) return Selection{};
  std::vector<std::string> homes = reach.leads;
  Append(reach.lead_homes, homes);
  WEIR_TRY(std::vector<std::int64_t> slots, SlotsOf(homes, session));
  Selection selection = OneOf("lead_id", reach.leads);
  selection.where = fmt::format("home_slot IN ({}) AND {}", SlotList(std::move(slots)), selection.where);
  return selection;
}

}  // namespace

std::string_view NameOf(RecordKind kind) {
  static constexpr std::array<std::string_view, 3> kNames{"account", "person", "deal"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string InSlot(std::string_view slot_column, std::int64_t slot, std::string_view id_column) {
  return fmt::format("{0} = {1} AND CASE WHEN {0} = {1} THEN {2} = ? END", slot_column, slot, id_column);
}

Selection SelfSelection(RecordKind kind, std::string_view id, std::int64_t slot) {
  return {.where = InSlot("self_slot", slot, fmt::format("{}_id", NameOf(kind))), .values = {std::string(id)}};
}

Result<std::vector<std::int64_t>> SlotsOf(const std::vector<std::string>& ids, store::Session& session) {
  std::vector<std::int64_t> slots;
  for (std::size_t first = 0; first < ids.size(); first += kSlotsAtOnce) {
    const std::size_t count = std::min(kSlotsAtOnce, ids.size() - first);
    std::string list;
    std::vector<store::Value> values;
    for (std::size_t i = 0; i < count; ++i) {
      list += i == 0 ? "(?)" : ", (?)";
      values.emplace_back(ids[first + i]);
    }
    WEIR_TRY(const store::Rows rows,
             session.Query("SELECT CAST(slot_of(id) AS BIGINT) FROM (VALUES " + list + ") AS given(id)", values));
    for (std::size_t i = 0; i < rows.size(); ++i) slots.push_back(rows.IntegerAt(i, 0));
  }
  return slots;
}

Result<std::string> ResolveRecord(RecordKind kind, const std::string& given, analysis::Context& context) {
  WEIR_TRY(const bool is_own_id, IsVisible(kind, given, context.session()));
  if (is_own_id) return given;
  const std::array<store::Value, 2> named{std::string(NameOf(kind)), given};
  WEIR_TRY(const store::Rows meant,
           context.session().Query("SELECT entity_id, min(rank) FROM scoped.record_alias "
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
                  .Mend(fmt::format("Use one of: {}", fmt::join(found, ", "))));
}

Result<Selection> FactsOf(const Reach& reach, const Links& links, store::Session& session) {
  switch (reach.kind) {
    case RecordKind::kAccount:
      return FactsOfAccount(reach, links, session);
    case RecordKind::kPerson:
      return FactsOfPerson(reach, links, session);
    case RecordKind::kDeal:
      return FactsOfDeal(reach, links, session);
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
