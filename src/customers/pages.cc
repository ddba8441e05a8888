#include "customers/pages.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/facts.h"
#include "customers/fields.h"
#include "customers/interactions.h"
#include "customers/owners.h"
#include "customers/sections.h"
#include "customers/summary.h"
#include "customers/timeline.h"
#include "customers/versions.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::TableSpec;
using store::Value;

struct RecordParams {
  std::string id;
  std::vector<std::string> kinds;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "id",
                 .help = {"Id of the record: ours, of a source, or one that was merged",
                          "Идентификатор: наш, из источника или объединённой записи"},
                 .required = true,
                 .positional = true},
                id);
    visitor.Add({.name = "kinds",
                 .help = {"Only these kinds in the timeline", "Только такие события в ленте"},
                 .allowed = TimelineKinds()},
                kinds);
  }
};

struct Heading {
  RecordKind kind = RecordKind::kAccount;
  std::vector<Column> columns = {};  // of the row of the record, as scoped.<kind> names them
};

const Heading& HeadingOf(RecordKind kind) {
  static const Heading account{
      RecordKind::kAccount,
      {TextOf("account_id", "Account", "Компания"), TextOf("name", "Name", "Название"),
       TextOf("domain", "Domain", "Домен"), TextOf("segment", "Segment", "Сегмент"),
       TextOf("industry", "Industry", "Отрасль"), TextOf("country", "Country", "Страна"),
       TextOf("city", "City", "Город"), Of("employees", ColumnType::kInteger, "Employees", "Сотрудников", "count"),
       TextOf("type", "Type", "Тип"), TextOf("owner", "Owner", "Ответственный"),
       TextOf("owner_id", "Owner's id", "Id ответственного"), TextOf("team", "Team", "Команда"),
       Of("created_at", ColumnType::kInstant, "Created", "Создана"),
       Of("is_customer", ColumnType::kBoolean, "Customer", "Клиент"),
       Of("customer_since", ColumnType::kInstant, "Customer since", "Клиент с"),
       TextOf("parent_account_id", "Parent account", "Головная компания")}};
  static const Heading person{
      RecordKind::kPerson,
      {TextOf("person_id", "Person", "Человек"), TextOf("full_name", "Name", "Имя"),
       TextOf("title", "Job title", "Должность"), TextOf("account", "Company", "Компания"),
       TextOf("account_id", "Account", "Компания"), TextOf("email", "E-mail", "Эл. почта"),
       TextOf("phone", "Phone", "Телефон"), TextOf("lifecycle_stage", "Lifecycle stage", "Стадия"),
       TextOf("country", "Country", "Страна"), Of("created_at", ColumnType::kInstant, "Created", "Создан"),
       TextOf("owner_id", "Owner's id", "Id ответственного"),
       TextOf("account_owner_id", "Id of the company's owner", "Id ответственного за компанию")}};
  static const Heading deal{RecordKind::kDeal,
                            {TextOf("deal_id", "Deal", "Сделка"),
                             TextOf("name", "Name", "Название"),
                             TextOf("status", "Status", "Состояние"),
                             TextOf("stage", "Stage", "Этап"),
                             TextOf("pipeline", "Pipeline", "Воронка"),
                             Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                             TextOf("currency", "Currency", "Валюта"),
                             ReportedOf("amount_reporting", "Amount, reporting currency", "Сумма в валюте отчётов"),
                             Of("close_date", ColumnType::kDate, "Close date", "Дата закрытия"),
                             Of("probability", ColumnType::kShare, "Probability", "Вероятность", "share"),
                             TextOf("forecast_category", "Forecast category", "Категория прогноза"),
                             TextOf("type", "Type", "Тип"),
                             TextOf("next_step", "Next step", "Следующий шаг"),
                             TextOf("loss_reason", "Reason of loss", "Причина проигрыша"),
                             TextOf("account", "Company", "Компания"),
                             TextOf("account_id", "Account", "Компания"),
                             TextOf("owner", "Owner", "Ответственный"),
                             TextOf("owner_id", "Owner's id", "Id ответственного"),
                             TextOf("team", "Team", "Команда"),
                             Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                             Of("entered_stage_at", ColumnType::kInstant, "In the stage since", "На этапе с"),
                             TextOf("account_owner_id", "Id of the company's owner", "Id ответственного за компанию")}};
  return kind == RecordKind::kAccount ? account : (kind == RecordKind::kPerson ? person : deal);
}

