#include "workspace/setting_values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "base/working_hours.h"

namespace weir::workspace {
namespace {

constexpr std::array<SettingSpec, 14> kSettings{{
    {"currency", "", "Reporting currency (ISO 4217); found in the data until you set it",
     "Валюта отчётов (ISO 4217); пока не задана, берётся из данных"},
    {"display_currencies", "",
     "Other currencies in which numbers may be shown, such as USD; GBP: each amount is converted at its own day",
     "Другие валюты, в которых можно показать числа, например USD; CNY: каждая сумма пересчитывается по курсу своего "
     "дня"},
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
     "Рабочее время, например Mo-Fr 09:00-18:00: ответ на лид считается в этих часах; пока не задано — круглосуточно"},
    {"non_sales_pipelines", "",
     "Pipelines whose deals are no sales, such as Hiring; Purchases: they stay out of the funnel and of sales metrics",
     "Воронки, сделки которых — не продажи, например: Подбор; Закупки. В воронку и показатели продаж они не входят"},
    {"source_order", "",
     "Whose word counts where sources disagree about a company or a person, such as salesforce > hubspot; single "
     "fields "
     "may have a rule of their own",
     "Чьё слово важнее, если источники расходятся о компании или человеке, например salesforce > hubspot; у отдельных "
     "полей могут быть свои правила"},
    {"seconds_per_edit", "20",
     "How many seconds it takes to correct a field by hand, 1 to 3600: what cleaning recipes save",
     "Сколько секунд занимает правка поля вручную, от 1 до 3600: по ней считается, сколько времени экономит очистка"},
    {"escalation_days", "7",
     "After how many days without an owner a leak, a process or a metric goes a step up to a manager, 1 to 365",
     "Через сколько дней без ответственного утечка, процесс или показатель переходит на ступень выше, от 1 до 365"},
    {"sql_seconds", "30", "How many seconds a query in Explore may take, 1 to 300",
     "Сколько секунд может выполняться запрос на странице «Запросы», от 1 до 300"},
    {"record_use", "on",
     "Whether it is counted who asked for which number, for the ranking of use in the catalogue of data: on or off",
     "Считать ли, кто какой показатель запрашивал, — для списка использования в каталоге данных: on или off"},
    {"language", "en", "Language of texts: en or ru", "Язык текстов: en или ru"},
}};

const SettingSpec* FindSpec(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &SettingSpec::name);
  return found == kSettings.end() ? nullptr : &*found;
}

std::string_view AllowedValues(std::string_view name) {
  if (name == "currency") return "three capital letters such as EUR";
  if (name == "display_currencies") return "at most eight codes with semicolons between, such as USD; GBP";
  if (name == "time_zone") return "a name such as Europe/Berlin";
  if (name == "fiscal_year_start_month") return "a month from 1 to 12";
  if (name == "default_region") return "two capital letters such as DE";
  if (name == "plan_won_amount") return "a positive number, or 2026=4000000, 2027=5200000";
  if (name == "working_hours") return "days and hours such as Mo-Fr 09:00-18:00";
  if (name == "sql_seconds") return "a number from 1 to 300";
  if (name == "escalation_days") return "a number from 1 to 365";
  if (name == "source_order") return "sources, such as salesforce > hubspot";
  if (name == "seconds_per_edit") return "a number from 1 to 3600";
  if (name == "record_use") return "on or off";
  if (name == "non_sales_pipelines") return "names of pipelines with semicolons between";
  return "en or ru";
}

