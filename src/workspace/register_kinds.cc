#include "workspace/register_kinds.h"

#include <algorithm>
#include <array>

#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "people/vocabulary.h"

namespace weir::workspace {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 2000;  // bytes
constexpr std::size_t kMostItems = 50;
constexpr std::array<std::string_view, 5> kScopes{"company", "department", "team", "person", "segment"};

RegisterField Owner(std::string_view name, const analysis::Text& title) {
  return {.name = name,
          .title = title,
          .help = {"Who answers for it: an account, or a name as in People",
                   "Кто отвечает: учётная запись или имя из раздела «Люди»"}};
}

std::string Trimmed(std::string_view text) { return std::string(TrimBlanks(text)); }

std::vector<std::string> ItemsOf(const json& value) {
  std::vector<std::string> items;
  if (value.is_string() && !TrimBlanks(value.get<std::string>()).empty())
    items.push_back(Trimmed(value.get<std::string>()));
  if (!value.is_array()) return items;
  for (const json& one : value) {
    std::string item = Trimmed(one.get<std::string>());
    if (!item.empty() && std::ranges::find(items, item) == items.end()) items.push_back(std::move(item));
  }
  return items;
}

Result<std::string> DateIn(const std::string& written, std::string_view field) {
  if (const std::optional<Date> date = ParseIsoDate(written)) return FormatDate(*date);
  // As sheets of the continent have it: 31.12.2026.
  if (written.size() == 10 && written[2] == '.' && written[5] == '.') {
    const std::string iso = written.substr(6) + "-" + written.substr(3, 2) + "-" + written.substr(0, 2);
    if (const std::optional<Date> date = ParseIsoDate(iso)) return FormatDate(*date);
  }
  return Fail(BadInput("'{}' is not a date", written).Field(std::string(field)).Mend("Write it as 2026-03-31"));
}

Result<std::string> MetricIn(const std::string& id, std::string_view field, const RegisterCheck& check) {
  WEIR_TRY(const std::optional<metrics::Metric> metric, check.metric(id));
  if (metric) return id;
  return Fail(BadInput("there is no metric '{}'", id)
                  .Field(std::string(field))
                  .Mend("'weir metrics' lists those of the catalogue"));
}

Result<std::string> ScopeIn(const std::string& written) {
  if (std::ranges::find(kScopes, written) != kScopes.end()) return written;
  return Fail(
      BadInput("'{}' is no scope of a goal", written).Field("scope").Mend("Use one of {}", fmt::join(kScopes, ", ")));
}

// One text of a field, in the form in which it is kept.
Result<std::string> OneOf(const RegisterField& field, const std::string& written, const RegisterCheck& check) {
  const std::string name(field.name);
  if (written.size() > kLongestText) {
    return Fail(TooLarge("'{}' has at most {} bytes", name, kLongestText).Field(name));
  }
  const bool is_plain = std::ranges::all_of(
      written, [](char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t' || c == '\r'; });
  if (!is_plain) return Fail(BadInput("'{}' holds a control character", name).Field(name));
  switch (field.kind) {
    case FieldKind::kDepartment:
    case FieldKind::kDepartments:
      return people::CodeOf(people::Departments(), written).value_or(written);
    case FieldKind::kMetric:
    case FieldKind::kMetrics:
      return MetricIn(written, field.name, check);
    case FieldKind::kDate:
      return DateIn(written, field.name);
    case FieldKind::kNumber:
      return PlainNumber(written, field.name);
    case FieldKind::kScope:
      return ScopeIn(written);
    case FieldKind::kCurrency:
      if (IsCurrencyCode(written)) return written;
      return Fail(BadInput("'{}' is no currency", written).Field(name).Mend("Write three capital letters, as EUR"));
    case FieldKind::kEntry: {
      const bool is_number =
          written.size() < 12 && std::ranges::all_of(written, [](char c) { return c >= '0' && c <= '9'; });
      if (is_number) return written;
      return Fail(BadInput("'{}' is not the number of an entry", written).Field(name));
    }
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kList:
      return written;
  }
  return written;
}

Status Need(const json& fields, std::string_view name) {
  if (fields.contains(name)) return {};
  return Fail(BadInput("'{}' is missing", name).Field(std::string(name)));
}

Status InOrder(const json& fields, std::string_view first, std::string_view last) {
  if (!fields.contains(first) || !fields.contains(last)) return {};
  if (fields[std::string(first)].get<std::string>() <= fields[std::string(last)].get<std::string>()) return {};
  return Fail(BadInput("'{}' is before '{}'", last, first).Field(std::string(last)));
}

Status CheckAgreement(const json& fields) {
  WEIR_TRY(Need(fields, "from_department"));
  WEIR_TRY(Need(fields, "to_department"));
  if (fields["from_department"] == fields["to_department"]) {
    return Fail(BadInput("an agreement is between two departments").Field("to_department"));
  }
  if (!fields.contains("metric") && !fields.contains("event")) {
    return Fail(BadInput("the agreement promises nothing")
                    .Field("metric")
                    .Mend("Give a metric, or the event that is promised"));
  }
  WEIR_TRY(Need(fields, "promised"));
  if (fields.contains("share")) {
    const double share = ToDouble(*ParsePlainDecimal(fields["share"].get<std::string>()));
    if (share <= 0 || share > 1) {
      return Fail(BadInput("'share' lies between 0 and 1").Field("share").Mend("Write 0.9 or 90%"));
    }
  }
  return InOrder(fields, "start_date", "end_date");
}

Status CheckGoal(json& fields, const RegisterCheck& check) {
  for (const std::string_view name : {"metric", "target", "period_start", "period_end"}) WEIR_TRY(Need(fields, name));
  WEIR_TRY(InOrder(fields, "period_start", "period_end"));
  if (!fields.contains("scope")) fields["scope"] = fields.contains("department") ? "department" : "company";
  const std::string scope = fields["scope"];
  if (scope == "company") {
    fields.erase("scope_of");
  } else if (scope == "department") {
    if (!fields.contains("department") && fields.contains("scope_of")) {
      const std::string named = fields["scope_of"];
      fields["department"] = people::CodeOf(people::Departments(), named).value_or(named);
    }
    WEIR_TRY(Need(fields, "department"));
    fields["scope_of"] = fields["department"];
  } else {
    WEIR_TRY(Need(fields, "scope_of"));
  }
  const std::string id = fields["metric"];
  WEIR_TRY(const std::optional<metrics::Metric> metric, check.metric(id));
  if (!metric) return Fail(BadInput("there is no metric '{}'", id).Field("metric"));
  if (metric->unit == metrics::Unit::kMoney) {
    if (!fields.contains("currency")) fields["currency"] = check.currency;
  } else if (fields.contains("currency")) {
    return Fail(BadInput("'{}' is no amount of money and has no currency", id).Field("currency"));
  }
  if (metric->unit == metrics::Unit::kShare) {
    const double target = ToDouble(*ParsePlainDecimal(fields["target"].get<std::string>()));
    if (target > 2) {
      return Fail(BadInput("'{}' is a share: a target of {} is not", id, fields["target"].get<std::string>())
                      .Field("target")
                      .Mend("Write 0.25 or 25%"));
    }
  }
  return {};
}

}  // namespace

bool IsSeveral(FieldKind kind) {
  return kind == FieldKind::kList || kind == FieldKind::kMetrics || kind == FieldKind::kDepartments;
}
bool IsRegisterDepartment(FieldKind kind) { return kind == FieldKind::kDepartment || kind == FieldKind::kDepartments; }

Result<std::string> PlainNumber(std::string_view written, std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::string_view rest = written.substr(i);
    if (rest.starts_with("\xC2\xA0")) {  // no-break space
      ++i;
    } else if (rest.starts_with("\xE2\x80\xAF")) {  // the narrow one
      i += 2;
    } else if (written[i] != ' ' && written[i] != '\'') {
      text += written[i];
    }
  }
  const bool is_percent = text.ends_with('%');
  if (is_percent) text.pop_back();
  const auto refuse = [&] {
    return Fail(BadInput("'{}' is not a number", written).Field(std::string(field)).Mend("Write it as 1234567.89"));
  };
  const std::size_t comma = text.rfind(',');
  const std::size_t point = text.rfind('.');
  if (comma != std::string::npos && point != std::string::npos) {
    const char thousands = comma < point ? ',' : '.';
    std::erase(text, thousands);
  } else if (comma != std::string::npos && text.size() - comma == 4) {
    // "1,234" is one thousand and more, or one and a little.
    return Fail(BadInput("'{}' can be read in two ways", written)
                    .Field(std::string(field))
                    .Mend("Write thousands without a separator and decimals after a point"));
  }
  std::ranges::replace(text, ',', '.');
  std::optional<Decimal> value = ParsePlainDecimal(text);
  if (!value || value->scale > 12) return refuse();
  if (is_percent) value->scale = static_cast<std::uint8_t>(value->scale + 2);
  return FormatDecimal(*value);
}

Result<std::pair<std::string, std::string>> DaysOfPeriod(std::string_view written) {
  const std::string text = Trimmed(written);
  const auto refuse = [&] {
    return Fail(
        BadInput("'{}' is no year, quarter or month", text).Field("period").Mend("Write 2026, 2026-Q2 or 2026-05"));
  };
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    for (const char c : std::string_view(text).substr(from, size)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  if (text.size() != 4 && text.size() != 7) return refuse();
  const int year = number(0, 4);
  int month = 1;
  int months = 12;
  if (text.size() == 7) {
    const bool is_quarter = text[5] == 'Q' || text[5] == 'q';
    const int place = is_quarter ? number(6, 1) : number(5, 2);
    months = is_quarter ? 3 : 1;
    month = is_quarter ? place * 3 - 2 : place;
    if (text[4] != '-' || place < 1 || month > 12) return refuse();
  }
  if (year < 1990 || year > 2200) return refuse();
  const Date first = FromCivil({.year = year, .month = month, .day = 1});
  const Date last{AddMonths(first, months).days - 1};
  return std::pair{FormatDate(first), FormatDate(last)};
}

Result<json> CheckFields(const RegisterKind& kind, const json& fields, const RegisterCheck& check) {
  json kept = json::object();
  for (const RegisterField& field : kind.fields) {
    const std::string name(field.name);
    if (!fields.contains(name)) continue;
    const std::vector<std::string> items = ItemsOf(fields[name]);
    if (items.empty()) continue;
    if (items.size() > kMostItems) return Fail(TooLarge("'{}' has at most {} items", name, kMostItems).Field(name));
    json list = json::array();
    for (const std::string& item : items) {
      WEIR_TRY(std::string one, OneOf(field, item, check));
      list.push_back(std::move(one));
    }
    if (IsSeveral(field.kind)) {
      kept[name] = std::move(list);
    } else {
      kept[name] = list.front();
    }
  }
  if (&kind == &Goals()) {
    WEIR_TRY(CheckGoal(kept, check));
  } else if (&kind == &Agreements()) {
    WEIR_TRY(CheckAgreement(kept));
  }
  if (&kind != &Goals()) {
    WEIR_TRY(Need(kept, "name"));
  }
  return kept;
}

const RegisterKind& Processes() {
  static const RegisterKind kind{
      .noun = "process",
      .plural = "processes",
      .title = {"Processes", "Процессы"},
      .one = {"a process", "процесс"},
      .fields = {{.name = "name",
                  .kind = FieldKind::kName,
                  .title = {"Process", "Процесс"},
                  .help = {"What it is called", "Название"}},
                 {.name = "purpose", .title = {"Purpose", "Назначение"}, .help = {"What it is for", "Зачем он нужен"}},
                 {.name = "department",
                  .kind = FieldKind::kDepartment,
                  .title = {"Department", "Отдел"},
                  .help = {"The department of its owner", "Отдел владельца"}},
                 Owner("owner", {"Owner", "Владелец"}),
                 {.name = "stages",
                  .kind = FieldKind::kList,
                  .title = {"Stages", "Этапы"},
                  .help = {"Stages or steps that it covers, in their order",
                           "Этапы или шаги, которые он охватывает, по порядку"}},
                 {.name = "hand_over",
                  .kind = FieldKind::kDepartments,
                  .title = {"Hands over", "Передают друг другу"},
                  .help = {"Departments that hand over to each other in it",
                           "Отделы, которые передают в нём работу друг другу"}},
                 {.name = "inputs",
                  .title = {"Inputs", "Вход"},
                  .help = {"What it begins with", "С чего он начинается"}},
                 {.name = "outputs", .title = {"Outputs", "Выход"}, .help = {"What it ends with", "Чем он кончается"}},
                 {.name = "metrics",
                  .kind = FieldKind::kMetrics,
                  .title = {"Judged by", "Показатели"},
                  .help = {"Metrics that it is judged by", "Показатели, по которым его оценивают"}},
                 {.name = "review_on",
                  .kind = FieldKind::kDate,
                  .title = {"Review on", "Пересмотр"},
                  .help = {"When it is to be looked at again: 2026-12-31", "Когда к нему вернуться: 2026-12-31"}}},
      .departments = {"department"},
      .key = {}};
  return kind;
}

const RegisterKind& Agreements() {
  static const RegisterKind kind{
      .noun = "agreement",
      .plural = "agreements",
      .title = {"Agreements", "Договорённости"},
      .one = {"an agreement", "договорённость"},
      .fields = {{.name = "name",
                  .kind = FieldKind::kName,
                  .title = {"Agreement", "Договорённость"},
                  .help = {"What it is called", "Название"},
                  .headers = {"Название", "Наименование"}},
                 {.name = "from_department",
                  .kind = FieldKind::kDepartment,
                  .title = {"Who promises", "Кто обещает"},
                  .help = {"The department that promises", "Отдел, который обещает"}},
                 {.name = "to_department",
                  .kind = FieldKind::kDepartment,
                  .title = {"To whom", "Кому обещает"},
                  .help = {"The department that is promised to", "Отдел, которому обещают"}},
                 {.name = "metric",
                  .kind = FieldKind::kMetric,
                  .title = {"Metric", "Показатель"},
                  .help = {"The metric that is promised", "Показатель, который обещан"}},
                 {.name = "event",
                  .title = {"Event", "Событие"},
                  .help = {"Or what is to happen within the time promised",
                           "Или что должно произойти за обещанное время"}},
                 {.name = "promised",
                  .kind = FieldKind::kNumber,
                  .title = {"Promised", "Обещано"},
                  .help = {"The threshold, or the time", "Порог или срок"}},
                 {.name = "unit",
                  .title = {"Unit", "Единица"},
                  .help = {"Of what is promised: hours, working_hours, days, count",
                           "Единица обещанного: hours, working_hours, days, count"}},
                 {.name = "share",
                  .kind = FieldKind::kNumber,
                  .title = {"Share", "Доля"},
                  .help = {"In how many of the cases: 0.9 or 90%", "В какой доле случаев: 0,9 или 90%"}},
                 {.name = "start_date",
                  .kind = FieldKind::kDate,
                  .title = {"Since", "Действует с"},
                  .help = {"The first day", "Первый день"},
                  .headers = {"Дата начала"}},
                 {.name = "end_date",
                  .kind = FieldKind::kDate,
                  .title = {"Until", "Действует до"},
                  .help = {"The last day", "Последний день"},
                  .headers = {"Дата окончания"}},
                 Owner("from_owner", {"Owner of the promise", "Ответственный за обещание"}),
                 Owner("to_owner", {"Owner on the other side", "Ответственный с другой стороны"}),
                 {.name = "if_broken",
                  .title = {"If it is broken", "Если нарушена"},
                  .help = {"What happens then", "Что тогда происходит"}},
                 {.name = "review_on",
                  .kind = FieldKind::kDate,
                  .title = {"Review on", "Пересмотр"},
                  .help = {"When it is to be looked at again: 2026-12-31", "Когда к ней вернуться: 2026-12-31"}}},
      .departments = {"from_department", "to_department"},
      .key = {"name", "from_department", "to_department"}};
  return kind;
}

const RegisterKind& Goals() {
  static const RegisterKind kind{
      .noun = "goal",
      .plural = "goals",
      .title = {"Goals", "Цели"},
      .one = {"a goal", "цель"},
      .fields = {{.name = "name",
                  .title = {"Name", "Название"},
                  .help = {"What it is called; without it, as its metric", "Название; без него — как показатель"},
                  .headers = {"Наименование"}},
                 {.name = "metric",
                  .kind = FieldKind::kMetric,
                  .title = {"Metric", "Показатель"},
                  .help = {"The metric of the catalogue", "Показатель из каталога"}},
                 {.name = "scope",
                  .kind = FieldKind::kScope,
                  .title = {"Scope", "Охват"},
                  .help = {"company, department, team, person or segment",
                           "company, department, team, person или segment"}},
                 {.name = "scope_of",
                  .title = {"Whose", "Чья"},
                  .help = {"Which department, team, person or segment", "Какой отдел, команда, человек или сегмент"}},
                 {.name = "department",
                  .kind = FieldKind::kDepartment,
                  .title = {"Department", "Отдел"},
                  .help = {"The department that answers for it", "Отдел, который за неё отвечает"}},
                 {.name = "period_start",
                  .kind = FieldKind::kDate,
                  .title = {"From", "С"},
                  .help = {"The first day of the period", "Первый день периода"},
                  .headers = {"Начало периода"}},
                 {.name = "period_end",
                  .kind = FieldKind::kDate,
                  .title = {"To", "По"},
                  .help = {"The last day of the period", "Последний день периода"},
                  .headers = {"Конец периода"}},
                 {.name = "target",
                  .kind = FieldKind::kNumber,
                  .title = {"Target", "План"},
                  .help = {"The value to reach", "Значение, которого надо достичь"},
                  .headers = {"Цель"}},
                 {.name = "currency",
                  .kind = FieldKind::kCurrency,
                  .title = {"Currency", "Валюта"},
                  .help = {"Of an amount; without it, that of reports", "Валюта суммы; без неё — валюта отчётов"}},
                 Owner("owner", {"Owner", "Ответственный"}),
                 {.name = "parent",
                  .kind = FieldKind::kEntry,
                  .title = {"Part of", "Часть цели"},
                  .help = {"Number of the goal that this is a part of", "Номер цели, частью которой она является"}},
                 {.name = "source",
                  .title = {"Source", "Источник"},
                  .help = {"Where the number comes from", "Откуда это число"}}},
      .departments = {"department"},
      .key = {"metric", "scope", "scope_of", "department", "period_start", "period_end"}};
  return kind;
}

std::span<const RegisterKind* const> RegisterKinds() {
  static const std::array<const RegisterKind*, 3> kinds{&Processes(), &Agreements(), &Goals()};
  return kinds;
}

}  // namespace weir::workspace