TableSpec RecordSpec(RecordKind kind) {
  const Heading& heading = HeadingOf(kind);
  TableSpec spec{.name = "record",
                 .title = {"Essentials", "Главное"},
                 .key = {heading.columns.front().name},
                 .columns = heading.columns};
  spec.columns.push_back(TextOf("sources", "Sources", "Источники"));
  for (Column& column : SummaryColumns()) spec.columns.push_back(std::move(column));
  return spec;
}

const TableSpec& ContactsSpec() {
  static const TableSpec spec = [] {
    TableSpec contacts = PeopleSpec();
    contacts.name = "contacts";
    contacts.title = {"Contacts", "Контакты"};
    contacts.columns.push_back(TextOf("role", "Role in deals", "Роль в сделках"));
    contacts.columns.push_back(CountOf("activities", "Activities", "Активностей"));
    contacts.columns.push_back(Of("last_activity_at", ColumnType::kInstant, "Last activity", "Последняя активность"));
    return contacts;
  }();
  return spec;
}

const TableSpec& CampaignsSpec() {
  static const TableSpec spec{
      .name = "campaigns",
      .title = {"Campaigns", "Кампании"},
      .key = {"campaign_id"},
      .columns = {TextOf("campaign_id", "Campaign", "Кампания"), TextOf("campaign", "Name", "Название"),
                  TextOf("channel", "Channel", "Канал"), CountOf("touches", "Touches", "Касаний"),
                  CountOf("leads", "Leads", "Лидов"), Of("first_at", ColumnType::kInstant, "First", "Первое"),
                  Of("last_at", ColumnType::kInstant, "Last", "Последнее")}};
  return spec;
}

// Whom one should call first: who has a role, then who was spoken with most.
Table MakeContacts(const Facts& facts, const std::vector<Interaction>& interactions) {
  std::map<std::string, std::string> people_of_leads;
  for (const auto& row : facts.leads.rows) {
    const Cells lead(facts.leads, row);
    people_of_leads[lead.Text("lead_id")] = lead.Text("person_id");
  }
  std::map<std::string, std::pair<std::int64_t, Value>> spoken;
  for (const Interaction& one : interactions) {
    std::set<std::string> people{one.person_id};
    if (const auto lead = people_of_leads.find(one.lead_id); lead != people_of_leads.end()) people.insert(lead->second);
    for (const std::string& person : people) {
      auto& [count, last] = spoken[person];
      if (count++ == 0) last = one.at;
    }
  }
  Table table = analysis::EmptyTable(ContactsSpec());
  for (const auto& person : facts.people.rows) {
    const std::string id = store::ToText(person.front());
    const auto role = facts.roles.find(id);
    const auto heard = spoken.find(id);
    std::vector<Value> row = person;
    row.push_back(role == facts.roles.end() || role->second.empty() ? Value() : Value(role->second));
    row.emplace_back(heard == spoken.end() ? std::int64_t{0} : heard->second.first);
    row.push_back(heard == spoken.end() ? Value() : heard->second.second);
    table.rows.push_back(std::move(row));
  }
  const std::size_t role = table.IndexOf("role");
  std::ranges::stable_sort(table.rows, [&](const auto& a, const auto& b) {
    if (store::IsNull(a[role]) != store::IsNull(b[role])) return store::IsNull(b[role]);
    return std::get<std::int64_t>(a[role + 1]) > std::get<std::int64_t>(b[role + 1]);
  });
  return table;
}

struct Campaign {
  Value channel = {};
  std::int64_t touches = 0;
  std::int64_t leads = 0;
  Value first = {};
  Value last = {};
};

