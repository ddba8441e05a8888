#include "workspace/ledger.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/working_hours.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

constexpr std::array<SettingSpec, 8> kSettings{{
    {"currency", "", "Reporting currency (ISO 4217); found in the data until you set it",
     "Валюта отчётов (ISO 4217); пока не задана, берётся из данных"},
    {"time_zone", "UTC", "Reporting time zone, such as Europe/Berlin", "Часовой пояс отчётов, например Europe/Moscow"},
    {"fiscal_year_start_month", "1", "First month of the fiscal year, 1 to 12",
     "Первый месяц финансового года, от 1 до 12"},
    {"default_region", "", "Country of phone numbers without a country code (ISO 3166), such as DE",
     "Страна телефонов без кода страны (ISO 3166), например RU"},
    {"plan_won_amount", "",
     "What is to be won in a fiscal year, in the reporting currency: one number, or by the year in which it begins "
     "(2026=4000000, 2027=5200000)",
     "План выигранной суммы на финансовый год в валюте отчётов: одно число или по году его начала "
     "(2026=4000000, 2027=5200000)"},
    {"working_hours", "",
     "When people work, such as Mo-Fr 09:00-18:00: answers to leads are counted in these hours; day and night until "
     "set",
     "Рабочее время, например Mo-Fr 09:00-18:00: ответ на лид считается в этих часах; пока не задано - круглосуточно"},
    {"non_sales_pipelines", "",
     "Pipelines whose deals are no sales, such as Hiring; Purchases: they stay out of the funnel and of sales metrics",
     "Воронки, сделки которых - не продажи, например: Подбор; Закупки. В воронку и показатели продаж они не входят"},
    {"language", "en", "Language of texts: en or ru", "Язык текстов: en или ru"},
}};

const SettingSpec* FindSpec(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &SettingSpec::name);
  return found == kSettings.end() ? nullptr : &*found;
}

std::string_view AllowedValues(std::string_view name) {
  if (name == "currency") return "three capital letters such as EUR";
  if (name == "time_zone") return "a name such as Europe/Berlin";
  if (name == "fiscal_year_start_month") return "a month from 1 to 12";
  if (name == "default_region") return "two capital letters such as DE";
  if (name == "plan_won_amount") return "a positive number, or 2026=4000000, 2027=5200000";
  if (name == "working_hours") return "days and hours such as Mo-Fr 09:00-18:00";
  if (name == "non_sales_pipelines") return "names of pipelines with semicolons between";
  return "en or ru";
}

