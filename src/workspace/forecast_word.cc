#include "workspace/forecast_word.h"

#include <algorithm>
#include <array>

#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::Decision;
using metrics::DayRange;
using nlohmann::json;

constexpr std::string_view kLockedFrom = "locked_from";

// Of each word the newest row; who said it and when is told by the first.
constexpr std::string_view kNewest = R"(
SELECT word_id, kind, period_start, period_end, member_id, team_id, sight_team, category, amount, currency, deal_id,
  text, locked_from, is_removed, first_by, first_at, changed_by, changed_at
FROM (SELECT *, row_number() OVER (PARTITION BY word_id ORDER BY decision_id DESC NULLS LAST) AS from_the_last,
        first_value(changed_by) OVER (PARTITION BY word_id ORDER BY decision_id NULLS LAST) AS first_by,
        first_value(changed_at) OVER (PARTITION BY word_id ORDER BY decision_id NULLS LAST) AS first_at
      FROM meta.forecast_word) AS all_rows
WHERE from_the_last = 1)";

template <typename T>
std::optional<T> CellOf(const store::Value& value) {
  const auto* held = std::get_if<T>(&value);
  return held != nullptr ? std::optional(*held) : std::nullopt;
}

ForecastWord WordAt(const store::Rows& rows, std::size_t row) {
  const std::vector<store::Value>& cells = rows.rows[row];
  ForecastWord word{.id = rows.IntegerAt(row, 0),
                    .kind = rows.TextAt(row, 1),
                    .period = {CellOf<Date>(cells[2]).value_or(Date{}), CellOf<Date>(cells[3]).value_or(Date{})},
                    .member_id = rows.TextAt(row, 4),
                    .team_id = rows.TextAt(row, 5),
                    .sight_team = rows.TextAt(row, 6),
                    .category = rows.TextAt(row, 7),
                    .amount = CellOf<Decimal>(cells[8]),
                    .currency = rows.TextAt(row, 9),
                    .deal_id = rows.TextAt(row, 10),
                    .text = rows.TextAt(row, 11),
                    .locked_from = CellOf<Instant>(cells[12]),
                    .is_removed = CellOf<bool>(cells[13]).value_or(false)};
  // A lock is spoken of by who changed it last.
  const bool is_lock = word.kind == kLock;
  word.said_by = rows.TextAt(row, is_lock ? 16 : 14);
  word.said_at = CellOf<Instant>(cells[is_lock ? 17 : 15]).value_or(Instant{});
  return word;
}

Result<std::optional<ForecastWord>> First(store::Session& session, const std::string& condition,
                                          std::span<const store::Value> values) {
  WEIR_TRY(const store::Rows rows, session.Query(fmt::format("{} AND {}", kNewest, condition), values));
  return rows.rows.empty() ? std::optional<ForecastWord>() : std::optional(WordAt(rows, 0));
}

// The team and those above it.
Result<std::vector<std::string>> TeamAndAbove(const std::string& team_id, store::Session& session) {
  std::vector<std::string> chain;
  if (team_id.empty()) return chain;
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT team_id, parent_team_id FROM model.team_standing WHERE valid_to IS NULL ORDER BY "
                         "team_id NULLS LAST, parent_team_id NULLS LAST"));
  std::string next = team_id;
  while (!next.empty() && std::ranges::find(chain, next) == chain.end()) {
    chain.push_back(next);
    std::string above;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.TextAt(i, 0) == next) above = rows.TextAt(i, 1);
    }
    next = std::move(above);
  }
  return chain;
}

store::Value OrNull(const std::string& text) { return text.empty() ? store::Value() : store::Value(text); }

}  // namespace

