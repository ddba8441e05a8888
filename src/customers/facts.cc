#include "customers/facts.h"

#include <algorithm>
#include <array>

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
  if (selection.where == "FALSE") return EmptyTable(PeopleSpec());
  WEIR_TRY(store::Rows rows,
           context.session().QueryFew("SELECT person_id, full_name, title, email, phone, lifecycle_stage, country, "
                                      "account_id, account, created_at FROM scoped.person WHERE " +
                                          selection.where + " ORDER BY full_name NULLS LAST, person_id NULLS LAST",
                                      selection.values));
  return analysis::TableOf(PeopleSpec(), std::move(rows));
}

// By their own slots, which lead to their blocks.
Selection Named(RecordKind kind, const std::vector<std::string>& ids) {
  if (ids.empty()) return Selection{};
  Selection selection = OneOf(fmt::format("{}_id", NameOf(kind)), ids);
  selection.where = fmt::format("{} AND {}", InSlots("self_slot", ids), selection.where);
  return selection;
}

// Who takes part in which deal, and as what; a person's roles are joined by commas.
Status ReadRoles(const Selection& selection, Facts& facts, std::vector<std::string>& people,
                 std::vector<std::string>& deals, Context& context) {
  if (selection.where == "FALSE") return {};
  WEIR_TRY(
      const store::Rows rows,
      context.session().QueryFew("SELECT person_id, deal_id, max(role) FROM scoped.deal_contact WHERE person_id IS NOT "
                                 "NULL AND deal_id IS NOT NULL AND " +
                                     selection.where + " GROUP BY person_id, deal_id ORDER BY 1, 2",
                                 selection.values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    AddIds({rows.TextAt(i, 0)}, people);
    AddIds({rows.TextAt(i, 1)}, deals);
    std::string& roles = facts.roles[rows.TextAt(i, 0)];
    const std::string role = rows.TextAt(i, 2);
    if (role.empty() || roles.find(role) != std::string::npos) continue;
    roles += (roles.empty() ? "" : ", ") + role;
  }
  return {};
}

Selection InDeals(const std::vector<std::string>& deals) {
  if (deals.empty()) return Selection{};
  Selection selection = OneOf("deal_id", deals);
  selection.where = fmt::format("{} AND {}", InSlots("deal_slot", deals), selection.where);
  return selection;
}

Status ReachAccount(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  WEIR_TRY(facts.people, ReadPeople({InSlot("home_slot", reach.id, "account_id"), {reach.id}}, context));
  reach.people = IdsIn(facts.people, "person_id");
  const Selection deals = FactsOf(reach, DealsSection().links);
  WEIR_TRY(facts.deals, ReadSection(DealsSection(), deals, context));
  reach.deals = IdsIn(facts.deals, "deal_id");
  const Selection leads = FactsOf(reach, {.has_person = true});
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), leads, context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  std::vector<std::string> ignored;
  const Selection roles = InDeals(reach.deals);
  return ReadRoles(roles, facts, ignored, ignored, context);
}

Status ReachPerson(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  WEIR_TRY(facts.people, ReadPeople(SelfSelection(RecordKind::kPerson, reach.id), context));
  std::vector<std::string> ignored;
  const Selection own{InSlot("person_slot", reach.id, "person_id"), {reach.id}};
  WEIR_TRY(ReadRoles(own, facts, ignored, reach.deals, context));
  Selection deals = Named(RecordKind::kDeal, reach.deals);
  deals.where = fmt::format("({}) OR ({})", InSlot("person_slot", reach.id, "person_id"), deals.where);
  deals.values.insert(deals.values.begin(), store::Value(reach.id));
  WEIR_TRY(facts.deals, ReadSection(DealsSection(), deals, context));
  reach.deals = IdsIn(facts.deals, "deal_id");
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), own, context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  reach.lead_homes = IdsIn(facts.leads, "account_id");
  AddIds(IdsIn(facts.people, "account_id"), reach.lead_homes);
  return {};
}

