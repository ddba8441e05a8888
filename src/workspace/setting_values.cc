#include "workspace/setting_values.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/working_hours.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

// What the function working_ms of the model reads: without hours it counts day and night.
std::string WorkingHoursVariables(const std::string& text) {
  const auto parsed = ParseWorkingHours(text);
  const WorkingHours hours = parsed.value_or(WorkingHours{});
  std::string before;
  std::string is_on;
  for (int day = 0; day < 7; ++day) {
    before += fmt::format("{}{}", day == 0 ? "" : ", ", hours.DaysBefore(day));
    is_on += fmt::format("{}{}", day == 0 ? "" : ", ", hours.days[static_cast<std::size_t>(day)] ? 1 : 0);
  }
  constexpr std::int64_t kMillisPerMinute = 60'000;
  const std::int64_t length = kMillisPerMinute * (hours.ends_minute - hours.begins_minute);
  return fmt::format(
      "SET VARIABLE working_day_ms = CAST({} AS BIGINT); SET VARIABLE working_begins_ms = CAST({} AS BIGINT); "
      "SET VARIABLE working_days_before = [{}]; SET VARIABLE working_days_on = [{}]; SET VARIABLE working_days = {}",
      parsed ? std::to_string(length) : "NULL", kMillisPerMinute * hours.begins_minute, before, is_on,
      hours.DaysOfWeek());
}

}  // namespace

Result<std::optional<std::string>> SetValueAt(store::Session& session, std::string_view name, std::int64_t version) {
  const std::array<store::Value, 2> parameters{std::string(name), version};
  WEIR_TRY(const store::Rows rows, session.Query("SELECT value FROM meta.setting WHERE name = ? AND data_version <= ? "
                                                 "ORDER BY data_version DESC NULLS LAST LIMIT 1",
                                                 parameters));
  if (rows.size() == 0 || store::IsNull(rows.rows[0][0])) return std::optional<std::string>();
  return std::optional(rows.TextAt(0, 0));
}

Status WriteValue(store::Session& session, std::string_view name, const std::optional<std::string>& value,
                  std::int64_t version) {
  const std::array<store::Value, 3> row{std::string(name), value ? store::Value(*value) : store::Value(), version};
  WEIR_TRY(session.Execute("INSERT INTO meta.setting VALUES (?, ?, ?)", row));
  return {};
}

std::optional<std::string> AsSet(std::string_view name, const std::string& value) {
  const bool is_answer = name == "non_sales_pipelines";  // that all of them are sales
  if (value.empty() && !is_answer) return std::nullopt;
  return value;
}

std::vector<std::string> NamesIn(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (const std::string_view name = TrimBlanks(text.substr(0, end)); !name.empty()) names.emplace_back(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

Status SetWhatCounts(store::Session& session, std::int64_t version) {
  WEIR_TRY(const std::string hours, SettingAt(session, "working_hours", version));
  WEIR_TRY(session.Execute(WorkingHoursVariables(hours)));
  WEIR_TRY(const std::string names, SettingAt(session, "non_sales_pipelines", version));
  std::string pipelines;
  for (const std::string& name : NamesIn(names)) {
    pipelines += (pipelines.empty() ? "" : ", ") + store::QuoteText(name);
  }
  WEIR_TRY(session.Execute(fmt::format("SET VARIABLE non_sales_pipelines = CAST([{}] AS VARCHAR[])", pipelines)));
  return {};
}

}  // namespace weir::workspace
