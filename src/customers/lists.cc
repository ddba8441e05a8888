#include "customers/lists.h"

#include <array>

#include "customers/columns.h"
#include "metrics/analyses.h"
#include "metrics/where.h"
#include "store/database.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::TableSpec;
using metrics::ColumnRef;
using metrics::ValueType;
using store::Value;

struct ListParams {
  std::string text;
  std::string where;
  std::string team;
  std::string segment;
  bool only_customers = false;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add(
        {.name = "text",
         .help = {"Only rows whose name, domain or address holds this", "Только с этим в названии, домене или адресе"}},
        text);
    visitor.Add(
        {.name = "where",
         .help =
             {"Condition on the columns, or on ext.SOURCE.OBJECT.COLUMN (see metrics columns): segment = '1000+' and "
              "pipeline_amount > 1000",
              "Условие на столбцы, в том числе ext.ИСТОЧНИК.ОБЪЕКТ.СТОЛБЕЦ (см. metrics columns): segment "
              "= '1000+' and pipeline_amount > 1000"}},
        where);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only this segment", "Только этот сегмент"}}, segment);
    visitor.Add({.name = "customers", .help = {"Only those that bought", "Только те, кто купил"}}, only_customers);
  }
};

struct List {
  analysis::Info info = {};
  std::string sql = {};                    // a SELECT with team_id, segment and is_customer beside the columns
  std::vector<std::string> searched = {};  // columns that `text` looks into
  std::string order = {};                  // over `listed`
  std::string entity = {};                 // canonical table of the key
  // Whose columns that no mapping names may be asked for.
  std::vector<metrics::Described> described = {};
};

// An interaction that names no account is one of its deal, of its person and of its lead.
constexpr std::string_view kAccounts = R"(
WITH deals AS MATERIALIZED (
  SELECT deal_id, account_id, status, amount_reporting, close_date FROM scoped.deal
),
spoken AS MATERIALIZED (
  SELECT account_id, CASE WHEN account_id IS NULL THEN deal_id END AS deal_id,
    CASE WHEN account_id IS NULL THEN person_id END AS person_id, CASE WHEN account_id IS NULL THEN lead_id END AS lead_id,
    max("at") AS "at"
  FROM scoped.interaction
  GROUP BY 1, 2, 3, 4
)
SELECT a.account_id, a.name, a.domain, a.is_customer, a.owner, a.team, a.segment, a.industry, a.country, a.city, a.employees,
  a.type, d.deals_open, d.pipeline_amount, d.next_close_date, d.deals_won, d.won_amount, i.invoiced_amount, i.overdue_amount,
  t.open_tickets, v.last_activity_at, a.created_at, {not_counted}, a.team_id
FROM scoped.account AS a
LEFT JOIN (
  SELECT account_id, count(*) FILTER (WHERE status = 'open') AS deals_open, count(*) FILTER (WHERE status = 'won') AS deals_won,
    CAST(sum(amount_reporting) FILTER (WHERE status = 'open') AS DECIMAL(38,4)) AS pipeline_amount,
    CAST(sum(amount_reporting) FILTER (WHERE status = 'won') AS DECIMAL(38,4)) AS won_amount,
    min(close_date) FILTER (WHERE status = 'open') AS next_close_date
  FROM deals GROUP BY account_id
) AS d ON d.account_id = a.account_id
LEFT JOIN (
  SELECT account_id,
    CAST(sum(total_reporting) FILTER (WHERE status NOT IN ('void', 'draft') AND issued_date > {year_ago}) AS DECIMAL(38,4)) AS invoiced_amount,
    CAST(sum(total_reporting - coalesce(amount_paid_reporting, 0)) FILTER (WHERE status = 'open' AND due_date < {today}) AS DECIMAL(38,4)) AS overdue_amount
  FROM scoped.invoice GROUP BY account_id
) AS i ON i.account_id = a.account_id
LEFT JOIN (
  SELECT account_id, count(*) AS open_tickets FROM scoped.ticket
  WHERE solved_at IS NULL AND status NOT IN ('closed', 'solved') GROUP BY account_id
) AS t ON t.account_id = a.account_id
LEFT JOIN (
  SELECT account_id, max("at") AS last_activity_at
  FROM (
    SELECT account_id, "at" FROM spoken WHERE account_id IS NOT NULL
    UNION ALL
    SELECT o.account_id, s."at" FROM spoken AS s JOIN deals AS o ON o.deal_id = s.deal_id
    UNION ALL
    SELECT p.account_id, s."at" FROM spoken AS s JOIN scoped.person AS p ON p.person_id = s.person_id
    UNION ALL
    SELECT l.account_id, s."at" FROM spoken AS s JOIN scoped.lead AS l ON l.lead_id = s.lead_id
  ) AS heard
  GROUP BY account_id
) AS v ON v.account_id = a.account_id)";

