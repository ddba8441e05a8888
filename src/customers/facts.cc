#include "customers/facts.h"

#include <algorithm>
#include <array>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/sections.h"
#include "customers/versions.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::TableSpec;

void AddIds(const std::vector<std::string>& more, std::vector<std::string>& ids) {
  for (const std::string& id : more) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
}

Result<Table> ReadPeople(const Selection& selection, Context& context) {
  if (selection.where == "FALSE") return analysis::EmptyTable(PeopleSpec());
  WEIR_TRY(store::Rows rows,
           context.session().QueryFew("SELECT person_id, full_name, title, email, phone, lifecycle_stage, country, "
                                      "account_id, account, created_at FROM scoped.person WHERE " +
                                          selection.where + " ORDER BY full_name NULLS LAST, person_id NULLS LAST",
                                      selection.values));
  return analysis::TableOf(PeopleSpec(), std::move(rows));
}

bool IsAmong(const store::Value& id, const std::vector<std::string>& ids) {
  return std::ranges::find(ids, store::ToText(id)) != ids.end();
}

void AddSlots(const Slots& more, Slots& slots) { slots.insert(more.begin(), more.end()); }

void AddPlaces(const Places& more, Places& places) {
  for (const auto& [fact, homes] : more.homes) AddSlots(homes, places.homes[fact]);
}

// The people with these ids, wherever they lie.
Status ReadNamedPeople(const std::vector<std::string>& ids, Facts& facts, Context& context) {
  WEIR_TRY(const Places places, ReadPlaces("person", ids, context));
  const Slots& homes = places.Of("person");
  facts.people = analysis::EmptyTable(PeopleSpec());
  if (homes.empty()) return {};
  WEIR_TRY(
      facts.people,
      ReadPeople({fmt::format("{} AND {}", InSlots("home_slot", homes), InSlots("self_slot", SlotsOf(ids)))}, context));
  std::erase_if(facts.people.rows, [&](const auto& row) { return !IsAmong(row.front(), ids); });
  return {};
}

struct Role {
  std::string person_id;
  std::string deal_id;
  std::string role;
};

// Who takes part in which deal of these homes, and as what.
Result<std::vector<Role>> ReadRoles(const Selection& selection, Context& context) {
  std::vector<Role> roles;
  if (selection.where == "FALSE") return roles;
  WEIR_TRY(
      const store::Rows rows,
      context.session().QueryFew("SELECT person_id, deal_id, max(role) FROM scoped.deal_contact WHERE person_id IS NOT "
                                 "NULL AND deal_id IS NOT NULL AND " +
                                     selection.where + " GROUP BY person_id, deal_id ORDER BY 1, 2",
                                 selection.values));
  roles.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    roles.push_back({rows.TextAt(i, 0), rows.TextAt(i, 1), rows.TextAt(i, 2)});
  return roles;
}

// A person's roles are joined by commas.
void AddRole(const Role& one, Facts& facts) {
  std::string& roles = facts.roles[one.person_id];
  if (one.role.empty() || roles.find(one.role) != std::string::npos) return;
  roles += (roles.empty() ? "" : ", ") + one.role;
}

// A lead that names no account has that of its person.
void FillAccounts(const Table& people, Table& leads) {
  const std::size_t account = leads.IndexOf("account_id");
  for (auto& lead : leads.rows) {
    if (!store::IsNull(lead[account])) continue;
    const std::string person_id = Cells(leads, lead).Text("person_id");
    for (const auto& person : people.rows) {
      if (store::ToText(person.front()) == person_id) lead[account] = Cells(people, person).At("account_id");
    }
  }
}

Status ReachAccount(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  facts.people = analysis::EmptyTable(PeopleSpec());
  if (!reach.places.Of("person").empty()) {
    WEIR_TRY(facts.people, ReadPeople({InSlot("home_slot", reach.id, "account_id"), {reach.id}}, context));
  }
  reach.people = IdsIn(facts.people, "person_id");
  WEIR_TRY(reach.others, ReadPlaces("alone", reach.people, context));
  const Selection deals = FactsOf(reach, "deal", DealsSection().links);
  WEIR_TRY(facts.deals, ReadSection(DealsSection(), deals, context));
  reach.deals = IdsIn(facts.deals, "deal_id");
  reach.deal_homes = reach.places.Of("deal");
  AddSlots(reach.others.Of("deal"), reach.deal_homes);
  const Selection leads = FactsOf(reach, "lead", {.has_person = true});
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), leads, context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  std::vector<std::string> homes = reach.deals;
  AddIds(reach.leads, homes);
  WEIR_TRY(const Places alone, ReadPlaces("alone", homes, context));
  AddPlaces(alone, reach.others);
  WEIR_TRY(const std::vector<Role> roles, ReadRoles({InSlots("home_slot", reach.deal_homes)}, context));
  for (const Role& role : roles) {
    if (IsAmong(role.deal_id, reach.deals)) AddRole(role, facts);
  }
  return {};
}