json ForecastWord::Fields() const {
  json fields{{"kind", kind}, {"from", FormatDate(period.first)}, {"to", FormatDate(period.last)}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) fields[name] = value;
  };
  add("member_id", member_id);
  add("team_id", team_id);
  add("category", category);
  if (amount) fields["amount"] = FormatDecimal(*amount);
  add("currency", currency);
  add("deal_id", deal_id);
  add("text", text);
  if (kind == kLock) fields[kLockedFrom] = locked_from ? json(FormatInstant(*locked_from)) : json(nullptr);
  return fields;
}

json FieldsOf(const std::optional<ForecastWord>& word) {
  return word && !word->is_removed ? word->Fields() : json(nullptr);
}

std::optional<Instant> LockedFromFields(const std::string& text) {
  const json fields = json::parse(text, nullptr, false);
  if (!fields.is_object()) return std::nullopt;
  const auto found = fields.find(kLockedFrom);
  if (found == fields.end() || !found->is_string()) return std::nullopt;
  return ParseIsoInstant(found->get<std::string>());
}

Result<std::optional<ForecastWord>> FindWord(store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> values{id};
  return First(session, "word_id = ?", values);
}

Result<std::optional<ForecastWord>> FindStanding(store::Session& session, const ForecastWord& like) {
  const std::array<store::Value, 5> values{like.period.first, like.period.last, like.member_id, like.team_id,
                                           like.category};
  return First(session,
               "kind = 'submission' AND NOT is_removed AND period_start = ? AND period_end = ? AND "
               "coalesce(member_id, '') = ? AND coalesce(team_id, '') = ? AND category = ? ORDER BY first_at DESC "
               "NULLS LAST, word_id DESC NULLS LAST LIMIT 1",
               values);
}

Result<std::optional<ForecastWord>> FindLock(store::Session& session, DayRange period, const std::string& team_id) {
  const std::array<store::Value, 3> values{period.first, period.last, team_id};
  return First(session, "kind = 'lock' AND period_start = ? AND period_end = ? AND coalesce(team_id, '') = ?", values);
}

Result<std::optional<ForecastWord>> LockOver(store::Session& session, DayRange period, const std::string& team_id,
                                             Instant now) {
  WEIR_TRY(std::vector<std::string> chain, TeamAndAbove(team_id, session));
  chain.emplace_back();
  for (const std::string& team : chain) {
    WEIR_TRY(std::optional<ForecastWord> lock, FindLock(session, period, team));
    if (lock && lock->locked_from && *lock->locked_from <= now) return lock;
  }
  return std::optional<ForecastWord>();
}

Result<Decision> WriteWord(store::Connection& connection, std::string_view action, WordChange change, Instant newest,
                           const KeptSetup& setup, std::optional<std::int64_t> undoes) {
  ForecastWord& word = change.after;
  if (word.id == 0) {
    WEIR_TRY(word.id, connection.QueryInteger("SELECT nextval('meta.forecast_word_number')"));
  }
  DecisionRow row{.action = std::string(action),
                  .subject = fmt::format("forecast:{}", word.id),
                  .before = FieldsOf(change.before).dump(),
                  .after = FieldsOf(word).dump(),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, undoes));
  const std::array<store::Value, 20> cells{word.id,
                                           word.kind,
                                           word.period.first,
                                           word.period.last,
                                           OrNull(word.member_id),
                                           OrNull(word.team_id),
                                           OrNull(word.sight_team),
                                           OrNull(word.category),
                                           word.amount ? store::Value(FormatDecimal(*word.amount)) : store::Value(),
                                           OrNull(word.currency),
                                           OrNull(word.deal_id),
                                           word.text,
                                           word.locked_from ? store::Value(*word.locked_from) : store::Value(),
                                           newest,
                                           word.is_removed,
                                           std::string(action),
                                           setup.reason,
                                           setup.principal.user,
                                           setup.now,
                                           row.id};
  WEIR_TRY(
      connection.Execute("INSERT INTO meta.forecast_word VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS "
                         "DECIMAL(18,4)), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         cells));
  return DecisionOf(row);
}

}  // namespace weir::workspace