constexpr std::string_view kPeople = R"(
WITH spoken AS MATERIALIZED (
  SELECT person_id, lead_id, count(*) AS activities, max("at") AS "at"
  FROM scoped.interaction
  WHERE person_id IS NOT NULL OR lead_id IS NOT NULL
  GROUP BY person_id, lead_id
)
SELECT p.person_id, p.full_name, p.title, p.account, p.email, p.phone, a.owner, p.lifecycle_stage, p.country, a.segment,
  a.industry, a.is_customer, v.activities, v.last_activity_at, p.created_at, p.account_id, o.no_consent, {not_counted}, a.team_id
FROM scoped.person AS p
LEFT JOIN (
  SELECT id, string_agg(DISTINCT channel, ', ' ORDER BY channel NULLS LAST) AS no_consent
  FROM scoped.refusal WHERE kind = 'person' GROUP BY id
) AS o ON o.id = p.person_id
LEFT JOIN scoped.account AS a ON a.account_id = p.account_id
LEFT JOIN (
  SELECT person_id, CAST(sum(activities) AS BIGINT) AS activities, max("at") AS last_activity_at
  FROM (
    SELECT person_id, activities, "at" FROM spoken WHERE person_id IS NOT NULL
    UNION ALL
    SELECT l.person_id, s.activities, s."at"
    FROM spoken AS s
    JOIN scoped.lead_brief AS l ON l.lead_id = s.lead_id AND l.person_id IS DISTINCT FROM s.person_id
    WHERE l.person_id IS NOT NULL
  ) AS heard
  GROUP BY person_id
) AS v ON v.person_id = p.person_id)";

constexpr std::string_view kDeals = R"(
SELECT d.deal_id, d.name, d.account, d.status, d.stage, d.amount, d.currency, d.amount_reporting, d.close_date, d.owner, d.team,
  d.segment, d.industry, d.country, d.type, d.pipeline, d.forecast_category, d.probability, d.product, d.lead_source,
  d.next_step, d.loss_reason, v.last_activity_at, d.created_at, d.account_id, {not_counted}, d.team_id, d.status = 'won' AS is_customer
FROM scoped.deal AS d
LEFT JOIN (
  SELECT deal_id, max("at") AS last_activity_at FROM scoped.interaction WHERE deal_id IS NOT NULL GROUP BY deal_id
) AS v ON v.deal_id = d.deal_id)";

// The rules that leave a row out of every number.
constexpr std::string_view kNotCountedMark = "{not_counted}";
std::string NotCounted(const List& list) {
  return fmt::format(
      "(SELECT string_agg(x.name, ', ' ORDER BY x.name, x.rule) FROM scoped.excluded AS x WHERE x.entity = '{}' AND "
      "x.entity_id = {}.{}) AS not_counted",
      list.entity, list.entity.substr(0, 1), list.info.tables.front().key.front());
}
Column NotCountedColumn() { return TextOf("not_counted", "Not counted: rule", "Не учитывается: правило"); }