Status ReachPerson(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  const Selection self = SelfSelection(RecordKind::kPerson, reach.id, reach.places.Of("person"));
  WEIR_TRY(facts.people, ReadPeople(self, context));
  WEIR_TRY(const std::vector<Role> roles, ReadRoles(FactsOf(reach, "deal_contact", {.has_person = true}), context));
  for (const Role& role : roles) {
    AddIds({role.deal_id}, reach.deals);
    AddRole(role, facts);
  }
  reach.deal_homes = reach.places.Of("deal");
  AddSlots(reach.places.Of("deal_contact"), reach.deal_homes);
  if (!reach.deal_homes.empty()) {
    Selection deals = OneOf("deal_id", reach.deals);
    deals.where = fmt::format("{} AND ({} OR person_id = ?)", InSlots("home_slot", reach.deal_homes), deals.where);
    deals.values.emplace_back(reach.id);
    WEIR_TRY(facts.deals, ReadSection(DealsSection(), deals, context));
  } else {
    facts.deals = analysis::EmptyTable(DealsSection().spec);
  }
  reach.deals = IdsIn(facts.deals, "deal_id");
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), FactsOf(reach, "lead", {.has_person = true}), context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  WEIR_TRY(reach.others, ReadPlaces("lead", reach.leads, context));
  return {};
}

// The leads that name the deal, and the one that the deal names.
Status ReadLeadsOfDeal(Facts& facts, Context& context) {
  const Reach& reach = facts.reach;
  facts.leads = analysis::EmptyTable(LeadsSection().spec);
  const std::vector<std::string> named = IdsIn(facts.deals, "lead_id");
  WEIR_TRY(const Places places, ReadPlaces("lead", named, context));
  Slots homes = reach.places.Of("lead");
  AddSlots(places.Of("lead"), homes);
  if (homes.empty()) return {};
  Selection leads = OneOf("lead_id", named);
  leads.where = fmt::format("{} AND ({} OR deal_id = ?)", InSlots("home_slot", homes), leads.where);
  leads.values.emplace_back(reach.id);
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), leads, context));
  return {};
}

