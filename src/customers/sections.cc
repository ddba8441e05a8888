#include "customers/sections.h"

#include <unordered_set>

#include "analysis/tables.h"
#include "customers/columns.h"

namespace weir::customers {

const Section& DealsSection() {
  static const Section section{
      .spec = {.name = "deals",
               .title = {"Deals", "Сделки"},
               .key = {"deal_id"},
               .columns = {TextOf("deal_id", "Deal", "Сделка"),
                           TextOf("name", "Name", "Название"),
                           TextOf("status", "Status", "Состояние"),
                           TextOf("stage", "Stage", "Этап"),
                           Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                           TextOf("currency", "Currency", "Валюта"),
                           ReportedOf("amount_reporting", "Amount, reporting currency", "Сумма в валюте отчётов"),
                           Of("close_date", ColumnType::kDate, "Close date", "Дата закрытия"),
                           TextOf("owner", "Owner", "Ответственный"),
                           TextOf("type", "Type", "Тип"),
                           TextOf("pipeline", "Pipeline", "Воронка"),
                           TextOf("product", "Product", "Продукт"),
                           TextOf("next_step", "Next step", "Следующий шаг"),
                           TextOf("loss_reason", "Reason of loss", "Причина проигрыша"),
                           Of("created_at", ColumnType::kInstant, "Created", "Создана"),
                           Of("closed_at", ColumnType::kInstant, "Closed", "Закрыта"),
                           TextOf("account_id", "Account", "Компания"),
                           TextOf("person_id", "Person", "Человек"),
                           TextOf("lead_id", "Lead", "Лид"),
                           TextOf("owner_id", "Owner's id", "Id ответственного"),
                           TextOf("source", "Source", "Источник")}},
      .select =
          "f.deal_id, f.name, f.status, f.stage, f.amount, f.currency, f.amount_reporting, f.close_date, f.owner, "
          "f.type, f.pipeline, f.product, f.next_step, f.loss_reason, f.created_at, f.closed_at, f.account_id, "
          "f.person_id, f.lead_id, f.owner_id, f.source",
      .fact = "deal",
      .links = {.has_person = true, .has_lead = true},
      .order =
          "CASE f.status WHEN 'open' THEN 0 ELSE 1 END NULLS LAST, coalesce(f.close_date, f.created_date) DESC "
          "NULLS LAST, f.deal_id NULLS LAST"};
  return section;
}

const Section& LeadsSection() {
  static const Section section{
      .spec = {.name = "leads",
               .title = {"Leads", "Лиды"},
               .key = {"lead_id"},
               .columns = {TextOf("lead_id", "Lead", "Лид"), TextOf("full_name", "Name", "Имя"),
                           TextOf("status", "Status", "Состояние"), TextOf("channel", "Channel", "Канал"),
                           TextOf("source_name", "Lead source", "Источник лида"),
                           TextOf("campaign", "Campaign", "Кампания"), TextOf("owner", "Owner", "Ответственный"),
                           Of("created_at", ColumnType::kInstant, "Created", "Создан"),
                           Of("first_response_at", ColumnType::kInstant, "First response", "Первый ответ"),
                           Of("converted_at", ColumnType::kInstant, "Converted", "Преобразован"),
                           TextOf("deal_id", "Deal", "Сделка"), TextOf("person_id", "Person", "Человек"),
                           TextOf("account_id", "Account", "Компания"),
                           TextOf("campaign_id", "Campaign's id", "Id кампании"),
                           TextOf("owner_id", "Owner's id", "Id ответственного"),
                           TextOf("source", "Source", "Источник")}},
      .select =
          "f.lead_id, f.full_name, f.status, f.channel, f.source_name, f.campaign, f.owner, f.created_at, "
          "f.first_response_at, f.converted_at, f.deal_id, f.person_id, f.account_id, f.campaign_id, f.owner_id, "
          "f.source",
      .fact = "lead",
      .links = {.has_person = true, .has_deal = true},
      .order = "f.created_at DESC NULLS LAST, f.lead_id NULLS LAST"};
  return section;
}

const Section& ActivitiesSection() {
  static const Section section{
      .spec = {.name = "activities",
               .title = {"Activities", "Активности"},
               .key = {"activity_id"},
               .columns = {TextOf("activity_id", "Activity", "Активность"),
                           Of("at", ColumnType::kInstant, "When", "Когда"), TextOf("kind", "Kind", "Вид"),
                           TextOf("direction", "Direction", "Направление"), TextOf("subject", "Subject", "Тема"),
                           TextOf("outcome", "Outcome", "Итог"), TextOf("member", "By", "Кто"),
                           Of("due_at", ColumnType::kInstant, "Due", "Срок"),
                           Of("done_at", ColumnType::kInstant, "Done", "Сделано"),
                           Of("duration_s", ColumnType::kInteger, "Seconds", "Секунд", "seconds"),
                           TextOf("person_id", "Person", "Человек"), TextOf("deal_id", "Deal", "Сделка"),
                           TextOf("lead_id", "Lead", "Лид"), TextOf("member_id", "Member's id", "Id сотрудника"),
                           TextOf("source", "Source", "Источник")}},
      .select =
          "f.activity_id, f.\"at\", f.kind, f.direction, f.subject, f.outcome, f.member, f.due_at, f.done_at, "
          "f.duration_s, f.person_id, f.deal_id, f.lead_id, f.member_id, f.source",
      .fact = "activity",
      .links = {.has_person = true, .has_deal = true, .has_lead = true},
      .order = "f.\"at\" DESC NULLS LAST, f.activity_id NULLS LAST"};
  return section;
}

const Section& TicketsSection() {
  static const Section section{
      .spec = {.name = "tickets",
               .title = {"Tickets", "Обращения"},
               .key = {"ticket_id"},
               .columns = {TextOf("ticket_id", "Ticket", "Обращение"), TextOf("subject", "Subject", "Тема"),
                           TextOf("status", "Status", "Состояние"), TextOf("priority", "Priority", "Приоритет"),
                           TextOf("category", "Category", "Категория"), TextOf("owner", "Owner", "Ответственный"),
                           Of("created_at", ColumnType::kInstant, "Created", "Создано"),
                           Of("first_reply_at", ColumnType::kInstant, "First reply", "Первый ответ"),
                           Of("solved_at", ColumnType::kInstant, "Solved", "Решено"),
                           TextOf("person_id", "Person", "Человек"),
                           TextOf("owner_id", "Owner's id", "Id ответственного"),
                           TextOf("source", "Source", "Источник")}},
      .select =
          "f.ticket_id, f.subject, f.status, f.priority, f.category, f.owner, f.created_at, f.first_reply_at, "
          "f.solved_at, f.person_id, f.owner_id, f.source",
      .fact = "ticket",
      .links = {.has_person = true},
      .order = "f.created_at DESC NULLS LAST, f.ticket_id NULLS LAST"};
  return section;
}

const Section& InvoicesSection() {
  static const Section section{
      .spec = {.name = "invoices",
               .title = {"Invoices", "Счета"},
               .key = {"invoice_id"},
               .columns = {TextOf("invoice_id", "Invoice", "Счёт"), TextOf("number", "Number", "Номер"),
                           TextOf("status", "Status", "Состояние"),
                           Of("issued_at", ColumnType::kInstant, "Issued", "Выставлен"),
                           Of("due_date", ColumnType::kDate, "Due", "Срок оплаты"),
                           Of("paid_at", ColumnType::kInstant, "Paid on", "Оплачен"),
                           Of("total", ColumnType::kDecimal, "Total", "Сумма"),
                           Of("amount_due", ColumnType::kDecimal, "To pay", "К оплате"),
                           TextOf("currency", "Currency", "Валюта"),
                           ReportedOf("total_reporting", "Total, reporting currency", "Сумма в валюте отчётов"),
                           ReportedOf("outstanding_reporting", "To pay, reporting currency",
                                      "К оплате в валюте отчётов"),
                           Of("is_overdue", ColumnType::kBoolean, "Overdue", "Просрочен"),
                           TextOf("deal_id", "Deal", "Сделка"), TextOf("source", "Source", "Источник")}},
      .select =
          "f.invoice_id, f.number, f.status, f.issued_at, f.due_date, f.paid_at, f.total, f.amount_due, f.currency, "
          "f.total_reporting, f.total_reporting - coalesce(f.amount_paid_reporting, 0) AS outstanding_reporting, "
          "coalesce(f.status = 'open' AND f.due_date < getvariable('as_of_date'), FALSE) AS is_overdue, f.deal_id, "
          "f.source",
      .fact = "invoice",
      .links = {.has_deal = true},
      .order = "f.issued_at DESC NULLS LAST, f.invoice_id NULLS LAST"};
  return section;
}

const Section& PaymentsSection() {
  static const Section section{
      .spec = {.name = "payments",
               .title = {"Payments", "Платежи"},
               .key = {"payment_id"},
               .columns = {TextOf("payment_id", "Payment", "Платёж"), Of("at", ColumnType::kInstant, "When", "Когда"),
                           TextOf("status", "Status", "Состояние"), TextOf("kind", "Kind", "Вид"),
                           Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                           TextOf("currency", "Currency", "Валюта"),
                           TextOf("failure_code", "Reason of failure", "Причина отказа"),
                           TextOf("purpose", "Purpose", "Назначение"),
                           TextOf("matched_by", "Invoice found by", "Счёт найден"),
                           TextOf("invoice_id", "Invoice", "Счёт"), TextOf("source", "Source", "Источник")}},
      .select =
          "f.payment_id, f.\"at\", f.status, f.kind, f.amount, f.currency, f.failure_code, f.purpose, f.matched_by, "
          "f.invoice_id, f.source",
      .fact = "payment",
      .order = "f.\"at\" DESC NULLS LAST, f.payment_id NULLS LAST"};
  return section;
}

const Section& SubscriptionsSection() {
  static const Section section{
      .spec = {.name = "subscriptions",
               .title = {"Subscriptions", "Подписки"},
               .key = {"subscription_id"},
               .columns = {TextOf("subscription_id", "Subscription", "Подписка"),
                           TextOf("status", "Status", "Состояние"),
                           Of("quantity", ColumnType::kDecimal, "Quantity", "Количество"),
                           Of("unit_price", ColumnType::kDecimal, "Price", "Цена"),
                           TextOf("interval", "Interval", "Период"), TextOf("currency", "Currency", "Валюта"),
                           Of("started_at", ColumnType::kInstant, "Started", "Начата"),
                           Of("period_end", ColumnType::kInstant, "Paid period ends", "Конец периода"),
                           Of("canceled_at", ColumnType::kInstant, "Cancelled", "Отменена"),
                           Of("ended_at", ColumnType::kInstant, "Ended", "Завершена"),
                           TextOf("cancel_reason", "Reason of cancelling", "Причина отмены"),
                           TextOf("deal_id", "Deal", "Сделка"), TextOf("source", "Source", "Источник")}},
      .select =
          "f.subscription_id, f.status, f.quantity, f.unit_price, f.interval, f.currency, f.started_at, "
          "f.period_end, f.canceled_at, f.ended_at, f.cancel_reason, f.deal_id, f.source",
      .fact = "subscription",
      .links = {.has_deal = true},
      .order = "f.started_at DESC NULLS LAST, f.subscription_id NULLS LAST"};
  return section;
}

const Section& ContractsSection() {
  static const Section section{
      .spec = {.name = "contracts",
               .title = {"Contracts", "Договоры"},
               .key = {"contract_id"},
               .columns = {TextOf("contract_id", "Contract", "Договор"), TextOf("status", "Status", "Состояние"),
                           Of("amount", ColumnType::kDecimal, "Amount", "Сумма"),
                           TextOf("currency", "Currency", "Валюта"),
                           Of("start_date", ColumnType::kDate, "Begins", "Начало"),
                           Of("end_date", ColumnType::kDate, "Ends", "Окончание"),
                           Of("signed_at", ColumnType::kInstant, "Signed", "Подписан"),
                           TextOf("deal_id", "Deal", "Сделка"), TextOf("source", "Source", "Источник")}},
      .select =
          "f.contract_id, f.status, f.amount, f.currency, f.start_date, f.end_date, f.signed_at, f.deal_id, f.source",
      .fact = "contract",
      .links = {.has_deal = true},
      .order = "f.start_date DESC NULLS LAST, f.contract_id NULLS LAST"};
  return section;
}

const Section& TouchesSection() {
  static const Section section{
      .spec = {.name = "touches",
               .title = {"Marketing touches", "Касания маркетинга"},
               .key = {"touch_id"},
               .columns = {TextOf("touch_id", "Touch", "Касание"), Of("at", ColumnType::kInstant, "When", "Когда"),
                           TextOf("kind", "Kind", "Вид"), TextOf("channel", "Channel", "Канал"),
                           TextOf("source_name", "Traffic source", "Источник перехода"),
                           TextOf("medium", "Medium", "Тип трафика"), TextOf("campaign_id", "Campaign", "Кампания"),
                           TextOf("person_id", "Person", "Человек"), TextOf("lead_id", "Lead", "Лид"),
                           TextOf("source", "Source", "Источник")}},
      .select =
          "f.touch_id, f.\"at\", f.kind, f.channel, f.source_name, f.medium, f.campaign_id, f.person_id, f.lead_id, "
          "f.source",
      .fact = "touch",
      .links = {.has_person = true, .has_lead = true},
      .order = "f.\"at\" DESC NULLS LAST, f.touch_id NULLS LAST"};
  return section;
}

const Section& AnswersSection() {
  static const Section section{
      .spec = {.name = "answers",
               .title = {"Survey answers", "Ответы на опросы"},
               .key = {"survey_answer_id"},
               .columns = {TextOf("survey_answer_id", "Answer", "Ответ"),
                           Of("at", ColumnType::kInstant, "When", "Когда"), TextOf("kind", "Kind", "Вид"),
                           Of("score", ColumnType::kDecimal, "Score", "Оценка"),
                           TextOf("comment", "Comment", "Комментарий"), TextOf("person_id", "Person", "Человек"),
                           TextOf("ticket_id", "Ticket", "Обращение"), TextOf("source", "Source", "Источник")}},
      .select = "f.survey_answer_id, f.\"at\", f.kind, f.score, f.comment, f.person_id, f.ticket_id, f.source",
      .fact = "survey_answer",
      .links = {.has_person = true},
      .order = "f.\"at\" DESC NULLS LAST, f.survey_answer_id NULLS LAST"};
  return section;
}

const Section& CallsSection() {
  static const Section section{
      .spec = {.name = "calls",
               .title = {"Calls", "Звонки"},
               .key = {"call_id"},
               .columns = {TextOf("call_id", "Call", "Звонок"), Of("at", ColumnType::kInstant, "When", "Когда"),
                           TextOf("direction", "Direction", "Направление"), TextOf("outcome", "Outcome", "Итог"),
                           TextOf("outside_number", "Number", "Номер"), TextOf("member", "By", "Кто"),
                           TextOf("person_id", "Person", "Человек"), TextOf("source", "Source", "Источник"),
                           TextOf("activity_id", "Entry in the CRM", "Запись в CRM"),
                           Of("entry_at", ColumnType::kInstant, "When it was entered", "Время записи"),
                           TextOf("member_id", "Member's id", "Id сотрудника")}},
      .select =
          "f.call_id, f.\"at\", f.direction, f.outcome, f.outside_number, f.member, f.person_id, f.source, "
          "f.activity_id, f.entry_at, f.member_id",
      .fact = "call",
      .links = {.has_person = true},
      .order = "f.\"at\" DESC NULLS LAST, f.call_id NULLS LAST"};
  return section;
}

const Section& MessagesSection() {
  static const Section section{
      .spec = {.name = "messages",
               .title = {"Messages", "Сообщения"},
               .key = {"message_id"},
               .columns = {TextOf("message_id", "Message", "Сообщение"),
                           Of("at", ColumnType::kInstant, "When", "Когда"), TextOf("channel", "Channel", "Канал"),
                           TextOf("direction", "Direction", "Направление"), TextOf("member", "By", "Кто"),
                           TextOf("activity_id", "Activity", "Активность"), TextOf("ticket_id", "Ticket", "Обращение"),
                           TextOf("person_id", "Person", "Человек"), TextOf("deal_id", "Deal", "Сделка"),
                           TextOf("source", "Source", "Источник"), TextOf("member_id", "Member's id", "Id сотрудника"),
                           TextOf("lead_id", "Lead", "Лид")}},
      .select =
          "f.message_id, f.\"at\", f.channel, f.direction, f.member, f.activity_id, f.ticket_id, f.person_id, "
          "f.deal_id, f.source, f.member_id, f.lead_id",
      .fact = "message",
      .links = {.has_person = true, .has_deal = true, .has_lead = true},
      .order = "f.\"at\" DESC NULLS LAST, f.message_id NULLS LAST"};
  return section;
}

Result<analysis::Table> ReadSection(const Section& section, const Selection& selection, analysis::Context& context) {
  std::string rows;
  for (const std::string& where : {selection.where, selection.other}) {
    if (where.empty() || where == "FALSE") continue;
    rows +=
        fmt::format("{}SELECT * FROM scoped.{}_brief WHERE {}", rows.empty() ? "" : " UNION ALL ", section.fact, where);
  }
  if (rows.empty()) return analysis::EmptyTable(section.spec);
  const std::string sql = fmt::format("SELECT {} FROM ({}) AS f ORDER BY {}", section.select, rows, section.order);
  WEIR_TRY(store::Rows read, context.session().QueryFew(sql, selection.values));
  return analysis::TableOf(section.spec, std::move(read));
}

std::optional<Instant> Cells::When(std::string_view column) const {
  const auto* instant = std::get_if<Instant>(&At(column));
  return instant == nullptr ? std::nullopt : std::optional(*instant);
}

std::optional<Date> Cells::Day(std::string_view column) const {
  const auto* day = std::get_if<Date>(&At(column));
  return day == nullptr ? std::nullopt : std::optional(*day);
}

std::optional<Decimal> Cells::Amount(std::string_view column) const {
  const auto* amount = std::get_if<Decimal>(&At(column));
  return amount == nullptr ? std::nullopt : std::optional(*amount);
}

std::vector<std::string> IdsIn(const analysis::Table& table, std::string_view column) {
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  const std::size_t at = table.IndexOf(column);
  for (const auto& row : table.rows) {
    std::string id = store::ToText(row[at]);
    if (!id.empty() && seen.insert(id).second) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace weir::customers
