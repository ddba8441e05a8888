#include "customers/record.h"

#include <algorithm>
#include <array>

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
           session.QueryFew(fmt::format("SELECT TRUE FROM scoped.{} WHERE {} LIMIT 1", ViewOf(kind), self.where),
                            self.values));
  return found.size() > 0;
}

void AddIn(std::string_view column, const std::vector<std::string>& ids, std::string& condition,
           std::vector<store::Value>& values) {
  if (ids.empty()) return;
  condition += fmt::format("{}{} IN ({})", condition.empty() ? "" : " OR ", column, Marks(ids.size()));
  for (const std::string& id : ids) values.emplace_back(id);
}

Selection FactsOfAccount(const Reach& reach, std::string_view fact, const Links& links) {
  Selection selection;
  if (!reach.places.Of(fact).empty()) {
    selection.where = InSlot("home_slot", reach.id, "account_id");
    selection.values = {reach.id};
  }
  if (reach.others.Of(fact).empty()) return selection;
  std::string named;
  if (links.has_deal) AddIn("deal_id", reach.deals, named, selection.values);
  if (links.has_person) AddIn("person_id", reach.people, named, selection.values);
  if (links.has_lead) AddIn("lead_id", reach.leads, named, selection.values);
  if (named.empty()) return selection;
  selection.other =
      fmt::format("{} AND account_id IS NULL AND ({})", InSlots("home_slot", reach.others.Of(fact)), named);
  return selection;
}

Selection FactsOfPerson(const Reach& reach, std::string_view fact, const Links& links) {
  Selection selection;
  if (const Slots& homes = reach.places.Of(fact); !homes.empty()) {
    selection.where =
        fmt::format("{} AND {}", InSlots("home_slot", homes), InSlot("person_slot", reach.id, "person_id"));
    selection.values = {reach.id};
  }
  const Slots& homes = reach.others.Of(fact);
  if (!links.has_lead || reach.leads.empty() || homes.empty()) return selection;
  selection.other = fmt::format("{} AND person_id IS DISTINCT FROM ? AND lead_id IN ({})", InSlots("home_slot", homes),
                                Marks(reach.leads.size()));
  selection.values.emplace_back(reach.id);
  for (const std::string& lead : reach.leads) selection.values.emplace_back(lead);
  return selection;
}

Selection FactsOfDeal(const Reach& reach, std::string_view fact, const Links& links) {
  const Slots& homes = links.has_deal ? reach.places.Of(fact) : reach.others.Of(fact);
  if (homes.empty()) return Selection{};
  if (links.has_deal) {
    return {fmt::format("{} AND {}", InSlots("home_slot", homes), InSlot("deal_slot", reach.id, "deal_id")),
            {reach.id}};
  }
  if (!links.has_lead || reach.leads.empty()) return Selection{};
  Selection selection = OneOf("lead_id", reach.leads);
  selection.where = fmt::format("{} AND {}", InSlots("home_slot", homes), selection.where);
  return selection;
}

}  // namespace

std::string_view NameOf(RecordKind kind) {
  static constexpr std::array<std::string_view, 3> kNames{"account", "person", "deal"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string_view ViewOf(RecordKind kind) { return kind == RecordKind::kDeal ? "deal_brief" : NameOf(kind); }

Error NoSuchRecord(RecordKind kind, const std::string& given) {
  switch (kind) {
    case RecordKind::kAccount:
      return NotFound("there is no customer account '{}'", given).Field("id");
    case RecordKind::kPerson:
      return NotFound("there is no person '{}'", given).Field("id");
    case RecordKind::kDeal:
      return NotFound("there is no deal '{}'", given).Field("id");
  }
  return NotFound("there is no record '{}'", given).Field("id");
}

std::string InSlot(std::string_view slot_column, std::string_view id, std::string_view id_column) {
  return fmt::format("{0} = {1} AND CASE WHEN {0} = {1} THEN {2} = ? END", slot_column, model::SlotOf(id), id_column);
}

Selection SelfSelection(RecordKind kind, std::string_view id, const Slots& homes) {
  Selection self{.where = InSlot("self_slot", id, fmt::format("{}_id", NameOf(kind))), .values = {std::string(id)}};
  if (kind != RecordKind::kAccount && !homes.empty())
    self.where = fmt::format("{} AND {}", InSlots("home_slot", homes), self.where);
  return self;
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
  if (found.empty()) return Fail(NoSuchRecord(kind, given));
  return Fail(BadUsage("the id '{}' belongs to several records", given)
                  .Field("id")
                  .Mend("Use one of: {}", fmt::join(found, ", ")));
}

Selection FactsOf(const Reach& reach, std::string_view fact, const Links& links) {
  switch (reach.kind) {
    case RecordKind::kAccount:
      return FactsOfAccount(reach, fact, links);
    case RecordKind::kPerson:
      return FactsOfPerson(reach, fact, links);
    case RecordKind::kDeal:
      return FactsOfDeal(reach, fact, links);
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
