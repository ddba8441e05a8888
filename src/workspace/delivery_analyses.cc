// What is sent to whom, over what, and what became of it.
#include <array>
#include <filesystem>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/russian.h"
#include "delivery/channels.h"
#include "pulls/http.h"
#include "workspace/kept_items.h"
#include "workspace/store_file.h"
#include "workspace/subscriptions.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;
using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;

TableSpec SubscriptionsTable() {
  return {.name = "subscriptions",
          .title = {"Subscriptions", "Подписки"},
          .key = {"id"},
          .columns = {
              Of("id", ColumnType::kInteger, "Number", "Номер"), TextOf("name", "Name", "Название"),
              TextOf("kind", "What", "Что"), TextOf("channel", "Channel", "Канал"), TextOf("address", "To", "Кому"),
              TextOf("language", "Language", "Язык"), TextOf("hour", "Hour", "Час"), TextOf("days", "Days", "Дни"),
              TextOf("quiet", "Quiet hours", "Тихие часы"), TextOf("team", "Team", "Команда"),
              TextOf("department", "Department", "Отдел"), TextOf("seller", "Seller", "Продавец"),
              TextOf("owner", "Subscribed by", "Кто подписал"),
              Of("is_changeable", ColumnType::kBoolean, "You may change it", "Вы можете её изменить"),
              Of("sent_at", ColumnType::kInstant, "Last sent", "Последняя отправка"),
              TextOf("problem", "Why it cannot be made now", "Почему сейчас не готовится"),
              TextOf("problem_ru", "Why it cannot be made now (Russian)", "Почему сейчас не готовится (по-русски)")}};
}

TableSpec DeliveriesTable() {
  return {.name = "deliveries",
          .title = {"Deliveries", "Отправления"},
          .key = {"delivery_id"},
          .columns = {Of("delivery_id", ColumnType::kInteger, "Number", "Номер"), TextOf("kind", "What", "Что"),
                      TextOf("period", "Of", "За"), TextOf("channel", "Channel", "Канал"),
                      TextOf("address", "To", "Кому"), TextOf("subject", "Subject", "Тема"),
                      TextOf("state", "State", "Состояние"), CountOf("attempts", "Tries", "Попыток"),
                      Of("created_at", ColumnType::kInstant, "Made", "Подготовлено"),
                      Of("tried_at", ColumnType::kInstant, "Last try", "Последняя попытка"),
                      Of("next_try", ColumnType::kInstant, "Next try", "Следующая попытка"),
                      Of("ended_at", ColumnType::kInstant, "Sent or given up", "Отправлено или оставлено"),
                      TextOf("reason", "Why not", "Почему не ушло"),
                      TextOf("reason_ru", "Why not (Russian)", "Почему не ушло (по-русски)"),
                      TextOf("owner", "Subscribed by", "Кто подписал")}};
}

TableSpec ChannelsTable() {
  return {.name = "channels",
          .title = {"Channels", "Каналы"},
          .key = {"channel"},
          .columns = {TextOf("channel", "Channel", "Канал"), TextOf("form", "Form", "Вид"),
                      TextOf("to", "May go to", "Куда можно"), TextOf("problem", "Problem", "Ошибка"),
                      TextOf("problem_ru", "Problem (Russian)", "Ошибка (по-русски)")}};
}

std::string_view NameOf(delivery::WebhookForm form) {
  switch (form) {
    case delivery::WebhookForm::kSlack:
      return "slack";
    case delivery::WebhookForm::kMattermost:
      return "mattermost";
    case delivery::WebhookForm::kTelegram:
      return "telegram";
    case delivery::WebhookForm::kJson:
      break;
  }
  return "json";
}