bool IsAllowed(std::string_view name, std::string_view value) {
  if (name == "currency") return value.empty() || IsCurrencyCode(value);
  if (name == "display_currencies") {
    constexpr std::size_t kMost = 8;
    const std::vector<std::string> names = NamesIn(value);
    return names.size() <= kMost && (value.empty() || !names.empty()) && std::ranges::all_of(names, IsCurrencyCode);
  }
  if (name == "time_zone") return TimeZone::Find(value).has_value();
  if (name == "record_use") return value == "on" || value == "off";
  if (name == "language") return value == "en" || value == "ru";
  if (name == "plan_won_amount") return analysis::ParsePlan(value).has_value();
  if (name == "working_hours") return value.empty() || ParseWorkingHours(value).has_value();
  if (name == "non_sales_pipelines") return value.empty() || !NamesIn(value).empty();
  if (name == "source_order") {
    const auto rule = model::ParseFieldRule(value);
    return value.empty() || (rule && rule->choice == model::Choice::kRanked);
  }
  if (name == "default_region") {
    return value.empty() ||
           (value.size() == 2 && std::ranges::all_of(value, [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
  constexpr int kMonths = 12;
  constexpr int kMostSeconds = 300;
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  constexpr int kMostDays = 365;
  constexpr int kSecondsOfAnHour = 3600;
  const int most = name == "sql_seconds"        ? kMostSeconds
                   : name == "escalation_days"  ? kMostDays
                   : name == "seconds_per_edit" ? kSecondsOfAnHour
                                                : kMonths;
  return error == std::errc{} && end == value.data() + value.size() && number >= 1 && number <= most;
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
      "SET VARIABLE working_days_before = [{}]; SET VARIABLE working_days_on = [{}]; SET VARIABLE working_days = {}; "
      "SET VARIABLE calendar_first_day = NULL; SET VARIABLE calendar_before_ms = NULL; "
      "SET VARIABLE calendar_day_ms = NULL; SET VARIABLE working_days_known_as = NULL",
      parsed ? std::to_string(length) : "NULL", kMillisPerMinute * hours.begins_minute, before, is_on,
      hours.DaysOfWeek());
}

// The days between the first and the last that the calendar names, each as long as it says, the others as the week has
// them; with one day more, which carries what all of them together differ by. Of several calendars the one of the
// country counts, else the one that knows most days.
constexpr std::string_view kCalendar = R"(
SET VARIABLE calendar = (
  WITH chosen AS (
    SELECT source, calendar
    FROM model.calendar
    GROUP BY source, calendar
    ORDER BY CASE WHEN max(upper(coalesce(country, calendar))) = {} THEN 0 ELSE 1 END NULLS LAST, count(*) DESC NULLS LAST,
      source NULLS LAST, calendar NULLS LAST
    LIMIT 1
  ),
  named AS (
    SELECT CAST(c.day - DATE '1970-01-05' AS BIGINT) AS day, c.is_business, c.hours
    FROM model.calendar AS c
    JOIN chosen AS o ON o.source = c.source AND o.calendar = c.calendar
    WHERE c.day >= DATE '1990-01-01' AND c.day < DATE '2090-01-01'
  ),
  days AS (
    SELECT first_day + unnest(range(last_day - first_day + 2)) AS day
    FROM (SELECT min(day) AS first_day, max(day) AS last_day FROM named) AS bounds
  ),
  lengths AS (
    SELECT d.day, CAST(getvariable('working_days_on') AS BIGINT[])[d.day % 7 + 1] * getvariable('working_day_ms') AS of_week,
      CASE WHEN n.is_business THEN coalesce(CAST(n.hours * 3600000 AS BIGINT), getvariable('working_day_ms'))
           WHEN NOT n.is_business THEN 0 END AS as_named
    FROM days AS d
    LEFT JOIN named AS n ON n.day = d.day
  ),
  summed AS (
    SELECT day, CAST(coalesce(as_named, of_week) AS BIGINT) AS length,
      CAST(coalesce(sum(coalesce(as_named, of_week) - of_week)
             OVER (ORDER BY day NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS BIGINT) AS before
    FROM lengths
  )
  SELECT {{'first_day': min(day), 'before': list(before ORDER BY day NULLS LAST), 'length': list(length ORDER BY day NULLS LAST)}}
  FROM summed);
SET VARIABLE calendar_first_day = struct_extract(getvariable('calendar'), 'first_day');
SET VARIABLE calendar_before_ms = struct_extract(getvariable('calendar'), 'before');
SET VARIABLE calendar_day_ms = struct_extract(getvariable('calendar'), 'length');
SET VARIABLE working_days_known_as = {})";

// Working hours and holidays. What a connection knows of a data version already is not read again for each request.
Status SetWorkingTime(store::Session& session, const SettingValues& values, std::int64_t version) {
  const std::string& hours = values.at("working_hours");
  const std::string known_as = fmt::format("{}|{}|{}", version, hours, values.at("default_region"));
  if (version > 0) {
    WEIR_TRY(const store::Value known,
             session.QueryValue("SELECT CAST(getvariable('working_days_known_as') AS VARCHAR)"));
    if (!store::IsNull(known) && store::ToText(known) == known_as) return {};
  }
  WEIR_TRY(session.Execute(WorkingHoursVariables(hours)));
  if (hours.empty()) return {};
  WEIR_TRY(session.Execute(
      fmt::format(fmt::runtime(kCalendar), store::QuoteText(values.at("default_region")), store::QuoteText(known_as))));
  return {};
}

}  // namespace

std::span<const SettingSpec> SettingSpecs() { return kSettings; }

Status CheckSetting(std::string_view name, std::string_view value) {
  if (FindSpec(name) == nullptr) return Fail(BadUsage("there is no setting '{}'", name).Field("name"));
  if (!IsAllowed(name, value)) {
    return Fail(BadUsage("'{}' is no value for {}", value, name).Field("value").Mend("Use {}", AllowedValues(name)));
  }
  return {};
}

Result<SettingValues> ValuesAt(store::Session& session, std::int64_t version) {
  const std::array<store::Value, 1> parameters{version};
  WEIR_TRY(const store::Rows rows, session.Query(R"(
    SELECT name, value
    FROM (SELECT name, value, row_number() OVER (PARTITION BY name ORDER BY data_version DESC NULLS LAST) AS place
          FROM meta.setting WHERE data_version <= ?) AS s
    WHERE place = 1 AND value IS NOT NULL)",
                                                 parameters));
  SettingValues values;
  for (const SettingSpec& spec : kSettings) values.emplace(spec.name, spec.default_value);
  for (std::size_t i = 0; i < rows.size(); ++i) values[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return values;
}

analysis::Settings SettingsOf(const SettingValues& values) {
  return {.currency = values.at("currency"),
          .time_zone = values.at("time_zone"),
          .fiscal_year_start_month = std::stoi(values.at("fiscal_year_start_month")),
          .default_region = values.at("default_region"),
          .language = values.at("language"),
          .plan_won_amount = values.at("plan_won_amount"),
          .display_currencies = NamesIn(values.at("display_currencies")),
          .sql_seconds = std::stoi(values.at("sql_seconds"))};
}

model::FieldRules FieldRulesOf(const SettingValues& values) {
  model::FieldRules rules;
  for (const auto& [name, value] : values) {
    if (!name.starts_with(model::kRuleSetting) && name != model::kOrderSetting) continue;
    auto rule = model::ParseFieldRule(value);
    if (!rule) continue;
    if (name == model::kOrderSetting) {
      rules.order = *std::move(rule);
    } else {
      rules.choices[name.substr(model::kRuleSetting.size())] = *std::move(rule);
    }
  }
  return rules;
}

Result<analysis::Settings> ReadSettings(store::Session& session, std::int64_t version) {
  WEIR_TRY(const SettingValues values, ValuesAt(session, version));
  analysis::Settings settings = SettingsOf(values);
  if (settings.currency.empty()) {
    WEIR_TRY(settings.currency, CurrencyOfData(session));
  }
  return settings;
}

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

Status SetWhatCounts(store::Session& session, const SettingValues& values, std::int64_t version) {
  std::string pipelines;
  for (const std::string& name : NamesIn(values.at("non_sales_pipelines"))) {
    pipelines += (pipelines.empty() ? "" : ", ") + store::QuoteText(name);
  }
  WEIR_TRY(session.Execute(fmt::format("SET VARIABLE non_sales_pipelines = CAST([{}] AS VARCHAR[])", pipelines)));
  return SetWorkingTime(session, values, version);
}

}  // namespace weir::workspace