// Touches and leads come newest first.
Table MakeCampaigns(const Facts& facts) {
  std::map<std::string, Campaign> campaigns;
  const auto add = [&](const Cells& cells, std::string_view at) -> Campaign* {
    const std::string id = cells.Text("campaign_id");
    if (id.empty()) return nullptr;
    Campaign& campaign = campaigns[id];
    const auto when = cells.When(at);
    const auto* last = std::get_if<Instant>(&campaign.last);
    const auto* first = std::get_if<Instant>(&campaign.first);
    if (when && (last == nullptr || *when > *last)) campaign.last = *when;
    if (when && (first == nullptr || *when < *first)) campaign.first = *when;
    if (store::IsNull(campaign.channel)) campaign.channel = cells.At("channel");
    return &campaign;
  };
  for (const auto& row : facts.touches.rows) {
    if (Campaign* campaign = add(Cells(facts.touches, row), "at")) ++campaign->touches;
  }
  for (const auto& row : facts.leads.rows) {
    if (Campaign* campaign = add(Cells(facts.leads, row), "created_at")) ++campaign->leads;
  }
  Table table = analysis::EmptyTable(CampaignsSpec());
  for (auto& [id, campaign] : campaigns) {
    const auto name = facts.campaign_names.find(id);
    table.rows.push_back({id, name == facts.campaign_names.end() ? Value() : Value(name->second), campaign.channel,
                          campaign.touches, campaign.leads, campaign.first, campaign.last});
  }
  const std::size_t last = table.IndexOf("last_at");
  std::ranges::stable_sort(
      table.rows, [&](const auto& a, const auto& b) { return store::ToText(a[last]) > store::ToText(b[last]); });
  return table;
}

// The record's own row, and that of a deal among the deals: one statement over its many tables gives both.
struct Own {
  std::vector<Value> heading;
  Table deals;
};

// Nothing where there is no such record that the caller may see.
Result<std::optional<Own>> ReadOwn(RecordKind kind, const std::string& id, const Places& places, Context& context) {
  const Slots& homes = places.Of(NameOf(kind));
  if (kind != RecordKind::kAccount && homes.empty()) return std::nullopt;
  std::string columns;
  for (const Column& column : HeadingOf(kind).columns) columns += (columns.empty() ? "" : ", ") + column.name;
  if (kind == RecordKind::kDeal) columns += ", " + DealsSection().select;
  const Selection self = SelfSelection(kind, id, homes);
  WEIR_TRY(store::Rows rows, context.session().QueryFew(
                                 fmt::format("SELECT {} FROM scoped.{} AS f WHERE {} ORDER BY {}_id NULLS LAST LIMIT 1",
                                             columns, ViewOf(kind), self.where, NameOf(kind)),
                                 self.values));
  if (rows.rows.empty()) return std::nullopt;
  Own own{.heading = std::move(rows.rows.front()), .deals = analysis::EmptyTable(DealsSection().spec)};
  const auto end = own.heading.begin() + static_cast<std::ptrdiff_t>(HeadingOf(kind).columns.size());
  if (kind == RecordKind::kDeal) own.deals.rows.emplace_back(end, own.heading.end());
  own.heading.erase(end, own.heading.end());
  return own;
}

std::string SourcesIn(const Table& values, const Facts& facts) {
  std::set<std::string> sources;
  const auto add = [&](const Table& table) {
    for (const std::string& source : IdsIn(table, "source")) sources.insert(source);
  };
  for (const Table* table :
       {&values, &facts.deals, &facts.leads, &facts.activities, &facts.touches, &facts.tickets, &facts.invoices,
        &facts.payments, &facts.subscriptions, &facts.contracts, &facts.answers, &facts.calls, &facts.messages}) {
    add(*table);
  }
  for (const auto& [id, name] : facts.campaign_names) sources.insert(id.substr(0, id.find(':')));
  return fmt::format("{}", fmt::join(sources, ", "));
}