ValueType TypeOf(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
      return ValueType::kInteger;
    case ColumnType::kDecimal:
    case ColumnType::kMoney:
    case ColumnType::kShare:
      return ValueType::kDecimal;
    case ColumnType::kDate:
      return ValueType::kDate;
    case ColumnType::kInstant:
      return ValueType::kInstant;
    case ColumnType::kBoolean:
      return ValueType::kBoolean;
    default:
      return ValueType::kText;
  }
}

std::vector<ColumnRef> ColumnsOf(const TableSpec& spec) {
  std::vector<ColumnRef> columns;
  columns.reserve(spec.columns.size());
  for (const Column& column : spec.columns) {
    columns.push_back({.column = column.name, .type = TypeOf(column.type), .scale = kAmountScale});
  }
  return columns;
}

struct Statement {
  std::string sql;
  std::vector<Value> values;
};

void AddTextFilter(const List& list, const std::string& text, Statement& statement) {
  std::string any;
  for (const std::string& column : list.searched) {
    any += fmt::format("{}strpos(folded(listed.{}), folded(?)) > 0", any.empty() ? "" : " OR ", column);
    statement.values.emplace_back(text);
  }
  statement.sql += " AND (" + any + ")";
}

Result<Statement> StatementOf(const List& list, const ListParams& params, Context& context) {
  const TableSpec& spec = list.info.tables.front();
  const Date today = context.LocalAsOfDate();
  std::string columns;
  for (const Column& column : spec.columns)
    columns += (columns.empty() ? "listed." : ", listed.") + store::QuoteName(column.name);
  std::string rows = list.sql;
  for (const auto& [mark, day] : {std::pair{"{today}", today}, {"{year_ago}", AddMonths(today, -12)}}) {
    for (std::size_t at = rows.find(mark); at != std::string::npos; at = rows.find(mark)) {
      rows.replace(at, std::string_view(mark).size(), fmt::format("DATE '{}'", FormatDate(day)));
    }
  }
  rows.replace(rows.find(kNotCountedMark), kNotCountedMark.size(), NotCounted(list));
  metrics::Where where;
  if (!params.where.empty()) {
    WEIR_TRY(where, metrics::WhereSql(params.where, "listed", ColumnsOf(spec), list.described, context.session()));
  }
  Statement statement{.sql = fmt::format("SELECT {} FROM ({}) AS listed{} WHERE {}", columns, rows, where.joins,
                                         where.condition.empty() ? "TRUE" : where.condition),
                      .values = std::move(where.values)};
  if (!params.text.empty()) AddTextFilter(list, params.text, statement);
  WEIR_TRY(const std::vector<std::string> teams, metrics::TeamsUnder(params.team, context.session()));
  for (std::size_t i = 0; i < teams.size(); ++i) {
    statement.sql += i == 0 ? " AND listed.team_id IN (?" : ", ?";
    statement.values.emplace_back(teams[i]);
  }
  if (!teams.empty()) statement.sql += ")";
  if (!params.segment.empty()) {
    statement.sql += " AND listed.segment = ?";
    statement.values.emplace_back(params.segment);
  }
  if (params.only_customers) statement.sql += " AND listed.is_customer";
  statement.sql += " ORDER BY " + list.order;
  return statement;
}

Result<Output> RunList(const List& list, const ListParams& params, Context& context) {
  WEIR_TRY(const Statement statement, StatementOf(list, params, context));
  WEIR_TRY(Table table,
           analysis::ReadTable(list.info.tables.front(), context.session(), statement.sql, statement.values));
  Finish(context.settings(), table);
  return Output{.tables = {std::move(table)}};
}