bool IsAllowed(std::string_view name, std::string_view value) {
  if (name == "currency") return value.empty() || IsCurrencyCode(value);
  if (name == "time_zone") return TimeZone::Find(value).has_value();
  if (name == "language") return value == "en" || value == "ru";
  if (name == "plan_won_amount") return analysis::ParsePlan(value).has_value();
  if (name == "working_hours") return value.empty() || ParseWorkingHours(value).has_value();
  if (name == "non_sales_pipelines") return value.empty() || !NamesIn(value).empty();
  if (name == "default_region") {
    return value.empty() ||
           (value.size() == 2 && std::ranges::all_of(value, [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
  int month = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), month);
  return error == std::errc{} && end == value.data() + value.size() && month >= 1 && month <= 12;
}

// The currency that most deals and invoices carry; ties go to the first by name.
Result<std::string> CurrencyOfData(store::Session& session) {
  WEIR_TRY(store::Value value, session.QueryValue(R"(
    SELECT currency
    FROM (SELECT currency, count(*) AS uses
          FROM (SELECT currency FROM rec.deal UNION ALL SELECT currency FROM rec.invoice) AS amounts
          WHERE currency IS NOT NULL AND currency <> 'XXX'
          GROUP BY currency) AS counted
    ORDER BY uses DESC NULLS LAST, currency NULLS LAST
    LIMIT 1)"));
  return store::IsNull(value) ? std::string(kNoCurrency) : store::ToText(value);
}

}  // namespace

Result<std::int64_t> NewestVersion(store::Session& session) {
  return session.QueryInteger("SELECT max(version) FROM meta.data_version");
}

Status CommitVersion(store::Session& session, std::int64_t version, std::string_view kind, std::string_view note,
                     std::string_view who, Instant at) {
  const std::array<store::Value, 5> row{version, std::string(kind), std::string(note), std::string(who), at};
  WEIR_TRY(session.Execute("INSERT INTO meta.data_version VALUES (?, ?, ?, ?, ?)", row));
  return {};
}

std::span<const SettingSpec> SettingSpecs() { return kSettings; }

Status CheckSetting(std::string_view name, std::string_view value) {
  if (FindSpec(name) == nullptr) return Fail(BadUsage("there is no setting '{}'", name).Field("name"));
  if (!IsAllowed(name, value)) {
    return Fail(BadUsage("'{}' is no value for {}", value, name)
                    .Field("value")
                    .Mend(fmt::format("Use {}", AllowedValues(name))));
  }
  return {};
}

Result<std::string> SettingAt(store::Session& session, std::string_view name, std::int64_t version) {
  WEIR_TRY(std::optional<std::string> value, SetValueAt(session, name, version));
  if (value) return *std::move(value);
  const SettingSpec* spec = FindSpec(name);
  WEIR_CHECK(spec != nullptr);
  return std::string(spec->default_value);
}

Result<analysis::Settings> ReadSettings(store::Session& session, std::int64_t version) {
  analysis::Settings settings;
  WEIR_TRY(settings.currency, SettingAt(session, "currency", version));
  WEIR_TRY(settings.time_zone, SettingAt(session, "time_zone", version));
  WEIR_TRY(settings.default_region, SettingAt(session, "default_region", version));
  WEIR_TRY(settings.language, SettingAt(session, "language", version));
  WEIR_TRY(settings.plan_won_amount, SettingAt(session, "plan_won_amount", version));
  WEIR_TRY(const std::string month, SettingAt(session, "fiscal_year_start_month", version));
  settings.fiscal_year_start_month = std::stoi(month);
  if (settings.currency.empty()) {
    WEIR_TRY(settings.currency, CurrencyOfData(session));
  }
  return settings;
}

Result<std::int64_t> AppendDecision(store::Session& session, const DecisionRow& decision, std::string_view who,
                                    std::string_view reason, Instant at, std::optional<std::int64_t> undoes) {
  WEIR_TRY(const std::int64_t number, session.QueryInteger("SELECT nextval('meta.decision_number')"));
  const std::array<store::Value, 10> row{number,
                                         decision.data_version,
                                         decision.action,
                                         decision.subject,
                                         std::string(who),
                                         at,
                                         std::string(reason),
                                         decision.before,
                                         decision.after,
                                         undoes ? store::Value(*undoes) : store::Value()};
  WEIR_TRY(session.Execute("INSERT INTO meta.decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row));
  return number;
}

Result<DecisionRow> FindDecision(store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> parameters{id};
  WEIR_TRY(
      store::Rows rows,
      session.Query(
          "SELECT d.decision_id, d.data_version, d.action, d.subject, d.before, d.after, "
          "(SELECT max(u.decision_id) FROM meta.decision AS u WHERE u.undoes = d.decision_id) FROM meta.decision AS d "
          "WHERE d.decision_id = ?",
          parameters));
  if (rows.rows.empty()) return Fail(NotFound("there is no decision {}", id).Field("decision_id"));
  DecisionRow row{.id = rows.IntegerAt(0, 0),
                  .data_version = rows.IntegerAt(0, 1),
                  .action = rows.TextAt(0, 2),
                  .subject = rows.TextAt(0, 3),
                  .before = rows.TextAt(0, 4),
                  .after = rows.TextAt(0, 5),
                  .undone_by = {}};
  if (!store::IsNull(rows.rows[0][6])) row.undone_by = rows.IntegerAt(0, 6);
  return row;
}

}  // namespace weir::workspace