// What the record itself shows, by name of field, so that its source can be told.
std::vector<std::pair<std::string, Value>> Shown(RecordKind kind, const std::vector<Value>& heading) {
  std::vector<std::pair<std::string, Value>> shown;
  const std::vector<Column>& columns = HeadingOf(kind).columns;
  for (std::size_t i = 1; i < columns.size(); ++i) {
    shown.emplace_back(columns[i].name, heading[i]);
  }
  return shown;
}

// Empty where the heading of this kind has no such column.
std::string HeadingText(RecordKind kind, const std::vector<Value>& heading, std::string_view name) {
  const std::vector<Column>& columns = HeadingOf(kind).columns;
  const auto column = std::ranges::find(columns, name, &Column::name);
  return column == columns.end() ? "" : store::ToText(heading[static_cast<std::size_t>(column - columns.begin())]);
}

// One line a rule that leaves the record out of every number.
Result<std::vector<analysis::Warning>> WarnOfExclusion(RecordKind kind, const std::string& id, Context& context) {
  const std::array<Value, 2> record{std::string(NameOf(kind)), id};
  WEIR_TRY(const store::Rows rows,
           context.session().QueryFew(
               "SELECT name, through FROM scoped.excluded WHERE entity = ? AND entity_id = ? ORDER BY "
               "through NULLS FIRST, name NULLS LAST, rule NULLS LAST",
               record));
  std::vector<analysis::Warning> warnings;
  warnings.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string rule = rows.TextAt(i, 0);
    const std::string through = rows.TextAt(i, 1);
    warnings.push_back(
        {.code = "not_counted",
         .message = through.empty()
                        ? MakePhrase("it counts in no number: the rule '{}' leaves it out", rule)
                        : MakePhrase("it counts in no number: the rule '{}' leaves its {} out", rule, through),
         .params = {{"rule", rule}, {"through", through}}});
  }
  return warnings;
}

Result<Output> RunPage(RecordKind kind, const RecordParams& params, Context& context) {
  std::string id = params.id;
  WEIR_TRY(Places places, ReadPlaces(NameOf(kind), {id}, context));
  WEIR_TRY(std::optional<Own> found, ReadOwn(kind, id, places, context));
  if (!found) {
    WEIR_TRY(id, ResolveAlias(kind, params.id, context));
    WEIR_TRY(places, ReadPlaces(NameOf(kind), {id}, context));
    WEIR_TRY(found, ReadOwn(kind, id, places, context));
  }
  if (!found) return Fail(NoSuchRecord(kind, id));
  std::vector<Value>& heading = found->heading;
  WEIR_TRY(const Facts facts, ReadFacts(kind, id, places, std::move(found->deals), context));
  WEIR_TRY(FieldTables fields, ReadFields(kind, id, places.Of("deal"), Shown(kind, heading), context));
  WEIR_TRY(Table owners, MakeOwners(facts, HeadingText(kind, heading, "owner_id"),
                                    HeadingText(kind, heading, "account_owner_id"), context));
  Table record = analysis::EmptyTable(RecordSpec(kind));
  heading.emplace_back(SourcesIn(fields.values, facts));
  const std::vector<Interaction> interactions = InteractionsOf(facts);
  for (Value& cell : SummaryCells(Summarise(facts, interactions, context))) heading.push_back(std::move(cell));
  record.rows.push_back(std::move(heading));
  Table versions = kind == RecordKind::kDeal ? facts.deal_versions : facts.own_versions;
  Output output{.tables = {std::move(record), std::move(owners), std::move(fields.fields), std::move(fields.values),
                           MakeContacts(facts, interactions), facts.deals, facts.leads, facts.activities, facts.tickets,
                           facts.invoices, facts.payments, facts.subscriptions, facts.contracts, MakeCampaigns(facts),
                           facts.answers, std::move(versions), MakeTimeline(facts, params.kinds, context.as_of())}};
  for (Table& table : output.tables) Finish(context.settings(), table);
  WEIR_TRY(output.warnings, WarnOfExclusion(kind, id, context));
  if (id != params.id) {
    output.warnings.push_back({.code = "other_id",
                               .message = MakePhrase("'{}' is a record of '{}'", params.id, id),
                               .params = {{"given", params.id}, {"id", id}}});
  }
  return output;
}