Status ReachDeal(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  reach.deal_homes = reach.places.Of("deal");
  reach.deals = {reach.id};
  reach.people = IdsIn(facts.deals, "person_id");
  WEIR_TRY(const std::vector<Role> roles, ReadRoles({InSlots("home_slot", reach.deal_homes)}, context));
  for (const Role& role : roles) {
    if (role.deal_id != reach.id) continue;
    AddIds({role.person_id}, reach.people);
    AddRole(role, facts);
  }
  WEIR_TRY(ReadNamedPeople(reach.people, facts, context));
  WEIR_TRY(ReadLeadsOfDeal(facts, context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  WEIR_TRY(reach.others, ReadPlaces("lead", reach.leads, context));
  return {};
}

Result<Table> ReadFactsOf(const Section& section, const Reach& reach, Context& context) {
  const Selection selection = FactsOf(reach, section.fact, section.links);
  return ReadSection(section, selection, context);
}

// Of an account its own; of a deal those of its invoices, which lie with them or, where no account is known, with the
// invoice.
Result<Table> ReadPayments(const Reach& reach, Context& context) {
  if (reach.kind == RecordKind::kAccount) return ReadFactsOf(PaymentsSection(), reach, context);
  WEIR_TRY(const Places alone, ReadPlaces("alone", reach.invoices, context));
  Slots homes = reach.places.Of("invoice");
  AddSlots(alone.Of("payment"), homes);
  Selection paid = OneOf("invoice_id", reach.invoices);
  if (!reach.invoices.empty()) paid.where = fmt::format("{} AND {}", InSlots("home_slot", homes), paid.where);
  return ReadSection(PaymentsSection(), paid, context);
}

// What the subscription itself does not say stands in its items.
Status FillFromItems(Table& subscriptions, Context& context) {
  const Selection chosen = OneOf("subscription_id", IdsIn(subscriptions, "subscription_id"));
  if (chosen.where == "FALSE") return {};
  WEIR_TRY(
      const store::Rows items,
      context.session().QueryFew("SELECT subscription_id, max(quantity), max(unit_price), max(interval), max(currency) "
                                 "FROM scoped.subscription_item WHERE " +
                                     chosen.where + " GROUP BY subscription_id HAVING count(*) = 1 ORDER BY 1",
                                 chosen.values));
  static constexpr std::array<std::string_view, 4> kColumns{"quantity", "unit_price", "interval", "currency"};
  for (auto& row : subscriptions.rows) {
    for (const auto& item : items.rows) {
      if (store::ToText(item[0]) != store::ToText(row[0])) continue;
      for (std::size_t i = 0; i < kColumns.size(); ++i) {
        store::Value& cell = row[subscriptions.IndexOf(kColumns[i])];
        const bool is_unknown = store::IsNull(cell) || store::ToText(cell) == kNoCurrency;
        if (is_unknown && !store::IsNull(item[1 + i])) cell = item[1 + i];
      }
    }
  }
  return {};
}

Status ReadCampaigns(Facts& facts, Context& context) {
  std::vector<std::string> ids = IdsIn(facts.touches, "campaign_id");
  AddIds(IdsIn(facts.leads, "campaign_id"), ids);
  const Selection chosen = OneOf("campaign_id", ids);
  if (chosen.where == "FALSE") return {};
  WEIR_TRY(const store::Rows rows,
           context.session().QueryFew("SELECT campaign_id, name, owner_id FROM scoped.campaign WHERE " + chosen.where +
                                          " ORDER BY campaign_id NULLS LAST",
                                      chosen.values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    facts.campaign_names[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
    facts.campaign_owners[rows.TextAt(i, 0)] = rows.TextAt(i, 2);
  }
  return {};
}

}  // namespace

const TableSpec& PeopleSpec() {
  static const TableSpec spec{
      .name = "people",
      .title = {"People", "Люди"},
      .key = {"person_id"},
      .columns = {TextOf("person_id", "Person", "Человек"), TextOf("full_name", "Name", "Имя"),
                  TextOf("title", "Job title", "Должность"), TextOf("email", "E-mail", "Эл. почта"),
                  TextOf("phone", "Phone", "Телефон"), TextOf("lifecycle_stage", "Lifecycle stage", "Стадия"),
                  TextOf("country", "Country", "Страна"), TextOf("account_id", "Account", "Компания"),
                  TextOf("account", "Account", "Компания"),
                  Of("created_at", ColumnType::kInstant, "Created", "Создан")},
      .contacts = "person_id"};
  return spec;
}

Result<Facts> ReadFacts(RecordKind kind, const std::string& id, const Places& places, Table own_deal,
                        Context& context) {
  Facts facts{.reach = {.kind = kind, .id = id, .places = places}, .deals = std::move(own_deal)};
  if (kind == RecordKind::kAccount) WEIR_TRY(ReachAccount(facts, context));
  if (kind == RecordKind::kPerson) WEIR_TRY(ReachPerson(facts, context));
  if (kind == RecordKind::kDeal) WEIR_TRY(ReachDeal(facts, context));
  FillAccounts(facts.people, facts.leads);
  const Reach& reach = facts.reach;
  WEIR_TRY(facts.activities, ReadFactsOf(ActivitiesSection(), reach, context));
  WEIR_TRY(facts.touches, ReadFactsOf(TouchesSection(), reach, context));
  WEIR_TRY(facts.tickets, ReadFactsOf(TicketsSection(), reach, context));
  WEIR_TRY(facts.invoices, ReadFactsOf(InvoicesSection(), reach, context));
  facts.reach.invoices = IdsIn(facts.invoices, "invoice_id");
  WEIR_TRY(facts.payments, ReadPayments(reach, context));
  WEIR_TRY(facts.subscriptions, ReadFactsOf(SubscriptionsSection(), reach, context));
  WEIR_TRY(FillFromItems(facts.subscriptions, context));
  WEIR_TRY(facts.contracts, ReadFactsOf(ContractsSection(), reach, context));
  WEIR_TRY(facts.answers, ReadFactsOf(AnswersSection(), reach, context));
  WEIR_TRY(facts.calls, ReadFactsOf(CallsSection(), reach, context));
  WEIR_TRY(facts.messages, ReadFactsOf(MessagesSection(), reach, context));
  WEIR_TRY(facts.deal_versions, ReadDealVersions(reach.deals, reach.deal_homes, context));
  facts.own_versions = analysis::EmptyTable(VersionsSpec());
  if (kind != RecordKind::kDeal) {
    WEIR_TRY(facts.own_versions, ReadVersions(kind, id, places.Of("person"), context));
  }
  WEIR_TRY(ReadCampaigns(facts, context));
  return facts;
}

}  // namespace weir::customers
