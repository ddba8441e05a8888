#include "delivery/outbox.h"

#include <algorithm>
#include <array>

#include "base/russian.h"
#include "delivery/schedule.h"

namespace weir::delivery {
namespace {

using store::Value;

constexpr std::array<std::string_view, 3> kMigrations{
    // state: waiting, sending, sent, given_up. What was sent is emptied of its letter.
    R"(CREATE TABLE meta.delivery (
      delivery_id BIGINT NOT NULL, key VARCHAR NOT NULL, subscription_id BIGINT NOT NULL, owner VARCHAR NOT NULL,
      kind VARCHAR NOT NULL, period VARCHAR NOT NULL, channel VARCHAR NOT NULL, address VARCHAR NOT NULL, subject VARCHAR NOT NULL,
      letter VARCHAR NOT NULL, state VARCHAR NOT NULL, attempts BIGINT NOT NULL, created_at TIMESTAMP NOT NULL,
      next_try TIMESTAMP NOT NULL, give_up_at TIMESTAMP NOT NULL, tried_at TIMESTAMP, ended_at TIMESTAMP,
      reason VARCHAR, reason_ru VARCHAR))",
    "CREATE SEQUENCE meta.delivery_number",
    R"(CREATE TABLE meta.delivery_told (
      subscription_id BIGINT NOT NULL, leak VARCHAR NOT NULL, amount DECIMAL(18,4), delivery_id BIGINT NOT NULL))"};

template <std::size_t N>
Result<store::Rows> Query(store::Connection& connection, std::string_view sql, const std::array<Value, N>& values) {
  return connection.Query(sql, values);
}

Value OrNull(const std::optional<Decimal>& amount) { return amount ? Value(*amount) : Value(); }

Instant MomentAt(const store::Rows& rows, std::size_t row, std::size_t column) {
  const auto* at = std::get_if<Instant>(&rows.rows[row][column]);
  return at == nullptr ? Instant{} : *at;
}

}  // namespace

std::span<const std::string_view> OutboxMigrations() { return kMigrations; }

std::string Outbox::KeyOf(std::int64_t subscription_id, std::string_view kind, std::string_view period) {
  return fmt::format("{}:{}:{}", subscription_id, kind, period);
}

Result<bool> Outbox::Has(const std::string& key) {
  WEIR_TRY(const store::Rows rows,
           Query(connection_, "SELECT count(*) FROM meta.delivery WHERE key = ?", std::array<Value, 1>{key}));
  return rows.IntegerAt(0, 0) > 0;
}

Result<std::optional<std::int64_t>> Outbox::Put(const NewDelivery& delivery, Instant now) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection_));
  WEIR_TRY(const bool is_known, Has(delivery.key));
  if (is_known) return std::optional<std::int64_t>();
  WEIR_TRY(const store::Rows number, connection_.Query("SELECT nextval('meta.delivery_number')"));
  const std::int64_t id = number.IntegerAt(0, 0);
  const std::array<Value, 13> cells{id,
                                    delivery.key,
                                    delivery.subscription_id,
                                    delivery.owner,
                                    delivery.kind,
                                    delivery.period,
                                    delivery.channel,
                                    delivery.address,
                                    delivery.letter.subject,
                                    KeptText(delivery.letter),
                                    now,
                                    now,
                                    GiveUpAt(delivery.kind, now)};
  WEIR_TRY(
      connection_.Execute("INSERT INTO meta.delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, ?, "
                          "NULL, NULL, NULL, NULL)",
                          cells));
  for (const ToldLeak& told : delivery.told) {
    const std::array<Value, 4> row{delivery.subscription_id, told.leak, OrNull(told.amount), id};
    WEIR_TRY(connection_.Execute("INSERT INTO meta.delivery_told VALUES (?, ?, CAST(? AS DECIMAL(18,4)), ?)", row));
  }
  WEIR_TRY(transaction.Commit());
  return std::optional(id);
}

Result<std::vector<std::int64_t>> Outbox::DueNow(Instant now) {
  WEIR_TRY(const store::Rows rows,
           Query(connection_,
                 "SELECT delivery_id FROM meta.delivery WHERE state IN ('waiting', 'sending') AND next_try <= ? ORDER "
                 "BY next_try NULLS LAST, delivery_id NULLS LAST",
                 std::array<Value, 1>{now}));
  std::vector<std::int64_t> due;
  due.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) due.push_back(rows.IntegerAt(row, 0));
  return due;
}