std::vector<TableSpec> PageTables(RecordKind kind) {
  return {RecordSpec(kind),        OwnersSpec(),           FieldsSpec(),           FieldValuesSpec(),
          ContactsSpec(),          DealsSection().spec,    LeadsSection().spec,    ActivitiesSection().spec,
          TicketsSection().spec,   InvoicesSection().spec, PaymentsSection().spec, SubscriptionsSection().spec,
          ContractsSection().spec, CampaignsSpec(),        AnswersSection().spec,  VersionsSpec(),
          TimelineSpec()};
}

// The canonical rows behind the tables that are made of them row by row; the timeline says in its ids what its rows
// are.
Result<analysis::Evidence> ExplainPage(RecordKind kind, const RecordParams& params, const std::string& table,
                                       const std::vector<std::string>& key, Context& context) {
  static const std::map<std::string, std::string, std::less<>> kViews{
      {"contacts", "person"},      {"deals", "deal"},
      {"leads", "lead"},           {"activities", "activity"},
      {"tickets", "ticket"},       {"invoices", "invoice"},
      {"payments", "payment"},     {"subscriptions", "subscription"},
      {"contracts", "contract"},   {"campaigns", "campaign"},
      {"answers", "survey_answer"}};
  WEIR_TRY(const std::string id, ResolveRecord(kind, params.id, context));
  if (const auto view = kViews.find(table); view != kViews.end() && !key.empty()) {
    return analysis::Evidence{.table = view->second, .ids = {key.front()}};
  }
  if (table == "record" || table == "owners" || table == "fields" || table == "field_values" || table == "versions") {
    return analysis::Evidence{.table = std::string(NameOf(kind)), .ids = {id}};
  }
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Analysis Page(RecordKind kind, analysis::Text title, analysis::Text help, std::vector<std::string> needs) {
  analysis::Analysis page{.info = {.id = fmt::format("customers.{}", NameOf(kind)),
                                   .title = std::move(title),
                                   .help = std::move(help),
                                   .needs = std::move(needs),
                                   .tables = PageTables(kind)},
                          .params = analysis::SpecsOf<RecordParams>()};
  page.run = [kind](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const RecordParams params, analysis::Bind<RecordParams>(raw));
    return RunPage(kind, params, context);
  };
  page.explain = [kind](const analysis::RawParams& raw, const std::string& table, const std::vector<std::string>& key,
                        Context& context) -> Result<analysis::Evidence> {
    WEIR_TRY(const RecordParams params, analysis::Bind<RecordParams>(raw));
    return ExplainPage(kind, params, table, key, context);
  };
  return page;
}

}  // namespace

std::vector<analysis::Analysis> RecordPages() {
  const std::vector<std::string> needs{"account",  "person", "deal",    "deal_version", "lead",         "activity",
                                       "touch",    "ticket", "invoice", "payment",      "subscription", "contract",
                                       "campaign", "member", "call",    "message",      "excluded"};
  std::vector<analysis::Analysis> pages;
  pages.push_back(Page(RecordKind::kAccount, {"Account", "Компания"},
                       {"Everything that is known of one company, from all sources, on one page.",
                        "Всё, что известно об одной компании из всех источников, на одной странице."},
                       needs));
  pages.push_back(Page(RecordKind::kPerson, {"Person", "Человек"},
                       {"Everything that is known of one person, from all sources, on one page.",
                        "Всё, что известно об одном человеке из всех источников, на одной странице."},
                       needs));
  pages.push_back(Page(RecordKind::kDeal, {"Deal", "Сделка"},
                       {"Everything that is known of one deal: who, what, when, and each change.",
                        "Всё, что известно об одной сделке: кто, что, когда и каждое изменение."},
                       needs));
  return pages;
}

}  // namespace weir::customers