List Accounts() {
  List list{.sql = std::string(kAccounts),
            .searched = {"name", "domain"},
            .entity = "account",
            .described = {{"account", {.column = "account_id"}}}};
  list.order =
      "listed.invoiced_amount DESC NULLS LAST, listed.won_amount DESC NULLS LAST, listed.pipeline_amount DESC NULLS "
      "LAST, "
      "listed.name NULLS LAST, listed.account_id NULLS LAST";
  list.info = {
      .id = "customers",
      .title = {"Customers", "Клиенты"},
      .help = {"Accounts with what is open, won, owed and asked, whoever's they are.",
               "Компании: что открыто, выиграно, не оплачено, о чём спрашивают и кто отвечает."},
      .needs = {"account", "deal", "invoice", "ticket", "activity", "call", "message", "team", "excluded"},
      .tables = {{.name = "accounts",
                  .title = {"Accounts", "Компании"},
                  .key = {"account_id"},
                  .columns = {TextOf("account_id", "Account", "Компания"),
                              TextOf("name", "Name", "Название"),
                              TextOf("domain", "Domain", "Домен"),
                              Of("is_customer", ColumnType::kBoolean, "Customer", "Клиент"),
                              TextOf("owner", "Owner", "Ответственный"),
                              TextOf("team", "Team", "Команда"),
                              TextOf("segment", "Segment", "Сегмент"),
                              TextOf("industry", "Industry", "Отрасль"),
                              TextOf("country", "Country", "Страна"),
                              TextOf("city", "City", "Город"),
                              CountOf("employees", "Employees", "Сотрудников"),
                              TextOf("type", "Type", "Тип"),
                              CountOf("deals_open", "Open deals", "Открытых сделок"),
                              ReportedOf("pipeline_amount", "Open pipeline", "Открытая воронка"),
                              Of("next_close_date", ColumnType::kDate, "Next close", "Ближайшее закрытие"),
                              CountOf("deals_won", "Deals won", "Выиграно сделок"),
                              ReportedOf("won_amount", "Won", "Выиграно"),
                              ReportedOf("invoiced_amount", "Invoiced, 12 months", "Счета за 12 месяцев"),
                              ReportedOf("overdue_amount", "Overdue", "Просрочено"),
                              CountOf("open_tickets", "Open tickets", "Открытых обращений"),
                              Of("last_activity_at", ColumnType::kInstant, "Last activity", "Последняя активность"),
                              Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                              NotCountedColumn()}}}};
  return list;
}

List People() {
  List list{.sql = std::string(kPeople),
            .searched = {"full_name", "account", "email"},
            .entity = "person",
            .described = {{"person", {.column = "person_id"}}, {"account", {.column = "account_id"}}}};
  list.order = "listed.last_activity_at DESC NULLS LAST, listed.full_name NULLS LAST, listed.person_id NULLS LAST";
  list.info = {
      .id = "customers.people",
      .title = {"People", "Люди"},
      .help = {"People of the accounts, with how often and when they were last spoken with.",
               "Люди из компаний: сколько раз и когда с ними общались."},
      .needs = {"person", "account", "activity", "call", "message", "team", "excluded", "refusal"},
      .tables = {
          {.name = "people",
           .title = {"People", "Люди"},
           .key = {"person_id"},
           .columns = {TextOf("person_id", "Person", "Человек"), TextOf("full_name", "Name", "Имя"),
                       TextOf("title", "Job title", "Должность"), TextOf("account", "Company", "Компания"),
                       TextOf("email", "E-mail", "Эл. почта"), TextOf("phone", "Phone", "Телефон"),
                       TextOf("owner", "Owner of the company", "Ответственный за компанию"),
                       TextOf("lifecycle_stage", "Lifecycle stage", "Стадия"), TextOf("country", "Country", "Страна"),
                       TextOf("segment", "Segment", "Сегмент"), TextOf("industry", "Industry", "Отрасль"),
                       Of("is_customer", ColumnType::kBoolean, "Of a customer", "Из клиентов"),
                       CountOf("activities", "Activities", "Активностей"),
                       Of("last_activity_at", ColumnType::kInstant, "Last activity", "Последняя активность"),
                       Of("created_at", ColumnType::kInstant, "Created", "Создан"),
                       TextOf("account_id", "Account", "Id компании"),
                       TextOf("no_consent", "Refused: e-mail, phone", "Отказ: почта, телефон"), NotCountedColumn()},
           .contacts = "person_id"}}};
  return list;
}

