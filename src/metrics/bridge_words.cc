#include "metrics/bridge_words.h"

#include <algorithm>
#include <array>

#include "analysis/words.h"
#include "metrics/bridge_facts.h"
#include "store/value.h"

namespace weir::metrics {
namespace {

struct Known {
  std::string_view code;
  std::string_view en;
  std::string_view ru;
};

// Columns that no dimension names.
constexpr std::array kColumns{
    Known{"amount", "amount", "сумма"},
    Known{"amount_reporting", "amount", "сумма"},
    Known{"total_reporting", "total", "сумма счёта"},
    Known{"amount_paid_reporting", "amount paid", "оплаченная сумма"},
    Known{"cost_reporting", "cost", "расход"},
    Known{"probability", "probability", "вероятность"},
    Known{"created_date", "creation date", "дата создания"},
    Known{"close_date", "close date", "дата закрытия"},
    Known{"issued_date", "issue date", "дата выставления"},
    Known{"due_date", "due date", "срок оплаты"},
    Known{"day", "day", "день"},
    Known{"spell_from", "customer since", "клиент с"},
    Known{"version", "version of the record", "версия записи"},
    Known{"account_id", "customer", "клиент"},
    Known{"deal_id", "deal", "сделка"},
    Known{"status", "status", "состояние"},
    Known{"kind", "kind", "вид"},
    Known{"is_qualified", "qualified", "квалифицирован"},
    Known{"first_response_at", "first answer", "первый ответ"},
};

constexpr std::array kStateWords{
    Known{"won", "won", "выиграна"},
    Known{"lost", "lost", "проиграна"},
    Known{"open", "open", "открыто"},
    Known{"draft", "draft", "черновик"},
    Known{"void", "voided", "аннулирован"},
    Known{"paid", "paid", "оплачен"},
    Known{"uncollectible", "uncollectible", "безнадёжный"},
    Known{"succeeded", "succeeded", "успешно"},
    Known{"failed", "failed", "не прошёл"},
    Known{"pending", "pending", "в обработке"},
    Known{"refunded", "refunded", "возвращён"},
    Known{"charge", "charge", "платёж"},
    Known{"transfer", "transfer", "перевод"},
    Known{"refund", "refund", "возврат"},
};

template <std::size_t N>
const Known* Find(const std::array<Known, N>& known, std::string_view code) {
  const auto found = std::ranges::find(known, code, &Known::code);
  return found == known.end() ? nullptr : &*found;
}

Text Plain(const std::string& text) { return {text, text}; }

// A title inside a sentence: small letters first, in Cyrillic as well.
Text Inside(Text title) {
  if (!title.en.empty() && title.en[0] >= 'A' && title.en[0] <= 'Z') title.en[0] = static_cast<char>(title.en[0] + 32);
  if (title.ru.size() > 1 && title.ru[0] == '\xD0') {
    const auto second = static_cast<unsigned char>(title.ru[1]);
    if (second >= 0x90 && second <= 0x9F) title.ru[1] = static_cast<char>(second + 0x20);
    if (second >= 0xA0 && second <= 0xAF) title.ru.replace(0, 2, {'\xD1', static_cast<char>(second - 0x20)});
  }
  return title;
}

Text ValueInWords(const store::Value& value, const ColumnRef& column) {
  const bool is_state = column.column == "status" || column.column == "kind";
  if (const auto* text = std::get_if<std::string>(&value)) {
    const Known* state = is_state ? Find(kStateWords, *text) : nullptr;
    return state != nullptr ? Text{std::string(state->en), std::string(state->ru)} : Plain(*text);
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? Text{"yes", "да"} : Text{"no", "нет"};
  return Plain(store::ToText(value));
}

Text ValuesInWords(const Condition& condition) {
  Text values;
  for (std::size_t i = 0; i < condition.values.size(); ++i) {
    const Text value = ValueInWords(condition.values[i], condition.column);
    const bool is_last = i + 1 == condition.values.size();
    values.en += (i == 0 ? "" : is_last ? " or " : ", ") + value.en;
    values.ru += (i == 0 ? "" : is_last ? " или " : ", ") + value.ru;
  }
  return values;
}

std::string Opposite(std::string_view comparison) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPairs{
      {{"=", "<>"}, {"<>", "="}, {"<", ">="}, {"<=", ">"}, {">", "<="}, {">=", "<"}}};
  for (const auto& [one, other] : kPairs) {
    if (one == comparison) return std::string(other);
  }
  return std::string(comparison);
}

Text Compared(const Condition& condition, const Text& column, bool is_negated) {
  const std::string comparison = is_negated ? Opposite(condition.comparison) : condition.comparison;
  const Text value = condition.day == AskedDay::kAt        ? Text{"the day of the report", "дня отчёта"}
                     : condition.day == AskedDay::kOpening ? Text{"the opening of the period", "начала периода"}
                                                           : ValueInWords(condition.values.front(), condition.column);
  if (comparison == "=") return Fill({"{} is {}", "{}: {}"}, {column, value});
  if (comparison == "<>") return Fill({"{} is not {}", "{}: не {}"}, {column, value});
  const bool is_date = condition.column.type == ValueType::kDate || condition.column.type == ValueType::kInstant;
  if (!is_date) return Fill({"{} " + comparison + " {}", "{} " + comparison + " {}"}, {column, value});
  if (comparison == "<") return Fill({"{} before {}", "{}: раньше {}"}, {column, value});
  if (comparison == ">") return Fill({"{} after {}", "{}: позже {}"}, {column, value});
  if (comparison == "<=") return Fill({"{} not after {}", "{}: не позже {}"}, {column, value});
  return Fill({"{} not before {}", "{}: не раньше {}"}, {column, value});
}

Text Combined(const Condition& condition, const View& view, const MetricCatalog& catalog, bool is_negated) {
  // Not (a or b) is not a and not b.
  const bool is_and = (condition.kind == Condition::Kind::kAnd) != is_negated;
  Text text;
  for (const Condition& child : condition.children) {
    const bool needs_brackets = child.kind == Condition::Kind::kAnd || child.kind == Condition::Kind::kOr;
    Text said = InWords(child, view, catalog, is_negated);
    if (needs_brackets) said = Fill({"({})", "({})"}, {said});
    text.en += (text.en.empty() ? "" : is_and ? " and " : " or ") + said.en;
    text.ru += (text.ru.empty() ? "" : is_and ? " и " : " или ") + said.ru;
  }
  return text;
}

}  // namespace

Text Fill(const Text& pattern, std::initializer_list<Text> arguments) {
  Text filled = pattern;
  std::size_t en = 0;
  std::size_t ru = 0;
  for (const Text& argument : arguments) {
    en = filled.en.find("{}", en);
    ru = filled.ru.find("{}", ru);
    WEIR_CHECK(en != std::string::npos && ru != std::string::npos);
    filled.en.replace(en, 2, argument.en);
    filled.ru.replace(ru, 2, argument.ru);
    en += argument.en.size();
    ru += argument.ru.size();
  }
  return filled;
}

Text ColumnInWords(const ColumnRef& column, const View& view, const MetricCatalog& catalog) {
  if (const Known* known = Find(kColumns, column.column)) return {std::string(known->en), std::string(known->ru)};
  const auto dimension = std::ranges::find(view.dimensions, column, &Dimension::column);
  if (dimension != view.dimensions.end()) return Inside(catalog.DimensionTitle(dimension->id));
  std::string words = column.column;
  std::ranges::replace(words, '_', ' ');
  return Plain(words);
}

Text InWords(const Condition& condition, const View& view, const MetricCatalog& catalog, bool is_negated) {
  using Kind = Condition::Kind;
  if (condition.kind == Kind::kAnd || condition.kind == Kind::kOr)
    return Combined(condition, view, catalog, is_negated);
  if (condition.kind == Kind::kNot) return InWords(condition.children.front(), view, catalog, !is_negated);
  const Text column = ColumnInWords(condition.column, view, catalog);
  if (condition.kind == Kind::kCompare) return Compared(condition, column, is_negated);
  const bool is_not = condition.is_negated != is_negated;
  if (condition.kind == Kind::kIsNull && condition.column.column == "is_not_sales") {
    return is_not ? Text{"in a pipeline that is no sales", "в воронке, которая не о продажах"}
                  : Text{"in a pipeline of sales", "в воронке продаж"};
  }
  if (condition.kind == Kind::kIsNull) {
    return is_not ? Fill({"{} is known", "{}: есть"}, {column}) : Fill({"{} is empty", "{}: пусто"}, {column});
  }
  const Text values = ValuesInWords(condition);
  if (condition.kind == Kind::kIn) {
    return is_not ? Fill({"{} is not {}", "{}: не {}"}, {column, values})
                  : Fill({"{} is {}", "{}: {}"}, {column, values});
  }
  return is_not ? Fill({"{} is not like {}", "{}: не как {}"}, {column, values})
                : Fill({"{} is like {}", "{}: как {}"}, {column, values});
}

bool TellsStates(const Condition& condition) {
  static constexpr std::array<std::string_view, 5> kStates{"status", "kind", "stage", "type", "forecast_category"};
  const ColumnRef* column = OnlyColumn(condition);
  return column != nullptr && column->type == ValueType::kText &&
         std::ranges::find(kStates, column->column) != kStates.end();
}

Text WhatIsInstead(const Condition& condition, const std::string& held, const View& view,
                   const MetricCatalog& catalog) {
  const ColumnRef* column = OnlyColumn(condition);
  // What is not empty says of itself what it is instead only where it is one of a few states.
  const bool is_of_null = condition.kind == Condition::Kind::kIsNull;
  if (column == nullptr || is_of_null) return InWords(condition, view, catalog, true);
  const Text name = ColumnInWords(*column, view, catalog);
  if (held.empty()) return Fill({"{} is empty", "{}: пусто"}, {name});
  if (!TellsStates(condition)) return InWords(condition, view, catalog, true);
  return Fill({"{} is {}", "{}: {}"}, {name, ValueInWords(held, *column)});
}

Text DaysInWords(std::optional<Date> from, std::optional<Date> to) {
  if (!from && !to) return {"all time", "всё время"};
  if (!from) return Fill({"to {}", "по {}"}, {analysis::DayName(*to)});
  if (!to) return Fill({"from {}", "с {}"}, {analysis::DayName(*from)});
  if (*from == *to) return analysis::DayName(*from);
  return Fill({"{} – {}", "{} – {}"}, {analysis::DayName(*from), analysis::DayName(*to)});
}

}  // namespace weir::metrics