Status ReachDeal(Facts& facts, Context& context) {
  Reach& reach = facts.reach;
  WEIR_TRY(facts.deals, ReadSection(DealsSection(), SelfSelection(RecordKind::kDeal, reach.id), context));
  reach.deals = {reach.id};
  reach.people = IdsIn(facts.deals, "person_id");
  std::vector<std::string> ignored;
  const Selection roles = InDeals(reach.deals);
  WEIR_TRY(ReadRoles(roles, facts, reach.people, ignored, context));
  const Selection people = Named(RecordKind::kPerson, reach.people);
  WEIR_TRY(facts.people, ReadPeople(people, context));
  reach.lead_homes = IdsIn(facts.deals, "account_id");
  AddIds(reach.people, reach.lead_homes);
  std::vector<std::string> homes = reach.lead_homes;
  homes.push_back(reach.id);
  AddIds(IdsIn(facts.deals, "lead_id"), homes);
  Selection leads = OneOf("lead_id", IdsIn(facts.deals, "lead_id"));
  leads.where = fmt::format("{} AND ({} OR deal_id = ?)", InSlots("home_slot", homes), leads.where);
  leads.values.emplace_back(reach.id);
  WEIR_TRY(facts.leads, ReadSection(LeadsSection(), leads, context));
  reach.leads = IdsIn(facts.leads, "lead_id");
  return {};
}

Result<Table> ReadFactsOf(const Section& section, const Reach& reach, Context& context) {
  // A fact that has no link of the record's kind cannot be its own.
  if (reach.kind == RecordKind::kPerson && !section.links.has_person) return EmptyTable(section.spec);
  if (reach.kind == RecordKind::kDeal && !section.links.has_deal && !section.links.has_lead) {
    return EmptyTable(section.spec);
  }
  const Selection selection = FactsOf(reach, section.links);
  return ReadSection(section, selection, context);
}

// Of an account its own; of others those of their invoices, which lie with the account or, where none is known, with
// the invoice.
Result<Table> ReadPayments(const Reach& reach, Context& context) {
  if (reach.kind == RecordKind::kAccount) {
    const Selection own{InSlot("home_slot", reach.id, "account_id"), {reach.id}};
    return ReadSection(PaymentsSection(), own, context);
  }
  Selection paid = OneOf("invoice_id", reach.invoices);
  std::vector<std::string> homes = reach.invoices;
  if (reach.kind == RecordKind::kDeal) AddIds(reach.lead_homes, homes);
  if (!homes.empty()) paid.where = fmt::format("{} AND {}", InSlots("home_slot", homes), paid.where);
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

Status ReadCampaignNames(Facts& facts, Context& context) {
  std::vector<std::string> ids = IdsIn(facts.touches, "campaign_id");
  AddIds(IdsIn(facts.leads, "campaign_id"), ids);
  const Selection chosen = OneOf("campaign_id", ids);
  if (chosen.where == "FALSE") return {};
  WEIR_TRY(const store::Rows rows, context.session().QueryFew("SELECT campaign_id, name FROM scoped.campaign WHERE " +
                                                                  chosen.where + " ORDER BY campaign_id NULLS LAST",
                                                              chosen.values));
  for (std::size_t i = 0; i < rows.size(); ++i) facts.campaign_names[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
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
                  Of("created_at", ColumnType::kInstant, "Created", "Создан")}};
  return spec;
}

Result<Facts> ReadFacts(RecordKind kind, const std::string& id, Context& context) {
  Facts facts{.reach = {.kind = kind, .id = id}};
  if (kind == RecordKind::kAccount) WEIR_TRY(ReachAccount(facts, context));
  if (kind == RecordKind::kPerson) WEIR_TRY(ReachPerson(facts, context));
  if (kind == RecordKind::kDeal) WEIR_TRY(ReachDeal(facts, context));
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
  WEIR_TRY(facts.deal_versions, ReadDealVersions(reach.deals, context));
  facts.own_versions = EmptyTable(VersionsSpec());
  if (kind != RecordKind::kDeal) {
    WEIR_TRY(facts.own_versions, ReadVersions(kind, id, context));
  }
  WEIR_TRY(ReadCampaignNames(facts, context));
  return facts;
}

}  // namespace weir::customers