Result<std::optional<PendingDelivery>> Outbox::Begin(std::int64_t id, Instant now) {
  WEIR_TRY(
      const store::Rows rows,
      Query(connection_,
            "SELECT subscription_id, channel, key, kind, period, address, letter, created_at, attempts, give_up_at "
            "FROM meta.delivery WHERE delivery_id = ? AND state IN ('waiting', 'sending')",
            std::array<Value, 1>{id}));
  if (rows.size() == 0) return std::optional<PendingDelivery>();
  PendingDelivery pending{.id = id,
                          .subscription_id = rows.IntegerAt(0, 0),
                          .channel = rows.TextAt(0, 1),
                          .parcel = {.key = rows.TextAt(0, 2),
                                     .kind = rows.TextAt(0, 3),
                                     .period = rows.TextAt(0, 4),
                                     .address = rows.TextAt(0, 5),
                                     .created_at = MomentAt(rows, 0, 7)},
                          .attempts = rows.IntegerAt(0, 8) + 1,
                          .give_up_at = MomentAt(rows, 0, 9)};
  WEIR_TRY(pending.parcel.letter, LetterFrom(rows.TextAt(0, 6)));
  // Should the program end now, the next try is as far away as after one that failed.
  const std::array<Value, 4> cells{pending.attempts, now, NextTry(pending.attempts, now), id};
  WEIR_TRY(connection_.Execute(
      "UPDATE meta.delivery SET state = 'sending', attempts = ?, tried_at = ?, next_try = ? WHERE delivery_id = ?",
      cells));
  return std::optional(std::move(pending));
}

Status Outbox::End(const PendingDelivery& delivery, const std::optional<Failure>& failure, Instant now) {
  if (!failure) {
    const std::array<Value, 2> cells{now, delivery.id};
    WEIR_TRY(connection_.Execute(
        "UPDATE meta.delivery SET state = 'sent', ended_at = ?, letter = '', reason = NULL, reason_ru = NULL WHERE "
        "delivery_id = ?",
        cells));
    return {};
  }
  constexpr std::int64_t kLongestWait = 86'400;
  Instant next = NextTry(delivery.attempts, now);
  if (failure->wait_s) {
    next = std::max(next, {now.micros + std::min(*failure->wait_s, kLongestWait) * kMicrosPerSecond});
  }
  if (!failure->is_final && next < delivery.give_up_at) {
    const std::array<Value, 4> cells{next, failure->reason.text, InRussian(failure->reason), delivery.id};
    WEIR_TRY(connection_.Execute(
        "UPDATE meta.delivery SET state = 'waiting', next_try = ?, reason = ?, reason_ru = ? WHERE delivery_id = ?",
        cells));
    return {};
  }
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection_));
  const std::array<Value, 4> cells{now, failure->reason.text, InRussian(failure->reason), delivery.id};
  WEIR_TRY(connection_.Execute(
      "UPDATE meta.delivery SET state = 'given_up', ended_at = ?, letter = '', reason = ?, reason_ru = ? WHERE "
      "delivery_id = ?",
      cells));
  const std::array<Value, 1> id{delivery.id};
  WEIR_TRY(connection_.Execute("DELETE FROM meta.delivery_told WHERE delivery_id = ?", id));
  return transaction.Commit();
}

Status Outbox::PutOff(std::int64_t id, Instant until) {
  const std::array<Value, 2> cells{until, id};
  WEIR_TRY(connection_.Execute("UPDATE meta.delivery SET next_try = ? WHERE delivery_id = ?", cells));
  return {};
}

Result<std::map<std::string, std::optional<Decimal>>> Outbox::Told(std::int64_t subscription_id) {
  WEIR_TRY(const store::Rows rows,
           Query(connection_,
                 "SELECT leak, amount FROM meta.delivery_told WHERE subscription_id = ? ORDER BY delivery_id NULLS "
                 "LAST, leak NULLS LAST",
                 std::array<Value, 1>{subscription_id}));
  std::map<std::string, std::optional<Decimal>> told;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto* amount = std::get_if<Decimal>(&rows.rows[row][1]);
    told[rows.TextAt(row, 0)] = amount == nullptr ? std::nullopt : std::optional(*amount);
  }
  return told;
}

Status Outbox::Forget(Instant before) {
  const std::array<Value, 1> cells{before};
  WEIR_TRY(
      connection_.Execute("DELETE FROM meta.delivery WHERE state IN ('sent', 'given_up') AND ended_at < ?", cells));
  return {};
}

bool IsNews(const std::map<std::string, std::optional<Decimal>>& told, const std::string& leak,
            const std::optional<Decimal>& amount) {
  const auto found = told.find(leak);
  if (found == told.end()) return true;
  if (!amount) return false;
  if (!found->second) return true;  // what it costs is known now
  const auto now = Rescale(*amount, kAmountScale);
  const auto before = Rescale(*found->second, kAmountScale);
  constexpr int kGrown = 5;
  constexpr int kOf = 4;
  return now && before && now->units * kOf >= before->units * kGrown && now->units > before->units;
}

}  // namespace weir::delivery