// The folder of the store is the workspace's; a past state of the data, which is kept elsewhere, has none. Of an
// address that is no secret only the host is told.
Result<Table> ReadChannelTable(Context& context) {
  Table table = analysis::EmptyTable(ChannelsTable());
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT path FROM duckdb_databases() WHERE database_name = current_database()"));
  const fs::path store = rows.rows.empty() ? fs::path() : fs::path(rows.TextAt(0, 0));
  if (store.empty() || store != StorePath(store.parent_path())) return table;
  const auto channels = delivery::ReadChannels(store.parent_path());
  if (!channels) {
    table.rows.push_back(
        {std::string("weir.toml"), {}, {}, channels.error().ToString(), InRussian(channels.error().Whole())});
    return table;
  }
  if (channels->mail) {
    std::string to;
    for (const std::string& one : channels->mail->to) to += (to.empty() ? "" : ", ") + one;
    table.rows.push_back({std::string(delivery::kMail), std::string("smtp"), to, {}, {}});
  }
  for (const delivery::WebhookChannel& hook : channels->webhooks) {
    const std::string origin = pulls::OriginOf(hook.address);
    table.rows.push_back(
        {hook.name, std::string(NameOf(hook.form)), origin.empty() ? store::Value() : store::Value(origin), {}, {}});
  }
  return table;
}

// One's own; who may change settings sees all.
Result<Output> RunDelivery(const NoParams& /*params*/, Context& context) {
  const analysis::Principal& principal = context.principal();
  const bool sees_all = principal.Has("settings");
  const std::array<store::Value, 4> values{sees_all, principal.user, sees_all, principal.user};
  WEIR_TRY(
      Table subscriptions,
      ReadTable(
          SubscriptionsTable(), context.session(),
          fmt::format(
              R"(SELECT k.subscription_id AS id, k.name, k.kind, k.channel, nullif(k.address, '') AS address, k.language, k.hour, k.days,
  nullif(k.quiet, '') AS quiet, nullif(k.team, '') AS team, nullif(k.department, '') AS department, nullif(k.seller, '') AS seller, k.owner,
  ? OR k.owner = ? AS is_changeable,
  (SELECT max(d.ended_at) FROM meta.delivery AS d WHERE d.subscription_id = k.subscription_id AND d.state = 'sent') AS sent_at,
  (SELECT max(p.problem) FROM meta.delivery_problem AS p WHERE p.subscription_id = k.subscription_id) AS problem,
  (SELECT max(p.problem_ru) FROM meta.delivery_problem AS p WHERE p.subscription_id = k.subscription_id) AS problem_ru
FROM ({}) AS k
WHERE ? OR k.owner = ?
ORDER BY k.subscription_id NULLS LAST)",
              NewestKept(Subscriptions())),
          values));
  const std::array<store::Value, 2> whose{sees_all, principal.user};
  WEIR_TRY(
      Table deliveries,
      ReadTable(DeliveriesTable(), context.session(),
                R"(SELECT delivery_id, kind, period, channel, nullif(address, '') AS address, subject, state, attempts,
  created_at, tried_at, CASE WHEN state IN ('waiting', 'sending') THEN next_try END AS next_try, ended_at, reason, reason_ru, owner
FROM meta.delivery
WHERE ? OR owner = ?
ORDER BY delivery_id DESC NULLS LAST
LIMIT 200)",
                whose));
  WEIR_TRY(Table channels, ReadChannelTable(context));
  return Output{.tables = {std::move(subscriptions), std::move(deliveries), std::move(channels)}};
}

}  // namespace

std::vector<analysis::Analysis> DeliveryAnalyses() {
  return {analysis::Declare<NoParams>(
      {.id = "delivery",
       .title = {"Delivery", "Рассылка"},
       .help = {"Who is sent what over which channel, and what became of the newest 200 deliveries",
                "Кому что отправляется, по какому каналу, и что стало с последними 200 отправлениями"},
       .right = "export",
       .tables = {SubscriptionsTable(), DeliveriesTable(), ChannelsTable()},
       .is_cacheable = false},
      &RunDelivery)};
}

}  // namespace weir::workspace