List Deals() {
  List list{.sql = std::string(kDeals),
            .searched = {"name", "account"},
            .entity = "deal",
            .described = {{"deal", {.column = "deal_id"}}, {"account", {.column = "account_id"}}}};
  list.order =
      "CASE listed.status WHEN 'open' THEN 0 ELSE 1 END NULLS LAST, listed.amount_reporting DESC NULLS LAST, "
      "listed.deal_id "
      "NULLS LAST";
  list.info = {
      .id = "customers.deals",
      .title = {"Deals", "Сделки"},
      .help = {"Deals as of the moment, open ones first.", "Сделки на дату отчёта, сначала открытые."},
      .needs = {"deal", "activity", "message", "team", "excluded"},
      .tables = {{.name = "deals",
                  .title = {"Deals", "Сделки"},
                  .key = {"deal_id"},
                  .columns = {TextOf("deal_id", "Deal", "Сделка"),
                              TextOf("name", "Name", "Название"),
                              TextOf("account", "Company", "Компания"),
                              TextOf("status", "Status", "Состояние"),
                              TextOf("stage", "Stage", "Этап"),
                              Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                              TextOf("currency", "Currency", "Валюта"),
                              ReportedOf("amount_reporting", "Amount, reporting currency", "Сумма в валюте отчётов"),
                              Of("close_date", ColumnType::kDate, "Close date", "Дата закрытия"),
                              TextOf("owner", "Owner", "Ответственный"),
                              TextOf("team", "Team", "Команда"),
                              TextOf("segment", "Segment", "Сегмент"),
                              TextOf("industry", "Industry", "Отрасль"),
                              TextOf("country", "Country", "Страна"),
                              TextOf("type", "Type", "Тип"),
                              TextOf("pipeline", "Pipeline", "Воронка"),
                              TextOf("forecast_category", "Forecast category", "Категория прогноза"),
                              Of("probability", ColumnType::kShare, "Probability", "Вероятность", "share"),
                              TextOf("product", "Product", "Продукт"),
                              TextOf("lead_source", "Lead source", "Источник лида"),
                              TextOf("next_step", "Next step", "Следующий шаг"),
                              TextOf("loss_reason", "Reason of loss", "Причина проигрыша"),
                              Of("last_activity_at", ColumnType::kInstant, "Last activity", "Последняя активность"),
                              Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                              TextOf("account_id", "Account", "Id компании"),
                              NotCountedColumn()}}}};
  return list;
}

analysis::Analysis Declared(List given) {
  auto list = std::make_shared<const List>(std::move(given));
  analysis::Analysis analysis{.info = list->info, .params = analysis::SpecsOf<ListParams>()};
  analysis.run = [list](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const ListParams params, analysis::Bind<ListParams>(raw));
    return RunList(*list, params, context);
  };
  analysis.explain = [list](const analysis::RawParams&, const std::string&, const std::vector<std::string>& key,
                            Context&) -> Result<analysis::Evidence> {
    if (key.size() != 1) return Fail(BadUsage("the key is not one id").Field("explain"));
    return analysis::Evidence{.table = list->entity, .ids = {key.front()}};
  };
  return analysis;
}

}  // namespace

std::vector<analysis::Analysis> Lists() {
  std::vector<analysis::Analysis> all;
  all.push_back(Declared(Accounts()));
  all.push_back(Declared(People()));
  all.push_back(Declared(Deals()));
  return all;
}

}  // namespace weir::customers
